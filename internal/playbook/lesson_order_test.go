package playbook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The lessons cover a year, each practice and each stage.
func TestLessonsOfTheYear(t *testing.T) {
	l := builtIn(t)
	if n := len(l.Lessons()); n < 60 {
		t.Errorf("%d lessons, want 60 and more", n)
	}
	main, stage := map[string]int{}, map[int]int{}
	for _, lesson := range l.Lessons() {
		main[lesson.Practices[0]]++
		stage[lesson.Stage]++
		if l.Script(lesson.Script) == nil {
			t.Errorf("%s: there is no script %q", lesson.ID, lesson.Script)
		}
	}
	for _, p := range l.Practices() {
		if main[p.ID] == 0 {
			t.Errorf("no lesson is mainly on %s", p.ID)
		}
	}
	for s := 1; s <= stages; s++ {
		if stage[s] < 15 {
			t.Errorf("%d lessons of stage %d, want 15 and more", stage[s], s)
		}
	}
}

func TestNoTwoLessonsSayTheSame(t *testing.T) {
	said := map[string]string{}
	for _, l := range builtIn(t).Lessons() {
		for _, text := range []string{l.Situation, l.Idea, l.Plan, l.Question, l.Alike} {
			if other, ok := said[fold(text)]; ok {
				t.Errorf("%s and %s both say %q", other, l.ID, text)
			}
			said[fold(text)] = l.ID
		}
	}
}

// Lessons near to each other in what they say stand apart in the year, whichever
// group somebody has put first.
func TestNeighboursAreNotAlike(t *testing.T) {
	l := builtIn(t)
	near := [][]string{{"offer-three-choices", "ideas-or-an-ear", "when-told-believe-first"}, {"use-the-door-that-opens", "give-the-question-back"}}
	for _, group := range append([]Group{{}}, l.Groups()...) {
		lessons := l.LessonsFor(group.ID)
		for i, b := range lessons[1:] {
			a := lessons[i]
			for _, some := range near {
				if slices.Contains(some, a.ID) && slices.Contains(some, b.ID) {
					t.Errorf("%q first: %s comes next to %s", group.ID, a.ID, b.ID)
				}
			}
			if a.Group == b.Group && a.Group != group.ID {
				t.Errorf("%q first: %s comes next to %s, both of %s", group.ID, a.ID, b.ID, a.Group)
			}
			if group.ID == "" && slices.ContainsFunc(a.Practices, func(p string) bool { return slices.Contains(b.Practices, p) }) {
				t.Errorf("%s comes next to %s, both on %v", a.ID, b.ID, a.Practices)
			}
		}
	}
}

// Week by week for as long as there are lessons: none twice, all groups within the
// year, the group picked first, and as in LessonsFor.
func TestAYearOfLessons(t *testing.T) {
	l := builtIn(t)
	for _, group := range append([]Group{{}}, l.Groups()...) {
		seen := map[string]bool{}
		var weeks []*Lesson
		for range len(l.Lessons()) {
			next := Next(l.Lessons(), func(id string) bool { return seen[id] }, group.ID)
			if next == nil || seen[next.ID] {
				t.Fatalf("%q first: after %d weeks comes %+v", group.ID, len(weeks), next)
			}
			seen[next.ID] = true
			weeks = append(weeks, next)
		}
		if next := Next(l.Lessons(), func(id string) bool { return seen[id] }, group.ID); next != nil {
			t.Errorf("%q first: all were seen, and %s comes again", group.ID, next.ID)
		}
		if !slices.Equal(weeks, l.LessonsFor(group.ID)) {
			t.Errorf("%q first: Next and LessonsFor differ", group.ID)
		}
		groups, own := map[string]bool{}, true
		for i, lesson := range weeks {
			if i < 52 {
				groups[lesson.Group] = true
			}
			if own = own && lesson.Group == group.ID; !own && i == 0 && group.ID != "" || !own && lesson.Group == group.ID && group.ID != "" {
				t.Errorf("%q first: %s is in week %d", group.ID, lesson.ID, i+1)
			}
			if i > 0 && (lesson.Group == group.ID) == (weeks[i-1].Group == group.ID) && lesson.Stage < weeks[i-1].Stage {
				t.Errorf("%q first: %s of stage %d comes after stage %d", group.ID, lesson.ID, lesson.Stage, weeks[i-1].Stage)
			}
		}
		if len(groups) != len(l.Groups()) {
			t.Errorf("%q first: a year has only %v", group.ID, groups)
		}
	}
	if !slices.Equal(l.LessonsFor("no-such-group"), l.Lessons()) {
		t.Error("a group that is not there changes the order")
	}
}

// Whatever lessons an organisation has: each exactly once, stage after stage, in
// the same order wherever they come from; and neighbours of one group only where
// that group has more than half of a stage.
func TestOrderOfAnyLessons(t *testing.T) {
	groups := []string{"a", "b", "c", "d"}
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the same in each run
		var all []*Lesson
		count := map[string]int{}
		for i := range rnd.IntN(40) {
			l := &Lesson{ID: fmt.Sprintf("l%02d", i), Stage: 1 + rnd.IntN(stages), Group: groups[min(rnd.IntN(4), rnd.IntN(4))]}
			l.Practices = []string{l.Group + fmt.Sprint(rnd.IntN(3))}
			count[fmt.Sprint(l.Stage, l.Group)]++
			count[fmt.Sprint(l.Stage)]++
			all = append(all, l)
		}
		year := yearOrder(all, groups)
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if again := yearOrder(all, groups); !slices.Equal(year, again) {
			t.Fatalf("seed %d: it depends on where the lessons come from", seed)
		}
		byID := slices.SortedFunc(slices.Values(year), func(a, b *Lesson) int { return strings.Compare(a.ID, b.ID) })
		slices.SortFunc(all, func(a, b *Lesson) int { return strings.Compare(a.ID, b.ID) })
		if !slices.Equal(byID, all) {
			t.Fatalf("seed %d: of %d lessons %d are in the year", seed, len(all), len(year))
		}
		for i := range max(0, len(year)-1) {
			a, b := year[i], year[i+1]
			if b.Stage < a.Stage {
				t.Fatalf("seed %d: stage %d after %d", seed, b.Stage, a.Stage)
			}
			if a.Group == b.Group && 2*count[fmt.Sprint(b.Stage, b.Group)] <= count[fmt.Sprint(b.Stage)] {
				t.Fatalf("seed %d: %s and %s, both of %s, are neighbours in stage %d", seed, a.ID, b.ID, a.Group, b.Stage)
			}
		}
	}
}
