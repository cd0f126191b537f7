package app

import (
	"strings"
	"testing"

	"allybot/internal/config"
	"allybot/internal/manifest"
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

func TestTheChosenEmojiOffersToGiveCredit(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, manifest.Reactions)
	bot := w.run(hasty, func(cfg *config.Config, _ *Deps) { cfg.CreditEmoji = "raised_hands" })
	c := &crediting{workspace: w, t: t, bots: []*App{bot}}
	root := c.As(c.noor).Say(c.general, "Where should the phone number go?")
	ts := c.As(c.sam).Reply(c.general, root, "At the very end, where people see why")
	others := c.As(c.alice).Say(c.general, "I like mine")

	c.As(c.alice).React(c.general, ts, "tada")             // not the chosen one
	c.As(c.alice).React(c.general, others, "raised_hands") // one's own
	c.As(c.external).React(c.general, ts, "raised_hands")  // somebody of another organisation
	c.As(c.alice).React(c.general, ts, "raised_hands")
	c.eventually("Alice is offered to give credit", func() bool { return len(c.ephemerals(c.alice, c.general)) == 1 })
	offer := c.ephemerals(c.alice, c.general)[0]
	c.says(offer, "<@"+c.sam+">", ":raised_hands:", "Only you see this")
	if offer.ThreadTS != root {
		t.Errorf("it is offered in the thread %q", offer.ThreadTS)
	}
	// Taken off and put on again, it is no new offer; nor for Noor, who saw none.
	c.As(c.alice).Unreact(c.general, ts, "raised_hands")
	c.As(c.alice).React(c.general, ts, "raised_hands")
	c.settled()
	for _, p := range []string{c.alice, c.noor, c.sam, c.external} {
		if n := len(c.ephemerals(p, c.general)); (p == c.alice) != (n == 1) || len(c.answers(p)) > 0 {
			t.Errorf("%s got %d offers and %d direct messages", p, n, len(c.answers(p)))
		}
	}

	c.press(c.alice, offer, "Give credit")
	form := c.window(c.alice, "Give credit")
	c.shows(form, c.sam, "In the thread of the message")
	c.As(c.alice).Type(form.ID, "credit_reason", "asking where people see why")
	c.give(c.alice, form)
	post := c.post(c.general, "asking where people see why")
	if post.ThreadTS != root || !strings.Contains(string(post.Blocks), strings.ReplaceAll(ts, ".", "")) {
		t.Errorf("it is posted in %q with %s", post.ThreadTS, post.Blocks)
	}
	// Who gave credit for it already is not asked again.
	c.As(c.noor).React(c.general, ts, "raised_hands")
	c.eventually("Noor is offered it as well", func() bool { return len(c.ephemerals(c.noor, c.general)) == 1 })
	if n := len(c.ephemerals(c.alice, c.general)); n != 1 {
		t.Errorf("Alice has %d offers", n)
	}
}

func TestWithoutAChosenEmojiNothingIsOffered(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, manifest.Reactions)
	bot := w.run(hasty)
	ts := w.As(w.sam).Say(w.general, "At the very end")
	w.As(w.alice).React(w.general, ts, "raised_hands")
	w.eventually("the reaction was delivered", func() bool { return w.delivered("reaction_added") == 1 && w.allAcked() })
	(&crediting{workspace: w, t: t, bots: []*App{bot}}).settled()
	if n := len(w.ephemerals(w.alice, w.general)); n != 0 {
		t.Errorf("%d offers", n)
	}
}

// Words about credit lead to giving it, for whoever was named and about the
// message they were asked for.
func TestWordsAboutCreditLeadToGivingIt(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.run()
	c := &crediting{workspace: w, t: t}
	answer := c.command(c.alice, c.general, "dave repeated @sam's idea and got the credit")
	c.press(c.alice, answer, "Give credit")
	form := c.window(c.alice, "Give credit")
	c.shows(form, "In the conversation I am in")
	c.As(c.alice).CloseAll()

	ts := c.As(c.sam).Say(c.general, "So now my idea is Dave's, who only repeated it")
	if err := c.As(c.alice).MessageShortcut("find_words", c.general, ts).Wait(patience); err != nil {
		t.Fatal(err)
	}
	words := c.window(c.alice, "Find words")
	if err := c.As(c.alice).PressView(words.ID, button(t, words.Blocks, "Give credit")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	c.shows(c.window(c.alice, "Give credit"), "In the thread of the message", "See the message it is about")
}
