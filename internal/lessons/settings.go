package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// taskRepaint shows anew what a window was opened from: a repaint.
const taskRepaint = "lessons.repaint"

type repaint struct {
	UserID string `json:"user"`
	Place  place  `json:"place"`
}

func (m *room) registerSettings(r *slackbot.Router) {
	r.Action(actionSlot, m.openSlot)
	r.Action(actionPause, m.openPause)
	r.Submission(callbackSlot, m.submitSlot)
	r.Submission(callbackPause, m.submitPause)
	slackbot.Handle(r, taskRepaint, m.repaint)
}

// openSlot opens the window for the time.
func (m *room) openSlot(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	w, err := m.who(ctx, a.UserID)
	if err != nil {
		return err
	}
	if !w.Member {
		return m.tell(ctx, t, a, guestLine)
	}
	s, err := m.Book.Find(ctx, a.UserID)
	if err != nil {
		return err
	}
	at := m.usualSlot(s)
	s.Zone = w.Zone
	return m.openWindow(ctx, a, slotWindow(s, at, m.Hours, m.Library().Groups(), placeOf(a)))
}

// submitSlot sets the time. Whoever takes no lessons yet takes them from then on.
func (m *room) submitSlot(ctx context.Context, sub slackbot.Submission) (slackbot.SubmissionReply, error) {
	slot, wrong := slotOf(sub.State, m.Hours)
	if wrong != nil {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	w, err := m.who(asking, sub.UserID)
	if err != nil {
		return slackbot.SubmissionReply{}, err
	}
	if !w.Member {
		v := doneWindow(slotTitle, guestLine)
		return slackbot.SubmissionReply{Update: &v}, nil
	}
	group := pickedOption(sub.State, fieldGroup)
	s, err := m.start(ctx, sub.UserID, w, &slot, func(s *Subscription) {
		switch {
		case group == noGroup:
			s.Group = ""
		case m.isGroup(group):
			s.Group = group
		}
	})
	if err != nil {
		return slackbot.SubmissionReply{}, err
	}
	return m.settled(sub, slotTitle, savedSlot+" "+m.standing(ctx, s, w).line())
}

func (m *room) isGroup(id string) bool {
	for _, g := range m.Library().Groups() {
		if g.ID == id {
			return true
		}
	}
	return false
}

// settled says in a window what came of it, and has all else shown anew.
func (m *room) settled(sub slackbot.Submission, title, line string) (slackbot.SubmissionReply, error) {
	v := doneWindow(title, line)
	t, err := slackbot.NewTask(taskRepaint, repaint{UserID: sub.UserID, Place: readPlace(sub.Origin.PrivateMetadata)})
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// openPause opens the window for a pause.
func (m *room) openPause(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	s, err := m.Book.Find(ctx, a.UserID)
	if err != nil {
		return err
	}
	if !s.On {
		return m.tell(ctx, t, a, nothingToPause)
	}
	return m.openWindow(ctx, a, pauseWindow(placeOf(a)))
}

// submitPause pauses lessons.
func (m *room) submitPause(ctx context.Context, sub slackbot.Submission) (slackbot.SubmissionReply, error) {
	s, err := m.Book.Find(ctx, sub.UserID)
	if err != nil {
		return slackbot.SubmissionReply{}, err
	}
	if !s.On {
		v := doneWindow(pauseTitle, nothingToPause)
		return slackbot.SubmissionReply{Update: &v}, nil
	}
	day, wrong := pauseDay(sub.State, m.today(s.Zone))
	if wrong != nil {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	if s, err = m.pause(ctx, sub.UserID, day); err != nil {
		return slackbot.SubmissionReply{}, err
	}
	return m.settled(sub, pauseTitle, m.standing(ctx, s, who{Member: true, Zone: s.Zone}).line())
}

func (m *room) pause(ctx context.Context, userID string, day when.Date) (Subscription, error) {
	return m.Book.Change(ctx, userID, func(s *Subscription) error {
		if !s.On {
			return errUnchanged
		}
		s.PauseUntil(day, m.Now())
		return nil
	})
}

// maxPause is the longest pause, in days.
const maxPause = 366

// pauseDay is the first day on which lessons come again. A date that was picked
// counts, whatever else is.
func pauseDay(state map[string]slackbot.Value, today when.Date) (when.Date, map[string]string) {
	if typed := state[fieldUntil].Value; typed != "" {
		t, err := time.Parse(time.DateOnly, typed)
		day := when.DateOf(t)
		switch {
		case err != nil:
			return 0, map[string]string{fieldUntil: badDate}
		case day <= today:
			return 0, map[string]string{fieldUntil: pastDate}
		case day > today+maxPause:
			return 0, map[string]string{fieldUntil: farDate}
		}
		return day, nil
	}
	switch pickedOption(state, fieldLong) {
	case oneWeek:
		return today + 7, nil
	case twoWeeks:
		return today + 14, nil
	case fourWeeks:
		return today + 28, nil
	}
	return 0, map[string]string{fieldUntil: needDate}
}

// repaint shows anew what a window was opened from, and Home.
func (m *room) repaint(ctx context.Context, _ slackbot.Task, r repaint) error {
	err := m.repaintPlace(ctx, r)
	if err != nil && !errors.Is(err, slackbot.ErrViewNotFound) && !errors.Is(err, slackbot.ErrMessageNotFound) && !errors.Is(err, slackbot.ErrCannotUpdate) {
		return err
	}
	m.freshHome(ctx, r.UserID)
	return nil
}

func (m *room) repaintPlace(ctx context.Context, r repaint) error {
	if r.Place == (place{}) {
		return nil
	}
	s, err := m.Book.Find(ctx, r.UserID)
	if err != nil {
		return err
	}
	var message blockkit.Message
	var modal blockkit.Modal
	if r.Place.Subject == "" {
		w, err := m.who(ctx, r.UserID)
		if err != nil {
			return err
		}
		st := m.standing(ctx, s, w)
		message, modal = st.message(""), st.modal("")
	} else {
		c := m.card(s, readSubject(r.Place.Subject))
		if c.Lesson == nil {
			return nil
		}
		message, modal = c.message(), c.modal()
	}
	if r.Place.View != "" {
		err = m.Send.UpdateModal(ctx, r.Place.View, modal)
	} else {
		err = m.Send.Update(ctx, r.Place.Channel, r.Place.TS, message)
	}
	if err != nil {
		return fmt.Errorf("showing what was set: %w", err)
	}
	return nil
}
