package classify

import "sort"

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

// everywhere is the share of all examples from which on a feature says nothing of
// how alike two texts are, and only takes time.
const everywhere = 0.05

// NewNearest keeps texts of the classes 0 to n-1.
func NewNearest(s *Space, texts []Text, class []int, n int) *Nearest {
	nn := &Nearest{classes: n, class: class, postings: make([][]posting, len(s.idf))}
	for i, t := range texts {
		for k, id := range t.ids {
			nn.postings[id] = append(nn.postings[id], posting{int32(i), t.weights[k]})
		}
	}
	for id, list := range nn.postings {
		if float64(len(list)) > everywhere*float64(len(texts)) {
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
	for i, x := range nn.common(t) {
		if x > 0 {
			best[nn.class[i]].Take(x)
		}
	}
	return best
}

func (nn *Nearest) common(t Text) []float32 {
	common := make([]float32, len(nn.class))
	for k, id := range t.ids {
		w := t.weights[k]
		for _, p := range nn.postings[id] {
			common[p.text] += p.weight * w
		}
	}
	return common
}

// Of lists the examples of a class that are most like a text, at most n, the
// nearest first, by their place among all examples.
func (nn *Nearest) Of(t Text, class, n int) []int {
	common := nn.common(t)
	var found []int
	for i, x := range common {
		if x > 0 && nn.class[i] == class {
			found = append(found, i)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return common[found[i]] > common[found[j]] })
	return found[:min(n, len(found))]
}
