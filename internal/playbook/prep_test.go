package playbook

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func goalsOf(fsys ...fs.FS) ([]Goal, []Problem) {
	l, problems := Load(fsys...)
	return l.Goals(), problems
}

func TestTheBuiltInGoalsHaveNoMistakes(t *testing.T) {
	goals, problems := goalsOf(os.DirFS("../../playbooks"))
	for _, p := range problems {
		t.Error(p)
	}
	if len(goals) != 7 {
		t.Errorf("%d goals", len(goals))
	}
}

const goal = `- id: thank
  label: Say thank you
  roles: [bystander]
  part: gentle
  opener: "{name|Hi}, I'd like to thank you."
  questions: ["How are you?", "What helped?", "What next?"]
  push-back:
    - they: It was nothing.
      you: It was something to me.
  close: Thank you.
  check-in: "Hi {name|there}, thank you again."
`

func TestAnOrganisationAddsReplacesAndHidesGoals(t *testing.T) {
	own := func(text string) fstest.MapFS { return fstest.MapFS{"prep.yaml": {Data: []byte(text)}} }
	builtIn := own(goal + strings.ReplaceAll(goal, "id: thank", "id: other"))
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"none":    {"", "thank:Say thank you other:Say thank you"},
		"adds":    {strings.ReplaceAll(goal, "id: thank", "id: third"), "thank:Say thank you other:Say thank you third:Say thank you"},
		"replace": {strings.ReplaceAll(goal, "Say thank you", "Thanks"), "thank:Thanks other:Say thank you"},
		"hides":   {"- id: thank\n  hide: true\n", "other:Say thank you"},
	} {
		goals, problems := goalsOf(builtIn, own(c.text))
		var got []string
		for _, g := range goals {
			got = append(got, g.ID+":"+g.Label)
		}
		if strings.Join(got, " ") != c.want || len(problems) > 0 {
			t.Errorf("%s: %q, %v", name, got, problems)
		}
	}
	if goals, problems := goalsOf(builtIn, fstest.MapFS{}); len(goals) != 2 || len(problems) > 0 {
		t.Errorf("a folder without the file: %v, %v", goals, problems)
	}
}

func TestAMistakeInAGoalIsReportedAndLeavesTheEarlierOne(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"no label":     {"  label: Say thank you\n", "", "prep.yaml:1: label is missing"},
		"unknown key":  {"  close:", "  ending:", "prep.yaml:10: unknown key \"ending\""},
		"role":         {"bystander", "boss", "prep.yaml:3: unknown role"},
		"part":         {"gentle", "loud", "prep.yaml:4: part is"},
		"slot":         {"{name|there}", "{who|there}", "prep.yaml:11: the slot {who|there}"},
		"open slot":    {"{name|there}", "{name}", "prep.yaml:11: a slot in check-in is not complete"},
		"questions":    {`, "What next?"`, "", "prep.yaml:6: there are 2 questions"},
		"push-back":    {"      you: It was something to me.\n", "", "prep.yaml:7: push-back is missing or empty"},
		"small letter": {"close: Thank", "close: thank", "prep.yaml:10: close begins with a small letter"},
		"too long":     {"close: Thank you.", "close: " + strings.Repeat("Thank you. ", 30), "prep.yaml:10: close has"},
		"pings":        {"close: Thank you.", `close: "Thank you @channel."`, "would notify people"},
		"bad id":       {"id: thank", "id: Thank You", "prep.yaml:1: give the goal an id"},
		"not a list":   {"roles: [bystander]", "roles: {a: 1}", "prep.yaml:3: "},
		"no yaml":      {"- id: thank", "- id: thank: you", "prep.yaml: this cannot be read"},
		"no mapping":   {goal, "- thank\n", `prep.yaml:1: begin each goal with "- id:"`},
		"twice":        {goal, goal + goal, "two goals"},
	} {
		text := strings.Replace(goal, c.from, c.to, 1)
		earlier := fstest.MapFS{"prep.yaml": {Data: []byte(goal)}}
		goals, problems := goalsOf(earlier, fstest.MapFS{"prep.yaml": {Data: []byte(text)}})
		if len(problems) == 0 || !strings.Contains(problems[0].String(), c.want) {
			t.Errorf("%s: %v, want %q", name, problems, c.want)
		}
		if len(goals) != 1 || goals[0].Close != "Thank you." {
			t.Errorf("%s: left with %+v", name, goals)
		}
	}
}
