package playbook

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"allybot/playbooks"
)

// good is a script without a mistake; tests spoil one line of it.
const good = `---
title: A test of patience
practices: [make-space]
moment: Somebody is testing.
roles: [bystander]
phrases:
  - one way to say it
  - two ways to say it
  - three ways to say it
  - four ways to say it
  - five ways to say it
  - six ways to say it
  - seven ways to say it
  - eight ways to say it
---

## Gentle
Let's hear {name|them} first.

## Direct
Please let {name|them} speak.

## Ask first
{name|Sorry}, are you done?

## If they push back
I'd like to hear {name's|the} point.

## Follow up privately
Hi {name|there}, how was that
for you?

## Avoid
- Don't wait.
`

// base is built-in content that does not change with the real one: the practices,
// and a few scripts that are good but for the title.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	practices, err := fs.ReadFile(playbooks.FS, "practices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b := fstest.MapFS{"practices.yaml": {Data: practices}}
	for id, title := range map[string]string{
		"interrupted": "Someone is interrupted or talked over", "stereotype": "A stereotype", "offensive-joke": "A joke",
	} {
		b["scripts/"+id+".md"] = &fstest.MapFile{Data: []byte(strings.Replace(good, "A test of patience", title, 1))}
	}
	return b
}

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func lintOver(t testing.TB, files map[string]string) (*Library, []Problem) {
	l, _, _, problems := read([]fs.FS{base(t), folder(files)})
	return l, problems
}

func loadOver(t testing.TB, files map[string]string) (*Library, []Problem) {
	return Load(base(t), folder(files))
}

func TestBuiltInContentIsClean(t *testing.T) {
	for _, p := range Lint(playbooks.FS) {
		t.Error(p)
	}
	l := builtIn(t)
	if n := len(l.Scripts()); n < 15 {
		t.Errorf("%d scripts, want at least 15", n)
	}
	n := 0
	for _, g := range l.Groups() {
		n += len(l.InGroup(g.ID))
	}
	if n != len(l.Scripts()) {
		t.Errorf("browsing by group shows %d of %d scripts", n, len(l.Scripts()))
	}
	if len(l.Practices()) != 35 {
		t.Errorf("%d practices, want the 35 of the domain", len(l.Practices()))
	}
	if got := fillText(t, l.Script("interrupted"), Gentle, Values{Name: "Sam"}); got != "I'd like to hear the rest of Sam's point." {
		t.Errorf("the first words for an interruption are %q", got)
	}
}

func fillText(t *testing.T, s *Script, part Part, with Values) string {
	t.Helper()
	if s == nil {
		t.Fatal("the script is not there")
	}
	text, ok := s.Text(part, "", false)
	if !ok {
		t.Fatalf("%s has no %s", s.ID, part)
	}
	return Fill(text.Text, with)
}

// What Slack allows, in every way a script can be shown.
func TestEveryVariantFitsSlack(t *testing.T) {
	long := strings.Repeat("W", 25)
	for _, s := range builtIn(t).Scripts() {
		for _, name := range []string{"", "Sam", long} {
			for _, topic := range []string{"", "the pricing page"} {
				with := Values{Name: name, Topic: topic}
				if n := len([]rune(fillText(t, s, Gentle, with))); n > maxFirst {
					t.Errorf("%s: the first words have %d characters", s.ID, n)
				}
				for _, text := range s.Texts {
					if got := Fill(text.Text, with); len([]rune(got)) > maxWording || strings.ContainsAny(got, "{}|") {
						t.Errorf("%s, %s: %q", s.ID, text.Heading(), got)
					}
				}
			}
		}
		for _, r := range s.Roles {
			for _, p := range ownParts(r) {
				if _, ok := s.Text(p, r, true); !ok {
					t.Errorf("%s has no %s for %s", s.ID, p, r)
				}
			}
		}
	}
}

func TestOwnFolder(t *testing.T) {
	replaced := strings.Replace(good, "A test of patience", "Our own words for interruptions", 1)
	l, problems := loadOver(t, map[string]string{
		"scripts/patience.md":       good,
		"scripts/interrupted.md":    replaced,
		"scripts/stereotype.md":     "---\nhide: true\n---\n",
		"scripts/offensive-joke.md": "no front matter\n",
	})
	if l.Script("patience") == nil {
		t.Error("the script that was added is missing")
	}
	if s := l.Script("interrupted"); s == nil || s.Title != "Our own words for interruptions" {
		t.Error("the script was not replaced")
	}
	if l.Script("stereotype") != nil {
		t.Error("the script is not hidden")
	}
	if l.Script("offensive-joke") == nil {
		t.Error("a broken file took the built-in script away")
	}
	if len(problems) != 1 || problems[0].File != "scripts/offensive-joke.md" || problems[0].Line != 1 {
		t.Errorf("problems are %v, want one about offensive-joke.md", problems)
	}
	if got := fillText(t, l.Script("patience"), FollowUp, Values{Name: "Sam"}); got != "Hi Sam, how was that for you?" {
		t.Errorf("lines of a paragraph were joined to %q", got)
	}
}

func TestWindowsFile(t *testing.T) {
	l, problems := loadOver(t, map[string]string{"scripts/patience.md": "\uFEFF" + strings.ReplaceAll(good, "\n", "\r\n")})
	if len(problems) > 0 || l.Script("patience") == nil {
		t.Errorf("problems are %v", problems)
	}
}

func TestLint(t *testing.T) {
	long := strings.Repeat("very ", 40)
	tests := []struct {
		was, is string // in good
		line    int
		want    string // part of what is said
	}{
		{"title: A test of patience\n", "", 1, "title is missing"},
		{"title: A test of patience", "title: Someone is INTERRUPTED or talked over", 2, "title is that of scripts/interrupted.md"},
		{"title: A test of patience", "title: " + long, 2, "shorten it to 75"},
		{"title: A test of patience", "title: [a, b]", 2, "not a list"},
		{"title: A test of patience", "titel: A test", 2, `unknown key "titel"`},
		{"title: A test of patience", "title: A\ntitle: B", 3, "given twice"},
		{"title: A test of patience", "title: Hi <!channel>", 2, "would notify people"},
		{"title: A test of patience", "title: a: b: c", 2, `in "quotes"`},
		{"  - three ways to say it", "  - \"three\" ways: to say it", 9, `in "quotes"`},
		{"[make-space]", "[make-room]", 3, `unknown practice "make-room"`},
		{"[make-space]", "[]", 3, "practices is empty"},
		{"[make-space]", "make-space", 3, "is a list"},
		{"Somebody is testing.", long, 4, "shorten it to 150"},
		{"Somebody is testing.", "Now {name|x} is.", 4, "without slots"},
		{"[bystander]", "[onlooker]", 5, `unknown role "onlooker"`},
		{"  - eight ways to say it\n", "", 6, "at least 8"},
		{"  - eight ways to say it", "  - Seven ways to say it", 14, "twice"},
		{"[bystander]", "[]", 5, "roles is empty"},
		{"[bystander]", "[host, host]", 5, "names host twice"},
		{"[make-space]", "[make-space, give-credit, own-mistakes, fair-hiring]", 3, "keep the 3"},
		{"roles: [bystander]", "roles: [bystander]\nsee: [nowhere]", 6, `see names "nowhere"`},
		{"roles: [bystander]", "roles: [bystander]\nsee: [patience]", 6, "names the script itself"},
		{"roles: [bystander]", "roles: [bystander]\nsee: [interrupted, idea-ignored, wrong-name]", 6, "keep the 2"},
		{"roles: [bystander]", "roles: [bystander]\nfamily: Two words", 6, "family is one word"},
		{"roles: [bystander]", "roles: [bystander]\nwhy: " + long + long, 6, "shorten it to 300"},
		{"roles: [bystander]", "locale: English", 5, "locale is a language"},
		{"## Gentle\nLet's hear {name|them} first.\n", "", 0, "## Gentle is missing"},
		{"Let's hear {name|them} first.", "", 17, "## Gentle is empty"},
		{"Let's hear {name|them} first.", "Let's hear {who|them} first.", 17, "unknown slot {who|them}"},
		{"Let's hear {name|them} first.", "Let's hear {name} first.", 17, "not complete"},
		{"Let's hear {name|them} first.", "Let's hear {name|} first.", 17, "needs words after the |"},
		{"Let's hear {name|them} first.", "Let's hear  {name|them} first.", 17, "two spaces"},
		{"Let's hear {name|them} first.", "Let's hear {name|them} , first.", 17, "space before a comma"},
		{"Let's hear {name|them} first.", "{name|they} hadn't finished.", 17, "small letter"},
		{"Let's hear {name|them} first.", "Stop. {name|they} hadn't finished.", 17, "small letter"},
		{"Let's hear {name|them} first.", "Let's hear {name|them} first", 17, "full stop"},
		{"Let's hear {name|them} first.", "Let's hear {name|them} first, " + long + ".", 17, "shorten it to 150"},
		{"Let's hear {name|them} first.", "A" + strings.Repeat("a", 125) + " {name|x}.", 17, "with a name in it"},
		{"Please let {name|them} speak.", "Please " + strings.Repeat(long, 4) + "speak.", 20, "shorten it to 600"},
		{"Please let {name|them} speak.", "Hi @channel, stop.", 20, "would notify people"},
		{"## Direct", "## Blunt", 20, `unknown heading "Blunt"`},
		{"## Direct", "## Direct, as boss", 20, `unknown role "boss"`},
		{"## Direct", "## Direct, in writing", 20, `unknown form "in writing"`},
		{"## Direct", "## Direct, written, written", 20, `unknown form "written"`},
		{"## Direct", "## Direct, written\nPlease.\n\n## Direct", 20, "put ## Direct above ## Direct, written"},
		{"## Direct", "## Direct, as host\nPlease.\n\n## Direct", 20, "put ## Direct above ## Direct, as host"},
		{"## Direct", "## With humour, written\nPlease.\n\n## Direct", 20, "add ## With humour, how it is said"},
		{"## Direct", "## Gentle, as host\nPlease.\n\n## Direct", 20, "not for; add host to roles"},
		{"## Direct", "## Gentle, written, as bystander\nA.\n\n## Gentle, as bystander, written\nB.\n\n## Direct", 23, "there twice"},
		{"## Direct", "## Upwards\nMay I?\n\n## Direct", 20, "add ## If it could cost you"},
		{"## Ask first\n{name|Sorry}, are you done?\n", "", 0, "add ## Ask first or ## With humour"},
		{"Please let {name|them} speak.", "{topic|this} is good.", 20, "small letter"},
		{"## Direct", "# Direct", 20, "with two #"},
		{"## Direct", "## Gentle", 20, "there twice"},
		{"Hi {name|there}, how was that\nfor you?", "Hi {name|there}.", 29, "asks the person what they want"},
		{"- Don't wait.", "", 33, "## Avoid is empty"},
		{"- Don't wait.", "Don't wait.", 34, `begin each line below ## Avoid`},
		{"- Don't wait.", "- Don't wait for {name|them}.", 34, "slots don't work"},
	}
	for _, tt := range tests {
		if !strings.Contains(good, tt.was) {
			t.Fatalf("%q is not in the good script", tt.was)
		}
		l, problems := lintOver(t, map[string]string{"scripts/patience.md": strings.Replace(good, tt.was, tt.is, 1)})
		hit := slices.ContainsFunc(problems, func(p Problem) bool {
			return p.Line == tt.line && strings.Contains(p.What, tt.want) && p.File == "scripts/patience.md"
		})
		if !hit {
			t.Errorf("%.40q: problems are %v, want line %d: …%s…", tt.is, problems, tt.line, tt.want)
		}
		stays := strings.Contains(tt.is, "see: [") && !strings.Contains(tt.want, "keep") || strings.Contains(tt.is, "Upwards")
		if (l.Script("patience") != nil) != stays {
			t.Errorf("%.40q: the script was loaded or not, wrongly", tt.is)
		}
		if l.Script("interrupted") == nil {
			t.Errorf("%.40q: the others were not loaded", tt.is)
		}
	}
}

func TestLintOfFiles(t *testing.T) {
	tests := []struct{ file, text, want string }{
		{"scripts/My Script.md", good, "name the file"},
		{"script.md", good, "move it into the folder scripts or lessons"},
		{"scripts/empty.md", "", `begin the file with a line "---"`},
		{"scripts/open.md", "---\ntitle: x\n", `second line "---"`},
		{"scripts/nothing.md", "---\nhide: true\n---\n", "to hide"},
		{"scripts/list.md", "---\n- a\n---\n", `"key: value"`},
		{"scripts/large.md", strings.Repeat("x", maxFile+1), "KB long"},
		{"concepts.yaml", "concepts:\n  - {id: a, wrods: [b]}\n", "wrods"},
		{"practices.yaml", "- {id: speak-up, practices: [{id: shout}]}\n", "needs an id, a title and a meaning"},
	}
	for _, tt := range tests {
		_, problems := lintOver(t, map[string]string{tt.file: tt.text})
		if len(problems) == 0 || problems[0].File != tt.file || !strings.Contains(fmt.Sprint(problems), tt.want) {
			t.Errorf("%s: problems are %v, want …%s…", tt.file, problems, tt.want)
		}
	}
}

func TestLintReportsTheLastFolderOnly(t *testing.T) {
	own := fstest.MapFS{"scripts/bad.md": {Data: []byte("x")}}
	if p := Lint(base(t), own); len(p) != 1 || p[0].String() != `scripts/bad.md:1: begin the file with a line "---" and the title, practices and phrases below it` {
		t.Errorf("%v", p)
	}
}

func TestRender(t *testing.T) {
	s, problems := Parse("scripts/patience.md", []byte(strings.Replace(good, "## Ask first", "## Direct, as bystander, written\nPlease let {name|them} go on about {topic|this}.\n\n## Ask first", 1)))
	if s == nil {
		t.Fatal(problems)
	}
	out := Render(s, Values{})
	for _, want := range []string{
		"A test of patience", "with a name:   Let's hear Sam first.", "without:       Let's hear them first.", "Direct, as bystander, written",
		"with both:     Please let Sam go on about the pricing page.", "with a topic:  Please let them go on about the pricing page.",
		"If they push back", "Follow up privately", "Avoid", "one way to say it",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.ContainsAny(out, "{}") {
		t.Error("there is a bare slot in it")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("---\nhide: true\n---\n"))
	f.Add([]byte(manyVoices))
	f.Add([]byte(strings.Replace(good, "## Direct", "## Direct, as host, written, as, ,\n## Upwards,\n## Direct", 1)))
	f.Add([]byte(strings.Replace(good, "roles: [bystander]", "roles: [x, \"\"]\nsee: [patience, \"\"]\nfamily: \"\"\nwhy: {name|x}", 1)))
	f.Add([]byte("---\ntitle: &a [*a]\n? x\n---\n## Gentle\n{name|{name's|}}\n"))
	f.Add([]byte("---\nphrases:\n  - {a: b}\n  - !!binary x\n---\n## Avoid\n- \n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, problems := Parse("scripts/fuzz.md", content)
		if (s == nil) && len(problems) == 0 && !strings.Contains(string(content), "hide") {
			t.Error("neither a script nor a problem")
		}
		for _, p := range problems {
			if p.What == "" || p.Line < 0 || p.File == "" {
				t.Errorf("%+v", p)
			}
		}
		if s == nil {
			return
		}
		for _, r := range append([]Role{""}, s.Roles...) {
			if len(s.Tones(r)) == 0 {
				t.Errorf("nothing to say for %q", r)
			}
		}
		for _, text := range s.Texts {
			if got := Fill(text.Text, Values{Name: "Sam"}); strings.ContainsAny(got, "{}") || strings.Contains(got, "  ") {
				t.Errorf("%q", got)
			}
		}
		Render(s, Values{})
	})
}

// The README's example is copied by people: it must be right, and show everything
// that the format has.
func TestExampleInReadme(t *testing.T) {
	readme, err := os.ReadFile("../../playbooks/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## The example\n\n```markdown\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the README has no example")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "scripts"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scripts", "long-meeting.md"), []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	own := os.DirFS(dir)
	for _, p := range Lint(playbooks.FS, own) {
		t.Error(p)
	}
	l, _ := Load(playbooks.FS, own)
	s := l.Script("long-meeting")
	if s == nil {
		t.Fatal("it was not loaded")
	}
	for _, want := range []struct {
		part    Part
		role    Role
		written bool
	}{{Gentle, "", true}, {Gentle, Affected, false}, {Gentle, Host, false}, {FollowUp, Affected, false}, {Upwards, "", false}, {Cost, "", false}} {
		if got, ok := s.Text(want.part, want.role, want.written); !ok || got.Role != want.role || got.Written != want.written {
			t.Errorf("it shows no %+v", want)
		}
	}
	if s.Why == "" || len(s.See) == 0 {
		t.Error("it gives no reason, or nothing that comes next")
	}
	if r := l.Find("our meeting overruns every single week"); !r.Confident || r.Matches[0].Script.ID != "long-meeting" {
		t.Errorf("it is not found: %+v", r)
	}

	// Every key, heading, role and slot there is, is explained.
	for _, p := range partHeadings {
		if !strings.Contains(string(readme), "`## "+p.heading+"`") {
			t.Errorf("the README does not explain ## %s", p.heading)
		}
	}
	for _, key := range []string{"title", "practices", "moment", "roles", "phrases", "why", "source", "see", "family", "locale"} {
		if !strings.Contains(string(readme), "| `"+key+"` |") {
			t.Errorf("the README does not explain %s", key)
		}
	}
	for _, word := range []string{"`{name|them}`", "`{name's|their}`", "`{topic|this}`", "hide: true"} {
		if !strings.Contains(string(readme), word) {
			t.Errorf("the README does not explain %s", word)
		}
	}
	for _, r := range roles {
		if !strings.Contains(string(readme), "`"+string(r)+"`") {
			t.Errorf("the README does not explain the role %s", r)
		}
	}
}
