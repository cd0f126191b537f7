package playbook

import "unicode/utf8"

// speller corrects words against those the content uses.
type speller struct {
	known   func(word string) bool // it is no mistake
	buckets map[bucket][]string
}

// bucket keeps apart what cannot be a misspelling of each other: people rarely
// get the first letter wrong.
type bucket struct {
	first byte
	len   int
}

// newSpeller corrects to the words among right; those known are no mistakes.
func newSpeller(known func(string) bool, right map[string]bool) *speller {
	s := &speller{known: known, buckets: map[bucket][]string{}}
	for w := range right {
		if len(w) >= 4 && isASCII(w) {
			b := bucket{w[0], len(w)}
			s.buckets[b] = append(s.buckets[b], w)
		}
	}
	return s
}

// correct returns the known word nearest to one that is not known: one mistake
// in five letters or more, two in nine or more.
func (s *speller) correct(w string) (string, bool) {
	if len(w) < 5 || len(w) > 20 || s.known(w) || !isASCII(w) {
		return "", false
	}
	limit := 1
	if len(w) >= 9 {
		limit = 2
	}
	best, bestDistance := "", limit+1
	for l := len(w) - limit; l <= len(w)+limit; l++ {
		for _, k := range s.buckets[bucket{w[0], l}] {
			d := distance(w, k, limit)
			if d < bestDistance || d == bestDistance && d <= limit && k < best {
				best, bestDistance = k, d
			}
		}
	}
	return best, bestDistance <= limit
}

// distance is the number of letters put in, left out, changed or swapped
// (Damerau-Levenshtein, neighbours swapped once), or limit+1 if it is more.
func distance(a, b string, limit int) int {
	if len(a) > 24 || len(b) > 24 {
		return limit + 1
	}
	var rows [3][25]int
	two, one, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(one[j]+1, cur[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, two[j-2]+1)
			}
			cur[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		two, one, cur = one, cur, two
	}
	return min(one[len(b)], limit+1)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
