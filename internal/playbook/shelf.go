package playbook

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// shelf collects the scripts of all folders.
type shelf struct {
	practices map[string]bool   // the ids there are
	drafts    map[string]*draft // by id
	hidden    map[string]bool   // ids that were there and were taken away
}

func newShelf(practices map[string]bool) *shelf {
	return &shelf{practices: practices, drafts: map[string]*draft{}, hidden: map[string]bool{}}
}

// readFolder adds, replaces and hides scripts; folders count up.
func (s *shelf) readFolder(folder int, f fs.FS) []Problem {
	files, err := fs.Glob(f, "scripts/*.md")
	if err != nil {
		return []Problem{{File: "scripts", What: "cannot be read: " + err.Error()}}
	}
	var problems []Problem
	stray, _ := fs.Glob(f, "*.md")
	for _, file := range stray {
		if !strings.EqualFold(file, "README.md") {
			problems = append(problems, Problem{File: file, What: "move it into the folder scripts or lessons; here it is not read"})
		}
	}
	// A translation needs what it translates to be there.
	slices.SortStableFunc(files, func(a, b string) int { return strings.Count(path.Base(a), ".") - strings.Count(path.Base(b), ".") })
	for _, file := range files {
		content, err := readFile(f, file)
		if err != nil {
			problems = append(problems, Problem{File: file, What: err.Error()})
			continue
		}
		d := parse(file, content)
		d.folder = folder
		d.lint()
		if d.translates != "" {
			s.translate(d)
		} else {
			s.put(d)
		}
		problems = append(problems, d.problems...)
	}
	return problems
}

// put adds a script, or takes one away, unless there is a mistake in its file. A
// script that replaces another has none of its translations: they have the old
// words.
func (s *shelf) put(d *draft) {
	id := d.script.ID
	for i, p := range d.script.Practices {
		if !s.practices[p] {
			d.problem(d.lines[fmt.Sprintf("practices/%d", i)], "unknown practice %q; the ids are in practices.yaml", p)
		}
	}
	if other := s.withTitle(&d.script); other != nil && !d.hide {
		d.problem(d.lines["title"], "the title is that of %s already; choose another, or name this file %s.md to replace it", other.file, other.ID)
	}
	switch {
	case len(d.problems) > 0:
	case d.hide && s.drafts[id] == nil:
		d.problem(d.lines["hide"], "there is no script %q to hide; check the file's name", id)
	case d.hide:
		delete(s.drafts, id)
		s.hidden[id] = true
	default:
		s.drafts[id] = d
	}
}

// translate adds a translation to its script, or takes one away.
func (s *shelf) translate(d *draft) {
	of := s.drafts[d.script.ID]
	if of == nil {
		d.problem(0, "there is no script %q to translate; check the file's name", d.script.ID)
		return
	}
	t := d.script
	at := slices.IndexFunc(of.script.translations, func(other *Script) bool { return other.Locale == t.Locale })
	if of.script.Locale == t.Locale {
		d.problem(0, "%s is in %q already; name the file for another language", of.script.file, t.Locale)
	}
	if d.hide && at < 0 {
		d.problem(d.lines["hide"], "there is no translation to hide; check the file's name")
	}
	if other := s.withTitle(&t); other != nil && !d.hide {
		d.problem(d.lines["title"], "the title is that of %s already; choose another", other.file)
	}
	t.Practices, t.Roles, t.Family, t.See = of.script.Practices, of.script.Roles, of.script.Family, of.script.See
	if !d.hide && !d.unread {
		d.lintAgainst(&t)
	}
	if len(d.problems) > 0 {
		return
	}
	rest := slices.Clone(of.script.translations)
	if at >= 0 {
		rest = slices.Delete(rest, at, at+1)
	}
	if !d.hide {
		rest = append(rest, &t)
	}
	slices.SortFunc(rest, func(a, b *Script) int { return strings.Compare(a.Locale, b.Locale) })
	of.script.translations = rest
}

// lintAgainst checks a translation with the roles of what it translates.
func (d *draft) lintAgainst(t *Script) {
	for _, text := range t.Texts {
		if text.Role != "" && !slices.Contains(t.Roles, text.Role) {
			d.problem(d.lines[text.Heading()], "## %s is for a role that %s.md is not for; take this part out", text.Heading(), t.ID)
		}
	}
	d.lintRoles(t)
}

// withTitle finds another script of the same title and language, whatever the
// case of the title.
func (s *shelf) withTitle(script *Script) *Script {
	var first *Script
	for id, d := range s.drafts {
		if id == script.ID || first != nil && first.ID < id {
			continue
		}
		for _, other := range append([]*Script{&d.script}, d.script.translations...) {
			if other.Locale == script.Locale && strings.EqualFold(other.Title, script.Title) {
				first = other
			}
		}
	}
	return first
}

// sorted lists the scripts by id: what is reported must not depend on the order
// of a map.
func (s *shelf) sorted() []*draft {
	all := make([]*draft, 0, len(s.drafts))
	for _, d := range s.drafts {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *draft) int { return strings.Compare(a.script.ID, b.script.ID) })
	return all
}
