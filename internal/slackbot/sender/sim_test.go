package sender_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
	"allybot/internal/slacksim"
)

// workspace is a simulated workspace with one person in one channel.
type workspace struct {
	*slacksim.Sim
	sam, channel string
	db           *redisdb.DB
}

func newWorkspace(t *testing.T, with ...manifest.Feature) *workspace {
	t.Helper()
	m, err := manifest.JSON(with...)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := slacksim.Start(slacksim.Options{Manifest: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	t.Cleanup(func() {
		for _, v := range sim.Violations() {
			t.Errorf("Slack would object: %s", v)
		}
	})
	w := &workspace{Sim: sim, db: openDB(t, redistest.Start(t))}
	w.sam = sim.AddPerson(slacksim.Person{Name: "sam", RealName: "Sam Lee"})
	w.channel = sim.AddChannel(slacksim.Channel{Name: "general", Members: []string{w.sam}, WithBot: true})
	return w
}

// sender is one replica's, with the scopes that auth.test tells.
func (w *workspace) sender(t *testing.T, change ...func(*sender.Options)) *sender.Sender {
	t.Helper()
	o := sender.Options{
		Token: w.BotToken(), APIURL: w.APIURL(), DB: w.db,
		HTTPTimeout: 1500 * time.Millisecond, SettleAfter: 50 * time.Millisecond, PostsPerSecond: 20,
	}
	id, err := sender.Identify(ctx(t), o)
	if err != nil {
		t.Fatal(err)
	}
	if id.BotUserID != w.BotUserID() || id.TeamID != w.TeamID() {
		t.Fatalf("the bot takes itself for %+v", id)
	}
	o.Scopes = id.Scopes
	for _, c := range change {
		c(&o)
	}
	return sender.New(o)
}

// seen is what Sam reads of the bot in a conversation.
func (w *workspace) seen(channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range w.As(w.sam).Messages(channel) {
		if m.BotID == w.BotID() {
			out = append(out, m)
		}
	}
	return out
}

func TestLostReplyOfADirectMessage(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply})
	p, err := s.Direct(ctx(t), "i", w.sam, text("hello"))
	if err != nil {
		t.Fatal(err)
	}
	got := w.seen(w.As(w.sam).DM())
	if len(got) != 1 || got[0].TS != p.TS || got[0].Text != "hello" {
		t.Errorf("Sam sees %+v, sent was %+v", got, p)
	}
}

func TestLostReplyInAChannel(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		with []manifest.Feature
		kind slacksim.FaultKind
		want error
		seen int
	}{
		{"least scopes", nil, slacksim.LostReply, slackbot.ErrDoubtful, 1},
		{"least scopes, nothing done", nil, slacksim.ServerError, slackbot.ErrDoubtful, 0},
		{"with history", []manifest.Feature{manifest.Listening}, slacksim.LostReply, nil, 1},
		{"with history, nothing done", []manifest.Feature{manifest.Listening}, slacksim.ServerError, nil, 1},
		{"with history, no answer", []manifest.Feature{manifest.Listening}, slacksim.HangUp, nil, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorkspace(t, tc.with...)
			s := w.sender(t)
			w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: tc.kind})
			for range 2 { // the second time as after a crash: same intent
				if _, err := s.Post(ctx(t), "i", w.channel, "", text("hello")); !errors.Is(err, tc.want) {
					t.Errorf("%v, want %v", err, tc.want)
				}
			}
			if got := w.seen(w.channel); len(got) != tc.seen {
				t.Errorf("Sam sees %d messages, want %d", len(got), tc.seen)
			}
		})
	}
}

func TestLostReplyInAThread(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, manifest.Listening)
	root := w.As(w.sam).Say(w.channel, "what do you think?")
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply})
	p, err := w.sender(t).Post(ctx(t), "i", w.channel, root, text("hello"))
	if err != nil {
		t.Fatal(err)
	}
	replies := 0
	for _, m := range w.As(w.sam).Thread(w.channel, root) {
		if m.BotID == w.BotID() {
			replies++
			if m.TS != p.TS {
				t.Errorf("found %s, sent %s", p.TS, m.TS)
			}
		}
	}
	if replies != 1 {
		t.Errorf("%d replies, want 1", replies)
	}
}

func TestFoundBehindOtherTalk(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, manifest.Listening)
	w.LiftRateLimits()
	s := w.sender(t, func(o *sender.Options) {
		// The rest is written while the sender waits for the post to settle.
		o.SettleAfter = 500 * time.Millisecond
	})
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply})
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := s.Post(ctx(t), "i", w.channel, "", text("hello")); err != nil {
			t.Error(err)
		}
	})
	w.WaitFor(5*time.Second, func() bool { return len(w.seen(w.channel)) == 1 })
	for i := range 450 { // three pages
		w.As(w.sam).Say(w.channel, fmt.Sprint("talk ", i))
	}
	wg.Wait()
	if n := len(w.seen(w.channel)); n != 1 {
		t.Errorf("Sam sees %d messages, want 1", n)
	}
	if n := len(w.Calls("conversations.history")); n < 3 {
		t.Errorf("only %d pages were read", n)
	}
}

func TestNotAMember(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	other := w.AddChannel(slacksim.Channel{Name: "elsewhere", Members: []string{w.sam}})
	if _, err := w.sender(t).Post(ctx(t), "i", other, "", text("x")); !errors.Is(err, slackbot.ErrNotInChannel) && !errors.Is(err, slackbot.ErrChannelNotFound) {
		t.Errorf("%v, want a clear refusal", err)
	}
}

func TestEphemeralInTheWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	w.Inject(slacksim.Fault{Method: "chat.postEphemeral", Kind: slacksim.LostReply})
	for range 2 {
		if err := s.Ephemeral(ctx(t), "lost", w.channel, "", w.sam, text("psst")); !errors.Is(err, slackbot.ErrDoubtful) {
			t.Errorf("%v, want doubt", err)
		}
	}
	for range 2 {
		if err := s.Ephemeral(ctx(t), "fine", w.channel, "", w.sam, text("hey")); err != nil {
			t.Error(err)
		}
	}
	if got := w.seen(w.channel); len(got) != 2 || !got[0].Ephemeral {
		t.Errorf("Sam sees %+v, want each once", got)
	}
	jo := w.AddPerson(slacksim.Person{Name: "jo"})
	if err := s.Ephemeral(ctx(t), "jo", w.channel, "", jo, text("x")); !errors.Is(err, slackbot.ErrUserNotInChannel) {
		t.Errorf("%v, want ErrUserNotInChannel", err)
	}
}

func TestTwoSendersNeverAnnoySlack(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	channels := []string{w.channel}
	for i := range 3 {
		channels = append(channels, w.AddChannel(slacksim.Channel{Name: fmt.Sprint("c", i), Members: []string{w.sam}, WithBot: true}))
	}
	replicas := []*sender.Sender{w.sender(t), w.sender(t)}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := replicas[i%2].Post(ctx(t), fmt.Sprint(i), channels[i%4], "", text(fmt.Sprint("message ", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, c := range w.Calls("") {
		if c.Error != "" {
			t.Errorf("%s: %s", c.Method, c.Error)
		}
	}
	for _, c := range channels {
		if n := len(w.seen(c)); n != 4 {
			t.Errorf("%d messages in a channel, want 4", n)
		}
	}
}

func TestUpdateAndHomeInTheWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	p, err := s.Post(ctx(t), "i", w.channel, "", text("first"))
	if err != nil {
		t.Fatal(err)
	}
	w.Inject(slacksim.Fault{Method: "chat.update", Kind: slacksim.LostReply})
	w.Inject(slacksim.Fault{Method: "chat.update", Kind: slacksim.RateLimited, RetryAfter: time.Second})
	if err := s.Update(ctx(t), p.ChannelID, p.TS, blockkit.Message{Text: "second"}); err != nil {
		t.Fatal(err)
	}
	got := w.seen(w.channel)
	if len(got) != 1 || got[0].Text != "second" || strings.Contains(string(got[0].Blocks), "first") {
		t.Errorf("Sam sees %+v", got)
	}
	var metadata struct {
		Type string `json:"event_type"`
	}
	if err := json.Unmarshal(got[0].Metadata, &metadata); err != nil || metadata.Type != "ally_message" {
		t.Errorf("the metadata is %s after the update", got[0].Metadata)
	}
	if err := s.PublishHome(ctx(t), w.sam, blockkit.Home{Blocks: text("home").Blocks}); err != nil {
		t.Fatal(err)
	}
	if h := w.As(w.sam).Home(); h == nil || !strings.Contains(string(h.Blocks), "home") {
		t.Errorf("Sam's home is %+v", h)
	}
}

// lastTrigger is the trigger id of what somebody did last.
func (w *workspace) lastTrigger(t *testing.T) string {
	t.Helper()
	all := w.Envelopes()
	var p struct {
		Trigger string `json:"trigger_id"`
	}
	if err := json.Unmarshal(all[len(all)-1].Payload, &p); err != nil || p.Trigger == "" {
		t.Fatalf("no trigger: %v", err)
	}
	return p.Trigger
}

func TestModalsInTheWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	sam := w.As(w.sam)
	button := slack.NewActionBlock("", slack.NewButtonBlockElement("more", "", slack.NewTextBlockObject("plain_text", "More", false, false)))
	view := func(title string) blockkit.Modal {
		return blockkit.Modal{Title: title, CallbackID: "v", Blocks: []slack.Block{button}}
	}
	titles := func() string {
		var all []string
		for _, v := range sam.Views() {
			all = append(all, v.Title)
		}
		return strings.Join(all, ", ")
	}
	if _, err := s.Post(ctx(t), "i", w.channel, "", blockkit.Message{Text: "x", Blocks: []slack.Block{button}}); err != nil {
		t.Fatal(err)
	}
	sam.Press(w.seen(w.channel)[0], "more")
	first := w.lastTrigger(t)
	if err := s.OpenModal(ctx(t), first, view("One")); err != nil {
		t.Fatal(err)
	}
	if err := s.OpenModal(ctx(t), first, view("Again")); !errors.Is(err, slackbot.ErrTriggerUsed) {
		t.Errorf("a trigger used twice: %v", err)
	}
	sam.PressView(sam.Views()[0].ID, "more")
	if err := s.PushModal(ctx(t), w.lastTrigger(t), view("Two")); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdateModal(ctx(t), sam.Views()[1].ID, view("Three")); err != nil {
		t.Fatal(err)
	}
	if got := titles(); got != "One, Three" {
		t.Errorf("Sam sees %s", got)
	}
}

// Two replicas work off the same intents while every kind of trouble happens:
// in the end each message is there once.
func TestOnceInAllTrouble(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, manifest.Listening)
	w.LiftRateLimits()
	change := func(o *sender.Options) {
		o.PostsPerSecond, o.HTTPTimeout, o.SettleAfter = 100, time.Second, 1200*time.Millisecond
	}
	replicas := []*sender.Sender{w.sender(t, change), w.sender(t, change)}
	var channels []string
	for i := range 20 {
		channels = append(channels, w.AddChannel(slacksim.Channel{Name: fmt.Sprint("trouble", i), Members: []string{w.sam}, WithBot: true}))
	}
	for i := range 12 {
		kind := []slacksim.FaultKind{slacksim.LostReply, slacksim.ServerError, slacksim.RateLimited, slacksim.HangUp}[i%4]
		w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: kind, RetryAfter: time.Second})
	}
	w.Inject(slacksim.Fault{Method: "conversations.history", Kind: slacksim.ServerError})
	w.Inject(slacksim.Fault{Method: "conversations.history", Kind: slacksim.RateLimited, RetryAfter: time.Second})
	var wg sync.WaitGroup
	for i, channel := range channels {
		for _, s := range replicas {
			wg.Go(func() {
				long, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if _, err := s.Post(long, fmt.Sprint("trouble ", i), channel, "", text("hello")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, c := range channels {
		if n := len(w.seen(c)); n != 1 {
			t.Errorf("%d messages in a channel, want 1", n)
		}
	}
}
