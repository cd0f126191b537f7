package app

import (
	"strings"
	"testing"

	"allybot/internal/slacksim"
)

func TestALessonForAChannel(t *testing.T) {
	t.Parallel()
	l := learn(t)
	team := l.AddChannel(slacksim.Channel{Name: "team", Members: []string{l.alice, l.noor, l.guest}, WithBot: true})
	alone := l.AddChannel(slacksim.Channel{Name: "alone", Members: []string{l.alice, l.noor}})
	others := l.AddChannel(slacksim.Channel{Name: "others", Members: []string{l.noor}, WithBot: true})
	p := l.As(l.alice)
	posts := func(user string) (out []slacksim.Message) {
		for _, m := range l.As(user).Messages(team) {
			if m.BotID != "" && !m.Ephemeral {
				out = append(out, m)
			}
		}
		return out
	}
	asks := func() slacksim.View {
		t.Helper()
		return l.opens(l.alice, l.insist(l.alice, l.general, "lessons"), "For a channel", "A lesson for a channel")
	}
	v := asks()
	p.Type(v.ID, "lessons_day", "Wednesday")
	p.Type(v.ID, "lessons_time", "09:30")
	for id, want := range map[string]string{alone: "I am not in that channel", others: "Only full members of that channel"} {
		if p.Enter(v.ID, "lessons_channel", id) != nil {
			continue // it is not even offered
		}
		if wrong := l.sends(l.alice, v); !strings.Contains(wrong["lessons_channel"], want) {
			t.Errorf("%s: %v", want, wrong)
		}
	}
	p.Type(v.ID, "lessons_channel", team)
	if wrong := l.sends(l.alice, v); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	p.CloseAll()
	if n := len(posts(l.noor)); n != 1 {
		t.Fatalf("%d posts", n)
	}
	shows(t, posts(l.noor)[0].Blocks, []string{"Alice asked for a lesson a week in this channel.", "on Wednesdays at 09:30 (Europe/Paris)", "Any member can stop it.", "Stop"}, []string{"<@"})
	if s := l.kept(team); !s.On || s.By != l.alice || s.Slot.String() != "Wednesday 09:30" {
		t.Errorf("kept: %+v", s)
	}
	v = asks()
	p.Type(v.ID, "lessons_channel", team)
	if wrong := l.sends(l.alice, v); !strings.Contains(wrong["lessons_channel"], "gets a lesson already, on Wednesdays") {
		t.Errorf("asked again: %v", wrong)
	}
	p.CloseAll()

	l.until(team)
	if n := len(posts(l.noor)); n != 2 {
		t.Fatalf("%d posts", n)
	}
	m := posts(l.noor)[1]
	shows(t, m.Blocks, []string{"Your plan for this week", "If your team is alike", "Alice asked for a lesson a week in this channel. Any member can stop it."}, []string{"Tried it", "Not for me", "Pause"})

	// What is pressed there is between them and Ally.
	l.presses(l.noor, m, "Get one yourself", 0)
	l.eventually("Noor is told", func() bool {
		all := l.ephemerals(l.noor, team)
		return len(all) == 1 && strings.Contains(all[0].Text, "Your next lesson comes Tuesday")
	})
	l.presses(l.guest, m, "Get one yourself", 0)
	l.presses(l.guest, m, "Stop", 0)
	l.eventually("the guest is told", func() bool { return len(l.ephemerals(l.guest, team)) == 2 })
	if l.kept(l.guest).On || !l.kept(team).On {
		t.Error("a guest did what only members can")
	}
	l.opens(l.noor, m, "Words for this", "Find words")
	l.As(l.noor).CloseAll()
	if n := len(posts(l.noor)); n != 2 {
		t.Fatalf("%d posts", n)
	}

	l.presses(l.noor, m, "Stop", 0)
	if n := len(posts(l.alice)); n != 3 {
		t.Fatalf("%d posts", n)
	}
	ended := posts(l.alice)[2]
	shows(t, ended.Blocks, []string{"The weekly lesson in this channel has ended."}, []string{"Noor", l.noor})
	if s := l.kept(team); s.On || s.By == l.alice {
		t.Errorf("kept: %+v", s)
	}
	l.presses(l.noor, m, "Stop", 0)
	if n := len(posts(l.alice)); n != 3 {
		t.Error("it ended twice")
	}
}
