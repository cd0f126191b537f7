package slackbot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"allybot/internal/slackbot"
	"allybot/internal/slackbot/socket"
	"allybot/internal/slacksim"
)

func TestACommandIsAnsweredPrivatelyInItsAcknowledgement(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.answered(w.sam.Command(w.general, "/ally", "sam keeps getting talked over"))
	got := w.answers(w.general)
	if len(got) != 1 || !got[0].Ephemeral || got[0].Text != "Words for: sam keeps getting talked over" {
		t.Errorf("got %+v", got)
	}
	w.noViolations()
}

func TestWhatGoesWrongIsSaidPrivatelyWithACodeThatIsInTheLog(t *testing.T) {
	w := newWorld(t)
	w.start()
	for _, text := range []string{"fail", "panic about my secret"} {
		answer := w.answered(w.sam.Command(w.general, "/ally", text))
		var p struct{ Text string }
		if err := json.Unmarshal([]byte(answer), &p); err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(p.Text, "`")
		code, _, _ = strings.Cut(code, "`")
		if !strings.Contains(p.Text, "Something went wrong") || len(code) != 6 || !strings.Contains(w.logText(), code) {
			t.Errorf("%s: %q", text, p.Text)
		}
		if strings.Contains(answer, "on fire") {
			t.Errorf("the error is shown: %s", answer)
		}
	}
	if strings.Contains(w.logText(), "my secret") {
		t.Error("what was typed is in the log")
	}
}

func TestASlowHandlerIsAnsweredInTime(t *testing.T) {
	w := newWorld(t)
	w.start()
	defer close(w.room.hold)
	if answer := w.answered(w.sam.Command(w.general, "/ally", "slow")); !strings.Contains(answer, "too long") {
		t.Error(answer)
	}
}

func TestWhatFollowsACommandIsDoneOnceHoweverOftenItIsDelivered(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start(), w.start()
	x := w.sam.Command(w.general, "/ally", "later x")
	w.answered(x)
	for range 3 {
		w.Redeliver(x.EnvelopeID)
	}
	w.settled(a)
	w.wait("all deliveries", func() bool { return w.Envelopes()[0].Attempts == 4 })
	w.settled(a)
	if n := w.room.count("later x"); n != 1 {
		t.Errorf("done %d times", n)
	}
}

func TestAPressIsDoneOnceHoweverOftenItIsDelivered(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start(), w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	x := w.sam.Press(w.answers(w.general)[0], "keep:1")
	w.answered(x)
	for range 3 {
		w.Redeliver(x.EnvelopeID)
	}
	w.wait("the press", func() bool { return w.room.count("keep it") > 0 })
	w.settled(a)
	if n := w.room.count("keep it"); n != 1 {
		t.Errorf("done %d times", n)
	}
	w.answered(w.sam.Press(w.answers(w.general)[0], "show:1"))
	w.wait("the answer to be replaced", func() bool { return w.answers(w.general)[0].Text == "Shown: more" })
}

func TestAPressThatFailsIsSaid(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	m := w.answers(w.general)[0]
	w.answered(w.SendPayload(socket.Interactive, json.RawMessage(fmt.Sprintf(
		`{"type":"block_actions","user":{"id":"USAM","team_id":%q},"trigger_id":"1.1.a","response_url":%q,"actions":[{"action_id":"broken"}]}`, w.TeamID(), m.ResponseURL))))
	w.wait("a line about it", func() bool {
		all := w.answers(w.general)
		return strings.Contains(all[len(all)-1].Text, "Something went wrong")
	})
	if n := w.room.count("broken"); n != 4 {
		t.Errorf("tried %d times", n)
	}
}

// A window that could not open in time is no fault to report: trying again helps.
func TestAPressThatWasTooLateForAWindow(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	m := w.answers(w.general)[0]
	w.answered(w.SendPayload(socket.Interactive, json.RawMessage(fmt.Sprintf(
		`{"type":"block_actions","user":{"id":"USAM","team_id":%q},"trigger_id":"1.1.b","response_url":%q,"actions":[{"action_id":"late"}]}`, w.TeamID(), m.ResponseURL))))
	w.wait("a line about it", func() bool {
		all := w.answers(w.general)
		return strings.Contains(all[len(all)-1].Text, "took me too long")
	})
	if n := w.room.count("late"); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestShortcutsAndWindows(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	ts := w.sam.Say(w.general, "he said no")
	x := w.sam.MessageShortcut("find_words", w.general, ts)
	w.answered(x)
	if len(w.sam.Views()) != 1 || w.room.count("find_words he said no") != 1 {
		t.Fatalf("views %+v, seen %v", w.sam.Views(), w.room.seen)
	}
	w.Redeliver(x.EnvelopeID)
	view := w.sam.Views()[0].ID
	w.sam.Type(view, "what", "wrong")
	wrong := w.sam.Submit(view)
	w.answered(wrong)
	if wrong.Errors()["what"] != "Please say more" {
		t.Errorf("errors %v", wrong.Errors())
	}
	w.sam.Type(view, "what", "fail")
	w.answered(w.sam.Submit(view))
	if v := w.sam.Views(); len(v) != 2 || !strings.Contains(string(v[1].Blocks), "Something went wrong") {
		t.Errorf("views %+v", v)
	}
	w.answered(w.sam.CloseView(w.sam.Views()[1].ID))
	w.sam.Type(view, "what", "good")
	w.answered(w.sam.Submit(view))
	w.wait("the work", func() bool { return w.room.count("later good") == 1 })
	if v := w.sam.Views(); len(v) != 0 {
		t.Errorf("views %+v", v)
	}
	w.answered(w.sam.GlobalShortcut("open_ally"))
	w.wait("a direct line", func() bool {
		got := w.answers(w.sam.DM())
		return len(got) == 1 && strings.Contains(got[0].Text, "Something went wrong")
	})
	w.settled(a)
	if n := w.room.count("find_words he said no"); n != 1 {
		t.Errorf("opened %d times", n)
	}
	w.noViolations()
}

func TestEachRoomGetsTheEvent(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	w.answered(w.sam.OpenHome())
	w.wait("both rooms", func() bool {
		return w.room.count("home of USAM") == 1 && w.room.count("another room's home of USAM") == 1
	})
	w.settled(a)
}

func TestHuddlesAreSeenFromStartToEnd(t *testing.T) {
	w := newWorld(t)
	w.UpdatePerson("USAM", func(p *slacksim.Person) { p.FieldsAsList = true })
	w.start()
	id := w.sam.StartHuddle(w.general)
	w.sam.EndHuddle(id)
	w.wait("the huddle", func() bool {
		return w.room.count("huddle "+w.general+" ended false") > 0 && w.room.count("huddle "+w.general+" ended true") > 0 &&
			w.room.count("USAM in huddle true") > 0 && w.room.count("USAM in huddle false") > 0
	})
}

func TestAMentionAndItsMessageAreAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start(), w.start()
	ts := w.sam.Say(w.general, "@ally someone took my idea")
	w.wait("the answer", func() bool { return len(w.answers(w.general)) > 0 })
	w.settled(a)
	got := w.answers(w.general)
	if len(got) != 1 || !got[0].Ephemeral || got[0].Text != "Words for: someone took my idea" || w.room.count("free text") != 1 {
		t.Errorf("%d asked, got %+v", w.room.count("free text"), got)
	}
	events := 0
	for _, e := range w.Envelopes() {
		if strings.Contains(string(e.Payload), ts) && e.Type == socket.Events {
			events++
		}
	}
	if events != 2 {
		t.Errorf("Slack sent %d events about the post, so that this test shows nothing", events)
	}
	w.noViolations()
}

func TestADirectMessageIsAnsweredInItsConversation(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	dm := w.sam.DM()
	w.sam.Say(dm, "help")
	w.wait("the answer", func() bool { return len(w.answers(dm)) == 1 })
	if got := w.answers(dm)[0]; got.Text != "Here to help" {
		t.Errorf("got %+v", got)
	}
	w.settled(a) // the bot's own message comes back as an event, and is no request
	if len(w.answers(dm)) != 1 {
		t.Errorf("it talks to itself: %+v", w.answers(dm))
	}
	w.noViolations()
}

func TestAnAnswerThatMayBeLostIsSaidDirectly(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.Inject(slacksim.Fault{Method: "chat.postEphemeral", Kind: slacksim.LostReply, Times: 1})
	w.sam.Say(w.general, "@ally help")
	w.wait("a direct line", func() bool {
		got := w.answers(w.sam.DM())
		return len(got) == 1 && strings.Contains(got[0].Text, "can’t tell whether my answer reached you")
	})
	if n := len(w.answers(w.general)); n != 1 {
		t.Errorf("answered %d times in the channel", n)
	}
}

func TestEventsComeOnceThoughSlackRepeatsThem(t *testing.T) {
	w := newWorld(t)
	w.SetRetrySchedule([]time.Duration{0, 50 * time.Millisecond, 100 * time.Millisecond})
	a, _ := w.start(), w.start()
	for _, k := range w.Sockets()[:3] { // of four: some repetitions get through to the end
		k.LoseAcks(true)
	}
	for i := range 8 {
		w.SendEvent(json.RawMessage(fmt.Sprintf(`{"type":"app_home_opened","user":"U%d","tab":"home","event_ts":"1.0"}`, i)))
	}
	w.wait("all events", func() bool {
		for i := range 8 {
			if w.room.count(fmt.Sprintf("home of U%d", i)) == 0 {
				return false
			}
		}
		return true
	})
	w.wait("repetitions", func() bool {
		n := 0
		for _, e := range w.Envelopes() {
			n += e.Attempts
		}
		return n > 8
	})
	w.settled(a)
	for i := range 8 {
		if n := w.room.count(fmt.Sprintf("home of U%d", i)); n != 1 {
			t.Errorf("U%d: %d times", i, n)
		}
	}
}

func TestWithRedisAway(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	m := w.answers(w.general)[0]
	w.redis.Kill()

	event := w.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","tab":"home","event_ts":"1.0"}`))
	if answer := w.answered(w.sam.Command(w.general, "/ally", "still there")); !strings.Contains(answer, "Words for: still there") {
		t.Errorf("finding words: %s", answer)
	}
	if answer := w.answered(w.sam.Command(w.general, "/ally", "count")); !strings.Contains(answer, "try again in a minute") {
		t.Errorf("a command that needs Redis: %s", answer)
	}
	if answer := w.answered(w.sam.Command(w.general, "/ally", "later x")); !strings.Contains(answer, "try again in a minute") {
		t.Errorf("a command whose work cannot be stored: %s", answer)
	}
	w.answered(w.sam.Press(m, "keep:1"))
	w.wait("a line about the press", func() bool {
		all := w.answers(w.general)
		return strings.Contains(all[len(all)-1].Text, "try again in a minute")
	})
	w.answered(w.sam.Press(m, "show:1"))
	w.wait("the answer to be replaced", func() bool { return w.answers(w.general)[0].Text == "Shown: more" })
	ts := w.sam.Say(w.general, "hm")
	w.answered(w.sam.MessageShortcut("find_words", w.general, ts))
	if len(w.sam.Views()) != 1 {
		t.Error("the shortcut that needs no state opened nothing")
	}
	if err := event.Wait(10 * time.Millisecond); err == nil {
		t.Error("an event was acknowledged that is not stored")
	}
	w.redis.Restart()
	w.wait("Redis", func() bool {
		return a.Do(context.Background(), "probe", slackbot.Task{Name: "later", Payload: []byte(`"probe"`)}) == nil
	})
	w.Redeliver(event.EnvelopeID)
	w.wait("the event", func() bool { return w.room.count("home of U1") == 1 })
	if w.room.count("keep it") != 0 || w.room.count("later x") != 0 {
		t.Error("what was refused was done nevertheless")
	}
}

func TestStoppingInOrder(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "later hold"))
	w.wait("the work to begin", func() bool { return w.room.count("begun hold") == 1 })
	slow := w.sam.Command(w.general, "/ally", "slow")
	w.wait("the command to arrive", func() bool { return w.room.count("slow") == 1 })

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	stopped := make(chan error, 1)
	go func() { stopped <- a.Shutdown(ctx) }()
	w.answered(slow) // what was taken is answered before the sockets close
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if err := <-a.done; err != nil {
		t.Error(err)
	}
	if d := time.Since(began); d > 6*time.Second {
		t.Errorf("it took %v", d)
	}
	if n := len(w.Sockets()); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
	close(w.room.hold)
	b := w.start()
	w.settled(b)
	if w.room.count("later hold") != 1 || w.room.count("begun hold") != 2 {
		t.Errorf("the work handed back: %v", w.room.seen)
	}
	w.noViolations()
}

func TestACrashLosesNothingAcknowledged(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "later hold"))
	w.wait("the work to begin", func() bool { return w.room.count("begun hold") == 1 })
	a.crash()
	<-a.ended
	close(w.room.hold)
	b := w.start()
	w.wait("the work", func() bool { return w.room.count("later hold") == 1 })
	w.settled(b)
}

func TestAWrongAppTokenEndsTheRun(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.AppToken = w.BotToken()
	g, err := slackbot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	err = g.Run(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "SLACK_APP_TOKEN: ") || strings.Contains(err.Error(), w.BotToken()) {
		t.Errorf("err = %v", err)
	}
}

// Everything at once, with a log of every level: nothing that people wrote, no
// token, no response URL and no trigger id may be in it.
func TestTheLogKeepsSecrets(t *testing.T) {
	w := newWorld(t)
	a := w.start()
	const secret = "zugzwang"
	w.answered(w.sam.Command(w.general, "/ally", secret))
	w.answered(w.sam.Command(w.general, "/ally", "fail "+secret))
	w.answered(w.sam.Command(w.general, "/ally", "panic "+secret))
	m := w.answers(w.general)[0]
	ts := w.sam.Say(w.general, secret)
	w.sam.Say(w.general, "@ally fail "+secret)
	w.sam.Say(w.sam.DM(), "panic "+secret)
	w.answered(w.sam.MessageShortcut("find_words", w.general, ts))
	w.answered(w.sam.GlobalShortcut("open_ally"))
	w.answered(w.SendPayload(socket.Interactive, json.RawMessage(fmt.Sprintf(
		`{"type":"block_actions","user":{"id":"USAM"},"trigger_id":"1.1.%s","response_url":%q,"actions":[{"action_id":"broken","value":%q}]}`, secret, w.BaseURL()+"/"+secret, secret))))
	w.SendEvent(json.RawMessage(`{"type":"message","channel":"C1","text":"` + secret + `","blocks":[7]}`))
	w.Sockets()[0].SendRaw([]byte(`{"` + secret + `":`))
	w.Sockets()[0].SendRaw([]byte(`{"type":"events_api","payload":"` + secret + `"}`))
	w.wait("the answers", func() bool { return w.room.count("broken") == 4 && len(w.answers(w.sam.DM())) >= 3 })
	w.settled(a)
	w.redis.Kill()
	w.answered(w.sam.Press(m, "keep:1"))
	w.Sockets()[0].Kill()
	w.wait("two sockets", func() bool { return a.Status().Connected == 2 })

	log := w.logText()
	for what, s := range map[string]string{
		"text": secret, "the bot token": w.BotToken(), "the app token": w.AppToken(), "a response URL": m.ResponseURL, "a ticket": "ticket=",
	} {
		if strings.Contains(log, s) {
			t.Errorf("%s is in the log:\n%s", what, log)
		}
	}
	for _, e := range w.Envelopes() {
		var p struct {
			Trigger string `json:"trigger_id"`
		}
		if json.Unmarshal(e.Payload, &p) == nil && p.Trigger != "" && strings.Contains(log, p.Trigger) {
			t.Errorf("the trigger id %s is in the log", p.Trigger)
		}
	}
}

func TestAnAnswerWhoseSocketBreaksStillArrives(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Sockets = 1
	g, err := slackbot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { _ = g.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	w.wait("the socket", func() bool { return g.Status().Connected == 1 })
	x := w.sam.Command(w.general, "/ally", "slow")
	w.wait("the command", func() bool { return w.room.count("slow") == 1 })
	w.Sockets()[0].Kill()
	w.wait("the loss to be noticed", func() bool { return !g.Status().LastLost.IsZero() })
	close(w.room.hold)
	w.wait("the answer", func() bool {
		got := w.answers(w.general)
		return len(got) == 1 && got[0].Ephemeral && got[0].Text == "too late"
	})
	if err := x.Wait(5 * time.Second); err == nil {
		t.Error("it was acknowledged, so that this test shows nothing")
	}
}
