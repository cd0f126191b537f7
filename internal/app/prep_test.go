package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// preparing is a person who plans a conversation in a workspace.
type preparing struct {
	*workspace
	*slacksim.Actor
	t *testing.T
}

func prepare(t *testing.T, change ...func(*config.Config, *Deps)) *preparing {
	t.Helper()
	w := newWorkspace(t)
	w.run(change...)
	return &preparing{workspace: w, Actor: w.As(w.alice), t: t}
}

// open types the command and returns the window it opens.
func (p *preparing) open(text string) slacksim.View {
	p.t.Helper()
	before := len(p.Views())
	if err := p.Command(p.general, "/ally", text).Wait(patience); err != nil {
		p.t.Fatalf("/ally %.80s: %v", text, err)
	}
	return p.top(before + 1)
}

// top waits for so many windows and returns the one in front.
func (p *preparing) top(windows int) slacksim.View {
	p.t.Helper()
	p.eventually(fmt.Sprint(windows, " windows are open"), func() bool { return len(p.Views()) == windows })
	return p.Views()[windows-1]
}

// submit sends a window; it fails on errors.
func (p *preparing) submit(v slacksim.View) {
	p.t.Helper()
	ex := p.Submit(v.ID)
	if err := ex.Wait(patience); err != nil || len(ex.Errors()) > 0 {
		p.t.Fatalf("submitting: %v, %v", err, ex.Errors())
	}
}

// refused sends a window and returns the errors shown in it.
func (p *preparing) refused(v slacksim.View) map[string]string {
	p.t.Helper()
	ex := p.Submit(v.ID)
	_ = ex.Wait(patience)
	if len(ex.Errors()) == 0 {
		p.t.Fatal("nothing was wrong with it")
	}
	return ex.Errors()
}

// page fills in the form and returns the page.
func (p *preparing) page(text, goal string) slacksim.View {
	p.t.Helper()
	form := p.open("prep " + text)
	p.Type(form.ID, "goal", goal)
	p.submit(form)
	return p.top(2)
}

// keepOne keeps a page and closes all windows.
func (p *preparing) keepOne(text string) {
	p.t.Helper()
	v := p.page(text, "change")
	p.submit(v)
	if shown := p.top(2); !strings.Contains(string(shown.Blocks), "is kept until") {
		p.t.Fatalf("after Keep: %s", shown.Blocks)
	}
	p.CloseAll()
	p.top0()
}

func (p *preparing) top0() {
	p.t.Helper()
	p.eventually("no window is open", func() bool { return len(p.Views()) == 0 })
}

// has fails if a view does not show all the texts.
func (p *preparing) has(v slacksim.View, texts ...string) {
	p.t.Helper()
	shown := readable(p.t, v.Blocks)
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			p.t.Errorf("the window %q does not show %q:\n%s", v.Title, text, shown)
		}
	}
}

// readable is blocks as one reads them.
func readable(t *testing.T, blocks json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(blocks, &v); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case string:
			out = append(out, v)
		}
	}
	walk(v)
	return strings.Join(out, "\n")
}

// stored is everything in Redis that is about pages, and all values as they are.
func (p *preparing) stored() (pages []string, everything string) {
	p.t.Helper()
	db, err := redisdb.Open(p.redis.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	ctx := p.t.Context()
	var all strings.Builder
	for _, key := range db.Client.Keys(ctx, "*").Val() {
		if strings.Contains(key, ":page") {
			pages = append(pages, key)
		}
		dump, _ := db.Client.Dump(ctx, key).Result()
		all.WriteString(key + dump)
		if s, err := db.Client.Get(ctx, key).Result(); err == nil {
			all.WriteString(s)
		}
	}
	return pages, all.String()
}

// unseen fails if a text can be read in Redis, on its disk, or in the logs.
func (p *preparing) unseen(secrets ...string) {
	p.t.Helper()
	_, all := p.stored()
	for _, e := range p.logs.All() {
		all += fmt.Sprint(e.Message, e.ContextMap())
	}
	for _, s := range secrets {
		if strings.Contains(all, s) {
			p.t.Errorf("%q can be read in Redis or in the logs", s)
		}
	}
}

func TestPreparingAConversation(t *testing.T) {
	p := prepare(t)
	form := p.open("prep @sam keeps talking over me & it hurts")
	p.has(form, "Samira keeps talking over me & it hurts", p.sam)
	p.Type(form.ID, "goal", "change")
	p.Type(form.ID, "day", "2099-12-30")
	p.Type(form.ID, "time", "14:00")
	p.submit(form)
	page := p.top(2)
	p.has(page, "Your conversation with Samira", "Ask for a change · Wednesday 30 December, 14:00", "Samira, there's one thing",
		"How do you see it?", "Check in, Wednesday 6 January", "technically read it")
	// Back leads to the form as it was, and another goal to another page.
	p.CloseView(page.ID)
	form = p.top(1)
	p.Type(form.ID, "goal", "be-heard")
	p.Type(form.ID, "name", "Sami")
	p.submit(form)
	p.has(p.top(2), "Sami, I'd like to tell you", "Wednesday 30 December, 14:00")
	p.CloseAll()
	p.top0()
	if pages, _ := p.stored(); len(pages) > 0 {
		t.Errorf("closed without Keep, and still stored: %v", pages)
	}
	p.unseen("it hurts", "Samira, there", "Sami,")
}

func TestPreparingFromAnEmptyForm(t *testing.T) {
	p := prepare(t)
	form := p.open("prep")
	p.refused(form) // by Slack's own client
	p.Type(form.ID, "what", " \n ")
	p.Type(form.ID, "goal", "understand")
	p.Type(form.ID, "name", "Zoë")
	p.Type(form.ID, "day", "2020-01-01")
	p.Type(form.ID, "who", p.alice)
	wrong := p.refused(form)
	for _, field := range []string{"what", "day", "who"} {
		if wrong[field] == "" {
			t.Errorf("nothing is said about %s: %v", field, wrong)
		}
	}
	// All that was right is still there.
	p.Type(form.ID, "what", "Something odd in the budget round")
	p.Type(form.ID, "day", "")
	p.Type(form.ID, "who", "")
	p.submit(form)
	p.has(p.top(2), "Zoë, do you have ten minutes?", "Understand what happened", "Check in, a week after you talked")
}

func TestWhatIsAndIsNotPrep(t *testing.T) {
	p := prepare(t)
	for _, text := range []string{"prep", "PREP my talk with Sam", "prep?"} {
		if v := p.open(text); v.Title != "Prepare a conversation" {
			t.Errorf("/ally %s opens %q", text, v.Title)
		}
		p.CloseAll()
	}
	for _, text := range []string{"prepare for being interrupted", "how do I prep for it"} {
		p.command(p.alice, p.general, text)
		if n := len(p.Views()); n != 0 {
			t.Errorf("/ally %s opens %d windows", text, n)
		}
	}
}

func TestKeepListViewChangeDelete(t *testing.T) {
	p := prepare(t)
	page := p.page("I want to tell Quentin about the zebra incident", "change")
	p.Type(page.ID, "page", "My own words about the giraffe.\n\n<!channel> & more")
	p.submit(page)
	done := p.top(2)
	p.has(done, "is kept until", "Delete it now")
	p.unseen("zebra", "giraffe", "Quentin", "Your conversation")
	if pages, _ := p.stored(); len(pages) != 2 { // the page and the index
		t.Errorf("stored: %v", pages)
	}
	p.CloseAll()

	// It is on Home, and comes first when the form is opened.
	p.OpenHome()
	p.eventually("the page is on Home", func() bool {
		return p.Home() != nil && strings.Contains(string(p.Home().Blocks), "prep.view")
	})
	form := p.open("prep something new")
	p.has(form, "Pages you kept", "Your conversation · Ask for a change")
	if err := p.PressView(form.ID, "prep.view").Wait(patience); err != nil {
		t.Fatal(err)
	}
	view := p.top(2)
	p.has(view, "My own words about the giraffe.", "Kept until", "technically read it")

	p.Type(view.ID, "page", "Changed words.")
	p.submit(view)
	p.eventually("the change is shown", func() bool { return strings.Contains(string(p.Views()[1].Blocks), "changes are saved") })
	view = p.Views()[1]
	p.has(view, "Changed words.")

	// Deleted, it is gone from all lists, and what was typed below stays.
	if err := p.PressView(view.ID, "prep.delete").Wait(patience); err != nil {
		t.Fatal(err)
	}
	p.eventually("it is said", func() bool { return strings.Contains(string(p.Views()[1].Blocks), "gone for good") })
	p.eventually("the form is shown anew", func() bool { return !strings.Contains(string(p.Views()[0].Blocks), "prep.view") })
	p.eventually("Home is shown anew", func() bool { return !strings.Contains(string(p.Home().Blocks), "prep.view") })
	if pages, _ := p.stored(); len(pages) > 0 {
		t.Errorf("stored after deleting: %v", pages)
	}
	p.CloseView(p.Views()[1].ID)
	form = p.top(1)
	p.Type(form.ID, "goal", "limit")
	p.submit(form) // with "something new" in it
	p.has(p.top(2), "Set a limit")
}

func TestManyKeptPages(t *testing.T) {
	p := prepare(t)
	for n := range 20 {
		p.keepOne(fmt.Sprintf("talked over, number %d", n))
	}
	page := p.page("talked over once more", "change")
	if wrong := p.refused(page); !strings.Contains(wrong["page"], "20 pages") {
		t.Errorf("the 21st: %v", wrong)
	}
	p.CloseAll()
	form := p.open("prep")
	p.has(form, "All 20 are in the list.")
	var lists []string
	for _, line := range strings.Split(readable(t, form.Blocks), "\n") {
		if strings.HasPrefix(line, "prep.view") {
			lists = append(lists, line)
		}
	}
	if len(lists) != 4 { // three buttons and the list
		t.Errorf("actions: %v", lists)
	}
	p.OpenHome()
	p.eventually("all are on Home", func() bool {
		return p.Home() != nil && strings.Contains(string(p.Home().Blocks), "All 20 are in the list.")
	})
	// A list keeps what was picked, so what it is in is shown anew each time.
	p.Type(form.ID, "what", "talked over")
	page0 := firstPage(t, form)
	for range 2 {
		before := p.Views()[0]
		if err := p.SelectView(before.ID, "prep.view:list", page0).Wait(patience); err != nil {
			t.Fatal(err)
		}
		shown := p.top(2)
		p.has(shown, "Kept until")
		p.eventually("a new form below", func() bool { return isNew(before, p.Views()[0]) })
		p.CloseView(shown.ID)
		p.top(1)
	}
	if got := string(p.Views()[0].Values); !strings.Contains(got, "talked over") {
		t.Errorf("what was typed is lost: %s", got)
	}
	p.CloseAll()
	p.top0()
	for range 2 {
		before := *p.Home()
		if err := p.SelectView(before.ID, "prep.view:list", page0).Wait(patience); err != nil {
			t.Fatal(err)
		}
		p.has(p.top(1), "Kept until")
		p.eventually("Home is new", func() bool { return isNew(before, *p.Home()) })
		p.CloseAll()
		p.top0()
	}
}

// firstPage is the value of the first option of the list of kept pages.
func firstPage(t *testing.T, v slacksim.View) string {
	t.Helper()
	var blocks []struct {
		Accessory struct {
			Options []struct{ Value string }
		}
	}
	if err := json.Unmarshal(v.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if len(b.Accessory.Options) > 0 {
			return b.Accessory.Options[0].Value
		}
	}
	t.Fatal("there is no list of pages")
	return ""
}

func TestAPageEndsAfterSevenDays(t *testing.T) {
	var ahead atomic.Int64
	p := prepare(t, func(_ *config.Config, d *Deps) {
		d.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	p.keepOne("talked over")
	form := p.open("prep")
	p.has(form, "Pages you kept")
	ahead.Store(int64(7*24*time.Hour + time.Minute))
	if err := p.PressView(form.ID, "prep.view").Wait(patience); err != nil {
		t.Fatal(err)
	}
	p.has(p.top(2), "not there any more")
	p.CloseAll()
	if v := p.open("prep"); strings.Contains(string(v.Blocks), "Pages you kept") {
		t.Error("it is still listed")
	}
}

func TestPreparingWithRedisAway(t *testing.T) {
	p := prepare(t)
	p.keepOne("talked over")
	p.redis.Kill()
	form := p.open("prep I interrupted Sam")
	p.has(form, "can't reach the pages you kept")
	p.submit(form) // the goal was suggested: they did it
	page := p.top(2)
	p.has(page, "Sam, I'd like to apologise to you.")
	p.Type(page.ID, "page", "What I changed myself")
	if wrong := p.refused(page); !strings.Contains(wrong["page"], "can't keep it right now") {
		t.Errorf("Keep says %v", wrong)
	}
	p.redis.Restart()
	p.eventually("Keep works again", func() bool {
		ex := p.Submit(page.ID)
		_ = ex.Wait(patience)
		return len(ex.Errors()) == 0 && strings.Contains(string(p.Views()[1].Blocks), "is kept until")
	})
	if pages, _ := p.stored(); len(pages) != 3 {
		t.Errorf("stored: %v", pages)
	}
}

func TestPreparingWhileRedisHangs(t *testing.T) {
	p := prepare(t)
	p.redis.Pause()
	defer p.redis.Resume()
	form := p.open("prep I interrupted Sam") // within the time that Slack gives
	p.submit(form)
	page := p.top(2)
	if wrong := p.refused(page); !strings.Contains(wrong["page"], "can't keep it right now") {
		t.Errorf("Keep says %v", wrong)
	}
	p.redis.Resume()
	p.submit(page)
	p.has(p.top(2), "is kept until")
}

func TestPreparingAfterHarm(t *testing.T) {
	const harm = "my boss touched me at the party"
	dir := t.TempDir()
	contacts := filepath.Join(dir, "contacts.md")
	if err := os.WriteFile(contacts, []byte("*Ombudsperson*: Ines, room 4"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := prepare(t, func(c *config.Config, _ *Deps) { c.ContactsFile = contacts })
	// Typed with the command: whom to turn to first, then the form.
	care := p.open("prep " + harm)
	p.has(care, "You don't have to handle this alone", "Ines, room 4", "emergency number")
	p.submit(care)
	p.eventually("the form", func() bool { return p.Views()[0].Title == "Prepare a conversation" })
	form := p.top(1)
	p.has(form, harm)
	p.Type(form.ID, "goal", "limit")
	p.submit(form)
	page := p.top(2)
	p.has(page, "where my limit is")
	if strings.Contains(string(page.Blocks), "Words for this moment") {
		t.Error("a clever line after harm")
	}
	p.CloseAll()
	p.top0()

	// Typed into the form.
	form = p.open("prep")
	p.Type(form.ID, "what", harm)
	p.Type(form.ID, "goal", "limit")
	p.Type(form.ID, "name", "Rob")
	p.submit(form)
	care = p.top(2)
	p.has(care, "Ines, room 4")
	p.submit(care)
	p.eventually("the page", func() bool { return p.Views()[1].Title == "Your page" })
	p.has(p.top(2), "Rob, I need to tell you where my limit is.")
	p.unseen(harm)

	// In a direct message.
	p.CloseAll()
	p.Say(p.DM(), "prep "+harm)
	p.eventually("an answer", func() bool { return len(p.answers(p.alice)) == 1 })
	m := p.answers(p.alice)[0]
	if shown := readable(t, m.Blocks); !strings.Contains(shown, "Ines, room 4") {
		t.Errorf("a direct message is answered with %s", shown)
	}
	p.Press(m, button(t, m.Blocks, "Plan a conversation anyway"))
	// It was shown with the button: not once more.
	form = p.top(1)
	p.has(form, harm)
	p.Type(form.ID, "goal", "limit")
	p.submit(form)
	p.has(p.top(2), "where my limit is")
}

func TestPreparingWhereNoWindowCanBeOpened(t *testing.T) {
	p := prepare(t)
	p.Say(p.DM(), "prep I interrupted Sam in the review")
	p.eventually("an answer", func() bool { return len(p.answers(p.alice)) == 1 })
	m := p.answers(p.alice)[0]
	p.Press(m, button(t, m.Blocks, "Prepare a conversation"))
	p.has(p.top(1), "I interrupted Sam in the review")
	p.CloseAll()

	p.Say(p.general, "@ally prep @sam talks over me")
	p.eventually("a private answer", func() bool { return len(p.ephemerals(p.alice, p.general)) == 1 })
	m = p.ephemerals(p.alice, p.general)[0]
	p.Press(m, button(t, m.Blocks, "Prepare a conversation"))
	p.has(p.top(1), "Samira talks over me")
}

func TestPreparingFromTheLauncherAndHome(t *testing.T) {
	p := prepare(t)
	m := p.command(p.alice, p.general, "")
	p.Press(m, "prep.open")
	if v := p.top(1); v.Title != "Prepare a conversation" {
		t.Errorf("the launcher opens %q", v.Title)
	}
	p.CloseAll()

	p.OpenHome()
	p.eventually("Home", func() bool { return p.Home() != nil && strings.Contains(string(p.Home().Blocks), "prep.open") })
	p.PressView(p.Home().ID, "prep.open")
	p.top(1)
	p.CloseAll()

	if err := p.GlobalShortcut("open_ally").Wait(patience); err != nil {
		t.Fatal(err)
	}
	launcher := p.top(1)
	p.PressView(launcher.ID, "prep.open")
	if v := p.top(2); v.Title != "Prepare a conversation" {
		t.Errorf("on top of the launcher there is %q", v.Title)
	}
	p.Type(p.Views()[1].ID, "what", "talked over")
	p.Type(p.Views()[1].ID, "goal", "change")
	p.submit(p.Views()[1]) // the third and last window that Slack allows
	p.has(p.top(3), "Ask for a change")
}

// Whatever people type, every page stays within Slack's limits.
func TestVeryLongWords(t *testing.T) {
	p := prepare(t)
	for name, what := range map[string]string{
		"words":    strings.Repeat("talked over again ", 167)[:3000],
		"ideogram": strings.Repeat("被打断", 1000),
		"markup":   strings.Repeat("<!channel>&*_~`", 200),
	} {
		form := p.open("prep")
		p.Type(form.ID, "what", what)
		p.Type(form.ID, "name", strings.Repeat("Ñ", 80))
		p.Type(form.ID, "goal", "support")
		p.submit(form)
		page := p.top(2)
		p.Type(page.ID, "page", what)
		p.submit(page)
		p.has(p.top(2), "is kept until")
		p.CloseAll()
		form = p.open("prep")
		p.PressView(form.ID, "prep.view")
		view := p.top(2)
		p.submit(view)
		p.eventually(name+" is saved", func() bool { return strings.Contains(string(p.Views()[1].Blocks), "changes are saved") })
		p.CloseAll()
	}
	// Typed with the command.
	p.open("prep " + strings.Repeat("interrupted ", 1000))
}

func TestEveryGoalIsWithinLimits(t *testing.T) {
	p := prepare(t)
	for _, goal := range []string{"understand", "be-heard", "change", "limit", "repair", "feedback", "support"} {
		for _, what := range []string{"sam keeps talking over me", "I interrupted Sam", "Sam keeps getting talked over", "an odd day at work"} {
			page := p.page(what, goal)
			if page.Title != "Your page" {
				t.Errorf("%s, %s: %s", goal, what, page.Title)
			}
			p.CloseAll()
			p.top0()
		}
	}
}
