package app

import (
	"encoding/json"
	"strings"
	"testing"

	"allybot/internal/slacksim"
)

// On Home a pick shows the words in a modal, also when the same is picked again:
// a list keeps what was picked, so Home is published anew after each.
func TestPickingOnHomeShowsTheWordsEachTime(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	p.OpenHome()
	w.eventually("the Home tab", func() bool { return p.Home() != nil && len(p.Home().Blocks) > 0 })
	options, err := p.Suggest(nil, p.Home().ID, "script.search", "talked over")
	if err != nil || len(options) == 0 {
		t.Fatalf("searching on Home: %v, %d suggestions", err, len(options))
	}
	for range 2 {
		for action, value := range map[string]string{"script.search": options[0].Value, "script.pick": firstMoment(t, p.Home())} {
			before := *p.Home()
			if err := p.SelectView(before.ID, action, value).Wait(patience); err != nil {
				t.Fatalf("%s: %v", action, err)
			}
			w.eventually("the words open", func() bool { return len(p.Views()) == 1 })
			if words := string(p.Views()[0].Blocks); !strings.Contains(words, "If they push back") {
				t.Errorf("%s shows %s", action, words)
			}
			w.eventually("Home is new", func() bool { return isNew(before, *p.Home()) })
			if err := p.CloseView(p.Views()[0].ID).Wait(patience); err != nil {
				t.Fatal(err)
			}
			w.eventually("the words close", func() bool { return len(p.Views()) == 0 })
		}
	}
}

// firstMoment is the value of the first option of the first list on Home.
func firstMoment(t *testing.T, home *slacksim.View) string {
	t.Helper()
	var blocks []struct {
		Accessory struct {
			ActionID string `json:"action_id"`
			Groups   []struct {
				Options []struct{ Value string }
			} `json:"option_groups"`
		}
	}
	if err := json.Unmarshal(home.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if b.Accessory.ActionID == "script.pick" && len(b.Accessory.Groups) > 0 {
			return b.Accessory.Groups[0].Options[0].Value
		}
	}
	t.Fatal("there is no list of moments on Home")
	return ""
}

func isNew(before, now slacksim.View) bool { return string(before.Blocks) != string(now.Blocks) }
