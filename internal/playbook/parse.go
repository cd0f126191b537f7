package playbook

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is far above any script (about 3 KB) and keeps a wrong file from
// being read as one.
const maxFile = 64 << 10

// draft is a script as it was read, with the lines its parts stand on.
type draft struct {
	script Script
	hide   bool
	// translates is the locale of a file like interrupted.fr.md, "" of others.
	translates string
	lines      map[string]int // by front-matter key, heading, or "phrases/3"
	folder     int            // which of the folders it is from, from 0
	unread     bool           // the block at the top could not be read, and that was said

	problems []Problem
}

func (d *draft) problem(line int, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.script.file, Line: line, What: fmt.Sprintf(format, args...)})
}

// Parse reads one script from its file, without checking it against anything
// outside the file. The script is nil if there were problems, and also if the
// file only hides a script of an earlier folder. A translation comes without
// what it takes from the script it translates.
func Parse(file string, content []byte) (*Script, []Problem) {
	d := parse(file, content)
	d.lint()
	if len(d.problems) > 0 || d.hide {
		return nil, d.problems
	}
	return &d.script, nil
}

func parse(file string, content []byte) *draft {
	d := &draft{lines: map[string]int{}}
	id, locale, translates := strings.Cut(strings.TrimSuffix(path.Base(file), ".md"), ".")
	d.script = Script{ID: id, Locale: "en", file: file}
	if translates {
		d.translates, d.script.Locale = locale, locale
	}
	front, lines, first := d.open(content, "title, practices and phrases")
	if d.unread {
		return d
	}
	d.frontMatter(front, d.key)
	d.body(lines, first)
	return d
}

// open splits a file into the block between the two "---" at its top and the
// lines below it; first is the line number of lines[0]. What is wrong is noted,
// and d.unread set.
func (d *draft) open(content []byte, keys string) (front string, body []string, first int) {
	d.unread = true
	if len(content) > maxFile {
		d.problem(0, "is %d KB long; a file like this has at most %d", len(content)>>10, maxFile>>10)
		return "", nil, 0
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(content), "\uFFFD"), "\uFEFF")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if strings.TrimRight(lines[0], " ") != "---" {
		d.problem(1, `begin the file with a line "---" and the %s below it`, keys)
		return "", nil, 0
	}
	for i, l := range lines[1:] {
		if strings.TrimRight(l, " ") == "---" {
			d.unread = false
			return strings.Join(lines[1:i+1], "\n"), lines[i+2:], i + 3
		}
	}
	d.problem(1, `close the block at the top with a second line "---"`)
	return "", nil, 0
}

// frontMatter reads the block between the two "---", whose first line is line 2,
// and gives its keys one by one to set.
func (d *draft) frontMatter(text string, set func(key, value *yaml.Node)) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		line, what := yamlError(err)
		d.problem(wrongLine(text, max(line, 1))+1, "%s", what)
		d.unread = true
		return
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		d.problem(2, `write one "key: value" per line, beginning with title`)
		d.unread = true
		return
	}
	m := doc.Content[0]
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		line := key.Line + 1
		if _, twice := d.lines[key.Value]; twice {
			d.problem(line, "%s is given twice; keep one", key.Value)
			continue
		}
		d.lines[key.Value] = line
		set(key, value)
	}
}

// key reads one key of a script's block.
func (d *draft) key(key, value *yaml.Node) {
	switch key.Value {
	case "title":
		d.script.Title = d.one(key, value)
	case "moment":
		d.script.Moment = d.one(key, value)
	case "locale":
		d.script.Locale = d.one(key, value)
	case "source":
		d.script.Source = d.one(key, value)
	case "why":
		d.script.Why = d.one(key, value)
	case "family":
		d.script.Family = d.one(key, value)
	case "see":
		d.script.See = d.many(key, value)
	case "practices":
		d.script.Practices = d.many(key, value)
	case "phrases":
		d.script.Phrases = d.many(key, value)
	case "roles":
		for _, r := range d.many(key, value) {
			d.script.Roles = append(d.script.Roles, Role(r))
		}
	case "hide":
		d.hides(key, value, "script")
	default:
		d.problem(key.Line+1, "unknown key %q; use title, practices, moment, roles, phrases, why, source, family, see, locale or hide", key.Value)
	}
}

// hides notes that the file takes away what an earlier folder has.
func (d *draft) hides(key, value *yaml.Node, what string) {
	if value.Value != "true" {
		d.problem(key.Line+1, "hide can only be true; remove the line to show the %s", what)
	}
	d.hide = true
}

func (d *draft) one(key, value *yaml.Node) string {
	if value.Kind != yaml.ScalarNode {
		d.problem(key.Line+1, "%s is one line of text, not a list", key.Value)
		return ""
	}
	return strings.TrimSpace(value.Value)
}

func (d *draft) many(key, value *yaml.Node) []string {
	if value.Kind != yaml.SequenceNode {
		d.problem(key.Line+1, "%s is a list: one \"- \" per line", key.Value)
		return nil
	}
	var all []string
	for _, item := range value.Content {
		if item.Kind != yaml.ScalarNode {
			d.problem(item.Line+1, "this item of %s is not plain text; put it in \"quotes\"", key.Value)
			continue
		}
		d.lines[fmt.Sprintf("%s/%d", key.Value, len(all))] = item.Line + 1
		all = append(all, strings.TrimSpace(item.Value))
	}
	return all
}

// body reads the headings and what stands below them. first is the line number
// of lines[0].
func (d *draft) body(lines []string, first int) {
	heading := ""
	skipped := false
	var part Text
	var paragraph []string
	flush := func() {
		if part.Part != "" {
			part.Text, part.Locale = strings.Join(paragraph, " "), d.script.Locale
			d.script.Texts = append(d.script.Texts, part)
		}
		part, paragraph = Text{}, nil
	}
	for i, l := range lines {
		l = strings.TrimSpace(l)
		switch {
		case l == "":
		case strings.HasPrefix(l, "## "):
			flush()
			heading = strings.TrimSpace(l[3:])
			if heading != headAvoid {
				t, wrong := readHeading(heading)
				if wrong != "" {
					d.problem(first+i, "%s", wrong)
					heading, skipped = "", true
					continue
				}
				part, heading = t, t.Heading()
			}
			skipped = false
			if _, twice := d.lines[heading]; twice {
				d.problem(first+i, "## %s is there twice; keep one", heading)
				part, heading, skipped = Text{}, "", true
				continue
			}
			d.lines[heading] = first + i
		case strings.HasPrefix(l, "#"):
			d.problem(first+i, `write headings as "## Gentle", with two #`)
		case heading == headAvoid:
			item, ok := strings.CutPrefix(l, "- ")
			switch {
			case ok:
				d.lines[fmt.Sprintf("Avoid/%d", len(d.script.Avoid))] = first + i
				d.script.Avoid = append(d.script.Avoid, strings.TrimSpace(item))
			case len(d.script.Avoid) > 0: // a long item goes on in the next line
				d.script.Avoid[len(d.script.Avoid)-1] += " " + l
			default:
				d.problem(first+i, `begin each line below ## Avoid with "- "`)
			}
		case heading == "":
			if !skipped { // of a wrong heading enough was said
				skipped = true
				d.problem(first+i, `this text stands below no heading; put one like "## Gentle" above it`)
			}
		default:
			paragraph = append(paragraph, l)
		}
	}
	flush()
}

// wrongLine finds the line that makes a block unreadable: the YAML library often
// names the one where the list around it begins.
func wrongLine(text string, said int) int {
	const mostLines, mostBytes = 200, 16 << 10 // longer than any script's; each line is a try
	lines := strings.Split(text, "\n")
	if len(lines) > mostLines || len(text) > mostBytes {
		return said
	}
	for n := len(lines); n > 0; n-- {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(strings.Join(lines[:n-1], "\n")), &doc) == nil {
			return n
		}
	}
	return said
}

// yamlError takes the line out of a message of the YAML library, which only
// has it as text ("yaml: line 3: …").
func yamlError(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if n, e := fmt.Sscanf(what, "line %d:", &line); e == nil && n == 1 {
		_, what, _ = strings.Cut(what, ": ")
	}
	return line, `this cannot be read as it stands; text with a colon or a quote in it goes in "quotes" (` + what + ")"
}
