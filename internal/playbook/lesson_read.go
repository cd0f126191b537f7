package playbook

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The headings of a lesson, in their order.
const (
	headSituation = "Situation"
	headIdea      = "Idea"
	headPlan      = "Plan"
	headRecall    = "Recall"
	headAlike     = "If your team is alike"
)

var (
	lessonHeadings = []string{headSituation, headIdea, headPlan, headRecall, headAlike}
	answerPattern  = regexp.MustCompile(`^- *\[([ xX]?)\] *(.*)$`)
)

// lessonDraft is a lesson being read and checked. Of its draft's script there is
// only the file.
type lessonDraft struct {
	draft
	lesson Lesson
}

// ParseLesson reads one lesson from its file, without checking it against
// anything outside the file. The lesson is nil if there were problems, and also if
// the file only hides a lesson of an earlier folder.
func ParseLesson(file string, content []byte) (*Lesson, []Problem) {
	d := parseLesson(file, content)
	if len(d.problems) > 0 || d.hide {
		return nil, d.problems
	}
	return &d.lesson, nil
}

func parseLesson(file string, content []byte) *lessonDraft {
	d := &lessonDraft{draft: draft{script: Script{Locale: "en", file: file}, lines: map[string]int{}}}
	d.lesson.ID = strings.TrimSuffix(path.Base(file), ".md")
	front, lines, first := d.open(content, "title, practices, stage and script")
	if !d.unread {
		d.frontMatter(front, d.key)
		d.body(lines, first)
	}
	d.lint()
	return d
}

// key reads one key of the block at the top.
func (d *lessonDraft) key(key, value *yaml.Node) {
	l := &d.lesson
	switch key.Value {
	case "title":
		l.Title = d.one(key, value)
	case "practices":
		l.Practices = d.many(key, value)
	case "stage":
		stage := d.one(key, value)
		n, err := strconv.Atoi(stage)
		if err != nil || n < 1 || n > stages {
			d.problem(key.Line+1, "stage is %q; write 1 for a first step, 2 for what takes some courage, 3 for what changes how things work", stage)
			return
		}
		l.Stage = n
	case "script":
		l.Script = d.one(key, value)
	case "source":
		l.Source = d.one(key, value)
	case "hide":
		d.hides(key, value, "lesson")
	default:
		d.problem(key.Line+1, "unknown key %q; use title, practices, stage, script, source or hide", key.Value)
	}
}

// body reads the sections. first is the line number of lines[0].
func (d *lessonDraft) body(lines []string, first int) {
	heading, last := "", -1
	skipped := false // of a wrong heading enough was said
	var text paragraphs
	for i, line := range lines {
		line = strings.TrimSpace(line)
		name, isHeading := strings.CutPrefix(line, "## ")
		if isHeading {
			d.put(heading, &text)
			heading, skipped = strings.TrimSpace(name), true
			at := slices.Index(lessonHeadings, heading)
			_, twice := d.lines[heading]
			switch {
			case at < 0:
				d.problem(first+i, "unknown heading %q; use %s", heading, strings.Join(lessonHeadings, ", "))
				heading = ""
				continue
			case twice:
				d.problem(first+i, "## %s is there twice; keep one", heading)
				heading = ""
				continue
			case at < last:
				d.problem(first+i, "put ## %s above ## %s", heading, lessonHeadings[last])
			}
			last = max(last, at)
			d.lines[heading] = first + i
			continue
		}
		switch {
		case strings.HasPrefix(line, "#"):
			d.problem(first+i, `write headings as "## Idea", with two #`)
		case heading == "":
			if line != "" && !skipped {
				skipped = true
				d.problem(first+i, `this text stands below no heading; put one like "## Situation" above it`)
			}
		case heading == headRecall && (len(d.lesson.Answers) > 0 || strings.HasPrefix(line, "-")):
			d.answer(line, first+i)
		default:
			text.add(line)
		}
	}
	d.put(heading, &text)
}

// put keeps the text of a section, and begins anew.
func (d *lessonDraft) put(heading string, text *paragraphs) {
	l := &d.lesson
	into := map[string]*string{
		headSituation: &l.Situation, headIdea: &l.Idea, headPlan: &l.Plan, headRecall: &l.Question, headAlike: &l.Alike,
	}
	if s := into[heading]; s != nil {
		*s = text.String()
	}
	*text = nil
}

// answer reads a line below the question.
func (d *lessonDraft) answer(line string, at int) {
	l := &d.lesson
	m := answerPattern.FindStringSubmatch(line)
	switch {
	case line == "":
	case m != nil:
		text, why, explained := strings.Cut(m[2], "::")
		if !explained {
			d.problem(at, `say why or why not after the answer, with " :: " between the two`)
		}
		d.lines[fmt.Sprintf("%s/%d", headRecall, len(l.Answers))] = at
		l.Answers = append(l.Answers, RecallAnswer{Text: strings.TrimSpace(text), Why: strings.TrimSpace(why), Right: m[1] != "" && m[1] != " "})
	case strings.HasPrefix(line, "-") || len(l.Answers) == 0:
		d.problem(at, `begin each answer with "- [ ] ", or with "- [x] " if it is the right one`)
	default: // a long explanation goes on in the next line
		last := &l.Answers[len(l.Answers)-1]
		last.Why = strings.TrimSpace(last.Why + " " + line)
	}
}

// paragraphs are a text as it is read, each paragraph in one line.
type paragraphs []string

// add adds a line of the file; an empty one ends the paragraph.
func (p *paragraphs) add(line string) {
	n := len(*p)
	switch {
	case line == "" && n > 0 && (*p)[n-1] == "":
	case line == "" || n == 0 || (*p)[n-1] == "":
		*p = append(*p, line)
	default:
		(*p)[n-1] += " " + line
	}
}

func (p *paragraphs) String() string {
	var all []string
	for _, text := range *p {
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n\n")
}
