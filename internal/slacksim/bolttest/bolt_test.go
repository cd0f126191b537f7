//go:build bolt

package bolttest

import (
	"bytes"
	"os"
	"testing"

	"allybot/internal/slacksim"
)

// stage is a workspace with one person, one channel and the running app.
type stage struct {
	sim     *slacksim.Sim
	app     *boltApp
	sam     *slacksim.Actor
	samID   string
	general string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	t.Parallel() // the app takes a second to start
	manifest, err := os.ReadFile("testdata/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := slacksim.Start(slacksim.Options{Manifest: manifest, TriggerLife: patience, AckTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	s := &stage{sim: sim, samID: sim.AddPerson(slacksim.Person{Name: "sam", RealName: "Sam Ng"})}
	s.general = sim.AddChannel(slacksim.Channel{Name: "general", Members: []string{s.samID}, WithBot: true})
	s.sam = sim.As(s.samID)
	s.app = start(t, sim)
	t.Cleanup(func() {
		for _, v := range sim.Violations() {
			t.Errorf("Slack would have refused: %s", v)
		}
	})
	return s
}

// acked waits for the app's acknowledgement.
func acked(t *testing.T, e *slacksim.Exchange) *slacksim.Exchange {
	t.Helper()
	if err := e.Wait(patience); err != nil {
		t.Fatalf("not acknowledged: %v", err)
	}
	return e
}

// sees waits until Sam sees a last message in the channel that reads text.
func (s *stage) sees(t *testing.T, channel, text string) slacksim.Message {
	t.Helper()
	var last slacksim.Message
	if !s.sim.WaitFor(patience, func() bool {
		all := s.sam.Messages(channel)
		if len(all) > 0 {
			last = all[len(all)-1]
		}
		return last.Text == text
	}) {
		t.Fatalf("last message reads %q, want %q", last.Text, text)
	}
	return last
}

// modal waits until Sam has n modals open and returns the top one.
func (s *stage) modal(t *testing.T, n int) slacksim.View {
	t.Helper()
	if !s.sim.WaitFor(patience, func() bool { return len(s.sam.Views()) == n }) {
		t.Fatalf("%d modals open, want %d", len(s.sam.Views()), n)
	}
	if n == 0 {
		return slacksim.View{}
	}
	return s.sam.Views()[n-1]
}

// answer runs the command and returns the private answer.
func (s *stage) answer(t *testing.T) slacksim.Message {
	t.Helper()
	exchange := acked(t, s.sam.Command(s.general, "/bolt", "being talked over"))
	if saw := s.app.expect("command"); saw["text"] != "being talked over" || saw["user"] != s.samID {
		t.Errorf("the app saw %v", saw)
	}
	if !bytes.Contains(exchange.Payload(), []byte("Words for being talked over")) {
		t.Errorf("the acknowledgement carries %s", exchange.Payload())
	}
	return s.sees(t, s.general, "Words for being talked over")
}

func TestSlashCommandIsAnsweredInItsAck(t *testing.T) {
	s := newStage(t)
	if m := s.answer(t); !m.Ephemeral || m.BotID == "" {
		t.Errorf("the answer is not private to Sam, or not the bot's: %+v", m)
	}
	esme := s.sim.As(s.sim.AddPerson(slacksim.Person{Name: "esme"}))
	if all := esme.Messages(s.general); len(all) != 0 {
		t.Errorf("Esme sees Sam's answer: %+v", all)
	}
}

func TestButtonReplacesTheAnswerByItsResponseURL(t *testing.T) {
	s := newStage(t)
	first := s.answer(t)
	acked(t, s.sam.Press(first, "more"))
	if saw := s.app.expect("action"); saw["action"] != "more" || saw["value"] != "more" {
		t.Errorf("the app saw %v", saw)
	}
	if second := s.sees(t, s.general, "More words"); !second.Ephemeral {
		t.Error("the replacement is public")
	}
	if all := s.sam.Messages(s.general); len(all) != 1 {
		t.Errorf("%d messages, want the one that was replaced", len(all))
	}
}

func TestModalWithSuggestionsErrorsAndClose(t *testing.T) {
	s := newStage(t)
	acked(t, s.sam.Press(s.answer(t), "open_form"))
	if saw := s.app.expect("opened"); saw["callback_id"] != "form" || saw["has_id"] != true {
		t.Errorf("views.open gave the app %v", saw)
	}
	view := s.modal(t, 1)
	if view.Title != "Prepare" || view.Submit != "Save" {
		t.Errorf("the modal is %q with %q", view.Title, view.Submit)
	}

	offered, err := s.sam.Suggest(nil, view.ID, "find", "names")
	if err != nil || len(offered) != 1 || offered[0].Text != "About names" {
		t.Fatalf("offered %v, %v", offered, err)
	}
	s.app.expect("options")
	s.sam.Type(view.ID, "find", offered[0].Value)

	s.sam.Type(view.ID, "text", "win")
	refused := acked(t, s.sam.Submit(view.ID))
	if saw := s.app.expect("submission"); saw["goal"] != "win" || saw["moment"] != "names" || saw["private_metadata"] != "kept" {
		t.Errorf("the app saw %v", saw)
	}
	if got := refused.Errors()["goal"]; got != "Name what you want to understand." {
		t.Errorf("under the input stands %q", got)
	}
	s.modal(t, 1)

	s.sam.Type(view.ID, "text", "understand")
	acked(t, s.sam.Submit(view.ID))
	s.app.expect("submission")
	s.modal(t, 0)
	if saw := s.app.expect("posted"); saw["has_ts"] != true || saw["channel"] != s.sam.DM() {
		t.Errorf("the app posted to %v, want %s", saw, s.sam.DM())
	}
	s.sees(t, s.sam.DM(), "Saved: understand")
}

func TestGlobalShortcutOpensAModal(t *testing.T) {
	s := newStage(t)
	acked(t, s.sam.GlobalShortcut("open_form"))
	if saw := s.app.expect("shortcut"); saw["type"] != "shortcut" {
		t.Errorf("the app saw %v", saw)
	}
	s.modal(t, 1)
}

func TestMessageEventIsAnsweredInTheChannel(t *testing.T) {
	s := newStage(t)
	s.sam.Say(s.general, "hello there")
	if saw := s.app.expect("message"); saw["text"] != "hello there" || saw["retry"] != 0.0 {
		t.Errorf("the app saw %v", saw)
	}
	if m := s.sees(t, s.general, "Hello <@"+s.samID+">"); m.Ephemeral || m.UserID != s.sim.BotUserID() {
		t.Errorf("the reply is private, or not the bot's: %+v", m)
	}
}

func TestRedeliveryCountsItsAttempts(t *testing.T) {
	s := newStage(t)
	s.sam.Say(s.general, "hello again")
	s.app.expect("message")
	s.sees(t, s.general, "Hello <@"+s.samID+">")
	for _, e := range s.sim.Envelopes() {
		if bytes.Contains(e.Payload, []byte("hello again")) {
			s.sim.Redeliver(e.ID)
		}
	}
	if saw := s.app.expect("message"); saw["retry"] != 1.0 || saw["reason"] == "" {
		t.Errorf("the app saw %v, want a first retry with its reason", saw)
	}
}

func TestHomeIsPublishedWhenOpened(t *testing.T) {
	s := newStage(t)
	acked(t, s.sam.OpenHome())
	if saw := s.app.expect("home"); saw["tab"] != "home" || saw["has_hash"] != true {
		t.Errorf("the app saw %v", saw)
	}
	if !s.sim.WaitFor(patience, func() bool {
		home := s.sam.Home()
		return home != nil && bytes.Contains(home.Blocks, []byte("Your page"))
	}) {
		t.Fatal("Home stays empty")
	}
}

func TestAppComesBackAfterLosingItsSocket(t *testing.T) {
	for name, lose := range map[string]func(*slacksim.Socket){
		"disconnect frame": func(k *slacksim.Socket) { k.Disconnect("refresh_requested") },
		"cut":              (*slacksim.Socket).Kill,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			sockets := s.sim.Sockets()
			if len(sockets) != 1 {
				t.Fatalf("%d sockets, want 1", len(sockets))
			}
			old := sockets[0].ID
			lose(sockets[0])
			if !s.sim.WaitFor(patience, func() bool {
				now := s.sim.Sockets()
				return len(now) == 1 && now[0].ID != old
			}) {
				t.Fatal("the app opened no new socket")
			}
			s.answer(t)
		})
	}
}
