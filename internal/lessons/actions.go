package lessons

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// What somebody can do with a lesson before them. Buttons of old messages work too,
// also for people who take no lessons any more.

func (m *room) registerLesson(r *slackbot.Router) {
	r.Action(actionMark, m.mark)
	r.Action(actionWords, m.words, slackbot.Stateless)
	r.Action(actionAnother, m.another)
	r.Action(actionAnswer, m.answered)
	slackbot.Handle(r, taskRead, m.noteRead)
}

// mark notes what somebody said of a lesson, or takes it back.
func (m *room) mark(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	subject := readSubject(a.Value)
	if m.Library().Lesson(subject.Lesson) == nil {
		return m.tell(ctx, t, a, lessonGone)
	}
	_, how, _ := strings.Cut(a.ActionID, ":")
	change := markChanges[how]
	if change.of == 0 {
		return nil // of a later version
	}
	s, err := m.Book.Change(ctx, a.UserID, func(s *Subscription) error {
		if s.HasMark(subject.Lesson, change.of) == change.on {
			return errUnchanged
		}
		if change.on {
			s.SetMark(subject.Lesson, change.of)
		} else {
			s.clearMark(subject.Lesson, change.of)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := m.showCard(ctx, t, a, subject, s); err != nil {
		return err
	}
	if change.of == Saved {
		m.freshHome(ctx, a.UserID)
	}
	return nil
}

var markChanges = map[string]struct {
	of Mark
	on bool
}{
	markTried: {Tried, true}, markUntried: {Tried, false},
	markNever: {Never, true}, markBack: {Never, false},
	markSave: {Saved, true}, markUnsave: {Saved, false},
}

// clearMark takes back what they said of a lesson.
func (s *Subscription) clearMark(lessonID string, m Mark) {
	if i := s.shown(CodeOf(lessonID)); i >= 0 {
		s.Shown[i].Marks &^= m
	}
}

// words opens the script that goes with a lesson.
func (m *room) words(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	l := m.Library().Lesson(readSubject(a.Value).Lesson)
	if l == nil || l.Script == "" {
		return m.tell(ctx, t, a, wordsGone)
	}
	to, err := slackbot.NewTask(slackbot.ScriptOpen, slackbot.ScriptToShow{
		TriggerID: a.TriggerID, OnTop: a.Origin.ViewType == "modal", UserID: a.UserID, Script: l.Script,
	})
	if err != nil {
		return err
	}
	return m.router.Do(ctx, *to)
}

// another puts the next lesson in the place of one. It is shown before it is noted,
// so that nothing is lost if the bot stops in between.
func (m *room) another(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	subject := readSubject(a.Value)
	s, err := m.Book.Find(ctx, a.UserID)
	if err != nil {
		return err
	}
	if subject.Week >= 0 {
		subject.Week++
		return m.showVisitor(ctx, t, a, s, subject.Week)
	}
	if l := m.Library().Lesson(subject.Lesson); l != nil && s.shown(CodeOf(l.ID)) < 0 {
		s.Show(l, m.today(s.Zone), s.On) // they see it, though that is not noted yet
	}
	next := m.after(s, subject.Lesson)
	if next == nil || next.ID == subject.Lesson {
		return m.tell(ctx, t, a, noOther)
	}
	subject.Lesson = next.ID
	if err := m.showCard(ctx, t, a, subject, s); err != nil {
		return err
	}
	return m.seen(ctx, a.UserID, next)
}

// after is the lesson that comes after one. A second press within a moment gets
// what the first one got.
func (m *room) after(s Subscription, lessonID string) *playbook.Lesson {
	shelf := m.shelves.of(m.Library())
	if n := len(s.Shown); n > 1 && s.Shown[n-2].Code == CodeOf(lessonID) {
		last := s.Shown[n-1]
		if i := s.recall(last.Code); i >= 0 && s.Recalls[i].From == m.today(s.Zone) && last.Marks&Never == 0 {
			if l := shelf.find(last.Code); l != nil {
				return l
			}
		}
	}
	return s.Pick(shelf.year)
}

// seen notes that somebody was shown a lesson. Those who take none are asked
// nothing about it later.
func (m *room) seen(ctx context.Context, userID string, l *playbook.Lesson) error {
	_, err := m.Book.Change(ctx, userID, func(s *Subscription) error {
		s.Show(l, m.today(s.Zone), s.On)
		return nil
	})
	return err
}

// answered answers the question of an earlier lesson.
func (m *room) answered(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	subject := readSubject(a.Value)
	l := m.Library().Lesson(subject.Recall)
	if l == nil || subject.Answer < 1 || subject.Answer > len(l.Answers) {
		return m.tell(ctx, t, a, questionGone)
	}
	s, err := m.Book.Change(ctx, a.UserID, func(s *Subscription) error {
		if s.recall(CodeOf(l.ID)) < 0 {
			return errUnchanged
		}
		s.Answered(l.ID, l.Answers[subject.Answer-1].Right, m.today(s.Zone))
		return nil
	})
	if err != nil {
		return err
	}
	return m.showCard(ctx, t, a, subject, s)
}

// showCard shows a lesson anew where somebody pressed something on it.
func (m *room) showCard(ctx context.Context, t slackbot.Task, a slackbot.Action, subject subject, s Subscription) error {
	c := m.card(s, subject)
	if c.Lesson == nil {
		return m.tell(ctx, t, a, lessonGone)
	}
	return m.put(ctx, a.Origin, c)
}

func (m *room) card(s Subscription, subject subject) card {
	lib := m.Library()
	return card{
		Subscription: s, Lesson: lib.Lesson(subject.Lesson), Recall: lib.Lesson(subject.Recall),
		Answer: subject.Answer, Week: subject.Week, Today: m.today(s.Zone),
	}
}

// put puts a card in the place of what somebody acted in.
func (m *room) put(ctx context.Context, o slackbot.Origin, c card) error {
	var err error
	if o.ViewType == "modal" {
		err = m.Send.UpdateModal(ctx, o.ViewID, c.modal())
	} else {
		err = m.Send.Replace(ctx, o, c.message())
	}
	if err != nil && !spent(err) && !errors.Is(err, slackbot.ErrViewNotFound) {
		return fmt.Errorf("showing a lesson: %w", err)
	}
	return nil
}

// read opens a lesson in a window: for those who take lessons the one that comes
// next, noted as shown; for all others one of the week, and nothing is kept.
func (m *room) read(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	c, l, err := m.now(ctx, a.UserID)
	if err != nil {
		return err
	}
	if c.Lesson == nil {
		return m.tell(ctx, t, a, noLessons)
	}
	first, err := m.openFirst(ctx, a, c.modal())
	if err != nil || l == nil {
		return err
	}
	s := c.Subscription
	if n := len(s.Recalls); !first && n > 0 && s.Recalls[n-1].From == c.Today {
		return nil // the earlier try noted the one it opened; this one nobody read
	}
	return m.seen(ctx, a.UserID, l)
}

// now is the lesson to read now; noted is what has to be noted as shown, or nil.
func (m *room) now(ctx context.Context, userID string) (c card, noted *playbook.Lesson, err error) {
	s, err := m.Book.Find(ctx, userID)
	if err != nil {
		return card{}, nil, err
	}
	if !s.On {
		return m.visitor(ctx, s, 0), nil, nil
	}
	l := s.Pick(m.shelves.of(m.Library()).year)
	return card{Subscription: s, Lesson: l, Week: -1, Today: m.today(s.Zone)}, l, nil
}

// visitor is a lesson for somebody who takes none: the lesson of the week, or one
// further on. What they saw while they took lessons does not come again.
func (m *room) visitor(ctx context.Context, s Subscription, further int) card {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	w, err := m.who(asking, s.ID)
	var fresh, all []*playbook.Lesson
	for _, l := range m.shelves.of(m.Library()).year {
		if i := s.shown(CodeOf(l.ID)); i < 0 {
			fresh = append(fresh, l)
		} else if s.Shown[i].Marks&Never == 0 {
			all = append(all, l)
		}
	}
	if len(fresh) > 0 {
		all = fresh
	}
	c := card{Subscription: Subscription{ID: s.ID}, Week: further, Guest: err == nil && !w.Member}
	if len(all) > 0 {
		c.Lesson = all[(int(m.today(w.Zone))/7+further)%len(all)]
	}
	return c
}

func (m *room) showVisitor(ctx context.Context, t slackbot.Task, a slackbot.Action, s Subscription, further int) error {
	c := m.visitor(ctx, s, further)
	if c.Lesson == nil {
		return m.tell(ctx, t, a, noLessons)
	}
	return m.put(ctx, a.Origin, c)
}

// openSaved opens a lesson that somebody saved and picked from a list.
func (m *room) openSaved(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	s, err := m.Book.Find(ctx, a.UserID)
	if err != nil {
		return err
	}
	c := m.card(s, readSubject(a.Value))
	if c.Lesson == nil {
		return m.tell(ctx, t, a, lessonGone)
	}
	if err := m.openWindow(ctx, a, c.modal()); err != nil {
		return err
	}
	// A list keeps what was picked, and picking the same again would do nothing.
	st, err := m.look(ctx, a.UserID)
	if err != nil {
		return nil //nolint:nilerr // the lesson is open
	}
	_ = m.showStanding(ctx, a, st, "")
	return nil
}

// answerID is the action of the n-th answer, from 1.
func answerID(n int) string { return actionAnswer + ":" + strconv.Itoa(n) }
