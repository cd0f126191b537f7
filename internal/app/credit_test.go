package app

import (
	"strings"
	"testing"

	"allybot/internal/slacksim"
)

// posts are the messages of the bot that everybody in a channel sees.
func (w *workspace) posts(channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range w.As(w.alice).Messages(channel) {
		if m.BotID != "" && !m.Ephemeral {
			out = append(out, m)
		}
	}
	return out
}

func TestACreditIsPostedOnceAndThoseCreditedAreTold(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	said := w.command(w.alice, w.general, "credit @sam for spotting that the retry had no limit")
	if !strings.Contains(string(said.Blocks), "Delivered.") {
		t.Errorf("the giver is told %s", said.Blocks)
	}
	w.eventually("the credit is posted", func() bool { return len(w.posts(w.general)) == 1 })
	w.eventually("Sam is told", func() bool { return len(w.answers(w.sam)) == 1 })
	t.Logf("%s", w.posts(w.general)[0].Blocks)
	t.Logf("%s", w.answers(w.sam)[0].Blocks)
}
