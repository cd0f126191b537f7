package lessons

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// What somebody can do about their lessons, wherever the buttons are: in an answer,
// in a window, on Home, in the welcome.

func (m *room) registerStanding(r *slackbot.Router) {
	r.Action(actionOn, m.turnOn)
	r.Action(actionOff, m.turnOff)
	r.Action(actionGoOn, m.goOn)
	r.Action(actionRead, m.read)
	r.Action(actionOpen, m.open)
	r.Action(actionSaved, m.openSaved)
	r.Action(actionDecline, m.decline, slackbot.Stateless)
}

// standing is how it stands with somebody whose record was read.
func (m *room) standing(ctx context.Context, s Subscription, w who) standing {
	if s.On { // where they live is what the record says until that is followed
		w.Zone = s.Zone
	}
	lib := m.Library()
	st := standing{Subscription: s, Today: m.today(w.Zone), Member: w.Member, Saved: m.savedOf(s), Forgets: m.forgets()}
	st.Awake = m.awake(ctx, s, st.Today)
	for _, g := range lib.Groups() {
		if g.ID == s.Group {
			st.Group = g.Title
		}
	}
	return st
}

// awake is the day on which the snooze ends that holds back somebody's next lesson;
// zero if none does, or if that is not known in time.
func (m *room) awake(ctx context.Context, s Subscription, today when.Date) when.Date {
	due := s.Due()
	if due.IsZero() || s.Channel() || m.Gate == nil {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, snoozeTime)
	defer cancel()
	until, err := m.Gate.Snoozed(ctx, s.ID)
	if err != nil || !due.Before(until) {
		return 0
	}
	return max(when.DateOf(until.In(when.Zone(s.Zone))), today+1) // it ends today only for whoever moved
}

// savedOf lists what somebody saved, the newest first.
func (m *room) savedOf(s Subscription) []*playbook.Lesson {
	find := m.shelves.of(m.Library()).find
	var saved []*playbook.Lesson
	for _, shown := range slices.Backward(s.Shown) {
		if l := find(shown.Code); l != nil && shown.Marks&Saved != 0 && shown.Marks&Never == 0 {
			saved = append(saved, l)
		}
	}
	return saved
}

// forgets says whether there is a command that removes all that is kept.
func (m *room) forgets() bool {
	return slices.ContainsFunc(m.router.Commands(), func(c *slackbot.Command) bool { return c.Word == "forget" })
}

// look reads how it stands.
func (m *room) look(ctx context.Context, userID string) (standing, error) {
	ctx, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	w, err := m.who(ctx, userID)
	if err != nil {
		return standing{}, err
	}
	s, err := m.Book.Find(ctx, userID)
	return m.standing(ctx, s, w), err
}

// start turns lessons on at a time, or changes the time. A nil slot is the one they
// had, or else the usual one.
func (m *room) start(ctx context.Context, userID string, w who, slot *Slot, also func(*Subscription)) (Subscription, error) {
	return m.Book.Change(ctx, userID, func(s *Subscription) error {
		at := m.usualSlot(*s)
		if slot != nil {
			at = *slot
		}
		s.Start(at, w.Zone, m.Now())
		if also != nil {
			also(s)
		}
		return nil
	})
}

// usualSlot is the time somebody has or had, if it is a working day, else the
// default.
func (m *room) usualSlot(s Subscription) Slot {
	if s.Zone != "" && m.Hours.Working[s.Slot.Day] {
		return s.Slot
	}
	return defaultSlot(m.Hours)
}

// defaultSlot is Tuesday at 10:00, or, where that is no working day or quiet, the
// first working day and the hour after quiet hours.
func defaultSlot(h nudge.Hours) Slot {
	slot := Slot{Day: time.Tuesday, Minute: 10 * 60}
	if !h.Working[slot.Day] {
		for _, d := range week {
			if h.Working[d] {
				slot.Day = d
				break
			}
		}
	}
	if quiet(h, slot.Minute) {
		slot.Minute = (h.QuietTo + 60) % (24 * 60)
	}
	return slot
}

// week is the week as people read it.
var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// quiet says whether a minute after midnight is in quiet hours.
func quiet(h nudge.Hours, minute int) bool {
	if h.QuietFrom <= h.QuietTo {
		return minute >= h.QuietFrom && minute < h.QuietTo
	}
	return minute >= h.QuietFrom || minute < h.QuietTo
}

// turnOn starts lessons for who pressed, at the usual time.
func (m *room) turnOn(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	w, err := m.who(ctx, a.UserID)
	if err != nil {
		return err
	}
	if !w.Member {
		return m.tell(ctx, t, a, guestLine)
	}
	seen := m.Library().Lesson(readSubject(a.Value).Lesson) // what they read before they wanted more
	s, err := m.start(ctx, a.UserID, w, nil, func(s *Subscription) {
		if seen != nil {
			s.Show(seen, m.today(w.Zone), true)
		}
	})
	if err != nil {
		return err
	}
	st := m.standing(ctx, s, w)
	switch {
	case a.Value == onWelcome:
		m.freshHome(ctx, a.UserID)
		return m.welcomeAgain(ctx, a, "")
	case a.Value == onStanding || a.Origin.ViewType != "":
		return m.showStanding(ctx, a, st, "")
	}
	m.freshHome(ctx, a.UserID)
	return m.whisper(ctx, a, st.message(""))
}

// turnOff stops them.
func (m *room) turnOff(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s, err := m.stop(ctx, a.UserID)
	if err != nil {
		return err
	}
	return m.showStanding(ctx, a, m.standing(ctx, s, who{Member: true, Zone: noZone}), stoppedLine)
}

func (m *room) stop(ctx context.Context, userID string) (Subscription, error) {
	return m.Book.Change(ctx, userID, func(s *Subscription) error {
		if !s.On {
			return errUnchanged
		}
		s.Stop()
		return nil
	})
}

// goOn ends a pause, pressed on a lesson or elsewhere.
func (m *room) goOn(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	s, err := m.resume(ctx, a.UserID)
	if err != nil {
		return err
	}
	if subject := readSubject(a.Value); subject.Lesson != "" {
		return m.showCard(ctx, t, a, subject, s)
	}
	return m.showStanding(ctx, a, m.standing(ctx, s, who{Member: true, Zone: noZone}), "")
}

func (m *room) resume(ctx context.Context, userID string) (Subscription, error) {
	return m.Book.Change(ctx, userID, func(s *Subscription) error {
		if s.Resume == 0 {
			return errUnchanged
		}
		s.GoOn(m.Now())
		return nil
	})
}

// open opens how it stands in a window.
func (m *room) open(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	st, err := m.look(ctx, a.UserID)
	if err != nil {
		return err
	}
	return m.openWindow(ctx, a, st.modal(""))
}

// decline answers who wants no lessons. Nothing is noted: they are not asked again
// anyway.
func (m *room) decline(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.welcomeAgain(ctx, a, declinedLine)
}

// welcomeAgain shows the welcome as it is after a press on it.
func (m *room) welcomeAgain(ctx context.Context, a slackbot.Action, instead string) error {
	t, err := slackbot.NewTask(slackbot.HomeWelcome, slackbot.WelcomeAgain{UserID: a.UserID, Origin: a.Origin, Instead: instead})
	if err != nil {
		return err
	}
	return m.router.Do(ctx, *t)
}

// showStanding shows how it stands where somebody pressed.
func (m *room) showStanding(ctx context.Context, a slackbot.Action, s standing, said string) error {
	var err error
	switch a.Origin.ViewType {
	case "home": // it shows it itself
	case "modal":
		err = m.Send.UpdateModal(ctx, a.Origin.ViewID, s.modal(said))
	default:
		err = m.Send.Replace(ctx, a.Origin, s.message(said))
	}
	if err != nil && !spent(err) && !errors.Is(err, slackbot.ErrViewNotFound) {
		return fmt.Errorf("showing how lessons stand: %w", err)
	}
	m.freshHome(ctx, a.UserID)
	return nil
}

// openWindow opens a window for a press, on top of the one it was in.
func (m *room) openWindow(ctx context.Context, a slackbot.Action, v blockkit.Modal) error {
	_, err := m.openFirst(ctx, a, v)
	return err
}

// openFirst does too, and says whether the window holds what it was given now, and
// not what an earlier try gave.
func (m *room) openFirst(ctx context.Context, a slackbot.Action, v blockkit.Modal) (first bool, err error) {
	open := m.Send.OpenModal
	if a.Origin.ViewType == "modal" {
		open = m.Send.PushModal
	}
	err = open(ctx, a.TriggerID, v)
	if errors.Is(err, slackbot.ErrTriggerUsed) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("opening a window of lessons: %w", err)
	}
	return true, nil
}

// tell answers a press in words: where it was, or in a window.
func (m *room) tell(ctx context.Context, t slackbot.Task, a slackbot.Action, line string) error {
	if a.Origin.ViewType == "" {
		return m.whisper(ctx, a, say(line))
	}
	if m.openWindow(ctx, a, note(line)) == nil {
		return nil
	}
	// Too late for a window.
	if _, err := m.Send.Direct(ctx, t.ID+"/told", a.UserID, say(line)); err != nil && !errors.Is(err, slackbot.ErrDoubtful) {
		return fmt.Errorf("answering a press: %w", err)
	}
	return nil
}

// whisper answers who pressed something in a conversation, privately.
func (m *room) whisper(ctx context.Context, a slackbot.Action, answer blockkit.Message) error {
	err := m.Send.Whisper(ctx, a.Origin.ResponseURL, answer)
	if err == nil || spent(err) || errors.Is(err, slackbot.ErrDoubtful) {
		return nil
	}
	return fmt.Errorf("answering a press: %w", err)
}

// spent says that what somebody pressed cannot be answered there any more.
func spent(err error) bool {
	return errors.Is(err, slackbot.ErrResponseSpent) || errors.Is(err, slackbot.ErrResponseURL) || errors.Is(err, slackbot.ErrMessageNotFound)
}
