package prep

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/playbook"
	"allybot/internal/slacksim/blockcheck"
)

func TestViews(t *testing.T) {
	lib, goals := testLibrary(t), builtInGoals(t)
	at := draft{Day: "2026-11-26", Time: "14:00"}.when(paris)
	full := compose(lib, goal(t, "change"), lib.Find("sam keeps talking over me"), "Sam", at, "")
	bare := compose(lib, goal(t, "repair"), playbook.Result{}, "", appointment{}, "")
	rtl := compose(lib, goal(t, "support"), lib.Find("Sam keeps getting talked over"), "محمد", at, "")
	one := Kept{ID: "A1", Title: "Your conversation with Sam · Ask for a change", Text: full.text(), Until: at.time.AddDate(0, 0, 2)}
	var many []Kept
	for n := range maxKept {
		k := one
		k.ID = string(rune('a' + n))
		k.Title = strings.Repeat("A very long name ", 4) + k.ID
		many = append(many, k)
	}
	for name, v := range map[string]blockkit.Modal{
		"form":       form(goals, draft{}, kept{zone: paris}, carried{}),
		"form-full":  form(goals, draft{What: "talked over", UserID: "USAM", Name: "Sam", Goal: "change", Day: "2026-11-26", Time: "14:00"}, kept{pages: []Kept{one}, zone: paris}, carried{Cared: true}),
		"form-many":  form(goals, draft{}, kept{pages: many, zone: paris}, carried{}),
		"form-away":  form(goals, draft{}, kept{away: true, zone: paris}, carried{}),
		"page":       page(full, carried{ID: "A1", Title: "Your conversation with Sam"}),
		"page-bare":  page(bare, carried{ID: "A2"}),
		"page-rtl":   page(rtl, carried{ID: "A3"}),
		"kept":       done(one, paris),
		"view":       view(one, paris, carried{Form: "V1"}, changed),
		"gone":       note(viewGone),
		"care":       careWindowFor("", carried{Draft: &draft{What: "he touched me"}}),
		"care-ours":  careWindowFor("*Ombudsperson*: <mailto:o@example.org|o@example.org>\n\nOr your union.", carried{Draft: &draft{Goal: "limit"}, ToPage: true}),
		"care-large": careWindowFor("", carried{Draft: &draft{What: strings.Repeat("x", 3000), Goal: "limit"}}),
	} {
		j := marshal(t, v.Request())
		if err := blockcheck.View(j); err != nil {
			t.Errorf("%s: Slack would refuse it: %v", name, err)
		}
		if len(j) > 20_000 && strings.HasPrefix(name, "page") {
			t.Errorf("%s has %d bytes", name, len(j))
		}
		checkButtons(t, v.Blocks)
		if name != "care-large" {
			golden.Compare(t, name, v.Request())
		}
	}
	if c := readCarried(careWindowFor("", carried{Draft: &draft{What: strings.Repeat("\"", 3000), Goal: "limit"}}).PrivateMetadata); c.Draft == nil || c.Draft.Goal != "limit" {
		t.Errorf("what was picked is lost with what was typed: %+v", c)
	}

	// What happened is carried as far as there is room, not by bytes and not by
	// what marks up.
	for _, what := range []string{strings.Repeat("被打断", 950), strings.Repeat("<&>", 950)} {
		if c := readCarried(careWindowFor("", carried{Draft: &draft{What: what}}).PrivateMetadata); c.Draft == nil || c.Draft.What != what {
			t.Errorf("%.12s…: what was typed before whom to turn to was shown is lost: %+v", what, c)
		}
	}
	if c := readCarried(careWindowFor("", carried{Draft: &draft{What: strings.Repeat("long ", 600)}}).PrivateMetadata); c.Draft == nil || len(c.Draft.What) < 2900 {
		t.Errorf("more than the end of what was typed is lost: %+v", c)
	}

	for name, m := range map[string]blockkit.Message{
		"ask":          ask("sam keeps talking over me", askTitle),
		"care-message": careMessage("", strings.Repeat("he touched me &amp; more ", 200)),
		"home":         {Blocks: append([]slack.Block{entry()}, kept{pages: many, zone: time.UTC}.blocks()...)},
	} {
		m = m.Fitted()
		if err := blockcheck.Message(marshal(t, slack.Blocks{BlockSet: m.Blocks})); err != nil {
			t.Errorf("%s: Slack would refuse it: %v", name, err)
		}
		checkButtons(t, m.Blocks)
		golden.Compare(t, name, m.Blocks)
	}
}

func TestAKeptPageIsShownAsItWasWritten(t *testing.T) {
	for text, want := range map[string][]string{
		"Open with\nHi Sam.":        {"*Open with*\nHi Sam."},
		"Hi Sam.\nHow are you?":     {"Hi Sam.\nHow are you?"},
		"One line":                  {"One line"},
		"\n\nA\n- b\n\n\n\nC & <d>": {"*A*\n- b", "C &amp; &lt;d&gt;"},
		"*a*\nb":                    {"*a*\nb"},
		"":                          nil,
	} {
		var got []string
		for _, b := range paragraphs(text) {
			if s, ok := b.(*slack.SectionBlock); ok && s != nil {
				got = append(got, s.Text.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
	if v := view(Kept{Text: strings.Repeat("a\n\n", 1000)}, paris, carried{}, ""); blockcheck.View(marshal(t, v.Request())) != nil {
		t.Error("Slack would refuse many paragraphs")
	}
}

// An organisation's own words may be long, and in any script.
func TestAPageStaysBelowTheSizeOfAnAcknowledgement(t *testing.T) {
	long := func(n int) string { return strings.Repeat("好", n) }
	p := plan{
		Name: long(40), Goal: long(75), Opener: long(250), Then: long(150), Questions: []string{long(100), long(100), long(100)},
		PushBack: []playbook.Answer{{They: long(80), You: long(200)}, {They: long(80), You: long(200)}, {They: long(80), You: long(200)}},
		Close:    long(200), CheckIn: long(250), Moment: &moment{Title: long(75), Lead: long(30), Words: long(600), PushBack: long(600), Cost: long(600)},
	}
	v := page(p, carried{ID: "A1", Title: p.title()})
	j := marshal(t, v.Request())
	if err := blockcheck.View(j); err != nil || len(j) > 20_000 {
		t.Errorf("%d bytes, %v", len(j), err)
	}
	if !strings.Contains(string(j), p.CheckIn) {
		t.Error("what is left out of the reading part is not in the text to copy")
	}
	k := Kept{ID: "A1", Text: long(3000), Until: time.Now()}
	if j := marshal(t, view(k, paris, carried{}, changed).Request()); len(j) > 20_000 {
		t.Errorf("a kept page of %d bytes", len(j))
	}
}

func checkButtons(t *testing.T, blocks []slack.Block) {
	t.Helper()
	for _, b := range blocks {
		var all []*slack.ButtonBlockElement
		switch b := b.(type) {
		case *slack.SectionBlock:
			if b.Accessory != nil && b.Accessory.ButtonElement != nil {
				all = append(all, b.Accessory.ButtonElement)
			}
		case *slack.ActionBlock:
			for _, e := range b.Elements.ElementSet {
				if b, ok := e.(*slack.ButtonBlockElement); ok {
					all = append(all, b)
				}
			}
		}
		for _, b := range all {
			if blockkit.Len(b.Text.Text) > 30 {
				t.Errorf("the button %q is clipped", b.Text.Text)
			}
		}
	}
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return j
}
