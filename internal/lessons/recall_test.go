package lessons

import (
	"math/rand/v2"
	"testing"

	"allybot/internal/playbook"
	"allybot/internal/when"
)

// asking is a course of weekly lessons: what was asked when.
type asking struct {
	asked map[string][]when.Date
	shown map[string]when.Date
	wrong map[string]when.Date // when a first answer was wrong
	s     Subscription
}

// weekly runs a course. Answer is asked what somebody says to a question and how
// many days later; never if it is negative.
func weekly(t *testing.T, weeks int, answer func(id string, again bool) (right bool, days int)) asking {
	t.Helper()
	year := someLessons(weeks)
	byCode := map[string]*playbook.Lesson{}
	for _, l := range year {
		byCode[CodeOf(l.ID)] = l
	}
	a := asking{asked: map[string][]when.Date{}, shown: map[string]when.Date{}, wrong: map[string]when.Date{}}
	type reply struct {
		id    string
		right bool
	}
	replies := map[when.Date][]reply{}
	const begin = when.Date(20000)
	for today := begin; today < begin+when.Date(7*weeks); today++ {
		if (today-begin)%7 == 0 {
			question := a.s.Question(today, func(code string) *playbook.Lesson { return byCode[code] })
			l := a.s.Pick(year)
			a.s.Show(l, today, true)
			a.shown[l.ID] = today
			if question != nil {
				again := len(a.asked[question.ID]) > 0
				a.asked[question.ID] = append(a.asked[question.ID], today)
				a.s.Asked(question.ID, today)
				if right, days := answer(question.ID, again); days >= 0 {
					on := today + when.Date(days)
					replies[on] = append(replies[on], reply{question.ID, right})
					if !right && !again {
						a.wrong[question.ID] = on
					}
				}
			}
		}
		for _, r := range replies[today] {
			a.s.Answered(r.id, r.right, today)
			a.s.Answered(r.id, !r.right, today) // pressed twice
		}
		if len(a.s.Recalls) > maxRecalls {
			t.Fatalf("%d questions are kept", len(a.s.Recalls))
		}
	}
	return a
}

// lost counts questions that should have been asked before the end and were not:
// after the lesson, and once more after a wrong answer. What was asked must have
// been asked in its three to five weeks, and never more often.
func (a asking) lost(t *testing.T, weeks int) int {
	t.Helper()
	end := when.Date(20000 + 7*weeks)
	lost := 0
	for id, shown := range a.shown {
		asked := a.asked[id]
		dues := []when.Date{shown}
		if on, ok := a.wrong[id]; ok {
			dues = append(dues, on)
		}
		if len(asked) > len(dues) {
			t.Errorf("%s was asked %d times, want %d", id, len(asked), len(dues))
		}
		for i, from := range dues {
			switch {
			case i < len(asked):
				if age := asked[i] - from; age < 21 || age > 35 {
					t.Errorf("%s was asked after %d days", id, age)
				}
			case from+35 < end:
				lost++
			}
		}
	}
	return lost
}

func TestEveryLessonsQuestionIsAskedOnce(t *testing.T) {
	for name, answer := range map[string]func(string, bool) (bool, int){
		"answered at once":       func(string, bool) (bool, int) { return true, 0 },
		"answered days later":    func(string, bool) (bool, int) { return true, 5 },
		"answered weeks later":   func(string, bool) (bool, int) { return true, 27 },
		"never answered":         func(string, bool) (bool, int) { return true, -1 },
		"answered now and again": func(id string, _ bool) (bool, int) { return true, len(id)%2*9 - 1 },
	} {
		a := weekly(t, 60, answer)
		if lost := a.lost(t, 60); lost != 0 || len(a.asked) != 60-3 {
			t.Errorf("%s: %d were asked, %d lost", name, len(a.asked), lost)
		}
		for id, asked := range a.asked {
			if len(asked) != 1 || asked[0] != a.shown[id]+21 {
				t.Errorf("%s: %s, shown on %d, was asked on %v", name, id, a.shown[id], asked)
			}
		}
	}
}

// There is one question a week, and each lesson brings one. So a question that was
// answered wrongly comes back by letting all others wait for a week. Two weeks is
// what they can wait: of more than two wrong answers in an unbroken course, each
// costs one question, the one that has waited longest always being asked first.
func TestWhatWasWrongIsAskedOnceMore(t *testing.T) {
	all := someLessons(40)
	for _, days := range []int{0, 1, 6, 7} {
		for wrong := range 8 {
			for seed := range uint64(5) {
				mistakes := map[string]bool{}
				for _, i := range rand.New(rand.NewPCG(seed, uint64(wrong))).Perm(len(all))[:wrong] {
					mistakes[all[i].ID] = true
				}
				a := weekly(t, 60, func(id string, again bool) (bool, int) {
					// Wrong the second time too is no other than right.
					return !mistakes[id] || again && seed%2 == 0, days
				})
				twice := 0
				for id, asked := range a.asked {
					if len(asked) == 2 && mistakes[id] {
						twice++
					}
				}
				want := max(0, wrong-2)
				if lost := a.lost(t, 60); lost != want || want == 0 && twice != wrong {
					t.Errorf("%d wrong, answered %d days later, seed %d: %d came back, %d questions were lost, want %d", wrong, days, seed, twice, lost, want)
				}
			}
		}
	}
}

func TestQuestion(t *testing.T) {
	all := someLessons(4)
	find := func(code string) *playbook.Lesson {
		for _, l := range all[:3] { // L3 is gone
			if CodeOf(l.ID) == code {
				return l
			}
		}
		return nil
	}
	ask := func(s Subscription, today when.Date) string {
		if l := s.Question(today, find); l != nil {
			return l.ID
		}
		return ""
	}
	var s Subscription
	s.Show(all[0], 20000, true)
	for age, want := range map[when.Date]string{0: "", 20: "", 21: "L0", 28: "L0", 35: "L0", 36: "", 400: ""} {
		if got := ask(s, 20000+age); got != want {
			t.Errorf("after %d days %q is asked, want %q", age, got, want)
		}
	}
	s.Show(all[3], 19999, true)
	s.Show(all[2], 20002, true)
	s.Show(all[1], 20001, true)
	for _, want := range []string{"L0", "L1", "L2", ""} {
		got := ask(s, 20025)
		if got != want {
			t.Fatalf("%q is asked, want %q", got, want)
		}
		s.Asked(got, 20025)
	}
	if s.Question(20025, func(string) *playbook.Lesson { return all[3] }) == nil {
		t.Error("what came back is not asked")
	}
	s = Subscription{}
	s.Show(all[0], 20000, true)
	s.SetMark("L0", Never)
	if got := ask(s, 20025); got != "" || len(s.Recalls) != 0 {
		t.Errorf("%q is asked though refused", got)
	}
	s.Recalls = append(s.Recalls, Recall{Code: CodeOf("L0"), From: 20000}) // as an older version may have left it
	if got := ask(s, 20025); got != "" {
		t.Errorf("%q is asked though refused", got)
	}
}

func TestAnswered(t *testing.T) {
	all := someLessons(1)
	waiting := func(s Subscription) (r Recall) {
		if len(s.Recalls) > 0 {
			r = s.Recalls[0]
		}
		r.Code = ""
		return r
	}
	var s Subscription
	s.Answered("L0", true, 20000)
	s.Asked("L0", 20000)
	s.Show(all[0], 20000, true)
	steps := []struct {
		name string
		do   func()
		want Recall
	}{
		{"answered before it was asked", func() { s.Answered("L0", false, 20020) }, Recall{From: 20000}},
		{"asked", func() { s.Asked("L0", 20021) }, Recall{From: 20000, Asked: true}},
		{"another is answered", func() { s.Answered("L7", true, 20021) }, Recall{From: 20000, Asked: true}},
		{"wrong", func() { s.Answered("L0", false, 20022) }, Recall{From: 20022, Again: true}},
		{"wrong, pressed again", func() { s.Answered("L0", false, 20023) }, Recall{From: 20022, Again: true}},
		{"right, pressed after it", func() { s.Answered("L0", true, 20023) }, Recall{From: 20022, Again: true}},
		{"asked again", func() { s.Asked("L0", 20043) }, Recall{From: 20022, Asked: true, Again: true}},
		{"wrong again", func() { s.Answered("L0", false, 20043) }, Recall{}},
		{"pressed after all", func() { s.Answered("L0", false, 20043) }, Recall{}},
		{"shown again", func() { s.Show(all[0], 21000, true) }, Recall{From: 21000}},
		{"asked after it", func() { s.Asked("L0", 21021) }, Recall{From: 21000, Asked: true}},
		{"right", func() { s.Answered("L0", true, 21021) }, Recall{}},
		{"shown once more", func() { s.Show(all[0], 22000, true) }, Recall{From: 22000}},
		{"asked and not answered", func() { s.Asked("L0", 22035) }, Recall{From: 22000, Asked: true}},
		{"weeks later", func() { s.Asked("L7", 22063) }, Recall{From: 22000, Asked: true}},
		{"too long ago", func() { s.Asked("L7", 22064) }, Recall{}},
		{"shown for the last time", func() { s.Show(all[0], 23000, true) }, Recall{From: 23000}},
		{"in its weeks", func() { s.Asked("L7", 23035) }, Recall{From: 23000}},
		{"never asked in its weeks", func() { s.Asked("L7", 23036) }, Recall{}},
	}
	for _, step := range steps {
		step.do()
		if got := waiting(s); got != step.want || len(s.Recalls) > 1 {
			t.Fatalf("%s: it is %+v of %d, want %+v", step.name, got, len(s.Recalls), step.want)
		}
	}
}
