// Package classify learns from examples which class a text belongs to. It knows
// nothing of scripts or Slack: a text is a list of features, whatever they are.
//
// Three learners look at the same examples in different ways, and what they say
// is added up: Linear weighs features against each other, Bayes counts them, and
// Nearest asks which examples are most alike. All of them are deterministic.
package classify

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// Example is a text of a known class, from 0.
type Example struct {
	Class    int
	Features []string
}

// Text is a text as the learners see it.
type Text struct {
	ids     []int32   // of its features, ascending
	weights []float32 // tf-idf, of length 1
}

// Space is the features of a set of examples. Make it once, with NewSpace, and
// read every text with it.
type Space struct {
	ids   map[string]int32
	names []string
	idf   []float32
}

// NewSpace takes in the features of examples. Pairs of words ("cut off") that
// only one example has teach little and are left out.
func NewSpace(examples []Example) *Space {
	s := &Space{ids: map[string]int32{}}
	count := map[string]int{}
	for _, e := range examples {
		seen := map[string]bool{}
		for _, f := range e.Features {
			if !seen[f] {
				seen[f] = true
				count[f]++
			}
		}
	}
	for _, e := range examples {
		for _, f := range e.Features {
			if _, known := s.ids[f]; known || count[f] < 2 && strings.Contains(f, " ") {
				continue
			}
			s.ids[f] = int32(len(s.names)) //nolint:gosec // memory ends long before
			s.names = append(s.names, f)
			s.idf = append(s.idf, float32(math.Log((1+float64(len(examples)))/(1+float64(count[f])))+1))
		}
	}
	return s
}

// Knows says whether an example has a feature.
func (s *Space) Knows(feature string) bool {
	_, ok := s.ids[feature]
	return ok
}

// Read takes a text apart. Features that no example has are left out.
func (s *Space) Read(features []string) Text {
	all := make([]int32, 0, len(features))
	for _, f := range features {
		if id, ok := s.ids[f]; ok {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	t := Text{ids: make([]int32, 0, len(all)), weights: make([]float32, 0, len(all))}
	square := 0.0
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to] == all[from] {
			to++
		}
		w := (1 + math.Log(float64(to-from))) * float64(s.idf[all[from]])
		square += w * w
		t.ids, t.weights = append(t.ids, all[from]), append(t.weights, float32(w))
		from = to
	}
	if square > 0 {
		scale := float32(1 / math.Sqrt(square))
		for i := range t.weights {
			t.weights[i] *= scale
		}
	}
	return t
}

// ReadAll reads the examples themselves.
func (s *Space) ReadAll(examples []Example) ([]Text, []int) {
	texts, classes := make([]Text, len(examples)), make([]int, len(examples))
	for i, e := range examples {
		texts[i], classes[i] = s.Read(e.Features), e.Class
	}
	return texts, classes
}

// Share is how far a feature counts in a text.
type Share struct {
	Feature string
	Value   float64
}

// sorted puts the strongest shares first.
func sorted(shares []Share) []Share {
	sort.SliceStable(shares, func(i, j int) bool { return shares[i].Value > shares[j].Value })
	return shares
}
