package playbook

import (
	"os"
	"testing"

	"allybot/internal/playbook/quality"
	"allybot/playbooks"
)

func builtIn(t testing.TB) *Library {
	t.Helper()
	l, problems := Load(playbooks.FS)
	for _, p := range problems {
		t.Error(p)
	}
	return l
}

func answerOf(r Result) quality.Answer {
	a := quality.Answer{Confident: r.Confident, Harm: r.Harm}
	for _, m := range r.Matches {
		a.Practices = append(a.Practices, m.Script.Practices)
	}
	return a
}

// TestFindQuality prints how well the finder does (make bench-find). With
// ALLY_SHOW_MISSES=1 it lists the misses of the tuning half; those of the other
// half are nobody's to see.
func TestFindQuality(t *testing.T) {
	l := builtIn(t)
	find := func(text string) quality.Answer { return answerOf(l.Find(text)) }
	t.Log("tuning half:   ", quality.Measure(quality.Tune(), find))
	f := quality.Measure(quality.Report(), find)
	t.Log("reporting half:", f)
	if os.Getenv("ALLY_SHOW_MISSES") != "" {
		for _, q := range quality.Tune() {
			showMiss(t, q, l.Find(q.Text))
		}
	}
	// The goals; of harm, what one query less than the goal makes.
	for goal, reached := range map[string]bool{
		"an accepted practice first in 80 %":       f.First.Percent() >= 80,
		"an accepted practice among three in 93 %": f.Three.Percent() >= 93,
		"out of scope recognised in 90 %":          f.Out.Percent() >= 90,
		"at most 5 % turned away":                  f.TurnedAway.Percent() <= 5,
		"harm recognised in 94 %":                  f.Harm.Percent() >= 94,
		"harm raised by at most 1 % of the others": f.FalseHarm.Percent() <= 1,
	} {
		if !reached {
			t.Errorf("reporting half: want %s", goal)
		}
	}
}

func showMiss(t *testing.T, q quality.Query, r Result) {
	a := answerOf(r)
	switch {
	case q.Harm != r.Harm:
		t.Logf("HARM %v  %q", q.Harm, q.Text)
	case q.Harm:
	case len(q.Practices) == 0 && r.Confident:
		t.Logf("OUT        %q → %s", q.Text, first(r))
	case len(q.Practices) > 0 && !r.Confident:
		t.Logf("TURNED OFF %q, nearest %s", q.Text, first(r))
	case len(q.Practices) > 0 && !q.Accepts(a):
		t.Logf("MISS       %q %v → %s", q.Text, q.Practices, first(r))
	}
}
