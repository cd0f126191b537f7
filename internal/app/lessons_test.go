package app

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/lessons"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// learning is a workspace in which people take lessons.
type learning struct {
	*reviewing
	book *lessons.Book
}

func learn(t *testing.T) *learning {
	t.Helper()
	w := newWorkspace(t)
	l := &learning{reviewing: &reviewing{workspace: w, t: t}}
	l.bot = w.run(func(c *config.Config, d *Deps) {
		c.QuietHours, c.WorkingDays = config.Default().QuietHours, config.MondayToFriday
		d.Tempo.CalendarEvery = 20 * time.Millisecond
	})
	db, err := redisdb.Open(w.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	l.book = lessons.NewBook(db, w.now)
	return l
}

// kept is what is kept of somebody.
func (l *learning) kept(id string) lessons.Subscription {
	l.t.Helper()
	s, err := l.book.Find(context.Background(), id)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// until moves the clock to the next lesson of somebody and waits for it.
func (l *learning) until(id string) {
	l.t.Helper()
	s := l.kept(id)
	l.later(s.Due().Sub(l.now()) + time.Second)
	l.eventually("the lesson came", func() bool { return l.kept(id).Last == s.Next })
	l.done()
}

// newest is the last message of the bot in somebody's conversation with it.
func (l *learning) newest(user string) slacksim.Message {
	l.t.Helper()
	all := l.answers(user)
	if len(all) == 0 {
		l.t.Fatal("the bot wrote nothing")
	}
	return all[len(all)-1]
}

// opens presses a button of a message that opens a window.
func (l *learning) opens(user string, m slacksim.Message, label, title string) slacksim.View {
	l.t.Helper()
	if err := l.As(user).Press(m, button(l.t, m.Blocks, label)).Wait(patience); err != nil {
		l.t.Fatalf("%s: %v", label, err)
	}
	return l.front(user, title)
}

// tap presses a button in the window in front or on Home.
func (l *learning) tap(user string, v slacksim.View, label string) {
	l.t.Helper()
	if err := l.As(user).PressView(v.ID, button(l.t, v.Blocks, label)).Wait(patience); err != nil {
		l.t.Fatalf("%s: %v", label, err)
	}
	l.done()
}

// home opens Home and waits until it says something.
func (l *learning) home(user, says string) slacksim.View {
	l.t.Helper()
	l.As(user).OpenHome()
	return l.homeSays(user, says)
}

func (l *learning) homeSays(user, says string) slacksim.View {
	l.t.Helper()
	var v slacksim.View
	l.eventually("Home says "+says, func() bool {
		if h := l.As(user).Home(); h != nil {
			v = *h
		}
		return strings.Contains(readable(l.t, orEmpty(v.Blocks)), says)
	})
	return v
}

func orEmpty(blocks json.RawMessage) json.RawMessage {
	if len(blocks) == 0 {
		return json.RawMessage("[]")
	}
	return blocks
}

// headline is the title of the lesson in a message or window.
func headline(t *testing.T, blocks json.RawMessage) string {
	t.Helper()
	var all []struct {
		Type string
		Text json.RawMessage
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		var text struct{ Text string }
		if b.Type == "header" && json.Unmarshal(b.Text, &text) == nil {
			return text.Text
		}
	}
	t.Fatalf("no lesson in %s", blocks)
	return ""
}

func TestLessonsByCommand(t *testing.T) {
	t.Parallel()
	l := learn(t)
	says := func(text string, want ...string) slacksim.Message {
		t.Helper()
		m := l.insist(l.noor, l.general, text)
		shows(t, m.Blocks, want, nil)
		return m
	}
	says("lessons", "You get no lessons right now.", "Send me one a week")
	says("lessons now", "Your plan for this week", "Send me one a week")
	if s := l.kept(l.noor); s.On || len(s.Shown) > 0 {
		t.Errorf("reading one signed her up: %+v", s)
	}
	says("lessons fridays at 4pm", "Your next lesson comes Friday", "at 16:00, where you are (Europe/Berlin)")
	if s := l.kept(l.noor); !s.On || s.Slot.String() != "Friday 16:00" || s.Zone != "Europe/Berlin" {
		t.Errorf("kept: %+v", s)
	}
	says("lessons 9:15", "Friday", "09:15")
	says("lessons sunday 10:00", "Ally keeps to working days, here Monday to Friday. Sunday isn’t one of them.", "/ally lessons sunday 10:00", "Like this:")
	says("lessons tue 25:00", "isn’t a time of day", "/ally lessons tue 25:00", "Like this:")
	says("lessons next", "Your next lesson comes Friday", "It is “", "Read it now")
	says("lessons pause until "+l.now().AddDate(0, 0, 30).Format("2 January"), "Lessons are paused. Your next one comes Friday")
	says("lessons resume", "Your next lesson comes Friday")

	// The one read now is not the one that comes.
	first := headline(t, says("lessons now", "Tried it").Blocks)
	l.eventually("it was noted", func() bool { return len(l.kept(l.noor).Shown) == 1 })
	if next := says("lessons next", "It is “"); strings.Contains(string(next.Blocks), first) {
		t.Errorf("%q comes twice", first)
	}
	says("lessons off", "No more lessons come to you.", "I keep which lessons you saw")
	if s := l.kept(l.noor); s.On || len(s.Shown) != 1 || !s.Due().IsZero() {
		t.Errorf("after off: %+v", s)
	}
	says("lessons on", "Your next lesson comes Friday", "09:15")
	if m := l.insist(l.noor, l.general, "lessons learned from a bad meeting"); strings.Contains(string(m.Blocks), "lessons.") || !strings.Contains(string(m.Blocks), "Did you mean") {
		t.Errorf("a search was taken for an order: %s", m.Blocks)
	}

	guest := l.insist(l.guest, l.general, "lessons on")
	shows(t, guest.Blocks, []string{"for full members"}, []string{"Send me one a week"})
	shows(t, l.insist(l.guest, l.general, "lessons now").Blocks, []string{"Your plan for this week"}, []string{"Send me one a week"})
	if s := l.kept(l.guest); s.On {
		t.Error("a guest was enrolled")
	}
	l.done()
	if len(l.answers(l.noor))+len(l.answers(l.guest)) > 0 {
		t.Error("somebody was written to who only asked")
	}
}

func TestReadingOneNow(t *testing.T) {
	t.Parallel()
	l := learn(t)
	card := l.insist(l.alice, l.general, "lessons now")
	seen := map[string]bool{headline(t, card.Blocks): true}
	for range 3 { // each time another one, and nothing is kept
		card = l.presses(l.alice, card, "Another one", 0)
		if title := headline(t, card.Blocks); seen[title] {
			t.Errorf("%q again", title)
		} else {
			seen[title] = true
		}
	}
	if s := l.kept(l.alice); s.On || len(s.Shown) > 0 {
		t.Errorf("kept: %+v", s)
	}
	l.presses(l.alice, card, "Send me one a week", 0)
	l.eventually("it is said when the next one comes", func() bool {
		all := l.ephemerals(l.alice, l.general)
		return strings.Contains(all[len(all)-1].Text, "Your next lesson comes")
	})
	if s := l.kept(l.alice); !s.On || len(s.Shown) != 1 {
		t.Errorf("kept: %+v", s)
	}
	// What was read before is not what comes next.
	next := l.insist(l.alice, l.general, "lessons next")
	if strings.Contains(string(next.Blocks), headline(t, card.Blocks)) {
		t.Error("the lesson just read comes next")
	}
}

func TestTheInvitation(t *testing.T) {
	t.Parallel()
	l := learn(t)
	p := l.As(l.noor)
	l.home(l.noor, "Two minutes a week")
	l.eventually("a welcome", func() bool { return len(l.answers(l.noor)) == 1 })
	welcome := l.newest(l.noor)
	shows(t, welcome.Blocks, []string{"Hello, I’m Ally.", "Only you see my answers", "Send me one a week", "No, thanks"}, nil)
	if l.kept(l.noor).On {
		t.Fatal("the welcome enrolled her")
	}
	said := l.presses(l.noor, welcome, "No, thanks", 0)
	shows(t, said.Blocks, []string{"Hello, I’m Ally.", "No lessons then."}, []string{"Send me one a week"})
	if l.kept(l.noor).On {
		t.Error("No was taken for yes")
	}

	// It comes once, whichever tab is opened however often.
	p.OpenHome()
	p.OpenMessagesTab()
	l.As(l.sam).OpenMessagesTab()
	l.eventually("the other welcome", func() bool { return len(l.answers(l.sam)) == 1 })
	l.done()
	if n := len(l.answers(l.noor)); n != 1 {
		t.Errorf("%d welcomes", n)
	}
	said = l.presses(l.sam, l.newest(l.sam), "Send me one a week", 0)
	shows(t, said.Blocks, []string{"Hello, I’m Ally.", "Your next lesson comes Tuesday", "at 10:00, where you are (Asia/Kolkata)", "Change the time"}, []string{"No, thanks"})
	if s := l.kept(l.sam); !s.On || s.Slot.String() != "Tuesday 10:00" {
		t.Errorf("kept: %+v", s)
	}

	for _, id := range []string{l.guest, l.external} {
		l.As(id).OpenHome()
	}
	l.done()
	if len(l.answers(l.guest))+len(l.answers(l.external)) > 0 {
		t.Error("somebody was welcomed who is no member")
	}
	shows(t, orEmpty(l.As(l.guest).Home().Blocks), nil, []string{"Two minutes a week"})
}

func TestLessonsOnHome(t *testing.T) {
	t.Parallel()
	l := learn(t)
	p := l.As(l.noor)
	h := l.home(l.noor, "Read one first")
	l.tap(l.noor, h, "Read one first")
	read := l.front(l.noor, "Two minutes")
	shows(t, read.Blocks, []string{"Your plan for this week", "Send me one a week"}, nil)
	p.CloseAll()

	l.tap(l.noor, l.homeSays(l.noor, "Read one first"), "Send me one a week")
	h = l.homeSays(l.noor, "Your next lesson comes Tuesday")

	l.tap(l.noor, h, "Change the time")
	v := l.front(l.noor, "When it suits you")
	for field, value := range map[string]string{"lessons_day": "Thursday", "lessons_time": "08:45", "lessons_group": "speak-up"} {
		p.Type(v.ID, field, value)
	}
	if wrong := l.sends(l.noor, v); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	shows(t, l.front(l.noor, "When it suits you").Blocks, []string{"Saved. Your next lesson comes Thursday", "08:45"}, nil)
	p.CloseAll()
	h = l.homeSays(l.noor, "Thursday")
	shows(t, h.Blocks, []string{"come first"}, nil)
	if s := l.kept(l.noor); s.Slot.String() != "Thursday 08:45" || s.Group != "speak-up" {
		t.Errorf("kept: %+v", s)
	}

	l.tap(l.noor, h, "Pause")
	v = l.front(l.noor, "Pause your lessons")
	p.Type(v.ID, "lessons_until", l.now().AddDate(0, 0, -1).Format(time.DateOnly))
	if wrong := l.sends(l.noor, v); !strings.Contains(wrong["lessons_until"], "not ahead") {
		t.Errorf("a pause until yesterday: %v", wrong)
	}
	p.Type(v.ID, "lessons_until", l.now().AddDate(0, 0, 40).Format(time.DateOnly))
	if wrong := l.sends(l.noor, v); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	p.CloseAll()
	h = l.homeSays(l.noor, "Lessons are paused")
	l.tap(l.noor, h, "Go on")
	h = l.homeSays(l.noor, "Your next lesson comes")

	// A saved one is on Home, and can be opened each time it is picked.
	l.tap(l.noor, h, "Read one now")
	read = l.front(l.noor, "Two minutes")
	title := headline(t, read.Blocks)
	l.tap(l.noor, read, "Save")
	p.CloseAll()
	h = l.homeSays(l.noor, "Lessons you saved")
	shows(t, h.Blocks, []string{title}, nil)
	for range 2 {
		before := *p.Home()
		if err := p.SelectView(before.ID, "lessons.saved", optionOf(t, before.Blocks, title)).Wait(patience); err != nil {
			t.Fatal(err)
		}
		if got := headline(t, l.front(l.noor, "Two minutes").Blocks); got != title {
			t.Errorf("%q was opened", got)
		}
		l.eventually("Home is new", func() bool { return isNew(before, *p.Home()) })
		p.CloseAll()
	}
	l.tap(l.noor, *p.Home(), "Stop")
	shows(t, l.homeSays(l.noor, "Send me one a week").Blocks, []string{"I keep which lessons you saw"}, nil)
	if l.kept(l.noor).On {
		t.Error("it is still on")
	}
}

// optionOf is the value of the option with a label.
func optionOf(t *testing.T, blocks json.RawMessage, label string) string {
	t.Helper()
	var all []struct {
		Accessory struct {
			Options []struct {
				Text  struct{ Text string }
				Value string
			}
		}
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		for _, o := range b.Accessory.Options {
			if o.Text.Text == label {
				return o.Value
			}
		}
	}
	t.Fatalf("no option %q", label)
	return ""
}

func TestWhatCanBeDoneWithALesson(t *testing.T) {
	t.Parallel()
	l := learn(t)
	p := l.As(l.noor)
	l.insist(l.noor, l.general, "lessons mon 9:30")
	l.until(l.noor)
	m := l.newest(l.noor)
	first := headline(t, m.Blocks)
	if !strings.Contains(m.Text, first) {
		t.Errorf("a notification says %q", m.Text)
	}

	m = l.presses(l.noor, m, "Tried it", 0)
	shows(t, m.Blocks, []string{"You tried it."}, nil)
	m = l.presses(l.noor, m, "Undo: tried it", 0)
	shows(t, m.Blocks, []string{"Tried it"}, []string{"You tried it."})
	m = l.presses(l.noor, m, "Save", 0)
	shows(t, m.Blocks, []string{"Saved.", "Unsave"}, nil)

	l.opens(l.noor, m, "Words for this", "Find words")
	p.CloseAll()
	if got := l.fresh(l.noor, m); string(got.Blocks) != string(m.Blocks) {
		t.Error("looking at the words changed the lesson")
	}

	v := l.opens(l.noor, m, "Pause", "Pause your lessons")
	p.Type(v.ID, "lessons_long", "14")
	if wrong := l.sends(l.noor, v); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	shows(t, l.front(l.noor, "Pause your lessons").Blocks, []string{"Lessons are paused. Your next one comes Monday"}, nil)
	p.CloseAll()
	m = l.fresh(l.noor, m)
	shows(t, m.Blocks, []string{"Lessons are paused until", "Go on"}, nil)
	m = l.presses(l.noor, m, "Go on", 0)
	shows(t, m.Blocks, []string{"Pause"}, []string{"Lessons are paused"})

	m = l.presses(l.noor, m, "Another one", 0)
	second := headline(t, m.Blocks)
	if second == first {
		t.Error("the same one came")
	}
	m = l.presses(l.noor, m, "Not for me", 0)
	shows(t, m.Blocks, []string{"You won’t see “" + second + "” again.", "Undo", "Another one"}, []string{"Your plan"})
	m = l.presses(l.noor, m, "Undo", 0)
	if headline(t, m.Blocks) != second {
		t.Error("it did not come back")
	}
	l.presses(l.noor, m, "Not for me", 0)

	// Old buttons go on working for somebody who takes no lessons any more.
	l.insist(l.noor, l.general, "lessons off")
	m = l.presses(l.noor, l.fresh(l.noor, m), "Undo", 0)
	m = l.presses(l.noor, m, "Tried it", 0)
	shows(t, m.Blocks, []string{second, "You tried it."}, []string{"Pause"})
	if s := l.kept(l.noor); s.On || !s.HasMark(strings.Fields(lastValue(t, m.Blocks))[0], lessons.Tried) {
		t.Errorf("kept: %+v", s)
	}
	if n := len(l.answers(l.noor)); n != 1 {
		t.Errorf("%d messages came of it", n)
	}
}

func TestTheQuestionComesWeeksLater(t *testing.T) {
	t.Parallel()
	l := learn(t)
	l.insist(l.noor, l.general, "lessons mon 9:30")
	l.until(l.noor)
	about := headline(t, l.newest(l.noor).Blocks)
	for range 3 {
		l.until(l.noor)
	}
	m := l.newest(l.noor)
	shows(t, m.Blocks, []string{"From a few weeks ago:"}, nil)
	lesson := l.bot.content.Library().Lesson(strings.Fields(lastValue(t, m.Blocks))[1])
	if lesson == nil || lesson.Title != about {
		t.Fatalf("the question is not about %q", about)
	}
	wrong, right := -1, -1
	for i, a := range lesson.Answers {
		if a.Right {
			right = i
		} else {
			wrong = i
		}
	}
	ids := actionsOf(t, m.Blocks, "lessons.answer:")
	if len(ids) != len(lesson.Answers) {
		t.Fatalf("%d answers to choose from", len(ids))
	}
	answer := func(m slacksim.Message, i int) slacksim.Message {
		t.Helper()
		if err := l.As(l.noor).Press(m, actionsOf(t, m.Blocks, "lessons.answer:")[i]).Wait(patience); err != nil {
			t.Fatal(err)
		}
		l.done()
		return l.fresh(l.noor, m)
	}
	m = answer(m, wrong)
	shows(t, m.Blocks, []string{lesson.Answers[wrong].Why, lesson.Answers[right].Why, "Better:"}, []string{"lessons.answer"})
	shows(t, l.presses(l.noor, m, "Tried it", 0).Blocks, []string{lesson.Answers[right].Why, "You tried it."}, nil)

	// It comes back once, weeks later, and then no more.
	again := 0
	for range 10 {
		l.until(l.noor)
		m = l.newest(l.noor)
		ids := actionsOf(t, m.Blocks, "lessons.answer:")
		if len(ids) == 0 || strings.Fields(lastValue(t, m.Blocks))[1] != lesson.ID {
			continue
		}
		again++
		m = answer(m, right)
		shows(t, m.Blocks, []string{"Yes:", lesson.Answers[right].Why}, []string{"Better:", "lessons.answer"})
	}
	if again != 1 {
		t.Errorf("it came back %d times", again)
	}
}

// actionsOf are the action ids that begin with a prefix.
func actionsOf(t *testing.T, blocks json.RawMessage, prefix string) (ids []string) {
	t.Helper()
	for _, e := range elementsOf(t, blocks) {
		if strings.HasPrefix(e.ActionID, prefix) {
			ids = append(ids, e.ActionID)
		}
	}
	return ids
}

// lastValue is the value of the last button.
func lastValue(t *testing.T, blocks json.RawMessage) string {
	t.Helper()
	all := elementsOf(t, blocks)
	return all[len(all)-1].Value
}

type pressable struct {
	ActionID string `json:"action_id"`
	Value    string
}

func elementsOf(t *testing.T, blocks json.RawMessage) (out []pressable) {
	t.Helper()
	var all []struct {
		Type     string
		Elements []json.RawMessage
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if b.Type != "actions" {
			continue
		}
		for _, raw := range b.Elements {
			var e pressable
			if json.Unmarshal(raw, &e) == nil {
				out = append(out, e)
			}
		}
	}
	return out
}
