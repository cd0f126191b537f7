package playbook

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// examples are lines of text from which the finder learns what is none of Ally's
// business, and what is harm. Each kind is a file examples/KIND.txt.
type examples struct {
	elsewhere []string // there are no words for it
	harm      []string // somebody was hurt or is in danger
	harmless  []string // only sounds like harm
}

// read adds the examples of one folder to those of earlier ones.
func (e *examples) read(f fs.FS) []Problem {
	var problems []Problem
	for file, kind := range map[string]*[]string{"elsewhere.txt": &e.elsewhere, "harm.txt": &e.harm, "harmless.txt": &e.harmless} {
		lines, mistakes := readLines(f, "examples/"+file)
		*kind = append(*kind, lines...)
		problems = append(problems, mistakes...)
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
	return problems
}

// readPhrasings adds more ways in which people describe a moment to its script:
// one per line of phrasings/ID.txt. They need not be in the script's folder, so an
// organisation can add how its own people say it to the words that come with Ally.
func (l *Library) readPhrasings(f fs.FS) []Problem {
	files, err := fs.Glob(f, "phrasings/*.txt")
	if err != nil {
		return []Problem{{File: "phrasings", What: "cannot be read: " + err.Error()}}
	}
	var problems []Problem
	for _, file := range files {
		id := strings.TrimSuffix(path.Base(file), ".txt")
		s := l.byID[id]
		if s == nil {
			problems = append(problems, Problem{File: file, What: fmt.Sprintf("there is no script %q; name the file after the script these are phrasings of", id)})
			continue
		}
		lines, mistakes := readLines(f, file)
		s.phrasings = append(s.phrasings, lines...)
		problems = append(problems, mistakes...)
	}
	return problems
}

// readLines reads a file of one text per line, in any language, without the lines
// that begin with # and the empty ones. A folder without the file is fine.
func readLines(f fs.FS, file string) ([]string, []Problem) {
	if _, err := fs.Stat(f, file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	content, err := readFile(f, file)
	if err != nil {
		return nil, []Problem{{File: file, What: err.Error()}}
	}
	var lines []string
	var problems []Problem
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		switch n := utf8.RuneCountInString(line); {
		case line == "" || line[0] == '#':
		case !utf8.ValidString(line):
			problems = append(problems, Problem{File: file, Line: i + 1, What: "this line is not UTF-8 text; save the file as UTF-8"})
		case n > maxLine:
			problems = append(problems, Problem{File: file, Line: i + 1, What: fmt.Sprintf("this line has %d characters; shorten it to %d", n, maxLine)})
		default:
			lines = append(lines, line)
		}
	}
	return lines, problems
}

// maxLine is how long an example may be, in characters: a few sentences.
const maxLine = 600
