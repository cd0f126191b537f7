package demo

import (
	"sync"
	"time"
)

// Clock is the time of the playground: it runs like the real one, shifted by
// what visitors moved it. Bot, workspace and Redis all read it.
type Clock struct {
	real func() time.Time

	mu     sync.Mutex
	offset time.Duration
}

// NewClock starts at the real time.
func NewClock(real func() time.Time) *Clock { return &Clock{real: real} }

// workingMorning is when the playground begins: today, or on Monday at a weekend,
// at half past nine in London. Most of the cast are at work then, in Asia too, and
// hear at once when somebody credits them; those in America sleep, and what is for
// them waits until the visitor moves the clock to their morning.
func workingMorning(now time.Time) time.Time {
	y, m, d := now.UTC().Date()
	t := time.Date(y, m, d, 9, 30, 0, 0, time.UTC)
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// Now is the playground's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real().Add(c.offset)
}

// Advance moves the time by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// Set moves the time to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = t.Sub(c.real())
}
