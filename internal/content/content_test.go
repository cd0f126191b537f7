package content

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"allybot/internal/playbook"
	"allybot/playbooks"
)

// script is good; its title and first words are what tests look at.
const script = `---
title: %s
practices: [make-space]
moment: Somebody is testing.
roles: [bystander]
phrases: [one, two, three, four, five, six, seven, eight]
---

## Gentle
%s

## Direct
Please wait.

## Ask first
Are you done?

## If they push back
It won't take long.

## Follow up privately
How was that for you?

## Avoid
- Don't wait.
`

func words(title, gentle string) string { return fmt.Sprintf(script, title, gentle) }

// desk is an author's folder and the store that reads it.
type desk struct {
	*Store
	t   *testing.T
	dir string
	now time.Time
}

func newDesk(t *testing.T, metrics prometheus.Registerer) *desk {
	t.Helper()
	practices, err := fs.ReadFile(playbooks.FS, "practices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	builtIn := fstest.MapFS{
		"practices.yaml":        {Data: practices},
		"scripts/comes-with.md": {Data: []byte(words("Comes with Ally", "Built in."))},
	}
	d := &desk{t: t, dir: t.TempDir(), now: time.Unix(1_000, 0)}
	d.write("scripts/mine.md", words("Mine", "First."))
	d.write("scripts/comes-with.md", words("Replaced", "Replaced."))
	d.Store, err = Open(Options{BuiltIn: builtIn, Dir: d.dir, Now: func() time.Time { return d.now }, Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	file := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// says checks the first words of a script, "" for none.
func (d *desk) says(when, id, want string) {
	d.t.Helper()
	got := ""
	if s := d.Library().Script(id); s != nil {
		text, _ := s.Text(playbook.Gentle, "", false)
		got = text.Text
	}
	if got != want {
		d.t.Errorf("%s: %s says %q, want %q", when, id, got, want)
	}
}

// toMend checks what is reported: parts of each problem, in order.
func (d *desk) toMend(when string, want ...string) {
	d.t.Helper()
	got := d.Problems()
	ok := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		ok = ok && strings.Contains(got[i].String(), want[i])
	}
	if !ok {
		d.t.Errorf("%s: problems are %v, want %q", when, got, want)
	}
}

// value is that of a metric, named with the value of its label if it has one.
func value(t *testing.T, metrics *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			full := f.GetName()
			for _, l := range m.GetLabel() {
				full += " " + l.GetValue()
			}
			if full == name {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	t.Fatalf("there is no %s", name)
	return 0
}

func TestAFileIsChangedBrokenMendedAndDeleted(t *testing.T) {
	metrics := prometheus.NewRegistry()
	d := newDesk(t, metrics)
	d.says("at the start", "mine", "First.")
	d.says("at the start", "comes-with", "Replaced.")

	d.write("scripts/mine.md", words("Mine", "Second."))
	d.look()
	d.says("changed", "mine", "Second.")

	d.now = time.Unix(2_000, 0)
	d.write("scripts/mine.md", words("Mine", "Broken {who|x}."))
	d.write("scripts/comes-with.md", "nothing")
	d.write("scripts/new.md", "nothing")
	d.look()
	d.says("broken", "mine", "Second.")
	d.says("broken", "comes-with", "Replaced.")
	d.says("never good", "new", "")
	d.toMend("broken", "scripts/comes-with.md:1: begin the file", "scripts/mine.md:9: unknown slot {who|x}", "scripts/new.md:1: begin the file")
	for name, want := range map[string]float64{
		"ally_playbooks_problems": 3, "ally_playbooks_scripts": 2, "ally_playbooks_last_success_timestamp_seconds": 1000,
		"ally_playbooks_loads_total clean": 2, "ally_playbooks_loads_total problems": 1,
	} {
		if got := value(t, metrics, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}

	d.write("scripts/mine.md", words("Mine", "Third."))
	d.write("scripts/new.md", words("New", "New."))
	d.look()
	d.says("mended", "mine", "Third.")
	d.says("mended", "new", "New.")
	d.toMend("one is left", "comes-with.md:1")

	d.must(os.Remove(filepath.Join(d.dir, "scripts/comes-with.md")))
	d.must(os.Remove(filepath.Join(d.dir, "scripts/new.md")))
	d.look()
	d.says("gone for a moment", "comes-with", "Replaced.")
	d.look()
	d.says("deleted", "comes-with", "Built in.")
	d.says("deleted", "new", "")
	d.toMend("deleted")

	// What was deleted is no last good version of what comes later.
	d.write("scripts/new.md", "nothing")
	d.look()
	d.says("a new file of an old name", "new", "")
}

func TestALessonIsBrokenMendedAndDeleted(t *testing.T) {
	text, err := fs.ReadFile(playbooks.FS, "lessons/bring-the-point-back.md")
	if err != nil {
		t.Fatal(err)
	}
	lesson := func(title string) string {
		s := strings.Replace(string(text), "title: Bring the point back", "title: "+title, 1)
		return strings.Replace(s, "script: interrupted", "script: mine", 1)
	}
	d := newDesk(t, nil)
	says := func(when, want string) {
		t.Helper()
		got := ""
		if l := d.Library().Lesson("my-own"); l != nil {
			got = l.Title
		}
		if got != want {
			t.Errorf("%s: the lesson is %q, want %q", when, got, want)
		}
	}
	d.write("lessons/my-own.md", lesson("First"))
	d.look()
	says("new", "First")
	d.toMend("new")

	d.write("lessons/my-own.md", lesson("Second: broken"))
	d.look()
	says("broken", "First")
	d.toMend("broken", "lessons/my-own.md:2: ")

	d.write("lessons/my-own.md", lesson("Third"))
	d.look()
	says("mended", "Third")
	d.toMend("mended")

	d.must(os.Remove(filepath.Join(d.dir, "lessons/my-own.md")))
	d.look()
	d.look()
	says("deleted", "")
}

func TestNothingIsLoadedWithoutNeed(t *testing.T) {
	d := newDesk(t, nil)
	before := d.Library()
	d.write("scripts/mine.md", words("Mine", "First.")) // saved, but the same
	d.write("scripts/.mine.md.swp", "an editor's")
	d.write("scripts/mine.md~", "an editor's")
	d.write("notes.pdf", "none of ours")
	d.look()
	if d.Library() != before {
		t.Error("it was loaded anew")
	}
}

// Editors write beside the file and rename.
func TestRenamedIntoPlace(t *testing.T) {
	d := newDesk(t, nil)
	d.must(os.Rename(filepath.Join(d.dir, "scripts/mine.md"), filepath.Join(d.dir, "scripts/mine.md~")))
	d.look() // in the middle of it
	d.says("in between", "mine", "First.")
	d.write("scripts/4913", "")
	d.write("scripts/.mine.tmp", words("Mine", "Second."))
	d.must(os.Rename(filepath.Join(d.dir, "scripts/.mine.tmp"), filepath.Join(d.dir, "scripts/mine.md")))
	d.look()
	d.says("renamed", "mine", "Second.")
	d.toMend("renamed")
}

// Kubernetes mounts a config map as links to ..data, which is itself a link that
// is swapped when the map changes.
func TestConfigMap(t *testing.T) {
	d := newDesk(t, nil)
	d.must(os.RemoveAll(filepath.Join(d.dir, "scripts")))
	mount := filepath.Join(d.dir, "scripts")
	put := func(version, text string) {
		d.must(os.MkdirAll(filepath.Join(mount, version), 0o755))
		d.must(os.WriteFile(filepath.Join(mount, version, "mine.md"), []byte(text), 0o600))
		d.must(os.Chtimes(filepath.Join(mount, version, "mine.md"), time.Unix(1, 0), time.Unix(1, 0)))
		d.must(os.Symlink(version, filepath.Join(mount, "..data_tmp")))
		d.must(os.Rename(filepath.Join(mount, "..data_tmp"), filepath.Join(mount, "..data")))
	}
	put("..2026_1", words("Mine", "Map 1."))
	d.must(os.Symlink(filepath.Join("..data", "mine.md"), filepath.Join(mount, "mine.md")))
	d.look()
	d.says("mounted", "mine", "Map 1.")
	put("..2026_2", words("Mine", "Map 2.")) // as long, and as old
	d.must(os.RemoveAll(filepath.Join(mount, "..2026_1")))
	d.look()
	d.says("swapped", "mine", "Map 2.")
}

func TestAFolderThatIsAwayKeepsItsWords(t *testing.T) {
	d := newDesk(t, nil)
	away := d.dir + ".away"
	d.must(os.Rename(d.dir, away))
	for range 3 {
		d.look()
		d.says("away", "mine", "First.")
		d.toMend("away", "cannot be read")
	}
	d.must(os.Rename(away, d.dir))
	d.look()
	d.says("back", "mine", "First.")
	d.toMend("back")
}

func TestAFileThatCannotBeReadKeepsItsWords(t *testing.T) {
	d := newDesk(t, nil)
	d.write("scripts/mine.md", strings.Repeat("x", maxBytes+1)) // a right that is missing does not stop root
	for range 3 {
		d.look()
		d.says("too long", "mine", "First.")
		d.toMend("too long", "scripts/mine.md: the file cannot be read")
	}
	d.write("scripts/other.md", words("Other", "Other."))
	d.look()
	d.says("meanwhile", "other", "Other.")
	d.toMend("meanwhile", "scripts/mine.md: the file cannot be read")
	d.write("scripts/mine.md", words("Mine", "Second."))
	d.look()
	d.says("mended", "mine", "Second.")
	d.toMend("mended")
}

func TestTheFolderMustBeThereAtTheStart(t *testing.T) {
	_, err := Open(Options{BuiltIn: fstest.MapFS{}, Dir: filepath.Join(t.TempDir(), "nowhere")})
	if err == nil || !strings.HasPrefix(err.Error(), "ALLY_PLAYBOOKS_DIR: the folder ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("it says: %v", err)
	}
}

func TestWatchLooksAtEachTick(t *testing.T) {
	d := newDesk(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() { defer close(done); d.Watch(ctx, ticks) }()
	d.write("scripts/mine.md", words("Mine", "Second."))
	ticks <- d.now
	ticks <- d.now // taken only when the first was done with
	d.says("watched", "mine", "Second.")
	cancel()
	<-done
}
