package credit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

// ledgerClock is a time that tests move.
type ledgerClock struct{ ms atomic.Int64 }

func newLedgerClock() *ledgerClock {
	c := &ledgerClock{}
	c.ms.Store(time.Now().UnixMilli())
	return c
}

func (c *ledgerClock) now() time.Time          { return time.UnixMilli(c.ms.Load()).UTC() }
func (c *ledgerClock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// ledgerOn is a ledger of its own on the Redis at url, as another process has it.
func ledgerOn(t testing.TB, url string, now func() time.Time) *Ledger {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return NewLedger(db, now)
}

func embeddedLedger(t testing.TB, now func() time.Time) *Ledger {
	t.Helper()
	db, err := redisdb.Embedded(now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return NewLedger(db, now)
}

// everyRedis runs a test on each kind of Redis there is.
func everyRedis(t *testing.T, test func(t *testing.T, l *Ledger, c *ledgerClock)) {
	t.Run("server", func(t *testing.T) {
		t.Parallel()
		c := newLedgerClock()
		test(t, ledgerOn(t, redistest.Start(t), c.now), c)
	})
	t.Run("cluster", func(t *testing.T) {
		t.Parallel()
		c := newLedgerClock()
		test(t, ledgerOn(t, redistest.SmallCluster(t), c.now), c)
	})
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		c := newLedgerClock()
		test(t, embeddedLedger(t, c.now), c)
	})
}

func credited(id, giver string, at time.Time, to ...string) Credit {
	c := Credit{ID: id, Rev: 1, GiverID: giver, Kind: Idea, Reason: "You asked <what> we’d missed & found it", Given: at}
	for _, u := range to {
		c.Receivers = append(c.Receivers, Receiver{UserID: u})
	}
	return c
}

func mustOpen(t testing.TB, l *Ledger, c Credit) Credit {
	t.Helper()
	got, opened, err := l.Open(t.Context(), c)
	if err != nil || !opened {
		t.Fatalf("opened %v, %v", opened, err)
	}
	return got
}

func mustChange(t testing.TB, l *Ledger, id string, f func(*Credit)) Credit {
	t.Helper()
	got, err := l.Change(t.Context(), id, func(c *Credit) error { f(c); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func withdraw(at time.Time) func(*Credit) {
	return func(c *Credit) { c.Withdrawn, c.Reason, c.Voices, c.Source = at, "", nil, Place{} }
}

func TestTheSameActGivesOneCredit(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, clock *ledgerClock) {
		c := credited("a-1_Z", "U1", clock.now(), "U2", "U3")
		first := mustOpen(t, l, c)
		if !reflect.DeepEqual(first, c) {
			t.Errorf("stored\n%+v\nof\n%+v", first, c)
		}
		mustChange(t, l, c.ID, func(c *Credit) { c.Rev = 2 })
		again, opened, err := l.Open(t.Context(), c)
		if err != nil || opened || again.Rev != 2 {
			t.Errorf("given again: opened %v, rev %d, %v", opened, again.Rev, err)
		}
		// Withdrawn and dropped, a late repetition does not bring it back.
		mustChange(t, l, c.ID, withdraw(clock.now()))
		if err := l.Drop(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if _, opened, err := l.Open(t.Context(), c); opened || !errors.Is(err, ErrNoCredit) {
			t.Errorf("given again after it was dropped: opened %v, %v", opened, err)
		}
		if _, err := l.Find(t.Context(), c.ID); !errors.Is(err, ErrNoCredit) {
			t.Errorf("found a dropped credit: %v", err)
		}
	})
}

func TestWhatCannotBeACreditIsRefused(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	for name, spoil := range map[string]func(*Credit){
		"no id":          func(c *Credit) { c.ID = "" },
		"long id":        func(c *Credit) { c.ID = strings.Repeat("x", 25) },
		"text as id":     func(c *Credit) { c.ID = "for Ann" },
		"no giver":       func(c *Credit) { c.GiverID = "" },
		"name as giver":  func(c *Credit) { c.GiverID = "Ann Lee" },
		"nobody":         func(c *Credit) { c.Receivers = nil },
		"eleven":         func(c *Credit) { c.Receivers = make([]Receiver, 11) },
		"comma":          func(c *Credit) { c.Receivers[0].UserID = "U1,U2" },
		"no kind":        func(c *Credit) { c.Kind = "" },
		"other kind":     func(c *Credit) { c.Kind = "magic" },
		"other standing": func(c *Credit) { c.Receivers[0].Standing = "odd" },
		"other posting":  func(c *Credit) { c.Posting = "odd" },
		"posted nowhere": func(c *Credit) { c.Posting = Posted },
		"no time":        func(c *Credit) { c.Given = time.Time{} },
		"withdrawn":      func(c *Credit) { c.Withdrawn = clock.now() },
		"empty voice":    func(c *Credit) { c.Voices = []string{""} },
	} {
		c := credited("id", "U1", clock.now(), "U2")
		spoil(&c)
		if _, opened, err := l.Open(t.Context(), c); err == nil || opened || strings.Contains(err.Error(), c.Reason) {
			t.Errorf("%s: opened %v, %v", name, opened, err)
		}
	}
	if keys := l.db.Client.Keys(t.Context(), "*").Val(); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
}

func TestLimitsHoldForAllReplicasAndSurviveWithdrawal(t *testing.T) {
	t.Parallel()
	clock, url := newLedgerClock(), redistest.Start(t)
	a, b := ledgerOn(t, url, clock.now), ledgerOn(t, url, clock.now)
	// many tries to give at the same time and says how many were given.
	many := func(giver string, to func(int) string) (n int, full map[string]bool) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		full = map[string]bool{}
		for i := range 24 {
			l := []*Ledger{a, b}[i%2]
			wg.Go(func() {
				_, opened, err := l.Open(t.Context(), credited(fmt.Sprintf("%s-%d-%d", giver, clock.ms.Load()%1e9, i), giver, clock.now(), "UX", to(i)))
				mu.Lock()
				defer mu.Unlock()
				switch p := (*PairFull)(nil); {
				case opened:
					n++
				case errors.As(err, &p) && errors.Is(err, ErrPairFull):
					full[p.UserID] = true
				case errors.Is(err, ErrDayFull):
					full["day"] = true
				default:
					t.Errorf("neither given nor refused: %v", err)
				}
			})
		}
		wg.Wait()
		return n, full
	}
	if n, full := many("U1", func(int) string { return "U2" }); n != PerDayToOne || !full["UX"] {
		t.Errorf("%d given to one, refused for %v", n, full)
	}
	var full *PairFull
	if err := a.Room(t.Context(), "U1", []string{"U9", "U2"}); !errors.As(err, &full) || full.UserID != "U2" {
		t.Errorf("room for one more to the same: %v", err)
	}
	if err := a.Room(t.Context(), "U1", []string{"U9"}); err != nil {
		t.Errorf("no room for somebody else: %v", err)
	}
	var ids []string
	for i := range PerDay {
		c := credited(fmt.Sprint("day", i), "U4", clock.now(), fmt.Sprint("U", 100+i))
		mustOpen(t, a, c)
		ids = append(ids, c.ID)
		clock.advance(time.Minute)
	}
	for _, id := range ids {
		mustChange(t, a, id, withdraw(clock.now()))
		if err := a.Drop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	eleventh := credited("eleventh", "U4", clock.now(), "U5")
	if _, _, err := b.Open(t.Context(), eleventh); !errors.Is(err, ErrDayFull) {
		t.Errorf("the eleventh of a day: %v", err)
	}
	if err := b.Room(t.Context(), "U4", []string{"U5"}); !errors.Is(err, ErrDayFull) {
		t.Errorf("room for an eleventh: %v", err)
	}
	// The first of them was given ten minutes ago: in a day less that there is
	// room for one, and a millisecond before there is not.
	clock.advance(limitsOver - 10*time.Minute - time.Millisecond)
	if _, _, err := b.Open(t.Context(), eleventh); !errors.Is(err, ErrDayFull) {
		t.Errorf("just before the day is over: %v", err)
	}
	clock.advance(time.Millisecond)
	if err := b.Room(t.Context(), "U4", []string{"U5"}); err != nil {
		t.Errorf("a day later: %v", err)
	}
	mustOpen(t, b, eleventh)
	if _, _, err := b.Open(t.Context(), credited("twelfth", "U4", clock.now(), "U5")); !errors.Is(err, ErrDayFull) {
		t.Errorf("room for one was room for two: %v", err)
	}
}

func TestNoChangeIsLost(t *testing.T) {
	t.Parallel()
	clock, url := newLedgerClock(), redistest.Start(t)
	a, b := ledgerOn(t, url, clock.now), ledgerOn(t, url, clock.now)
	mustOpen(t, a, credited("one", "U1", clock.now(), "U2"))
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		l := []*Ledger{a, b}[w%2]
		wg.Go(func() {
			for i := range each {
				_, err := l.Change(t.Context(), "one", func(c *Credit) error {
					c.Tries++
					if i == w && len(c.Voices) < maxVoices {
						c.Voices = append(c.Voices, fmt.Sprint("V", w))
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	c, err := a.Find(t.Context(), "one")
	if err != nil || c.Tries != writers*each || len(c.Voices) != writers {
		t.Errorf("%d changes left of %d, %d voices (%v)", c.Tries, writers*each, len(c.Voices), err)
	}
}

func TestNothingChangedIsNotWritten(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := ledgerOn(t, redistest.Start(t), clock.now)
	want := mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
	trips := countTrips(l)
	for name, f := range map[string]func(*Credit) error{
		"unchanged": func(c *Credit) error { c.Receivers[0].Standing = Named; return ErrUnchanged },
		"the same":  func(c *Credit) error { c.Reason += ""; return nil },
		"wrapped":   func(*Credit) error { return fmt.Errorf("seen: %w", ErrUnchanged) },
	} {
		trips.Store(0)
		got, err := l.Change(t.Context(), "one", f)
		if err != nil || !reflect.DeepEqual(got, want) || trips.Load() != 1 {
			t.Errorf("%s: %d round trips, %v, %+v", name, trips.Load(), err, got)
		}
	}
	refused := errors.New("refused")
	if _, err := l.Change(t.Context(), "one", func(c *Credit) error { c.Tries = 9; return refused }); !errors.Is(err, refused) {
		t.Errorf("an error of f became %v", err)
	}
	if _, err := l.Change(t.Context(), "none", func(*Credit) error { t.Error("called for nothing"); return nil }); !errors.Is(err, ErrNoCredit) {
		t.Errorf("changing what is not there: %v", err)
	}
	if c, _ := l.Find(t.Context(), "one"); !reflect.DeepEqual(c, want) {
		t.Errorf("changed all the same: %+v", c)
	}
}

// Redis has the change, its replica does not, and the same is tried again: by then
// there is nothing to change, but it is not safe either.
func TestAnUnchangedCreditIsAsSafeAsAChangedOne(t *testing.T) {
	t.Parallel()
	clock, g := newLedgerClock(), redistest.Replicated(t)
	a, b := ledgerOn(t, g.URL(), clock.now), ledgerOn(t, g.URL(), clock.now)
	mustOpen(t, a, credited("one", "U1", clock.now(), "U2"))
	replica := g.Replica(a.Due())
	replica.Pause()
	told := func(c *Credit) error {
		if c.Receivers[0].Told {
			return ErrUnchanged
		}
		c.Receivers[0].Told = true
		return nil
	}
	for i, l := range []*Ledger{a, a, b} {
		if _, err := l.Change(t.Context(), "one", told); !errors.Is(err, redisdb.ErrNotReplicated) {
			t.Errorf("%d: err = %v, want ErrNotReplicated", i, err)
		}
	}
	replica.Resume()
	for _, l := range []*Ledger{a, b} {
		for end := time.Now().Add(10 * time.Second); ; {
			c, err := l.Change(t.Context(), "one", told)
			if err == nil && c.Receivers[0].Told {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("with the replica back: %v", err)
			}
		}
	}
}

// hook runs around every round trip, but for those that open a connection.
type hook func(ctx context.Context, send func() error) error

func (h hook) around(ctx context.Context, first redis.Cmder, send func() error) error {
	if slices.Contains([]string{"hello", "client", "auth", "select"}, first.Name()) {
		return send()
	}
	return h(ctx, send)
}

func (h hook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		return h.around(ctx, cmd, func() error { return next(ctx, cmd) })
	}
}

func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		return h.around(ctx, cmds[0], func() error { return next(ctx, cmds) })
	}
}

func countTrips(l *Ledger) *atomic.Int64 {
	var n atomic.Int64
	l.db.Client.AddHook(hook(func(_ context.Context, send func() error) error { n.Add(1); return send() }))
	return &n
}

// The client sends a command again when its answer was lost, and by then another
// replica may have been at it.
func TestARepetitionByTheNetworkIsHarmless(t *testing.T) {
	t.Parallel()
	clock, url := newLedgerClock(), redistest.Start(t)
	l, other := ledgerOn(t, url, clock.now), ledgerOn(t, url, clock.now)
	between := func() {}
	l.db.Client.AddHook(hook(func(_ context.Context, send func() error) error {
		if err := send(); err != nil {
			return err
		}
		between()
		return send()
	}))
	mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
	if n := len(l.db.Client.ZRange(t.Context(), l.key("day", "U1"), 0, -1).Val()); n != 1 {
		t.Errorf("counted %d times", n)
	}
	var ours, theirs int
	between = func() {
		theirs++
		mustChange(t, other, "one", func(c *Credit) { c.Rev++ })
	}
	f := func(c *Credit) error { c.Tries++; return nil }
	for range 5 {
		ours++
		if _, err := l.Change(t.Context(), "one", f); err != nil {
			t.Fatal(err)
		}
	}
	between = func() {}
	c, err := l.Find(t.Context(), "one")
	if err != nil || c.Tries != ours || c.Rev != 1+theirs {
		t.Errorf("%d changes of %d, %d of the other of %d (%v)", c.Tries, ours, c.Rev-1, theirs, err)
	}
	if err := l.Drop(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	compare(t, l, nil)
}

func TestFindAllInTheirOrder(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	for _, id := range []string{"a", "b", "c"} {
		mustOpen(t, l, credited(id, "U1", clock.now(), "U-"+id))
	}
	trips := countTrips(l)
	got, err := l.FindAll(t.Context(), "c", "none", "a", "c")
	if err != nil || trips.Load() != 1 {
		t.Fatalf("%v, %d round trips", err, trips.Load())
	}
	var ids []string
	for _, c := range got {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []string{"c", "a", "c"}) {
		t.Errorf("found %v", ids)
	}
	if got, err := l.FindAll(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("none asked for: %v, %v", got, err)
	}
}

func TestARestartOfRedisKeepsEverything(t *testing.T) {
	t.Parallel()
	clock, server := newLedgerClock(), redistest.New(t, "--appendonly", "yes", "--appendfsync", "always")
	l := ledgerOn(t, server.URL(), clock.now)
	want := map[string]Credit{}
	for i := range 8 {
		c := credited(fmt.Sprint("c", i), "U1", clock.now(), fmt.Sprint("U", i%4+2))
		mustOpen(t, l, c)
		want[c.ID] = mustChange(t, l, c.ID, func(c *Credit) {
			c.Receivers[0].Standing, c.Posting = Named, Posted
			c.Post = Place{ChannelID: "C1", TS: fmt.Sprintf("176376%d000.000100", i)}
		})
	}
	if err := l.SetNaming(t.Context(), "U2", AskFirst); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if _, err := l.Change(t.Context(), "c1", func(c *Credit) error { c.Tries++; return nil }); err == nil {
		t.Error("written while Redis was away")
	}
	server.Restart()
	compare(t, l, want)
	if n, err := l.Naming(t.Context(), "U2"); err != nil || n["U2"] != AskFirst {
		t.Errorf("naming %v, %v", n, err)
	}
	if _, _, err := l.Open(t.Context(), credited("more", "U1", clock.now(), "U9", "U2")); err != nil {
		t.Errorf("after the restart: %v", err)
	}
}

func TestAWithdrawnCreditDoesNotStayForEver(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, clock *ledgerClock) {
		for _, p := range []Posting{Unposted, Unplaced, Doubtful} {
			c := credited("one", "U1", clock.now(), "U2")
			c.Source = Place{ChannelID: "C1", TS: "1763767000.000100"}
			mustOpen(t, l, c)
			at := clock.now()
			want := mustChange(t, l, "one", func(c *Credit) {
				c.Posting = p
				withdraw(at)(c)
			})
			// It comes up to be dropped, however late, and is whole until then.
			clock.advance(100 * 24 * time.Hour)
			if d, err := l.db.Client.TTL(t.Context(), l.record("one")).Result(); err != nil || d != -1 {
				t.Errorf("ends by itself in %v, and its indexes do not (%v)", d, err)
			}
			compare(t, l, map[string]Credit{"one": want})
			if err := l.Drop(t.Context(), "one"); err != nil {
				t.Fatal(err)
			}
			compare(t, l, nil)
		}
		// One whose record is gone is only an entry of the calendar.
		l.db.Client.ZAdd(t.Context(), l.Due(), redis.Z{Score: 1, Member: "gone"})
		if err := l.Drop(t.Context(), "gone"); err != nil {
			t.Fatal(err)
		}
		compare(t, l, nil)
	})
}
