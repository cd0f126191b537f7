package playbook

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads folders of content; a later one adds, replaces or hides the scripts
// of earlier ones by id. The first folder is playbooks.FS; an organisation's own
// folder comes after it and needs nothing but scripts/*.md.
//
// A file with a mistake is reported and left out, so that what it would have
// replaced stays; all others load. The Library is never nil.
func Load(fsys ...fs.FS) (*Library, []Problem) {
	l, tables, problems := read(fsys)
	l.index = newIndex(l.scripts, tables)
	return l, problems
}

// Lint reports what is wrong in the last of the folders, read on top of those
// before it: Lint(playbooks.FS) or Lint(playbooks.FS, own).
func Lint(fsys ...fs.FS) []Problem {
	if len(fsys) == 0 {
		return nil
	}
	_, _, before := read(fsys[:len(fsys)-1])
	_, _, all := read(fsys)
	earlier := map[Problem]int{}
	for _, p := range before {
		earlier[p]++
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

// read makes a library without its index.
func read(fsys []fs.FS) (*Library, *tables, []Problem) {
	l := &Library{byID: map[string]*Script{}}
	var problems []Problem
	t := newTables()
	for _, f := range fsys {
		problems = append(problems, t.read(f)...)
	}
	l.groups = t.groups
	known := map[string]bool{}
	for _, p := range l.Practices() {
		known[p.ID] = true
	}
	for _, f := range fsys {
		problems = append(problems, l.readScripts(f, known)...)
	}
	for _, s := range l.byID {
		l.scripts = append(l.scripts, s)
	}
	sort.Slice(l.scripts, func(i, j int) bool { return l.scripts[i].ID < l.scripts[j].ID })
	return l, t, problems
}

// readScripts adds the scripts of one folder to the library.
func (l *Library) readScripts(f fs.FS, known map[string]bool) []Problem {
	files, err := fs.Glob(f, "scripts/*.md")
	if err != nil {
		return []Problem{{File: "scripts", What: "cannot be read: " + err.Error()}}
	}
	var problems []Problem
	stray, _ := fs.Glob(f, "*.md")
	for _, file := range stray {
		if !strings.EqualFold(file, "README.md") {
			problems = append(problems, Problem{File: file, What: "move it into the folder scripts; here it is not read"})
		}
	}
	for _, file := range files {
		content, err := readFile(f, file)
		if err != nil {
			problems = append(problems, Problem{File: file, What: err.Error()})
			continue
		}
		d := parse(file, content)
		d.lint()
		d.lintPractices(known)
		switch {
		case len(d.problems) > 0:
		case d.hide && l.byID[d.script.ID] == nil:
			d.problem(d.lines["hide"], "there is no script %q to hide; check the file's name", d.script.ID)
		case d.hide:
			delete(l.byID, d.script.ID)
		default:
			if other := l.withTitle(d.script.Title, d.script.ID); other != nil {
				d.problem(d.lines["title"], "the title is that of %s already; choose another, or name this file %s.md to replace it", other.file, other.ID)
				break
			}
			s := d.script
			l.byID[s.ID] = &s
		}
		problems = append(problems, d.problems...)
	}
	return problems
}

func (d *draft) lintPractices(known map[string]bool) {
	if _, ok := d.lines["practices"]; ok && len(d.script.Practices) == 0 && !d.hide {
		d.problem(d.lines["practices"], "practices is empty; name at least one of practices.yaml")
	}
	for i, p := range d.script.Practices {
		if !known[p] {
			d.problem(d.lines[fmt.Sprintf("practices/%d", i)], "unknown practice %q; the ids are in practices.yaml", p)
		}
	}
}

// withTitle finds another script of the same title, whatever its case.
func (l *Library) withTitle(title, notID string) *Script {
	for id, s := range l.byID {
		if id != notID && strings.EqualFold(s.Title, title) {
			return s
		}
	}
	return nil
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
