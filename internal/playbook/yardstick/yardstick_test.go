// Package yardstick compares Ally's finder with bleve, a search engine of good
// repute, over the same content and the same queries. It is a module of its own,
// so that bleve is no dependency of Ally: make bench-find runs it.
package yardstick

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"

	"allybot/internal/playbook"
	"allybot/internal/playbook/quality"
	"allybot/playbooks"
)

// engine is bleve with one document per script, or one per phrase.
type engine struct {
	index     bleve.Index
	library   *playbook.Library
	script    map[string]string // by document
	threshold float64           // below it the answer is not confident
}

func newEngine(t *testing.T, l *playbook.Library, perPhrase bool) *engine {
	t.Helper()
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer = en.AnalyzerName
	index, err := bleve.NewMemOnly(mapping)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = index.Close() })
	e := &engine{index: index, library: l, script: map[string]string{}}
	batch := index.NewBatch()
	add := func(id, script string, text any) {
		e.script[id] = script
		if err := batch.Index(id, map[string]any{"text": text}); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range l.Scripts() {
		if !perPhrase {
			add(s.ID, s.ID, s.Described())
			continue
		}
		for i, text := range s.Described() {
			add(fmt.Sprint(s.ID, "#", i), s.ID, text)
		}
	}
	if err := index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e *engine) search(text string) (ids []string, score float64) {
	query := bleve.NewMatchQuery(text)
	query.SetField("text")
	request := bleve.NewSearchRequestOptions(query, 60, 0, false)
	found, err := e.index.Search(request)
	if err != nil {
		panic(err)
	}
	for _, hit := range found.Hits {
		if id := e.script[hit.ID]; !slices.Contains(ids, id) && len(ids) < 5 {
			ids = append(ids, id)
		}
	}
	return ids, found.MaxScore
}

func (e *engine) find(text string) quality.Answer {
	ids, score := e.search(text)
	a := quality.Answer{Confident: score >= e.threshold}
	for _, id := range ids {
		a.Practices = append(a.Practices, e.library.Script(id).Practices)
	}
	return a
}

// calibrate chooses the threshold on the tuning half: it turns away as many of
// Ally's business as Ally's own finder may, 5 %.
func (e *engine) calibrate() {
	var scores []float64
	for _, q := range quality.Tune() {
		if len(q.Practices) > 0 {
			_, score := e.search(q.Text)
			scores = append(scores, score)
		}
	}
	slices.Sort(scores)
	e.threshold = scores[len(scores)/20]
}

// TestCompare prints both on the reporting half, and fails if bleve finds better.
func TestCompare(t *testing.T) {
	l, problems := playbook.Load(playbooks.FS)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	l.Find("somebody was interrupted") // it learns first
	ours := func(text string) quality.Answer {
		r := l.Find(text)
		a := quality.Answer{Confident: r.Confident, Harm: r.Harm}
		for _, m := range r.Matches {
			a.Practices = append(a.Practices, m.Script.Practices)
		}
		return a
	}
	perScript, perPhrase := newEngine(t, l, false), newEngine(t, l, true)
	perScript.calibrate()
	perPhrase.calibrate()

	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%d scripts, %s/%s, %d cores\t\n", len(l.Scripts()), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintln(table, "reporting half, in %\tfirst\tamong 3\tturned away\tout of scope recognised\tnear ones\tharm recognised\traised falsely\tp50\tp99\t")
	var first [3]float64
	for i, f := range []struct {
		name string
		find func(string) quality.Answer
	}{{"Ally", ours}, {"bleve, a document per script", perScript.find}, {"bleve, a document per phrase", perPhrase.find}} {
		q := quality.Measure(quality.Report(), f.find)
		first[i] = q.First.Percent()
		p50, p99 := timed(f.find)
		harm, falsely := fmt.Sprintf("%.1f", q.Harm.Percent()), fmt.Sprintf("%.1f", q.FalseHarm.Percent())
		if i > 0 {
			harm, falsely = "-", "-"
		}
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t%s\t%v\t%v\t\n", f.name, first[i], q.Three.Percent(), q.TurnedAway.Percent(), q.Out.Percent(), q.Near.Percent(), harm, falsely, p50, p99)
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	if first[1] > first[0] || first[2] > first[0] {
		t.Error("bleve finds better; use it")
	}
}

// timed is how long one query takes.
func timed(find func(string) quality.Answer) (p50, p99 time.Duration) {
	var took []time.Duration
	for range 5 {
		for _, q := range quality.Report() {
			start := time.Now()
			find(q.Text)
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	return took[len(took)/2].Round(time.Microsecond), took[len(took)*99/100].Round(time.Microsecond)
}
