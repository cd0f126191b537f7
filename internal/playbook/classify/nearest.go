package classify

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// Nearest keeps all examples, and asks which of each class a text has most in
// common with.
type Nearest struct {
	classes  int
	class    []int
	postings [][]posting // by feature
}

type posting struct {
	text   int32
	weight float32
}

// everywhere is in how many examples a feature is that says little of how alike
// two texts are, and only takes time.
const everywhere = 500

// NewNearest keeps texts of the classes 0 to n-1.
func NewNearest(s *Space, texts []Text, class []int, n int) *Nearest {
	nn := &Nearest{classes: n, class: class, postings: make([][]posting, len(s.idf))}
	for i, t := range texts {
		for k, id := range t.ids {
			nn.postings[id] = append(nn.postings[id], posting{int32(i), rounded(t.weights[k])})
		}
	}
	for id, list := range nn.postings {
		if len(list) > everywhere {
			nn.postings[id] = nil
		}
	}
	return nn
}

// Alike is how alike the three nearest examples of a class are, from 0 to 1.
type Alike [3]float32

// Take makes room for an example that is alike by x.
func (a *Alike) Take(x float32) {
	switch {
	case x > a[0]:
		a[0], a[1], a[2] = x, a[0], a[1]
	case x > a[1]:
		a[1], a[2] = x, a[1]
	case x > a[2]:
		a[2] = x
	}
}

// Score is one number for all three; the nearest counts most.
func (a Alike) Score() float32 { return 0.6*a[0] + 0.25*a[1] + 0.15*a[2] }

// Find returns the nearest examples of every class.
func (nn *Nearest) Find(t Text) []Alike {
	best := make([]Alike, nn.classes)
	nn.each(t, func(text int32, alike float32) { best[nn.class[text]].Take(alike) })
	return best
}

// shared is what each doing of each adds up in, kept so that it allocates little.
type shared struct {
	alike   []float32 // by example
	touched []int32   // the examples that have something in common with the text
}

var pool = sync.Pool{New: func() any { return &shared{} }}

// each calls found with every example that has something in common with a text.
func (nn *Nearest) each(t Text, found func(text int32, alike float32)) {
	sh := pool.Get().(*shared)
	defer pool.Put(sh)
	if len(sh.alike) < len(nn.class) {
		sh.alike = make([]float32, len(nn.class))
	}
	for k, id := range t.ids {
		w := t.weights[k]
		for _, p := range nn.postings[id] {
			if sh.alike[p.text] == 0 {
				sh.touched = append(sh.touched, p.text)
			}
			sh.alike[p.text] += p.weight * w
		}
	}
	for _, text := range sh.touched {
		found(text, sh.alike[text])
		sh.alike[text] = 0
	}
	sh.touched = sh.touched[:0]
}

// Of lists the examples of a class that are most like a text, at most n, the
// nearest first, by their place among all examples.
func (nn *Nearest) Of(t Text, class, n int) []int {
	alike := map[int]float32{}
	nn.each(t, func(text int32, x float32) {
		if nn.class[text] == class {
			alike[int(text)] = x
		}
	})
	found := slices.Sorted(maps.Keys(alike))
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(alike[b], alike[a]) })
	return found[:min(n, len(found))]
}
