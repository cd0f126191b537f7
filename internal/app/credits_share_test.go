package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/credit"
	"allybot/internal/slacksim"
)

// sharing opens the window.
func (r *reviewing) sharing(user string) slacksim.View {
	r.t.Helper()
	r.presses(user, r.list(user), "Share with someone…", 0)
	return r.front(user, "Share credit")
}

func TestSharingCredit(t *testing.T) {
	t.Parallel()
	r := review(t)
	secret := r.AddChannel(slacksim.Channel{Name: "sams-secret", Private: true, Members: []string{r.sam, r.noor}, WithBot: true})
	r.gives(r.alice, "@sam for spotting that the retry had no limit")
	one := r.has(1, time.Hour, func(c *credit.Credit) {
		c.Source = credit.Place{ChannelID: secret, TS: r.As(r.noor).Say(secret, "look")}
	})
	two := r.has(2, 2*time.Hour, func(c *credit.Credit) { c.Reason = "keeping @here the <notes> & all" })
	old := r.AddPerson(slacksim.Person{Name: "old", RealName: "Olga Old", Deleted: true})
	fill := func(v slacksim.View, to string, ids ...string) {
		t.Helper()
		r.As(r.sam).Type(v.ID, "credit_share_to", to)
		if len(ids) > 0 {
			r.As(r.sam).Type(v.ID, "credit_share_what", ids)
		}
	}
	t.Run("whom it cannot be shared with", func(t *testing.T) {
		v := r.sharing(r.sam)
		shows(t, v.Blocks, []string{"Nobody else sees it", "Your manager", "All of this list: 3"}, nil)
		fill(v, r.sam)
		wrong := r.sends(r.sam, v)
		if !strings.Contains(wrong["credit_share_to"], "That is you") || !strings.Contains(wrong["credit_share_what"], "Pick at least one") {
			t.Errorf("%v", wrong)
		}
		for who, want := range map[string]string{r.guest: "a guest here", r.external: "another organisation", r.BotUserID(): "an app", old: "not active"} {
			fill(v, who, one.ID)
			r.As(r.sam).Type(v.ID, "credit_share_note", "for our talk")
			if wrong := r.sends(r.sam, v); !strings.Contains(wrong["credit_share_to"], want) || len(wrong) != 1 {
				t.Errorf("%s: %v", want, wrong)
			}
			if open := r.front(r.sam, "Share credit"); open.ID != v.ID {
				t.Error("the window went, and what was typed with it")
			}
		}
		r.As(r.sam).CloseAll()
		for _, who := range []string{r.alice, r.guest} {
			if n := len(r.saying(who, "asked me to share")); n != 0 {
				t.Errorf("%d messages", n)
			}
		}
	})
	t.Run("delivered three times, one message", func(t *testing.T) {
		v := r.sharing(r.sam)
		page, err := r.ledger.Page(t.Context(), credit.Query{To: r.sam})
		if err != nil || len(page.Credits) != 3 {
			t.Fatal(len(page.Credits), err)
		}
		fill(v, r.noor, page.Credits[0].ID, one.ID, two.ID)
		r.As(r.sam).Type(v.ID, "credit_share_note", "For <Monday> & @channel")
		if wrong := r.sends(r.sam, v); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		all := r.Envelopes()
		sent := all[len(all)-1]
		for n := range 2 {
			r.Redeliver(sent.ID)
			r.eventually("it is acknowledged again", func() bool {
				e := slices.DeleteFunc(r.Envelopes(), func(e slacksim.EnvelopeRecord) bool { return e.ID != sent.ID })[0]
				return len(e.SentAt) == n+2 && !e.AckedAt.Before(e.SentAt[n+1])
			})
			r.done()
		}
		got := r.saying(r.noor, "asked me to share")
		if len(got) != 1 {
			t.Fatalf("%d messages", len(got))
		}
		shows(t, got[0].Blocks, []string{
			"<@" + r.sam + "> asked me to share credit they received:", "For &lt;Monday&gt; &amp; @", "From <@" + r.alice + ">", "retry", "/archives/" + r.general,
			"number 01", "the &lt;notes&gt; &amp; all", "sent it themselves", "<!date^",
		}, []string{"@channel", "@here", secret, "sams-secret"})
		if text := readable(t, got[0].Blocks); strings.Index(text, "retry") > strings.Index(text, "number 01") {
			t.Error("the newest is not first")
		}
		shows(t, r.front(r.sam, "Share credit").Blocks, []string{"on its way to <@" + r.noor + ">"}, nil)
		r.As(r.sam).CloseAll()
	})
	t.Run("all of it, without what went meanwhile", func(t *testing.T) {
		v := r.sharing(r.sam)
		r.vanishes(r.general, r.posts(r.general)[0].TS)
		fill(v, r.alice)
		r.As(r.sam).Type(v.ID, "credit_share_all", []string{"all"})
		if wrong := r.sends(r.sam, v); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		r.eventually("Alice has it", func() bool { return len(r.saying(r.alice, "asked me to share")) == 1 })
		shows(t, r.saying(r.alice, "asked me to share")[0].Blocks, []string{"number 01", "notes"}, []string{"retry"})
		r.As(r.sam).CloseAll()
		shows(t, r.list(r.sam).Blocks, []string{"number 01"}, []string{"retry"})
	})
	t.Run("too much for three messages", func(t *testing.T) {
		for i := range 30 {
			r.has(100+i, time.Duration(100+i)*time.Hour, func(c *credit.Credit) { c.Reason = "long: " + strings.Repeat("<&>", 160) })
		}
		v := r.sharing(r.sam)
		fill(v, r.alice)
		r.As(r.sam).Type(v.ID, "credit_share_all", []string{"all"})
		if wrong := r.sends(r.sam, v); !strings.Contains(wrong["credit_share_all"], "choose fewer") {
			t.Errorf("%v", wrong)
		}
		// Some of it, in three messages.
		page, _ := r.ledger.Page(t.Context(), credit.Query{To: r.sam, Limit: 100})
		var ids []string
		for _, c := range page.Credits[:7] {
			ids = append(ids, c.ID)
		}
		r.As(r.sam).Type(v.ID, "credit_share_all", []string{})
		fill(v, r.noor, ids...)
		if wrong := r.sends(r.sam, v); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		r.eventually("Noor has it", func() bool { return len(r.saying(r.noor, "of 3):")) == 3 })
		r.As(r.sam).CloseAll()
	})
	t.Run("what was picked is gone when it is sent", func(t *testing.T) {
		v := r.sharing(r.sam)
		fill(v, r.alice, one.ID)
		if _, err := r.ledger.Change(t.Context(), one.ID, func(c *credit.Credit) error { c.Receivers[0].Standing = credit.Declined; return nil }); err != nil {
			t.Fatal(err)
		}
		if wrong := r.sends(r.sam, v); !strings.Contains(wrong["credit_share_what"], "not on your list any more") {
			t.Errorf("%v", wrong)
		}
		r.As(r.sam).CloseAll()
	})
	t.Run("five a day", func(t *testing.T) {
		shared := 3
		for ; shared < credit.SharesPerDay; shared++ {
			v := r.sharing(r.sam)
			fill(v, r.alice, two.ID)
			if wrong := r.sends(r.sam, v); len(wrong) > 0 {
				t.Fatal(shared, wrong)
			}
			r.As(r.sam).CloseAll()
		}
		v := r.sharing(r.sam)
		fill(v, r.alice, two.ID)
		if wrong := r.sends(r.sam, v); !strings.Contains(wrong["credit_share_to"], "5 times in 24 hours") {
			t.Errorf("%v", wrong)
		}
		r.later(25 * time.Hour)
		if wrong := r.sends(r.sam, v); len(wrong) > 0 {
			t.Errorf("a day later: %v", wrong)
		}
	})
}
