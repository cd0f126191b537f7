package playbook

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"allybot/internal/playbook/classify"
)

// finder has learnt from the scripts' phrases which words belong to which moment,
// and from the examples what is none of Ally's business and what is harm. It is
// made once and only read afterwards.
type finder struct {
	*reader
	scripts []string       // ids, by class; the kinds of examples come after them
	texts   []string       // what it learnt from
	said    map[string]int // the class of each text, by its bare words
	from    fingerprint
	learnt
}

// learnt is what learning comes to.
type learnt struct {
	Words   []string // the words of the content, which spelling is corrected to
	Space   *classify.Space
	Linear  *classify.Linear
	Bayes   *classify.Bayes
	Nearest *classify.Nearest
	Ours    gate // is it Ally's business?
	Hurt    gate // was somebody hurt, or is in danger?
}

// The kinds of examples, as classes after those of the scripts.
const (
	kindElsewhere = iota
	kindHarmless
	kindHarm
	kinds
)

func (f *finder) class(kind int) int { return len(f.scripts) + kind }

// gate answers yes or no, in three ways that are added up; the third is which
// examples are nearest.
type gate struct {
	Linear *classify.Linear
	Bayes  *classify.Bayes
}

// How the learners learn. Chosen on quality/tune.jsonl.
const (
	bayesSmooth     = 1
	gateBayesSmooth = 0.3
)

var (
	learnMoments = classify.Options{Epochs: 10, Decay: 1e-5}
	learnOurs    = classify.Options{Epochs: 40, Decay: 3e-5, Favour: 1}
	learnHarm    = classify.Options{Epochs: 30, Decay: 3e-6, Favour: 3}
)

// lastFinder saves learning the same again: after a change to a file that the
// finder does not look at, and wherever a process makes the same library twice.
var lastFinder struct {
	sync.Mutex
	*finder
}

// newFinder makes a finder for scripts. What was kept of learning from the same is
// taken; without it this takes seconds.
func newFinder(scripts []*Script, t *tables, e examples, kept []byte) *finder {
	f := &finder{said: map[string]int{}}
	var class []int
	take := func(c int, texts []string) {
		for _, text := range texts {
			f.texts, class = append(f.texts, text), append(class, c)
			if words := bare(text); words != "" {
				f.said[words] = c
			}
		}
	}
	for c, s := range scripts {
		f.scripts = append(f.scripts, s.ID)
		take(c, s.Described())
	}
	for kind, list := range [kinds][]string{kindElsewhere: e.elsewhere, kindHarmless: e.harmless, kindHarm: e.harm} {
		take(f.class(kind), list)
	}
	f.from = fingerprintOf(f.scripts, f.texts, class, t)

	lastFinder.Lock()
	defer lastFinder.Unlock()
	if lastFinder.finder != nil && lastFinder.finder.from == f.from {
		return lastFinder.finder
	}
	var ok bool
	if f.learnt, ok = readKept(kept, f.from); ok {
		f.reader = newReader(t, wordSet(strings.Join(f.Words, " ")))
	} else {
		f.learn(scripts, t, class)
	}
	lastFinder.finder = f
	return f
}

// bare is a text without anything but its letters and digits.
func bare(text string) string {
	return strings.Join(strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// learn takes seconds.
func (f *finder) learn(scripts []*Script, t *tables, class []int) {
	words := newReader(t, map[string]bool{}).vocabulary(scripts)
	f.reader = newReader(t, words)
	f.Words = slices.Sorted(maps.Keys(words))
	if len(scripts) == 0 {
		return // there is nothing to find
	}
	all := make([]classify.Example, len(f.texts))
	readers := runtime.GOMAXPROCS(0)
	var reading sync.WaitGroup
	for first := range readers {
		reading.Go(func() {
			for i := first; i < len(all); i += readers {
				all[i] = classify.Example{Class: class[i], Features: f.read(f.texts[i]).features}
			}
		})
	}
	reading.Wait()
	f.Space = classify.NewSpace(all)
	texts, _ := f.Space.ReadAll(all)
	f.Nearest = classify.NewNearest(f.Space, texts, class, f.class(kinds))
	moments := slices.IndexFunc(class, func(c int) bool { return c >= len(scripts) })
	if moments < 0 {
		moments = len(class)
	}

	var work sync.WaitGroup
	work.Go(func() {
		f.Linear = classify.NewLinear(f.Space, texts[:moments], class[:moments], len(scripts), learnMoments)
	})
	work.Go(func() {
		f.Bayes = classify.NewBayes(f.Space, texts[:moments], class[:moments], len(scripts), bayesSmooth)
		f.Ours = f.learnGate(learnOurs, texts, class, func(c int) verdict {
			switch c {
			case f.class(kindElsewhere), f.class(kindHarmless):
				return no
			case f.class(kindHarm):
				return unasked
			}
			return yes
		})
		f.Hurt = f.learnGate(learnHarm, texts, class, func(c int) verdict {
			if c == f.class(kindHarm) {
				return yes
			}
			return no
		})
	})
	work.Wait()
}

// Described is everything that says what the moment of a script is, in any
// language: what Find learns from.
func (s *Script) Described() []string {
	texts := []string{s.Title, s.Moment}
	texts = append(texts, s.Phrases...)
	texts = append(texts, s.phrasings...)
	for _, t := range s.translations {
		texts = append(texts, t.Described()...)
	}
	return texts
}

// verdict is what a gate is taught about a class.
type verdict int

const (
	yes verdict = iota
	no
	unasked
)

func (f *finder) learnGate(o classify.Options, all []classify.Text, class []int, ask func(class int) verdict) gate {
	var texts []classify.Text
	var answers []int
	for i, t := range all {
		if a := ask(class[i]); a != unasked {
			texts, answers = append(texts, t), append(answers, int(a))
		}
	}
	return gate{
		Linear: classify.NewLinear(f.Space, texts, answers, 1, o),
		Bayes:  classify.NewBayes(f.Space, texts, answers, 2, gateBayesSmooth),
	}
}

// opinion is what the three ways say, each more for yes and less for no.
type opinion struct {
	linear, bayes, nearest float64
	alike                  float64 // how alike the nearest examples of yes are, 0 to 1
}

func (g gate) ask(t classify.Text, alikeYes, alikeNo classify.Alike) opinion {
	b := g.Bayes.Scores(t)
	return opinion{
		linear:  float64(g.Linear.Scores(t)[0]),
		bayes:   float64(b[yes] - b[no]),
		nearest: float64(alikeYes.Score() - alikeNo.Score()),
		alike:   float64(alikeYes.Score()),
	}
}
