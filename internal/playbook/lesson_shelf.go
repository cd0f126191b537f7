package playbook

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// readLessons reads lessons/*.md of each folder; a later one adds, replaces or
// hides lessons of earlier ones by id. A lesson with a mistake is reported and left
// out, so that what it would have replaced stays.
func readLessons(fsys []fs.FS, groups map[string]string) (map[string]*lessonDraft, []Problem) {
	all := map[string]*lessonDraft{}
	var problems []Problem
	for _, f := range fsys {
		files, err := fs.Glob(f, "lessons/*.md")
		if err != nil {
			problems = append(problems, Problem{File: "lessons", What: "cannot be read: " + err.Error()})
			continue
		}
		for _, file := range files {
			content, err := readFile(f, file)
			if err != nil {
				problems = append(problems, Problem{File: file, What: err.Error()})
				continue
			}
			d := parseLesson(file, content)
			d.shelve(all, groups)
			problems = append(problems, d.problems...)
		}
	}
	return all, problems
}

// shelve adds a lesson, or takes one away, unless there is a mistake in its file.
func (d *lessonDraft) shelve(all map[string]*lessonDraft, groups map[string]string) {
	l := &d.lesson
	for i, p := range l.Practices {
		if groups[p] == "" {
			d.problem(d.lines[fmt.Sprintf("practices/%d", i)], "unknown practice %q; the ids are in practices.yaml", p)
		}
	}
	if other := withLessonTitle(all, l); other != "" && !d.hide {
		d.problem(d.lines["title"], "the title is that of lessons/%s.md already; choose another, or name this file %s.md to replace it", other, other)
	}
	if d.hide && all[l.ID] == nil {
		d.problem(d.lines["hide"], "there is no lesson %q to hide; check the file's name", l.ID)
	}
	switch {
	case len(d.problems) > 0:
	case d.hide:
		delete(all, l.ID)
	default:
		l.Group = groups[l.Practices[0]]
		all[l.ID] = d
	}
}

// withLessonTitle finds the first other lesson of the same title, whatever its
// case; "" if there is none.
func withLessonTitle(all map[string]*lessonDraft, l *Lesson) string {
	first := ""
	for id, d := range all {
		if id != l.ID && strings.EqualFold(d.lesson.Title, l.Title) && (first == "" || id < first) {
			first = id
		}
	}
	return first
}

// putLessons keeps the lessons in the order of the year. A script that is not
// there is left out of its lesson; one that somebody hid is no mistake.
func (l *Library) putLessons(drafts map[string]*lessonDraft, hidden map[string]bool) []Problem {
	all := make([]*lessonDraft, 0, len(drafts))
	for _, d := range drafts {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *lessonDraft) int { return strings.Compare(a.lesson.ID, b.lesson.ID) })
	var problems []Problem
	for _, d := range all {
		lesson := d.lesson
		if l.byID[lesson.Script] == nil {
			if !hidden[lesson.Script] {
				problems = append(problems, Problem{
					File: d.script.file, Line: d.lines["script"],
					What: fmt.Sprintf("there is no script %q; use the id of one: ally playbooks list shows them", lesson.Script),
				})
			}
			lesson.Script = ""
		}
		l.lessonByID[lesson.ID] = &lesson
		l.lessons = append(l.lessons, &lesson)
	}
	var groups []string
	for _, g := range l.groups {
		groups = append(groups, g.ID)
	}
	l.lessons = yearOrder(l.lessons, groups)
	return problems
}
