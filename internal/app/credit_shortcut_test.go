package app

import (
	"strings"
	"testing"

	"allybot/internal/slacksim"
)

// shortcut opens the form on a message.
func (c *crediting) shortcut(user, channel, ts string) slacksim.View {
	c.t.Helper()
	if err := c.As(user).MessageShortcut("credit_message", channel, ts).Wait(patience); err != nil {
		c.t.Fatal(err)
	}
	return c.window(user, "Give credit")
}

// anywhere opens the form by the global shortcut and fills it in.
func (c *crediting) anywhere(user, reason string, to ...string) slacksim.View {
	c.t.Helper()
	if err := c.As(user).GlobalShortcut("give_credit").Wait(patience); err != nil {
		c.t.Fatal(err)
	}
	v := c.window(user, "Give credit")
	c.As(user).Type(v.ID, "credit_who", to)
	c.As(user).Type(v.ID, "credit_reason", reason)
	return v
}

// give sends a form and its preview.
func (c *crediting) give(user string, form slacksim.View) {
	c.t.Helper()
	c.send(user, form)
	c.send(user, c.window(user, "This is how it looks"))
	c.window(user, "Delivered")
	c.As(user).CloseAll()
}

func TestCreditByShortcut(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	if err := c.ledger.SetChannel(t.Context(), c.team); err != nil {
		t.Fatal(err)
	}
	p := c.As(c.alice)
	c.part("on a message, with a look at it first", func(t *testing.T) {
		const excerpt = "Cap the retries, or Zanzibar drowns"
		ts := c.As(c.sam).Say(c.general, excerpt)
		form := c.shortcut(c.alice, c.general, ts)
		c.shows(form, excerpt, c.sam, "In the thread of the message")
		p.Type(form.ID, "credit_reason", "good")
		if wrong := c.unsent(c.alice, form); !strings.Contains(wrong["credit_reason"], "Say a bit more") {
			t.Errorf("errors: %v", wrong)
		}
		p.Type(form.ID, "credit_reason", "being great")
		c.send(c.alice, form)
		preview := c.window(c.alice, "This is how it looks")
		c.shows(preview, "could be about anybody", "<@"+c.sam+">", "from Alice", "being great")
		if err := p.PressView(preview.ID, button(t, preview.Blocks, "Change something")).Wait(patience); err != nil {
			t.Fatal(err)
		}
		form = c.window(c.alice, "Give credit")
		c.shows(form, "being great", c.sam, "See the message it is about")
		p.Type(form.ID, "credit_reason", "capping the retries\nbefore the rush")
		p.Type(form.ID, "credit_who", []string{c.sam, c.noor})
		p.Type(form.ID, "credit_kind", "help")
		c.send(c.alice, form)
		preview = c.window(c.alice, "This is how it looks")
		if err := p.PressView(preview.ID, button(t, preview.Blocks, "Change something")).Wait(patience); err != nil {
			t.Fatal(err)
		}
		form = c.window(c.alice, "Give credit")
		c.shows(form, `capping the retries\nbefore the rush`, c.sam, c.noor, `"help"`)
		c.unposted("capping the retries")
		c.give(c.alice, form)
		post := c.post(c.general, "before the rush")
		if post.ThreadTS != ts {
			t.Errorf("it is in the thread %q", post.ThreadTS)
		}
		c.says(post, c.Permalink(c.general, ts), "<@"+c.sam+"> and <@"+c.noor+">", "Help")
		for _, m := range []slacksim.Message{post, c.told(c.sam, "before the rush"), c.told(c.noor, "before the rush")} {
			c.saysNot(m, "Zanzibar")
		}
		c.nowhere("Zanzibar")
	})
	c.part("on a reply", func(t *testing.T) {
		root := c.As(c.noor).Say(c.general, "How shall we roll out?")
		ts := c.As(c.sam).Reply(c.general, root, "One region first")
		form := c.shortcut(c.alice, c.general, ts)
		c.shows(form, "One region first", c.sam)
		p.Type(form.ID, "credit_reason", "starting with one region")
		c.give(c.alice, form)
		post := c.post(c.general, "starting with one region")
		if post.ThreadTS != root {
			t.Errorf("it is in the thread %q", post.ThreadTS)
		}
		c.says(post, "/p"+strings.ReplaceAll(ts, ".", "")+"?", "thread_ts="+root)
	})
	c.part("on one’s own message", func(*testing.T) {
		form := c.shortcut(c.alice, c.general, p.Say(c.general, "Mine."))
		if strings.Contains(string(form.Values), c.alice) {
			t.Error("oneself is filled in")
		}
		p.CloseAll()
	})
	c.part("from anywhere to another channel", func(t *testing.T) {
		form := c.anywhere(c.alice, "holding the pager", c.sam)
		p.Type(form.ID, "credit_where", "o")
		if wrong := c.unsent(c.alice, form); wrong["credit_other"] != "Pick the channel." {
			t.Errorf("errors: %v", wrong)
		}
		p.Type(form.ID, "credit_other", c.quiet)
		if wrong := c.unsent(c.alice, form); !strings.Contains(wrong["credit_other"], "Invite me there") {
			t.Errorf("errors: %v", wrong)
		}
		p.Type(form.ID, "credit_other", c.leads)
		c.give(c.alice, form)
		c.says(c.post(c.leads, "holding the pager"), "<@"+c.sam+">")
		c.told(c.sam, "holding the pager")
	})
	c.part("to a channel the giver is not in", func(t *testing.T) {
		form := c.anywhere(c.noor, "writing the handbook page", c.sam)
		c.As(c.noor).Type(form.ID, "credit_where", "o")
		if err := c.As(c.noor).Enter(form.ID, "credit_other", c.leads); err == nil {
			if wrong := c.unsent(c.noor, form); !strings.Contains(wrong["credit_other"], "You are not in that channel") {
				t.Errorf("errors: %v", wrong)
			}
		}
		c.As(c.noor).CloseAll()
	})
	c.part("from anywhere to the credit channel", func(*testing.T) {
		form := c.anywhere(c.alice, "writing up the outage", c.sam)
		p.Type(form.ID, "credit_where", "c")
		c.send(c.alice, form)
		c.shows(c.window(c.alice, "This is how it looks"), "More people see it there")
		c.send(c.alice, c.window(c.alice, "This is how it looks"))
		p.CloseAll()
		c.unposted("writing up the outage")
		card := c.told(c.sam, "writing up the outage")
		c.press(c.sam, card, "Post it")
		c.says(c.post(c.team, "writing up the outage"), "<@"+c.sam+">")
	})
	c.part("from anywhere to nobody else", func(*testing.T) {
		form := c.anywhere(c.alice, "listening that evening", c.sam)
		p.Type(form.ID, "credit_where", "p")
		c.give(c.alice, form)
		m := c.told(c.sam, "listening that evening")
		c.says(m, "for your eyes only")
		c.saysNot(m, "Post it")
		c.unposted("listening that evening")
	})
}

func TestCreditWhereAllyIsNot(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	public := c.AddChannel(slacksim.Channel{Name: "public", Members: []string{c.alice, c.sam}})
	between := c.As(c.alice).OpenDM(c.sam)
	for _, place := range []struct {
		name, id, why string
		invites       bool
	}{
		{"public", public, "I never join by myself", true},
		{"private", c.hidden, "I never join by myself", true},
		{"direct", between, "I don’t post credit in direct conversations.", false},
		{"its own", c.As(c.alice).DM(), "I don’t post credit in direct conversations.", false},
	} {
		ask := func(reason string) slacksim.Message {
			c.t.Helper()
			m := c.typing(c.alice, place.id, "credit @sam for "+reason)
			c.says(m, place.why, "Nothing is lost", reason, "Tell them privately", "Choose a channel")
			c.unposted(reason)
			return m
		}
		c.part(place.name+": privately", func(*testing.T) {
			reason := "alone in " + place.id
			m := ask(reason)
			c.twice(c.alice, m, "Tell them privately")
			c.says(c.told(c.sam, reason), "for your eyes only")
			c.says(c.again(c.alice, m), "Delivered.")
			c.unposted(reason)
		})
		c.part(place.name+": the credit channel", func(*testing.T) {
			if err := c.ledger.SetChannel(t.Context(), c.team); err != nil {
				t.Fatal(err)
			}
			reason := "seating the team in " + place.id
			c.twice(c.alice, ask(reason), "Post in the credit channel")
			c.press(c.sam, c.told(c.sam, reason), "Post it")
			c.post(c.team, reason)
			if err := c.ledger.SetChannel(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
		})
		if !place.invites {
			continue
		}
		c.part(place.name+": invited", func(*testing.T) {
			reason := "let into " + place.id
			m := ask(reason)
			c.press(c.alice, m, "I’ve invited Ally, post it") // but did not
			m = c.again(c.alice, m)
			c.says(m, place.why, reason)
			c.As(c.alice).Invite(place.id, c.BotUserID())
			c.twice(c.alice, m, "I’ve invited Ally, post it")
			c.post(place.id, reason)
			c.says(c.again(c.alice, m), "Delivered.")
			c.As(c.alice).Kick(place.id, c.BotUserID())
		})
	}
	c.part("thrown out meanwhile", func(*testing.T) {
		c.typing(c.alice, c.leads, "credit @sam for the third credit one")
		c.post(c.leads, "the third credit one")
		c.As(c.alice).Kick(c.leads, c.BotUserID()) // the bot still believes it is in there
		c.typing(c.alice, c.leads, "credit @sam for asking again and again")
		m := c.told(c.alice, "asking again and again")
		c.says(m, "I could not post your credit for <@"+c.sam+">", "<#"+c.leads+">", "Where should it go?")
		c.As(c.alice).Invite(c.leads, c.BotUserID())
		c.twice(c.alice, m, "I’ve invited Ally, post it")
		c.post(c.leads, "asking again and again")
		c.told(c.sam, "asking again and again")
	})
	c.part("twice the last one of the day", func(*testing.T) {
		for _, reason := range []string{"counting the chairs", "counting the cups"} {
			c.says(c.typing(c.alice, c.general, "credit @sam for "+reason), "Delivered.")
		}
		m := c.typing(c.alice, c.general, "credit @sam for being truly great")
		c.twice(c.alice, m, "Give it as it is")
		c.says(c.again(c.alice, m), "Delivered.")
		c.post(c.general, "being truly great")
	})
	if n := len(c.Calls("conversations.join")); n > 0 {
		t.Error("the bot joined a channel by itself")
	}
}
