// Package wordkin knows which English words are used alike: brochure, leaflet and
// poster, or wheelchair, crutches and ramp. It carries the finder over to words
// that no script uses.
package wordkin

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// One word per line, the most frequent first, with its coarse and its fine group;
// generate.go makes it. The groups come from the GloVe vectors (Pennington, Socher
// and Manning 2014; public domain).
//
//go:embed english.txt
var file string

// Groups are the two groups a word is in, a coarse and a fine one.
type Groups struct{ Coarse, Fine uint16 }

var english = sync.OnceValue(func() map[string]Groups {
	words := make(map[string]Groups, strings.Count(file, "\n"))
	for line := range strings.Lines(file) {
		f := strings.Fields(line)
		coarse, _ := strconv.ParseUint(f[1], 10, 16)
		fine, _ := strconv.ParseUint(f[2], 10, 16)
		words[f[0]] = Groups{uint16(coarse), uint16(fine)}
	}
	return words
})

// Of returns the groups of a word, and whether it is known.
func Of(word string) (Groups, bool) {
	g, ok := english()[word]
	return g, ok
}

// Fine lists the words of a fine group that are used most, at most n.
func Fine(group uint16, n int) []string {
	var words []string
	for line := range strings.Lines(file) {
		if f := strings.Fields(line); len(words) < n && f[2] == strconv.Itoa(int(group)) {
			words = append(words, f[0])
		}
	}
	return words
}
