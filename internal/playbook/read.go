package playbook

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"allybot/internal/playbook/wordkin"
)

// reader takes texts apart into what can be compared: names are found and set
// aside, spelling is corrected, and what remains are words, pairs of words and
// the things people say in many ways. It is made once and only read afterwards.
type reader struct {
	tables *tables
	stems  map[string]string // of every known word, worked out once
	// building: the reader is still being made, by one goroutine.
	building bool
	skip     map[string]bool // by stem: may stand inside a pattern
	silent   map[string]bool // by stem: says nothing by itself either
	known    map[string]bool // words that are no names
	speller  *speller
	// nouns corrects what stands where a name could to what else often does.
	nouns   *speller
	objects map[string]bool // by stem: what comes before somebody it is done to

	concepts       patterns
	doer, affected patterns
	harm, harmNot  patterns
	harmPrefixes   map[string]bool // how the words of those begin
	byName, toName patterns
}

// newReader makes a reader. words are those of the content, see vocabulary.
func newReader(t *tables, words map[string]bool) *reader {
	rd := &reader{tables: t, building: true, stems: map[string]string{}, skip: map[string]bool{stemName: true}, silent: map[string]bool{}}
	for w := range t.skip {
		rd.skip[rd.stem(w)] = true
	}
	for w := range t.weightless {
		rd.silent[rd.stem(w)] = true
	}
	rd.concepts = patterns{}
	for i, c := range t.concepts {
		for _, p := range c.Words {
			rd.concepts.add(rd.compile(p, i))
		}
		for _, p := range c.Hints {
			hint := rd.compile(p, i)
			hint.hint = true
			rd.concepts.add(hint)
		}
	}
	rd.doer, rd.affected = rd.compileAll(t.doer), rd.compileAll(t.affected)
	rd.harm, rd.harmNot = rd.compileAll(t.harm), rd.compileAll(t.harmNot)
	rd.harmPrefixes = map[string]bool{}
	for _, ps := range []patterns{rd.harm, rd.harmNot} {
		for _, list := range ps {
			for _, p := range list {
				for _, e := range p.elements {
					for _, s := range e.stems {
						rd.harmPrefixes[s[:min(len(s), harmPrefix)]] = true
					}
				}
			}
		}
	}
	rd.byName, rd.toName = rd.compileAll(t.byName), rd.compileAll(t.toName)
	rd.objects = map[string]bool{}
	for _, o := range t.objects {
		var stems []string
		for _, w := range strings.Fields(o) {
			stems = append(stems, rd.stem(w))
		}
		rd.objects[strings.Join(stems, " ")] = true
	}
	rd.learnWords(words)
	rd.building = false
	return rd
}

// learnWords works out which words are right, which are no names, and what a
// misspelt one may mean.
func (rd *reader) learnWords(content map[string]bool) {
	rd.known = maps.Clone(content)
	for _, set := range []map[string]bool{rd.tables.titles, rd.tables.ordinary, rd.tables.followers, rd.tables.leaders} {
		maps.Copy(rd.known, set)
	}
	rd.speller = newSpeller(func(w string) bool { return rd.known[w] || isEnglish(w) }, content)
	nouns := maps.Clone(rd.tables.people)
	maps.Copy(nouns, rd.tables.subjects)
	rd.nouns = newSpeller(func(w string) bool { return rd.known[w] }, nouns)
	for w := range rd.known {
		rd.stems[w] = rd.stem(w)
	}
}

// vocabulary is the words of the content, which the finder corrects to. People's
// phrases have mistakes and names in them, so of those a word must come up in
// several scripts, in small letters, and not be a first name.
func (rd *reader) vocabulary(scripts []*Script) map[string]bool {
	known := map[string]bool{}
	each := func(text string, do func(norm string, of token)) {
		for _, tok := range tokenize(text) {
			do(tok.norm, tok)
			for _, w := range wordsOf([]token{tok}, nil, func(norm string) string { return norm }) {
				do(w.norm, tok)
			}
		}
	}
	take := func(w string, _ token) { known[w] = true }
	lastScript, scriptsWith := map[string]int{}, map[string]int{}
	for i, s := range scripts {
		each(s.Title, take)
		each(s.Moment, take)
		for _, list := range [][]string{s.Phrases, s.phrasings} {
			for _, p := range list {
				each(p, func(w string, of token) {
					if lastScript[w] != i+1 && !isCapital(of.raw) {
						lastScript[w] = i + 1
						scriptsWith[w]++
					}
				})
			}
		}
	}
	for w, n := range scriptsWith {
		if n >= commonIn && !rd.tables.given[w] {
			known[w] = true
		}
	}
	for _, c := range rd.tables.concepts {
		for _, p := range append(c.Words[:len(c.Words):len(c.Words)], c.Hints...) {
			each(p, take)
		}
	}
	for _, list := range [][]string{rd.tables.doer, rd.tables.affected, rd.tables.harm, rd.tables.harmNot, rd.tables.byName, rd.tables.toName} {
		for _, p := range list {
			each(p, take)
		}
	}
	for _, set := range []map[string]bool{rd.tables.forms, rd.tables.skip, rd.tables.weightless} {
		maps.Copy(known, set)
	}
	return known
}

// commonIn is in how many scripts a word of people's phrases must come up to be
// taken for right.
const commonIn = 3

// reading is a text taken apart.
type reading struct {
	tokens    []token
	words     []word
	people    []mention
	named     foundNames
	fixed     map[string]string // misspelt words, and what they were taken for
	role      Role              // of the asker: Doer, Affected, or "" if the text does not tell
	harm      wordsOfHarm
	harmLater bool // words of harm come after what is read
	// features are what the learners see: stems, pairs of stems ("cut off"),
	// concepts ("~interrupt"), hints of them ("?interrupt"), groups of words used
	// alike ("=12", "≈345"), and who the asker is in it ("@affected").
	features []string
}

// What bounds the time spent on one text.
const (
	maxRead        = 120 // words: what happened is said in the first few sentences
	maxCorrections = 12
)

func (rd *reader) read(text string) reading {
	plain, people := decode(text)
	r := reading{tokens: tokenize(plain), people: people}
	if len(r.tokens) > maxRead {
		// Harm is looked for in all of the text; it may be the last thing said.
		r.harmLater = rd.harmIn(wordsOf(r.tokens[maxRead:], nil, rd.harmStem)) == hasHarm
		r.tokens = r.tokens[:maxRead]
	}
	r.named = rd.findNames(r.tokens)
	r.words = rd.words(r.tokens, r.named.first)
	r.fixed = rd.spell(r.words)
	r.role = rd.roleOf(r.words)
	r.harm = rd.harmIn(r.words)
	r.features = rd.features(r.words, r.role)
	return r
}

func isEnglish(word string) bool {
	_, ok := wordkin.Of(word)
	return ok
}

func (rd *reader) spell(ws []word) map[string]string {
	var fixed map[string]string
	tried := 0
	for i := range ws {
		if rd.speller.known(ws[i].norm) || ws[i].stem == stemName || ws[i].stem == stemStop || tried == maxCorrections {
			continue
		}
		tried++
		if right, ok := rd.speller.correct(ws[i].norm); ok {
			if fixed == nil {
				fixed = map[string]string{}
			}
			fixed[ws[i].norm] = right
			ws[i].norm, ws[i].stem = right, rd.stem(right)
		}
	}
	return fixed
}

func (rd *reader) features(ws []word, role Role) []string {
	fs := make([]string, 0, 2*len(ws)+8)
	before := ""
	for _, w := range ws {
		if w.stem == stemStop {
			continue
		}
		fs = append(fs, w.stem)
		if before != "" {
			fs = append(fs, before+" "+w.stem)
		}
		before = w.stem
		if kin, ok := wordkin.Of(w.norm); ok && !rd.skip[w.stem] && !rd.silent[w.stem] {
			fs = append(fs, "="+strconv.Itoa(int(kin.Fine)), "≈"+strconv.Itoa(int(kin.Coarse)))
		}
	}
	seen := map[string]bool{}
	rd.concepts.each(rd, ws, func(p pattern, _, _ int) bool {
		key := "~" + rd.tables.concepts[p.id].ID
		if p.hint {
			key = "?" + rd.tables.concepts[p.id].ID
		}
		if !seen[key] {
			seen[key] = true
			fs = append(fs, key)
		}
		return true
	})
	fs = append(fs, "@"+string(role))
	if !slices.ContainsFunc(ws, func(w word) bool { return firstPerson[w.norm] }) {
		fs = append(fs, "@others") // it is about other people only
	}
	return fs
}

var firstPerson = wordSet("i me my mine myself we us our ours im ive")

// roleOf says who the asker was in the moment, as far as the text tells.
func (rd *reader) roleOf(ws []word) Role {
	switch {
	case rd.doer.any(rd, ws):
		return Doer
	case rd.affected.any(rd, ws):
		return Affected
	}
	return ""
}

// wordsOfHarm says whether a text has words of harm.
type wordsOfHarm int

const (
	hasNone     wordsOfHarm = iota
	hasHarmless             // only such as sound like it: "this meeting is killing me"
	hasHarm
)

func (rd *reader) harmIn(ws []word) wordsOfHarm {
	covered, found := make([]bool, len(ws)), hasNone
	rd.harmNot.each(rd, ws, func(_ pattern, from, to int) bool {
		found = hasHarmless
		for i := from; i <= to; i++ {
			covered[i] = true
		}
		return true
	})
	rd.harm.each(rd, ws, func(_ pattern, from, to int) bool {
		for i := from; i <= to; i++ {
			if covered[i] {
				return true
			}
		}
		found = hasHarm
		return false
	})
	return found
}
