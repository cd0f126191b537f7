package credit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

var someday = time.Date(2026, 11, 12, 15, 4, 0, 0, time.UTC)

// accepted checks that Slack would take a message, and that nobody's words in it
// ping anybody.
func accepted(t *testing.T, name string, m blockkit.Message) {
	t.Helper()
	m = m.Fitted()
	j, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if err := blockcheck.Message(j); err != nil {
		t.Errorf("%s: Slack would refuse it: %v", name, err)
	}
	if m.Text == "" {
		t.Errorf("%s has no words for notifications", name)
	}
	for _, ping := range []string{"<!channel>", "<!here>", "<@U9"} {
		if strings.Contains(string(j)+m.Text, ping) || strings.Contains(strings.ReplaceAll(string(j), `\u003c`, "<"), ping) {
			t.Errorf("%s pings: %s", name, j)
		}
	}
}

func TestHomeViews(t *testing.T) {
	r := slackbot.NewRouter()
	m := &room{router: r}
	one := Credit{ID: "c1", GiverID: "U1", Kind: Help, Reason: "spotting that the retry\nhad no limit", Given: someday}
	two := one
	two.GiverID, two.Reason = "", strings.Repeat("all the <!channel> work ", 20)
	link := "https://acme.slack.com/archives/C1/p1795255200000100"
	for name, h := range map[string]homeView{
		"home-new":  {},
		"home-old":  {Newest: []noticeLine{{one, link}}, Naming: AskFirst},
		"home-one":  {Recent: 1, Newest: []noticeLine{{one, ""}}, Naming: InPublic},
		"home-many": {Recent: 12, Newest: []noticeLine{{one, link}, {two, link}, {one, ""}}, Naming: InPrivate},
	} {
		blocks := append(append(h.blocks(), m.ways(allLabel)), wishBlocks(h.Naming)...)
		if name == "home-many" {
			blocks = append(blocks, teamView("C1", teamLeft)...)
		}
		if name == "home-new" {
			blocks = append(blocks, teamView("", "")...)
		}
		v := blockkit.Home{Blocks: blocks}.Request()
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := blockcheck.View(j); err != nil {
			t.Errorf("%s: Slack would refuse it: %v", name, err)
		}
		golden.Compare(t, name, v)
	}
	// The way to the list is there once somebody answers it.
	if row, _ := json.Marshal(m.launcher(t.Context(), "U1")); strings.Contains(string(row), actionMine) || !strings.Contains(string(row), actionForm) {
		t.Errorf("without the list: %s", row)
	}
	r.Action(actionMine, nil)
	golden.Compare(t, "launcher-credit", blockkit.Message{Blocks: m.launcher(t.Context(), "U1")}.Fitted().Blocks)
}

func TestDigestMessages(t *testing.T) {
	line := digestLine{Giver: "Alice", To: []string{"Samira", "Noor"}, Reason: "asking who was missing\n<!channel> & <@U9>", Link: "https://acme.slack.com/archives/C1/p1"}
	long := digestLine{
		Giver: strings.Repeat("Ж", 80), To: slices.Repeat([]string{strings.Repeat("محمد", 20)}, 10), Reason: strings.Repeat("&<>", 160),
		Link: "https://a-rather-long-name.slack.com/archives/C0123456789/p1795255200000100?cid=C0123456789&thread_ts=1795255200.000100",
	}
	november := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, m := range map[string]blockkit.Message{
		"digest-one":    digestMessage("C1", november, []digestLine{line}, 0),
		"digest-some":   digestMessage("C1", november, []digestLine{line, {To: []string{"Bo", "", "Mai", "Lee"}, Reason: "the notes"}, {Giver: "Bo", To: []string{"A", "B", "C", "D", "E"}, Reason: "x"}}, 7),
		"digest-notice": noticeMessage("Alice <!here>", "C1"),
		"digest-end":    say(digestEnded),
		"spread":        spreadMessage(Summary{Share: fiveSteps[2], Most: []Kind{Idea, Help}, Also: []Kind{UnseenWork, Amplified, MadeRoom}}, true),
		"spread-bare":   spreadMessage(Summary{Share: twoSteps[0]}, true),
		"spread-few":    spreadMessage(Summary{}, false),
	} {
		accepted(t, name, m)
		golden.Compare(t, name, m.Fitted())
	}
	// Twenty long ones fit in full; of the very longest as many as do, whole.
	usual := long
	usual.To, usual.Reason = usual.To[:2], strings.Repeat("long words ", 40)
	m := digestMessage("C1", november, slices.Repeat([]digestLine{usual}, digestShown), 480)
	accepted(t, "long", m)
	j, _ := json.Marshal(m.Fitted().Blocks)
	if n := strings.Count(string(j), "See it"); n != digestShown || !strings.Contains(string(j), "and 480 more") || !strings.Contains(string(j), wantOff+":C1") {
		t.Errorf("of %d long lines %d are left, in %d bytes", digestShown, n, len(j))
	}
	m = digestMessage("C1", november, slices.Repeat([]digestLine{long}, digestShown), 0)
	accepted(t, "longest", m)
	longest, _ := json.Marshal(m.Fitted().Blocks)
	n := strings.Count(string(longest), "See it")
	if n < 5 || strings.Count(string(longest), "credited") != n || !strings.Contains(string(longest), fmt.Sprintf("and %d more", digestShown-n)) || !strings.Contains(string(longest), wantOff+":C1") {
		t.Errorf("of the longest lines %d are left, in %d bytes: %s", n, len(longest), longest)
	}
	// A list counts no credits of a person and orders nobody.
	if s := string(j); strings.Contains(s, "20 ") || strings.Contains(s, "10 ") {
		t.Errorf("it counts: %s", s)
	}
}

func TestChannelViews(t *testing.T) {
	for name, blocks := range map[string]blockkit.Message{
		"channel-off":    {Text: "x", Blocks: channelView(Digest{}, false, false, "C1")},
		"channel-on":     {Text: "x", Blocks: channelView(Digest{Next: someday}, true, false, "C1")},
		"channel-spread": {Text: "x", Blocks: channelView(Digest{Next: someday}, true, true, "C1")},
	} {
		accepted(t, name, blocks)
		golden.Compare(t, name, blocks.Fitted().Blocks)
	}
}

func TestForgettingAPerson(t *testing.T) {
	begun := func() Credit {
		return Credit{
			ID: "c1", Rev: 4, Painted: 4, GiverID: "U1", Kind: Idea, Reason: "the plan", Given: someday, Posting: Posted,
			Receivers: []Receiver{{UserID: "U2", Standing: Named}, {UserID: "U3", Standing: Private}}, Voices: []string{"U4", "U5"},
		}
	}
	alone := func(s ...Standing) Credit {
		c := begun()
		c.Receivers = []Receiver{{UserID: "U2", Standing: Named}}
		for i, s := range s {
			c.Receivers = append(c.Receivers, Receiver{UserID: fmt.Sprint("U3", i), Standing: s})
		}
		return c
	}
	for name, tc := range map[string]struct {
		c       Credit
		user    string
		changed bool
		stands  bool
	}{
		"a receiver":               {begun(), "U2", true, true},
		"the giver":                {begun(), "U1", true, true},
		"a voice":                  {begun(), "U5", true, true},
		"somebody else":            {begun(), "U9", false, true},
		"the only receiver":        {alone(), "U2", true, false},
		"but others declined":      {alone(Declined, Left), "U2", true, false},
		"another is asked":         {alone(Declined, Asked), "U2", true, true},
		"another was not asked":    {alone(Waiting), "U2", true, true},
		"who declined is not left": {alone(Declined), "U30", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.c
			rev := c.Rev
			if got := c.forget(tc.user, someday); got != tc.changed || c.Stands() != tc.stands {
				t.Errorf("changed %v, stands %v: %+v", got, c.Stands(), c)
			}
			if j, _ := json.Marshal(c); strings.Contains(string(j), `"`+tc.user+`"`) || (c.Rev > rev) != tc.changed {
				t.Errorf("left: %s", j)
			}
			if !c.Stands() && (c.Reason != "" || len(c.Voices) > 0) {
				t.Errorf("withdrawn, but it says %+v", c)
			}
			rev = c.Rev
			if c.forget(tc.user, someday) || c.Rev != rev {
				t.Error("twice is not the same as once")
			}
			// A post that still shows them is looked at again.
			if _, due := c.Due(); tc.changed && !due {
				t.Error("nothing makes the post say what is so")
			}
		})
	}
}
