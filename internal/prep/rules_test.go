package prep

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/playbooks"
)

// library is a few scripts of the tests' own, so that better words in the
// built-in ones don't change what is tested here.
var library = sync.OnceValues(func() (*playbook.Library, []playbook.Problem) {
	content := fstest.MapFS{}
	add := func(f fs.FS, pattern string) {
		names, err := fs.Glob(f, pattern)
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(f, name)
			if err != nil {
				panic(err)
			}
			content[name] = &fstest.MapFile{Data: b}
		}
	}
	add(playbooks.FS, "*.yaml")
	add(os.DirFS("testdata/content"), "scripts/*.md")
	return playbook.Load(content)
})

func testLibrary(t testing.TB) *playbook.Library {
	t.Helper()
	lib, problems := library()
	for _, p := range problems {
		t.Error(p)
	}
	return lib
}

func builtInGoals(t testing.TB) []playbook.Goal {
	t.Helper()
	l, problems := playbook.Load(playbooks.FS)
	goals := l.Goals()
	if len(problems) > 0 || len(goals) == 0 {
		t.Fatal(len(goals), problems)
	}
	return goals
}

func goal(t testing.TB, id string) *playbook.Goal {
	t.Helper()
	g := draft{Goal: id}.goal(builtInGoals(t))
	if g == nil {
		t.Fatalf("no goal %s", id)
	}
	return g
}

var paris = func() *time.Location {
	z, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return z
}()

func TestTheFormIsChecked(t *testing.T) {
	goals := builtInGoals(t)
	now := time.Date(2026, 11, 21, 22, 0, 0, 0, paris)
	good := draft{What: "talked over", Goal: "change"}
	with := func(change func(*draft)) draft { d := good; change(&d); return d }
	for name, c := range map[string]struct {
		d     draft
		wrong map[string]string
	}{
		"all that is needed":   {good, nil},
		"nothing":              {draft{}, map[string]string{fieldWhat: needWhat, fieldGoal: needGoal}},
		"blanks":               {with(func(d *draft) { d.What = " \n\u200b\t" }), map[string]string{fieldWhat: needWhat}},
		"a goal that is gone":  {with(func(d *draft) { d.Goal = "win" }), map[string]string{fieldGoal: needGoal}},
		"with oneself":         {with(func(d *draft) { d.UserID = "UME" }), map[string]string{fieldWho: notYourself}},
		"today":                {with(func(d *draft) { d.Day = "2026-11-21" }), nil},
		"later today":          {with(func(d *draft) { d.Day, d.Time = "2026-11-21", "22:30" }), nil},
		"earlier today":        {with(func(d *draft) { d.Day, d.Time = "2026-11-21", "21:59" }), map[string]string{fieldTime: pastTime}},
		"yesterday":            {with(func(d *draft) { d.Day = "2026-11-20" }), map[string]string{fieldDay: pastDay}},
		"long ago":             {with(func(d *draft) { d.Day, d.Time = "1926-11-20", "25:00" }), map[string]string{fieldDay: pastDay}},
		"no such day":          {with(func(d *draft) { d.Day = "2026-02-30" }), map[string]string{fieldDay: badDay}},
		"no day at all":        {with(func(d *draft) { d.Day = "soon" }), map[string]string{fieldDay: badDay}},
		"no such time":         {with(func(d *draft) { d.Day, d.Time = "2026-11-30", "25:00" }), map[string]string{fieldTime: badTime}},
		"a time without a day": {with(func(d *draft) { d.Time = "10:00" }), map[string]string{fieldDay: needDay}},
		"a leap day":           {with(func(d *draft) { d.Day = "2028-02-29" }), nil},
		"everything is wrong": {
			draft{UserID: "UME", Day: "x", Time: "y"},
			map[string]string{fieldWhat: needWhat, fieldGoal: needGoal, fieldWho: notYourself, fieldDay: badDay},
		},
	} {
		got := c.d.check(goals, "UME", now, true)
		if len(got) != len(c.wrong) {
			t.Errorf("%s: %v, want %v", name, got, c.wrong)
		}
		for field, line := range c.wrong {
			if got[field] != line {
				t.Errorf("%s: %s says %q, want %q", name, field, got[field], line)
			}
		}
	}
}

func TestADayIsOverOnlyWhenItIsOverEverywhere(t *testing.T) {
	// 11:00 UTC on the 21st: on the 20th still in the last zone.
	now := time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC).In(earliest)
	for day, over := range map[string]bool{"2026-11-21": false, "2026-11-20": false, "2026-11-19": true} {
		d := draft{What: "x", Goal: "change", Day: day, Time: "00:00"}
		if got := len(d.check(builtInGoals(t), "UME", now, false)) > 0; got != over {
			t.Errorf("%s is over: %v", day, got)
		}
	}
}

func TestTheCheckInIsAWeekLater(t *testing.T) {
	for _, c := range []struct{ day, time, when, checkIn string }{
		{"2026-11-26", "14:00", "Thursday 26 November, 14:00", "Thursday 3 December"},
		{"2026-10-21", "", "Wednesday 21 October", "Wednesday 28 October"}, // summer time ends between
		{"2026-12-31", "09:05", "Thursday 31 December, 09:05", "Thursday 7 January"},
		{"", "", "", ""},
	} {
		at := draft{Day: c.day, Time: c.time}.when(paris)
		if at.String() != c.when || at.checkIn() != c.checkIn {
			t.Errorf("%s %s: %q, then %q", c.day, c.time, at, at.checkIn())
		}
	}
}

func TestWhomATextSuggestsToTalkTo(t *testing.T) {
	lib := testLibrary(t)
	for text, want := range map[string]string{
		"<@USAM|sam> keeps talking over me":          "USAM",
		"<@USAM> took credit for my idea":            "USAM",
		"I interrupted <@USAM|sam> in the meeting":   "USAM",
		"<@USAM|sam> keeps getting talked over":      "", // somebody else did it
		"<@USAM|sam> and <@UPRIYA> talk over me":     "", // which of them?
		"<@UME|me> was talked over by <@USAM|sam>":   "USAM",
		"<@USAM> took my idea and <@USAM> laughed":   "USAM",
		"talked over again":                          "",
		"<#C1|general> and <!here> and <@bad> in it": "",
	} {
		if got := partnerIn(text, lib.Find(text), "UME"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What the words of a script add depends on who asks and what they want.
func TestWordsForTheMoment(t *testing.T) {
	lib := testLibrary(t)
	for _, c := range []struct {
		text, goal, partner string
		lead, words, push   string // beginnings; no lead: nothing is added
	}{
		{"sam keeps talking over me", "change", "Sam", leadMoment, "I'd like to finish my point", "I need one more minute"},
		{"sam keeps talking over me", "limit", "Sam", leadMoment, "I wasn't finished", "I need one more minute"},
		{"sam keeps talking over me", "understand", "Sam", leadMoment, "Can I finish this", "I need one more minute"},
		{"sam keeps talking over me", "repair", "Sam", "", "", ""},  // they did nothing to repair
		{"sam keeps talking over me", "support", "Sam", "", "", ""}, // nor saw it happen to another
		{"I interrupted Sam in the meeting", "repair", "Sam", leadWritten, "Hi Sam, I talked over you", ""},
		{"I interrupted Sam in the meeting", "repair", "", leadWritten, "Hi there, I talked over you", ""},
		{"Sam keeps getting talked over", "support", "Sam", leadWritten, "Hi Sam, you were cut off", ""},
		{"Sam keeps getting talked over", "feedback", "Dave", leadMoment, "Hold on, Sam hadn't finished", "Let Sam finish"},
		// Whom they talk to did it, so the words are not about them.
		{"Sam keeps getting talked over", "feedback", "sam", leadMoment, "Hold on, my colleague hadn't", "Let them finish"},
		{"somebody keeps getting talked over", "feedback", "Dave", leadMoment, "Hold on, my colleague hadn't", "Let them finish"},
		{"somebody keeps getting talked over", "repair", "Dave", leadWritten, "Hi Dave, I talked over you", ""},
		{"quarterly spreadsheet formulas", "change", "Sam", "", "", ""},
		{"he touched me", "change", "Sam", "", "", ""}, // no clever line after harm
		{"", "change", "", "", "", ""},
	} {
		m := momentOf(lib, goal(t, c.goal), lib.Find(c.text), c.partner, "en-GB")
		if m == nil {
			if c.lead != "" {
				t.Errorf("%s, %s: nothing is added", c.text, c.goal)
			}
			continue
		}
		if m.Lead != c.lead || !strings.HasPrefix(m.Words, c.words) || !strings.Contains(m.PushBack, c.push) || c.push == "" && m.PushBack != "" {
			t.Errorf("%s, %s: %+v", c.text, c.goal, *m)
		}
	}
}

// Every page reads well with a name and without, with words for the moment and
// without.
func TestEveryPageReadsWell(t *testing.T) {
	lib := testLibrary(t)
	for _, g := range builtInGoals(t) {
		for _, name := range []string{"", "Sam", "Nguyễn Mai", "محمد", "O'Neill"} {
			for _, text := range []string{"", "sam keeps talking over me", "I interrupted Sam", "Sam keeps getting talked over"} {
				for _, day := range []string{"", "2026-11-26"} {
					p := compose(lib, &g, lib.Find(text), name, draft{Day: day}.when(paris), "")
					said := slices.Concat([]string{p.Opener, p.Then, p.Close, p.CheckIn}, p.Questions)
					for _, a := range p.PushBack {
						said = append(said, a.They, a.You)
					}
					if p.Moment != nil {
						said = append(said, p.Moment.Words)
						if p.Moment.Cost != "" {
							said = append(said, p.Moment.Cost)
						}
					}
					for _, s := range said {
						if s == "" || strings.ContainsAny(s, "{}|<>") || strings.Contains(s, "  ") || strings.Contains(s, " ,") || strings.HasPrefix(s, ",") {
							t.Errorf("%s, %q: %q", g.ID, name, s)
						}
						if last := s[len(s)-1]; last != '.' && last != '?' && last != '!' {
							t.Errorf("%s: %q has no end", g.ID, s)
						}
					}
					if len(p.Questions) != 3 {
						t.Errorf("%s: %d questions", g.ID, len(p.Questions))
					}
					if name != "" && (!strings.Contains(p.Opener, name) || !strings.Contains(p.CheckIn, name) || !strings.Contains(p.title(), name)) {
						t.Errorf("%s: %q is missing in %q, %q, %q", g.ID, name, p.title(), p.Opener, p.CheckIn)
					}
					whole := p.text()
					whole = strings.NewReplacer("\u2068", "", "\u2069", "").Replace(whole)
					if n := blockkit.Len(whole); n > 2500 {
						t.Errorf("%s: the page has %d characters, too much to read before a conversation", g.ID, n)
					}
					for _, s := range said {
						if !strings.Contains(whole, s) {
							t.Errorf("%s: %q is not in the text to copy", g.ID, s)
						}
					}
				}
			}
		}
	}
}

func TestAPageThatIsTooLongLosesTheExtrasFirst(t *testing.T) {
	p := plan{
		Goal: "Goal", Opener: strings.Repeat("Word ", 500), Close: "The close.", CheckIn: "The check-in.",
		Moment: &moment{Lead: "Lead", Words: strings.Repeat("More ", 200)},
	}
	got := p.text()
	if blockkit.Len(got) > 3000 || strings.Contains(got, "More") || !strings.HasSuffix(got, "The check-in.") {
		t.Errorf("%d characters, ending in %q", blockkit.Len(got), got[len(got)-40:])
	}
	p.Opener = strings.Repeat("Word ", 800)
	if n := blockkit.Len(p.text()); n > 3000 {
		t.Errorf("%d characters", n)
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("talked over", "Sam", "2026-11-26", "14:00", "UME")
	f.Add("<@U1|x> &amp; \x00\u202e", "{name|x}", "0000-00-00", "24:60", "")
	l, problems := playbook.Load(playbooks.FS)
	goals := l.Goals()
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	lib, _ := library()
	f.Fuzz(func(t *testing.T, what, name, day, clock, user string) {
		d := draft{What: what, Name: name, Day: day, Time: clock, UserID: user, Goal: goals[0].ID}
		d.check(goals, "UME", time.Date(2026, 11, 21, 0, 0, 0, 0, paris), true)
		p := compose(lib, &goals[0], lib.Find(blockkit.Escape(what)), shownName(name), d.when(paris), "")
		if n := blockkit.Len(p.text()); n > blockkit.MaxTyped {
			t.Errorf("%d characters", n)
		}
		c := carried{Draft: &d, ToPage: true}
		if s := c.String(); blockkit.Len(s) > blockkit.MaxMetadata || !readCarried(s).ToPage {
			t.Errorf("metadata of %d characters", blockkit.Len(s))
		}
	})
}
