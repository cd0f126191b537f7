package playbook

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func TestFill(t *testing.T) {
	const text = "Let {name|them} finish {name's|their} point."
	tests := []struct{ name, want string }{
		{"Sam", "Let Sam finish Sam's point."},
		{"James", "Let James finish James's point."},
		{"", "Let them finish their point."},
		{" \u200b\u202e ", "Let them finish their point."},
		{"Dr. Nguyễn", "Let Dr. Nguyễn finish Dr. Nguyễn's point."},
		{"محمد", "Let محمد finish محمد's point."},
		{"李雷", "Let 李雷 finish 李雷's point."},
		{"Sam\u202eevil\nLee", "Let Samevil Lee finish Samevil Lee's point."},
		{"<!channel>", "Let !channel finish !channel's point."},
		{"{name|x}", "Let namex finish namex's point."},
	}
	for _, tt := range tests {
		if got := Fill(text, Values{Name: tt.name}); got != tt.want {
			t.Errorf("with %q: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Some names are spelled with characters that are not seen: without them they
// are other names.
func TestCleanNameKeepsSpelling(t *testing.T) {
	tests := []struct{ name, want string }{
		{"علی\u200cرضا", "علی\u200cرضا"},                     // Persian: Alireza
		{"ක්\u200dරිෂ්", "ක්\u200dරිෂ්"},                     // Sinhala
		{"শর্\u200cমা", "শর্\u200cমা"},                       // Bengali
		{"Sam\u200c\u200d Lee", "Sam Lee"},                   // nothing to join
		{"\u200cعلی\u200c", "علی"},                           // nor at the ends
		{"葛\U000e0100城", "葛\U000e0100城"},                     // a variant of a character
		{"Sam 👩\u200d💻", "Sam 👩\u200d💻"},                     // emoji
		{"S\u034fa\u00adm\ufeff", "Sam"},                     // and what nobody needs
		{"Sam\U000e0041\U000e0042", "Sam"},                   // hidden tags
		{"\u3164\u115f", ""},                                 // blanks that pass for letters
		{"Sam\u2066\u202eeel\u2069", "Sameel"},               // direction
		{"Sam \t\n Lee", "Sam Lee"},                          // one line
		{"Zoe\u0308 O\u2019Neill", "Zoe\u0308 O\u2019Neill"}, // accents as typed
	}
	for _, tt := range tests {
		if got := CleanName(tt.name); got != tt.want {
			t.Errorf("%+q became %+q, want %+q", tt.name, got, tt.want)
		}
	}
	l := builtIn(t)
	if got := l.Find("علی\u200cرضا keeps getting interrupted").Name.Written; got != "علی\u200cرضا" {
		t.Errorf("in a sentence the name became %+q", got)
	}
}

func TestCleanNameIsShort(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("a", 500),
		strings.Repeat("é", 100),
		"Z" + strings.Repeat("\u0301", 5000) + "oe",
		strings.Repeat("李", 99),
	} {
		got := CleanName(name)
		if n := uniseg.GraphemeClusterCount(got); n > maxName || len(got) > maxName*maxMarks*4 {
			t.Errorf("%d graphemes, %d bytes are left of %.20q…", n, len(got), name)
		}
		if got != CleanName(got) {
			t.Errorf("%.20q… is cleaned differently the second time", name)
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add("I'd like to hear the rest of {name's|that} point.", "Sam")
	f.Add("{name|Sorry}, go on.", "Zoe\u0301\u202e")
	f.Add("{{name|a}|b} {x|y} {name}", "{name|x}")
	f.Add("{name|}", "👩🏽‍💻\u200d\ufe0f")
	f.Fuzz(func(t *testing.T, text, name string) {
		clean := CleanName(name)
		if clean != CleanName(clean) {
			t.Errorf("%q is cleaned to %q and then to %q", name, clean, CleanName(clean))
		}
		if uniseg.GraphemeClusterCount(clean) > maxName {
			t.Errorf("%q has more than %d graphemes", clean, maxName)
		}
		if strings.ContainsAny(clean, "<>{}|\n\u202e\u200b\u2066") {
			t.Errorf("%q has something in it that acts", clean)
		}
		if got := Fill(text, Values{Name: name, Topic: name}); !strings.Contains(text, "{") && got != text {
			t.Errorf("a text without slots became %q", got)
		}
	})
}
