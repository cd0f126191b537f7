package lessons

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

func TestMarksHoldHoweverOftenAPressArrives(t *testing.T) {
	r := enter(t)
	l := r.takes()
	value := subject{Lesson: l.ID, Week: -1}.String()
	for _, c := range []struct {
		how   string
		mark  Mark
		holds bool
		shows string
	}{
		{markTried, Tried, true, triedLine},
		{markSave, Saved, true, savedLine},
		{markUntried, Tried, false, triedLabel},
		{markNever, Never, true, "You won’t see “" + l.Title + "” again."},
		{markBack, Never, false, planTitle},
		{markUnsave, Saved, false, saveLabel},
	} {
		r.presses(2, slackbot.Action{ActionID: actionMark + ":" + c.how, Value: value, Origin: inDM()})
		if got := r.find("U0NOOR").HasMark(l.ID, c.mark); got != c.holds {
			t.Errorf("%s: %v", c.how, got)
		}
		if !strings.Contains(r.lastReplaced(), c.shows) {
			t.Errorf("%s does not show %q: %s", c.how, c.shows, r.lastReplaced())
		}
	}
	if n := len(r.find("U0NOOR").Shown); n != 1 {
		t.Errorf("%d lessons are noted", n)
	}
}

func TestAnotherOneIsTheSameForADoubleClick(t *testing.T) {
	r := enter(t)
	l := r.takes()
	r.presses(2, slackbot.Action{ActionID: actionAnother, Value: subject{Lesson: l.ID, Week: -1}.String(), Origin: inDM()})
	if said(t, r.slack.replaced[0].Blocks) != said(t, r.slack.replaced[1].Blocks) {
		t.Error("the second press took another lesson")
	}
	s := r.find("U0NOOR")
	if len(s.Shown) != 2 || s.Shown[0].Code != CodeOf(l.ID) {
		t.Errorf("shown: %+v", s.Shown)
	}
	// On what came, it goes on.
	second := r.shelves.of(content()).find(s.Shown[1].Code)
	r.presses(1, slackbot.Action{ActionID: actionAnother, Value: subject{Lesson: second.ID, Week: -1}.String(), Origin: inDM()})
	if n := len(r.find("U0NOOR").Shown); n != 3 {
		t.Errorf("%d lessons are noted", n)
	}
}

func TestOldMessagesAnswerWhatIsGone(t *testing.T) {
	r := enter(t)
	for action, want := range map[string]string{
		actionMark + ":" + markTried: lessonGone, actionWords: wordsGone, answerID(1): questionGone, actionSaved: lessonGone, actionGoOn: lessonGone,
	} {
		r.slack.whispered = nil
		r.presses(1, slackbot.Action{ActionID: action, Value: "no-such-lesson no-such-question 1 -1", Origin: inDM()})
		if len(r.slack.whispered) != 1 || r.slack.whispered[0].Text != want {
			t.Errorf("%s: %+v", action, r.slack.whispered)
		}
	}
	if len(r.slack.replaced) != 0 {
		t.Error("a message was taken away")
	}
	l := content().Lessons()[0]
	r.presses(1, slackbot.Action{ActionID: answerID(9), Value: subject{Lesson: l.ID, Recall: l.ID, Answer: 9, Week: -1}.String(), Origin: inDM()})
	if got := r.slack.whispered[len(r.slack.whispered)-1].Text; got != questionGone {
		t.Errorf("an answer that is gone: %s", got)
	}
}

func TestAnswersCountOnce(t *testing.T) {
	r := enter(t)
	l := r.takes()
	if _, err := r.Book.Change(t.Context(), "U0NOOR", func(s *Subscription) error { s.Asked(l.ID, sunday); return nil }); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i, a := range l.Answers {
		if !a.Right {
			wrong = i + 1
		}
	}
	press := slackbot.Action{ActionID: answerID(wrong), Value: subject{Lesson: l.ID, Recall: l.ID, Answer: wrong, Week: -1}.String(), Origin: inDM()}
	r.presses(2, press)
	if s := r.find("U0NOOR"); len(s.Recalls) != 1 || !s.Recalls[0].Again || s.Recalls[0].Asked {
		t.Errorf("recalls: %+v", s.Recalls)
	}
	if !strings.Contains(r.lastReplaced(), "Better:") {
		t.Errorf("shown: %s", r.lastReplaced())
	}
	press.UserID = "U0SAM" // whose record is gone
	r.presses(1, press)
	if s := r.find("U0SAM"); len(s.Recalls)+len(s.Shown) > 0 {
		t.Errorf("kept: %+v", s)
	}
}

func TestWordsOpenInAWindow(t *testing.T) {
	r := enter(t)
	l := content().Lessons()[0]
	r.presses(1, slackbot.Action{ActionID: actionWords, Value: l.ID, TriggerID: "T1", Origin: inDM()})
	r.presses(1, slackbot.Action{ActionID: actionWords, Value: l.ID, TriggerID: "T2", Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1"}})
	if len(r.shown) != 2 || r.shown[0] != (slackbot.ScriptToShow{TriggerID: "T1", UserID: "U0NOOR", Script: l.Script}) || !r.shown[1].OnTop {
		t.Errorf("opened: %+v", r.shown)
	}
}

func TestALessonThatWasNotSeenIsNotNoted(t *testing.T) {
	r := enter(t)
	r.takes()
	r.slack.openErr = slackbot.ErrTriggerExpired
	task, _ := slackbot.NewTask("action/"+actionRead, slackbot.Action{UserID: "U0NOOR", Origin: slackbot.Origin{ViewType: "home"}})
	if err := r.router.Do(t.Context(), *task); !errors.Is(err, slackbot.ErrTriggerExpired) {
		t.Fatal(err)
	}
	if n := len(r.find("U0NOOR").Shown); n != 1 {
		t.Errorf("%d lessons are noted", n)
	}
}

func TestOnlyMembersTakeLessons(t *testing.T) {
	r := enter(t)
	for _, id := range []string{"U0GUS", "U0NOBODY"} {
		for _, value := range []string{onStanding, onWelcome, "", content().Lessons()[0].ID} {
			r.slack.whispered = nil
			r.presses(1, slackbot.Action{ActionID: actionOn, Value: value, UserID: id, Origin: inDM()})
			if len(r.slack.whispered) != 1 || r.slack.whispered[0].Text != guestLine {
				t.Errorf("%s, %q: %+v", id, value, r.slack.whispered)
			}
		}
		if r.find(id).On {
			t.Errorf("%s was enrolled", id)
		}
	}
}

func TestTheWelcomeShowsWhatWasPressed(t *testing.T) {
	r := enter(t)
	r.presses(2, slackbot.Action{ActionID: actionOn, Value: onWelcome, Origin: inDM()})
	r.presses(1, slackbot.Action{ActionID: actionDecline, Value: onWelcome, UserID: "U0SAM", Origin: inDM()})
	if len(r.welc) != 3 || r.welc[0].Instead != "" || r.welc[2].Instead != declinedLine || r.welc[0].Origin.MessageTS != "1.1" {
		t.Errorf("shown: %+v", r.welc)
	}
	if !r.find("U0NOOR").On || r.find("U0SAM").On {
		t.Error("the wrong one takes lessons")
	}
	if got := string(marshal(t, r.welcome(t.Context(), "U0NOOR"))); !strings.Contains(got, "Your next lesson comes Tuesday 24 November at 10:00") {
		t.Errorf("shown: %s", got)
	}
	r.redis.Kill()
	if got := r.welcome(t.Context(), "U0SAM"); got != nil {
		t.Errorf("without Redis: %v", got)
	}
}

func (r *testRoom) asks(userID, rest string) (string, error) {
	r.t.Helper()
	reply, err := r.answer(r.t.Context(), slackbot.Request{UserID: userID, Rest: rest})
	return reply.Message.Text, err
}

func TestWithoutRedisThereIsStillALesson(t *testing.T) {
	r := enter(t)
	r.redis.Kill()
	for _, id := range []string{"U0NOOR", "U0GUS", "U0NOBODY"} {
		if text, err := r.asks(id, "now"); err != nil || !strings.Contains(text, "this week") {
			t.Errorf("%s: %q, %v", id, text, err)
		}
	}
	if _, err := r.asks("U0NOOR", "on"); err == nil {
		t.Error("it said it were on")
	}
	if got := string(marshal(t, r.home(t.Context(), "U0NOOR"))); !strings.Contains(got, homeAway) {
		t.Errorf("Home: %s", got)
	}
}

func TestWithoutAZoneItIsUTC(t *testing.T) {
	r := enter(t)
	text, err := r.asks("U0SAM", "on")
	if err != nil || !strings.Contains(text, "Tuesday 24 November at 10:00 UTC") {
		t.Errorf("%q, %v", text, err)
	}
	if s := r.find("U0SAM"); s.Zone != noZone {
		t.Errorf("kept: %+v", s)
	}
}

func TestChannelsThatCannotHaveIt(t *testing.T) {
	r := enter(t)
	ask := func(userID, channelID string) slackbot.SubmissionReply {
		t.Helper()
		reply, err := r.submitChannel(t.Context(), slackbot.Submission{UserID: userID, State: map[string]slackbot.Value{
			fieldDay: {Options: []string{"Monday"}}, fieldTime: {Value: "09:30"}, fieldChannel: {Conversations: []string{channelID}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	for _, c := range []struct{ user, channel, want string }{
		{"U0NOOR", "C0SHARED", channelShared},
		{"U0NOOR", "C0OLD", channelArchived},
		{"U0NOOR", "C0OUT", channelInvite},
		{"U0NOOR", "D0NOOR", channelDirect},
		{"U0NOOR", "C0HIDDEN", channelInvite},
		{"U0OUT", "C0TEAM", channelMembers},
		{"U0GUS", "C0TEAM", channelMembers},
	} {
		if got := ask(c.user, c.channel); got.Errors[fieldChannel] != c.want || got.Task != nil {
			t.Errorf("%s in %s: %+v", c.user, c.channel, got)
		}
	}
	if got := ask("U0NOOR", "C0TEAM"); got.Errors != nil || got.Task == nil {
		t.Errorf("%+v", got)
	}
}

func (r *testRoom) wishes(id, userID string) {
	r.t.Helper()
	task, err := slackbot.NewTask(taskChannelOn, channelWish{UserID: userID, ChannelID: "C0TEAM", Slot: Slot{Day: time.Monday, Minute: 570}})
	if err != nil {
		r.t.Fatal(err)
	}
	task.ID = id
	if err := r.router.Do(r.t.Context(), *task); err != nil {
		r.t.Fatal(err)
	}
}

func TestAChannelIsToldOnce(t *testing.T) {
	r := enter(t)
	r.wishes("one", "U0NOOR")
	r.wishes("one", "U0NOOR") // tried again
	r.wishes("two", "U0SAM")  // at the same time
	if len(r.slack.posted) != 1 || !strings.Contains(r.slack.posted["one/notice"], "Noor asked for a lesson a week") {
		t.Errorf("posted: %v", r.slack.posted)
	}
	if got := r.slack.direct["two/had"]; !strings.Contains(got, "Somebody was faster") {
		t.Errorf("told: %v", r.slack.direct)
	}
	if s := r.find("C0TEAM"); !s.On || s.By != "U0NOOR" {
		t.Errorf("kept: %+v", s)
	}
}

func TestAChannelThatCannotBeToldGetsNothing(t *testing.T) {
	r := enter(t)
	r.slack.postErr = slackbot.ErrNotInChannel
	r.wishes("one", "U0NOOR")
	if s := r.find("C0TEAM"); s.On || s.By == "U0NOOR" {
		t.Errorf("kept: %+v", s)
	}
	if got := r.slack.direct["one/refused"]; !strings.Contains(got, "I may not post") {
		t.Errorf("told: %v", r.slack.direct)
	}
}

func TestWhatIsKeptOfAPersonIsTheirs(t *testing.T) {
	r := enter(t)
	if got, err := r.exportPerson(t.Context(), "U0NOOR"); got != nil || err != nil {
		t.Errorf("of nobody: %v, %v", got, err)
	}
	l := r.takes()
	r.presses(1, slackbot.Action{ActionID: actionMark + ":" + markSave, Value: l.ID, Origin: inDM()})
	r.wishes("one", "U0NOOR")
	got, err := r.exportPerson(t.Context(), "U0NOOR")
	if err != nil {
		t.Fatal(err)
	}
	j, _ := json.Marshal(got)
	for _, want := range []string{`"on":true`, `"day":"Tuesday"`, `"time":"10:00"`, `"zone":"Europe/Berlin"`, `"next":"2026-11-24"`, `"lesson":"` + l.ID + `"`, `"saved":true`, `"channel":"C0TEAM"`, `"counted_from":"2026-11-22"`} {
		if !strings.Contains(string(j), want) {
			t.Errorf("%s is not in %s", want, j)
		}
	}
	if err := r.erasePerson(t.Context(), "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if got, err := r.exportPerson(t.Context(), "U0NOOR"); got != nil || err != nil {
		t.Errorf("after: %+v, %v", got, err)
	}
	if s := r.find("C0TEAM"); !s.On || !s.Channel() {
		t.Errorf("the channel’s: %+v", s)
	}
}

func TestOrdersAreToldFromSearches(t *testing.T) {
	r := enter(t)
	for rest, want := range map[string]slackbot.Parsed{
		"": slackbot.Parses, "on": slackbot.Parses, "tue 9:30": slackbot.Parses, "pause until 12 january": slackbot.Parses,
		"tue 25:00": slackbot.Malformed, "learned from a bad meeting": slackbot.NotACommand,
	} {
		if got := r.parse(rest); got != want {
			t.Errorf("%q: %v", rest, got)
		}
	}
}

func TestHomeAndTheWelcomeLookAsTheyShould(t *testing.T) {
	r := enter(t)
	look := func(name string, blocks []slack.Block) {
		t.Helper()
		v := blockkit.Home{Blocks: blocks}.Request()
		if err := blockcheck.View(marshal(t, v)); err != nil {
			t.Errorf("Slack would refuse %s: %v", name, err)
		}
		golden.Compare(t, name, v)
	}
	look("home_off", r.home(t.Context(), "U0NOOR"))
	look("welcome_off", r.welcome(t.Context(), "U0NOOR"))
	r.takes()
	look("home_on", r.home(t.Context(), "U0NOOR"))
	look("welcome_on", r.welcome(t.Context(), "U0NOOR"))
	look("launcher", r.launcher(t.Context(), "U0NOOR"))
	if got := r.home(t.Context(), "U0GUS"); got != nil {
		t.Errorf("a guest sees %v", got)
	}
	r.people.err = slackbot.ErrUnavailable
	look("home_away", r.home(t.Context(), "U0NOOR"))
}

// submits sends a window and works off what it left to do.
func (r *testRoom) submits(v blockkit.Modal, state map[string]slackbot.Value) slackbot.SubmissionReply {
	r.t.Helper()
	do := map[string]func(context.Context, slackbot.Submission) (slackbot.SubmissionReply, error){callbackSlot: r.submitSlot, callbackPause: r.submitPause}
	reply, err := do[v.CallbackID](r.t.Context(), slackbot.Submission{
		UserID: "U0NOOR", State: state, Origin: slackbot.Origin{PrivateMetadata: v.PrivateMetadata},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if reply.Task != nil {
		if err := r.router.Do(r.t.Context(), *reply.Task); err != nil {
			r.t.Fatal(err)
		}
	}
	return reply
}

func TestAWindowBelowShowsWhatWasSet(t *testing.T) {
	r := enter(t)
	l := r.takes()
	below := slackbot.Origin{ViewType: "modal", ViewID: "V0BELOW"}
	r.presses(1, slackbot.Action{ActionID: actionOpen, TriggerID: "T1"})
	r.presses(1, slackbot.Action{ActionID: actionSlot, Value: onStanding, Origin: below})
	reply := r.submits(r.slack.opened[1], map[string]slackbot.Value{fieldDay: {Options: []string{"Friday"}}, fieldTime: {Value: "16:05"}})
	if reply.Update == nil || len(r.slack.updated) != 1 || r.slack.updated[0].CallbackID != callbackStanding {
		t.Fatalf("%+v, %+v", reply, r.slack.updated)
	}
	if got := said(t, r.slack.updated[0].Blocks); !strings.Contains(got, "Friday 27 November at 16:05") {
		t.Errorf("below: %s", got)
	}
	r.presses(1, slackbot.Action{ActionID: actionPause, Value: l.ID, Origin: below})
	for state, want := range map[string]string{"2026-11-22": pastDate, "2028-01-01": farDate, "soon": badDate} {
		if got := r.submits(r.slack.opened[2], map[string]slackbot.Value{fieldUntil: {Value: state}}); got.Errors[fieldUntil] != want {
			t.Errorf("%s: %+v", state, got)
		}
	}
	if got := r.submits(r.slack.opened[2], map[string]slackbot.Value{fieldLong: {Options: []string{untilDate}}}); got.Errors[fieldUntil] != needDate {
		t.Errorf("no date: %+v", got)
	}
	r.submits(r.slack.opened[2], map[string]slackbot.Value{fieldLong: {Options: []string{fourWeeks}}})
	if v := r.slack.updated[1]; v.CallbackID != callbackLesson || !strings.Contains(said(t, v.Blocks), "Lessons are paused until Sunday 20 December") {
		t.Errorf("below: %s", said(t, v.Blocks))
	}
	if text, err := r.asks("U0NOOR", "on"); err != nil || !strings.Contains(text, "Your next lesson comes Friday 27 November") {
		t.Errorf("turned on again: %q, %v", text, err)
	}
}

func TestTheWindowTakesWorkingDaysOnly(t *testing.T) {
	r := enter(t)
	for day, want := range map[string]string{"Sunday": "Monday to Friday", "Someday": needDay, "": needDay} {
		reply := r.submits(blockkit.Modal{CallbackID: callbackSlot}, map[string]slackbot.Value{fieldDay: {Options: []string{day}}, fieldTime: {Value: "soon"}})
		if !strings.Contains(reply.Errors[fieldDay], want) || reply.Errors[fieldTime] != needTime {
			t.Errorf("%s: %+v", day, reply)
		}
	}
	if r.find("U0NOOR").On {
		t.Error("it is on all the same")
	}
}

func TestAPauseWithoutADayIsAskedFor(t *testing.T) {
	r := enter(t)
	if text, err := r.asks("U0NOOR", "pause"); err != nil || text != nothingToPause {
		t.Errorf("of nothing: %q, %v", text, err)
	}
	r.takes()
	reply, err := r.answer(t.Context(), slackbot.Request{UserID: "U0NOOR", Rest: "pause", TriggerID: "T1"})
	if err != nil || len(reply.Message.Blocks) != 0 || len(r.slack.opened) != 1 {
		t.Errorf("%+v, %v", reply, err)
	}
	r.slack.openErr = slackbot.ErrTriggerExpired
	reply, err = r.answer(t.Context(), slackbot.Request{UserID: "U0NOOR", Rest: "pause", TriggerID: "T2"})
	if err != nil || !strings.Contains(said(t, reply.Message.Blocks), actionPause) {
		t.Errorf("%+v, %v", reply, err)
	}
}
