package playbook

import (
	"fmt"
	"io/fs"
	"strings"
)

// concept is a thing people say in many ways. Its words are patterns, see
// pattern.go.
type concept struct {
	ID    string
	Words []string
	// Hints mean it too, beside other signs.
	Hints []string
}

// tables is the hand-written knowledge the finder works with, from the YAML
// files beside the scripts.
type tables struct {
	groups []Group

	skip       map[string]bool     // words that say nothing by themselves
	weightless map[string]bool     // nor do these, but they hold a pattern's words apart
	classes    map[string][]string // "who": [me, him, …], written @who in patterns
	lemma      map[string]string   // spoken: speak
	forms      map[string]bool     // every word the tables know, as written

	concepts []concept
	doer     []string // patterns: the asker did it
	affected []string // patterns: it happened to the asker
	harm     []string // patterns: somebody was hurt or is in danger
	harmNot  []string // patterns that only sound like harm

	given     map[string]bool // first names
	ordinary  map[string]bool // words that are no names
	people    map[string]bool // those of them that are people by what they are: intern
	subjects  map[string]bool // what else often begins a sentence
	objects   []string        // what comes before somebody it is done to
	times     map[string]bool // months and the like that are names too
	titles    map[string]bool // dr, mrs
	particles map[string]bool // van, de
	followers map[string]bool // what comes after a subject
	leaders   map[string]bool // what comes before a name
	byName    []string        // patterns: the one named, @this, did it
	toName    []string        // patterns: it was done to the one named, @this
}

func newTables() *tables {
	return &tables{
		skip: map[string]bool{}, weightless: map[string]bool{}, classes: map[string][]string{}, lemma: map[string]string{}, forms: map[string]bool{},
		given: map[string]bool{}, ordinary: map[string]bool{}, titles: map[string]bool{},
		people: map[string]bool{}, subjects: map[string]bool{}, times: map[string]bool{},
		particles: map[string]bool{}, followers: map[string]bool{}, leaders: map[string]bool{},
	}
}

type wordsFile struct {
	Skip       []string
	Weightless []string
	Classes    map[string][]string
	Forms      map[string][]string
	Concepts   []concept
	Doer       []string
	Affected   []string
}

type harmFile struct {
	Harm []string
	Not  []string
}

type namesFile struct {
	Given, Ordinary, People, Subjects, Objects, Times, Titles, Particles, Followers, Leaders []string

	DidIt      []string `yaml:"did-it"`
	HappenedTo []string `yaml:"happened-to"`
}

// read adds the tables of one folder to those of earlier ones.
func (t *tables) read(f fs.FS) []Problem {
	var (
		groups   []Group
		words    wordsFile
		harm     harmFile
		names    namesFile
		problems []Problem
	)
	problems = append(problems, readTable(f, "practices.yaml", &groups)...)
	problems = append(problems, readTable(f, "concepts.yaml", &words)...)
	problems = append(problems, readTable(f, "harm.yaml", &harm)...)
	problems = append(problems, readTable(f, "names.yaml", &names)...)

	problems = append(problems, t.addGroups(groups)...)
	addAll(t.skip, words.Skip)
	addAll(t.weightless, words.Weightless)
	for class, members := range words.Classes {
		t.classes[class] = append(t.classes[class], members...)
		addAll(t.forms, members)
	}
	for word, forms := range words.Forms {
		t.forms[word] = true
		for _, form := range forms {
			t.lemma[form] = word
			t.forms[form] = true
		}
	}
	t.concepts = append(t.concepts, words.Concepts...)
	t.doer = append(t.doer, words.Doer...)
	t.affected = append(t.affected, words.Affected...)
	t.harm = append(t.harm, harm.Harm...)
	t.harmNot = append(t.harmNot, harm.Not...)
	for _, line := range names.Given {
		addAll(t.given, []string{fold(line)})
	}
	addAll(t.ordinary, names.Ordinary)
	addAll(t.ordinary, names.People)
	addAll(t.people, names.People)
	addAll(t.subjects, names.Subjects)
	t.objects = append(t.objects, names.Objects...)
	addAll(t.times, names.Times)
	addAll(t.titles, names.Titles)
	addAll(t.particles, names.Particles)
	addAll(t.followers, names.Followers)
	addAll(t.leaders, names.Leaders)
	t.byName = append(t.byName, names.DidIt...)
	t.toName = append(t.toName, names.HappenedTo...)
	return problems
}

// addGroups merges groups by id, so that an organisation can add a practice.
func (t *tables) addGroups(groups []Group) []Problem {
	var problems []Problem
	for _, g := range groups {
		at := -1
		for i := range t.groups {
			if t.groups[i].ID == g.ID {
				at = i
			}
		}
		if at < 0 {
			t.groups = append(t.groups, Group{ID: g.ID, Title: g.Title, Meaning: g.Meaning})
			at = len(t.groups) - 1
		}
		for _, p := range g.Practices {
			if p.ID == "" || p.Title == "" || p.Meaning == "" || g.ID == "" || t.groups[at].Title == "" {
				problems = append(problems, Problem{File: "practices.yaml", What: fmt.Sprintf("the practice %q of the group %q needs an id, a title and a meaning, and its group an id and a title", p.ID, g.ID)})
				continue
			}
			p.Group = g.ID
			t.groups[at].Practices = append(t.groups[at].Practices, p)
		}
	}
	return problems
}

func addAll(set map[string]bool, words []string) {
	for _, line := range words {
		for _, w := range strings.Fields(line) {
			set[w] = true
		}
	}
}
