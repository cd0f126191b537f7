package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"allybot/internal/slacksim"
)

// takeDown deletes a message of the bot's as an admin would: the bot is told of
// it and did not do it itself.
func (c *crediting) takeDown(m slacksim.Message) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.APIURL()+"chat.delete",
		strings.NewReader(url.Values{"channel": {m.ChannelID}, "ts": {m.TS}}.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.BotToken())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		OK    bool
		Error string
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || !out.OK {
		c.t.Fatalf("deleting as an admin: %v %s", err, out.Error)
	}
	c.settled()
}

// about gives credit for a message by its shortcut.
func (c *crediting) about(giver, channel, ts, reason string) {
	c.t.Helper()
	form := c.shortcut(giver, channel, ts)
	c.As(giver).Type(form.ID, "credit_reason", reason)
	c.give(giver, form)
}

func TestCreditChangedAndWithdrawn(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	c.part("edited", func(t *testing.T) {
		m := c.typing(c.alice, c.general, "credit @sam for finding a leek")
		post, card := c.post(c.general, "finding a leek"), c.told(c.sam, "finding a leek")
		c.press(c.alice, m, "Edit")
		v := c.window(c.alice, "Edit credit")
		c.shows(v, "finding a leek")
		c.As(c.alice).Type(v.ID, "credit_reason", "no")
		if wrong := c.unsent(c.alice, v); !strings.Contains(wrong["credit_reason"], "Say a bit more") {
			t.Errorf("errors: %v", wrong)
		}
		c.As(c.alice).Type(v.ID, "credit_reason", "finding the leak in <!here> & mending it")
		c.As(c.alice).Type(v.ID, "credit_kind", "unseen")
		c.send(c.alice, v)
		c.shows(c.window(c.alice, "Edit credit"), "Changed.")
		c.As(c.alice).CloseAll()
		for _, now := range []slacksim.Message{c.again(c.alice, post), c.again(c.sam, card)} {
			c.says(now, "finding the leak in &lt;!here&gt; &amp; mending it", "Unseen work")
			c.saysNot(now, "leek")
		}
		c.post(c.general, "mending it")
	})
	withdraw := map[string]func(reason string, answer, post slacksim.Message){
		"in the answer": func(reason string, answer, _ slacksim.Message) {
			c.press(c.alice, answer, "Withdraw")
			c.says(c.again(c.alice, answer), "Withdrawn. Nobody has this credit any more.")
		},
		"in the menu of the post": func(reason string, _, post slacksim.Message) {
			c.menu(c.alice, post, "Edit or withdraw")
			v := c.window(c.alice, "Edit credit")
			if err := c.As(c.alice).SelectManyView(v.ID, "credit_withdraw", "yes").Wait(patience); err != nil {
				t.Fatal(err)
			}
			c.send(c.alice, v)
			c.shows(c.window(c.alice, "Edit credit"), "Withdrawn.")
			c.As(c.alice).CloseAll()
		},
	}
	for how, do := range withdraw {
		c.part("withdrawn "+how, func(t *testing.T) {
			reason := "cutting the meeting " + strings.ReplaceAll(how, " ", "-")
			m := c.typing(c.alice, c.general, "credit @sam for "+reason)
			post, card := c.post(c.general, reason), c.told(c.sam, reason)
			do(reason, m, post)
			c.unposted(reason)
			c.says(c.again(c.sam, card), "withdrawn")
			c.saysNot(c.again(c.sam, card), reason)
			if c.holds(c.sam, reason) || strings.Contains(c.kept(), reason) {
				t.Error("it is kept")
			}
		})
	}
	c.part("withdrawn while a card waits", func(*testing.T) {
		m := c.typing(c.noor, c.team, "credit @p02 for folding the chairs")
		card := c.told(c.crowd[2], "folding the chairs")
		c.press(c.noor, m, "Withdraw")
		c.says(c.again(c.crowd[2], card), "withdrawn")
		c.saysNot(c.again(c.crowd[2], card), "Post it")
		c.unposted("folding the chairs")
	})
	c.part("by people they are not for", func(t *testing.T) {
		c.typing(c.alice, c.general, "credit @sam for labelling the cables")
		post := c.post(c.general, "labelling the cables")
		for _, try := range []struct{ who, label, want string }{
			{c.noor, "Edit or withdraw", "Only the person who gave this credit"},
			{c.sam, "Edit or withdraw", "Only the person who gave this credit"},
			{c.noor, "Take my name off", "Your name is not on it."},
			{c.alice, "Take my name off", "Your name is not on it."},
		} {
			before := len(c.ephemerals(try.who, c.general))
			c.menu(try.who, post, try.label)
			all := c.ephemerals(try.who, c.general)
			if len(all) != before+1 {
				t.Fatalf("%s: %d answers", try.label, len(all)-before)
			}
			c.says(all[len(all)-1], try.want)
			if len(c.As(try.who).Views()) > 0 {
				t.Error("a window opened")
			}
		}
		if now := c.post(c.general, "labelling the cables"); string(now.Blocks) != string(post.Blocks) {
			t.Errorf("the post changed: %s", now.Blocks)
		}
	})
}

func TestCreditFollowsWhatIsDeleted(t *testing.T) {
	t.Parallel()
	c := giveCredit(t, "listening")
	c.part("the source", func(t *testing.T) {
		ts := c.As(c.sam).Say(c.general, "Let us cap the retries.")
		c.about(c.alice, c.general, ts, "capping the retries early")
		post := c.post(c.general, "capping the retries")
		c.says(post, c.Permalink(c.general, ts))
		c.As(c.sam).Delete(c.general, ts) // the post below it keeps a tombstone
		c.eventually("the link is gone", func() bool {
			return !strings.Contains(string(c.again(c.alice, post).Blocks), "See where it happened")
		})
		c.settled()
		now := c.post(c.general, "capping the retries")
		c.says(now, "<@"+c.sam+">")
		if !c.holds(c.sam, "capping the retries") {
			t.Error("the credit went too")
		}
		if strings.Contains(c.kept(), strings.TrimLeft(ts, "0")) && strings.Contains(string(now.Blocks), strings.ReplaceAll(ts, ".", "")) {
			t.Error("the link is kept")
		}
	})
	c.part("a source in a thread", func(t *testing.T) {
		root := c.As(c.noor).Say(c.general, "Thoughts on the rollout?")
		ts := c.As(c.sam).Reply(c.general, root, "One region first.")
		c.about(c.alice, c.general, ts, "starting with one region")
		post := c.post(c.general, "starting with one region")
		if post.ThreadTS != root {
			t.Errorf("it is in the thread %q", post.ThreadTS)
		}
		c.says(post, strings.ReplaceAll(ts, ".", "")+"?") // the link leads to the reply
		c.As(c.sam).Delete(c.general, ts)
		c.eventually("the link is gone", func() bool {
			return !strings.Contains(string(c.again(c.alice, post).Blocks), "See where it happened")
		})
		c.post(c.general, "starting with one region")
	})
	c.part("the source before it is sent", func(t *testing.T) {
		ts := c.As(c.sam).Say(c.general, "Delete me first.")
		if err := c.As(c.alice).MessageShortcut("credit_message", c.general, ts).Wait(patience); err != nil {
			t.Fatal(err)
		}
		form := c.window(c.alice, "Give credit")
		c.As(c.sam).Delete(c.general, ts)
		c.settled()
		c.As(c.alice).Type(form.ID, "credit_reason", "saying it before it was gone")
		c.send(c.alice, form)
		c.send(c.alice, c.window(c.alice, "This is how it looks"))
		c.As(c.alice).CloseAll()
		post := c.post(c.general, "before it was gone")
		c.saysNot(post, "See where it happened")
		if post.ThreadTS != "" {
			t.Error("it is in a thread that is no more")
		}
	})
	c.part("the post, by an admin", func(t *testing.T) {
		c.typing(c.alice, c.general, "credit @sam and @noor for moving the standup")
		post := c.post(c.general, "moving the standup")
		cards := map[string]slacksim.Message{c.sam: c.told(c.sam, "moving the standup"), c.noor: c.told(c.noor, "moving the standup")}
		c.takeDown(post)
		for who, card := range cards {
			c.eventually("the card says so", func() bool { return strings.Contains(string(c.again(who, card).Blocks), "withdrawn") })
			if c.holds(who, "moving the standup") {
				t.Error("it is on a list")
			}
		}
		c.settled()
		c.unposted("moving the standup")
		if strings.Contains(c.kept(), "moving the standup") {
			t.Error("the reason is kept")
		}
	})
	c.part("the post, by an admin, with a card unanswered", func(t *testing.T) {
		c.typing(c.alice, c.general, "credit @sam and @p03 for turning the agenda round")
		post := c.post(c.general, "turning the agenda round")
		card := c.told(c.crowd[3], "turning the agenda round")
		c.takeDown(post)
		c.eventually("the card says so", func() bool { return strings.Contains(string(c.again(c.crowd[3], card).Blocks), "withdrawn") })
		c.saysNot(c.again(c.crowd[3], card), "Post it")
		c.unposted("turning the agenda round")
	})
}

// Where Slack no longer lets a post be edited, what cannot be corrected goes.
func TestAPostThatCannotBeEditedIsDeleted(t *testing.T) {
	t.Parallel()
	c := giveCredit(t)
	c.SetEditWindow(time.Minute)
	m := c.typing(c.alice, c.general, "credit @sam for sorting the inbox")
	post, card := c.post(c.general, "sorting the inbox"), c.told(c.sam, "sorting the inbox")
	c.later(2 * time.Minute)
	c.press(c.noor, post, "I saw this too")
	c.unposted("sorting the inbox")
	if !c.holds(c.sam, "sorting the inbox") {
		t.Error("Sam lost it")
	}
	now := c.told(c.sam, "sorting the inbox") // nor can their notice be edited
	if now.TS == card.TS {
		t.Error("the notice was changed")
	}
	c.says(now, "stays between you two")
	c.saysNot(now, "It is posted", "See it")
	c.says(c.again(c.alice, m), "Delivered.")
}
