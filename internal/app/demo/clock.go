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
