package playbook

import (
	"strings"
	"testing"
	"unicode"

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
		if got := Fill(text, tt.name); got != tt.want {
			t.Errorf("with %q: %q, want %q", tt.name, got, tt.want)
		}
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
		for _, r := range clean {
			if unicode.In(r, unicode.Cc, unicode.Cf) || strings.ContainsRune("<>{}", r) {
				t.Errorf("%q has %U in it", clean, r)
			}
		}
		if got := Fill(text, name); !strings.Contains(text, "{") && got != text {
			t.Errorf("a text without slots became %q", got)
		}
	})
}
