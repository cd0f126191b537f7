package credit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/blockkit/golden"
)

func noLink(*Credit) string { return "" }

// Messages to somebody else hold each credit once and whole, in order.
func TestSharedMessagesLoseAndCutNothing(t *testing.T) {
	for _, n := range []int{1, 2, 40, 41, 100} {
		var all []Credit
		for i := range n {
			all = append(all, given(i, nasty[i%len(nasty)]))
		}
		w := sharing{From: "USAM0000000", To: "UBOSS000000", Note: longestNote}
		link := func(c *Credit) string { return testLink(linked(c, w.From)) }
		var got []string
		for _, part := range w.split(all, link, n) {
			for _, c := range part {
				got = append(got, c.ID)
			}
		}
		var want []string
		for _, c := range all {
			want = append(want, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: shared are %v", n, got)
		}
		for i, part := range w.split(all, link, n) {
			m := w.message(part, link, i, n)
			acceptable(t, fmt.Sprint(n, "/", i), m)
			if before, after := jsonOf(t, texts(m.Blocks)), jsonOf(t, texts(m.Fitted().Blocks)); before != after {
				t.Errorf("message %d of %d credits is cut:\n%s\n%s", i, n, before, after)
			}
		}
		// What is found to fit beforehand, with links, fits in the end without.
		m := &room{Deps: Deps{TeamURL: "https://a-rather-long-workspace-name.slack.com/"}}
		fit := m.fitting(w.From, all)
		if parts := len(w.split(all[:fit], noLink, n)); parts > maxShareMessages {
			t.Errorf("%d of %d were said to fit, but take %d messages", fit, n, parts)
		}
		if short := n <= 3; short && fit != n {
			t.Errorf("%d don't fit", n)
		}
	}
}

// Ordinary credit fits in good measure, and no more of it is looked at than fits:
// a window has to be answered at once.
func TestHowMuchFits(t *testing.T) {
	var all []Credit
	for i := range maxPage {
		all = append(all, given(i, "spotting that the retry had no limit before it shipped"))
	}
	m := &room{Deps: Deps{TeamURL: "https://acme.slack.com/"}}
	n := m.fitting("USAM0000000", all)
	if n < 60 || n == maxPage {
		t.Errorf("%d fit", n)
	}
	looked := 0
	w := sharing{From: "USAM0000000", Note: longestNote}
	w.split(all, func(c *Credit) string { looked++; return testLink(linked(c, w.From)) }, maxShareMessages)
	if looked > n+1 {
		t.Errorf("%d were looked at for %d that fit", looked, n)
	}
}

func TestShareViews(t *testing.T) {
	one := given(0, "spotting that the retry had no limit")
	two := given(1, "sitting down with me & the <deploy> script")
	two.GiverID = ""
	var hundred []Credit
	for i := range maxShared {
		hundred = append(hundred, given(i, nasty[i%len(nasty)]))
	}
	v := shareWindow("task", listing{Days: 365}, Page{Credits: []Credit{one, two}})
	acceptableWindow(t, "share", v)
	golden.Compare(t, "share-window", v.Request())
	golden.Compare(t, "share-done", sharedWindow("UBOSS000000").Request())
	v = shareWindow("task", listing{}, Page{Credits: hundred, Next: "x"})
	acceptableWindow(t, "share of a hundred", v)
	if j := jsonOf(t, v.Request()); strings.Count(j, `"value":"credit-`) != maxShared {
		t.Errorf("%d can be picked", strings.Count(j, `"value":"credit-`))
	}
	w := sharing{From: "USAM0000000", To: "UBOSS000000", Note: "For our talk on <Monday> & after"}
	say := w.messages([]Credit{one, two}, func(c *Credit) string { return testLink(linked(c, w.From)) })
	acceptable(t, "shared", say[0])
	golden.Compare(t, "share-message", say[0].Fitted())
}

func TestSharesOfADay(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, c *ledgerClock) {
		may := func(who, act string) bool {
			t.Helper()
			ok, err := l.NoteShare(t.Context(), who, act)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		for i := range SharesPerDay {
			for range 3 { // the same act counts once
				if !may("USAM", fmt.Sprint("act", i)) {
					t.Fatalf("number %d is refused", i)
				}
			}
			c.advance(time.Hour)
		}
		if may("USAM", "one-more") {
			t.Error("there is no limit")
		}
		if !may("USAM", "act2") {
			t.Error("one that counted is refused when it is tried again")
		}
		if !may("UNOOR", "one-more") {
			t.Error("the limit is for everybody together")
		}
		c.advance(24*time.Hour - (SharesPerDay-1)*time.Hour - time.Minute)
		if !may("USAM", "next-day") {
			t.Error("a day later it is refused still")
		}
	})
}
