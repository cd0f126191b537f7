package slacksim_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

const manifest = `{
  "_metadata": {"major_version": 2, "minor_version": 1},
  "display_information": {"name": "Ally"},
  "features": {
    "app_home": {"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
    "bot_user": {"display_name": "Ally", "always_online": true},
    "shortcuts": [
      {"name": "Find words", "type": "message", "callback_id": "find_words", "description": "x"},
      {"name": "Open", "type": "global", "callback_id": "open_ally", "description": "x"}
    ],
    "slash_commands": [
      {"command": "/ally", "description": "words", "usage_hint": "what happened", "should_escape": true},
      {"command": "/plain", "description": "words", "should_escape": false}
    ]
  },
  "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "im:write", "im:read", "im:history", "app_mentions:read", "users:read",
    "channels:read", "groups:read", "channels:history", "groups:history", "reactions:read", "reactions:write", "dnd:read", "files:write", "team:read", "channels:join", "users.profile:read"]}},
  "settings": {
    "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.channels", "message.groups", "message.im", "reaction_added",
      "member_joined_channel", "team_join", "user_change", "user_huddle_changed"]},
    "interactivity": {"is_enabled": true}, "socket_mode_enabled": true, "token_rotation_enabled": false, "org_deploy_enabled": false
  }
}`

const patience = 5 * time.Second

// world is a workspace with a few people and a channel.
type world struct {
	*slacksim.Sim
	t                         *testing.T
	sam, esme, guest, outside string
	general, secret           string
}

func start(t *testing.T, change ...func(*slacksim.Options)) *world {
	t.Helper()
	o := slacksim.Options{Manifest: []byte(manifest), Seed: 1, NoRateLimits: true}
	for _, c := range change {
		c(&o)
	}
	s, err := slacksim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w := &world{Sim: s, t: t}
	w.sam = s.AddPerson(slacksim.Person{Name: "sam", RealName: "Sam Okafor", DisplayName: "Sam", TZ: "Europe/Berlin", Pronouns: "they/them"})
	w.esme = s.AddPerson(slacksim.Person{Name: "esme", RealName: "Esme Nguyễn", TZ: "America/New_York", Locale: "fr-FR", DND: true})
	w.guest = s.AddPerson(slacksim.Person{Name: "gus", RealName: "Gus Guest", Guest: true})
	w.outside = s.AddPerson(slacksim.Person{Name: "olga", RealName: "Olga Out", TeamID: "T0OTHER"})
	w.general = s.AddChannel(slacksim.Channel{Name: "general", Members: []string{w.sam, w.esme, w.guest, w.outside}, ExtShared: true, WithBot: true})
	w.secret = s.AddChannel(slacksim.Channel{Name: "secret", Private: true, Members: []string{w.sam}})
	return w
}

func (w *world) client(options ...slack.Option) *slack.Client {
	return slack.New(w.BotToken(), append([]slack.Option{
		slack.OptionAPIURL(w.APIURL()), slack.OptionAppLevelToken(w.AppToken()), slack.OptionHTTPClient(&http.Client{Timeout: patience}),
	}, options...)...)
}

// app is a Socket Mode app on slack-go, unmodified.
type app struct {
	*slack.Client
	mu     sync.Mutex
	events []socketmode.Event
}

// connect runs an app whose handle answers every request with a payload for its
// acknowledgement; false means: do not acknowledge.
func (w *world) connect(handle func(a *app, e socketmode.Event) (any, bool)) *app {
	w.t.Helper()
	a := &app{Client: w.client()}
	c := socketmode.New(a.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Add(2)
	before := len(w.Sockets())
	go func() { defer done.Done(); _ = c.RunContext(ctx) }()
	go func() {
		defer done.Done()
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-c.Events:
				a.mu.Lock()
				a.events = append(a.events, e)
				a.mu.Unlock()
				if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok { // Slack's quirks
					var raw struct {
						EnvelopeID string `json:"envelope_id"`
					}
					if json.Unmarshal(bad.Message, &raw) == nil && raw.EnvelopeID != "" {
						_ = c.AckCtx(ctx, raw.EnvelopeID, nil)
					}
					continue
				}
				if e.Request == nil || e.Request.EnvelopeID == "" {
					continue
				}
				var payload any
				ack := true
				if handle != nil {
					payload, ack = handle(a, e)
				}
				if !ack {
					continue
				}
				if payload != nil {
					_ = c.AckCtx(ctx, e.Request.EnvelopeID, payload)
				} else {
					_ = c.AckCtx(ctx, e.Request.EnvelopeID, nil)
				}
			}
		}
	}()
	w.t.Cleanup(func() { cancel(); done.Wait() })
	if !w.WaitFor(patience, func() bool { return len(w.Sockets()) == before+1 }) {
		w.t.Fatal("the app did not connect")
	}
	return a
}

func (a *app) got(typ socketmode.EventType) []socketmode.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []socketmode.Event
	for _, e := range a.events {
		if e.Type == typ {
			out = append(out, e)
		}
	}
	return out
}

func (w *world) wait(e *slacksim.Exchange) {
	w.t.Helper()
	if err := e.Wait(patience); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	if !w.WaitFor(patience, ok) {
		w.t.Fatalf("never: %s", what)
	}
}

func (w *world) noViolations() {
	w.t.Helper()
	if v := w.Violations(); len(v) > 0 {
		w.t.Errorf("violations: %q", v)
	}
}

// acked waits until everything sent was acknowledged, and returns the payloads
// of the events of a type.
func (w *world) acked(inner string) []map[string]any {
	w.t.Helper()
	w.eventually("all acknowledged", func() bool {
		for _, e := range w.Envelopes() {
			if e.AckedAt.IsZero() {
				return false
			}
		}
		return true
	})
	return w.sent(inner)
}

func (w *world) sent(inner string) []map[string]any {
	var out []map[string]any
	for _, e := range w.Envelopes() {
		var p struct{ Event map[string]any }
		if err := json.Unmarshal(e.Payload, &p); err == nil && p.Event["type"] == inner {
			out = append(out, p.Event)
		}
	}
	return out
}

func TestCommandIsAnsweredInItsAck(t *testing.T) {
	w := start(t)
	a := w.connect(func(_ *app, e socketmode.Event) (any, bool) {
		return map[string]any{"text": "Try this", "response_type": "ephemeral"}, true
	})
	w.wait(w.As(w.sam).Command(w.general, "/ally", "  @Esme Nguyễn & <me> in #general, @nobody "))
	got := a.got(socketmode.EventTypeSlashCommand)
	if len(got) != 1 {
		t.Fatalf("commands: %d", len(got))
	}
	cmd := got[0].Data.(slack.SlashCommand)
	want := "<@" + w.esme + "|esme> &amp; &lt;me&gt; in <#" + w.general + "|general>, @nobody"
	if cmd.Text != want || cmd.ChannelName != "general" || cmd.UserName != "sam" || cmd.TeamID != w.TeamID() || cmd.APIAppID != w.AppID() {
		t.Errorf("command: %+v, want text %q", cmd, want)
	}
	mine := w.As(w.sam).Messages(w.general)
	if len(mine) != 1 || mine[0].Text != "Try this" || !mine[0].Ephemeral || mine[0].BotID != w.BotID() {
		t.Errorf("sam sees %+v", mine)
	}
	if others := w.As(w.esme).Messages(w.general); len(others) != 0 {
		t.Errorf("esme sees %+v", others)
	}
	w.wait(w.As(w.sam).Command(w.secret, "/plain", "@sam & co"))
	cmd = a.got(socketmode.EventTypeSlashCommand)[1].Data.(slack.SlashCommand)
	if cmd.Text != "@sam & co" || cmd.ChannelName != "privategroup" {
		t.Errorf("plain command: %+v", cmd)
	}
	w.wait(w.As(w.sam).Command(w.As(w.sam).DM(), "/ally", ""))
	if cmd = a.got(socketmode.EventTypeSlashCommand)[2].Data.(slack.SlashCommand); cmd.ChannelName != "directmessage" {
		t.Errorf("direct message: %+v", cmd)
	}
	w.noViolations()
}
