package app

import (
	"strings"
	"testing"
	"unicode/utf8"

	"allybot/internal/slacksim"
)

// Whatever people type gets a private, sensible answer: nobody is pinged, and
// nothing of Slack's own syntax that they typed works.
func TestWhateverPeopleTypeIsAnsweredPrivately(t *testing.T) {
	w := newWorkspace(t)
	bot := w.run()
	gone := w.AddPerson(slacksim.Person{Name: "gone", RealName: "Gone Person", Deleted: true})
	rtl := w.AddPerson(slacksim.Person{Name: "muhammad", RealName: "محمد عبد الله", DisplayName: "محمد"})
	for name, text := range map[string]string{
		"4,000 characters":        strings.Repeat("they never listen to me ", 167)[:4000],
		"4,000 of one letter":     strings.Repeat("a", 4000),
		"4,000 emoji":             strings.Repeat("👩🏽‍💻", 500),
		"emoji only":              "😡😡😡",
		"spaces only":             "   \u200b \u00a0 ",
		"an unknown person":       "<@U0UNKNOWN|zed> keeps getting talked over",
		"an unknown, no label":    "<@U0UNKNOWN> keeps getting talked over",
		"a deleted person":        "<@" + gone + "|gone> keeps getting talked over",
		"a right-to-left name":    "<@" + rtl + "|muhammad> keeps getting talked over",
		"right-to-left overrides": "\u202e\u2066sam\u2069 keeps getting talked over \u202d",
		"HTML":                    "<script>alert(1)</script> <b>sam</b> keeps getting talked over",
		"escaped HTML":            "&lt;img src=x onerror=alert(1)&gt; talked over",
		"everybody":               "<!channel> <!here> <!everyone> my idea was ignored",
		"everybody, typed":        "@channel @here @everyone listen",
		"a user group":            "<!subteam^S0123|@leads> ignored my idea",
		"a spoofed link":          "<https://evil.example|sam> keeps getting talked over",
		"broken syntax":           "<@ <@> <@U <!> <#C| > &amp &lt;@U1&gt;",
		"formatting":              "*_~`sam`~_* keeps getting ```talked over```",
		"nothing but punctuation": "?!?!…",
		"not UTF-8 any more":      "sam \ufffd\ufffd \x00 \x1b[31m keeps getting talked over",
		"json":                    `{"text":"<!channel>","blocks":[]}`,
		"a template":              "{name} {{.Name}} ${jndi:x} %s %d",
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.ephemerals(w.alice, w.general))
			if err := w.As(w.alice).CommandAsSent(w.general, "/ally", text).Wait(patience); err != nil {
				t.Fatal(err)
			}
			now := w.ephemerals(w.alice, w.general)
			if len(now) != before+1 {
				t.Fatalf("%d answers", len(now)-before)
			}
			m := now[len(now)-1]
			if m.UserID == "USLACKBOT" || strings.TrimSpace(m.Text) == "" || !utf8.ValidString(m.Text) {
				t.Errorf("got %q from %s", m.Text, m.UserID)
			}
			for _, ping := range []string{"<!", "<@", "<http", "\u202e", "\u202d", "\x00", "\x1b", "<script", "{name"} {
				if strings.Contains(m.Text, ping) || strings.Contains(unescaped(string(m.Blocks)), ping) {
					t.Errorf("the answer holds %q: %s", ping, m.Blocks)
				}
			}
			if strings.Contains(string(m.Blocks), "Something went wrong") {
				t.Error("the person is told that something went wrong")
			}
		})
	}
	for _, other := range []string{w.sam, w.guest, w.external} {
		if seen := w.As(other).Messages(w.general); len(seen) != 0 {
			t.Errorf("others see %v", seen)
		}
	}
	if bot.checkSlack().OK != true {
		t.Error("the bot lost its sockets")
	}
}

// unescaped undoes how JSON writes angle brackets.
func unescaped(json string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(json)
}

func TestNamesAppearAsTheirOwnersWriteThem(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	for _, c := range []struct{ typed, want string }{
		{"Dr. Nguyễn was interrupted again", "Dr. Nguyễn's"},
		{"people keep talking over Siobhán", "Siobhán's"},
		{"Marek keeps getting talked over", "Marek's"},
		{"my boss keeps interrupting", ""},
		{"someone was interrupted", ""},
	} {
		_, text := first(t, w.command(w.alice, w.general, c.typed).Blocks)
		if c.want != "" && !strings.Contains(text, c.want) {
			t.Errorf("%q: %q does not say %q", c.typed, text, c.want)
		}
		if strings.Contains(text, "  ") || strings.Contains(text, "{") || text == "" {
			t.Errorf("%q: there is a gap in %q", c.typed, text)
		}
	}
}
