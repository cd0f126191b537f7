package playbook

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"allybot/playbooks"
)

// goodLesson is a lesson without a mistake; tests spoil one line of it.
const goodLesson = `---
title: Wait a moment
practices: [make-space, correct-names]
stage: 2
script: interrupted
source: "A study of waiting."
---

## Situation
Somebody is testing,
for a long time.

Nobody waits.

## Idea
Wait.

## Plan
When somebody tests this week, I will say: “Go on.”

## Recall
What helps?
- [ ] Haste :: It only looks
  as if it did.
- [x] Patience :: It gives room.

## If your team is alike
Who never waits?
`

func lessonOver(t testing.TB, files map[string]string) (*Library, []Problem) {
	t.Helper()
	all := map[string]string{"lessons/wait.md": goodLesson}
	for name, text := range files {
		all[name] = text
	}
	return lintOver(t, all)
}

func TestLessonAsItIsRead(t *testing.T) {
	l, problems := lessonOver(t, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := l.Lesson("wait")
	want := Lesson{
		ID: "wait", Title: "Wait a moment", Practices: []string{"make-space", "correct-names"}, Group: "amplify", Stage: 2,
		Script: "interrupted", Source: "A study of waiting.",
		Situation: "Somebody is testing, for a long time.\n\nNobody waits.",
		Idea:      "Wait.", Plan: "When somebody tests this week, I will say: “Go on.”", Question: "What helps?",
		Answers: []RecallAnswer{{"Haste", "It only looks as if it did.", false}, {"Patience", "It gives room.", true}},
		Alike:   "Who never waits?",
	}
	if got == nil || fmt.Sprint(*got) != fmt.Sprint(want) {
		t.Errorf("read as\n%+v, want\n%+v", got, want)
	}
	out := RenderLesson(got)
	for _, part := range []string{
		"Wait a moment  (wait)\n", "stage: 2 · script: interrupted", "source: A study", "\nSituation\n  Somebody is testing, for a long time.\n\n  Nobody",
		"\nRecall\n  What helps?\n  [ ] Haste\n      It only", "  [x] Patience\n", "\nIf your team is alike\n  Who never waits?\n",
	} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is not in\n%s", part, out)
		}
	}
}

func TestLessonFromWindowsIsTheSame(t *testing.T) {
	unix, _ := ParseLesson("lessons/wait.md", []byte(goodLesson))
	windows, problems := ParseLesson("lessons/wait.md", []byte("\uFEFF"+strings.ReplaceAll(goodLesson, "\n", "\r\n")))
	if windows == nil || fmt.Sprint(*windows) != fmt.Sprint(*unix) {
		t.Errorf("%+v, %v", windows, problems)
	}
}

func TestAMistakeInALessonIsReportedAndLeavesTheEarlierOne(t *testing.T) {
	long := strings.Repeat("very ", 40)
	tests := []struct {
		was, is string // in goodLesson
		line    int
		want    string // part of what is said
	}{
		{"title: Wait a moment\n", "", 1, "title is missing"},
		{"title: Wait a moment", "title: The other one", 2, "title is that of lessons/other.md"},
		{"title: Wait a moment", "title: THE other one", 2, "title is that of lessons/other.md"},
		{"title: Wait a moment", "title: " + long, 2, "shorten it to 50"},
		{"title: Wait a moment", `title: "Wait: a moment"`, 2, "has a colon"},
		{"title: Wait a moment", "title: Wait: a moment", 2, `in "quotes"`},
		{"title: Wait a moment", "title: Wait {name|them}", 2, "without slots"},
		{"title: Wait a moment", "title: Hi <!channel>", 2, "would notify people"},
		{"title: Wait a moment", "title: A\ntitle: B", 3, "given twice"},
		{"title: Wait a moment", "moment: A", 2, `unknown key "moment"`},
		{"practices: [make-space, correct-names]\n", "", 1, "practices is missing"},
		{"[make-space, correct-names]", "[make-space, make-room]", 3, `unknown practice "make-room"`},
		{"[make-space, correct-names]", "[make-space, correct-names, give-credit]", 3, "keep the 2"},
		{"[make-space, correct-names]", "[make-space, make-space]", 3, "names make-space twice"},
		{"[make-space, correct-names]", "[]", 3, "practices is empty"},
		{"[make-space, correct-names]", "make-space", 3, "is a list"},
		{"stage: 2\n", "", 1, "stage is missing"},
		{"stage: 2", "stage: 4", 4, `stage is "4"; write 1`},
		{"stage: 2", "stage: first", 4, `stage is "first"; write 1`},
		{"script: interrupted\n", "", 1, "script is missing"},
		{"script: interrupted", "script: Two words", 5, "script is the id"},
		{"A study of waiting.", "", 6, "source is empty"},
		{"A study of waiting.", long + long, 6, "shorten it to 300"},
		{"## Situation\n", "", 9, "stands below no heading"},
		{"## Idea\nWait.\n", "", 0, "## Idea is missing"},
		{"## Idea", "## Thought", 15, `unknown heading "Thought"; use Situation, Idea`},
		{"## Idea", "## Situation", 15, "## Situation is there twice"},
		{"## Idea", "# Idea", 15, "with two #"},
		{"\nWait.\n", "\n", 15, "## Idea is empty"},
		{"\nWait.\n", "\nWait" + strings.Repeat(" a while", 90) + ".\n", 9, "words together; shorten them to 180"},
		{"\nWait.\n", "\n" + strings.Repeat("W", 1600) + ".\n", 15, "shorten it to 1500"},
		{"\nWait.\n", "\nWait for {name|them}.\n", 15, "slots don't work in lessons"},
		{"\nWait.\n", "\nWait for @here now.\n", 15, "would notify people"},
		{"\nWait.\n", "\nwait.\n", 15, "begins with a small letter"},
		{"\nWait.\n", "\nWait.\n\nand wait.\n", 15, "begins with a small letter"},
		{"\nWait.\n", "\nWait\n", 15, "full stop"},
		{"\nWait.\n", "\nWait  now.\n", 15, "two spaces"},
		{"When somebody", "If somebody", 18, `write the plan as "When`},
		{"I will say", "I would say", 18, `write the plan as "When`},
		{"When somebody tests", "When " + long + long + "tests", 18, "shorten it to 250"},
		{"What helps?", "What helps.", 21, "question mark"},
		{"What helps?\n", "", 21, "no question"},
		{"What helps?", "What " + long + "helps?", 21, "shorten it to 150"},
		{"What helps?", "- What helps?", 22, `begin each answer with "- [ ] "`},
		{"- [x] Patience", "- [ ] Patience", 21, "0 answers are marked as right"},
		{"- [ ] Haste", "- [x] Haste", 21, "2 answers are marked as right"},
		{"- [x] Patience :: It gives room.\n", "", 21, "there are 1 answers; write 2 to 4"},
		{"- [x] Patience", strings.Repeat("- [ ] No :: No.\n", 3) + "- [x] Patience", 21, "there are 5 answers"},
		{"- [x] Patience", "- Patience", 25, `begin each answer with "- [ ] "`},
		{"Patience ::", "Patience.", 25, `" :: " between the two`},
		{"Patience ::", "Haste ::", 25, "the answer is there twice"},
		{"Patience ::", "::", 25, "the answer is empty"},
		{"Patience ::", long + "::", 25, "the answer has 199 characters; shorten it to 70"},
		{"Patience ::", "Patience @here ::", 25, "would notify people"},
		{"It gives room.", "", 25, "the explanation is missing"},
		{"It gives room.", "It gives {name|them} room.", 25, "slots don't work"},
		{"It gives room.", "It " + long + "gives room.", 25, "the explanation has 214 characters; shorten it to 200"},
		{"It gives room.", "it gives room.", 25, "begins with a small letter"},
		{"## If your team is alike\nWho never waits?\n", "", 0, "## If your team is alike is missing"},
		{"Who never waits?", long + long + "?", 27, "shorten it to 300"},
	}
	for _, tt := range tests {
		if !strings.Contains(goodLesson, tt.was) {
			t.Fatalf("%q is not in the good lesson", tt.was)
		}
		earlier := base(t)
		for id, title := range map[string]string{"wait": "Wait as ever", "other": "The other one"} {
			earlier["lessons/"+id+".md"] = &fstest.MapFile{Data: []byte(strings.Replace(goodLesson, "Wait a moment", title, 1))}
		}
		own := folder(map[string]string{"lessons/wait.md": strings.Replace(goodLesson, tt.was, tt.is, 1)})
		l, problems := Load(earlier, own)
		if !slices.ContainsFunc(problems, func(p Problem) bool {
			return p.Line == tt.line && strings.Contains(p.What, tt.want) && p.File == "lessons/wait.md"
		}) {
			t.Errorf("%.40q: problems are %v, want line %d: …%s…", tt.is, problems, tt.line, tt.want)
		}
		if got := l.Lesson("wait"); got == nil || got.Title != "Wait as ever" || len(l.Lessons()) != 2 {
			t.Errorf("%.40q: left with %+v", tt.is, got)
		}
	}
}

func TestLintOfLessonFiles(t *testing.T) {
	for _, tt := range []struct{ file, text, want string }{
		{"lessons/My Lesson.md", strings.Replace(goodLesson, "Wait a", "Our own", 1), "name the file"},
		{"lessons/wait.fr.md", strings.Replace(goodLesson, "Wait a", "Our own", 1), "name the file"},
		{"lessons/empty.md", "", `begin the file with a line "---" and the title, practices, stage and script below it`},
		{"lessons/open.md", "---\ntitle: x\n", `second line "---"`},
		{"lessons/nothing.md", "---\nhide: true\n---\n", `no lesson "nothing" to hide`},
		{"lessons/first.md", "---\nhide: yes please\n---\n", "hide can only be true; remove the line to show the lesson"},
		{"lessons/list.md", "---\n- a\n---\n", `"key: value"`},
		{"lessons/large.md", strings.Repeat("x", maxFile+1), "KB long"},
		{"lesson.md", goodLesson, "move it into the folder scripts or lessons"},
	} {
		_, problems := lessonOver(t, map[string]string{tt.file: tt.text})
		if len(problems) == 0 || problems[0].File != tt.file || !strings.Contains(fmt.Sprint(problems), tt.want) {
			t.Errorf("%s: problems are %v, want …%s…", tt.file, problems, tt.want)
		}
	}
	late := strings.Replace(goodLesson, "## Idea\nWait.\n\n", "", 1) + "\n## Idea\nWait.\n"
	if _, problems := ParseLesson("lessons/late.md", []byte(late)); len(problems) != 1 || problems[0].String() != "lessons/late.md:27: put ## Idea above ## If your team is alike" {
		t.Errorf("out of order: %v", problems)
	}
}

func TestAnOrganisationAddsReplacesAndHidesLessons(t *testing.T) {
	called := func(title string) string { return strings.Replace(goodLesson, "Wait a moment", title, 1) }
	builtIn := base(t)
	builtIn["lessons/first.md"] = &fstest.MapFile{Data: []byte(called("First"))}
	builtIn["lessons/second.md"] = &fstest.MapFile{Data: []byte(called("Second"))}
	for name, c := range map[string]struct {
		own  map[string]string
		want string
	}{
		"nothing":                 {nil, "First, Second"},
		"adds":                    {map[string]string{"lessons/third.md": called("Third")}, "First, Second, Third"},
		"replaces":                {map[string]string{"lessons/first.md": called("Ours")}, "Ours, Second"},
		"replaces, same title":    {map[string]string{"lessons/first.md": called("First")}, "First, Second"},
		"hides":                   {map[string]string{"lessons/first.md": "---\nhide: true\n---\n"}, "Second"},
		"hides the script of all": {map[string]string{"scripts/interrupted.md": "---\nhide: true\n---\n"}, "First, Second"},
	} {
		l, problems := Load(builtIn, folder(c.own))
		var got []string
		for _, lesson := range l.Lessons() {
			got = append(got, lesson.Title)
			if lesson != l.Lesson(lesson.ID) {
				t.Errorf("%s: %s is not found by its id", name, lesson.ID)
			}
			if hidden := l.Script("interrupted") == nil; hidden != (lesson.Script == "") {
				t.Errorf("%s: the script of %s is %q", name, lesson.ID, lesson.Script)
			}
		}
		if strings.Join(got, ", ") != c.want || len(problems) > 0 {
			t.Errorf("%s: %v, %v, want %s", name, got, problems, c.want)
		}
	}
}

// The script of a lesson may come with the same folder; one that is nowhere is
// left out of the lesson, as a suggestion is.
func TestTheScriptOfALessonIsLookedForInAllFolders(t *testing.T) {
	lesson := strings.Replace(goodLesson, "script: interrupted", "script: patience", 1)
	l, problems := lintOver(t, map[string]string{"lessons/wait.md": lesson, "scripts/patience.md": good})
	if len(problems) > 0 || l.Lesson("wait") == nil || l.Lesson("wait").Script != "patience" {
		t.Errorf("with the script: %v", problems)
	}
	l, problems = lintOver(t, map[string]string{"lessons/wait.md": lesson})
	if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), `lessons/wait.md:5: there is no script "patience"`) {
		t.Errorf("without the script: %v", problems)
	}
	if got := l.Lesson("wait"); got == nil || got.Script != "" {
		t.Errorf("without the script: %+v", got)
	}
}

// The README's example is copied by people: it must be right.
func TestLessonExampleInReadme(t *testing.T) {
	readme, err := os.ReadFile("../../playbooks/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## Write a lesson\n")
	section, _, _ := strings.Cut(rest, "\n## Replace")
	_, rest, _ = strings.Cut(section, "```markdown\n")
	example, explained, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the README has no example of a lesson")
	}
	own := folder(map[string]string{"lessons/say-when-you-stop.md": example})
	for _, p := range Lint(playbooks.FS, own) {
		t.Error(p)
	}
	if l, _ := Load(playbooks.FS, own); l.Lesson("say-when-you-stop") == nil {
		t.Error("it was not loaded")
	}
	for _, key := range []string{"title", "practices", "stage", "script", "source"} {
		if !strings.Contains(explained, "| `"+key+"` |") {
			t.Errorf("the README does not explain %s", key)
		}
	}
	for _, heading := range lessonHeadings {
		if !strings.Contains(explained, "| `## "+heading+"` |") {
			t.Errorf("the README does not explain ## %s", heading)
		}
	}
	for _, limit := range []int{maxLessonTitle, maxMainWords, maxPlan, maxRecallQuestion, maxAnswer, maxAnswerWhy, maxAlike} {
		if !strings.Contains(explained, fmt.Sprint(limit)) {
			t.Errorf("the README does not say the limit %d", limit)
		}
	}
}

func FuzzParseLesson(f *testing.F) {
	f.Add([]byte(goodLesson))
	f.Add([]byte("---\nhide: true\n---\n"))
	f.Add([]byte(strings.Replace(goodLesson, "- [ ] Haste ::", "- [] ::\n\n- [X] :: a :: b\n -[x]\n::", 1)))
	f.Add([]byte(strings.Replace(goodLesson, "## Idea", "## Recall\n## \n##\n- [ ] a\n## Idea", 1)))
	f.Add([]byte("---\nstage: &a [*a]\n? x\n---\n## Recall\n- \n"))
	f.Add([]byte("---\nRecall: 1\nRecall/0: {}\n---\n## Recall\n- [x] a :: b\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		l, problems := ParseLesson("lessons/fuzz.md", content)
		for _, p := range problems {
			if p.What == "" || p.Line < 0 || p.Line > len(content)+2 || p.File != "lessons/fuzz.md" {
				t.Errorf("%+v", p)
			}
		}
		if l == nil {
			if len(problems) == 0 && !strings.Contains(string(content), "hide") {
				t.Error("neither a lesson nor a problem")
			}
			return
		}
		right := 0
		for _, a := range l.Answers {
			if a.Right {
				right++
			}
		}
		main := strings.Fields(l.Situation + " " + l.Idea + " " + l.Plan)
		if len(problems) > 0 || right != 1 || len(main) > maxMainWords || l.Stage < 1 || l.Stage > stages || len(l.Practices) == 0 || l.Alike == "" {
			t.Errorf("loaded, though wrong: %+v, %v", l, problems)
		}
		RenderLesson(l)
	})
}
