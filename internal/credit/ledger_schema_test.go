package credit

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"allybot/internal/redisdb/redistest"
)

func schemaOf(t *testing.T, l *Ledger) string {
	t.Helper()
	return l.db.Client.Get(t.Context(), l.key("schema")).Val()
}

func TestTheFirstWriteMarksTheLayout(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	if _, err := l.Find(t.Context(), "one"); !errors.Is(err, ErrNoCredit) || schemaOf(t, l) != "" {
		t.Errorf("reading marked it %q, %v", schemaOf(t, l), err)
	}
	mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
	if schemaOf(t, l) != "1" {
		t.Errorf("layout %q", schemaOf(t, l))
	}
	trips := countTrips(l)
	mustOpen(t, l, credited("two", "U1", clock.now(), "U2"))
	if trips.Load() != 1 {
		t.Errorf("a later credit took %d round trips", trips.Load())
	}
}

func TestANewerLayoutIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2", "7", "1>2", "6>7", "text", "0", ">", "1>3"} {
		clock := newLedgerClock()
		l := embeddedLedger(t, clock.now)
		ctx := t.Context()
		mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
		// Of one that found its own layout before, and of one that just began.
		for _, l := range []*Ledger{l, NewLedger(l.db, clock.now)} {
			l.db.Client.Set(ctx, l.key("schema"), version, 0)
			before := l.db.Client.Keys(ctx, "*").Val()
			_, _, err1 := l.Open(ctx, credited("two", "U1", clock.now(), "U2"))
			_, err2 := l.Change(ctx, "one", func(c *Credit) error { c.Tries++; return nil })
			errs := []error{
				err1, err2, l.Drop(ctx, "one"), l.SetNaming(ctx, "U1", InPublic), l.SetChannel(ctx, "C1"),
				l.SetDigest(ctx, Digest{ChannelID: "C1"}), l.Forget(ctx, "U1"), l.Prepare(ctx),
			}
			for i, err := range errs {
				if err == nil || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s, write %d: %v", version, i, err)
				}
				if version[0] >= '1' && version[0] <= '9' && !errors.Is(err, ErrNewer) {
					t.Errorf("%s, write %d does not say that it is newer: %v", version, i, err)
				}
			}
			if after := l.db.Client.Keys(ctx, "*").Val(); !reflect.DeepEqual(before, after) || schemaOf(t, l) != version {
				t.Errorf("%s: written all the same: %v, before %v", version, after, before)
			}
		}
	}
}

// A migration that renames a key, and adds to every credit a voice; the first is
// one step, the second is many.
func renaming(calls *atomic.Int64, fail func(int64) error) []migration {
	return []migration{
		func(ctx context.Context, l *Ledger) error {
			return l.db.Client.HSet(ctx, l.key("settings"), "renamed", "yes").Err()
		},
		func(ctx context.Context, l *Ledger) error {
			keys, err := l.db.Client.Keys(ctx, l.record("*")).Result()
			if err != nil {
				return err
			}
			for _, k := range keys {
				if err := fail(calls.Add(1)); err != nil {
					return err
				}
				id := k[len(l.record("")):]
				old, was, err := l.read(ctx, id)
				if err != nil {
					return err
				}
				if len(old.Voices) > 0 {
					continue
				}
				old.Voices = append(old.Voices, "UM")
				value, err := encode(&old)
				if err != nil {
					return err
				}
				// A compare-and-set by itself: the scripts of before refuse now.
				const cas = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end return 0`
				if err := l.db.Client.Eval(ctx, cas, []string{k}, was, value).Err(); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func TestMigrationsGoOnWhereTheyWereInterrupted(t *testing.T) {
	t.Parallel()
	clock, url := newLedgerClock(), redistest.Start(t)
	old := ledgerOn(t, url, clock.now)
	for _, id := range []string{"a", "b", "c", "d"} {
		mustOpen(t, old, credited(id, "G"+id, clock.now(), "U2"))
	}
	next := func(fail func(int64) error) *Ledger {
		l := ledgerOn(t, url, clock.now)
		l.layout, l.migrations = 3, renaming(new(atomic.Int64), fail)
		return l
	}
	died := errors.New("died")
	first := next(func(n int64) error {
		if n == 3 {
			return died
		}
		return nil
	})
	if err := first.SetChannel(t.Context(), "C1"); !errors.Is(err, died) || schemaOf(t, first) != "2>3" {
		t.Fatalf("%v, layout %q", err, schemaOf(t, first))
	}
	if c, err := first.Channel(t.Context()); err != nil || c != "" {
		t.Errorf("written though the layout was not ready: %q, %v", c, err)
	}
	// The program before, which wrote a moment ago, does not any more.
	if _, err := old.Change(t.Context(), "a", func(c *Credit) error { c.Tries++; return nil }); !errors.Is(err, ErrNewer) {
		t.Errorf("the program before: %v", err)
	}
	if _, _, err := old.Open(t.Context(), credited("e", "U1", clock.now(), "U2")); !errors.Is(err, ErrNewer) {
		t.Errorf("the program before: %v", err)
	}
	// Two replicas take it up, at the same moment in the middle of it.
	var together sync.WaitGroup
	together.Add(2)
	var wg sync.WaitGroup
	for range 2 {
		l := next(func(n int64) error {
			if n == 3 {
				together.Done()
				together.Wait()
			}
			return nil
		})
		wg.Go(func() {
			if err := l.Prepare(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := l.Change(t.Context(), "a", func(c *Credit) error { c.Tries++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := first.FindAll(t.Context(), "a", "b", "c", "d")
	if err != nil || len(all) != 4 || schemaOf(t, first) != "3" || all[0].Tries != 2 {
		t.Errorf("%d credits, layout %q, %+v (%v)", len(all), schemaOf(t, first), all, err)
	}
	for _, c := range all {
		if len(c.Voices) != 1 {
			t.Errorf("%s has %v", c.ID, c.Voices)
		}
	}
	if got := first.db.Client.HGetAll(t.Context(), first.key("settings")).Val(); got["renamed"] != "yes" {
		t.Errorf("settings %v", got)
	}
	// Whoever failed goes on, and writes.
	if err := next(func(int64) error { return errors.New("run again") }).SetChannel(t.Context(), "C1"); err != nil {
		t.Error(err)
	}
}
