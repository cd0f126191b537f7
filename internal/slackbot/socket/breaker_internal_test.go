package socket

import (
	"testing"
	"time"
)

// After failures the pause is random, longer with each failure up to a limit, and
// never shorter than Slack asked for.
func TestPausesAreJitteredAndBounded(t *testing.T) {
	const base, top = time.Second, 30 * time.Second
	longest := func(failures int) (longest time.Duration, different int) {
		seen := map[time.Duration]bool{}
		for range 200 {
			b := newBreaker(BreakerOptions{Base: base, Max: top, Burst: 1})
			b.failures = failures
			pause := b.ended(0, 0)
			seen[pause] = true
			longest = max(longest, pause)
		}
		return longest, len(seen)
	}
	for failures, limit := range map[int]time.Duration{0: base, 1: 2 * base, 3: 8 * base, 5: top, 60: top} {
		got, different := longest(failures)
		if got > limit || got < limit/2 {
			t.Errorf("after %d failures up to %v, want up to %v", failures, got, limit)
		}
		if different < 100 {
			t.Errorf("after %d failures only %d different pauses of 200", failures, different)
		}
	}
	b := newBreaker(BreakerOptions{Burst: 1})
	if pause := b.ended(0, time.Minute); pause < 59*time.Second {
		t.Errorf("back after %v though Slack asked for a minute", pause)
	}
	b = newBreaker(BreakerOptions{Burst: 1})
	b.failures = 9
	if pause := b.ended(time.Hour, 0); pause != 0 || b.failures != 0 {
		t.Errorf("after an hour that was well: %v, %d failures", pause, b.failures)
	}
}

// By default nothing waits for ever, nobody waits longer than Slack does, and a
// half-open connection is noticed within a minute.
func TestTheDefaultsAreBounded(t *testing.T) {
	o := Options{}.withDefaults()
	if o.OpenTimeout <= 0 || o.OpenTimeout > 15*time.Second || o.HandshakeTimeout <= 0 || o.HandshakeTimeout > 15*time.Second {
		t.Errorf("opening may take %v and %v", o.OpenTimeout, o.HandshakeTimeout)
	}
	if o.AckTimeout <= 0 || o.AckTimeout >= 3*time.Second {
		t.Errorf("an ack may take %v", o.AckTimeout)
	}
	if o.PingInterval <= 0 || 2*o.PingInterval >= time.Minute {
		t.Errorf("a dead connection is noticed after %v", 2*o.PingInterval)
	}
}
