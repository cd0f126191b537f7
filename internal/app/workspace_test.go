package app

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/config"
	"allybot/internal/content"
	"allybot/internal/manifest"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slacksim"
	"allybot/playbooks"
)

// patience is how long a test waits for what should take milliseconds.
const patience = 15 * time.Second

// workspace is a simulated Slack with the real bot in it, over a real Redis.
type workspace struct {
	*slacksim.Sim
	t     testing.TB
	redis *redistest.Server
	logs  *observer.ObservedLogs

	alice, sam, guest, external string // people
	noor                        string // a full member, as Alice and Sam are
	general                     string // a public channel with the bot in it
	quiet                       string // a public channel without the bot

	ahead atomic.Int64 // how far Slack's and the bot's clock was moved, in ns
}

// now is the clock of Slack and of the bot.
func (w *workspace) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// later moves it.
func (w *workspace) later(d time.Duration) { w.ahead.Add(int64(d)) }

// newWorkspace starts Slack and Redis, with the app installed as the manifest
// with these features says, and the bot not yet running.
func newWorkspace(t testing.TB, with ...manifest.Feature) *workspace {
	t.Helper()
	m, err := manifest.JSON(with...)
	if err != nil {
		t.Fatal(err)
	}
	return installed(t, m)
}

// installed is the workspace with the app installed as a manifest says.
func installed(t testing.TB, m []byte) *workspace {
	t.Helper()
	w := &workspace{t: t}
	sim, err := slacksim.Start(slacksim.Options{Manifest: m, Seed: 7, Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	w.Sim, w.redis = sim, redistest.New(t, "--appendonly", "yes")
	w.alice = sim.AddPerson(slacksim.Person{Name: "alice", RealName: "Alice Moreau", DisplayName: "Alice", TZ: "Europe/Paris"})
	w.sam = sim.AddPerson(slacksim.Person{Name: "sam", RealName: "Samira Haddad", DisplayName: "Samira", TZ: "Asia/Kolkata"})
	w.guest = sim.AddPerson(slacksim.Person{Name: "gus", RealName: "Gus Guest", Guest: true})
	w.external = sim.AddPerson(slacksim.Person{Name: "ext", RealName: "Erin External", TeamID: "T0OTHER"})
	w.noor = sim.AddPerson(slacksim.Person{Name: "noor", RealName: "Noor Rahimi", DisplayName: "Noor", TZ: "Europe/Berlin"})
	everyone := []string{w.alice, w.sam, w.guest, w.external, w.noor}
	w.general = sim.AddChannel(slacksim.Channel{Name: "general", Members: everyone, ExtShared: true, WithBot: true})
	w.quiet = sim.AddChannel(slacksim.Channel{Name: "quiet", Members: everyone, ExtShared: true})
	t.Cleanup(func() {
		if v := sim.Violations(); len(v) > 0 {
			t.Errorf("a stricter Slack would have refused:\n%s", strings.Join(v, "\n"))
		}
	})
	return w
}

// config is what the environment would say.
func (w *workspace) config() config.Config {
	cfg := config.Default()
	cfg.BotToken, cfg.AppToken = config.NewSecret(w.BotToken()), config.NewSecret(w.AppToken())
	cfg.APIURL = config.APIURL(w.APIURL())
	cfg.RedisURL = config.NewSecret(w.redis.URL())
	cfg.HTTPAddr = "127.0.0.1:0"
	// It may be night while the tests run; those about that say so.
	cfg.QuietHours, cfg.WorkingDays = config.QuietHours{}, config.Days{true, true, true, true, true, true, true}
	return cfg
}

// builtIn is the content that comes with Ally, read once for all tests.
var builtIn = sync.OnceValue(func() *content.Store {
	s, err := content.Open(content.Options{BuiltIn: playbooks.FS})
	if err != nil {
		panic(err)
	}
	return s
})

// run starts the bot and stops it with the test.
func (w *workspace) run(change ...func(*config.Config, *Deps)) *App {
	w.t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	w.logs = logs
	cfg, deps := w.config(), Deps{Log: zap.New(core), Now: w.now, Tempo: Tempo{
		Lease: 500 * time.Millisecond, CallTimeout: 500 * time.Millisecond, SettleAfter: 600 * time.Millisecond,
	}}
	for _, c := range change {
		c(&cfg, &deps)
	}
	if deps.Words == nil && cfg.PlaybooksDir == "" {
		deps.Content = builtIn()
	}
	bot, err := New(cfg, deps)
	if err != nil {
		w.t.Fatal(err)
	}
	before := len(w.openSockets())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bot.Run(ctx) }()
	w.t.Cleanup(func() {
		if w.t.Failed() {
			for _, e := range logs.All() {
				w.t.Log(e.Level, e.LoggerName, e.Message, e.ContextMap())
			}
			for _, c := range w.Calls("") {
				w.t.Log(c.Method, c.Status, c.Error)
			}
		}
		cancel()
		select {
		case err := <-done:
			if err != nil {
				w.t.Errorf("the bot stopped with: %v", err)
			}
		case <-time.After(10 * time.Second):
			w.t.Error("the bot did not stop within 10 s")
		}
	})
	w.eventually("the bot has its sockets open", func() bool { return len(w.openSockets()) == before+int(cfg.Sockets) })
	return bot
}

func (w *workspace) openSockets() []*slacksim.Socket {
	var open []*slacksim.Socket
	for _, s := range w.Sockets() {
		if s.Open() {
			open = append(open, s)
		}
	}
	return open
}

func (w *workspace) eventually(what string, ok func() bool) {
	w.t.Helper()
	if !w.WaitFor(patience, ok) {
		w.t.Fatalf("never happened: %s", what)
	}
}

// command types /ally and returns the answer that its acknowledgement carried.
func (w *workspace) command(user, channel, text string) slacksim.Message {
	w.t.Helper()
	before := len(w.ephemerals(user, channel))
	if err := w.As(user).Command(channel, "/ally", text).Wait(patience); err != nil {
		w.t.Fatalf("/ally %.80s: %v", text, err)
	}
	now := w.ephemerals(user, channel)
	if len(now) != before+1 {
		w.t.Fatalf("/ally %.80s: %d answers", text, len(now)-before)
	}
	return now[len(now)-1]
}

// insist sends a command again when the bot asks for that: a machine with much to
// do may take longer than a person is left waiting.
func (w *workspace) insist(user, channel, text string) slacksim.Message {
	w.t.Helper()
	said := w.command(user, channel, text)
	for range 3 {
		if !strings.Contains(said.Text, "Please try again") {
			break
		}
		said = w.command(user, channel, text)
	}
	return said
}

// ephemerals are the messages that only this person sees.
func (w *workspace) ephemerals(user, channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range w.As(user).Messages(channel) {
		if m.Ephemeral {
			out = append(out, m)
		}
	}
	return out
}

// answers are the bot's messages in a person's conversation with it.
func (w *workspace) answers(user string) []slacksim.Message {
	p := w.As(user)
	var out []slacksim.Message
	for _, m := range p.Messages(p.DM()) {
		if m.BotID != "" {
			out = append(out, m)
		}
	}
	return out
}

// first is the type and text of the first block.
func first(t *testing.T, blocks json.RawMessage) (kind, text string) {
	t.Helper()
	var b []struct {
		Type string `json:"type"`
		Text struct {
			Text string `json:"text"`
		} `json:"text"`
	}
	if err := json.Unmarshal(blocks, &b); err != nil || len(b) == 0 {
		t.Fatalf("blocks %s: %v", blocks, err)
	}
	return b[0].Type, b[0].Text.Text
}

// button returns the action_id of the button with this label.
func button(t *testing.T, blocks json.RawMessage, label string) string {
	t.Helper()
	var all []struct {
		Elements []struct {
			ActionID string          `json:"action_id"`
			Text     json.RawMessage `json:"text"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		for _, e := range b.Elements {
			var text struct {
				Text string `json:"text"`
			}
			if json.Unmarshal(e.Text, &text) == nil && text.Text == label {
				return e.ActionID
			}
		}
	}
	t.Fatalf("no button %q in %s", label, blocks)
	return ""
}

// delivered counts the events of a type that Slack sent.
func (w *workspace) delivered(event string) int {
	n := 0
	for _, e := range w.Envelopes() {
		var p struct {
			Event struct {
				Type string `json:"type"`
			} `json:"event"`
		}
		if json.Unmarshal(e.Payload, &p) == nil && p.Event.Type == event {
			n++
		}
	}
	return n
}

func (w *workspace) allAcked() bool {
	for _, e := range w.Envelopes() {
		if e.AckedAt.IsZero() {
			return false
		}
	}
	return true
}
