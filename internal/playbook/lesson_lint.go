package playbook

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a lesson. All but the words are in characters: Slack allows 75 in an
// option, which an answer is, and 150 in a header, which the title is.
const (
	stages             = 3
	maxLessonTitle     = 50
	maxLessonPractices = 2
	maxMainWords       = 180 // of situation, idea and plan together
	maxSection         = 1500
	maxPlan            = 250
	maxRecallQuestion  = 150
	minAnswers         = 2
	maxAnswers         = 4
	maxAnswer          = 70
	maxAnswerWhy       = 200
	maxAlike           = 300
)

// lint checks all that can be checked in one file alone.
func (d *lessonDraft) lint() {
	l := &d.lesson
	if !idPattern.MatchString(l.ID) || len(l.ID) > 60 {
		d.problem(0, "name the file in small letters, digits and hyphens, like bring-the-point-back.md")
	}
	if d.hide || d.unread {
		return
	}
	d.lintBlock()
	d.section(headSituation, l.Situation, maxSection)
	d.section(headIdea, l.Idea, maxSection)
	d.section(headPlan, l.Plan, maxPlan)
	d.section(headRecall, l.Question, maxRecallQuestion)
	d.section(headAlike, l.Alike, maxAlike)
	if n := len(strings.Fields(l.Situation + " " + l.Idea + " " + l.Plan)); n > maxMainWords {
		d.problem(d.lines[headSituation], "Situation, Idea and Plan have %d words together; shorten them to %d", n, maxMainWords)
	}
	if l.Plan != "" && (!strings.HasPrefix(l.Plan, "When ") || !strings.Contains(l.Plan, "I will")) {
		d.problem(d.lines[headPlan], `write the plan as "When … this week, I will say: “…”", or "… I will …"`)
	}
	if l.Question != "" && !strings.HasSuffix(l.Question, "?") {
		d.problem(d.lines[headRecall], "the question does not end with a question mark; write one question")
	}
	d.lintAnswers()
}

// lintBlock checks the block at the top.
func (d *lessonDraft) lintBlock() {
	l := &d.lesson
	for _, key := range []string{"title", "practices", "stage", "script"} {
		if _, ok := d.lines[key]; !ok {
			d.problem(1, "%s is missing; add it to the block at the top", key)
		}
	}
	d.plain("title", l.Title, maxLessonTitle)
	if strings.Contains(l.Title, ":") {
		d.problem(d.lines["title"], "the title has a colon; write it without")
	}
	d.lintList("practices", l.Practices, "name the main one of practices.yaml", maxLessonPractices)
	if line, ok := d.lines["script"]; ok && !idPattern.MatchString(l.Script) {
		d.problem(line, "script is the id of the script with words for it, like interrupted")
	}
	d.plain("source", l.Source, maxSource)
}

// section checks the text of a section.
func (d *lessonDraft) section(heading, text string, limit int) {
	line, ok := d.lines[heading]
	switch {
	case !ok:
		d.problem(0, "the part ## %s is missing; add it", heading)
	case text == "" && heading == headRecall:
		d.problem(line, "## %s has no question; write one above the answers", heading)
	case text == "":
		d.problem(line, "## %s is empty; write it", heading)
	default:
		d.text(line, "## "+heading, text, limit)
		for _, paragraph := range strings.Split(text, "\n\n") {
			d.sentence(line, "## "+heading, paragraph, maxFile)
		}
	}
}

// text checks what is the same for sentences and for answers.
func (d *lessonDraft) text(line int, what, text string, limit int) {
	if n := utf8.RuneCountInString(text); n > limit {
		d.problem(line, "%s has %d characters; shorten it to %d", what, n, limit)
	}
	if strings.ContainsAny(text, "{}") {
		d.problem(line, "slots don't work in lessons; take out the { } from %s", what)
	}
}

func (d *lessonDraft) lintAnswers() {
	line, ok := d.lines[headRecall]
	if !ok {
		return
	}
	answers := d.lesson.Answers
	if n := len(answers); n < minAnswers || n > maxAnswers {
		d.problem(line, "there are %d answers; write %d to %d, one of them right", n, minAnswers, maxAnswers)
	}
	right := 0
	for i, a := range answers {
		at := d.lines[fmt.Sprintf("%s/%d", headRecall, i)]
		if a.Right {
			right++
		}
		same := func(b RecallAnswer) bool { return strings.EqualFold(a.Text, b.Text) }
		switch {
		case a.Text == "":
			d.problem(at, "the answer is empty; write it")
		case slices.ContainsFunc(answers[:i], same):
			d.problem(at, "the answer is there twice; change one")
		}
		d.text(at, "the answer", a.Text, maxAnswer)
		d.pings(at, a.Text)
		if a.Why == "" {
			d.problem(at, `the explanation is missing; say in a sentence after " :: " why or why not`)
			continue
		}
		d.text(at, "the explanation", a.Why, maxAnswerWhy)
		d.sentence(at, "the explanation", a.Why, maxFile)
	}
	if len(answers) > 0 && right != 1 {
		d.problem(line, `%d answers are marked as right; put "- [x]" before exactly one`, right)
	}
}
