package lessons

import (
	"errors"
	"strings"
	"testing"
	"time"

	"allybot/internal/slackbot"
	"allybot/internal/when"
)

var mondays = Slot{Day: time.Monday, Minute: 570}

// wish is what Noor asks for, of a channel as it is now.
func (r *testRoom) wish() slackbot.Task {
	r.t.Helper()
	reply, err := r.submitChannel(r.t.Context(), slackbot.Submission{UserID: "U0NOOR", State: map[string]slackbot.Value{
		fieldDay: {Options: []string{"Monday"}}, fieldTime: {Value: "09:30"}, fieldChannel: {Conversations: []string{"C0TEAM"}},
	}})
	if err != nil || reply.Task == nil {
		r.t.Fatalf("%+v, %v", reply, err)
	}
	reply.Task.ID = "wish"
	return *reply.Task
}

// stops presses Stop in the channel.
func (r *testRoom) stops(taskID, userID string) error {
	r.t.Helper()
	task, err := slackbot.NewTask("action/"+actionEnd, slackbot.Action{
		ActionID: actionEnd, UserID: userID, Origin: slackbot.Origin{ChannelID: "C0TEAM", MessageTS: "1.1", ResponseURL: "r"},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	task.ID = taskID
	return r.router.Do(r.t.Context(), *task)
}

// had makes a channel one that had lessons until now.
func (r *testRoom) had() {
	r.t.Helper()
	_, err := r.Book.Change(r.t.Context(), "C0TEAM", func(s *Subscription) error {
		s.By = "U0SAM"
		s.Start(mondays, noZone, r.clock.AddDate(0, 0, -7))
		s.Delivered(r.clock.AddDate(0, 0, -6))
		s.end(somebody)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if r.find("C0TEAM").Last == 0 {
		r.t.Fatal("it had none")
	}
}

func TestWhatAChannelCouldNotBeToldOfIsTakenBack(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*Subscription)
		on        bool
		told      int
	}{
		"nothing happened":        {on: false, told: 1},
		"a lesson came":           {meanwhile: func(s *Subscription) { s.Delivered(s.Due()) }, on: true, told: 0},
		"another one was faster":  {meanwhile: func(s *Subscription) { s.By = "U0SAM" }, on: true, told: 1},
		"they asked for Thursday": {meanwhile: func(s *Subscription) { s.Slot.Day = time.Thursday }, on: true, told: 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := enter(t)
			r.clock = r.clock.Add(24 * time.Hour) // Monday noon
			r.had()
			wish := r.wish()
			r.slack.postErr = slackbot.ErrUnavailable
			if err := r.router.Do(t.Context(), wish); !errors.Is(err, slackbot.ErrUnavailable) {
				t.Fatal(err)
			}
			if c.meanwhile != nil {
				if _, err := r.Book.Change(t.Context(), "C0TEAM", func(s *Subscription) error { c.meanwhile(s); return nil }); err != nil {
					t.Fatal(err)
				}
			}
			r.channelNotOn(t.Context(), wish)
			if s := r.find("C0TEAM"); s.On != c.on {
				t.Errorf("kept: %+v", s)
			}
			if n := len(r.slack.direct); n != c.told {
				t.Errorf("told: %v", r.slack.direct)
			}
		})
	}
}

// Slack may have been away for most of an hour: by then it can be night.
func TestWhatCameToNothingIsToldInTheMorning(t *testing.T) {
	r := enter(t)
	r.clock = time.Date(2026, 11, 23, 16, 50, 0, 0, time.UTC) // 17:50 for Noor
	wish := r.wish()
	r.slack.postErr = slackbot.ErrUnavailable
	if err := r.router.Do(t.Context(), wish); err == nil {
		t.Fatal("the channel was told")
	}
	r.clock = r.clock.Add(40 * time.Minute)
	r.channelNotOn(t.Context(), wish)
	if len(r.slack.direct) > 0 {
		t.Fatalf("told at night: %v", r.slack.direct)
	}
	if got, err := r.exportPerson(t.Context(), "U0NOOR"); err != nil || got == nil || got.(keptOfPerson).Untold[0] != "C0TEAM" {
		t.Errorf("exported: %+v, %v", got, err)
	}
	waiting, err := r.Book.db.Client.ZRangeWithScores(t.Context(), r.Book.notDoneKey(), 0, -1).Result()
	if err != nil || len(waiting) != 1 {
		t.Fatalf("waiting: %v, %v", waiting, err)
	}
	at := time.UnixMilli(int64(waiting[0].Score)).UTC()
	if want := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC); !at.Equal(want) {
		t.Errorf("told at %s, not %s", at, want)
	}
	r.clock = at
	due, err := slackbot.NewTask(taskNotDone, slackbot.Due{Member: waiting[0].Member.(string), At: at})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.router.Do(t.Context(), *due); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.slack.direct["wish/failed"]; len(r.slack.direct) != 1 || !strings.Contains(got, "I could not start the weekly lesson in <#C0TEAM>") {
		t.Errorf("told: %v", r.slack.direct)
	}
	if left, err := r.Book.notDone(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("still waiting: %v, %v", left, err)
	}
}

func TestWhoeverIsForgottenIsToldNothingMore(t *testing.T) {
	r := enter(t)
	r.clock = r.clock.Add(10 * time.Hour)
	if err := r.tellNotDone(t.Context(), notDone{UserID: "U0NOOR", ChannelID: "C0TEAM", Task: "wish"}); err != nil {
		t.Fatal(err)
	}
	if err := r.erasePerson(t.Context(), "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if left, err := r.Book.notDone(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("kept: %v, %v", left, err)
	}
}

func TestAnEndIsSaidOnce(t *testing.T) {
	r := enter(t)
	r.had()
	start := func() {
		t.Helper()
		task := r.wish()
		task.ID += r.clock.String()
		if err := r.router.Do(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	ended := func() (n int) {
		for _, text := range r.slack.posted {
			if strings.Contains(text, endedLine) {
				n++
			}
		}
		return n
	}
	start()
	r.slack.postErr = slackbot.ErrUnavailable
	if err := r.stops("one", "U0NOOR"); !errors.Is(err, slackbot.ErrUnavailable) {
		t.Fatal(err)
	}
	r.slack.postErr = nil
	r.slack.during = func() { // another one presses meanwhile
		if err := r.stops("two", "U0SAM"); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		if err := r.stops("one", "U0NOOR"); err != nil {
			t.Fatal(err)
		}
	}
	if ended() != 1 || len(r.slack.whispered) != 1 || r.slack.whispered[0].Text != endedAlready {
		t.Errorf("posted %v, whispered %+v", r.slack.posted, r.slack.whispered)
	}
	if s := r.find("C0TEAM"); s.On {
		t.Errorf("kept: %+v", s)
	}
	// Started anew within the week, it can be ended anew, and that is said too.
	r.clock = r.clock.Add(time.Minute)
	start()
	if err := r.stops("three", "U0SAM"); err != nil {
		t.Fatal(err)
	}
	if s := r.find("C0TEAM"); ended() != 2 || s.On {
		t.Errorf("posted %v, kept %+v", r.slack.posted, s)
	}
}

// noWay is a sender that nothing may go through.
type noWay struct{ slackbot.Sender }

func TestAllGoesThroughTheGate(t *testing.T) {
	r := enter(t)
	r.Send = noWay{}
	r.wishes("one", "U0NOOR")
	r.wishes("two", "U0SAM")
	if err := r.stops("end", "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if len(r.slack.posted) != 2 || len(r.slack.direct) != 1 {
		t.Errorf("posted %v, direct %v", r.slack.posted, r.slack.direct)
	}
}

func TestASnoozeIsSaidWhereTheNextLessonIs(t *testing.T) {
	r := enter(t)
	r.takes() // Tuesdays at 10:00
	snooze := func(until string) {
		t.Helper()
		at, err := time.Parse(time.DateOnly, until)
		if err == nil {
			err = r.Gate.Snooze(t.Context(), "U0NOOR", when.DateOf(at).At(0, when.Zone("Europe/Berlin")))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const snoozing = "Your lessons come on Tuesdays at 10:00, where you are (Europe/Berlin). You are snoozing until *Thursday*, so the next one comes after that."
	next := "Your next lesson comes Tuesday 24 November at 10:00"
	shown := func(want, not string) {
		t.Helper()
		for _, rest := range []string{"", "next", "on", "tue 10:00"} {
			if text, err := r.asks("U0NOOR", rest); err != nil || !strings.Contains(text, want) || strings.Contains(text, not) {
				t.Errorf("%q: %q, %v", rest, text, err)
			}
		}
		for name, got := range map[string]string{
			"Home": said(t, r.home(t.Context(), "U0NOOR")), "the welcome": said(t, r.welcome(t.Context(), "U0NOOR")),
		} {
			if !strings.Contains(got, want) || strings.Contains(got, not) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	shown(next, "snooz")
	snooze("2026-11-26")
	shown(snoozing, next)
	if got := said(t, r.home(t.Context(), "U0NOOR")); !strings.Contains(got, snoozeNote) {
		t.Errorf("Home: %s", got)
	}
	snooze("2026-11-24") // it ends before the lesson comes
	shown(next, "snooz")

	snooze("2026-12-25")
	text, err := r.asks("U0NOOR", "pause until 10 december")
	if want := "Lessons are paused, and you are snoozing until *Friday 25 December*. The next one comes after that."; err != nil || text != want {
		t.Errorf("paused: %q, %v", text, err)
	}
}

func TestALessonInAnAnswerIsNotedOnceItArrived(t *testing.T) {
	r := enter(t)
	r.takes()
	ask := func() slackbot.Reply {
		t.Helper()
		reply, err := r.answer(t.Context(), slackbot.Request{Surface: slackbot.DirectMessage, UserID: "U0NOOR", Rest: "now"})
		if err != nil || reply.After == nil || reply.Task != nil {
			t.Fatalf("%+v, %v", reply, err)
		}
		return reply
	}
	first, again := ask(), ask() // the post failed
	if first.Message.Text != again.Message.Text {
		t.Errorf("another lesson at the second try: %q, %q", first.Message.Text, again.Message.Text)
	}
	if n := len(r.find("U0NOOR").Shown); n != 1 {
		t.Fatalf("%d lessons are noted, one was read", n)
	}
	// Another one can be pressed before it is noted.
	var read lessonRead
	if !readPayload(*first.After, &read) {
		t.Fatal("nothing is noted")
	}
	r.presses(1, slackbot.Action{ActionID: actionAnother, Value: subject{Lesson: read.Lesson, Week: -1}.String(), Origin: inDM()})
	for range 2 {
		if err := r.router.Do(t.Context(), *again.After); err != nil {
			t.Fatal(err)
		}
	}
	if s := r.find("U0NOOR"); len(s.Shown) != 3 || len(s.Recalls) != 3 {
		t.Errorf("kept: %+v", s)
	}
	if next := ask(); next.Message.Text == first.Message.Text {
		t.Error("it comes twice")
	}
	if err := r.erasePerson(t.Context(), "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if err := r.router.Do(t.Context(), *first.After); err != nil {
		t.Fatal(err)
	}
	if s := r.find("U0NOOR"); len(s.Shown) > 0 {
		t.Errorf("kept of somebody forgotten: %+v", s)
	}
}

func TestAWindowTriedAgainNotesOneLesson(t *testing.T) {
	r := enter(t)
	if _, err := r.Book.Change(t.Context(), "U0NOOR", func(s *Subscription) error {
		s.Start(defaultSlot(officeHours), "Europe/Berlin", r.clock)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	press := slackbot.Action{ActionID: actionRead, TriggerID: "T1", Origin: slackbot.Origin{ViewType: "home"}}
	r.slack.openErr = slackbot.ErrTriggerUsed // an earlier try opened it and noted nothing
	r.presses(1, press)
	if n := len(r.find("U0NOOR").Shown); n != 1 {
		t.Fatalf("%d lessons are noted, one was read", n)
	}
	r.presses(1, press)
	if n := len(r.find("U0NOOR").Shown); n != 1 {
		t.Errorf("%d lessons are noted, one was read", n)
	}
}
