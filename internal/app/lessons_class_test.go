package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"allybot/internal/lessons"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// class are many people who take lessons, all at the same time of the week.
type class struct {
	db     *redisdb.DB
	book   *lessons.Book
	people []string // user ids
	dms    map[string]string
}

// newClass subscribes people, in a zone without daylight saving, so that their
// first lesson is due at a moment: a whole minute, up to a day ago or ahead.
func newClass(t testing.TB, w *workspace, redisURL string, size int, due time.Time) *class {
	t.Helper()
	db, err := redisdb.Open(redisURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &class{db: db, book: lessons.NewBook(db, w.now), dms: map[string]string{}}
	due = due.UTC()
	slot := lessons.Slot{Day: due.Weekday(), Minute: due.Hour()*60 + due.Minute()}
	for i := range size {
		id := w.AddPerson(slacksim.Person{Name: fmt.Sprintf("pupil%d", i), RealName: fmt.Sprintf("Pupil Number%d", i), TZ: "Etc/UTC"})
		c.people = append(c.people, id)
		c.dms[id] = w.As(id).DM()
	}
	ids := make(chan string)
	failures := make(chan error, size)
	var writing sync.WaitGroup
	for range 16 {
		writing.Go(func() {
			for id := range ids {
				for tries := 0; ; tries++ {
					_, err := c.book.Change(context.Background(), id, func(s *lessons.Subscription) error {
						s.Start(slot, "Etc/UTC", due.Add(-time.Minute))
						s.ConversationID = c.dms[id]
						return nil
					})
					if err == nil {
						break
					}
					if !errors.Is(err, redisdb.ErrNotReplicated) || tries == 10 {
						failures <- err
						break
					}
				}
			}
		})
	}
	for _, id := range c.people {
		ids <- id
	}
	close(ids)
	writing.Wait()
	if len(failures) > 0 {
		t.Fatal(<-failures)
	}
	return c
}

// unclaimed is how many lessons are due that no replica has taken on.
func (c *class) unclaimed(now time.Time) (int64, error) {
	return c.db.Client.ZCount(context.Background(), c.book.CalendarKey(), "-inf", fmt.Sprint(now.UnixMilli())).Result()
}

// waiting is how many lessons are due, or in the queue, and neither sent nor moved:
// the others are due in a week.
func (c *class) waiting(now time.Time) (int64, error) {
	day := fmt.Sprint(now.Add(24 * time.Hour).UnixMilli())
	return c.db.Client.ZCount(context.Background(), c.book.CalendarKey(), "-inf", day).Result()
}

// gotOneEach checks that everybody got exactly one lesson, and that the record
// knows it.
func (c *class) gotOneEach(w *workspace) {
	w.t.Helper()
	got := map[int]int{}
	for _, id := range c.people {
		n := 0
		for _, m := range w.As(id).Messages(c.dms[id]) {
			if m.BotID != "" {
				n++
			}
		}
		got[n]++
		s, err := c.book.Find(context.Background(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if s.Last == 0 || s.Next != s.Last+7 || len(s.Shown) != 1 {
			w.t.Errorf("the record of somebody with %d lessons: %+v", n, s)
		}
	}
	if len(got) != 1 || got[1] != len(c.people) {
		w.t.Errorf("how many got how many lessons: %v", got)
	}
}
