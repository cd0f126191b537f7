package playbook

import (
	"fmt"
	"strings"
)

// Lesson is something to learn within two minutes, once a week. Its texts have no
// slots; paragraphs in them are apart by an empty line.
type Lesson struct {
	ID        string   // the name of its file without .md
	Title     string   // at most 50 characters, without a colon
	Practices []string // one or two, the main one first
	Group     string   // that of the main practice
	Stage     int      // 1 for first steps, 2 takes some courage or practice, 3 changes how things work
	Script    string   // the id of the script with words for it; "" if that one is hidden
	Source    string   // the study it rests on; may be empty

	// The main part, at most 180 words together.
	Situation string // a moment people recognise
	Idea      string
	Plan      string // "When X happens this week, I will say: “Y”"

	Question string         // asked weeks later
	Answers  []RecallAnswer // two to four, in the order of the file

	Alike string // to think about in teams whose members are much alike
}

// RecallAnswer is one answer to the question of a lesson.
type RecallAnswer struct {
	Text  string // at most 70 characters
	Why   string // why it is right or not, at most 200 characters
	Right bool   // exactly one is
}

// Lessons lists all lessons in the order of the year: first those of stage 1, and
// within a stage the groups of practices take turns.
func (l *Library) Lessons() []*Lesson { return l.lessons }

// LessonsFor lists all lessons with those of a group of practices first, else in
// the order of the year. Any other group than one of practices.yaml changes
// nothing.
func (l *Library) LessonsFor(group string) []*Lesson { return groupFirst(l.lessons, group) }

// Lesson returns a lesson by its id, or nil.
func (l *Library) Lesson(id string) *Lesson { return l.lessonByID[id] }

// RenderLesson shows a lesson as plain text, for authors to read aloud.
func RenderLesson(l *Lesson) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s)\npractices: %s · stage: %d · script: %s\n", l.Title, l.ID, strings.Join(l.Practices, ", "), l.Stage, l.Script)
	if l.Source != "" {
		fmt.Fprintf(&b, "source: %s\n", l.Source)
	}
	part := func(heading, text string) {
		fmt.Fprintf(&b, "\n%s\n", heading)
		for _, line := range strings.Split(text, "\n") {
			b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
		}
	}
	part(headSituation, l.Situation)
	part(headIdea, l.Idea)
	part(headPlan, l.Plan)
	part(headRecall, l.Question)
	for _, a := range l.Answers {
		mark := " "
		if a.Right {
			mark = "x"
		}
		fmt.Fprintf(&b, "  [%s] %s\n      %s\n", mark, a.Text, a.Why)
	}
	part(headAlike, l.Alike)
	return b.String()
}
