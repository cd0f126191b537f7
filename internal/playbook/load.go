package playbook

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Load reads folders of content; a later one adds, replaces or hides the scripts
// and lessons of earlier ones by id. The first folder is playbooks.FS; an
// organisation's own folder comes after it and needs nothing but scripts/*.md.
//
// A file with a mistake is reported and left out, so that what it would have
// replaced stays; all others load. Of a mistake between files (see, family, the
// script of a lesson) only what is wrong is left out. The Library is never nil.
func Load(fsys ...fs.FS) (*Library, []Problem) {
	l, tables, examples, problems := read(fsys)
	l.finder = sync.OnceValue(func() *finder { return newFinder(l.scripts, tables, examples, keptIn(fsys)) })
	return l, problems
}

// Lint reports what is wrong in the last of the folders, read on top of those
// before it: Lint(playbooks.FS) or Lint(playbooks.FS, own).
func Lint(fsys ...fs.FS) []Problem {
	if len(fsys) == 0 {
		return nil
	}
	_, _, _, all := read(fsys)
	earlier := map[Problem]int{}
	if len(all) > 0 && len(fsys) > 1 {
		_, _, _, before := read(fsys[:len(fsys)-1])
		for _, p := range before {
			earlier[p]++
		}
	}
	var problems []Problem
	for _, p := range all {
		if earlier[p] > 0 {
			earlier[p]--
			continue
		}
		problems = append(problems, p)
	}
	return problems
}

// read makes a library that has learnt nothing yet.
func read(fsys []fs.FS) (*Library, *tables, examples, []Problem) {
	l := &Library{byID: map[string]*Script{}, lessonByID: map[string]*Lesson{}}
	var problems []Problem
	t := newTables()
	var e examples
	for _, f := range fsys {
		problems = append(problems, t.read(f)...)
		problems = append(problems, e.read(f)...)
	}
	l.groups = t.groups
	goals, mistakes := readGoals(fsys)
	l.goals, problems = goals, append(problems, mistakes...)
	known, group := map[string]bool{}, map[string]string{}
	for _, p := range l.Practices() {
		known[p.ID], group[p.ID] = true, p.Group
	}
	s := newShelf(known)
	for folder, f := range fsys {
		problems = append(problems, s.readFolder(folder, f)...)
	}
	problems = append(problems, s.relate()...)
	for id, d := range s.drafts {
		script := d.script
		l.byID[id] = &script
		l.scripts = append(l.scripts, &script)
	}
	sort.Slice(l.scripts, func(i, j int) bool { return l.scripts[i].ID < l.scripts[j].ID })
	for _, f := range fsys {
		problems = append(problems, l.readPhrasings(f)...)
	}
	lessons, mistakes := readLessons(fsys, group)
	problems = append(problems, mistakes...)
	problems = append(problems, l.putLessons(lessons, s.hidden)...)
	return l, t, e, problems
}

func readFile(f fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(f, file)
	if err == nil && info.Size() > maxFile*16 {
		err = errors.New("it is far too long")
	}
	var content []byte
	if err == nil {
		content, err = fs.ReadFile(f, file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path.Base(file), err)
	}
	return content, nil
}

// readTable decodes a YAML file of a folder into v; a folder without it is fine.
func readTable(f fs.FS, file string, v any) []Problem {
	if _, err := fs.Stat(f, file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	content, err := readFile(f, file)
	if err != nil {
		return []Problem{{File: file, What: err.Error()}}
	}
	dec := yaml.NewDecoder(strings.NewReader(string(content)))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil && err.Error() != "EOF" {
		line, what := yamlError(err)
		return []Problem{{File: file, Line: line, What: what}}
	}
	return nil
}
