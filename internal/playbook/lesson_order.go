package playbook

import (
	"slices"
	"strings"
)

// Next is the first lesson that somebody has not seen: first of the lessons of a
// group of practices, then of all. It is nil only when they have seen all. The
// lessons are those of Library.Lessons; with a group of "" their order is all that
// counts.
func Next(lessons []*Lesson, seen func(id string) bool, group string) *Lesson {
	var first *Lesson
	for _, l := range lessons {
		if first != nil && l.Group != group || seen(l.ID) {
			continue
		}
		if l.Group == group || group == "" {
			return l
		}
		first = l
	}
	return first
}

// groupFirst puts the lessons of a group before the others.
func groupFirst(lessons []*Lesson, group string) []*Lesson {
	of := func(in bool) []*Lesson {
		return slices.DeleteFunc(slices.Clone(lessons), func(l *Lesson) bool { return (l.Group == group) != in })
	}
	return append(of(true), of(false)...)
}

// yearOrder is the order of the year: stage after stage, and within a stage the
// groups take turns, so that each comes evenly and no two neighbours are of the
// same one if that can be. Of a group, its practices take turns. It depends on
// nothing but the lessons and the order of the groups.
func yearOrder(lessons []*Lesson, groups []string) []*Lesson {
	var year []*Lesson
	for stage := 1; stage <= stages; stage++ {
		piles := make([]pile, len(groups))
		for i, g := range groups {
			piles[i] = newPile(lessons, stage, g)
		}
		for {
			next := draw(piles, year)
			if next == nil {
				break
			}
			year = append(year, next.take(year))
		}
	}
	return year
}

// pile are the lessons of one stage and group that have no place yet.
type pile struct {
	group string
	left  []*Lesson
	taken int
}

// newPile sorts the lessons so that practices take turns: the first of each, then
// the second of each.
func newPile(lessons []*Lesson, stage int, group string) pile {
	p := pile{group: group}
	for _, l := range lessons {
		if l.Stage == stage && l.Group == group {
			p.left = append(p.left, l)
		}
	}
	slices.SortFunc(p.left, func(a, b *Lesson) int { return strings.Compare(a.ID, b.ID) })
	round, of := map[string]int{}, map[string]int{}
	for _, l := range p.left {
		round[l.ID] = of[l.Practices[0]]
		of[l.Practices[0]]++
	}
	slices.SortStableFunc(p.left, func(a, b *Lesson) int { return round[a.ID] - round[b.ID] })
	return p
}

// due is when the next of the pile would come if its lessons were spread evenly
// over the stage, from 0 to 1.
func (p *pile) due() float64 {
	return (float64(p.taken) + 0.5) / float64(p.taken+len(p.left))
}

// draw picks the pile for the place after those that are in order already, nil if
// all are empty. A group waits for two others if it can, so that neighbours differ
// even where somebody has taken one group out to the front.
func draw(piles []pile, year []*Lesson) *pile {
	last, before := "", ""
	if n := len(year); n > 0 {
		last = year[n-1].Group
		if n > 1 {
			before = year[n-2].Group
		}
	}
	left := 0
	for i := range piles {
		left += len(piles[i].left)
	}
	var best *pile
	rank := 0
	for i := range piles {
		p := &piles[i]
		n := len(p.left)
		r := 1
		switch {
		case n == 0:
			continue
		case p.group == last:
		case 2*n > left: // any later, and two of them would be neighbours
			r = 5
		case p.group == before:
			r = 2
		case 3*n-2 >= left: // any later, and two would have but one between them
			r = 4
		default:
			r = 3
		}
		r *= 2
		if p.fresh(year) >= 0 {
			r++
		}
		if r > rank || r == rank && p.due() < best.due() {
			best, rank = p, r
		}
	}
	return best
}

// fresh is where in the pile the first lesson is that has no practice in common
// with the last in order, or -1.
func (p *pile) fresh(year []*Lesson) int {
	return slices.IndexFunc(p.left, func(l *Lesson) bool {
		return len(year) == 0 || !slices.ContainsFunc(l.Practices, func(practice string) bool { return slices.Contains(year[len(year)-1].Practices, practice) })
	})
}

// take takes a fresh lesson, else the first.
func (p *pile) take(year []*Lesson) *Lesson {
	at := max(0, p.fresh(year))
	l := p.left[at]
	p.left = slices.Delete(p.left, at, at+1)
	p.taken++
	return l
}
