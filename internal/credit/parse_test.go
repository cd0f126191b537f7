package credit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/slackbot"
)

func TestParseCommand(t *testing.T) {
	sam, noor := []string{"U1"}, []string{"U1", "W2"}
	for _, tc := range []struct {
		typed     string
		receivers []string
		reason    string
		problem   Problem
	}{
		// What people type.
		{"<@U1|sam> for spotting the timezone bug", sam, "spotting the timezone bug", ""},
		{"<@U1> spotting the timezone bug", sam, "spotting the timezone bug", ""},
		{"to <@U1> for the review", sam, "the review", ""},
		{"so much <@U1> for the review", sam, "the review", ""},
		{"a lot, <@U1>, for the review", sam, "the review", ""},
		{"goes to <@U1>: the review", sam, "the review", ""},
		{"for <@U1> because she stayed with it", sam, "she stayed with it", ""},
		{"<@U1>, thanks for the review", sam, "the review", ""},
		{"<@U1> thank you so much for the review", sam, "the review", ""},
		{"<@U1>! You found the leak", sam, "You found the leak", ""},
		{"to <@U1> and <@W2> — they caught the bug", noor, "they caught the bug", ""},
		{"<@U1>,<@W2>: they caught the bug", noor, "they caught the bug", ""},
		{"<@U1> &amp; <@W2> for R&amp;D notes", noor, "R&amp;D notes", ""},
		{"<@U1> + <@W2> for notes of today", noor, "notes of today", ""},
		{"<@U1> and to <@W2> for the notes", noor, "the notes", ""},
		{"<@U1>, and thanks <@W2> for the notes", noor, "the notes", ""},
		{"both <@U1> and <@W2> for the notes", noor, "the notes", ""},
		{"<@U1> <@U1> <@W2> <@U1> for the notes", noor, "the notes", ""},
		{"<@U1>\n<@W2>\nfor the notes\nof Monday", noor, "the notes\nof Monday", ""},
		{":tada: <@U1> :tada: for the notes :heart:", sam, "the notes :heart:", ""},
		{"🎉 <@U1> for the notes", sam, "the notes", ""},
		{"<@U1>! <@W2>! for the notes", noor, "the notes", ""},
		{"<@U1> 👏🏽 and <@W2> ❤️ for the notes", noor, "the notes", ""},
		{"*<@U1>* for the notes", sam, "the notes", ""},
		{"(<@U1>) for the notes", sam, "the notes", ""},
		{"a big shoutout to the amazing <@U1> for the notes", sam, "the notes", ""},
		{"for the notes:\n<@U1>\n<@W2>", noor, "the notes", ""},
		{"<@U1> and thanks for the notes", sam, "the notes", ""},
		{"<@U1> great job", sam, "great job", ""},
		{"<@U1> great job on the release", sam, "great job on the release", ""},
		{"<@U1>: :tada: the release", sam, ":tada: the release", ""},
		{"<@U1> - you found the leak", sam, "you found the leak", ""},
		{"<@U1>’s idea about the cache", sam, "idea about the cache", ""},
		{"<@U1> who found the leak", sam, "who found the leak", ""},
		{"where it's due: <@U1> wrote the docs", sam, "wrote the docs", ""},
		{"<@U1> for formatting the report", sam, "formatting the report", ""},
		{"<@U1> forwarded my point to the board", sam, "forwarded my point to the board", ""},
		{"<@U1> for 3 &lt; 4 proofs", sam, "3 &lt; 4 proofs", ""},
		{"an <@U1> für die Notizen", nil, "an <@U1> für die Notizen", NoReceiver},
		{"<@U1> für die Notizen", sam, "die Notizen", ""},
		// Mentions in the reason.
		{"<@U1> for pairing with <@W2>", sam, "pairing with <@W2>", ""},
		{"<@U1> for helping <@W2> and <@U3> for weeks", sam, "helping <@W2> and <@U3> for weeks", ""},
		{"<@U1> for warning <!channel> in time", sam, "warning <!channel> in time", ""},
		{"<@U1> for the notes and <@W2> for the demo", sam, "the notes and <@W2> for the demo", TwoReasons},
		{"<@U1> for the notes, <@W2> for the demo", sam, "the notes, <@W2> for the demo", TwoReasons},
		{"<@U1>: the notes\n<@W2>: the demo", sam, "the notes\n<@W2>: the demo", TwoReasons},
		{"<@U1>'s fix and <@W2>'s review", sam, "fix and <@W2>'s review", TwoReasons},
		{"<@U1> for reading my plan and <@W2>'s review", sam, "reading my plan and <@W2>'s review", ""},
		{"<@U1> for spotting it, thanks <@W2> for merging", sam, "spotting it, thanks <@W2> for merging", TwoReasons},
		{"<@U1> for covering for <@U3> and <@W2> last week", sam, "covering for <@U3> and <@W2> last week", ""},
		// The reason first.
		{"for the careful review, <@U1>!", sam, "the careful review", ""},
		{"for the careful review — <@U1> and <@W2>", noor, "the careful review", ""},
		{"for covering for me on Monday, <@U1> :heart:", sam, "covering for me on Monday", ""},
		{"for helping <@U1>", sam, "helping", Unclear},
		{"for the review <@U1> did with <@W2>", nil, "for the review <@U1> did with <@W2>", NoReceiver},
		{"for the careful review, <!here>", nil, "the careful review", MassMention},
		// To correct.
		{"stop giving credit to <@U1>", nil, "stop giving credit to <@U1>", NoReceiver},
		{"not to <@U1>", nil, "not to <@U1>", NoReceiver},
		{"stolen by <@U1>", nil, "stolen by <@U1>", NoReceiver},
		{"no thanks to <@U1> for the outage", nil, "no thanks to <@U1> for the outage", NoReceiver},
		{"<@U1>", sam, "", NoReason},
		{"<@U1>!!! :heart:", sam, ":heart:", NoReason},
		{"<@U1> thanks so much", sam, "thanks so much", NoReason},
		{"<@U1> for", sam, "", NoReason},
		{"<@U1> for <@W2>", sam, "<@W2>", NoReason},
		{"<@U1> and the whole team for the launch", sam, "and the whole team for the launch", Unclear},
		{"<!here> for the launch", nil, "the launch", MassMention},
		{"<!everyone|everyone> for the launch", nil, "the launch", MassMention},
		{"<@U1> and <!channel> for the launch", sam, "the launch", MassMention},
		{"<!subteam^S1|@design> for the launch", nil, "the launch", Group},
		{"<@U1>, <!subteam^S1> for the launch", sam, "the launch", Group},
		{"everyone in <!subteam^S1|@design>", nil, "everyone in <!subteam^S1|@design>", Group},
	} {
		d, parsed := ParseCommand(tc.typed)
		want := slackbot.Parses
		if tc.problem != "" {
			want = slackbot.Malformed
		}
		if parsed != want || d.Problem != tc.problem || !slices.Equal(d.Receivers, tc.receivers) || d.Reason != tc.reason {
			t.Errorf("%q: %v %q %v %q, want %v %q %v %q", tc.typed, parsed, d.Problem, d.Receivers, d.Reason, want, tc.problem, tc.receivers, tc.reason)
		}
	}
}

func TestParseCommandIsASearchWithoutAMention(t *testing.T) {
	for _, typed := range []string{
		"", "stolen by dave", "for my idea", "@sam for the notes", "&lt;@U1&gt; for the notes", "<https://a.example|@sam> did it",
		"<#C1|general> stole it", "<@u1> for it", "<@> for it", "<!date^1^{date}|today>", "everyone",
	} {
		if d, parsed := ParseCommand(typed); parsed != slackbot.NotACommand || d.Problem != "" {
			t.Errorf("%q: %v %+v", typed, parsed, d)
		}
	}
}

func TestParseCommandTakesTen(t *testing.T) {
	ids := []string{"U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09", "U10", "U11"}
	line := func(n int) string { return "<@" + strings.Join(ids[:n], "> <@") + "> for the launch of the site" }
	if d, parsed := ParseCommand(line(10)); parsed != slackbot.Parses || len(d.Receivers) != 10 {
		t.Errorf("ten: %v %+v", parsed, d)
	}
	d, parsed := ParseCommand(line(11))
	if parsed != slackbot.Malformed || d.Problem != TooMany || !slices.Equal(d.Receivers, ids[:10]) || d.Reason != "the launch of the site" {
		t.Errorf("eleven: %v %+v", parsed, d)
	}
	if d, _ := ParseCommand("<@U01> " + line(10)); d.Problem != "" {
		t.Errorf("ten and one repeated: %+v", d)
	}
}

func TestParseCommandKeepsLabels(t *testing.T) {
	d, _ := ParseCommand("<@U1|sam&amp;co> and <@W2> <!subteam^S1|@design> for it all")
	if d.Labels["U1"] != "sam&co" || d.Labels["W2"] != "" || d.Group != "@design" {
		t.Errorf("%+v", d)
	}
	if d, _ := ParseCommand("<!group> for it all"); d.Mass != "channel" {
		t.Errorf("%+v", d)
	}
}

func TestParseCommandIsQuick(t *testing.T) {
	for _, long := range []string{
		strings.Repeat("<@U1> and ", 800), strings.Repeat("for thanks, ", 700) + "<@U1>", "<@U1> " + strings.Repeat("for ", 2000),
		"<@U1> for " + strings.Repeat("x, <@U2> ", 900), "for " + strings.Repeat("<@U1> ", 1300) + "x",
	} {
		began := time.Now()
		ParseCommand(long)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%.20q…: %v", long, took)
		}
	}
}

func TestReasonText(t *testing.T) {
	names := func(id, label string) string {
		if id == "C1" {
			return "#" + label
		}
		if id == "C3" {
			return "#a&b<c>"
		}
		return ""
	}
	for reason, want := range map[string]string{
		"fixing <#C1|general> with <@U2|noor> &amp; me": "fixing #general with @noor & me",
		"telling <#C2|>":                 "telling a private channel",
		"telling <#C2|secret-merger>":    "telling a private channel",
		"telling <#C3>":                  "telling #a&b<c>",
		"warning <!channel>":             "warning @\u2060channel",
		"the <https://a.example/x|plan>": "the plan",
		"  two\n\n \n\nlines\u202e  ":    "two\n\nlines",
		"3 &lt; 4":                       "3 < 4",
		"&lt;#C2|secret&gt;":             "<#C2|secret>", // typed, not a channel
	} {
		if got := ReasonText(reason, names); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
	if got := ReasonText("in <#C1|general>", nil); got != "in a private channel" {
		t.Errorf("nobody to ask: %q", got)
	}
	if long := strings.Repeat("a ", MaxReason); CheckReason(ReasonText(long, nil)) != TooLong {
		t.Error("a too long reason was cut or let through")
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{
		"<@U1|sam> for the notes", "for X, <@U1>!", "<@U1> and <@W2> — they", "<!here> all", "<!subteam^S1|@d> x", "stolen by <@U1>",
		"<@U1> for X and <@U2> for Y", "<@U1>’s idea", "\xff<@U1>", "<@\x9fU0>", "credit dave",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, parsed := ParseCommand(s)
		if !strings.Contains(s, "<") && parsed != slackbot.NotACommand {
			t.Fatalf("%q without a token is %v", s, parsed)
		}
		if (parsed == slackbot.Malformed) != (d.Problem != "") {
			t.Fatalf("%q: %v with problem %q", s, parsed, d.Problem)
		}
		if parsed == slackbot.Parses && (len(d.Receivers) == 0 || d.Reason == "" || d.Mass != "" || d.Group != "") {
			t.Fatalf("%q parses as %+v", s, d)
		}
		seen := map[string]bool{}
		for _, id := range d.Receivers {
			if seen[id] || !strings.Contains(s, "<@"+id) {
				t.Fatalf("%q: receivers %v", s, d.Receivers)
			}
			seen[id] = true
		}
		if len(d.Receivers) > MaxReceivers {
			t.Fatalf("%d receivers", len(d.Receivers))
		}
		if again, p := ParseCommand(s); p != parsed || !slices.Equal(again.Receivers, d.Receivers) {
			t.Fatalf("%q read in two ways", s)
		}
		text := ReasonText(d.Reason, nil)
		CheckReason(text)
		for _, ping := range []string{"@channel", "@here", "@everyone"} {
			if strings.HasPrefix(text, ping+" ") || strings.Contains(text, " "+ping+" ") {
				t.Fatalf("%q pings: %q", s, text)
			}
		}
	})
}
