package app

import (
	"strings"
	"testing"
	"time"

	"allybot/internal/credit"
	"allybot/internal/jobs"
	"allybot/internal/slacksim"
)

const week = 7*24*time.Hour + time.Minute

// wants sets how somebody wants to be credited, in the window.
func (c *crediting) wants(user string, from slacksim.Message, n credit.Naming) {
	c.t.Helper()
	c.press(user, from, "How I want to be credited")
	v := c.window(user, "Being credited")
	c.As(user).Type(v.ID, "credit.naming", string(n))
	c.send(user, v)
	c.shows(c.window(user, "Being credited"), "Saved.")
	c.As(user).CloseAll()
}

// chose is the same without the window.
func (c *crediting) chose(user string, n credit.Naming) {
	c.t.Helper()
	if err := c.ledger.SetNaming(c.t.Context(), user, n); err != nil {
		c.t.Fatal(err)
	}
}

// twice presses a button twice before the message can change, as a double click does.
func (c *crediting) twice(user string, m slacksim.Message, label string) {
	c.t.Helper()
	id := button(c.t, m.Blocks, label)
	one, two := c.As(user).Press(m, id), c.As(user).Press(m, id)
	if err := one.Wait(patience); err != nil {
		c.t.Fatal(err)
	}
	_ = two.Wait(patience) // it may be gone by then
	c.settled()
}

// holds says whether a credit with this reason is on somebody's list.
func (c *crediting) holds(user, reason string) bool {
	c.t.Helper()
	p, err := c.ledger.Page(c.t.Context(), credit.Query{To: user})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, cr := range p.Credits {
		if strings.Contains(cr.Reason, reason) {
			return true
		}
	}
	return false
}

func TestThoseCreditedDecide(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	c.bots = append(c.bots, c.run(hasty)) // two replicas, which share the work

	for _, place := range []struct {
		name, channel, giver string
	}{
		{"in a channel they are not in", c.team, c.noor},
		{"in a private channel they are not in", c.secret, c.alice},
	} {
		to := c.crowd[0]
		for _, answer := range []struct {
			label, card string
			posted      bool
		}{
			{"Post it", "It is posted, with your name.", true},
			{"Keep it private", "It stays between you two.", false},
			{"Decline", "It is gone, and your name is not posted.", false},
		} {
			c.part(answer.label+" "+place.name, func(t *testing.T) {
				reason := "tidying up " + strings.ToLower(strings.ReplaceAll(answer.label+place.name, " ", "-"))
				m := c.typing(place.giver, place.channel, "credit @p00 for "+reason)
				c.says(m, "Delivered.")
				c.unposted(reason)
				card := c.told(to, reason)
				c.says(card, "<@"+place.giver+"> would like to credit you in <#"+place.channel+">", "Post it", "Keep it private", "Decline", "How I want to be credited")
				c.twice(to, card, answer.label)
				c.says(c.again(to, card), answer.card)
				if answer.posted {
					c.says(c.post(place.channel, reason), "<@"+to+">")
				} else {
					c.unposted(reason)
				}
				if want := answer.label != "Decline"; c.holds(to, reason) != want {
					t.Errorf("on their list: %v", !want)
				}
				if len(withText(c.answers(place.giver), reason)) > 0 || !strings.Contains(string(c.again(place.giver, m).Blocks), "Delivered.") {
					t.Error("the giver learns what was decided")
				}
			})
		}
	}
	c.part("the credit channel asks", func(*testing.T) {
		if err := c.ledger.SetChannel(t.Context(), c.general); err != nil {
			t.Fatal(err)
		}
		c.typing(c.alice, c.general, "credit @sam for asking before the merge")
		c.unposted("asking before the merge")
		c.says(c.told(c.sam, "asking before the merge"), "would like to credit you in <#"+c.general+">")
		if err := c.ledger.SetChannel(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	})
	c.part("an unanswered card", func(t *testing.T) {
		c.typing(c.noor, c.team, "credit @p01 for keeping the calendar")
		card := c.told(c.crowd[1], "keeping the calendar")
		before := len(c.answers(c.noor)) + len(c.ephemerals(c.noor, c.team))
		c.later(week - 2*time.Minute)
		due := jobs.Calendar{DB: c.db, Key: c.ledger.Due()}
		c.eventually("nothing is due any more", func() bool {
			next, ok, err := due.Next(t.Context())
			return err == nil && ok && next.After(c.now())
		})
		c.says(c.again(c.crowd[1], card), "Decline")
		c.later(2 * time.Minute)
		c.eventually("the card lapses", func() bool {
			return strings.Contains(string(c.again(c.crowd[1], card).Blocks), "no answer in seven days")
		})
		c.unposted("keeping the calendar")
		if n := len(c.answers(c.noor)) + len(c.ephemerals(c.noor, c.team)); n != before {
			t.Error("the giver is told of it")
		}
		if !c.holds(c.crowd[1], "keeping the calendar") {
			t.Error("it is not on their list")
		}
		c.press(c.crowd[1], c.again(c.crowd[1], card), "Post it")
		c.says(c.post(c.team, "keeping the calendar"), "<@"+c.crowd[1]+">")
	})
	c.part("what they chose holds for the next", func(t *testing.T) {
		c.typing(c.alice, c.general, "credit @sam for reading the whole spec")
		post, card := c.post(c.general, "reading the whole spec"), c.told(c.sam, "reading the whole spec")
		c.wants(c.sam, card, credit.InPrivate)
		c.again(c.sam, post) // it is for credit to come
		c.typing(c.alice, c.general, "credit @sam for finding the typo")
		card = c.told(c.sam, "finding the typo")
		c.unposted("finding the typo")
		c.says(card, "credited you")
		c.wants(c.sam, card, credit.AskFirst)
		c.later(25 * time.Hour)
		c.typing(c.alice, c.general, "credit @sam for mending the build")
		card = c.told(c.sam, "mending the build")
		c.unposted("mending the build")
		c.says(card, "would like to credit you", "Post it")
		c.wants(c.sam, card, credit.InPublic)
		c.typing(c.noor, c.team, "credit @sam for naming the cache") // Sam is not in there
		c.post(c.team, "naming the cache")
	})
	c.part("several people, several choices", func(t *testing.T) {
		c.chose(c.sam, credit.InPrivate)
		c.chose(c.noor, credit.InPublic)
		c.chose(c.guest, credit.AskFirst)
		c.typing(c.alice, c.general, "credit @sam, @noor and @gus for the quiet launch")
		post := c.post(c.general, "the quiet launch")
		c.says(post, "<@"+c.noor+">")
		c.saysNot(post, c.sam, c.guest)
		c.says(c.told(c.sam, "the quiet launch"), "credited you")
		card := c.told(c.guest, "the quiet launch")
		c.twice(c.guest, card, "Post it")
		now := c.post(c.general, "the quiet launch")
		if now.TS != post.TS {
			t.Error("it was posted anew, and not changed")
		}
		c.says(now, "<@"+c.noor+"> and <@"+c.guest+">")
		c.saysNot(now, c.sam)
		// One after the other takes their name off.
		c.press(c.noor, c.told(c.noor, "the quiet launch"), "Take this one down")
		now = c.post(c.general, "the quiet launch")
		c.says(now, "<@"+c.guest+">")
		c.saysNot(now, c.noor)
		c.menu(c.guest, now, "Take my name off")
		c.unposted("the quiet launch")
		c.says(c.again(c.guest, card), "It stays between you two.")
		for _, who := range []string{c.sam, c.noor, c.guest} {
			if !c.holds(who, "the quiet launch") {
				t.Error("somebody lost it")
			}
		}
		if n := len(withText(c.answers(c.alice), "the quiet launch")); n > 0 {
			t.Error("the giver is told")
		}
		for _, who := range []string{c.sam, c.noor, c.guest} {
			c.chose(who, credit.Undecided)
		}
	})
	c.part("somebody of another organisation", func(t *testing.T) {
		c.typing(c.alice, c.general, "credit @ext and @noor for translating both invoices")
		post := c.post(c.general, "translating both invoices")
		c.says(post, "<@"+c.external+"> and <@"+c.noor+">")
		// Nobody knows where their notice is: the post must not become it.
		id := strings.TrimPrefix(optionValue(t, post, "Edit or withdraw"), "change:")
		if _, err := c.ledger.Change(t.Context(), id, func(cr *credit.Credit) error {
			cr.Receiver(c.external).CardChannel, cr.Receiver(c.external).CardTS = "", ""
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		c.menu(c.external, post, "Take my name off")
		now := c.post(c.general, "translating both invoices")
		c.says(now, "*Credit to <@"+c.noor+">*")
		c.saysNot(now, c.external)
	})
}

func TestISawThisToo(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	c.typing(c.alice, c.general, "credit @sam for drawing the diagram")
	post := c.post(c.general, "drawing the diagram")
	voice := func(user string) []slacksim.Message {
		t.Helper()
		before := c.ephemerals(user, c.general)
		c.press(user, post, "I saw this too")
		return c.ephemerals(user, c.general)[len(before):]
	}
	if told := voice(c.noor); len(told) != 0 {
		t.Errorf("told %s", told[0].Blocks)
	}
	if now := c.post(c.general, "drawing the diagram"); now.TS != post.TS {
		t.Error("it was posted anew")
	} else {
		c.says(now, "Also seen by Noor")
	}
	again := voice(c.noor)
	if len(again) != 1 {
		t.Fatalf("pressed twice: %d answers", len(again))
	}
	c.says(again[0], "Your name is on it already.")
	for who, line := range map[string]string{c.sam: "It is about you", c.alice: "You gave it"} {
		if told := voice(who); len(told) != 1 {
			t.Errorf("%d answers instead of %q", len(told), line)
		} else {
			c.says(told[0], line)
		}
	}
	c.says(c.again(c.alice, post), "Also seen by Noor")
	if err := c.As(c.noor).Press(again[0], "credit.unvoice").Wait(patience); err != nil {
		t.Fatal(err)
	}
	c.settled()
	c.saysNot(c.again(c.noor, post), "Also seen by", "Noor")

	// Twenty-eight have said so, two more do at once, and then it is full.
	id := strings.TrimPrefix(optionValue(t, post, "Edit or withdraw"), "change:")
	_, err := c.ledger.Change(t.Context(), id, func(cr *credit.Credit) error {
		for i := range 28 {
			cr.Voices = append(cr.Voices, c.AddPerson(slacksim.Person{Name: "v" + string(rune('a'+i)), RealName: "Voice"}))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{c.noor, c.guest} {
		if err := c.As(who).Press(post, button(t, post.Blocks, "I saw this too")).Wait(patience); err != nil {
			t.Fatal(err)
		}
	}
	c.settled()
	c.says(c.again(c.alice, post), "Also seen by Voice, Voice, Voice, Voice, Voice and 25 others")
	late := c.AddPerson(slacksim.Person{Name: "late", RealName: "Late Comer"})
	c.As(c.alice).Invite(c.general, late)
	if told := voice(late); len(told) != 1 {
		t.Errorf("the one too many gets %d answers", len(told))
	} else {
		c.says(told[0], "no room for another name")
	}
}
