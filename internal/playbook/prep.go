package playbook

import (
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Goal is what somebody wants of a hard conversation, and words for it. The texts
// have slots for the name of whom they talk to, see Fill.
type Goal struct {
	ID    string
	Label string // what somebody picks, at most 75 characters
	// Roles are those whose words of a script fit this goal, and Part is which of
	// their words: a tone or FollowUp.
	Roles []Role
	Part  Part

	Opener    string
	Then      string   // what to do after the opener: advice, not said aloud
	Questions []string // three, to listen
	PushBack  []Answer
	Close     string
	CheckIn   string // what to write about a week later
}

// Answer is what to say to something that they may say.
type Answer struct{ They, You string }

// goalsFile is where the goals are, in the built-in folder and in others.
const goalsFile = "prep.yaml"

// Limits in characters. Together they keep a whole page, shown once to read and
// once to copy, within one answer of Slack.
const (
	maxOpener    = 250
	maxThen      = 150
	maxQuestion  = 100
	maxThey      = 80
	maxYou       = 200
	maxClose     = 200
	questions    = 3
	maxPushBacks = 3
)

// Goals lists what somebody may want of a hard conversation, in the order of
// prep.yaml.
func (l *Library) Goals() []Goal { return l.goals }

// readGoals reads prep.yaml of each folder; a later one adds, replaces or hides the goals of earlier ones by
// id. A goal with a mistake is reported and left out, so that what it would have
// replaced stays.
func readGoals(fsys []fs.FS) ([]Goal, []Problem) {
	var (
		all      []Goal
		problems []Problem
	)
	for _, f := range fsys {
		var list []yaml.Node
		if p := readTable(f, goalsFile, &list); len(p) > 0 {
			problems = append(problems, p...)
			continue
		}
		seen := map[string]bool{}
		for i := range list {
			d := readGoal(&list[i])
			if seen[d.goal.ID] {
				d.problem(list[i].Line, "there are two goals %q; rename or remove one", d.goal.ID)
			}
			seen[d.goal.ID] = true
			problems = append(problems, d.problems...)
			if len(d.problems) > 0 {
				continue
			}
			at := slices.IndexFunc(all, func(g Goal) bool { return g.ID == d.goal.ID })
			switch {
			case d.hide && at >= 0:
				all = slices.Delete(all, at, at+1)
			case d.hide:
			case at >= 0:
				all[at] = d.goal
			default:
				all = append(all, d.goal)
			}
		}
	}
	return all, problems
}

// goalDraft is a goal being read and checked.
type goalDraft struct {
	draft
	goal Goal
}

func readGoal(n *yaml.Node) *goalDraft {
	d := &goalDraft{draft: draft{script: Script{Locale: "en", file: goalsFile}, lines: map[string]int{}}}
	if n.Kind != yaml.MappingNode {
		d.problem(n.Line, `begin each goal with "- id:"`)
		return d
	}
	d.decode(n)
	if len(d.problems) == 0 {
		d.lintGoal(n.Line)
	}
	return d
}

// decode fills the goal, and notes the line of each key.
func (d *goalDraft) decode(n *yaml.Node) {
	g := &d.goal
	into := map[string]any{
		"id": &g.ID, "label": &g.Label, "roles": &g.Roles, "part": &g.Part, "opener": &g.Opener, "then": &g.Then,
		"questions": &g.Questions, "push-back": &g.PushBack, "close": &g.Close, "check-in": &g.CheckIn, "hide": &d.hide,
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		d.lines[key.Value] = key.Line
		target, ok := into[key.Value]
		if !ok {
			d.problem(key.Line, "unknown key %q; the comment at the top of the built-in prep.yaml lists them", key.Value)
			continue
		}
		if err := value.Decode(target); err != nil {
			d.problem(key.Line, "%s cannot be read as it stands; write it as in the built-in prep.yaml", key.Value)
		}
	}
	for _, s := range []*string{&g.ID, &g.Label, &g.Opener, &g.Then, &g.Close, &g.CheckIn} {
		*s = strings.TrimSpace(*s)
	}
}

func (d *goalDraft) lintGoal(top int) {
	g := &d.goal
	d.lines[""] = top
	if !idPattern.MatchString(g.ID) || len(g.ID) > 60 {
		d.problem(top, "give the goal an id in small letters, digits and hyphens, like ask-for-help")
	}
	if d.hide {
		return
	}
	if _, ok := d.lines["label"]; !ok {
		d.problem(top, "label is missing; add what people pick")
	}
	d.plain("label", g.Label, maxTitle)
	for _, r := range g.Roles {
		if !slices.Contains(roles, r) {
			d.problem(d.at("roles"), "unknown role %q; use bystander, affected, doer, host or manager", r)
		}
	}
	if g.Part != FollowUp && !slices.Contains(tones, g.Part) {
		d.problem(d.at("part"), "part is follow-up or a tone such as gentle, direct or ask-first, not %q", g.Part)
	}
	d.said("opener", g.Opener, maxOpener)
	d.said("close", g.Close, maxClose)
	d.said("check-in", g.CheckIn, maxOpener)
	if g.Then != "" {
		d.said("then", g.Then, maxThen)
	}
	if len(g.Questions) != questions {
		d.problem(d.at("questions"), "there are %d questions; write three that help to listen", len(g.Questions))
	}
	for _, q := range g.Questions {
		d.said("questions", q, maxQuestion)
	}
	if n := len(g.PushBack); n == 0 || n > maxPushBacks {
		d.problem(d.at("push-back"), "there are %d answers to push-back; write one to %d, each with they and you", n, maxPushBacks)
	}
	for _, a := range g.PushBack {
		d.said("push-back", a.They, maxThey)
		d.said("push-back", a.You, maxYou)
	}
}

// at is the line of a key, of the goal where it has none.
func (d *goalDraft) at(key string) int {
	if line, ok := d.lines[key]; ok {
		return line
	}
	return d.lines[""]
}

// said checks one text of a goal in every way its slots can be filled.
func (d *goalDraft) said(key, text string, limit int) {
	d.lines[key] = d.at(key)
	if strings.TrimSpace(text) == "" {
		d.problem(d.at(key), "%s is missing or empty; write it", key)
		return
	}
	before := len(d.problems)
	for _, m := range slotPattern.FindAllStringSubmatch(text, -1) {
		if m[1] != "name" && m[1] != "name's" || m[2] == "" {
			d.problem(d.at(key), "the slot %s in %s is not known here; use {name|Hi} or {name's|their}", m[0], key)
		}
	}
	if strings.ContainsAny(slotPattern.ReplaceAllString(text, ""), "{}") {
		d.problem(d.at(key), "a slot in %s is not complete; write {name|Hi}, with what to say when nobody was named", key)
	}
	for _, with := range lintValues {
		if len(d.problems) == before {
			d.sentence(d.at(key), key, Fill(text, with), limit)
		}
	}
}
