package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"allybot/internal/playbook"
	"allybot/internal/slacksim"
	"allybot/playbooks"
)

// said is the words of a built-in script, so that better ones change no test.
func said(t *testing.T, script string, part playbook.Part, role playbook.Role, written bool, name string) string {
	t.Helper()
	lib, _ := playbook.Load(playbooks.FS)
	s := lib.Script(script)
	if s == nil {
		t.Fatalf("there is no script %q", script)
	}
	text, ok := s.Text(part, role, written)
	if !ok {
		t.Fatalf("%s has no %s for %s", script, part, role)
	}
	return playbook.Fill(text.Text, playbook.Values{Name: name})
}

// shows waits until the one private answer in the channel begins with want.
func (w *workspace) shows(what, user, channel, want string) slacksim.Message {
	w.t.Helper()
	var last slacksim.Message
	if !w.WaitFor(patience, func() bool {
		now := w.ephemerals(user, channel)
		if len(now) != 1 {
			return false
		}
		last = now[0]
		return strings.Contains(firstText(last.Blocks), want)
	}) {
		w.t.Fatalf("%s: it shows %q, want %q", what, firstText(last.Blocks), want)
	}
	return last
}

func firstText(blocks json.RawMessage) string {
	var b []struct{ Text struct{ Text string } }
	if json.Unmarshal(blocks, &b) != nil || len(b) == 0 {
		return ""
	}
	return b[0].Text.Text
}

func (w *workspace) press(user string, m slacksim.Message, label string) {
	w.t.Helper()
	if err := w.As(user).Press(m, button(w.t.(*testing.T), m.Blocks, label)).Wait(patience); err != nil {
		w.t.Fatalf("%s: %v", label, err)
	}
}

func TestSwitchingToneFormAndRole(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	w.press(w.alice, m, "More direct")
	m = w.shows("more direct", w.alice, w.general, said(t, "interrupted", playbook.Direct, playbook.Bystander, false, "Sam"))
	w.press(w.alice, m, "Gentler")
	m = w.shows("gentler", w.alice, w.general, said(t, "interrupted", playbook.Gentle, playbook.Bystander, false, "Sam"))
	w.press(w.alice, m, "As a message")
	m = w.shows("written", w.alice, w.general, said(t, "interrupted", playbook.Gentle, playbook.Bystander, true, "Sam"))
	w.press(w.alice, m, "To say aloud")
	m = w.shows("spoken", w.alice, w.general, said(t, "interrupted", playbook.Gentle, playbook.Bystander, false, "Sam"))

	pick := func(role playbook.Role) {
		t.Helper()
		if err := w.As(w.alice).Select(m, "script.role", string(role)).Wait(patience); err != nil {
			t.Fatal(err)
		}
	}
	pick(playbook.Host)
	m = w.shows("the host", w.alice, w.general, said(t, "interrupted", playbook.Gentle, playbook.Host, false, "Sam"))
	pick(playbook.Affected) // the other script of the same moment
	m = w.shows("whom it happened to", w.alice, w.general, said(t, "you-are-interrupted", playbook.Gentle, playbook.Affected, false, "Sam"))
	pick(playbook.Bystander)
	m = w.shows("and back", w.alice, w.general, said(t, "interrupted", playbook.Gentle, playbook.Bystander, false, "Sam"))

	w.press(w.alice, m, "If it could cost you")
	m = w.shows("a safer way", w.alice, w.general, "If it could cost you")
	w.press(w.alice, m, "If they push back")
	w.shows("if they push back", w.alice, w.general, said(t, "interrupted", playbook.PushBack, playbook.Bystander, false, "Sam"))
}

func TestFollowingUpOpensWordsToEditAndALink(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	m := w.command(w.alice, w.general, "@sam keeps getting talked over")
	w.press(w.alice, m, "Follow up privately")
	w.eventually("a window opens", func() bool { return len(p.Views()) == 1 })
	v := p.Views()[0]
	want := said(t, "interrupted", playbook.FollowUp, playbook.Bystander, true, "Samira")
	if !strings.Contains(string(v.Values)+string(v.Blocks), string(quoted(t, want))) {
		t.Errorf("the words are not there to edit: %s", v.Blocks)
	}
	if link := "https://slack.com/app_redirect?channel=" + w.sam; !strings.Contains(unescaped(string(v.Blocks)), link) {
		t.Errorf("no link to the conversation: %s", v.Blocks)
	}
	// Edited and done: it goes nowhere.
	calls := len(w.Calls(""))
	p.Type(v.ID, "words", "A secret of mine")
	if err := p.Submit(v.ID).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the window closes", func() bool { return len(p.Views()) == 0 })
	if now := len(w.Calls("")); now != calls {
		t.Errorf("%d calls followed", now-calls)
	}
	for _, e := range w.logs.All() {
		if strings.Contains(e.Message, "secret") {
			t.Error("it is in the log")
		}
	}
	if seen := w.As(w.sam).Messages(w.As(w.sam).DM()); len(seen) != 0 {
		t.Errorf("Samira was written to: %v", seen)
	}
}

func TestFollowingUpOnAMessageLinksToIt(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	ts := w.As(w.sam).Say(w.general, "they keep talking over her")
	p := w.As(w.alice)
	if err := p.MessageShortcut("find_words", w.general, ts).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the words open", func() bool { return len(p.Views()) == 1 })
	v := p.Views()[0]
	if got, want := firstText(v.Blocks), said(t, "interrupted", playbook.Gentle, playbook.Bystander, true, ""); got != want {
		t.Errorf("for a message it shows %q, want the written %q", got, want)
	}
	if err := p.PressView(v.ID, button(t, v.Blocks, "Follow up privately")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("a window on top", func() bool { return len(p.Views()) == 2 })
	if got := string(p.Views()[1].Blocks); !strings.Contains(got, "/archives/"+w.general) {
		t.Errorf("no link to the message: %s", got)
	}
}

func TestNotWhatIMeantLeadsToBrowsingAndPicking(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	w.press(w.alice, m, "Not what I meant")
	m = w.shows("other moments", w.alice, w.general, "Which is closer?")
	if err := p.Select(m, "script.group", "amplify").Wait(patience); err != nil {
		t.Fatal(err)
	}
	m = w.shows("a group", w.alice, w.general, "Amplify")
	if err := p.Select(m, "script.pick", "idea-ignored").Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.shows("the words", w.alice, w.general, said(t, "idea-ignored", playbook.Gentle, playbook.Bystander, false, "Sam"))
}

// From topic to topic and into the moments: what is shown was accepted by Slack.
func TestBrowsingEveryTopic(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	p := w.As(w.alice)
	lib, _ := playbook.Load(playbooks.FS)
	m := w.command(w.alice, w.general, "")
	for _, g := range lib.Groups() {
		if err := p.Select(m, "script.group", g.ID).Wait(patience); err != nil {
			t.Fatal(err)
		}
		m = w.shows("the topic", w.alice, w.general, "*"+g.Title+"*")
		for _, s := range []*playbook.Script{lib.InGroup(g.ID)[0], lib.InGroup(g.ID)[len(lib.InGroup(g.ID))-1]} {
			if err := p.Select(m, "script.pick", s.ID).Wait(patience); err != nil {
				t.Fatal(err)
			}
			m = w.shows("the words", w.alice, w.general, said(t, s.ID, playbook.Gentle, s.Roles[0], false, ""))
			w.press(w.alice, m, "Not what I meant")
			m = w.shows("other moments", w.alice, w.general, "*")
			if err := p.Select(m, "script.group", g.ID).Wait(patience); err != nil {
				t.Fatal(err)
			}
			m = w.shows("the topic again", w.alice, w.general, "*"+g.Title+"*")
		}
	}
}

// Saved with one replica, pressed twice, seen and removed with another.
func TestFavourites(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	w.another()
	p := w.As(w.alice)
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	once, again := p.Press(m, "script.save"), p.Press(m, "script.save")
	if err := errors.Join(once.Wait(patience), again.Wait(patience)); err != nil {
		t.Fatal(err)
	}
	w.eventually("it says that it is saved", func() bool {
		now := w.ephemerals(w.alice, w.general)
		return len(now) == 1 && strings.Contains(string(now[0].Blocks), "Remove from favourites")
	})
	home := func(user string) string {
		w.As(user).OpenHome()
		w.eventually("Home", func() bool { return w.As(user).Home() != nil })
		return string(w.As(user).Home().Blocks)
	}
	if got := home(w.alice); !strings.Contains(got, "Your favourites") {
		t.Errorf("Home does not list it: %s", got)
	}
	if n := strings.Count(string(p.Home().Blocks), "See the words"); n != 2 { // label and what is read aloud
		t.Errorf("it is there %d times", n)
	}
	if strings.Contains(home(w.sam), "Your favourites") {
		t.Error("Samira sees it")
	}
	if err := p.PressView(p.Home().ID, button(t, accessories(t, p.Home().Blocks), "See the words")).Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the words open", func() bool { return len(p.Views()) == 1 })
	v := p.Views()[0]
	if got, want := firstText(v.Blocks), said(t, "interrupted", playbook.Gentle, playbook.Bystander, false, ""); got != want {
		t.Errorf("it shows %q, want %q, without the name", got, want)
	}
	once, again = p.PressView(v.ID, "script.remove"), p.PressView(v.ID, "script.remove")
	if err := errors.Join(once.Wait(patience), again.Wait(patience)); err != nil {
		t.Fatal(err)
	}
	w.eventually("Home no longer lists it", func() bool { return !strings.Contains(string(p.Home().Blocks), "Your favourites") })
}

func TestWithRedisAwayOnlySavingFails(t *testing.T) {
	w := newWorkspace(t)
	bot := w.run()
	m := w.command(w.alice, w.general, "sam keeps getting talked over")
	w.redis.Kill()
	w.press(w.alice, m, "Save to favourites")
	w.eventually("it says that nothing was saved", func() bool {
		now := w.ephemerals(w.alice, w.general)
		return len(now) == 1 && strings.Contains(string(now[0].Blocks), "reach your favourites right now")
	})
	w.press(w.alice, w.ephemerals(w.alice, w.general)[0], "More direct")
	m = w.shows("more direct", w.alice, w.general, said(t, "interrupted", playbook.Direct, playbook.Bystander, false, "Sam"))
	w.press(w.alice, m, "Follow up privately")
	w.eventually("a window opens", func() bool { return len(w.As(w.alice).Views()) == 1 })
	if m := w.command(w.sam, w.quiet, ""); !strings.Contains(string(m.Blocks), "script.search") {
		t.Errorf("the launcher: %s", m.Blocks)
	}
	w.redis.Restart()
	for w.t.Context().Err() == nil && bot.redis.Ping(t.Context()) != nil {
		<-time.After(10 * time.Millisecond)
	}
	w.press(w.alice, w.ephemerals(w.alice, w.general)[0], "Save to favourites")
	w.eventually("saving works again", func() bool {
		return strings.Contains(string(w.ephemerals(w.alice, w.general)[0].Blocks), "Remove from favourites")
	})
}

// another starts a second replica over the same Redis and Slack.
func (w *workspace) another() {
	w.t.Helper()
	cfg, deps := w.config(), Deps{Tempo: Tempo{Lease: 500 * time.Millisecond, CallTimeout: 500 * time.Millisecond, SettleAfter: 600 * time.Millisecond}}
	before := len(w.openSockets())
	bot, err := New(cfg, deps)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := bot.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := bot.Stop(context.Background()); err != nil {
			w.t.Errorf("the second replica stopped with: %v", err)
		}
	})
	w.eventually("the second replica has its sockets open", func() bool { return len(w.openSockets()) == before+int(cfg.Sockets) })
}

// accessories are what stands beside the sections, as the elements of one row.
func accessories(t *testing.T, blocks json.RawMessage) json.RawMessage {
	t.Helper()
	var all []struct{ Accessory json.RawMessage }
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	row := struct {
		Elements []json.RawMessage `json:"elements"`
	}{}
	for _, b := range all {
		if len(b.Accessory) > 0 {
			row.Elements = append(row.Elements, b.Accessory)
		}
	}
	return quoted(t, []any{row})
}

func quoted(t *testing.T, v any) json.RawMessage {
	t.Helper()
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return j
}
