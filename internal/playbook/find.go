package playbook

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// Match is a script that fits. Score only orders.
type Match struct {
	Script *Script
	Score  float64
}

// Name is who a text is about. All of it is empty when nobody is named, or when
// the one named is who did it.
type Name struct {
	UserID  string // of a mention, <@U1|sam>
	Label   string // of a mention; a username, so look up the display name
	Written string // as written: "Dr. Nguyễn"; "sam" gets its capital, "Sam"
}

// Result is what Find makes of a text.
type Result struct {
	Query string // the text as given
	// Confident is false when nothing fits; Matches may then hold near misses.
	Confident bool
	// Harm means that somebody was hurt or is in danger: show whom to turn to
	// first, and no clever line. A moment of harm is Confident and has no Matches.
	Harm    bool
	Matches []Match // best first, at most 5
	Name    Name
}

const (
	maxMatches = 5
	// What counts in a score: how well the nearest phrase fits, and how much of
	// the text the script as a whole accounts for.
	phrasePart = 0.6
	scriptPart = 0.4
	// queryPart is how much more the text's own words count than the phrase's
	// when the two are compared: people leave words out.
	queryPart = 0.55
	// Who did it decides between "I interrupted someone" and "someone
	// interrupted me".
	rightRole  = 1.25
	wrongRole  = 0.55
	notForRole = 0.7 // of a script that is for several roles, but not for the asker's
	// What a script is worth when the text has nothing of what it is about, or
	// only a hint of it.
	withoutCore = 0.7
	hintedCore  = 0.9
	// strictCore: words that can mean nothing else ("misgendered") go before what
	// the text also has ("ignored").
	strictCore = 1.15
	// noMatch is the score below which nothing is worth offering at all.
	noMatch = 0.05
	// When the finder is not confident, a script is offered as a near miss only if
	// it has a telling word in common. Noise and other business get none.
	nearMissScore    = 0.18
	nearMissEvidence = 0.20
	// A text of other business must resemble a script much more.
	strangeScore    = 0.60
	strangeEvidence = 0.85
	// Confidence: the best score, and what the text and the script have in
	// common in absolute weight (about: one telling concept). Calibrated on the
	// tuning half of testdata/queries.jsonl.
	minScore    = 0.30
	minEvidence = 0.45
	// doubtfulEvidence is what it takes when the text also has a word of other
	// business in it ("interrupted in the budget review").
	doubtfulEvidence = 0.8
	// vagueEvidence is what it takes when nothing in the text tells about the
	// moment by itself.
	vagueEvidence = 0.65
	// backedEvidence is what it takes when there is only a sign of what the script
	// is about, but other things of it for certain ("empty cup", "our VP").
	backedEvidence = 0.75
)

// Find picks the scripts for a text in Slack's own form (&amp;, <@U1|sam>).
func (l *Library) Find(text string) Result {
	r := Result{Query: text, Matches: []Match{}}
	q := l.index.read(text)
	r.Name = q.name
	r.Harm = q.harm
	if r.Harm {
		// Whoever is hurt needs people, not the words for a meeting.
		r.Confident = true
		return r
	}
	scores := l.index.score(q)
	r.Confident = len(scores) > 0 && l.index.isSure(scores[0], q)
	for _, s := range scores {
		if s.score < noMatch || !r.Confident && !s.isNear(q) {
			continue
		}
		r.Matches = append(r.Matches, Match{Script: l.scripts[s.script], Score: math.Round(s.score*1e4) / 1e4})
	}
	return r
}

// query is a text as the finder reads it.
type query struct {
	features []string // sorted
	sure     map[string]float64
	unknown  int  // words no script uses
	role     Role // of the asker: Doer, Affected, or "" if the text does not tell
	offtopic bool // it says something that is none of Ally's business
	doubtful bool // it only has a word of such business in it
	vague    bool // nothing in it tells about the moment by itself
	harm     bool
	name     Name
}

func (ix *index) read(text string) query {
	plain, people := decode(text)
	tokens := tokenize(plain)
	var q query
	if len(tokens) > maxRead {
		// Harm is looked for in all of the text; it may be the last thing said.
		q.harm = ix.isHarm(wordsOf(tokens, nil, ix.harmStem))
		tokens = tokens[:maxRead]
	}
	found := ix.findNames(tokens)
	ws := ix.words(tokens, found.first)
	ix.spell(ws)

	q.role = ix.roleOf(ws)
	q.harm = q.harm || ix.isHarm(ws)
	q.name = ix.whoItIsAbout(tokens, ws, found, people)
	q.sure = ix.featuresOf(ws)
	for key := range q.sure {
		_, known := ix.features[key]
		switch {
		case known:
			q.features = append(q.features, key)
		case key[0] != '~':
			q.unknown++
		}
	}
	ix.concepts.each(ix, ws, func(p pattern, _, _ int) bool {
		if ix.tables.concepts[p.id].Offtopic {
			q.doubtful = true
			q.offtopic = q.offtopic || len(p.elements) > 1
		}
		return !q.offtopic
	})
	q.vague = ix.vague(q.sure)
	sort.Strings(q.features)
	return q
}

// vague says that a text has concepts, but none for certain that tells about the
// moment: only hints, and things that come up in many moments.
func (ix *index) vague(sure map[string]float64) bool {
	concepts := false
	for key, s := range sure {
		if key[0] != '~' {
			continue
		}
		concepts = true
		if s == 1 && ix.telling[key] {
			return false
		}
	}
	return concepts
}

// tellingWeight is the weight from which on a concept tells about the moment.
const tellingWeight = 0.85

// What bounds the time spent on one text.
const (
	maxRead        = 80 // words: what happened is said in the first few sentences
	maxCorrections = 12
)

func (ix *index) spell(ws []word) {
	tried := 0
	for i := range ws {
		if ix.knownStems[ws[i].stem] || tried == maxCorrections {
			continue
		}
		tried++
		if right, ok := ix.speller.correct(ws[i].norm); ok {
			ws[i].norm, ws[i].stem = right, ix.stem(right)
		}
	}
}

// isHarm says whether somebody was hurt or is in danger. What only sounds like
// it ("this meeting is killing me") is taken out first.
func (ix *index) isHarm(ws []word) bool {
	covered := make([]bool, len(ws))
	ix.harmNot.each(ix, ws, func(_ pattern, from, to int) bool {
		for i := from; i <= to; i++ {
			covered[i] = true
		}
		return true
	})
	hit := false
	ix.harm.each(ix, ws, func(_ pattern, from, to int) bool {
		for i := from; i <= to; i++ {
			if covered[i] {
				return true
			}
		}
		hit = true
		return false
	})
	return hit
}

type scored struct {
	script   int
	score    float64
	evidence float64
}

// isNear says whether a script is worth offering when none fits for certain.
func (s scored) isNear(q query) bool {
	switch {
	case q.offtopic:
		return s.score >= strangeScore && s.evidence >= strangeEvidence
	case q.doubtful:
		return s.score >= nearMissScore && s.evidence >= minEvidence
	}
	return s.score >= nearMissScore && s.evidence >= nearMissEvidence
}

// scratch is what score adds up in, kept so that a search allocates little.
type scratch struct{ common, whole, best []float64 }

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// zeroed returns n zeros, in the given memory if it is large enough.
func zeroed(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// score rates every script that has something in common with the text and
// returns the best, best first; scripts that score the same come in the order
// of their ids.
func (ix *index) score(q query) []scored {
	total := unknownWeight * math.Sqrt(float64(q.unknown))
	for _, key := range q.features {
		total += ix.features[key].weight * q.sure[key]
	}
	if total == 0 || len(q.features) == 0 {
		return nil
	}
	sc := scratches.Get().(*scratch)
	defer scratches.Put(sc)
	sc.common = zeroed(sc.common, len(ix.texts))
	sc.whole = zeroed(sc.whole, len(ix.scripts))
	sc.best = zeroed(sc.best, len(ix.scripts))
	for _, key := range q.features {
		f := ix.features[key]
		weight := f.weight * q.sure[key]
		for _, t := range f.postings {
			sc.common[t] += weight
		}
		for _, s := range f.scripts {
			sc.whole[s] += weight
		}
	}
	for t, c := range sc.common {
		if c == 0 {
			continue
		}
		text := &ix.texts[t]
		like := text.share * c / (queryPart*total + (1-queryPart)*text.total)
		sc.best[text.script] = max(sc.best[text.script], like)
	}
	var top []scored
	for s, whole := range sc.whole {
		if whole == 0 {
			continue
		}
		score := (phrasePart*sc.best[s] + scriptPart*whole/total) * ix.roleFactor(s, q.role)
		switch ix.core(s, q) {
		case absent:
			if ix.cores[s].strict {
				continue
			}
			score *= withoutCore
		case hinted, backed:
			score *= hintedCore
		case certain:
			if ix.cores[s].strict {
				score *= strictCore
			}
		}
		at := len(top)
		for at > 0 && top[at-1].score < score {
			at--
		}
		if at == maxMatches {
			continue
		}
		top = slices.Insert(top, at, scored{script: s, score: score, evidence: whole})
		top = top[:min(len(top), maxMatches)]
	}
	return top
}

// roleOf says who the asker was in the moment, as far as the text tells.
func (ix *index) roleOf(ws []word) Role {
	switch {
	case ix.doer.any(ix, ws):
		return Doer
	case ix.affected.any(ix, ws):
		return Affected
	}
	return ""
}

// How far a text has what a script is about, see index.cores.
type certainty int

const (
	absent certainty = iota
	hinted           // one sign of it
	backed           // a sign of it, and something else of the script for certain
	certain
)

// core says how far a text has what a script is about. Of a script that the
// concepts know nothing of, only its phrases can tell.
func (ix *index) core(script int, q query) certainty {
	c := ix.cores[script]
	if len(c.main) == 0 {
		return certain
	}
	found := absent
	for _, key := range c.main {
		switch s := q.sure[key]; {
		case s == 1:
			return certain
		case s > 0:
			found = hinted
		}
	}
	if found == absent {
		return absent
	}
	for _, key := range c.backing {
		if q.sure[key] == 1 {
			return backed
		}
	}
	return found
}

// isSure says whether the best script may be shown as the answer. A wrong answer
// said with confidence is worse than none.
func (ix *index) isSure(best scored, q query) bool {
	if best.score < minScore || q.offtopic || ix.only[best.script] == Doer && q.role != Doer {
		return false // an apology for what somebody else did would be absurd
	}
	evidence := minEvidence
	switch {
	case q.doubtful:
		evidence = doubtfulEvidence
	case q.vague:
		evidence = vagueEvidence
	}
	switch ix.core(best.script, q) {
	case certain:
		return best.evidence >= evidence
	case backed:
		return best.evidence >= max(evidence, backedEvidence) && !ix.cores[best.script].strict
	}
	return false
}

// roleFactor weighs a script by who it is for: the words for a bystander don't
// suit the one it happened to.
func (ix *index) roleFactor(script int, role Role) float64 {
	only := ix.only[script]
	switch {
	case only == Doer || only == Affected:
		if only == role {
			return rightRole
		}
		return wrongRole
	case role != "" && !slices.Contains(ix.scripts[script].Roles, role):
		return notForRole
	}
	return 1
}
