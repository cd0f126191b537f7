package playbook

import (
	"math"
	"slices"

	"allybot/internal/playbook/classify"
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
	Role    Role   // of the asker: Doer, Affected, or "" if the text does not tell
	Topic   string // what the idea or work was about: "the pricing page"; often empty
}

const maxMatches = 5

// Find picks the scripts for a text in Slack's own form (&amp;, <@U1|sam>).
func (l *Library) Find(text string) Result {
	f := l.finder()
	q := f.ask(text)
	r := Result{
		Query: text, Matches: []Match{}, Harm: q.harm, Confident: q.harm || q.ours,
		Name: f.whoItIsAbout(q.tokens, q.words, q.named, q.people), Role: q.role, Topic: f.topic(q.tokens),
	}
	if q.harm {
		// Whoever is hurt needs people, not the words for a meeting.
		return r
	}
	for _, m := range q.best(maxMatches) {
		r.Matches = append(r.Matches, Match{Script: l.byID[f.scripts[m.class]], Score: math.Round(1e4/(1+math.Exp(-m.score))) / 1e4})
	}
	return r
}

// question is a text, and what the learners make of it.
type question struct {
	reading
	text    classify.Text
	moments []float64 // how well each script fits
	doubt   opinion   // whether it is Ally's business
	danger  opinion   // whether it is a moment of harm
	offered bool      // something in it is worth a near miss
	ours    bool
	harm    bool
}

// How much what each learner says counts. Chosen on quality/tune.jsonl.
const (
	bayesPart   = 0.8
	nearestPart = 0.7
	// saidPart is added where a text is, word for word, one of a script's own.
	saidPart = 2

	oursBayes   = 0.3
	oursNearest = 4
	oursBest    = 1    // what the best script's own score adds, from -1 on
	oursFrom    = 0.7  // from here on the answer is yes
	nearFrom    = -0.5 // and from here on the nearest scripts are worth offering

	harmBayes   = 0.3
	harmNearest = 4
	// harmAlike is what resembling an example of harm adds: what resembles nothing
	// is no harm, however unusual its words.
	harmAlike = 4
	// What words of harm add to the danger, and words that only sound like it take
	// away (see harm.yaml).
	harmWords     = 1
	harmlessWords = 2
	harmFrom      = 0.7
)

func (q question) isOurs() float64 {
	best := -1.0
	for _, m := range q.moments {
		best = max(best, m)
	}
	return q.doubt.linear + oursBayes*q.doubt.bayes + oursNearest*q.doubt.nearest + oursBest*best
}

func (q question) inDanger() float64 {
	d := q.danger.linear + harmBayes*q.danger.bayes + harmNearest*q.danger.nearest + harmAlike*q.danger.alike
	switch q.reading.harm {
	case hasHarm:
		return d + harmWords
	case hasHarmless:
		return d - harmlessWords
	}
	return d
}

func (f *finder) ask(text string) question {
	q := question{reading: f.read(text)}
	if len(f.scripts) > 0 {
		q.text = f.Space.Read(q.features)
	}
	if len(f.scripts) == 0 || f.nothingKnown(q) {
		q.harm = q.reading.harm == hasHarm || q.harmLater
		return q
	}
	alike := f.Nearest.Find(q.text)
	var ours, safe classify.Alike
	for c, a := range alike {
		for _, x := range a {
			if c < len(f.scripts) {
				ours.Take(x)
			}
			if c != f.class(kindHarm) {
				safe.Take(x)
			}
		}
	}
	var elsewhere classify.Alike
	for _, x := range slices.Concat(alike[f.class(kindElsewhere)][:], alike[f.class(kindHarmless)][:]) {
		elsewhere.Take(x)
	}
	q.danger = f.Hurt.ask(q.text, alike[f.class(kindHarm)], safe)
	q.doubt = f.Ours.ask(q.text, ours, elsewhere)
	linear, bayes := f.Linear.Scores(q.text), f.Bayes.Scores(q.text)
	q.moments = make([]float64, len(f.scripts))
	for c := range q.moments {
		q.moments[c] = float64(linear[c]) + bayesPart*float64(bayes[c]) + nearestPart*float64(alike[c].Score())
	}
	q.harm = q.inDanger() > harmFrom || q.harmLater
	q.ours, q.offered = q.isOurs() > oursFrom, q.isOurs() > nearFrom
	// What an author wrote down word for word is so, whatever else it resembles.
	if class, ok := f.said[bare(text)]; ok {
		q.harm = class == f.class(kindHarm)
		q.ours = class < len(f.scripts)
		q.offered = q.ours
		if q.ours {
			q.moments[class] += saidPart
		}
	}
	return q
}

// nothingKnown: no word of the text means anything here, as in noise, or in a
// language that no content is written in.
func (f *finder) nothingKnown(q question) bool {
	for _, w := range q.words {
		if w.stem != stemStop && w.stem != stemName && len(w.norm) > 1 && !f.skip[w.stem] && !f.silent[w.stem] && f.Space.Knows(w.stem) {
			return false
		}
	}
	return true
}

type rated struct {
	class int
	score float64
}

// best lists the scripts that fit best, the best first; those that fit the same
// come in the order of their ids.
func (q question) best(n int) []rated {
	if !q.ours && !q.offered {
		return nil
	}
	top := make([]rated, 0, n+1)
	for c, score := range q.moments {
		at := len(top)
		for at > 0 && top[at-1].score < score {
			at--
		}
		if at < n {
			top = slices.Insert(top, at, rated{c, score})
			top = top[:min(len(top), n)]
		}
	}
	return top
}
