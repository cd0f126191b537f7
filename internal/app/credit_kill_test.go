package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// hasty keeps the bot's own rate limits from making the test wait: Slack's are
// lifted.
func (h *hazards) hasty() { unpaced(h.t, h.db) }

// unpaced takes away, again and again, what the bot notes of its own pace.
func unpaced(t testing.TB, db *redisdb.DB) {
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				keys, _ := db.Client.Keys(t.Context(), "ally:{rate}:*").Result()
				if len(keys) > 0 {
					_ = db.Client.Del(t.Context(), keys...).Err()
				}
			}
		}
	}()
}

// leasesRunOut ends what a replica that is gone has to itself for some seconds.
func (h *hazards) leasesRunOut() {
	h.t.Helper()
	keys, err := h.db.Client.Keys(h.t.Context(), h.db.Key("credit", "alone")+":*").Result()
	if err == nil && len(keys) > 0 {
		err = h.db.Client.Del(h.t.Context(), keys...).Err()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// A replica is killed at an exact step; another takes over what it left.
func TestCreditKilledAtAStep(t *testing.T) {
	kind := func(k slacksim.FaultKind, method string, match func(url.Values) bool) slacksim.Fault {
		return slacksim.Fault{Method: method, Kind: k, Match: match}
	}
	down := func(h *hazards, id string) {
		h.must(h.As(h.sam).Press(h.notice(h.sam, id), "credit.down"))
	}
	voice := func(h *hazards, id string) { h.must(h.As(h.noor).Press(h.post(id), "credit.voice")) }
	for name, step := range map[string]struct {
		fault  slacksim.Fault
		act    func(*hazards, string)   // after the credit was given; nil: the fault is in giving it
		after  func(*hazards, string)   // before the killed one's work is taken over
		before func(*hazards)           // the fault is ordered
		with   []manifest.Feature       // of the manifest
		want   func(credit.Credit) bool // at the end
	}{
		"before the post":                     {fault: kind(slacksim.HangUp, "chat.postMessage", inChannels), with: []manifest.Feature{manifest.Listening}, want: isPosted},
		"after the post, before the record":   {fault: kind(slacksim.LostReply, "chat.postMessage", inChannels), with: []manifest.Feature{manifest.Listening}, want: isPosted},
		"the same, and nobody can look":       {fault: kind(slacksim.LostReply, "chat.postMessage", inChannels), want: func(c credit.Credit) bool { return c.Posting == credit.Doubtful }},
		"after the record, before the notice": {fault: kind(slacksim.HangUp, "conversations.open", nil), want: isPosted},
		"after the notice":                    {fault: kind(slacksim.LostReply, "chat.postMessage", toPeople), want: isPosted},
		"before a change of the post":         {fault: kind(slacksim.HangUp, "chat.update", inChannels), act: voice, want: isPosted},
		"after a change of the post":          {fault: kind(slacksim.LostReply, "chat.update", inChannels), act: voice, want: isPosted},
		"between marking and deleting":        {fault: kind(slacksim.HangUp, "chat.delete", nil), act: down, want: func(c credit.Credit) bool { return c.Posting == credit.Unposted }},
		"after deleting":                      {fault: kind(slacksim.LostReply, "chat.delete", nil), act: down, with: []manifest.Feature{manifest.Listening}, want: func(c credit.Credit) bool { return c.Posting == credit.Unposted && c.Stands() }},
		"before the giver is asked": {
			before: func(h *hazards) { h.Inject(kind(slacksim.LostReply, "chat.postMessage", inChannels)) },
			fault:  kind(slacksim.HangUp, "conversations.open", nil), want: func(c credit.Credit) bool { return c.Posting == credit.Doubtful },
		},
		"after the post, and it is edited before it is found": {
			fault: kind(slacksim.LostReply, "chat.postMessage", inChannels), with: []manifest.Feature{manifest.Listening},
			after: func(h *hazards, id string) {
				// As if the next replica had heard of the edit first.
				_, err := h.ledger.Change(h.t.Context(), id, func(c *credit.Credit) error {
					c.Reason = "finding out that nothing stops the retries"
					c.Rev++
					return nil
				})
				if err != nil {
					h.t.Fatal(err)
				}
			},
			want: isPosted,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHazards(t, nil, step.with...)
			first := h.start()
			h.eventually("the sockets", func() bool { return len(h.openSockets()) == 2 })
			if step.before != nil {
				step.before(h)
			}
			var id string
			if step.act == nil {
				h.Inject(step.fault)
				id = h.give(why)
			} else {
				id = h.give(why)
				h.stands("it is posted", id, isPosted)
				h.settle()
				h.Inject(step.fault)
				step.act(h, id)
			}
			h.eventually("the call", func() bool {
				for _, c := range h.Calls(step.fault.Method) {
					if c.Fault == step.fault.Kind && (step.fault.Match == nil || step.fault.Match(c.Args)) {
						return true
					}
				}
				return false
			})
			_ = first.Process.Kill()
			_, _ = first.Process.Wait()
			h.eventually("its sockets are closed", func() bool { return len(h.openSockets()) == 0 })
			if step.after != nil {
				step.after(h, id)
			}
			h.ClearFaults()
			h.leasesRunOut()
			h.replica()
			h.stands("another goes on", id, step.want)
			h.agreed()
		})
	}
}

const (
	creditKills   = 40
	actsPerCredit = 8 // things done between two kills
	givers        = 30
)

// given is a credit of the crowd, as far as people know of it.
type given struct {
	id, to   string
	giver    string
	command  *slacksim.Exchange
	accepted bool
}

// A replica of two is killed 40 times at random moments while people give
// credit, edit, withdraw, take down, add their voices and delete posts. Whatever
// was acknowledged has its one post or its clear private message.
func TestCreditNothingLostNothingTwiceWhenKilled(t *testing.T) {
	for name, with := range map[string][]manifest.Feature{"listening": {manifest.Listening}, "basics": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			creditWhenKilled(t, creditKills/2, with)
		})
	}
}

func creditWhenKilled(t *testing.T, kills int, with []manifest.Feature) {
	h := newHazards(t, nil, with...)
	h.lenient = true
	var from, to []string
	for i := range givers {
		from = append(from, h.AddPerson(slacksim.Person{Name: fmt.Sprintf("giver%d", i), RealName: fmt.Sprintf("Giver Number%d", i)}))
		to = append(to, h.AddPerson(slacksim.Person{Name: fmt.Sprintf("receiver%d", i), RealName: fmt.Sprintf("Receiver Number%d", i)}))
	}
	var rooms []string
	for i := range 6 {
		rooms = append(rooms, h.AddChannel(slacksim.Channel{Name: fmt.Sprintf("room%d", i), Members: append(append([]string{}, from...), to...), WithBot: true}))
	}
	sources := map[string]string{} // a message of each receiver's
	for i, p := range to {
		sources[p] = h.As(p).Say(rooms[i%len(rooms)], "The retry has no limit.")
	}
	var running [2]*exec.Cmd
	for i := range running {
		running[i] = h.start()
	}
	h.eventually("the sockets of both replicas", func() bool { return len(h.openSockets()) == 4 })

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 4)) //nolint:gosec // any moment will do
	acts, all := map[string]int{}, []*given{}
	pace := time.NewTicker(60 * time.Millisecond)
	defer pace.Stop()
	for round := range kills {
		strike := random.IntN(actsPerCredit)
		if round%4 == 1 { // so that some are in doubt
			h.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply, Match: inChannels})
		}
		for i := range actsPerCredit {
			<-pace.C
			n := round*actsPerCredit + i
			acts[h.actOfCredit(random, n, from, to, rooms, sources, &all)]++
			if i == strike {
				<-time.After(time.Duration(random.Int64N(int64(60 * time.Millisecond)))) // the moment of the kill
				victim := running[round%2]
				_ = victim.Process.Kill()
				_, _ = victim.Process.Wait()
				running[round%2] = h.start()
			}
		}
	}
	// Slack sends events again until they are acknowledged, and commands never.
	h.WaitFor(30*time.Second, func() bool { return h.readAcks(map[string]bool{}) == 0 })
	h.idleWithin(lastAnswers)
	for _, complaint := range h.disagreements() {
		t.Error(complaint)
	}
	states := map[credit.Posting]int{}
	for _, c := range h.everyCredit() {
		states[c.Posting]++
	}
	accepted := 0
	for _, g := range all {
		if g.command != nil && g.command.Wait(time.Millisecond) == nil {
			var answer struct{ Blocks json.RawMessage }
			if err := json.Unmarshal(g.command.Payload(), &answer); err != nil {
				t.Fatal(err)
			}
			g.id = valueOf(answer.Blocks, "credit.edit")
			g.accepted = g.id != ""
		}
		if g.accepted {
			accepted++
			if h.find(g.id).ID == "" {
				t.Errorf("a credit that was acknowledged is not there: %q", g.id)
			}
		}
	}
	t.Logf("%d kills, %v; %d credits acknowledged of %d, %v", kills, acts, accepted, len(all), states)
}

// actOfCredit does one thing and says what.
func (h *hazards) actOfCredit(random *rand.Rand, n int, from, to, rooms []string, sources map[string]string, all *[]*given) string {
	any := func(list []string) string { return list[random.IntN(len(list))] }
	var posts []slacksim.Message
	for _, p := range h.everyPost() {
		posts = append(posts, p...)
	}
	var post slacksim.Message
	if len(posts) > 0 {
		post = posts[random.IntN(len(posts))]
	}
	id := valueOf(post.Blocks, "credit.voice")
	switch what := n % 10; {
	case what < 4 || id == "":
		g := &given{giver: from[n%len(from)], to: to[(n+n/len(from))%len(to)]}
		name := ""
		for _, p := range h.People() {
			if p.ID == g.to {
				name = p.Name
			}
		}
		g.command = h.As(g.giver).Command(any(rooms), "/ally", fmt.Sprintf("credit @%s for spotting that retry %d had no limit", name, n))
		*all = append(*all, g)
		return "command"
	case what == 4:
		g := &given{giver: from[n%len(from)], to: to[(n+n/len(from))%len(to)]}
		if h.viaShortcut(g, sources[g.to], n) {
			*all = append(*all, g)
			return "shortcut"
		}
		return "shortcut interrupted"
	case what < 7:
		h.As(any(from)).Press(post, "credit.voice")
		return "voice"
	case what == 7:
		for _, r := range h.find(id).Receivers {
			for _, m := range h.answers(r.UserID) {
				if valueOf(m.Blocks, "credit.down") == id {
					h.As(r.UserID).Press(m, "credit.down")
					return "taken down"
				}
			}
		}
		return "nothing"
	case what == 8:
		if c := h.find(id); c.GiverID != "" && random.IntN(2) == 0 {
			for _, ch := range rooms {
				for _, m := range h.ephemerals(c.GiverID, ch) {
					if valueOf(m.Blocks, "credit.withdraw") == id {
						h.As(c.GiverID).Press(m, "credit.withdraw")
						return "withdrawn"
					}
				}
			}
		} else if c.GiverID != "" && h.editInTime(c.GiverID, post, id, n) {
			return "edited"
		}
		return "nothing"
	default:
		if h.hears {
			h.As(h.BotUserID()).Delete(post.ChannelID, post.TS)
			return "deleted"
		}
		return "nothing"
	}
}

// viaShortcut gives credit by a message's menu; false if a kill came between.
func (h *hazards) viaShortcut(g *given, ts string, n int) bool {
	p := h.As(g.giver)
	var channel string
	for _, c := range h.Channels() {
		for _, m := range p.Messages(c.ID) {
			if m.TS == ts {
				channel = c.ID
			}
		}
	}
	defer p.CloseAll()
	view := func(callback string) (v slacksim.View, ok bool) {
		ok = h.WaitFor(2*time.Second, func() bool {
			views := p.Views()
			if len(views) == 1 {
				v = views[0]
			}
			return len(views) == 1 && v.CallbackID == callback
		})
		return v, ok
	}
	_ = p.MessageShortcut("credit_message", channel, ts).Wait(2 * time.Second)
	form, ok := view("credit.form")
	if !ok {
		return false
	}
	p.Type(form.ID, "credit_reason", fmt.Sprintf("spotting that retry %d had no limit", n))
	_ = p.Submit(form.ID).Wait(2 * time.Second)
	preview, ok := view("credit.preview")
	if !ok {
		return false
	}
	_, id, _ := strings.Cut(preview.PrivateMetadata, `"i":"`)
	g.id, _, _ = strings.Cut(id, `"`)
	g.accepted = p.Submit(preview.ID).Wait(4*time.Second) == nil
	return true
}

// editInTime edits a credit; false if a kill came between.
func (h *hazards) editInTime(giver string, post slacksim.Message, id string, n int) bool {
	p := h.As(giver)
	defer p.CloseAll()
	_ = h.menu(giver, post, "change", id).Wait(2 * time.Second)
	var v slacksim.View
	if !h.WaitFor(2*time.Second, func() bool {
		if views := p.Views(); len(views) == 1 {
			v = views[0]
		}
		return v.CallbackID == "credit.edit"
	}) {
		return false
	}
	p.Type(v.ID, "credit_reason", fmt.Sprintf("finding out that nothing stops retry %d", n))
	return p.Submit(v.ID).Wait(4*time.Second) == nil
}
