package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// Where people live, and whether they are still there, is learned from what Slack
// tells, and once a day from its list of people: an event may be missed, and
// Slack sends none when a clock changes.

const (
	// taskFollow begins the daily look, taskPage goes on with it.
	taskFollow = "lessons.follow"
	taskPage   = "lessons.follow_page"
	followAll  = "people"
	followEach = 24 * time.Hour
)

// followPage is one page of the daily look.
type followPage struct {
	Day    string `json:"day"`
	Number int    `json:"number"`
	Cursor string `json:"cursor,omitempty"`
}

func (m *room) registerFollow(r *slackbot.Router) {
	slackbot.On(r, m.personChanged)
	r.Calendar(m.Book.followKey(), taskFollow)
	slackbot.Handle(r, taskFollow, m.followStart)
	slackbot.Handle(r, taskPage, m.followOn)
}

// personChanged follows somebody whose profile changed.
func (m *room) personChanged(ctx context.Context, _ slackbot.Task, e slackbot.PersonChanged) error {
	s, err := m.Book.Find(ctx, e.UserID)
	if err != nil || s.Zone == "" {
		return err
	}
	m.People.Forget(e.UserID)
	p, err := m.People.Find(ctx, e.UserID)
	if errors.Is(err, people.ErrUnknown) {
		p, err = people.Person{ID: e.UserID, Deleted: true}, nil
	}
	if err != nil {
		return err
	}
	return m.follow(ctx, p)
}

// follow makes a subscription agree with where a person is.
func (m *room) follow(ctx context.Context, p people.Person) error {
	if !p.Member() {
		return m.Book.Remove(ctx, p.ID)
	}
	_, err := m.Book.Change(ctx, p.ID, func(s *Subscription) error {
		if s.Zone == "" || p.TZ == "" || s.Zone == zoneOf(p) {
			return errUnchanged
		}
		s.Moved(zoneOf(p), m.Now())
		return nil
	})
	return err
}

// followStart begins the daily look.
func (m *room) followStart(ctx context.Context, _ slackbot.Task, due slackbot.Due) error {
	if err := m.Book.followAgain(ctx); err != nil {
		return err
	}
	return m.followNext(ctx, followPage{Day: due.At.UTC().Format(time.RFC3339)})
}

func (m *room) followNext(ctx context.Context, p followPage) error {
	t, err := slackbot.NewTask(taskPage, p)
	if err != nil {
		return err
	}
	return m.Later(ctx, fmt.Sprintf("lessons.follow:%s:%d", p.Day, p.Number), *t)
}

// followOn looks at one page of people.
func (m *room) followOn(ctx context.Context, _ slackbot.Task, p followPage) error {
	page, next, err := m.People.Page(ctx, p.Cursor)
	if err != nil || len(page) == 0 {
		return err
	}
	ids := make([]string, len(page))
	for i, person := range page {
		ids[i] = person.ID
	}
	read, err := m.Book.read(ctx, ids...)
	if err != nil {
		return err
	}
	for i, e := range read {
		if e.raw == "" || e.err != nil || page[i].Member() && (page[i].TZ == "" || zoneOf(page[i]) == e.Zone) {
			continue
		}
		if err := m.follow(ctx, page[i]); err != nil {
			return err
		}
	}
	if next == "" {
		return nil
	}
	return m.followNext(ctx, followPage{Day: p.Day, Number: p.Number + 1, Cursor: next})
}

// followKey is the calendar of the daily look.
func (b *Book) followKey() string { return b.db.Key("lessons", "follow") }

// followAgain sets the time of the next look.
func (b *Book) followAgain(ctx context.Context) error {
	err := b.db.Durable(ctx, b.followKey(), func(p redis.Pipeliner) {
		p.ZAdd(ctx, b.followKey(), redis.Z{Score: float64(b.now().Add(followEach).UnixMilli()), Member: followAll})
	})
	if err != nil {
		return fmt.Errorf("noting when to look after people: %w", err)
	}
	return nil
}
