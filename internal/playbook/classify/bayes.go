package classify

import "math"

// Bayes is complement naive Bayes (Rennie et al. 2003): a class is likely if the
// text's features are rare in all the others.
type Bayes struct {
	classes int
	own     rows      // what a feature that the class has adds to the rest
	rest    []float32 // by class: what every feature counts
}

// NewBayes learns from texts of the classes 0 to n-1. Every feature is taken to
// have been seen smooth times beforehand.
func NewBayes(s *Space, texts []Text, class []int, n int, smooth float64) *Bayes {
	count, all := make([]float32, len(s.idf)*n), make([]float64, len(s.idf))
	inClass, total := make([]float64, n), 0.0
	for i, t := range texts {
		for k, id := range t.ids {
			w := float64(t.weights[k])
			count[int(id)*n+class[i]] += t.weights[k]
			all[id] += w
			inClass[class[i]] += w
			total += w
		}
	}
	for i, x := range count {
		if x > 0 {
			a := all[i/n] + smooth
			count[i] = float32(-math.Log(math.Max(a-float64(x), smooth/2) / a))
		}
	}
	b := &Bayes{classes: n, own: newRows(count, n, 1), rest: make([]float32, n)}
	for c := range b.rest {
		b.rest[c] = float32(math.Log((total - inClass[c] + smooth*float64(len(all))) / (total + smooth*float64(len(all)))))
	}
	return b
}

// Scores rates the classes; more is better.
func (b *Bayes) Scores(t Text) []float32 {
	scores := make([]float32, b.classes)
	var length float32
	for _, w := range t.weights {
		length += w
	}
	for c, r := range b.rest {
		scores[c] = length * r
	}
	b.own.add(scores, t)
	return scores
}
