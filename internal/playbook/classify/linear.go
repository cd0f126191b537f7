package classify

import (
	"math"
	"math/rand/v2"
)

// Linear gives every class a weight for each feature: a linear support vector
// machine per class against all others, learnt by stochastic gradient descent
// (Shalev-Shwartz et al. 2007, "Pegasos").
type Linear struct {
	classes int
	weights rows
	bias    []float32
}

// Options says how Linear learns.
type Options struct {
	Epochs int     // how often each example is looked at
	Decay  float64 // how strongly weights are held small
	// Favour is how often in each epoch the examples of class 0 are looked at,
	// once if not given. A class with few examples needs more.
	Favour int
}

// NewLinear learns from texts of the classes 0 to n-1.
func NewLinear(s *Space, texts []Text, class []int, n int, o Options) *Linear {
	order := make([]int, 0, len(texts))
	for i, c := range class {
		order = append(order, i)
		for again := 1; c == 0 && again < o.Favour; again++ {
			order = append(order, i)
		}
	}
	shuffle := rand.New(rand.NewPCG(1, 1)) // the same every time
	weights, bias, scores := make([]float32, len(s.idf)*n), make([]float32, n), make([]float32, n)
	// Beforehand everything is a no: most classes are wrong for most texts.
	for c := range bias {
		bias[c] = -1
	}
	// What is learnt is the mean over the later half of the epochs: the last
	// examples looked at count no more than others.
	mean, meanBias, means := make([]float32, len(weights)), make([]float32, n), 0
	// Weights are kept divided by scale, so that holding them small is one
	// multiplication.
	scale, step := 1.0, 0
	for epoch := range o.Epochs {
		shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			step++
			t := texts[i]
			copy(scores, bias)
			for k, id := range t.ids {
				axpy(scores, weights[int(id)*n:int(id)*n+n], t.weights[k]*float32(scale))
			}
			rate := 1 / (o.Decay*float64(step) + 1)
			scale *= 1 - rate*o.Decay
			for c, score := range scores {
				want := float32(-1)
				if c == class[i] {
					want = 1
				}
				if want*score >= 1 {
					continue
				}
				change := want * float32(rate/scale)
				for k, id := range t.ids {
					weights[int(id)*n+c] += change * t.weights[k]
				}
				bias[c] += 0.1 * want * float32(rate)
			}
		}
		if epoch >= o.Epochs/2 {
			axpy(mean, weights, float32(scale))
			axpy(meanBias, bias, 1)
			means++
		}
	}
	for c := range meanBias {
		meanBias[c] /= float32(means)
	}
	return &Linear{classes: n, weights: newRows(mean, n, 1/float32(means)), bias: meanBias}
}

// Scores rates the classes; more is better, and above 0 is a yes.
func (l *Linear) Scores(t Text) []float32 {
	scores := make([]float32, l.classes)
	copy(scores, l.bias)
	l.weights.add(scores, t)
	return scores
}

// Shares says how far each feature of a text speaks for a class, the strongest
// first.
func (l *Linear) Shares(s *Space, t Text, class int) []Share {
	var shares []Share
	for k, id := range t.ids {
		if w := l.weights.of(id, class); w != 0 {
			shares = append(shares, Share{s.names[id], float64(w * t.weights[k])})
		}
	}
	return sorted(shares)
}

// rows are weights by feature and class, without those that hardly count.
type rows struct {
	start   []int32 // of each feature's row, and the end of the last
	class   []uint16
	weights []float32
}

// negligible weights are not kept.
const negligible = 0.01

func newRows(dense []float32, n int, scale float32) rows {
	r := rows{start: make([]int32, 0, len(dense)/n+1)}
	for at := 0; at+n <= len(dense) && n > 0; at += n {
		r.start = append(r.start, int32(len(r.class))) //nolint:gosec // memory ends long before
		for c, w := range dense[at : at+n] {
			if w *= scale; math.Abs(float64(w)) >= negligible {
				r.class, r.weights = append(r.class, uint16(c)), append(r.weights, rounded(w))
			}
		}
	}
	r.start = append(r.start, int32(len(r.class))) //nolint:gosec // memory ends long before
	return r
}

func (r rows) add(scores []float32, t Text) {
	for k, id := range t.ids {
		from, to := r.start[id], r.start[id+1]
		weights := r.weights[from:to]
		for i, c := range r.class[from:to] {
			scores[c] += weights[i] * t.weights[k]
		}
	}
}

func (r rows) of(id int32, class int) float32 {
	for i := r.start[id]; i < r.start[id+1]; i++ {
		if int(r.class[i]) == class {
			return r.weights[i]
		}
	}
	return 0
}

// axpy adds a·x to y.
func axpy(y, x []float32, a float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += a * x[i]
	}
}
