package app

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/slacksim"
)

// Whatever goes wrong while credit is given, it ends with exactly one post or a
// clear private message, and the record and the post say the same.

const why = "@sam for spotting that the retry had no limit"

func TestCreditTheSameEnvelopeThreeTimes(t *testing.T) {
	for replicas := 1; replicas <= 2; replicas++ {
		t.Run(fmt.Sprintf("%d replicas", replicas), func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil, manifest.Listening)
			for range replicas {
				h.replica()
			}
			// A command, and a message shortcut with its windows.
			command := h.As(h.alice).Command(h.general, "/ally", "credit "+why)
			h.twiceMore(command)
			v := h.preview(h.As(h.sam).Say(h.general, "The retry has no limit."))
			submission := h.As(h.alice).Submit(v.ID)
			h.twiceMore(submission)
			h.eventually("two credits are posted", func() bool { return len(h.everyPost()) == 2 })
			h.agreed()
			all := h.everyCredit()
			if len(all) != 2 {
				t.Fatalf("%d credits of one command and one window", len(all))
			}

			// Presses, of the post and of the notice.
			first, second := all[0].ID, all[1].ID
			press := h.As(h.noor).Press(h.post(first), "credit.voice")
			h.twiceMore(press)
			h.stands("the voice is heard", first, func(c credit.Credit) bool { return len(c.Voices) == 1 && isPosted(c) })
			down := h.As(h.sam).Press(h.notice(h.sam, second), "credit.down")
			h.twiceMore(down)
			h.stands("the second is taken down", second, func(c credit.Credit) bool { return c.Posting == credit.Unposted })
			h.agreed()

			// Somebody deletes the post.
			gone := h.post(first)
			h.As(h.BotUserID()).Delete(gone.ChannelID, gone.TS)
			h.stands("the first is withdrawn", first, func(c credit.Credit) bool { return !c.Stands() })
			for _, e := range h.Envelopes() {
				if e.Type == "events_api" && strings.Contains(string(e.Payload), `"message_deleted"`) {
					h.eventually("it is acknowledged", h.allAcked)
					h.SendPayload(e.Type, e.Payload)
					h.SendPayload(e.Type, e.Payload)
				}
			}
			h.agreed()
		})
	}
}

// A replica that hangs loses its work to another, wakes up, and goes on with it.
func TestCreditTwoReplicasWorkOnTheSame(t *testing.T) {
	for _, step := range []struct{ method string }{{"chat.postMessage"}, {"chat.update"}, {"chat.delete"}, {"conversations.open"}} {
		for _, with := range [][]manifest.Feature{nil, {manifest.Listening}} {
			t.Run(fmt.Sprint(step.method, with), func(t *testing.T) {
				t.Parallel()
				h := newHazards(t, nil, with...)
				slow := h.start()
				h.eventually("the sockets", func() bool { return len(h.openSockets()) == 2 })
				h.Inject(slacksim.Fault{Method: step.method, Kind: slacksim.Slow, Delay: 300 * time.Millisecond, Times: 1})
				id := h.give(why)
				switch step.method {
				case "chat.postMessage":
					h.stands("it is being posted", id, func(c credit.Credit) bool { return c.Posting == credit.Sending })
				case "conversations.open":
					h.stands("it is posted", id, isPosted)
				case "chat.update":
					h.settle()
					h.must(h.As(h.noor).Press(h.post(id), "credit.voice"))
					h.stands("a voice is recorded", id, func(c credit.Credit) bool { return len(c.Voices) == 1 })
				case "chat.delete":
					h.settle()
					h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.down"))
					h.stands("it is being removed", id, func(c credit.Credit) bool { return c.Posting == credit.Removing })
				}
				_ = slow.Process.Signal(syscall.SIGSTOP)
				h.replica()
				h.idle()
				_ = slow.Process.Signal(syscall.SIGCONT)
				// What it then acknowledges and does is over when it answers again.
				h.eventually("it answers again", func() bool {
					return h.As(h.alice).Command(h.general, "/ally", "help").Wait(patience) == nil
				})
				h.agreed()
				if c := h.find(id); c.Posting != credit.Posted && step.method != "chat.delete" && c.Posting != credit.Doubtful {
					t.Errorf("it is %q", c.Posting)
				}
			})
		}
	}
}

func TestCreditAPressOnTwoReplicasAtOnce(t *testing.T) {
	t.Parallel()
	h := newHazards(t, nil)
	h.replica()
	h.replica()
	id := h.give(why)
	h.stands("it is posted", id, isPosted)
	h.settle()
	var crowd sync.WaitGroup
	for _, p := range h.crowd[:6] {
		crowd.Go(func() { _ = h.As(p).Press(h.post(id), "credit.voice").Wait(patience) })
	}
	notice := h.notice(h.sam, id)
	crowd.Go(func() { _ = h.As(h.sam).Press(notice, "credit.down").Wait(patience) })
	crowd.Go(func() { _ = h.As(h.sam).Press(notice, "credit.down").Wait(patience) })
	crowd.Wait()
	h.agreed()
	if c := h.find(id); c.Posting != credit.Unposted || len(c.With(credit.Private)) != 1 {
		t.Errorf("after Sam took it down: %q, %v", c.Posting, c.Receivers)
	}
}

// Slack carried out the post and its answer was lost.
func TestCreditThePostIsThereAndTheReplyIsLost(t *testing.T) {
	lost := func(t *testing.T, with ...manifest.Feature) (*hazards, string) {
		t.Parallel()
		h := newHazards(t, nil, with...)
		h.replica()
		h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply, Match: inChannels})
		return h, h.give(why)
	}
	doubtful := func(t *testing.T) (h *hazards, id string, question slacksim.Message) {
		h, id = lost(t)
		h.stands("it is in doubt", id, func(c credit.Credit) bool { return c.Posting == credit.Doubtful })
		h.agreed()
		asked := h.answers(h.alice)
		if len(asked) != 1 || !strings.Contains(asked[0].Text, "Slack did not say whether your credit for <@"+h.sam+"> reached <#"+h.general+">") {
			t.Fatalf("Alice is told %v", asked)
		}
		h.post(id) // it is there
		return h, id, asked[0]
	}

	t.Run("the bot can look", func(t *testing.T) {
		h, id := lost(t, manifest.Listening)
		h.stands("it is found", id, isPosted)
		h.agreed()
		if n := len(h.answers(h.alice)); n != 0 {
			t.Errorf("Alice is bothered by %d messages", n)
		}
	})
	t.Run("left alone it becomes private after a day", func(t *testing.T) {
		h, id, _ := doubtful(t)
		h.later(24*time.Hour + time.Second)
		h.stands("it is private", id, func(c credit.Credit) bool { return len(c.With(credit.Private)) == 1 && c.Receivers[0].Told })
		h.agreed()
	})
	t.Run("post it again", func(t *testing.T) {
		h, id, question := doubtful(t)
		stray := h.post(id)
		h.must(h.As(h.alice).Press(question, "credit.place:again"))
		c := h.stands("it is posted again", id, isPosted)
		if posts := h.everyPost()[id]; len(posts) != 2 {
			t.Fatalf("%d posts", len(posts))
		}
		// The first press on the stray one removes it, and counts.
		h.must(h.As(h.noor).Press(stray, "credit.voice"))
		h.eventually("the stray post is removed", func() bool { return len(h.everyPost()[id]) == 1 })
		h.stands("the voice counts", id, func(c credit.Credit) bool { return len(c.Voices) == 1 && isPosted(c) })
		h.agreed()
		if h.find(id).Post != c.Post {
			t.Error("the other one was removed")
		}
	})
	t.Run("post it again when it is not there", func(t *testing.T) {
		h, id, question := doubtful(t)
		stray := h.post(id)
		h.As(h.BotUserID()).Delete(stray.ChannelID, stray.TS)
		h.must(h.As(h.alice).Press(question, "credit.place:again"))
		h.stands("it is posted", id, isPosted)
		h.agreed()
	})
	t.Run("keep it private", func(t *testing.T) {
		h, id, question := doubtful(t)
		stray := h.post(id)
		h.must(h.As(h.alice).Press(question, "credit.place:private"))
		h.stands("Sam is told", id, func(c credit.Credit) bool { return c.Receivers[0].Told })
		h.settle()
		// Should it be there after all, it goes at the first press on it.
		h.must(h.As(h.noor).Press(stray, "credit.voice"))
		h.stands("the stray post is removed", id, func(c credit.Credit) bool { return c.Posting == credit.Unposted })
		h.agreed()
	})
	t.Run("keep it private, and then Sam posts it", func(t *testing.T) {
		h, id, question := doubtful(t)
		stray := h.post(id)
		h.As(h.BotUserID()).Delete(stray.ChannelID, stray.TS)
		h.must(h.As(h.alice).Press(question, "credit.place:private"))
		h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.post"))
		h.stands("it is posted", id, isPosted)
		h.agreed()
	})
	t.Run("edit the one that is there", func(t *testing.T) {
		h, id, _ := doubtful(t)
		h.edit(id, "finding out that nothing stops the retries")
		h.stands("it is known again", id, func(c credit.Credit) bool { return isPosted(c) && strings.HasPrefix(c.Reason, "finding") })
		h.agreed()
		if !h.find(id).Receivers[0].Told {
			t.Error("Sam was not told")
		}
	})
	t.Run("withdraw it", func(t *testing.T) {
		h, id, _ := doubtful(t)
		said := h.ephemerals(h.alice, h.general)
		h.must(h.As(h.alice).Press(said[len(said)-1], "credit.withdraw"))
		h.stands("it is withdrawn", id, func(c credit.Credit) bool { return !c.Stands() })
		h.settle()
		h.must(h.As(h.noor).Press(h.post(id), "credit.voice"))
		h.eventually("the post goes at the first press", func() bool { return len(h.everyPost()) == 0 })
		h.agreed()
	})
}

func TestCreditRedisGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	h := newHazards(t, nil, manifest.Listening)
	h.replica()
	first := h.give(why)
	h.stands("it is posted", first, isPosted)

	// In the middle of a post.
	h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Slow, Delay: 300 * time.Millisecond, Match: inChannels})
	second := h.give("@noor for taking the notes all week")
	h.stands("it is being posted", second, func(c credit.Credit) bool { return c.Posting == credit.Sending })
	h.redis.Kill()

	// Nothing is given, and what was typed is kept.
	said := h.command(h.alice, h.general, "credit @sam for explaining the cache to everybody")
	if got := string(said.Blocks); !strings.Contains(got, "nothing was given") || !strings.Contains(got, "explaining the cache to everybody") {
		t.Errorf("without Redis: %s", got)
	}
	h.redis.Restart()
	h.stands("the second is posted", second, isPosted)
	h.eventually("giving works again", func() bool {
		said := h.command(h.alice, h.general, "credit @sam for explaining the cache to everybody")
		return valueOf(said.Blocks, "credit.edit") != ""
	})
	h.eventually("three posts", func() bool { return len(h.everyPost()) == 3 })
	h.agreed()
	if n := len(h.everyCredit()); n != 3 {
		t.Errorf("%d credits", n)
	}
}

func TestCreditWithRedisAwayInTheLastWindow(t *testing.T) {
	t.Parallel()
	h := newHazards(t, nil)
	h.replica()
	v := h.preview(h.As(h.sam).Say(h.general, "The retry has no limit."))
	h.redis.Kill()
	ex := h.As(h.alice).Submit(v.ID)
	_ = ex.Wait(patience)
	views := h.As(h.alice).Views()
	if len(views) == 0 {
		t.Fatal("the window is gone, and the words with it")
	}
	if shown := views[len(views)-1]; !strings.Contains(string(shown.Blocks), "the retry had no limit") {
		t.Fatalf("the words are gone: %s", shown.Blocks)
	}
	h.redis.Restart()
	h.eventually("giving works again", func() bool {
		views := h.As(h.alice).Views()
		v := views[len(views)-1]
		if v.Title != "Delivered" {
			_ = h.As(h.alice).Submit(v.ID).Wait(patience)
		}
		return v.Title == "Delivered"
	})
	h.eventually("it is posted", func() bool { return len(h.everyPost()) == 1 })
	h.agreed()
}

// The message it is about is deleted after the preview and before the post.
func TestCreditTheSourceIsDeletedBeforePosting(t *testing.T) {
	for name, with := range map[string][]manifest.Feature{"Slack tells of it": {manifest.Listening}, "no event comes": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil, with...)
			h.replica()
			ts := h.As(h.sam).Say(h.general, "The retry has no limit.")
			v := h.preview(ts)
			h.As(h.sam).Delete(h.general, ts)
			h.eventually("Slack told of it", h.allAcked)
			id := h.submitted(v)
			c := h.stands("it is posted", id, isPosted)
			h.agreed()
			if p := h.post(id); c.Source != (credit.Place{}) || p.ThreadTS != "" || strings.Contains(string(p.Blocks), "See where it happened") {
				t.Errorf("a link to nothing: %v %s", c.Source, p.Blocks)
			}
		})
	}
}

// It is deleted while the post is on its way, or afterwards.
func TestCreditTheSourceIsDeletedWhileOrAfterPosting(t *testing.T) {
	t.Parallel()
	h := newHazards(t, nil, manifest.Listening)
	h.replica()
	ts := h.As(h.sam).Say(h.general, "The retry has no limit.")
	v := h.preview(ts)
	h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Slow, Delay: 300 * time.Millisecond, Match: inChannels})
	id := h.submitted(v)
	h.stands("it is being posted", id, func(c credit.Credit) bool { return c.Posting == credit.Sending })
	h.As(h.sam).Delete(h.general, ts)
	h.stands("it is posted", id, func(c credit.Credit) bool { return isPosted(c) && c.Source == credit.Place{} })
	h.agreed()

	after := h.As(h.sam).Say(h.general, "And the cache is cold.")
	id = h.submitted(h.preview(after))
	h.stands("the next is posted", id, isPosted)
	h.agreed()
	h.As(h.sam).Delete(h.general, after) // the thread stays, its root is a tombstone
	h.eventually("the tombstone", h.allAcked)
	h.agreed()
}

func (h *hazards) deactivate(user string) {
	h.UpdatePerson(user, func(p *slacksim.Person) { p.Deleted = true })
}

func TestCreditSomebodyLeaves(t *testing.T) {
	const both = "@sam @noor for spotting that the retry had no limit"
	start := func(t *testing.T) *hazards {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		return h
	}
	t.Run("before it is posted", func(t *testing.T) {
		h := start(t)
		// Slack hangs a little when it is asked about people, and Sam leaves.
		h.Inject(slacksim.Fault{Method: "conversations.members", Kind: slacksim.ServerError, Times: 5})
		id := h.give(both)
		h.deactivate(h.sam)
		h.stands("it is settled", id, func(c credit.Credit) bool { return c.Receiver(h.sam).Standing == credit.Left })
		h.agreed()
		if got := h.answers(h.alice); len(got) != 1 || !strings.Contains(got[0].Text, "<@"+h.sam+">") {
			t.Errorf("Alice is told %v", got)
		}
	})
	t.Run("between the post and the notice", func(t *testing.T) {
		h := start(t)
		h.Inject(slacksim.Fault{Method: "conversations.open", Kind: slacksim.ServerError, Times: 6})
		id := h.give(both)
		h.stands("it is posted", id, isPosted)
		h.deactivate(h.sam)
		h.stands("Noor alone is named", id, func(c credit.Credit) bool {
			return isPosted(c) && slices.Equal(c.With(credit.Named), []string{h.noor}) && c.Receiver(h.noor).Told && c.Receiver(h.sam).Told
		})
		h.agreed()
		if got := h.answers(h.alice); len(got) != 1 || !strings.Contains(got[0].Text, "<@"+h.sam+">") {
			t.Errorf("Alice is told %v", got)
		}
	})
	t.Run("the only one", func(t *testing.T) {
		h := start(t)
		h.Inject(slacksim.Fault{Method: "conversations.open", Kind: slacksim.ServerError, Times: 6})
		id := h.give(why)
		h.stands("it is posted", id, isPosted)
		h.deactivate(h.sam)
		h.stands("the post is removed", id, func(c credit.Credit) bool { return c.Posting == credit.Unposted && c.Receivers[0].Told })
		h.agreed()
		if got := h.answers(h.alice); len(got) != 1 || !strings.Contains(got[0].Text, "Nothing was posted") {
			t.Errorf("Alice is told %v", got)
		}
	})
	t.Run("the giver", func(t *testing.T) {
		h := start(t)
		h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply, Match: inChannels})
		h.Inject(slacksim.Fault{Method: "conversations.open", Kind: slacksim.ServerError, Times: 6})
		id := h.give(why)
		h.deactivate(h.alice)
		h.stands("it is in doubt", id, func(c credit.Credit) bool { return c.Posting == credit.Doubtful })
		h.settle() // nobody can be asked
		h.later(24*time.Hour + time.Second)
		h.stands("Sam has it privately", id, func(c credit.Credit) bool { return len(c.With(credit.Private)) == 1 && c.Receivers[0].Told })
		h.settle()
	})
}

// Slack asks to slow down, fails or hangs, in every call that a credit needs.
func TestCreditSlackHasTrouble(t *testing.T) {
	for name, f := range map[string]slacksim.Fault{
		"429":       {Kind: slacksim.RateLimited, RetryAfter: time.Second},
		"500":       {Kind: slacksim.ServerError, Times: 2},
		"no answer": {Kind: slacksim.HangUp},
		"lost":      {Kind: slacksim.LostReply},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil, manifest.Listening)
			h.replica()
			v := h.preview(h.As(h.sam).Say(h.general, "The retry has no limit."))
			for _, method := range []string{
				"chat.postMessage", "conversations.open", "chat.update", "chat.getPermalink", "users.info", "conversations.members", "chat.delete",
			} {
				f.Method = method
				h.Inject(f)
			}
			f.Method, f.Match = "chat.postMessage", toPeople
			h.Inject(f)
			id := h.submitted(v)
			h.stands("it is posted", id, isPosted)
			h.stands("Sam is told", id, func(c credit.Credit) bool { return c.Receivers[0].Told })
			h.must(h.As(h.noor).Press(h.post(id), "credit.voice"))
			h.stands("Noor is heard", id, func(c credit.Credit) bool { return len(c.Voices) == 1 && isPosted(c) })
			h.agreed()
			if f.Kind != slacksim.LostReply && h.post(id).ThreadTS == "" {
				t.Error("it is not in the thread")
			}
			h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.down"))
			h.stands("it is taken down", id, func(c credit.Credit) bool { return c.Posting == credit.Unposted })
			h.agreed()
		})
	}
}

// An outage longer than the inbox keeps its tasks.
func TestCreditSlackIsOutForLong(t *testing.T) {
	for _, out := range []time.Duration{2 * time.Hour, 25 * time.Hour} {
		t.Run(out.String(), func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil, manifest.Listening)
			stop := h.replica()
			for _, method := range []string{"users.info", "conversations.members", "chat.postMessage", "conversations.open", "conversations.history"} {
				h.Inject(slacksim.Fault{Method: method, Kind: slacksim.ServerError, Times: -1})
			}
			id := h.give(why)
			h.stands("it is recorded", id, func(credit.Credit) bool { return true })
			stop()
			// What the inbox held is dropped, as it is after an hour.
			if err := h.db.Client.Del(t.Context(), h.db.Key("inbox", "stream")).Err(); err != nil {
				t.Fatal(err)
			}
			h.later(out)
			h.ClearFaults()
			h.replica()
			h.stands("the calendar takes it up", id, func(c credit.Credit) bool { return isPosted(c) && c.Receivers[0].Told })
			h.agreed()
		})
	}
	t.Run("a place that the giver did not name", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.RateLimited, Match: inChannels})
		id := h.give(why)
		h.stands("it is being posted", id, func(c credit.Credit) bool { return c.Posting == credit.Sending })
		h.As(h.alice).Kick(h.general, h.BotUserID())
		h.stands("it has no place", id, func(c credit.Credit) bool { return c.Posting == credit.Unplaced })
		h.later(25 * time.Hour)
		h.stands("Sam has it privately", id, func(c credit.Credit) bool { return len(c.With(credit.Private)) == 1 && c.Receivers[0].Told })
		h.agreed()
		if got := h.answers(h.alice); len(got) != 1 {
			t.Errorf("Alice is told %v", got)
		}
	})
	t.Run("what was withdrawn is dropped after a day", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		id := h.give(why)
		h.stands("it is posted", id, isPosted)
		h.settle()
		said := h.ephemerals(h.alice, h.general)
		h.must(h.As(h.alice).Press(said[len(said)-1], "credit.withdraw"))
		h.eventually("the post is gone", func() bool { return len(h.everyPost()) == 0 })
		h.agreed()
		h.later(25 * time.Hour)
		h.eventually("nothing is left of it", func() bool {
			due, err := h.db.Client.ZCard(t.Context(), h.ledger.Due()).Result()
			return err == nil && due == 0 && len(h.everyCredit()) == 0
		})
	})
}

// An installation from before credit: nobody can tell who shares a channel.
func TestCreditWithoutTheScopeForChannels(t *testing.T) {
	t.Parallel()
	h := newHazards(t, []string{"channels:read", "groups:read"})
	h.replica()
	id := h.give("@sam @noor for spotting that the retry had no limit")
	c := h.stands("both are asked", id, func(c credit.Credit) bool { return len(c.With(credit.Asked)) == 2 && !c.Receivers[0].AskedAt.IsZero() })
	h.agreed()
	if c.Posting != credit.Unposted {
		t.Errorf("it is %s", c.Posting)
	}
	h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.post"))
	h.stands("Sam alone is named", id, func(c credit.Credit) bool { return isPosted(c) && slices.Equal(c.With(credit.Named), []string{h.sam}) })
	h.agreed()
	if m := h.command(h.alice, h.general, "sam keeps getting talked over"); !strings.Contains(m.Text, "Sam's point") {
		t.Errorf("words: %s", m.Text)
	}
}
