package slacksim_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/slacksim"
)

// testClock stands still until it is moved.
type testClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *testClock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func TestMovedClock(t *testing.T) {
	clock := &testClock{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	w := start(t, func(o *slacksim.Options) { o.Now = clock.Now })
	sam := w.As(w.sam)
	first, second := sam.Say(w.general, "a"), sam.Say(w.general, "b")
	if first >= second {
		t.Errorf("ts does not increase: %s, %s", first, second)
	}
	clock.Add(-time.Hour)
	if third := sam.Say(w.general, "c"); third <= second {
		t.Errorf("ts goes back with the clock: %s after %s", third, second)
	}
	clock.Add(time.Hour)
	at := strconv.FormatInt(clock.Now().Add(24*time.Hour).Unix(), 10)
	if _, _, err := w.client().ScheduleMessage(w.general, at, slack.MsgOptionText("later", false)); err != nil {
		t.Fatal(err)
	}
	_, id, err := w.client().ScheduleMessage(w.general, at, slack.MsgOptionText("never", false))
	if err != nil {
		t.Fatal(err)
	}
	_ = id
	if len(sam.Messages(w.general)) != 3 {
		t.Error("posted too early")
	}
	clock.Add(25 * time.Hour)
	w.eventually("the scheduled messages are posted", func() bool { return len(sam.Messages(w.general)) == 5 })
	ts := sam.Messages(w.general)[3].TS
	if want := strconv.FormatInt(clock.Now().Unix(), 10); ts[:10] != want {
		t.Errorf("ts %s is not of the moved clock (%s)", ts, want)
	}
}
