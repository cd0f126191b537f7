package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

func on(t *testing.T, url string) Calendar {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return Calendar{DB: db, Key: db.Key("jobs", "due")}
}

func embedded(t *testing.T) Calendar {
	t.Helper()
	db, err := redisdb.Embedded(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return Calendar{DB: db, Key: db.Key("jobs", "due")}
}

func set(t *testing.T, c Calendar, member string, at time.Time) {
	t.Helper()
	if err := c.Set(t.Context(), Entry{member, at}); err != nil {
		t.Fatal(err)
	}
}

func claimed(t *testing.T, c Calendar, now time.Time, limit int, hold time.Duration) (out []string) {
	t.Helper()
	due, err := c.Claim(t.Context(), now, limit, hold)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range due {
		out = append(out, fmt.Sprintf("%s@%v", e.Member, now.Sub(e.At)))
	}
	return out
}

func TestWhatIsDueIsClaimedOnceUntilTheHoldEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Calendar{
		"server": on(t, redistest.Start(t)), "cluster": on(t, redistest.SmallCluster(t)), "embedded": embedded(t),
	} {
		t.Run(name, func(t *testing.T) {
			now := time.UnixMilli(1763767000123)
			if _, ok, err := c.Next(t.Context()); ok || err != nil {
				t.Errorf("something is next in an empty calendar: %v", err)
			}
			set(t, c, "later", now.Add(time.Millisecond))
			set(t, c, "now", now)
			set(t, c, "b", now.Add(-time.Minute))
			set(t, c, "a", now.Add(-time.Minute))
			set(t, c, "moved", now.Add(-time.Hour))
			set(t, c, "moved", now.Add(time.Hour))
			set(t, c, "removed", now)
			for range 2 {
				if err := c.Remove(t.Context(), "removed"); err != nil {
					t.Fatal(err)
				}
			}
			if next, ok, err := c.Next(t.Context()); !ok || err != nil || !next.Equal(now.Add(-time.Minute)) {
				t.Errorf("next %v, %v, %v", next, ok, err)
			}
			for _, step := range []struct {
				after time.Duration
				limit int
				want  []string
			}{
				{0, 2, []string{"a@1m0s", "b@1m0s"}},
				{0, 0, nil},
				{0, 9, []string{"now@0s"}},
				{0, 9, nil},
				{time.Millisecond, 9, []string{"later@0s"}},
				{10*time.Second - time.Millisecond, 9, nil},
				{10 * time.Second, 9, []string{"a@0s", "b@0s", "now@0s"}},
				{time.Hour, 9, []string{"later@59m49.999s", "a@59m40s", "b@59m40s", "now@59m40s", "moved@0s"}},
			} {
				if got := claimed(t, c, now.Add(step.after), step.limit, 10*time.Second); !slices.Equal(got, step.want) {
					t.Errorf("after %v: %v, want %v", step.after, got, step.want)
				}
			}
			// Even a hold of nothing is no endless loop.
			claimed(t, c, now.Add(24*time.Hour), 9, 0)
			if got := claimed(t, c, now.Add(24*time.Hour), 9, 0); got != nil {
				t.Errorf("due again at once: %v", got)
			}
		})
	}
}

func TestReplicasShareWhatIsDue(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	a, b := on(t, url), on(t, url)
	now := time.Now()
	const n = 200
	for i := range n {
		set(t, a, fmt.Sprint(i), now.Add(-time.Duration(i)*time.Second))
	}
	var mu sync.Mutex
	times := map[string]int{}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for {
				due, err := []Calendar{a, b}[i%2].Claim(t.Context(), now, 3, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if len(due) == 0 {
					return
				}
				mu.Lock()
				for _, e := range due {
					times[e.Member]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for m, k := range times {
		if k != 1 {
			t.Errorf("%s was claimed %d times", m, k)
		}
	}
	if len(times) != n {
		t.Errorf("%d claimed of %d", len(times), n)
	}
}

// worker is Work with a clock and ticks of the test.
type worker struct {
	tick chan time.Time
	ms   atomic.Int64
	end  context.CancelFunc
	done chan struct{}
	logs *observer.ObservedLogs
}

func work(t *testing.T, c Calendar, now time.Time, do func(context.Context, Entry) error) *worker {
	t.Helper()
	core, logs := observer.New(zapcore.ErrorLevel)
	ctx, end := context.WithCancel(t.Context())
	w := &worker{tick: make(chan time.Time), end: end, done: make(chan struct{}), logs: logs}
	w.ms.Store(now.UnixMilli())
	go func() {
		defer close(w.done)
		Work(ctx, w.tick, func() time.Time { return time.UnixMilli(w.ms.Load()) }, c, do, zap.New(core))
	}()
	t.Cleanup(func() { end(); <-w.done })
	return w
}

// round makes Work look once, and returns when it is done with that. It looks a
// second time then, which finds nothing at the same time of the clock.
func (w *worker) round() {
	w.tick <- time.Time{}
	w.tick <- time.Time{}
}

func TestWorkDoesWhatIsDueAndTriesAgain(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	now := time.UnixMilli(1763767000000)
	const n = 2*batch + 3
	for i := range n {
		set(t, c, fmt.Sprintf("%02d", i), now)
	}
	set(t, c, "later", now.Add(24*time.Hour))
	var mu sync.Mutex
	did := map[string]int{}
	w := work(t, c, now, func(ctx context.Context, e Entry) error {
		mu.Lock()
		defer mu.Unlock()
		if _, ok := ctx.Deadline(); !ok {
			t.Error("an entry may take for ever")
		}
		did[e.Member]++
		switch {
		case e.Member == "01" && did[e.Member] < 3:
			return errors.New("not yet")
		case e.Member == "02" && did[e.Member] < 2:
			panic("what somebody typed")
		}
		return c.Remove(ctx, e.Member)
	})
	left := func() []string { return c.DB.Client.ZRange(t.Context(), c.Key, 0, -1).Val() }
	w.round()
	if len(did) != n || !slices.Equal(left(), []string{"01", "02", "later"}) {
		t.Errorf("did %d of %d, left %v", len(did), n, left())
	}
	w.round()
	if did["01"] != 1 {
		t.Error("tried again at once")
	}
	w.ms.Add(Hold.Milliseconds())
	w.round()
	if !slices.Equal(left(), []string{"01", "later"}) {
		t.Errorf("left %v", left())
	}
	w.ms.Add(Hold.Milliseconds())
	w.round()
	if !slices.Equal(left(), []string{"later"}) || did["later"] != 0 {
		t.Errorf("left %v", left())
	}
	if w.logs.Len() != 3 {
		t.Errorf("%d errors in the log", w.logs.Len())
	}
	for _, l := range w.logs.All() {
		if s := fmt.Sprint(l.ContextMap()); strings.Contains(s, "typed") {
			t.Errorf("the log has the text of a panic: %s", s)
		}
	}
}

func TestWorkOutlivesRedisAndEnds(t *testing.T) {
	t.Parallel()
	server := redistest.New(t, "--appendonly", "yes", "--appendfsync", "always")
	c := on(t, server.URL())
	now := time.UnixMilli(1763767000000)
	set(t, c, "one", now)
	var did atomic.Int64
	w := work(t, c, now, func(ctx context.Context, e Entry) error { did.Add(1); return c.Remove(ctx, e.Member) })
	server.Kill()
	w.round()
	if w.logs.Len() == 0 || did.Load() != 0 {
		t.Errorf("without Redis: %d errors, %d done", w.logs.Len(), did.Load())
	}
	server.Restart()
	w.round()
	if did.Load() != 1 {
		t.Errorf("done %d times", did.Load())
	}
	w.end()
	<-w.done
}

func TestWorkStopsBetweenTwoEntries(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	now := time.UnixMilli(1763767000000)
	set(t, c, "a", now)
	set(t, c, "b", now)
	var did atomic.Int64
	var w *worker
	ready := make(chan struct{})
	w = work(t, c, now, func(context.Context, Entry) error { <-ready; did.Add(1); w.end(); return nil })
	close(ready)
	w.tick <- time.Time{}
	<-w.done
	if did.Load() != 1 {
		t.Errorf("%d done after the end", did.Load()-1)
	}
	// Both are held, and come up again for whoever is there then.
	zs := c.DB.Client.ZRangeByScore(t.Context(), c.Key, &redis.ZRangeBy{Min: fmt.Sprint(now.Add(Hold).UnixMilli()), Max: "+inf"}).Val()
	if !slices.Equal(zs, []string{"a", "b"}) {
		t.Errorf("held: %v", zs)
	}
}
