package playbook

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"allybot/playbooks"
)

// labelled is a line of testdata: what somebody typed, and which scripts (or
// scripts of which practices) are an accepted first answer. Out means that it
// is none of Ally's business.
type labelled struct {
	Query     string   `json:"query"`
	Scripts   []string `json:"scripts"`
	Practices []string `json:"practices"`
	Out       bool     `json:"out"`
	Harm      bool     `json:"harm"`
}

func (q labelled) accepts(m Match) bool {
	if slices.Contains(q.Scripts, m.Script.ID) {
		return true
	}
	for _, p := range m.Script.Practices {
		if slices.Contains(q.Practices, p) {
			return true
		}
	}
	return false
}

func (q labelled) acceptsExactly(m Match) bool { return slices.Contains(q.Scripts, m.Script.ID) }

func readLabelled(t testing.TB, file string) []labelled {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []labelled
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var q labelled
		if err := json.Unmarshal(sc.Bytes(), &q); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, q)
	}
	return all
}

func builtIn(t testing.TB) *Library {
	t.Helper()
	l, problems := Load(playbooks.FS)
	for _, p := range problems {
		t.Error(p)
	}
	return l
}

// share counts how often something was so.
type share struct{ hits, of int }

func (s *share) count(hit bool) {
	s.of++
	if hit {
		s.hits++
	}
}

func (s share) percent() float64 {
	if s.of == 0 {
		return 0
	}
	return 100 * float64(s.hits) / float64(s.of)
}

type figures struct{ top1, top3, exact, turnedAway, out, harm, falseHarm share }

// TestFindQuality prints how well the finder does (go test -v -run FindQuality).
// The queries were written before the finder was tuned, but by those who wrote
// the scripts, so expect less of strangers' words. Odd lines were tuned on, even
// lines only ever reported. ALLY_SHOW_MISSES=1 lists the misses of the odd ones.
func TestFindQuality(t *testing.T) {
	l := builtIn(t)
	var halves [2]figures
	show := os.Getenv("ALLY_SHOW_MISSES") != ""
	for i, q := range readLabelled(t, "testdata/queries.jsonl") {
		f, r := &halves[i%2], l.Find(q.Query)
		f.falseHarm.count(r.Harm)
		if q.Out {
			f.out.count(!r.Confident)
			if show && i%2 == 0 && r.Confident {
				t.Logf("OUT   %q → %s %.2f", q.Query, r.Matches[0].Script.ID, r.Matches[0].Score)
			}
			continue
		}
		first := len(r.Matches) > 0 && q.accepts(r.Matches[0])
		f.top1.count(first)
		f.exact.count(len(r.Matches) > 0 && q.acceptsExactly(r.Matches[0]))
		f.top3.count(slices.ContainsFunc(r.Matches[:min(3, len(r.Matches))], q.accepts))
		f.turnedAway.count(!r.Confident)
		if show && i%2 == 0 && (!first || !r.Confident) {
			got := "nothing"
			if len(r.Matches) > 0 {
				got = r.Matches[0].Script.ID
			}
			t.Logf("MISS  %q → %s confident=%v %v", q.Query, got, r.Confident, scoresOf(r))
		}
	}
	for i, q := range readLabelled(t, "testdata/harm.jsonl") {
		f, r := &halves[i%2], l.Find(q.Query)
		if q.Harm {
			f.harm.count(r.Harm && r.Confident)
		} else {
			f.falseHarm.count(r.Harm)
		}
		if show && i%2 == 0 && r.Harm != q.Harm {
			t.Logf("HARM  %q: want %v", q.Query, q.Harm)
		}
	}
	for i, name := range []string{"tuned on", "only reported"} {
		f := halves[i]
		t.Logf("%-14s accepted first %.1f %% of %d (the very script %.1f %%), among three %.1f %%, turned away %.1f %%; out of scope recognised %.1f %% of %d; harm recognised %.1f %% of %d, false alarms %.1f %% of %d",
			name, f.top1.percent(), f.top1.of, f.exact.percent(), f.top3.percent(), f.turnedAway.percent(), f.out.percent(), f.out.of,
			f.harm.percent(), f.harm.of, f.falseHarm.percent(), f.falseHarm.of)
		// Floors well below what is reached: they catch a finder that broke,
		// not one that got a little worse.
		for what, ok := range map[string]bool{
			"accepted first in at least 85 %":       f.top1.percent() >= 85,
			"accepted among three in at least 93 %": f.top3.percent() >= 93,
			// Being turned away kindly is better than a wrong answer said with confidence.
			"at most 10 % turned away":                 f.turnedAway.percent() <= 10,
			"out of scope recognised in at least 90 %": f.out.percent() >= 90,
			"harm recognised in at least 90 %":         f.harm.percent() >= 90,
			"at most 1 % of the others raised as harm": f.falseHarm.percent() <= 1,
		} {
			if !ok {
				t.Errorf("%s: want %s", name, what)
			}
		}
	}
}

// TestFindQualityOfFreshQueries prints how well the finder does on queries that
// were written in one go, hurried and indirect, without a look at the content.
// Each round of strangers.jsonl was measured once and then learned from: first
// answers were right in 80, 79, 50, 55 and 71 % of the rounds when they were new.
// unseen.jsonl is the last round, never learned from: expect about that much of
// the words of people who never saw Ally. When you learn from it, write a new one.
func TestFindQualityOfFreshQueries(t *testing.T) {
	l := builtIn(t)
	for file, floor := range map[string]float64{"strangers.jsonl": 80, "unseen.jsonl": 50} {
		var f figures
		var sure share
		for _, q := range readLabelled(t, "testdata/"+file) {
			r := l.Find(q.Query)
			if q.Out {
				f.out.count(!r.Confident)
				continue
			}
			first := len(r.Matches) > 0 && q.accepts(r.Matches[0])
			f.top1.count(first)
			sure.count(first && r.Confident)
			f.top3.count(slices.ContainsFunc(r.Matches[:min(3, len(r.Matches))], q.accepts))
			f.turnedAway.count(!r.Confident)
		}
		t.Logf("%-16s right first %.1f %% of %d (and sure of it %.1f %%), among three %.1f %%, turned away %.1f %%; out of scope recognised %.1f %% of %d",
			file, f.top1.percent(), f.top1.of, sure.percent(), f.top3.percent(), f.turnedAway.percent(), f.out.percent(), f.out.of)
		if f.top1.percent() < floor || f.out.percent() < 70 {
			t.Errorf("%s: want at least %.0f %% right first and 70 %% of what is out of scope recognised", file, floor)
		}
	}
}

func scoresOf(r Result) []float64 {
	var s []float64
	for _, m := range r.Matches {
		s = append(s, m.Score)
	}
	return s
}
