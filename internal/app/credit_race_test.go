package app

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/slacksim"
)

func TestCreditRaces(t *testing.T) {
	t.Run("withdrawn while it is posted", func(t *testing.T) {
		for name, kind := range map[string]slacksim.FaultKind{"slow": slacksim.Slow, "in doubt": slacksim.LostReply} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				h := newHazards(t, nil)
				h.replica()
				h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: kind, Delay: 300 * time.Millisecond, Match: inChannels})
				id := h.give(why)
				h.stands("it is being posted", id, func(c credit.Credit) bool { return c.Posting != credit.Unposted })
				said := h.ephemerals(h.alice, h.general)
				h.must(h.As(h.alice).Press(said[len(said)-1], "credit.withdraw"))
				h.stands("it is withdrawn", id, func(c credit.Credit) bool { return !c.Stands() })
				if kind == slacksim.Slow {
					h.eventually("the post is gone", func() bool { return h.find(id).Posting == credit.Unposted && len(h.everyPost()) == 0 })
				} else {
					h.eventually("Alice is told", func() bool {
						got := h.answers(h.alice)
						return len(got) > 0 && strings.Contains(got[len(got)-1].Text, "It is withdrawn, but Slack did not say")
					})
					h.must(h.As(h.noor).Press(h.post(id), "credit.voice"))
					h.eventually("it goes at the first press", func() bool { return len(h.everyPost()) == 0 })
				}
				h.agreed()
			})
		}
	})
	t.Run("ten voices, an edit, and two replicas", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		h.replica()
		id := h.give(why)
		h.stands("it is posted", id, isPosted)
		h.settle()
		// Every second change takes its time, so that later ones overtake it.
		odd := false
		h.Inject(slacksim.Fault{Method: "chat.update", Kind: slacksim.Slow, Delay: 200 * time.Millisecond, Times: -1, Match: func(url.Values) bool {
			odd = !odd
			return odd
		}})
		post := h.post(id)
		h.must(h.menu(h.alice, post, "change", id))
		v := h.window(h.alice, "credit.edit")
		h.As(h.alice).Type(v.ID, "credit_reason", "finding out that nothing stops the retries")
		var crowd sync.WaitGroup
		for i, p := range h.crowd {
			if i == 5 {
				crowd.Go(func() { _ = h.As(h.alice).Submit(v.ID).Wait(patience) })
			}
			crowd.Go(func() { _ = h.As(p).Press(post, "credit.voice").Wait(patience) })
		}
		crowd.Wait()
		h.stands("all are heard", id, func(c credit.Credit) bool {
			return isPosted(c) && len(c.Voices) == 10 && strings.HasPrefix(c.Reason, "finding")
		})
		h.agreed()
	})
	t.Run("taken down while somebody says they saw it", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		id := h.give(why)
		h.stands("it is posted", id, isPosted)
		h.settle()
		h.Inject(slacksim.Fault{Method: "chat.update", Kind: slacksim.Slow, Delay: 300 * time.Millisecond})
		h.must(h.As(h.noor).Press(h.post(id), "credit.voice"))
		h.stands("the voice is recorded", id, func(c credit.Credit) bool { return len(c.Voices) == 1 })
		h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.down"))
		h.stands("it is taken down", id, func(c credit.Credit) bool { return c.Posting == credit.Unposted })
		h.agreed()
		if c := h.find(id); !c.Stands() || len(c.With(credit.Private)) != 1 {
			t.Errorf("it is not Sam's alone: %v", c)
		}
	})
	t.Run("deleted while it is being recorded", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil, manifest.Listening)
		h.replica()
		h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply, Match: inChannels})
		h.Inject(slacksim.Fault{Method: "conversations.history", Kind: slacksim.Slow, Delay: 300 * time.Millisecond})
		id := h.give(why)
		h.eventually("it is there", func() bool { return len(h.everyPost()[id]) == 1 })
		h.eventually("it is found", func() bool { return len(h.Calls("conversations.history")) == 1 })
		gone := h.post(id)
		h.As(h.BotUserID()).Delete(gone.ChannelID, gone.TS)
		h.stands("it is withdrawn", id, func(c credit.Credit) bool { return !c.Stands() })
		h.agreed()
	})
}

func TestCreditTheChannelIsClosed(t *testing.T) {
	close := map[string]func(*hazards){
		"archived": func(h *hazards) { h.As(h.alice).Archive(h.general) },
		"removed":  func(h *hazards) { h.As(h.alice).Kick(h.general, h.BotUserID()) },
	}
	for name, shut := range close {
		t.Run(name+" before the post", func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil)
			h.replica()
			h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.RateLimited, Match: inChannels})
			id := h.give(why)
			h.stands("it is being posted", id, func(c credit.Credit) bool { return c.Posting == credit.Sending })
			shut(h)
			h.stands("it has no place", id, func(c credit.Credit) bool { return c.Posting == credit.Unplaced })
			h.agreed()
			question := h.answers(h.alice)[0]
			if name == "removed" {
				h.As(h.alice).Invite(h.general, h.BotUserID())
				h.must(h.As(h.alice).Press(question, "credit.place:again"))
				h.stands("it is posted", id, isPosted)
			} else {
				h.must(h.As(h.alice).Press(question, "credit.place:private"))
				h.stands("Sam is told", id, func(c credit.Credit) bool { return c.Posting == credit.Unposted && c.Receivers[0].Told })
			}
			h.agreed()
		})
	}
	t.Run("the giver is asked though Slack fails just then", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.RateLimited, Match: inChannels})
		h.Inject(slacksim.Fault{Method: "conversations.open", Kind: slacksim.ServerError, Times: 5})
		id := h.give(why)
		close["removed"](h)
		h.stands("it has no place", id, func(c credit.Credit) bool { return c.Posting == credit.Unplaced })
		h.agreed()
	})
	t.Run("a post has to change in an archived one", func(t *testing.T) {
		t.Parallel()
		h := newHazards(t, nil)
		h.replica()
		id := h.give(why)
		h.stands("it is posted", id, isPosted)
		h.settle()
		close["archived"](h)
		h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.down"))
		// Slack lets nobody change it any more. The record says so, Sam is told, and
		// it is tried again every day.
		h.stands("it is Sam's alone", id, func(c credit.Credit) bool {
			at, due := c.Due()
			return c.Posting == credit.Removing && len(c.With(credit.Private)) == 1 && due && at.After(time.Now().Add(12*time.Hour))
		})
		h.settle()
		if got := string(h.notice(h.sam, id).Blocks); !strings.Contains(got, "does not let me take the post away") {
			t.Errorf("Sam is told %s", got)
		}
	})
}
