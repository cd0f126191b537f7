package socket

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// BreakerOptions bound how often connections are opened, all sockets together.
// Zero values take the defaults named.
type BreakerOptions struct {
	// Healthy is how long a connection must have lived not to count as a
	// failure. Default 10 s.
	Healthy time.Duration
	// Base and Max bound the pause after failures in a row: a random time up
	// to Base, doubled by each failure, at most Max. Default 500 ms and 30 s.
	Base, Max time.Duration
	// PerMinute and Burst bound the opens whatever happens. Slack allows 50 a
	// minute to the app, all replicas together. Default 12; the burst of a Pool
	// is two for each socket and two more.
	PerMinute, Burst int
}

// breaker says when the next connection may be opened.
type breaker struct {
	opts  BreakerOptions
	opens *rate.Limiter

	mu       sync.Mutex
	failures int
	until    time.Time
}

func newBreaker(o BreakerOptions) *breaker {
	if o.Healthy == 0 {
		o.Healthy = 10 * time.Second
	}
	if o.Base == 0 {
		o.Base = 500 * time.Millisecond
	}
	if o.Max == 0 {
		o.Max = 30 * time.Second
	}
	if o.PerMinute == 0 {
		o.PerMinute = 12
	}
	return &breaker{opts: o, opens: rate.NewLimiter(rate.Every(time.Minute/time.Duration(o.PerMinute)), o.Burst)}
}

// wait returns when a connection may be opened.
func (b *breaker) wait(ctx context.Context) error {
	for {
		b.mu.Lock()
		pause := time.Until(b.until)
		b.mu.Unlock()
		if pause <= 0 {
			return b.opens.Wait(ctx)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// ended is told how long a connection lived and what Slack said of when to
// come back, and returns the pause before the next.
func (b *breaker) ended(lived, retryAfter time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	pause := time.Duration(0)
	if lived >= b.opts.Healthy {
		b.failures = 0
	} else {
		limit := b.opts.Max
		if b.failures < 20 {
			limit = min(limit, b.opts.Base<<b.failures)
		}
		pause = rand.N(limit) + 1
		b.failures++
	}
	pause = max(pause, retryAfter)
	if until := now.Add(pause); until.After(b.until) {
		b.until = until
	}
	return max(0, b.until.Sub(now))
}
