package lessons

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/nudge"
	"allybot/internal/playbook"
	"allybot/internal/slacksim/blockcheck"
	"allybot/internal/when"
)

// officeHours are those of a usual organisation.
var officeHours = nudge.Hours{QuietFrom: 18 * 60, QuietTo: 9 * 60, Working: [7]bool{false, true, true, true, true, true, false}}

// sunday is Sunday 22 November 2026.
var sunday = when.DateOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))

func pointLesson() *playbook.Lesson {
	return &playbook.Lesson{
		ID: "bring-the-point-back", Title: "Bring the point back", Practices: []string{"amplify-ideas"}, Group: "amplify", Stage: 1, Script: "idea-ignored",
		Source:    "Two people gain when a point is repeated with its author (Bain et al., 2021).",
		Situation: "Sam makes a point.\n\nNobody picks it up, and the next item begins.",
		Idea:      "No answer feels like a no. You needn’t agree with a point to bring it back.",
		Plan:      "When a point gets no answer this week, I will say: “I’d like to hear the rest of [Name]’s point.”",
		Question:  "A point got no answer, and you bring it back. What do you ask for?",
		Answers: []playbook.RecallAnswer{
			{Text: "That the group agrees with it", Why: "You needn’t agree yourself."},
			{Text: "That somebody says sorry for missing it", Why: "Then the person is the subject, not the point."},
			{Text: "That it gets an answer", Why: "Yes, no or not yet: all three tell where it stands.", Right: true},
		},
		Alike: "Which idea met silence this month because nobody here needs it?",
	}
}

func shortLesson() *playbook.Lesson {
	return &playbook.Lesson{
		ID: "take-a-day", Title: "Take a day", Group: "account", Stage: 2,
		Situation: "You were told that a joke hurt.", Idea: "Thank them first.", Plan: "When I’m told so this week, I will say: “Thank you.”",
		Question: "What comes first?", Answers: []playbook.RecallAnswer{{Text: "Thanks", Why: "It cost them something.", Right: true}, {Text: "Reasons", Why: "They can wait."}},
	}
}

// worstLesson has everything that pings, breaks out of a quote or takes room.
func worstLesson() *playbook.Lesson {
	bad := "<!channel> <@U0TYPED> @here `a` *b* & \"q\"\n\n> <https://evil.example|click> "
	l := &playbook.Lesson{
		ID: strings.Repeat("long-", 12) + "id", Title: blockkit.Cut(bad, 50), Script: "x", Source: bad, Alike: bad,
		Situation: strings.Repeat(bad, 12), Idea: strings.Repeat(bad, 12), Plan: strings.Repeat(bad, 8), Question: bad,
	}
	for i := range 4 {
		l.Answers = append(l.Answers, playbook.RecallAnswer{Text: blockkit.Cut(bad, 70), Why: blockkit.Cut(bad+bad+bad, 200), Right: i == 3})
	}
	return l
}

func subscribed(change func(*Subscription)) Subscription {
	s := Subscription{ID: "U0ALICE", On: true, Slot: Slot{Day: time.Tuesday, Minute: 600}, Zone: "Europe/Berlin", Next: sunday + 2}
	if change != nil {
		change(&s)
	}
	return s
}

// messages are all that the room says in conversations.
func messages() map[string]blockkit.Message {
	l, recall := pointLesson(), shortLesson()
	at := func(s Subscription, change func(*card)) blockkit.Message {
		c := card{Subscription: s, Lesson: l, Week: -1, Today: sunday}
		if change != nil {
			change(&c)
		}
		return c.message()
	}
	marked := func(m Mark) Subscription { return subscribed(func(s *Subscription) { s.SetMark(l.ID, m) }) }
	channel := Subscription{ID: "C0TEAM", On: true, By: "U0ALICE", Slot: Slot{Day: time.Thursday, Minute: 570}, Zone: "America/New_York", Next: sunday + 4}
	member := func(change func(*Subscription)) standing {
		return standing{Subscription: subscribed(change), Today: sunday, Member: true, Forgets: true}
	}
	off := standing{Subscription: Subscription{ID: "U0ALICE"}, Today: sunday, Member: true}
	stopped := off
	stopped.Forgets = true
	stopped.Subscription.Shown = []Shown{{Code: CodeOf(l.ID)}}
	saved := member(func(s *Subscription) { s.Zone = noZone })
	saved.Saved, saved.Group = []*playbook.Lesson{l, recall}, "Amplify"
	m := &room{Deps: Deps{Hours: officeHours, Now: func() time.Time { return sunday.Day() }}}
	_, wrong := ParseOrder("tue 25:00", sunday)
	return map[string]blockkit.Message{
		"lesson":         lessonMessage(subscribed(nil), l, nil),
		"lesson_asking":  lessonMessage(subscribed(nil), recall, l),
		"lesson_short":   lessonMessage(subscribed(nil), l, recall),
		"lesson_right":   at(subscribed(nil), func(c *card) { c.Recall, c.Answer = recall, 1 }),
		"lesson_wrong":   at(subscribed(nil), func(c *card) { c.Lesson, c.Recall, c.Answer = recall, l, 2 }),
		"lesson_marked":  at(marked(Tried|Saved), nil),
		"lesson_never":   at(marked(Never), func(c *card) { c.Recall = recall }),
		"lesson_paused":  at(subscribed(func(s *Subscription) { s.Resume = sunday + 14 }), nil),
		"lesson_off":     at(subscribed(func(s *Subscription) { s.Stop() }), nil),
		"lesson_visitor": at(Subscription{}, func(c *card) { c.Week = 2 }),
		"lesson_guest":   at(Subscription{}, func(c *card) { c.Week, c.Guest = 0, true }),
		"lesson_worst":   lessonMessage(subscribed(nil), worstLesson(), worstLesson()),
		"channel_lesson": channelLesson(l, "Alice <!here> & co"),
		"channel_nobody": lessonMessage(channel, shortLesson(), nil),
		"channel_notice": channelNotice(channel, "Alice"),
		"stands_on":      member(nil).message(""),
		"stands_paused":  member(func(s *Subscription) { s.Resume, s.Next = sunday+50, sunday+51 }).message(""),
		"stands_utc":     saved.message(""),
		"stands_off":     off.message(""),
		"stands_stopped": stopped.message(stoppedLine),
		"stands_guest":   standing{Today: sunday}.message(""),
		"wrong_time":     m.correction(sentence(wrong), "tue 25:00 &amp; <!here>"),
		"wrong_day":      m.correction("Ally keeps to working days.", "sunday 10:00"),
	}
}

func TestMessagesLookAsTheyShould(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(messages())) {
		t.Run(name, func(t *testing.T) {
			m := messages()[name].Fitted()
			if err := blockcheck.Message(marshal(t, m.Blocks)); err != nil {
				t.Errorf("Slack would refuse it: %v", err)
			}
			kept(t, `"type":"mrkdwn","text":`+string(marshal(t, m.Text))+string(marshal(t, m.Blocks)))
			golden.Compare(t, name, m)
		})
	}
}

// windows are all that the room opens.
func windows() map[string]blockkit.Modal {
	groups := []playbook.Group{{ID: "learn", Title: "Learn", Meaning: "Find out for yourself, and know where you stand."}, {ID: "amplify", Title: "Amplify", Meaning: strings.Repeat("x", 100)}}
	utc := subscribed(func(s *Subscription) { s.Zone = noZone })
	first := subscribed(func(s *Subscription) { s.Group = "amplify" })
	return map[string]blockkit.Modal{
		"window_slot":     slotWindow(first, Slot{Day: time.Friday, Minute: 577}, officeHours, groups, place{Channel: "D1", TS: "1.2", Subject: "x"}),
		"window_slot_utc": slotWindow(utc, utc.Slot, officeHours, nil, place{}),
		"window_pause":    pauseWindow(place{}),
		"window_channel":  channelWindow(defaultSlot(officeHours), officeHours, "Europe/Berlin"),
		"window_lesson":   card{Subscription: subscribed(nil), Lesson: pointLesson(), Week: -1}.modal(),
		"window_stands":   standing{Subscription: subscribed(nil), Today: sunday, Member: true}.modal(""),
		"window_done":     doneWindow(pauseTitle, "Lessons are paused."),
	}
}

func TestWindowsLookAsTheyShould(t *testing.T) {
	for name, v := range windows() {
		t.Run(name, func(t *testing.T) {
			if err := blockcheck.View(marshal(t, v.Request())); err != nil {
				t.Errorf("Slack would refuse it: %v", err)
			}
			kept(t, string(marshal(t, v.Request())))
			golden.Compare(t, name, v.Request())
		})
	}
}

var mrkdwn = regexp.MustCompile(`"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"`)

// label finds labels of buttons as they are sent.
var label = regexp.MustCompile(`"type":"button","text":\{"type":"plain_text","text":"([^"]*)"`)

// kept checks what holds for all this room says: no ping, labels that fit.
func kept(t *testing.T, sent string) {
	t.Helper()
	for _, text := range mrkdwn.FindAllString(sent, -1) { // elsewhere Slack reads no such thing
		for _, ping := range []string{"<!channel>", "<!here>", "<@U0TYPED>", "@here"} {
			if strings.Contains(text, ping) {
				t.Errorf("%s would ping", ping)
			}
		}
	}
	for _, m := range label.FindAllStringSubmatch(sent, -1) {
		if blockkit.Len(m[1]) > 30 {
			t.Errorf("the label %q is clipped", m[1])
		}
	}
	for _, praise := range []string{"streak", "score", "points", "Well done", "Wrong"} {
		if strings.Contains(sent, praise) {
			t.Errorf("%q is no word of this room", praise)
		}
	}
}

func TestTheTextForNotificationsSaysTitleAndPlan(t *testing.T) {
	l := pointLesson()
	for name, m := range map[string]blockkit.Message{"person": lessonMessage(subscribed(nil), l, shortLesson()), "channel": channelLesson(l, "Alice")} {
		if !strings.Contains(m.Text, l.Title) || !strings.Contains(m.Text, l.Plan) {
			t.Errorf("%s: %s", name, m.Text)
		}
	}
}

func TestWithoutAScriptThereAreNoWordsToOffer(t *testing.T) {
	l := pointLesson()
	l.Script = ""
	for _, m := range []blockkit.Message{lessonMessage(subscribed(nil), l, nil), channelLesson(l, "")} {
		if strings.Contains(string(marshal(t, m.Blocks)), actionWords) {
			t.Error("a button that leads nowhere")
		}
	}
}

func TestSubjectsTravel(t *testing.T) {
	for _, s := range []subject{
		{Lesson: "a-b", Week: -1}, {Lesson: "a-b", Recall: "c", Week: -1}, {Lesson: "a", Recall: "c", Answer: 3, Week: -1}, {Lesson: "a", Week: 51},
	} {
		if got := readSubject(s.String()); got != s {
			t.Errorf("%v came back as %v", s, got)
		}
	}
	for value, want := range map[string]subject{
		"": {Week: -1}, onStanding: {Week: -1}, "take-a-day": {Lesson: "take-a-day", Week: -1}, "a . x y": {Lesson: "a", Week: -1}, "a b -3 -9 z": {Lesson: "a", Recall: "b", Week: -1},
	} {
		if got := readSubject(value); got != want {
			t.Errorf("%q was read as %v", value, got)
		}
	}
}

func TestTheUsualTimeFitsTheOrganisation(t *testing.T) {
	with := func(from, to int, days ...time.Weekday) nudge.Hours {
		h := nudge.Hours{QuietFrom: from * 60, QuietTo: to * 60}
		for _, d := range days {
			h.Working[d] = true
		}
		return h
	}
	for _, c := range []struct {
		hours nudge.Hours
		want  string
		days  string
	}{
		{officeHours, "Tuesday 10:00", "Monday to Friday"},
		{with(18, 9, time.Sunday, time.Monday, time.Wednesday, time.Thursday), "Monday 10:00", "Wednesday, Thursday, Sunday and Monday"},
		{with(20, 11, time.Tuesday), "Tuesday 12:00", "Tuesday"},
		{with(0, 0, time.Saturday, time.Sunday), "Saturday 10:00", "Saturday and Sunday"},
		{with(9, 14, time.Tuesday, time.Friday, time.Saturday, time.Sunday), "Tuesday 15:00", "Friday to Sunday and Tuesday"},
		{with(22, 6, time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday), "Tuesday 10:00", "Sunday to Thursday"},
	} {
		if got := defaultSlot(c.hours).String(); got != c.want {
			t.Errorf("%+v: %s, not %s", c.hours, got, c.want)
		}
		if got := workingDays(c.hours); got != c.days {
			t.Errorf("%+v: %q, not %q", c.hours.Working, got, c.days)
		}
	}
}

func marshal(t *testing.T, v any) json.RawMessage {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(b.String())
}
