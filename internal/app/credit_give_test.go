package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// crediting is a workspace in which people give credit. Its parts share the bot
// and tell credits apart by their reasons.
type crediting struct {
	*workspace
	t      *testing.T
	bots   []*App
	db     *redisdb.DB
	ledger *credit.Ledger

	team   string   // the credit channel: the bot and Noor are in it, Sam is not
	leads  string   // a public channel of Alice and Sam with the bot
	secret string   // a private one of Alice and Sam with the bot
	hidden string   // a private one of Alice and Sam without it
	crowd  []string // more colleagues, who are in no channel
}

const secretName = "layoffs-2027"

func giveCredit(t *testing.T, with ...manifest.Feature) *crediting {
	t.Helper()
	w := newWorkspace(t, with...)
	c := &crediting{workspace: w, t: t}
	c.bots = append(c.bots, w.run(hasty))
	db, err := redisdb.Open(w.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c.db, c.ledger = db, credit.NewLedger(db, w.now)
	c.team = w.AddChannel(slacksim.Channel{Name: "credit", Members: []string{w.noor}, WithBot: true})
	c.leads = w.AddChannel(slacksim.Channel{Name: "leads", Members: []string{w.alice, w.sam}, WithBot: true})
	c.secret = w.AddChannel(slacksim.Channel{Name: secretName, Private: true, Members: []string{w.alice, w.sam}, WithBot: true})
	c.hidden = w.AddChannel(slacksim.Channel{Name: "hidden", Private: true, Members: []string{w.alice, w.sam}})
	for i := range 12 {
		c.crowd = append(c.crowd, w.AddPerson(slacksim.Person{Name: fmt.Sprintf("p%02d", i), RealName: fmt.Sprintf("Person %02d", i)}))
	}
	return c
}

// hasty spares a test what a workspace with people in it should wait for.
func hasty(cfg *config.Config, d *Deps) {
	d.Words = fewWords()
	cfg.PostsPerSecond, d.Tempo.CalendarEvery = 100, 20*time.Millisecond
}

// part runs one part, a day after those before: limits and what was cached are
// over.
func (c *crediting) part(name string, f func(*testing.T)) {
	outer := c.t
	outer.Run(name, func(t *testing.T) {
		c.later(25 * time.Hour)
		c.t, c.workspace.t = t, t
		defer func() { c.t, c.workspace.t = outer, outer }()
		f(t)
	})
}

// settled waits until nothing is left to do.
func (c *crediting) settled() {
	c.t.Helper()
	c.eventually("all work is done", func() bool {
		if !c.allAcked() {
			return false
		}
		for _, b := range c.bots {
			n, err := b.street.Load().gateway.Waiting(context.Background())
			if err != nil || n > 0 {
				return false
			}
		}
		return true
	})
}

// withText are those of the messages that contain a text.
func withText(all []slacksim.Message, text string) []slacksim.Message {
	return slices.DeleteFunc(slices.Clone(all), func(m slacksim.Message) bool { return !strings.Contains(m.Text+string(m.Blocks), text) })
}

// seen are the bot's messages in a channel that everybody in it sees, and that
// contain a text.
func (c *crediting) seen(channel, text string) []slacksim.Message {
	member := ""
	for _, ch := range c.Channels() {
		if ch.ID == channel {
			member = ch.Members[0]
		}
	}
	all := slices.DeleteFunc(c.As(member).Messages(channel), func(m slacksim.Message) bool { return m.BotID == "" || m.Ephemeral })
	return withText(all, text)
}

// post waits for the one post with this reason.
func (c *crediting) post(channel, reason string) slacksim.Message {
	c.t.Helper()
	c.eventually("“"+reason+"” is posted", func() bool { return len(c.seen(channel, reason)) > 0 })
	c.settled()
	all := c.seen(channel, reason)
	if len(all) != 1 {
		c.t.Fatalf("%d posts say %q", len(all), reason)
	}
	return all[0]
}

// unposted fails if anybody can read the reason in a channel.
func (c *crediting) unposted(reason string) {
	c.t.Helper()
	c.settled()
	for _, ch := range c.Channels() {
		if !ch.DM && len(c.seen(ch.ID, reason)) > 0 {
			c.t.Errorf("%q is posted in #%s", reason, ch.Name)
		}
	}
}

// told waits for the one private message with this reason.
func (c *crediting) told(user, reason string) slacksim.Message {
	c.t.Helper()
	c.eventually("“"+reason+"” reaches them privately", func() bool { return len(withText(c.answers(user), reason)) > 0 })
	c.settled()
	all := withText(c.answers(user), reason)
	if len(all) != 1 {
		c.t.Fatalf("told of %q %d times", reason, len(all))
	}
	return all[0]
}

// again is a message as it is now.
func (c *crediting) again(user string, m slacksim.Message) slacksim.Message {
	c.t.Helper()
	for _, now := range c.As(user).Messages(m.ChannelID) {
		if now.TS == m.TS {
			return now
		}
	}
	c.t.Fatalf("the message is gone: %s", m.Blocks)
	return m
}

// press presses the button with this label and waits until all is done.
func (c *crediting) press(user string, m slacksim.Message, label string) {
	c.t.Helper()
	if err := c.As(user).Press(m, button(c.t, m.Blocks, label)).Wait(patience); err != nil {
		c.t.Fatalf("pressing %q: %v", label, err)
	}
	c.settled()
}

// menu picks from the menu of a post.
func (c *crediting) menu(user string, m slacksim.Message, label string) {
	c.t.Helper()
	if err := c.As(user).Select(m, "credit.more", optionValue(c.t, m, label)).Wait(patience); err != nil {
		c.t.Fatalf("choosing %q: %v", label, err)
	}
	c.settled()
}

// optionValue is the value behind an option of the menu of a post.
func optionValue(t *testing.T, m slacksim.Message, label string) string {
	t.Helper()
	var blocks []struct {
		Elements []struct {
			Options []struct {
				Text  struct{ Text string }
				Value string
			}
			Text json.RawMessage // of a button an object, of a context a string
		}
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			for _, o := range e.Options {
				if o.Text.Text == label {
					return o.Value
				}
			}
		}
	}
	t.Fatalf("no %q in %s", label, m.Blocks)
	return ""
}

// window waits for the one window that a person has in front of them.
func (c *crediting) window(user, title string) slacksim.View {
	c.t.Helper()
	var v slacksim.View
	c.eventually("a window “"+title+"”", func() bool {
		all := c.As(user).Views()
		if len(all) == 0 {
			return false
		}
		v = all[len(all)-1]
		return v.Title == title
	})
	return v
}

// send submits a window.
func (c *crediting) send(user string, v slacksim.View) {
	c.t.Helper()
	ex := c.As(user).Submit(v.ID)
	if err := ex.Wait(patience); err != nil || len(ex.Errors()) > 0 {
		c.t.Fatalf("sending %q: %v %v", v.Title, err, ex.Errors())
	}
	c.settled()
}

// unsent submits a window that is refused, and returns what it says by field.
func (c *crediting) unsent(user string, v slacksim.View) map[string]string {
	c.t.Helper()
	ex := c.As(user).Submit(v.ID)
	_ = ex.Wait(patience)
	if len(ex.Errors()) == 0 {
		c.t.Fatalf("%q was sent", v.Title)
	}
	return ex.Errors()
}

func (c *crediting) says(m slacksim.Message, texts ...string) {
	c.t.Helper()
	shown := m.Text + "\n" + readable(c.t, m.Blocks)
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			c.t.Errorf("%q is missing in:\n%s", text, shown)
		}
	}
}

func (c *crediting) saysNot(m slacksim.Message, texts ...string) {
	c.t.Helper()
	shown := m.Text + "\n" + readable(c.t, m.Blocks)
	for _, text := range texts {
		if strings.Contains(shown, text) {
			c.t.Errorf("%q is in:\n%s", text, shown)
		}
	}
}

func (c *crediting) shows(v slacksim.View, texts ...string) {
	c.t.Helper()
	c.says(slacksim.Message{Blocks: v.Blocks, Text: string(v.Values)}, texts...)
}

// kept is everything in Redis, keys and values as they are.
func (c *crediting) kept() string {
	c.t.Helper()
	ctx := context.Background()
	var all strings.Builder
	for _, key := range c.db.Client.Keys(ctx, "*").Val() {
		var value any
		switch kind := c.db.Client.Type(ctx, key).Val(); kind {
		case "string":
			value = c.db.Client.Get(ctx, key).Val()
		case "hash":
			value = c.db.Client.HGetAll(ctx, key).Val()
		case "zset":
			value = c.db.Client.ZRange(ctx, key, 0, -1).Val()
		case "set":
			value = c.db.Client.SMembers(ctx, key).Val()
		case "list":
			value = c.db.Client.LRange(ctx, key, 0, -1).Val()
		case "stream":
			value = c.db.Client.XRange(ctx, key, "-", "+").Val()
		case "none": // its time was over
			continue
		default:
			c.t.Fatalf("%s is of the kind %q, which is not looked into", key, kind)
		}
		fmt.Fprintln(&all, key, value)
	}
	return all.String()
}

// nowhere fails if a text can be read in Redis, in the logs, or in anything that
// the bot sent to Slack.
func (c *crediting) nowhere(text string) {
	c.t.Helper()
	all := c.kept()
	for _, e := range c.logs.All() {
		all += fmt.Sprint(e.Message, e.ContextMap())
	}
	if strings.Contains(all, text) {
		c.t.Errorf("%q can be read in Redis or in the logs", text)
	}
}

// typing is a command whose answer is in hand once all is done.
func (c *crediting) typing(user, channel, text string) slacksim.Message {
	c.t.Helper()
	m := c.command(user, channel, text)
	c.settled()
	return m
}

func TestCreditByCommand(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	for i, word := range []string{"credit", "thanks", "kudos", "shoutout"} {
		c.part(word, func(*testing.T) {
			reason := fmt.Sprintf("spotting missing index %d", i)
			before := len(c.answers(c.alice))
			c.says(c.typing(c.alice, c.general, word+" @sam for "+reason), "Delivered.", "<@"+c.sam+">", reason)
			post := c.post(c.general, reason)
			c.says(post, "<@"+c.sam+">", "from Alice", map[string]string{"thanks": "Help"}[word])
			if post.ThreadTS != "" {
				t.Error("it is in a thread")
			}
			c.says(c.told(c.sam, reason), "<@"+c.alice+"> credited you in <#"+c.general+">", "Take this one down", "How I want to be credited", "See it")
			if n := len(c.answers(c.alice)); n != before {
				t.Errorf("the giver is told more than that it was delivered")
			}
		})
	}
	c.part("several people", func(*testing.T) {
		c.typing(c.alice, c.general, "credit @sam, @noor and @gus for running the retro together")
		c.says(c.post(c.general, "running the retro"), "<@"+c.sam+">, <@"+c.noor+"> and <@"+c.guest+">")
		for _, who := range []string{c.sam, c.noor, c.guest} {
			c.told(who, "running the retro")
		}
	})
	c.part("a search and a mention", func(*testing.T) {
		c.saysNot(c.typing(c.alice, c.general, "credit stolen by dave"), "Delivered.", "You typed")
		c.says(c.typing(c.alice, c.general, "credit stolen by @sam"), "Begin with who it is for", "You typed:", "stolen by @sam")
		c.unposted("stolen by")
	})
	c.part("empty praise is asked about once", func(*testing.T) {
		m := c.typing(c.alice, c.general, "credit @sam for being so awesome")
		c.says(m, "could be about anybody", "being so awesome")
		c.unposted("being so awesome")
		c.press(c.alice, m, "Give it as it is")
		c.post(c.general, "being so awesome")
		c.told(c.sam, "being so awesome")
		c.says(c.again(c.alice, m), "Delivered.")
		m = c.typing(c.alice, c.general, "credit @sam for being simply amazing")
		c.press(c.alice, m, "Make it specific")
		c.shows(c.window(c.alice, "Give credit"), "being simply amazing", c.sam)
		c.As(c.alice).CloseAll()
	})
	c.part("limits", func(*testing.T) {
		gave := func(n int, to string) {
			c.t.Helper()
			_, _, err := c.ledger.Open(t.Context(), credit.Credit{
				ID: fmt.Sprint("earlier-", n), GiverID: c.noor, Receivers: []credit.Receiver{{UserID: to, Standing: credit.Private, Told: true}},
				Kind: credit.Help, Reason: "earlier that day", Given: c.now(),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range credit.PerDayToOne - 1 {
			gave(i, c.sam)
		}
		c.says(c.typing(c.noor, c.general, "credit @sam for untangling the third knot"), "Delivered.")
		m := c.typing(c.noor, c.general, "credit @sam for untangling one knot more")
		c.says(m, "You have credited Samira 3 times in 24 hours", "untangling one knot more")
		for i := credit.PerDayToOne; i < credit.PerDay-1; i++ {
			gave(i, c.crowd[i])
		}
		c.says(c.typing(c.noor, c.general, "credit @p10 for untangling the tenth knot"), "Delivered.")
		c.says(c.typing(c.noor, c.general, "credit @p11 for untangling the last knot"), "You have given credit 10 times", "untangling the last knot")
		c.unposted("one knot more")
		c.unposted("the last knot")
		c.later(24*time.Hour + time.Minute)
		c.says(c.typing(c.noor, c.general, "credit @sam for untangling it the day after"), "Delivered.")
	})
	c.part("thanking straight back", func(*testing.T) {
		c.typing(c.alice, c.general, "credit @noor for pairing on the importer")
		c.post(c.general, "pairing on the importer")
		m := c.typing(c.noor, c.general, "credit @alice for explaining the lock order")
		c.says(m, "Alice credited you not long ago", "something specific", "explaining the lock order")
		c.unposted("explaining the lock order")
		c.press(c.noor, m, "Give it as it is")
		c.post(c.general, "explaining the lock order")
	})
	c.part("nothing typed can ping", func(*testing.T) {
		from := len(c.Calls(""))
		text := fmt.Sprintf("credit <@%s|sam> for telling <!channel> and <@%s|noor> what &lt;!here&gt; and @everyone mean, <!subteam^S123|@devs> & `x`", c.sam, c.noor)
		if err := c.As(c.alice).CommandAsSent(c.general, "/ally", text).Wait(patience); err != nil {
			t.Fatal(err)
		}
		c.told(c.sam, "telling")
		c.post(c.general, "telling")
		for _, call := range c.Calls("")[from:] {
			sent := call.Args.Encode() + fmt.Sprint(call.Args)
			for _, ping := range []string{"<!", "<@" + c.noor, "@everyone", "@here", "@channel", "%3C%21", `\u003c!`, `\u003c@` + c.noor} {
				if strings.Contains(sent, ping) {
					t.Errorf("%s carries %q: %s", call.Method, ping, call.Args)
				}
			}
		}
	})
	c.part("the name of a private channel stays in it", func(*testing.T) {
		c.typing(c.alice, c.general, "credit @sam for the plan in #"+secretName+" and its numbers")
		c.says(c.post(c.general, "and its numbers"), "the plan in a private channel and its numbers")
		c.typing(c.alice, c.secret, "credit @noor for asking who would be told")
		c.unposted("asking who would be told") // Noor is not in there
		c.says(c.told(c.noor, "asking who would be told"), "<#"+c.secret+">", "Post it")
		c.nowhere(secretName)
		for _, call := range c.Calls("") {
			if strings.Contains(fmt.Sprint(call.Args), secretName) {
				t.Errorf("%s says the name: %v", call.Method, call.Args)
			}
		}
	})
	if n := len(c.Calls("conversations.join")); n > 0 {
		t.Error("the bot joined a channel by itself")
	}
}

func TestCreditThatCannotBeGiven(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	gone := c.AddPerson(slacksim.Person{Name: "dora", RealName: "Dora Dee", Deleted: true})
	c.AddUsergroup(slacksim.Usergroup{Handle: "devs", Name: "Developers", Users: []string{c.sam, c.noor}})
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, fmt.Sprintf("@p%02d", i))
	}
	for name, test := range map[string]struct{ channel, typed, want, keeps, reason string }{
		"no reason":            {c.general, "credit @sam", "What did they do?", "credit @sam", ""},
		"too few words":        {c.general, "credit @sam for docs", "Say a bit more", "docs", "docs"},
		"oneself":              {c.general, "credit @alice for writing refusal one", "take yourself off the list", "writing refusal one", "writing refusal one"},
		"Ally":                 {c.general, "credit @ally for writing refusal two", "is an app", "writing refusal two", "writing refusal two"},
		"deactivated":          {c.general, "credit <@" + gone + "|dora> for writing refusal three", "no active account", "writing refusal three", "writing refusal three"},
		"a guest outside":      {c.leads, "credit @gus for writing refusal four", "is a guest here and not in this conversation", "writing refusal four", "writing refusal four"},
		"an external outside":  {c.leads, "credit @ext for writing refusal five", "is from another organisation and not in this", "writing refusal five", "writing refusal five"},
		"@channel":             {c.general, "credit @channel for writing refusal six", "channel can’t be credited", "writing refusal six", "writing refusal six"},
		"@here and somebody":   {c.general, "credit @sam and @here for writing refusal seven", "here can’t be credited", "writing refusal seven", "writing refusal seven"},
		"a group":              {c.general, "credit @devs for writing refusal eight", "A group can’t be credited", "writing refusal eight", "writing refusal eight"},
		"eleven people":        {c.general, "credit " + strings.Join(eleven, " ") + " for writing refusal nine", "more than ten people", "writing refusal nine", "writing refusal nine"},
		"nobody Slack knows":   {c.general, "credit <@U0NOBODY00> for writing refusal ten", "I can’t find", "writing refusal ten", "writing refusal ten"},
		"two credits in one":   {c.general, "credit @sam for refusal eleven and @noor for refusal twelve", "several credits in one", "refusal twelve", "refusal eleven"},
		"far more than a post": {c.general, "credit @sam for refusal thirteen " + strings.Repeat("and more ", 60), "longer than 500", "refusal thirteen", "refusal thirteen"},
	} {
		c.part(name, func(t *testing.T) {
			dms := len(c.answers(c.sam)) + len(c.answers(c.noor)) + len(c.answers(c.alice))
			before := len(c.ephemerals(c.alice, test.channel))
			// As Slack sends it, so that people who left can be mentioned; the rest as typed.
			send := c.As(c.alice).Command
			if strings.Contains(test.typed, "<@") {
				send = c.As(c.alice).CommandAsSent
			}
			if err := send(test.channel, "/ally", test.typed).Wait(patience); err != nil {
				t.Fatal(err)
			}
			all := c.ephemerals(c.alice, test.channel)
			if len(all) != before+1 {
				t.Fatalf("%d answers", len(all)-before)
			}
			m := all[len(all)-1]
			c.says(m, test.want, "You typed:", test.keeps)
			c.saysNot(m, "Delivered.")
			c.press(c.alice, m, "Fix it")
			form := c.window(c.alice, "Give credit")
			c.shows(form, test.reason)
			c.As(c.alice).CloseAll()
			if test.reason != "" {
				c.unposted(test.reason)
			}
			if n := len(c.answers(c.sam)) + len(c.answers(c.noor)) + len(c.answers(c.alice)); n != dms {
				t.Error("somebody was told")
			}
		})
	}
	c.part("a guest and an external inside", func(*testing.T) {
		c.says(c.typing(c.alice, c.general, "credit @gus and @ext for bringing cake and a plan"), "Delivered.")
		c.says(c.post(c.general, "cake and a plan"), "<@"+c.guest+"> and <@"+c.external+">")
	})
}
