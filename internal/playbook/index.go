package playbook

import (
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
)

// index is what Find works with; it is made once and only read afterwards.
type index struct {
	tables *tables
	stems  map[string]string // of every known word, worked out once
	// building: the index is still being made, by one goroutine.
	building bool
	skip     map[string]bool // by stem: may stand inside a pattern
	silent   map[string]bool // by stem: weighs nothing
	speller  *speller
	// nouns corrects what stands where a name could to what else often does.
	nouns   *speller
	objects map[string]bool // by stem: what comes before somebody it is done to
	// knownStems are those of the vocabulary: "punching" is no mistake if the
	// content has "punch".
	knownStems map[string]bool

	concepts       patterns
	doer, affected patterns
	harm, harmNot  patterns
	harmPrefixes   map[string]bool // how the words of those begin
	byName, toName patterns

	scripts []*Script
	only    []Role // of a script that is for one role alone, or ""

	telling  map[string]bool // concepts that tell about the moment by themselves
	cores    []core
	features map[string]feature
	texts    []indexed // phrases, titles and moments
}

// core is what a script is about. Words in common without any of it ("called out
// in the meeting", "called she in the meeting") make nobody sure of a script.
type core struct {
	main    []string // telling concepts that many of its texts hold
	backing []string // what else its texts say that is more than background
	// strict: only its own words make sure of it, a sign is not enough.
	strict bool
}

// feature is a concept ("~interrupt") or a stem that texts have in common.
type feature struct {
	weight   float64
	postings []int // the texts that hold it, ascending
	scripts  []int // the scripts that hold it, ascending
}

// indexed is one text of a script. share is what a match of it is worth: a
// phrase is what people type, a moment is our own description.
type indexed struct {
	script int
	total  float64 // the weight of all its features
	share  float64
}

// How much the kinds of features and texts count. Concepts carry the meaning;
// a bare stem is a weak sign.
const (
	stemWeight    = 0.22
	unknownWeight = 0.45 // a word that no script uses speaks against all of them
	titleShare    = 1.0
	momentShare   = 0.85
	hintShare     = 0.5 // of a concept's weight, when only a hint of it is there
)

func newIndex(scripts []*Script, t *tables) *index {
	ix := &index{tables: t, building: true, scripts: scripts, stems: map[string]string{}, knownStems: map[string]bool{stemName: true, stemStop: true}, skip: map[string]bool{}, silent: map[string]bool{}, features: map[string]feature{}}
	ix.skip[stemName] = true // "cut Priya off"
	for w := range t.skip {
		ix.skip[ix.stem(w)] = true
		ix.silent[ix.stem(w)] = true
	}
	for w := range t.weightless {
		ix.silent[ix.stem(w)] = true
	}
	ix.concepts = patterns{}
	for i, c := range t.concepts {
		for _, p := range c.Words {
			ix.concepts.add(ix.compile(p, i))
		}
		for _, p := range c.Hints {
			hint := ix.compile(p, i)
			hint.hint = true
			ix.concepts.add(hint)
		}
	}
	ix.doer, ix.affected = ix.compileAll(t.doer), ix.compileAll(t.affected)
	ix.harm, ix.harmNot = ix.compileAll(t.harm), ix.compileAll(t.harmNot)
	ix.harmPrefixes = map[string]bool{}
	for _, ps := range []patterns{ix.harm, ix.harmNot} {
		for _, list := range ps {
			for _, p := range list {
				for _, e := range p.elements {
					for _, s := range e.stems {
						ix.harmPrefixes[s[:min(len(s), harmPrefix)]] = true
					}
				}
			}
		}
	}
	ix.byName, ix.toName = ix.compileAll(t.byName), ix.compileAll(t.toName)
	content := ix.vocabulary()
	known := maps.Clone(content)
	for _, set := range []map[string]bool{t.titles, t.ordinary, t.followers, t.leaders} {
		maps.Copy(known, set)
	}
	ix.speller = newSpeller(known, content)
	nouns := maps.Clone(t.people)
	maps.Copy(nouns, t.subjects)
	ix.nouns = newSpeller(known, nouns)
	ix.objects = map[string]bool{}
	for _, o := range t.objects {
		var stems []string
		for _, w := range strings.Fields(o) {
			stems = append(stems, ix.stem(w))
		}
		ix.objects[strings.Join(stems, " ")] = true
	}
	for w := range ix.speller.known {
		s := ix.stem(w)
		ix.stems[w] = s
		ix.knownStems[s] = true
	}
	for i, s := range scripts {
		only := Role("")
		if len(s.Roles) == 1 {
			only = s.Roles[0]
		}
		ix.only = append(ix.only, only)
		ix.addText(i, s.Title, titleShare)
		ix.addText(i, s.Moment, momentShare)
		for _, p := range s.Phrases {
			ix.addText(i, p, 1)
		}
	}
	ix.weigh()
	ix.findCores()
	ix.building = false
	return ix
}

const (
	// coreShare is the share of a script's texts from which on a concept is what
	// the script is about, or ownShare if it is so in no script. What has less is
	// there by chance.
	coreShare = 0.4
	ownShare  = 0.1
	// mainShare is the share from which on a script is about hardly anything else.
	mainShare = 0.75
	// backingWeight is the weight from which on a concept is more than background.
	backingWeight = 0.5
)

// findCores works out what every script is about from what its texts say.
func (ix *index) findCores() {
	texts := make([]int, len(ix.scripts))
	for _, t := range ix.texts {
		texts[t.script]++
	}
	ix.cores = make([]core, len(ix.scripts))
	for _, c := range ix.tables.concepts {
		weight := 1.0
		if c.Weight != nil {
			weight = *c.Weight
		}
		key := "~" + c.ID
		f, held := ix.features[key], make([]int, len(ix.scripts))
		for _, t := range f.postings {
			held[ix.texts[t].script]++
		}
		shareOf := func(s int) float64 { return float64(held[s]) / float64(texts[s]) }
		enough := ownShare
		if slices.ContainsFunc(f.scripts, func(s int) bool { return shareOf(s) >= coreShare }) {
			enough = coreShare
		}
		for _, s := range f.scripts {
			share := shareOf(s)
			own := share >= enough
			switch {
			case weight >= tellingWeight && own:
				ix.cores[s].main = append(ix.cores[s].main, key)
				ix.cores[s].strict = ix.cores[s].strict || c.Strict && share >= mainShare
			case weight >= backingWeight && weight < tellingWeight && share >= ownShare:
				ix.cores[s].backing = append(ix.cores[s].backing, key)
			}
		}
	}
}

// vocabulary is every word of the content, which the finder corrects to.
func (ix *index) vocabulary() map[string]bool {
	known := map[string]bool{}
	add := func(text string) {
		for _, tok := range tokenize(text) {
			for _, w := range ix.words([]token{tok}, nil) {
				known[w.norm] = true
			}
			known[tok.norm] = true
		}
	}
	for _, s := range ix.scripts {
		add(s.Title)
		add(s.Moment)
		for _, p := range s.Phrases {
			add(p)
		}
	}
	for _, c := range ix.tables.concepts {
		for _, p := range append(c.Words[:len(c.Words):len(c.Words)], c.Hints...) {
			add(p)
		}
	}
	for _, list := range [][]string{ix.tables.doer, ix.tables.affected, ix.tables.harm, ix.tables.harmNot, ix.tables.byName, ix.tables.toName} {
		for _, p := range list {
			add(p)
		}
	}
	for _, set := range []map[string]bool{ix.tables.forms, ix.tables.skip, ix.tables.weightless} {
		for w := range set {
			known[w] = true
		}
	}
	return known
}

func (ix *index) addText(script int, text string, share float64) {
	at := len(ix.texts)
	ix.texts = append(ix.texts, indexed{script: script, share: share})
	for key := range ix.featuresOf(ix.words(tokenize(text), nil)) {
		f := ix.features[key]
		f.postings = append(f.postings, at)
		if n := len(f.scripts); n == 0 || f.scripts[n-1] != script {
			f.scripts = append(f.scripts, script)
		}
		ix.features[key] = f
	}
}

// featuresOf takes a text apart: the concepts in it and the stems, each with how
// surely it is there, 0 to 1.
func (ix *index) featuresOf(ws []word) map[string]float64 {
	fs := map[string]float64{}
	hintEnd := map[string]int{} // where the first hint of a concept ends
	ix.concepts.each(ix, ws, func(p pattern, from, to int) bool {
		c := ix.tables.concepts[p.id]
		key := "~" + c.ID
		switch end, before := hintEnd[key]; {
		case !p.hint, before && from > end && !c.Strict:
			fs[key] = 1 // two hints bear each other out
		case !before:
			hintEnd[key] = to
			fs[key] = max(fs[key], hintShare)
		}
		return true
	})
	for _, w := range ws {
		if w.stem != stemStop && w.stem != stemName && w.stem != stemNot && !ix.silent[w.stem] {
			fs[w.stem] = 1
		}
	}
	return fs
}

// weigh gives every feature its weight: what few scripts share tells more
// (inverse document frequency, scaled to 0.25 … 1).
func (ix *index) weigh() {
	base := map[string]float64{}
	ix.telling = map[string]bool{}
	for _, c := range ix.tables.concepts {
		base["~"+c.ID] = 1
		if c.Weight != nil {
			base["~"+c.ID] = *c.Weight
		}
		if c.Offtopic {
			base["~"+c.ID] = 0
		}
		ix.telling["~"+c.ID] = base["~"+c.ID] >= tellingWeight
	}
	n := float64(len(ix.scripts))
	keys := make([]string, 0, len(ix.features))
	for key := range ix.features {
		keys = append(keys, key)
	}
	sort.Strings(keys) // sums of floats depend on their order; Find is deterministic
	for _, key := range keys {
		f := ix.features[key]
		df := float64(len(f.scripts))
		idf := math.Log(1+(n-df+0.5)/(df+0.5)) / math.Log(1+(n+0.5)/1.5)
		b, isConcept := base[key]
		if !isConcept {
			b = stemWeight
		}
		f.weight = b * (0.25 + 0.75*math.Max(0, math.Min(1, idf)))
		ix.features[key] = f
		for _, t := range f.postings {
			ix.texts[t].total += f.weight
		}
	}
}
