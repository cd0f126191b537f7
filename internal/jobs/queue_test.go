package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

// line is a calendar with a queue, and what was done of it.
type line struct {
	t        *testing.T
	db       *redisdb.DB
	calendar Calendar
	now      time.Time

	mu   sync.Mutex
	done map[string]int
	fail map[string]int // how often a batch with this member still fails
}

func newLine(t *testing.T) *line { return newLineOn(t, redistest.Start(t)) }

func newLineOn(t *testing.T, url string) *line {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &line{
		t: t, db: db, calendar: Calendar{DB: db, Key: db.Key("line", "due")},
		now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), done: map[string]int{}, fail: map[string]int{},
	}
}

func (l *line) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *line) later(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

func (l *line) queue(do func(context.Context, []string) error) *Queue {
	return NewQueue(QueueOptions{DB: l.db, Name: "line", Calendar: l.calendar, Do: do, Batch: 10, Workers: 4, Pace: 1e6, Now: l.clock})
}

// do counts the members it is given and takes them out of the calendar.
func (l *line) do(ctx context.Context, members []string) error {
	l.mu.Lock()
	for _, m := range members {
		if l.fail[m] > 0 {
			l.fail[m]--
			l.mu.Unlock()
			return errors.New("not this time")
		}
	}
	l.mu.Unlock()
	for _, m := range members {
		if err := l.calendar.Remove(ctx, m); err != nil {
			return err
		}
		l.mu.Lock()
		l.done[m]++
		l.mu.Unlock()
	}
	return nil
}

// fill puts n members into the calendar, due since a minute ago.
func (l *line) fill(n int) {
	l.t.Helper()
	for i := range n {
		if err := l.calendar.Set(l.t.Context(), Entry{Member: fmt.Sprintf("m%d", i), At: l.clock().Add(-time.Minute)}); err != nil {
			l.t.Fatal(err)
		}
	}
}

// run works until all of n members are done.
func (l *line) run(q *Queue, n int) {
	l.t.Helper()
	ctx, cancel := context.WithCancel(l.t.Context())
	tick, look := time.NewTicker(10*time.Millisecond), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	defer look.Stop()
	var working sync.WaitGroup
	working.Go(func() { q.Run(ctx, tick.C) })
	defer func() { cancel(); working.Wait() }()
	limit := time.After(60 * time.Second)
	for {
		l.mu.Lock()
		done := len(l.done)
		l.mu.Unlock()
		if done == n {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			l.t.Fatalf("%d of %d were done", done, n)
		}
	}
}

func (l *line) once(n int) {
	l.t.Helper()
	for i := range n {
		if got := l.done[fmt.Sprintf("m%d", i)]; got != 1 {
			l.t.Errorf("m%d was done %d times", i, got)
		}
	}
}

func TestAllThatIsDueIsWorkedOffInBatches(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.fill(1234)
	if err := l.calendar.Set(t.Context(), Entry{Member: "tomorrow", At: l.now.Add(24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	l.run(l.queue(func(ctx context.Context, members []string) error {
		if len(members) > 10 {
			t.Errorf("a batch of %d", len(members))
		}
		return l.do(ctx, members)
	}), 1234)
	l.once(1234)
	if next, ok, err := l.calendar.Next(t.Context()); err != nil || !ok || !next.Equal(l.now.Add(24*time.Hour)) {
		t.Errorf("what is due tomorrow is now due %v (%v, %v)", next, ok, err)
	}
}

func TestTheQueueOnACluster(t *testing.T) {
	t.Parallel()
	l := newLineOn(t, redistest.SmallCluster(t))
	l.fill(60)
	l.run(l.queue(l.do), 60)
	l.once(60)
}

func TestWhatFailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.fill(25)
	l.fail["m7"] = 1
	l.run(l.queue(l.do), 25)
	l.once(25)
}

func TestWhatTheQueueLostComesBack(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.fill(25)
	lost := l.queue(l.do)
	if n, err := lost.Feed(t.Context()); n != 25 || err != nil {
		t.Fatalf("%d were claimed: %v", n, err)
	}
	if n, err := lost.Feed(t.Context()); n != 0 || err != nil {
		t.Errorf("%d were claimed twice: %v", n, err)
	}
	// Whoever holds the tasks is gone, and the tasks with them.
	if err := l.db.Client.Del(t.Context(), "asynq:{ally-line}:pending").Err(); err != nil {
		t.Fatal(err)
	}
	l.later(queueHold + time.Minute)
	l.run(l.queue(l.do), 25)
	l.once(25)
}

// What was done before the queue let go of it keeps the time it was given.
func TestTheQueueHoldsNothingThatIsDone(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.fill(2)
	q := l.queue(l.do)
	due, err := l.calendar.Claim(t.Context(), l.now, 10, handOver)
	if err != nil || len(due) != 2 {
		t.Fatal(due, err)
	}
	week := l.now.Add(7 * 24 * time.Hour)
	if err := l.calendar.Set(t.Context(), Entry{Member: "m0", At: week}); err != nil {
		t.Fatal(err)
	}
	if err := q.leave(t.Context(), due, l.now, 0); err != nil {
		t.Fatal(err)
	}
	score := l.db.Client.ZScore(t.Context(), l.calendar.Key, "m0").Val()
	if got := time.UnixMilli(int64(score)); !got.Equal(week) {
		t.Errorf("done, and due at %v", got)
	}
	score = l.db.Client.ZScore(t.Context(), l.calendar.Key, "m1").Val()
	if got := time.UnixMilli(int64(score)); got.Before(l.now.Add(queueHold)) || got.After(l.now.Add(queueHold+time.Minute)) {
		t.Errorf("left to the queue until %v", got)
	}
}
