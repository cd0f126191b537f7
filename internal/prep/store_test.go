package prep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

// clock is a time that tests move.
type clock struct{ t atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	now := time.Now().Truncate(time.Millisecond)
	c.t.Store(&now)
	return c
}

func (c *clock) now() time.Time { return *c.t.Load() }

func (c *clock) advance(d time.Duration) {
	t := c.now().Add(d)
	c.t.Store(&t)
}

// replica is a store of its own on the Redis at url, as another process has it.
func replica(t *testing.T, url, secret string, now func() time.Time) *Pages {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p, err := NewPages(db, secret, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func keep(t *testing.T, p *Pages, user, id, text string) time.Time {
	t.Helper()
	until, err := p.Keep(t.Context(), user, Kept{ID: id, Title: "Title " + id, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return until
}

func list(t *testing.T, p *Pages, user string) string {
	t.Helper()
	all, err := p.List(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, k := range all {
		out = append(out, k.ID+"="+k.Text)
	}
	return strings.Join(out, " ")
}

func TestAPageIsKeptForExactlySevenDays(t *testing.T) {
	t.Parallel()
	c := newClock()
	start := c.now()
	p := replica(t, redistest.Start(t), "xoxb", c.now)
	if until := keep(t, p, "U1", "a", "first"); !until.Equal(start.Add(7 * 24 * time.Hour)) {
		t.Errorf("until %v", until)
	}
	c.advance(24 * time.Hour)
	keep(t, p, "U1", "b", "second")
	if got := list(t, p, "U1"); got != "b=second a=first" {
		t.Errorf("listed: %q", got)
	}
	c.advance(6*24*time.Hour - time.Millisecond)
	if k, err := p.Find(t.Context(), "U1", "a"); err != nil || k.Text != "first" || k.Title != "Title a" {
		t.Errorf("just before: %+v, %v", k, err)
	}
	c.advance(time.Millisecond)
	if _, err := p.Find(t.Context(), "U1", "a"); !errors.Is(err, errGone) {
		t.Errorf("after seven days: %v", err)
	}
	if _, err := p.Change(t.Context(), "U1", "a", "again"); !errors.Is(err, errGone) {
		t.Errorf("changing it after seven days: %v", err)
	}
	if got := list(t, p, "U1"); got != "b=second" {
		t.Errorf("listed after seven days: %q", got)
	}
	c.advance(24 * time.Hour)
	if got, err := p.Export(t.Context(), "U1"); got != nil || err != nil {
		t.Errorf("exported in the end: %v, %v", got, err)
	}
}

// Redis itself lets go of a page at its end, whoever runs then.
func TestRedisForgetsAPageByItself(t *testing.T) {
	t.Parallel()
	p := replica(t, redistest.Start(t), "xoxb", time.Now)
	keep(t, p, "U1", "a", "first")
	if _, err := p.Change(t.Context(), "U1", "a", "changed"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{p.key("U1", "a"), p.index("U1")} {
		left := p.db.Client.PTTL(t.Context(), key).Val()
		if left > keptFor || left < keptFor-time.Minute {
			t.Errorf("%s stays for %v", key, left)
		}
	}
	if got := list(t, p, "U1"); got != "a=changed" {
		t.Errorf("listed: %q", got)
	}
	if err := p.db.Client.PExpire(t.Context(), p.key("U1", "a"), 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got := list(t, p, "U1"); got != "" {
		t.Errorf("listed although Redis has none: %q", got)
	}
}

func TestTwoReplicasKeepTogether(t *testing.T) {
	t.Parallel()
	url, c := redistest.Start(t), newClock()
	one, two := replica(t, url, "xoxb", c.now), replica(t, url, "xoxb", c.now)
	var full atomic.Int64
	var wg sync.WaitGroup
	for n := range 30 {
		wg.Go(func() {
			_, err := []*Pages{one, two}[n%2].Keep(context.Background(), "U1", Kept{ID: fmt.Sprint("p", n), Text: "x"})
			switch {
			case errors.Is(err, errFull):
				full.Add(1)
			case err != nil:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, err := two.List(t.Context(), "U1"); err != nil || len(all) != maxKept || full.Load() != 30-maxKept {
		t.Errorf("%d are kept, %d refused, %v", len(all), full.Load(), err)
	}
	// The same page again is no other, also when there is no room.
	all, _ := one.List(t.Context(), "U1")
	keep(t, two, "U1", all[0].ID, "again")
	if k, err := one.Find(t.Context(), "U1", all[0].ID); err != nil || k.Text != "again" {
		t.Errorf("%+v, %v", k, err)
	}
	// What is over makes room.
	c.advance(keptFor)
	keep(t, one, "U1", "new", "fresh")
	if got := list(t, two, "U1"); got != "new=fresh" {
		t.Errorf("listed: %q", got)
	}
}

// With another bot token the old pages cannot be read, so they are not listed and
// cannot be deleted by hand: they must not take the room either.
func TestPagesNobodyCanReadTakeNoRoom(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	before, after := replica(t, url, "xoxb-old", time.Now), replica(t, url, "xoxb-new", time.Now)
	for n := range maxKept {
		keep(t, before, "U1", fmt.Sprint("p", n), "x")
	}
	keep(t, after, "U1", "new", "fresh")
	if got := list(t, after, "U1"); got != "new=fresh" {
		t.Errorf("listed: %q", got)
	}
}

func TestDeletingTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	one, two := replica(t, url, "xoxb", time.Now), replica(t, url, "xoxb", time.Now)
	keep(t, one, "U1", "a", "first")
	keep(t, one, "U1", "b", "second")
	for _, p := range []*Pages{two, one, two} {
		if err := p.Delete(t.Context(), "U1", "a"); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, one, "U1"); got != "b=second" {
		t.Errorf("listed: %q", got)
	}
	if _, err := one.Find(t.Context(), "U1", "a"); !errors.Is(err, errGone) {
		t.Errorf("found: %v", err)
	}
	// A change that comes late brings nothing back.
	if _, err := two.Change(t.Context(), "U1", "a", "back"); !errors.Is(err, errGone) {
		t.Errorf("changed: %v", err)
	}
	if err := one.Erase(t.Context(), "U1"); err != nil {
		t.Fatal(err)
	}
	if err := one.Erase(t.Context(), "U1"); err != nil {
		t.Fatal(err)
	}
	if keys := one.db.Client.Keys(t.Context(), "*").Val(); len(keys) > 0 {
		t.Errorf("after erasing: %v", keys)
	}
}

func TestOnlyItsOwnerReadsAPage(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	p := replica(t, url, "xoxb", time.Now)
	keep(t, p, "U1", "a", "what Sam said at lunch")
	sealed, err := p.db.Client.Get(t.Context(), p.key("U1", "a")).Result()
	if err != nil || strings.Contains(sealed, "Sam") || strings.Contains(sealed, "Title") {
		t.Errorf("in Redis: %q, %v", sealed, err)
	}
	if _, err := p.Find(t.Context(), "U2", "a"); !errors.Is(err, errGone) {
		t.Errorf("another person: %v", err)
	}
	// Copied to another person or id it does not open either.
	for _, key := range []string{p.key("U2", "a"), p.key("U1", "b")} {
		if err := p.db.Client.Set(t.Context(), key, sealed, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range [][2]string{{"U2", "a"}, {"U1", "b"}} {
		if _, err := p.Find(t.Context(), c[0], c[1]); !errors.Is(err, errGone) {
			t.Errorf("copied to %v: %v", c, err)
		}
	}
	// With another token it is gone, and can be erased all the same.
	other := replica(t, url, "xoxb-new", time.Now)
	if got := list(t, other, "U1"); got != "" {
		t.Errorf("with another token: %q", got)
	}
	if err := other.Erase(t.Context(), "U1"); err != nil {
		t.Fatal(err)
	}
	if n := p.db.Client.Exists(t.Context(), p.key("U1", "a")).Val(); n != 0 {
		t.Error("it was not erased")
	}
}

func TestAnExportHasAllOfIt(t *testing.T) {
	t.Parallel()
	p := replica(t, redistest.Start(t), "xoxb", time.Now)
	keep(t, p, "U1", "a", "first")
	got, err := p.Export(t.Context(), "U1")
	all, ok := got.([]Kept)
	if err != nil || !ok || len(all) != 1 || all[0].Text != "first" || all[0].Title != "Title a" || all[0].Until.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTooLargeAPageIsRefused(t *testing.T) {
	t.Parallel()
	p := replica(t, redistest.Start(t), "xoxb", time.Now)
	if _, err := p.Keep(t.Context(), "U1", Kept{ID: "a", Text: strings.Repeat("x", maxPage)}); !errors.Is(err, errLarge) {
		t.Error(err)
	}
	// What fits into the input fits, in whatever script.
	keep(t, p, "U1", "b", strings.Repeat("好", 3000))
	if _, err := p.Change(t.Context(), "U1", "b", strings.Repeat("x", maxPage)); !errors.Is(err, errLarge) {
		t.Error(err)
	}
}

func TestItWorksOnAClusterAndEmbedded(t *testing.T) {
	t.Parallel()
	c := newClock()
	db, err := redisdb.Embedded(c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	embedded, err := NewPages(db, "xoxb", c.now)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*Pages{"cluster": replica(t, redistest.SmallCluster(t), "xoxb", c.now), "embedded": embedded} {
		keep(t, p, "U1", "a", "first")
		keep(t, p, "U1", "b", "second")
		if _, err := p.Change(t.Context(), "U1", "b", "changed"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := list(t, p, "U1"); !strings.Contains(got, "b=changed") || !strings.Contains(got, "a=first") {
			t.Errorf("%s: %q", name, got)
		}
		if err := p.Erase(t.Context(), "U1"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
