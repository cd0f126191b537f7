// Package quality measures how well a finder finds, on what people type.
//
// The queries were written by four authors who had nothing but the list of
// practices and moments: no script, no phrase, no line of code. One part, tune, is
// for choosing what to do better; nobody looks at single queries of the other,
// report, half of what the first three wrote, and figures are those of report.
package quality

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

var (
	//go:embed tune.jsonl
	tune []byte
	//go:embed report.jsonl
	report []byte
)

// Query is what somebody typed, and what an expert would accept as an answer.
type Query struct {
	Text string `json:"query"`
	// Practices are those of which one must be among the practices of the answer;
	// empty if there is none.
	Practices []string `json:"practices"`
	Out       bool     `json:"out"`  // none of Ally's business
	Near      bool     `json:"near"` // out, but not by far
	Harm      bool     `json:"harm"` // somebody was hurt or is in danger
	Author    string   `json:"author"`
}

// Tune is the half to choose by.
func Tune() []Query { return read(tune) }

// Report is the half to report on.
func Report() []Query { return read(report) }

func read(content []byte) []Query {
	var all []Query
	for sc := bufio.NewScanner(bytes.NewReader(content)); sc.Scan(); {
		var q Query
		if err := json.Unmarshal(sc.Bytes(), &q); err != nil {
			panic(err) // the files are part of the program
		}
		all = append(all, q)
	}
	return all
}

// Answer is what a finder makes of a query.
type Answer struct {
	Practices       [][]string // of the scripts found, best first
	Confident, Harm bool
}

// Share counts how often something was so.
type Share struct{ Hits, Of int }

// Count adds one.
func (s *Share) Count(hit bool) {
	s.Of++
	if hit {
		s.Hits++
	}
}

// Percent is 0 for nothing counted.
func (s Share) Percent() float64 {
	if s.Of == 0 {
		return 0
	}
	return 100 * float64(s.Hits) / float64(s.Of)
}

// Figures is how well a finder did.
type Figures struct {
	First, Three Share // an accepted practice first, and among three
	TurnedAway   Share // of what is Ally's business
	Out, Near    Share // what is not was recognised; of it, what is near
	Harm         Share // recognised
	FalseHarm    Share // raised for anything else
}

// Measure asks a finder every query.
func Measure(queries []Query, find func(text string) Answer) Figures {
	var f Figures
	for _, q := range queries {
		a := find(q.Text)
		if q.Harm {
			f.Harm.Count(a.Harm)
			continue
		}
		f.FalseHarm.Count(a.Harm)
		switch {
		case len(q.Practices) > 0:
			f.First.Count(q.accepted(a, 1))
			f.Three.Count(q.accepted(a, 3))
			f.TurnedAway.Count(!a.Confident)
		case q.Out:
			f.Out.Count(!a.Confident)
			if q.Near {
				f.Near.Count(!a.Confident)
			}
		}
	}
	return f
}

// Accepts says whether the answer is one an expert would accept.
func (q Query) Accepts(a Answer) bool { return q.accepted(a, 1) }

func (q Query) accepted(a Answer, among int) bool {
	return slices.ContainsFunc(a.Practices[:min(among, len(a.Practices))], func(of []string) bool {
		return slices.ContainsFunc(of, func(p string) bool { return slices.Contains(q.Practices, p) })
	})
}

// String is one line of figures in percent.
func (f Figures) String() string {
	return fmt.Sprintf("first %.1f, among three %.1f (of %d), turned away %.1f; out of scope recognised %.1f (of %d), near ones %.1f (of %d); harm recognised %.1f (of %d), raised falsely %.2f (of %d)",
		f.First.Percent(), f.Three.Percent(), f.First.Of, f.TurnedAway.Percent(), f.Out.Percent(), f.Out.Of, f.Near.Percent(), f.Near.Of,
		f.Harm.Percent(), f.Harm.Of, f.FalseHarm.Percent(), f.FalseHarm.Of)
}
