package app

import (
	"strings"
	"testing"
	"time"
)

// The main job: words with the name in them, at once and in private.
func TestSlashAllyGivesWordsToSay(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	start := time.Now()
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	if kind, text := first(t, m.Blocks); kind != "header" || text != "I'd like to hear the rest of Sam's point." {
		t.Errorf("first and large: %s %q", kind, text)
	}
	if !strings.Contains(m.Text, "Sam's point") {
		t.Errorf("notifications and screen readers get %q", m.Text)
	}
	for _, other := range []string{w.sam, w.guest, w.external} {
		if seen := w.As(other).Messages(w.general); len(seen) != 0 {
			t.Errorf("%s sees %v", other, seen)
		}
	}
}

func TestAMentionedPersonIsCalledByTheirDisplayName(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	m := w.command(w.alice, w.quiet, "@sam keeps getting talked over") // a channel the bot is not in
	if _, text := first(t, m.Blocks); text != "I'd like to hear the rest of Samira's point." {
		t.Errorf("got %q", text)
	}
	if strings.Contains(string(m.Blocks), "<@") {
		t.Error("the answer mentions somebody; a pasted mention pings")
	}
}

func TestTheRestIsOneTapAwayAndReplacesTheAnswer(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	p := w.As(w.alice)
	_, before := first(t, m.Blocks)
	if err := p.Press(m, button(t, m.Blocks, "More direct")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the direct wording replaces the gentle one", func() bool {
		now := w.ephemerals(w.alice, w.general)
		if len(now) != 1 {
			return false
		}
		_, text := first(t, now[0].Blocks)
		return text != before && strings.Contains(text, "Sam")
	})
}

func TestAMentionIsAnsweredOnceAndPrivately(t *testing.T) {
	w := newWorkspace(t, "listening")
	w.run()
	w.As(w.alice).Say(w.general, "@ally sam keeps getting talked over")
	w.eventually("an answer only Alice sees", func() bool { return len(w.ephemerals(w.alice, w.general)) > 0 })
	if n := w.delivered("message") + w.delivered("app_mention"); n != 2 {
		t.Fatalf("Slack told of the post %d times; the test needs both events", n)
	}
	w.eventually("both events are acknowledged", w.allAcked)
	if got := w.ephemerals(w.alice, w.general); len(got) != 1 {
		t.Errorf("%d answers", len(got))
	}
	if len(w.ephemerals(w.sam, w.general)) != 0 {
		t.Error("Sam sees it too")
	}
}

func TestAMentionInAThreadIsAnsweredThere(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	root := w.As(w.sam).Say(w.general, "Shall we ship on Friday?")
	w.As(w.alice).Reply(w.general, root, "@ally my idea got ignored")
	w.eventually("an answer in the thread", func() bool {
		for _, m := range w.As(w.alice).Thread(w.general, root) {
			if m.Ephemeral && m.ThreadTS == root {
				return true
			}
		}
		return false
	})
}

func TestADirectMessageIsAnswered(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	p.Say(p.DM(), "sam keeps getting talked over")
	w.eventually("an answer in the direct message", func() bool { return len(w.answers(w.alice)) == 1 })
	m := w.answers(w.alice)[0]
	if _, text := first(t, m.Blocks); !strings.Contains(text, "Sam's point") {
		t.Errorf("got %q", text)
	}
	if err := p.Press(m, button(t, m.Blocks, "More direct")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the answer is replaced in place", func() bool {
		now := w.answers(w.alice)
		_, text := first(t, now[0].Blocks)
		return len(now) == 1 && strings.HasPrefix(text, "Hold on")
	})
}

func TestFindWordsForAMessageInAThread(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	root := w.As(w.sam).Say(w.general, "Thoughts?")
	ts := w.As(w.sam).Reply(w.general, root, "they keep talking over her")
	p := w.As(w.alice)
	if err := p.MessageShortcut("find_words", w.general, ts).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("a modal opens", func() bool { return len(p.Views()) == 1 })
	v := p.Views()[0]
	if !strings.Contains(string(v.Blocks), "point.") {
		t.Errorf("the modal shows %s", v.Blocks)
	}
	if err := p.PressView(v.ID, button(t, v.Blocks, "More direct")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the modal changes in place", func() bool {
		now := p.Views()
		return len(now) == 1 && strings.Contains(string(now[0].Blocks), "Hold on")
	})
}

func TestTheLauncherOpensHelpsAndSuggests(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	m := w.command(w.alice, w.general, "")
	options, err := p.Suggest(&m, "", "script.search", "interrup")
	if err != nil || len(options) == 0 {
		t.Fatalf("searching from the launcher: %v, %d suggestions", err, len(options))
	}
	if err := p.Select(m, "script.search", options[0].Value).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the pick replaces the launcher", func() bool {
		now := w.ephemerals(w.alice, w.general)
		return len(now) == 1 && string(now[0].Blocks) != string(m.Blocks)
	})
	if help := w.command(w.alice, w.general, "help"); !strings.Contains(string(help.Blocks), "/ally") {
		t.Errorf("help shows %s", help.Blocks)
	}
	if err := p.GlobalShortcut("open_ally").Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the launcher opens as a modal", func() bool { return len(p.Views()) == 1 })
}

func TestHomeIsPublishedWhenOpened(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	p.OpenHome()
	w.eventually("the Home tab", func() bool { return p.Home() != nil && len(p.Home().Blocks) > 0 })
}

func TestAnExternalPersonIsNotAnswered(t *testing.T) {
	w := newWorkspace(t)
	bot := w.run()
	w.As(w.external).Say(w.general, "@ally hello")
	w.As(w.guest).Say(w.general, "@ally I got interrupted")
	w.eventually("the guest is answered", func() bool { return len(w.ephemerals(w.guest, w.general)) == 1 })
	w.eventually("everything is acknowledged", w.allAcked)
	w.eventually("all work is done", func() bool {
		n, err := bot.street.Load().gateway.Waiting(t.Context())
		return err == nil && n == 0
	})
	if got := w.ephemerals(w.external, w.general); len(got) != 0 {
		t.Errorf("the other organisation's person got %v", got)
	}
}
