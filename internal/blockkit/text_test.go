package blockkit

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanKeepsWhatIsSeen(t *testing.T) {
	for _, s := range []string{
		"plain", "zwei\nZeilen", "Dr. Nguyễn", "محمد علی", "می‌خواهم", "क्‍ष", "ශ්‍රී",
		"👩‍👩‍👧", "👍🏽", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "葛󠄀城",
	} {
		if got := Clean(s); got != s {
			t.Errorf("Clean(%q) = %q, want it unchanged", s, got)
		}
	}
}

func TestCleanRemovesWhatActsUnseen(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb\u202c":            "ab",       // override
		"a\u2066b\u2069":            "ab",       // isolate
		"\u200fSam\u200e":           "Sam",      // marks
		"S\u200ba\ufeffm\u2060":     "Sam",      // zero width
		"S\u200da\u200cm":           "Sam",      // joiners where nothing joins
		"می\u200c\u200cخواهم":       "می‌خواهم", // one is spelling, two are not
		"a\x00b\x1b[31mc\x7f\u0085": "ab[31mc",  // control
		"a\r\nb\rc\u2028d":          "a\nb\nc\nd",
		"tab\there":                 "tab here",
		"so\u00adft":                "soft",
		"hi\U000e0041\U000e0042":    "hi", // hidden tags
		"bad\xffutf8":               "badutf8",
		"\u3164\u115f":              "",
		"a\ufe0f\ufe0f\ufe0f":       "a\ufe0f",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDecodeReadsSlacksForm(t *testing.T) {
	for in, want := range map[string]string{
		"<@U1|sam> said":                   "@sam said",
		"<@U1>":                            "@someone",
		"<#C1|general> and <#C2|>":         "#general and #private-channel",
		"<!channel> look":                  "@\u2060channel look",
		"<!here|here> <!everyone>":         "@\u2060here @\u2060everyone",
		"<!subteam^S1|@design>":            "@design",
		"<!subteam^S1>":                    "@\u2060group",
		"<!date^1392734382^{date}|18 Feb>": "18 Feb",
		"<https://a.example|here it is>":   "here it is",
		"<https://a.example/?a=1&amp;b=2>": "https://a.example/?a=1&b=2",
		"<mailto:sam@a.example>":           "sam@a.example",
		"R&amp;D &lt;b&gt; &amp;lt;":       "R&D <b> &lt;",
		"a &lt;@U1&gt; typed by hand":      "a <@U1> typed by hand",
		"loose < and > stay":               "loose < and > stay",
		"<> <b>":                           "<> <b>",
	} {
		if got := Decode(in); got != want {
			t.Errorf("Decode(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNobodyIsPinged(t *testing.T) {
	for in, want := range map[string]string{
		"@channel":             "@\u2060channel",
		"hey @Here, @everyone": "hey @\u2060Here, @\u2060everyone",
		"sam@here.example":     "sam@here.example",
		"@hereby":              "@hereby",
		"<!channel> & <@U1>":   "&lt;!channel&gt; &amp; &lt;@U1&gt;",
		"@\u200bchannel":       "@\u2060channel",
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
		if again := Plain(Plain(in)); again != Plain(in) {
			t.Errorf("Plain(%q) changes when done twice: %q", in, again)
		}
	}
}

func TestCutKeepsGraphemesAndTokensWhole(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{Cut("short", 5), "short"},
		{Cut("longer", 5), "long…"},
		{Cut("ab 👩‍👩‍👧 cd", 6), "ab…"},
		{Cut("e\u0301e\u0301e\u0301", 4), "e\u0301…"},
		{Cut(strings.Repeat("\u0301", 500), 10), "…"},
		{CutMrkdwn("a &amp; b", 5), "a…"},
		{CutMrkdwn("a &amp; b", 8), "a &amp;…"},
		{CutMrkdwn("hi <@U012345> bye", 9), "hi…"},
		{CutMrkdwn("1 < 2 is true", 6), "1 < 2…"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestIsolateOnlyWhatReadsFromRightToLeft(t *testing.T) {
	if got := Isolate("Sam"); got != "Sam" {
		t.Errorf("Isolate(Sam) = %q", got)
	}
	for _, name := range []string{"محمد", "שרה", "Sara שרה"} {
		if got := Isolate(name); got != "\u2068"+name+"\u2069" {
			t.Errorf("Isolate(%q) = %q", name, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "<@U1|sam> &amp; <!channel>", "@here\u200b@here", "👩‍👩‍👧 <b>", "<<<>>>&&&", "\xff\xfe", "<@U1|", "&am", "@\u2060channel"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + abs(limit)%4000
		for name, got := range map[string]string{"Decode": Decode(s), "Plain": Plain(s), "Escape": Escape(s), "Cut": Cut(s, limit), "CutMrkdwn": CutMrkdwn(s, limit)} {
			if !utf8.ValidString(got) {
				t.Errorf("%s(%q) is not valid UTF-8", name, s)
			}
			if strings.HasPrefix(name, "Cut") {
				if Len(got) > limit {
					t.Errorf("%s(%q, %d) is %d long", name, s, limit, Len(got))
				}
				continue
			}
			if everybody.MatchString(got) {
				t.Errorf("%s(%q) = %q pings", name, s, got)
			}
			for _, r := range got {
				if unicode.Is(unicode.Cc, r) && r != '\n' || r >= 0x202a && r <= 0x202e {
					t.Errorf("%s(%q) keeps %U", name, s, r)
				}
			}
		}
		if e := Escape(s); strings.ContainsAny(e, "<>") {
			t.Errorf("Escape(%q) = %q", s, e)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
