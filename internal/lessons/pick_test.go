package lessons

import (
	"fmt"
	"slices"
	"testing"

	"allybot/internal/playbook"
	"allybot/internal/when"
	"allybot/playbooks"
)

// someLessons are lessons L0, L1, … of the groups a, b and c in turn.
func someLessons(n int) []*playbook.Lesson {
	var all []*playbook.Lesson
	for i := range n {
		all = append(all, &playbook.Lesson{ID: fmt.Sprintf("L%d", i), Group: string(rune('a' + i%3)), Question: "Which?"})
	}
	return all
}

// shownOf are the lessons shown one after the other.
func shownOf(s *Subscription, year []*playbook.Lesson, n int) []string {
	var ids []string
	for i := range n {
		l := s.Pick(year)
		if l == nil {
			return append(ids, "none")
		}
		ids = append(ids, l.ID)
		s.Show(l, when.Date(20000+7*i), false)
	}
	return ids
}

func TestPick(t *testing.T) {
	year := someLessons(6)
	tests := []struct {
		name   string
		s      Subscription
		refuse []string
		n      int
		want   []string
	}{
		{"the order of the year, and then the oldest again", Subscription{}, nil, 8, []string{"L0", "L1", "L2", "L3", "L4", "L5", "L0", "L1"}},
		{"a group first", Subscription{Group: "b"}, nil, 7, []string{"L1", "L4", "L0", "L2", "L3", "L5", "L1"}},
		{"a group that there is not", Subscription{Group: "z"}, nil, 3, []string{"L0", "L1", "L2"}},
		{"without those refused", Subscription{}, []string{"L0", "L3"}, 6, []string{"L1", "L2", "L4", "L5", "L1", "L2"}},
		{"one that is left comes again and again", Subscription{}, []string{"L0", "L1", "L2", "L3", "L5"}, 3, []string{"L4", "L4", "L4"}},
		{"none if all are refused", Subscription{}, []string{"L0", "L1", "L2", "L3", "L4", "L5"}, 3, []string{"none"}},
		{"what is not in the content any more does not count", Subscription{Shown: []Shown{{Code: "gone"}, {Code: CodeOf("L1")}}}, nil, 7, []string{"L0", "L2", "L3", "L4", "L5", "L1", "L0"}},
	}
	for _, tt := range tests {
		for _, id := range tt.refuse {
			tt.s.SetMark(id, Never)
		}
		if got := shownOf(&tt.s, year, tt.n); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := (Subscription{}).Pick(nil); got != nil {
		t.Errorf("of no lessons %s is picked", got.ID)
	}
}

func TestShowAndMarks(t *testing.T) {
	year := someLessons(3)
	var s Subscription
	s.Show(year[0], 20000, true)
	s.Show(year[1], 20001, true)
	s.SetMark("L0", Tried)
	s.SetMark("L0", Saved)
	s.Show(year[0], 20008, true)
	if want := []Shown{{CodeOf("L1"), 0}, {CodeOf("L0"), Tried | Saved}}; !slices.Equal(s.Shown, want) {
		t.Errorf("shown are %v, want %v", s.Shown, want)
	}
	if want := []Recall{{Code: CodeOf("L1"), From: 20001}, {Code: CodeOf("L0"), From: 20008}}; !slices.Equal(s.Recalls, want) {
		t.Errorf("to be asked is %v, want %v", s.Recalls, want)
	}
	if !s.HasMark("L0", Tried) || !s.HasMark("L0", Tried|Saved) || s.HasMark("L0", Never) || s.HasMark("L0", Tried|Never) || s.HasMark("L1", Saved) || s.HasMark("L2", Tried) {
		t.Errorf("the marks are wrong: %v", s.Shown)
	}
	s.SetMark("L1", Never)
	before := slices.Clone(s.Shown)
	s.Show(year[1], 20009, true)
	if !slices.Equal(s.Shown, before) || len(s.Recalls) != 1 {
		t.Errorf("what was refused was shown: %v, %v", s.Shown, s.Recalls)
	}
	s.Show(&playbook.Lesson{ID: "without a question"}, 20009, true)
	s.Show(year[2], 20009, false)
	if len(s.Recalls) != 1 || len(s.Shown) != 4 {
		t.Errorf("to be asked is %v, shown are %v", s.Recalls, s.Shown)
	}
}

// A record does not grow, and keeps what people said that they never want again.
func TestBounds(t *testing.T) {
	var s Subscription
	s.SetMark("refused", Never)
	s.SetMark("saved", Saved)
	s.SetMark("tried", Tried)
	for i, l := range someLessons(1000) {
		s.Show(l, when.Date(20000+i/50), true)
	}
	if len(s.Shown) != maxShown || len(s.Recalls) != maxRecalls {
		t.Errorf("%d are kept, and %d to be asked", len(s.Shown), len(s.Recalls))
	}
	if !s.HasMark("refused", Never) || !s.HasMark("saved", Saved) || s.HasMark("tried", Tried) || s.Shown[maxShown-1].Code != CodeOf("L999") || s.Recalls[maxRecalls-1].Code != CodeOf("L999") {
		t.Error("what should be kept is not, or the other way round")
	}
	for i := range 1000 {
		s.SetMark(fmt.Sprint("no ", i), Never)
	}
	if len(s.Shown) != maxShown || !s.HasMark("no 999", Never) || s.HasMark("no 1", Never) {
		t.Errorf("%d are kept", len(s.Shown))
	}
	// Of more questions than are kept, those go first that only wait for an answer.
	s = Subscription{}
	all := someLessons(maxRecalls + 1)
	for i, l := range all[:maxRecalls] {
		s.Show(l, when.Date(20000+i), true)
	}
	s.Asked("L5", 20021)
	s.Show(all[maxRecalls], 20022, true)
	if s.recall(CodeOf("L5")) >= 0 || s.recall(CodeOf("L0")) < 0 || len(s.Recalls) != maxRecalls {
		t.Errorf("to be asked is %v", s.Recalls)
	}
}

// The lessons that come with Ally: nobody sees one twice within a year, whichever
// group they have first, and no two have the same code.
func TestTheLessonsOfAYear(t *testing.T) {
	library, problems := playbook.Load(playbooks.FS)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	codes := map[string]string{}
	for _, l := range library.Lessons() {
		code := CodeOf(l.ID)
		if other, ok := codes[code]; ok || len(code) != 4 {
			t.Errorf("the code of %s is %q, that of %q", l.ID, code, other)
		}
		codes[code] = l.ID
	}
	for _, group := range append([]playbook.Group{{}}, library.Groups()...) {
		s := Subscription{Group: group.ID}
		all := len(library.Lessons())
		seen := map[string]bool{}
		for i, id := range shownOf(&s, library.Lessons(), all) {
			if seen[id] || id != library.LessonsFor(group.ID)[i].ID {
				t.Fatalf("with %q first, lesson %d is %s", group.ID, i+1, id)
			}
			seen[id] = true
		}
		if all < 53 || shownOf(&s, library.Lessons(), 1)[0] != library.LessonsFor(group.ID)[0].ID {
			t.Errorf("with %q first, after %d lessons the first does not come again", group.ID, all)
		}
	}
}
