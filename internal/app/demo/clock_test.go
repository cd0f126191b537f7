package demo

import (
	"testing"
	"time"
)

func TestClockRunsOnFromWhereItWasMoved(t *testing.T) {
	base := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	passed := time.Duration(0)
	c := NewClock(func() time.Time { return base.Add(passed) })
	if !c.Now().Equal(base) {
		t.Errorf("at the start: %s", c.Now())
	}
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c.Set(monday)
	passed = time.Minute
	if want := monday.Add(time.Minute); !c.Now().Equal(want) {
		t.Errorf("a minute after the move: %s", c.Now())
	}
	c.Advance(24 * time.Hour)
	if want := monday.Add(24*time.Hour + time.Minute); !c.Now().Equal(want) {
		t.Errorf("a day on: %s", c.Now())
	}
}
