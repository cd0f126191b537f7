package classify

import (
	"bytes"
	"encoding/gob"
	"math"
)

// What was learnt can be kept and read again with encoding/gob: learning takes
// seconds, reading a moment.

// coarse is the finest difference between two weights that is kept; without the
// rest they take a third of the space.
const coarse = 1.0 / 1024

// rounded is what of a weight is kept. Learning rounds as well, so that what is
// read is exactly what was learnt.
func rounded(w float32) float32 { return float32(math.Round(float64(w)/coarse) * coarse) }

func encode(parts ...any) ([]byte, error) {
	var b bytes.Buffer
	e := gob.NewEncoder(&b)
	for _, p := range parts {
		if err := e.Encode(p); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func decode(data []byte, parts ...any) error {
	d := gob.NewDecoder(bytes.NewReader(data))
	for _, p := range parts {
		if err := d.Decode(p); err != nil {
			return err
		}
	}
	return nil
}

// GobEncode keeps a space.
func (s *Space) GobEncode() ([]byte, error) { return encode(s.names, s.idf) }

// GobDecode reads a space that was kept.
func (s *Space) GobDecode(data []byte) error {
	if err := decode(data, &s.names, &s.idf); err != nil {
		return err
	}
	s.ids = make(map[string]int32, len(s.names))
	for id, name := range s.names {
		s.ids[name] = int32(id)
	}
	return nil
}

// GobEncode keeps what was learnt.
func (l *Linear) GobEncode() ([]byte, error) {
	return encode(l.classes, l.bias, l.weights.start, l.weights.class, whole(l.weights.weights))
}

// GobDecode reads what was learnt.
func (l *Linear) GobDecode(data []byte) error {
	var weights []int
	if err := decode(data, &l.classes, &l.bias, &l.weights.start, &l.weights.class, &weights); err != nil {
		return err
	}
	l.weights.weights = parts(weights)
	return nil
}

// GobEncode keeps what was learnt.
func (b *Bayes) GobEncode() ([]byte, error) {
	return encode(b.classes, b.rest, b.own.start, b.own.class, whole(b.own.weights))
}

// GobDecode reads what was learnt.
func (b *Bayes) GobDecode(data []byte) error {
	var weights []int
	if err := decode(data, &b.classes, &b.rest, &b.own.start, &b.own.class, &weights); err != nil {
		return err
	}
	b.own.weights = parts(weights)
	return nil
}

// GobEncode keeps the examples.
func (nn *Nearest) GobEncode() ([]byte, error) {
	counts, texts, weights := make([]int, len(nn.postings)), []int32{}, []float32{}
	for id, list := range nn.postings {
		counts[id] = len(list)
		last := int32(0)
		for _, p := range list { // ascending, so the differences are small
			texts, weights = append(texts, p.text-last), append(weights, p.weight)
			last = p.text
		}
	}
	return encode(nn.classes, nn.class, counts, texts, whole(weights))
}

// GobDecode reads examples that were kept.
func (nn *Nearest) GobDecode(data []byte) error {
	var counts, weights []int
	var texts []int32
	if err := decode(data, &nn.classes, &nn.class, &counts, &texts, &weights); err != nil {
		return err
	}
	all := make([]posting, len(texts))
	nn.postings = make([][]posting, len(counts))
	from := 0
	for id, n := range counts {
		last := int32(0)
		for i := from; i < from+n; i++ {
			last += texts[i]
			all[i] = posting{last, float32(weights[i]) * coarse}
		}
		nn.postings[id] = all[from : from+n]
		from += n
	}
	return nil
}

// whole gives rounded weights as whole numbers.
func whole(weights []float32) []int {
	n := make([]int, len(weights))
	for i, w := range weights {
		n[i] = int(math.Round(float64(w) / coarse))
	}
	return n
}

func parts(whole []int) []float32 {
	weights := make([]float32, len(whole))
	for i, n := range whole {
		weights[i] = float32(n) * coarse
	}
	return weights
}
