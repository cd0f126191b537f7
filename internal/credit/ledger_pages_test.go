package credit

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func idsIn(credits []Credit) (out []string) {
	for _, c := range credits {
		out = append(out, c.ID)
	}
	return out
}

// fillLists stores credits in few different milliseconds, about a third of each on
// every list, and returns them the newest first.
func fillLists(t testing.TB, l *Ledger, n int) []Credit {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	begin := l.now().Add(-time.Hour)
	var all []Credit
	for i := range n {
		// Ids of different length and case, which sort by bytes and in no locale.
		id := fmt.Sprintf("%c%x", "aBzZ_-"[r.IntN(6)], i*r.IntN(4000)) + strings.Repeat("x", r.IntN(3)) + fmt.Sprint("-", i)
		c := credited(id, fmt.Sprint("G", i), begin.Add(time.Duration(i/7)*time.Millisecond), "U2")
		c.Kind = Kinds()[r.IntN(5)]
		mustOpen(t, l, c)
		all = append(all, mustChange(t, l, id, func(c *Credit) {
			c.GiverID, c.Posting, c.Post = "U1", Posted, Place{ChannelID: "C1", TS: fmt.Sprintf("1763760000.%06d", i)}
		}))
	}
	slices.SortFunc(all, func(a, b Credit) int {
		if c := b.Given.Compare(a.Given); c != 0 {
			return c
		}
		return strings.Compare(letter(b.Kind)+b.ID, letter(a.Kind)+a.ID)
	})
	return all
}

func TestPagesHaveEverythingOnce(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, _ *ledgerClock) {
		all := fillLists(t, l, 450)
		trips := countTrips(l)
		lists := []Query{{To: "U2"}, {By: "U1"}, {In: "C1"}}
		oldest, newest := all[len(all)-1].Given, all[0].Given
		bounds := [][2]time.Time{
			{},
			{oldest.Add(20 * time.Millisecond), {}},
			{{}, newest.Add(-9 * time.Millisecond)},
			{oldest.Add(11 * time.Millisecond), oldest.Add(12 * time.Millisecond)},
			{oldest.Add(11*time.Millisecond + time.Nanosecond), oldest.Add(12*time.Millisecond + time.Nanosecond)},
			{newest.Add(time.Millisecond), {}},
			{{}, oldest},
			{newest, oldest},
		}
		for i, kind := range append(Kinds(), "") {
			for j, b := range bounds {
				q := lists[(i+j)%3]
				q.Kind, q.Since, q.Until, q.Limit = kind, b[0], b[1], []int{1, 7, 50, 0, 450, 1000}[(i*3+j)%6]
				var want []string
				for _, c := range all {
					if (kind == "" || c.Kind == kind) && !c.Given.Before(q.Since) && (q.Until.IsZero() || c.Given.Before(q.Until)) {
						want = append(want, c.ID)
					}
				}
				var got []string
				for pages := 0; ; pages++ {
					trips.Store(0)
					p, err := l.Page(t.Context(), q)
					if err != nil {
						t.Fatal(err)
					}
					if n := trips.Load(); n > 2 {
						t.Errorf("a page took %d round trips", n)
					}
					if q.Limit > 0 && len(p.Credits) > q.Limit || len(p.Credits) == 0 && pages > 0 {
						t.Errorf("%d credits on a page of %d", len(p.Credits), q.Limit)
					}
					got = append(got, idsIn(p.Credits)...)
					if q.After = p.Next; q.After == "" {
						break
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%+v:\n%v\nwant\n%v", q, got, want)
				}
				if n, err := l.Count(t.Context(), q); err != nil || n != len(want) {
					t.Errorf("%+v: counted %d of %d (%v)", q, n, len(want), err)
				}
			}
		}
	})
}

func TestPagesGoOnWhileCreditsChange(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	all := fillLists(t, l, 20)
	first, err := l.Page(t.Context(), Query{To: "U2", Limit: 8})
	if err != nil || len(first.Credits) != 8 {
		t.Fatalf("%d credits, %v", len(first.Credits), err)
	}
	// The one the cursor stands on is withdrawn, the next one declined, and a new
	// one given.
	mustChange(t, l, all[7].ID, withdraw(clock.now()))
	mustChange(t, l, all[8].ID, func(c *Credit) { c.Receivers[0].Standing = Declined })
	mustOpen(t, l, credited("new", "U1", clock.now(), "U2"))
	second, err := l.Page(t.Context(), Query{To: "U2", Limit: 100, After: first.Next})
	if err != nil || !slices.Equal(idsIn(second.Credits), idsIn(all[9:])) || second.Next != "" {
		t.Errorf("%v %q (%v), want %v", idsIn(second.Credits), second.Next, err, idsIn(all[9:]))
	}
	// Withdrawn between the two steps of a page: it is not shown.
	calls := 0
	l.db.Client.AddHook(hook(func(_ context.Context, send func() error) error {
		if calls++; calls == 2 {
			mustChange(t, l, all[10].ID, withdraw(clock.now()))
		}
		return send()
	}))
	p, err := l.Page(t.Context(), Query{To: "U2", Limit: 100, After: first.Next})
	if err != nil || !slices.Equal(idsIn(p.Credits), idsIn(slices.Concat(all[9:10], all[11:]))) {
		t.Errorf("%v (%v)", idsIn(p.Credits), err)
	}
}

func TestQueriesThatAreNone(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	for _, q := range []Query{
		{},
		{To: "U1", By: "U2"},
		{In: "C1", By: "U2"},
		{To: "U1", After: "x"},
		{To: "U1", After: "12"},
		{To: "U1", After: "12."},
		{To: "U1", After: "x.y"},
	} {
		if _, err := l.Page(t.Context(), q); err == nil {
			t.Errorf("%+v: no error", q)
		}
	}
	p, err := l.Page(t.Context(), Query{To: "U1"})
	if err != nil || len(p.Credits) != 0 || p.Next != "" {
		t.Errorf("nothing there: %+v, %v", p, err)
	}
}

func TestAMessageIsFoundInOneTrip(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, clock *ledgerClock) {
		at := func(id, channel, source, post string) {
			c := credited(id, "G"+id, clock.now(), "U2")
			if source != "" {
				c.Source = Place{ChannelID: channel, TS: source}
			}
			if post != "" {
				c.Post, c.Posting = Place{ChannelID: channel, TS: post, ThreadTS: source}, Posted
			}
			mustOpen(t, l, c)
		}
		at("a", "C1", "1763767000.000100", "1763767001.000200")
		at("b", "C1", "1763767000.000100", "")
		at("c", "C1", "1763767000.0001000", "") // begins with the same characters
		at("d", "C10", "1763767000.000100", "")
		at("e", "C1", "1763767000.00010", "")
		at("f", "C1", "1763767001.000200", "")
		trips := countTrips(l)
		sources, posts, err := l.At(t.Context(), "C1", "1763767000.000100")
		if err != nil || !slices.Equal(sources, []string{"a", "b"}) || len(posts) != 0 || trips.Load() != 1 {
			t.Errorf("%v, %v, %d trips (%v)", sources, posts, trips.Load(), err)
		}
		sources, posts, err = l.At(t.Context(), "C1", "1763767001.000200")
		if err != nil || !slices.Equal(sources, []string{"f"}) || !slices.Equal(posts, []string{"a"}) {
			t.Errorf("%v, %v (%v)", sources, posts, err)
		}
		for _, ts := range []string{"1763767002.000200", "", "x", "1.2"} {
			if sources, posts, err = l.At(t.Context(), "C1", ts); err != nil || len(sources)+len(posts) != 0 {
				t.Errorf("%q: %v, %v (%v)", ts, sources, posts, err)
			}
		}
	})
}

func TestThankingBack(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	mustOpen(t, l, credited("old", "U2", clock.now(), "U1"))
	clock.advance(23 * time.Hour)
	mustOpen(t, l, credited("new", "U3", clock.now(), "U9", "U1"))
	mustOpen(t, l, credited("gone", "U4", clock.now(), "U1"))
	mustOpen(t, l, credited("other", "U5", clock.now(), "U2"))
	mustChange(t, l, "gone", withdraw(clock.now()))
	trips := countTrips(l)
	for passed, want := range map[time.Duration][]string{time.Hour: {"U3", "U2"}, time.Hour + time.Millisecond: {"U3"}, 25 * time.Hour: nil} {
		clock.advance(passed)
		trips.Store(0)
		got, err := l.ThankedBack(t.Context(), "U1", []string{"U3", "U2", "U4", "U5"}, 24*time.Hour)
		if err != nil || !slices.Equal(got, want) || trips.Load() > 2 {
			t.Errorf("after %v: %v, want %v (%d trips, %v)", passed, got, want, trips.Load(), err)
		}
		clock.advance(-passed)
	}
}

func TestIDsOfEverythingAboutAPerson(t *testing.T) {
	t.Parallel()
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	for i, id := range []string{"held", "declined", "gave", "withdrawn", "seen"} {
		clock.advance(time.Second)
		c := credited(id, fmt.Sprint("G", i), clock.now(), "U2")
		switch id {
		case "held", "declined":
			c.Receivers = append(c.Receivers, Receiver{UserID: "U1"})
		case "gave", "withdrawn":
			c.GiverID = "U1"
		case "seen":
			c.Voices = []string{"U8", "U1"}
		}
		mustOpen(t, l, c)
	}
	mustChange(t, l, "declined", func(c *Credit) { c.Receivers[1].Standing = Declined })
	mustChange(t, l, "withdrawn", withdraw(clock.now()))
	received, gave, voiced, err := l.IDsOf(t.Context(), "U1")
	got := map[string]string{"received": fmt.Sprint(received), "given": fmt.Sprint(gave), "voiced": fmt.Sprint(voiced)}
	want := map[string]string{"received": "[held declined]", "given": "[gave withdrawn]", "voiced": "[seen]"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v (%v), want %v", got, err, want)
	}
}
