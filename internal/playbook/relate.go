package playbook

import (
	"fmt"
	"slices"
	"strings"
)

// relate checks what scripts say of each other, once all are there. A script
// with a mistake of this kind stays; only what is wrong is left out. So does one
// that does not say what speaking up may cost.
func (s *shelf) relate() []Problem {
	all := s.sorted()
	// Later folders last: in a circle or a quarrel, their authors can mend it.
	slices.SortStableFunc(all, func(a, b *draft) int { return a.folder - b.folder })
	var problems []Problem
	for _, d := range all {
		d.problems = nil
		d.lintCost()
		s.lintSee(d)
	}
	for i, d := range all {
		s.lintCircles(d)
		lintFamily(d, all[:i])
		problems = append(problems, d.problems...)
	}
	for _, d := range all {
		for i, t := range d.script.translations {
			t := *t
			t.See = d.script.See
			d.script.translations[i] = &t
		}
	}
	return problems
}

// lintSee leaves out ids that are not there. One that somebody hid is no mistake.
func (s *shelf) lintSee(d *draft) {
	var see []string
	for i, id := range d.script.See {
		line := d.lines[fmt.Sprintf("see/%d", i)]
		switch {
		case id == d.script.ID:
			d.problem(line, "see names the script itself; take it out")
		case s.drafts[id] != nil:
			see = append(see, id)
		case !s.hidden[id]:
			d.problem(line, "see names %q, which is not there; use the id of a script", id)
		}
	}
	d.script.See = see
}

// lintCircles leaves out what leads back to the script: who follows the
// suggestions must not end up where they were.
func (s *shelf) lintCircles(d *draft) {
	var see []string
	for _, id := range d.script.See {
		if way := s.way(id, d.script.ID, d.folder, map[string]bool{}); way != nil {
			d.problem(d.lines["see"], "see goes round in a circle, %s → %s; take one out", d.script.ID, strings.Join(way, " → "))
			continue
		}
		see = append(see, id)
	}
	d.script.See = see
}

// way is how one gets from a script to another by their suggestions, nil if not
// at all. It looks only at scripts that come before the one it leads to in the
// order of relate, so that each circle is found once, at its last script.
func (s *shelf) way(from, to string, folder int, been map[string]bool) []string {
	if from == to {
		return []string{to}
	}
	d := s.drafts[from]
	if d == nil || been[from] || d.folder > folder || d.folder == folder && from > to {
		return nil
	}
	been[from] = true
	for _, next := range d.script.See {
		if way := s.way(next, to, folder, been); way != nil {
			return append([]string{from}, way...)
		}
	}
	return nil
}

// lintFamily takes a script out of a family in which somebody is for its role
// already.
func lintFamily(d *draft, before []*draft) {
	if d.script.Family == "" {
		return
	}
	for _, other := range before {
		if other.script.Family != d.script.Family {
			continue
		}
		for _, r := range d.script.Roles {
			if other.script.For(r) {
				d.problem(d.lines["family"], "%s of the family %s is for the role %s already; take the role out of one of them", other.script.file, d.script.Family, r)
				d.script.Family = ""
				return
			}
		}
	}
}
