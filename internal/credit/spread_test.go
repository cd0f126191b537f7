package credit

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// groupOf is n people, and credits posted to the first k of them, one each.
func groupOf(n, k int, kind Kind) (members []string, credits []Credit) {
	for i := range n {
		members = append(members, fmt.Sprintf("U%03d", i))
	}
	for _, id := range members[:k] {
		credits = append(credits, Credit{Kind: kind, Posting: Posted, Receivers: []Receiver{{UserID: id, Standing: Named}}})
	}
	return members, credits
}

func TestSpreadSaysNothingOfFewPeople(t *testing.T) {
	for n := range MinGroup {
		for k := range n + 1 {
			members, credits := groupOf(n, k, Help)
			members = append(members, members...) // the same people once more
			if s, ok := Spread(append(members, ""), credits); ok || !reflect.DeepEqual(s, Summary{}) {
				t.Errorf("%d of %d: %+v", k, n, s)
			}
		}
	}
}

func TestSpreadStepsHoldThreeNumbersEach(t *testing.T) {
	for n := MinGroup; n <= 45; n++ {
		share := map[string][]int{}
		// What the kinds add to the words is no more exact.
		told := map[string][]int{}
		for k := range n + 1 {
			members, credits := groupOf(n, k, Help)
			s, ok := Spread(members, credits)
			if !ok || s.Share == "" {
				t.Fatalf("%d of %d: %+v", k, n, s)
			}
			share[s.Share] = append(share[s.Share], k)
			all := fmt.Sprintf("%+v", s)
			told[all] = append(told[all], k)
			if len(s.Most) > 0 && k < minTold {
				t.Errorf("%d of %d: %+v", k, n, s)
			}
		}
		if len(share) < 2 {
			t.Errorf("%d people: always %v", n, share)
		}
		for _, what := range []map[string][]int{share, told} {
			for words, ks := range what {
				if len(ks) < 3 || ks[len(ks)-1]-ks[0] != len(ks)-1 {
					t.Errorf("%d people: %q means %v", n, words, ks)
				}
			}
		}
	}
}

func TestSpreadWords(t *testing.T) {
	for _, tc := range []struct {
		k, n int
		want string
	}{
		{0, 5, "up to half of this group"},
		{2, 5, "up to half of this group"},
		{4, 5, "more than half of this group"},
		{5, 5, "more than half of this group"},
		{6, 12, "roughly half of this group"},
		{11, 12, "most of this group"},
		{10, 20, "about half of this group"},
		{19, 20, "nearly everyone in this group"},
		{20, 20, "nearly everyone in this group"},
		{0, 50, "about one in ten of this group or fewer"},
		{20, 50, "about two in five of this group"},
		{40, 50, "about four in five of this group"},
		{49, 50, "nearly everyone in this group"},
	} {
		members, credits := groupOf(tc.n, tc.k, Idea)
		if s, _ := Spread(members, credits); s.Share != tc.want {
			t.Errorf("%d of %d: %q, want %q", tc.k, tc.n, s.Share, tc.want)
		}
	}
}

func TestSpreadCountsWhatEverybodyCouldRead(t *testing.T) {
	members, _ := groupOf(5, 0, Help)
	to := func(posting Posting, s Standing, ids ...string) Credit {
		c := Credit{Kind: Help, Posting: posting}
		for _, id := range ids {
			c.Receivers = append(c.Receivers, Receiver{UserID: id, Standing: s})
		}
		return c
	}
	withdrawn := to(Posted, Named, members...)
	withdrawn.Withdrawn = time.Unix(1, 0)
	none, _ := Spread(members, nil)
	for name, c := range map[string]Credit{
		"unposted": to(Unposted, Named, members...), "being removed": to(Removing, Named, members...), "doubtful": to(Doubtful, Named, members...),
		"private": to(Posted, Private, members...), "asked": to(Posted, Asked, members...), "declined": to(Posted, Declined, members...),
		"withdrawn": withdrawn, "others": to(Posted, Named, "UX", "UY", "UZ", "UV", "UW"),
		"one person with many": to(Posted, Named, slices.Repeat([]string{members[0]}, 9)...),
	} {
		if s, _ := Spread(members, []Credit{c}); !reflect.DeepEqual(s, none) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	s, _ := Spread(members, []Credit{to(Posted, Named, members...)})
	if !slices.Equal(s.Most, []Kind{Help}) || s.Share == none.Share {
		t.Errorf("all of them: %+v", s)
	}
}

func TestSpreadOrdersKinds(t *testing.T) {
	members, help := groupOf(12, 8, Help)
	_, ideas := groupOf(12, 8, Idea)
	_, unseen := groupOf(12, 3, UnseenWork)
	_, room := groupOf(12, 2, MadeRoom)
	s, _ := Spread(members, slices.Concat(help, unseen, room, ideas))
	if !slices.Equal(s.Most, []Kind{Idea, Help}) || !slices.Equal(s.Also, []Kind{UnseenWork}) {
		t.Errorf("%+v", s)
	}
}

func TestSpreadKnowsNobody(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	postings := []Posting{Posted, Posted, Posted, Unposted, Removing}
	standings := []Standing{Named, Named, Named, Private, Asked, Declined}
	for range 200 {
		n := rng.IntN(40)
		members, _ := groupOf(n, 0, Help)
		var credits []Credit
		for range rng.IntN(60) {
			c := Credit{Kind: Kinds()[rng.IntN(5)], Posting: postings[rng.IntN(len(postings))], GiverID: "U001"}
			for range 1 + rng.IntN(3) {
				c.Receivers = append(c.Receivers, Receiver{UserID: fmt.Sprintf("U%03d", rng.IntN(45)), Standing: standings[rng.IntN(len(standings))]})
			}
			credits = append(credits, c)
		}
		renamed := rng.Perm(50)
		name := func(id string) string {
			var i int
			if _, err := fmt.Sscanf(id, "U%03d", &i); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("W%03d", renamed[i])
		}
		var others []string
		for _, id := range members {
			others = append(others, name(id))
		}
		rng.Shuffle(n, func(i, j int) { others[i], others[j] = others[j], others[i] })
		var theirs []Credit
		for _, c := range credits {
			c.Receivers = slices.Clone(c.Receivers)
			for i := range c.Receivers {
				c.Receivers[i].UserID = name(c.Receivers[i].UserID)
			}
			theirs = append(theirs, c)
		}
		rng.Shuffle(len(theirs), func(i, j int) { theirs[i], theirs[j] = theirs[j], theirs[i] })
		a, ok := Spread(members, credits)
		b, okB := Spread(others, theirs)
		if ok != okB || !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v and %+v by other names", a, b)
		}
		if ok != (n >= MinGroup) || strings.ContainsAny(fmt.Sprint(a), "0123456789") {
			t.Fatalf("%d people: %+v", n, a)
		}
	}
}
