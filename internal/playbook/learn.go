package playbook

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"

	"allybot/internal/playbook/classify"
)

// finder has learnt from the scripts' phrases which words belong to which moment,
// and from the examples what is none of Ally's business and what is harm. It is
// made once and only read afterwards.
type finder struct {
	*reader
	scripts []string // ids, by class; the kinds of examples come after them
	texts   []string // what it learnt from
	space   *classify.Space
	linear  *classify.Linear
	bayes   *classify.Bayes
	nearest *classify.Nearest
	ours    gate // is it Ally's business?
	hurt    gate // was somebody hurt, or is in danger?
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
	linear *classify.Linear
	bayes  *classify.Bayes
}

// How the learners learn. Chosen on the tuning half of testdata/tune.jsonl.
const (
	bayesSmooth     = 1
	gateBayesSmooth = 0.3
)

var (
	learnMoments = classify.Options{Epochs: 10, Decay: 1e-5}
	learnOurs    = classify.Options{Epochs: 40, Decay: 3e-5, Favour: 1}
	learnHarm    = classify.Options{Epochs: 30, Decay: 3e-6, Favour: 3}
)

// lastLearnt saves learning the same again: after a change to a file that the
// finder does not look at, and wherever a process makes the same library twice.
var lastLearnt struct {
	sync.Mutex
	from [sha256.Size]byte
	*finder
}

func learntFrom(scripts []*Script, t *tables, e examples) *finder {
	h := sha256.New()
	for _, s := range scripts {
		fmt.Fprintf(h, "%q %q\n", s.ID, s.Described())
	}
	fmt.Fprintf(h, "%v %q", *t, e) // fmt sorts maps
	var from [sha256.Size]byte
	h.Sum(from[:0])

	lastLearnt.Lock()
	defer lastLearnt.Unlock()
	if lastLearnt.finder == nil || lastLearnt.from != from {
		lastLearnt.from, lastLearnt.finder = from, learn(scripts, t, e)
	}
	return lastLearnt.finder
}

// learn makes a finder; it takes a second or two.
func learn(scripts []*Script, t *tables, e examples) *finder {
	f := &finder{reader: newReader(t, scripts)}
	var all []classify.Example
	take := func(class int, text string) {
		f.texts = append(f.texts, text)
		all = append(all, classify.Example{Class: class})
	}
	for class, s := range scripts {
		f.scripts = append(f.scripts, s.ID)
		for _, text := range s.Described() {
			take(class, text)
		}
	}
	moments := len(all)
	for kind, list := range [kinds][]string{kindElsewhere: e.elsewhere, kindHarmless: e.harmless, kindHarm: e.harm} {
		for _, text := range list {
			take(f.class(kind), text)
		}
	}
	if len(scripts) == 0 {
		return f // there is nothing to find
	}
	readers := runtime.GOMAXPROCS(0)
	var reading sync.WaitGroup
	for first := range readers {
		reading.Go(func() {
			for i := first; i < len(all); i += readers {
				all[i].Features = f.read(f.texts[i]).features
			}
		})
	}
	reading.Wait()
	f.space = classify.NewSpace(all)
	texts, class := f.space.ReadAll(all)
	f.nearest = classify.NewNearest(f.space, texts, class, f.class(kinds))

	var work sync.WaitGroup
	work.Go(func() {
		f.linear = classify.NewLinear(f.space, texts[:moments], class[:moments], len(scripts), learnMoments)
	})
	work.Go(func() {
		f.bayes = classify.NewBayes(f.space, texts[:moments], class[:moments], len(scripts), bayesSmooth)
		f.ours = f.learnGate(learnOurs, texts, class, func(c int) answer {
			switch c {
			case f.class(kindElsewhere), f.class(kindHarmless):
				return no
			case f.class(kindHarm):
				return unasked
			}
			return yes
		})
		f.hurt = f.learnGate(learnHarm, texts, class, func(c int) answer {
			if c == f.class(kindHarm) {
				return yes
			}
			return no
		})
	})
	work.Wait()
	return f
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

type answer int

const (
	yes answer = iota
	no
	unasked
)

func (f *finder) learnGate(o classify.Options, all []classify.Text, class []int, ask func(class int) answer) gate {
	var texts []classify.Text
	var answers []int
	for i, t := range all {
		if a := ask(class[i]); a != unasked {
			texts, answers = append(texts, t), append(answers, int(a))
		}
	}
	return gate{
		linear: classify.NewLinear(f.space, texts, answers, 1, o),
		bayes:  classify.NewBayes(f.space, texts, answers, 2, gateBayesSmooth),
	}
}

// opinion is what the three ways say, each more for yes and less for no.
type opinion struct {
	linear, bayes, nearest float64
	alike                  float64 // how alike the nearest examples of yes are, 0 to 1
}

func (g gate) ask(t classify.Text, alikeYes, alikeNo classify.Alike) opinion {
	b := g.bayes.Scores(t)
	return opinion{
		linear:  float64(g.linear.Scores(t)[0]),
		bayes:   float64(b[yes] - b[no]),
		nearest: float64(alikeYes.Score() - alikeNo.Score()),
		alike:   float64(alikeYes.Score()),
	}
}
