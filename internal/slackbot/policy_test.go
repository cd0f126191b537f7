package slackbot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/socket"
	"allybot/internal/slacksim"
)

// allAcked waits until Slack has an answer to everything it sent.
func (w *world) allAcked() {
	w.t.Helper()
	w.wait("all acknowledgements", func() bool {
		for _, e := range w.Envelopes() {
			if e.AckedAt.IsZero() {
				return false
			}
		}
		return true
	})
}

func TestADirectMessageTakenBackIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	ts := w.sam.Say(dm, "slow")
	w.wait("the work to begin", func() bool { return w.room.count("slow") == 1 })
	w.sam.Delete(dm, ts)
	w.allAcked()
	close(w.room.hold)
	w.settled(a)
	if got := w.answers(dm); len(got) != 0 {
		t.Errorf("answered all the same: %+v", got)
	}
}

func TestADeletionMayArriveBeforeTheMessage(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	w.answered(w.SendEvent(json.RawMessage(fmt.Sprintf(
		`{"type":"message","subtype":"message_deleted","channel":%q,"channel_type":"im","deleted_ts":"17.1","ts":"17.2","event_ts":"17.2"}`, dm))))
	w.answered(w.SendEvent(json.RawMessage(fmt.Sprintf(
		`{"type":"message","channel":%q,"channel_type":"im","user":"USAM","text":"help","ts":"17.1","event_ts":"17.1"}`, dm))))
	w.settled(a)
	if got := w.answers(dm); len(got) != 0 {
		t.Errorf("answered all the same: %+v", got)
	}
}

func TestAnEditedMessageIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	ts := w.sam.Say(dm, "helo")
	w.wait("the answer", func() bool { return len(w.answers(dm)) == 1 })
	w.sam.Edit(dm, ts, "help")

	// Slack sends a mention that an edit added, and one that was there, alike.
	ts = w.sam.Say(w.general, "someone took my idea")
	mention := json.RawMessage(fmt.Sprintf(
		`{"type":"app_mention","user":"USAM","text":"<@%s> someone took my idea","ts":%q,"channel":%q,"edited":{"user":"USAM","ts":"99.0"},"event_ts":"99.0"}`,
		w.BotUserID(), ts, w.general))
	for range 2 {
		w.answered(w.SendEvent(mention))
	}
	w.allAcked()
	w.settled(a)
	if n := len(w.answers(dm)); n != 1 {
		t.Errorf("%d answers to the direct message", n)
	}
	if got := w.answers(w.general); len(got) != 1 || got[0].Text != "Words for: someone took my idea" {
		t.Errorf("answers to the mention: %+v", got)
	}
}

func TestWhatPeopleSendBesidePlainText(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	for i, message := range []string{
		`"subtype":"file_share","text":"help","files":[{"id":"F1"}]`,
		`"subtype":"thread_broadcast","thread_ts":"1000000000.000001","text":"help"`,
		`"subtype":"me_message","text":"help"`,
		`"text":"` + strings.Repeat("help me ", 5000) + `"`,
		`"subtype":"bot_message","bot_id":"B9","text":"help"`,
		`"bot_id":"B9","text":"help"`,
		`"bot_profile":{"id":"B9"},"text":"help"`,
		`"subtype":"channel_topic","text":"help"`,
		`"user_team":"T0OTHER","text":"help"`,
	} {
		w.answered(w.SendEvent(json.RawMessage(fmt.Sprintf(
			`{"type":"message","channel":%q,"channel_type":"im","user":"USAM","ts":"18.%d","event_ts":"18.%d",%s}`, dm, i, i, message))))
	}
	w.settled(a)
	help, words := 0, 0
	for _, m := range w.answers(dm) {
		switch {
		case m.Text == "Here to help":
			help++
		case strings.HasPrefix(m.Text, "Words for: help me help me"):
			words++
		default:
			t.Errorf("unexpected: %.80s", m.Text)
		}
	}
	// The thread of the broadcast does not exist; it is answered beside it.
	if help != 3 || words != 1 {
		t.Errorf("%d answers by help, %d by words", help, words)
	}
}

// What Slack's Go library cannot decode is handled all the same, and what nobody
// knows is acknowledged.
func TestOddBodiesAreHandled(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	w.answered(w.SendEvent(json.RawMessage(fmt.Sprintf(
		`{"type":"message","channel":%q,"channel_type":"im","user":"USAM","text":"help","ts":"17.1","event_ts":"17.1","blocks":[{"type":"section","text":7}]}`, dm))))
	w.answered(w.SendEvent(json.RawMessage(
		`{"type":"app_home_opened","user":"U7","tab":"home","view":{"type":"home","state":{"values":[]}},"event_ts":"1.0"}`)))
	w.answered(w.SendEvent(json.RawMessage(`{"type":"user_huddle_changed","user":{"id":"U7","profile":{"fields":[],"huddle_state":"in_a_huddle"}},"event_ts":"1.0"}`)))
	w.answered(w.SendEvent(json.RawMessage(`{"type":"invented_yesterday","user":[],"event_ts":"1.0"}`)))
	w.settled(a)
	if got := w.answers(dm); len(got) != 1 || got[0].Text != "Here to help" {
		t.Errorf("a message with a malformed block: %+v", got)
	}
	if w.room.count("home of U7") != 1 || w.room.count("U7 in huddle true") != 1 {
		t.Errorf("handled: %v", w.room.seen)
	}
}

func TestAMentionWhereTheBotIsNoMemberIsAnsweredDirectly(t *testing.T) {
	w := newWorld(t)
	w.start()
	elsewhere := w.AddChannel(slacksim.Channel{Name: "elsewhere", Members: []string{"USAM"}})
	w.answered(w.SendEvent(json.RawMessage(fmt.Sprintf(
		`{"type":"app_mention","user":"USAM","text":"<@%s> help","ts":"17.1","channel":%q,"event_ts":"17.1"}`, w.BotUserID(), elsewhere))))
	w.wait("a direct answer", func() bool {
		got := w.answers(w.sam.DM())
		return len(got) == 1 && got[0].Text == "Here to help"
	})
}

func TestButtonsAreForPeopleOfTheOrganisation(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	erin := w.As(w.AddPerson(slacksim.Person{Name: "erin", TeamID: "T0OTHER"}))
	shared := w.AddChannel(slacksim.Channel{Name: "shared", Members: []string{"USAM", erin.ID()}, ExtShared: true, WithBot: true})
	button := func(id string) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(id, "x", slack.NewTextBlockObject("plain_text", "Go", false, false))
	}
	m := blockkit.Message{Text: "For all", Blocks: []slack.Block{slack.NewActionBlock("", button("keep:1"), button("welcome:1"))}}
	if _, err := w.room.send.Post(t.Context(), "i", shared, "", m); err != nil {
		t.Fatal(err)
	}
	seen := func() []slacksim.Message { return erin.Messages(shared) }
	w.answered(erin.Press(seen()[0], "keep:1"))
	w.wait("a polite refusal", func() bool {
		all := seen()
		last := all[len(all)-1]
		return len(all) == 2 && last.Ephemeral && strings.Contains(last.Text, "organisation that runs me")
	})
	w.answered(erin.Press(seen()[0], "welcome:1"))
	w.answered(w.sam.Press(seen()[0], "keep:1"))
	w.wait("the work", func() bool { return w.room.count("welcome x") == 1 && w.room.count("keep x") == 1 })
	w.settled(a)
	if w.room.count("keep x") != 1 || len(seen()) != 2 {
		t.Errorf("done for a stranger: %v", w.room.seen)
	}
	w.noViolations()
}

func TestTheEndOfTheInstallationIsSaidInTheLog(t *testing.T) {
	w := newWorld(t)
	w.start()
	const line = "install it again"
	w.answered(w.SendEvent(json.RawMessage(`{"type":"tokens_revoked","tokens":{"oauth":["USAM"]},"event_ts":"1.0"}`)))
	if strings.Contains(w.logText(), line) {
		t.Error("somebody's own token is not the bot's")
	}
	w.answered(w.SendEvent(json.RawMessage(`{"type":"tokens_revoked","tokens":{"oauth":[],"bot":["UBOT"]},"event_ts":"1.0"}`)))
	w.answered(w.SendEvent(json.RawMessage(`{"type":"app_uninstalled","event_ts":"1.0"}`)))
	if n := strings.Count(w.logText(), line); n != 2 {
		t.Errorf("said %d times:\n%s", n, w.logText())
	}
}

func TestADefiniteRefusalIsNotTriedAgain(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	w.answered(w.SendPayload(socket.Interactive, json.RawMessage(fmt.Sprintf(
		`{"type":"block_actions","user":{"id":"USAM","team_id":%q},"trigger_id":"1.1.a","actions":[{"action_id":"refused"}]}`, w.TeamID()))))
	w.wait("a line about it", func() bool { return len(w.answers(w.sam.DM())) == 1 })
	w.settled(a)
	if n := w.room.count("refused"); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestWhatWasAskedWhileSlackIsAwayIsAnsweredWhenItIsBack(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	away := &awaySender{Sender: o.Sender}
	away.left.Store(9)
	o.Sender = away
	a := w.startWith(o)
	dm := w.sam.DM()
	w.sam.Say(dm, "help")
	w.wait("the answer", func() bool { return len(w.answers(dm)) == 1 && w.answers(dm)[0].Text == "Here to help" })
	w.settled(a)
}

// However many ask at once, whatever their handlers do: each is told something
// while Slack waits. People go on asking until somebody is turned away.
func TestAFloodOfCommandsIsAnsweredInTime(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.HandlerTime, o.Waiting = 400*time.Millisecond, 16 // 32 run at a time, 16 wait: 0.8 s at most
	w.startWith(o)
	defer close(w.room.hold)
	busy := func(x *slacksim.Exchange) bool { return strings.Contains(string(x.Payload()), "a lot to do") }
	var sent []*slacksim.Exchange
	for len(sent) < 500 && !slices.ContainsFunc(sent[max(0, len(sent)-50):], busy) {
		sent = append(sent, w.sam.Command(w.general, "/ally", "slow"))
	}
	turnedAway := 0
	for _, x := range sent {
		switch answer := w.answered(x); {
		case busy(x):
			turnedAway++
		case !strings.Contains(answer, "too long"):
			t.Fatal(answer)
		}
	}
	if turnedAway == 0 {
		t.Errorf("nobody of %d was turned away", len(sent))
	}
}

// What was answered too late for Slack still reaches the person.
func TestAnAnswerThatIsLateArrivesAnotherWay(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	g, err := slackbot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	x := w.sam.Command(w.general, "/ally", "help") // nobody is connected
	_ = x.Wait(5 * time.Second)
	g.Take(t.Context(), socket.Envelope{
		ID: x.EnvelopeID, Type: socket.SlashCommand, Payload: w.Envelopes()[0].Payload, Received: time.Now().Add(-time.Minute),
		Ack: func(context.Context, any) error { return nil },
	})
	got := w.answers(w.general)
	if len(got) != 1 || !got[0].Ephemeral || got[0].Text != "Here to help" && !strings.Contains(got[0].Text, "too long") {
		t.Errorf("got %+v", got)
	}
}

// What Redis holds is not readable, work that still waits included, and all of it
// is gone within a day: what a person typed within the hour.
func TestNothingReadableStaysInRedis(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Inbox.Pause = func(int) time.Duration { return time.Hour }
	a := w.startWith(o)
	const secret = "zugzwang"
	dm := w.sam.DM()
	w.sam.Say(dm, "help")
	w.sam.Say(w.general, "@ally someone took "+secret)
	w.wait("the answers", func() bool { return len(w.answers(dm)) == 1 && len(w.answers(w.general)) == 1 })
	w.settled(a)
	w.sam.Say(dm, "fail "+secret) // waits for its next try
	w.answered(w.sam.MessageShortcut("find_words", w.general, w.sam.Say(w.general, secret)))
	ctx := t.Context()
	w.wait("the failed work to wait", func() bool {
		n, err := a.Waiting(ctx)
		return err == nil && n == 1 && strings.Contains(w.logText(), "tried again")
	})

	keys := o.DB.Client.Keys(ctx, "*").Val()
	if len(keys) < 5 {
		t.Fatalf("only %v, so that this test shows nothing", keys)
	}
	for _, key := range keys {
		limit := 24 * time.Hour
		if strings.HasSuffix(key, ":stream") {
			limit = time.Hour
		}
		if left := o.DB.Client.PTTL(ctx, key).Val(); left <= 0 || left > limit {
			t.Errorf("%s stays for %v", key, left)
		}
		if value := o.DB.Client.Dump(ctx, key).Val(); strings.Contains(key+value, secret) {
			t.Errorf("%s holds what was typed", key)
		}
	}
}

func TestAMentionAloneOpensTheLauncher(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.sam.Say(w.general, "@ally")
	w.wait("the launcher", func() bool {
		got := w.answers(w.general)
		return len(got) == 1 && got[0].Text == "What is it about?"
	})
}
