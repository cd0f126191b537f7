package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
	"allybot/internal/slacksim/page"
)

const manifest = `{
  "display_information": {"name": "Echo"},
  "features": {
    "app_home": {"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
    "bot_user": {"display_name": "Echo", "always_online": true},
    "shortcuts": [
      {"name": "Repeat this", "type": "message", "callback_id": "repeat", "description": "Says it again"},
      {"name": "Open the form", "type": "global", "callback_id": "open_form", "description": "Opens a form"}
    ],
    "slash_commands": [
      {"command": "/echo", "description": "Says it again", "usage_hint": "[text]", "should_escape": true},
      {"command": "/form", "description": "Opens a form", "should_escape": true},
      {"command": "/survey", "description": "Asks everything", "should_escape": true},
      {"command": "/gallery", "description": "Shows every block", "should_escape": true},
      {"command": "/mute", "description": "Never answers", "should_escape": true}
    ]
  },
  "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "im:history", "channels:history", "users:read", "app_mentions:read", "files:write"]}},
  "settings": {
    "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
    "interactivity": {"is_enabled": true}, "socket_mode_enabled": true
  }
}`

// workspace is a simulated workspace with a small app connected and the page mounted.
type workspace struct {
	sim                    *slacksim.Sim
	clock                  *clock
	ada, minh, carlos, gen string
	general, secret        string
	tries                  []page.Try
	stop                   func() // disconnects the app
	submitted              chan map[string]map[string]slack.BlockAction
}

// clock is a clock that runs and can be moved.
type clock struct {
	mu   sync.Mutex
	move time.Duration
}

// day is a Saturday.
var day = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return day.Add(c.move)
}

func (c *clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move = t.Sub(day)
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move += d
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	w := &workspace{clock: &clock{}, submitted: make(chan map[string]map[string]slack.BlockAction, 8)}
	sim, err := slacksim.Start(slacksim.Options{Manifest: []byte(manifest), Now: w.clock.Now, AckTimeout: time.Second, NoRateLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	w.sim = sim
	w.ada = sim.AddPerson(slacksim.Person{Name: "ada", RealName: "Ada Byrne", DisplayName: "Ada", TZ: "Europe/Dublin", Admin: true})
	w.minh = sim.AddPerson(slacksim.Person{Name: "minh", RealName: "Nguyễn Thị Minh", TZ: "Asia/Ho_Chi_Minh"})
	w.gen = sim.AddPerson(slacksim.Person{Name: "gen", RealName: "玄 Gen", TZ: "Asia/Tokyo", Guest: true})
	w.carlos = sim.AddPerson(slacksim.Person{Name: "carlos", RealName: "Carlos <b>Núñez</b>", TZ: "America/Mexico_City", TeamID: "TPARTNER"})
	w.general = sim.AddChannel(slacksim.Channel{Name: "general", Topic: "Everything", Members: []string{w.ada, w.minh, w.gen}, WithBot: true})
	w.secret = sim.AddChannel(slacksim.Channel{Name: "secret", Private: true, Members: []string{w.ada}})
	w.tries = []page.Try{
		{Title: "Hear an echo", Why: "It answers.", PersonID: w.minh, ChannelID: w.general, Text: "/echo hello there", How: "Press Enter."},
		{Title: "Look at Home", PersonID: w.ada, Home: true},
	}
	w.connect(t)
	sim.Mount("/", page.New(sim, page.Options{
		Workspace: "Testing & Co", Clock: w.clock, Tries: w.tries, People: []string{w.ada, w.minh, w.gen, w.carlos},
	}))
	return w
}

// connect runs the app: it echoes rich blocks, opens a form, publishes Home.
func (w *workspace) connect(t *testing.T) {
	t.Helper()
	api := slack.New(w.sim.BotToken(), slack.OptionAPIURL(w.sim.APIURL()), slack.OptionAppLevelToken(w.sim.AppToken()),
		slack.OptionHTTPClient(&http.Client{Timeout: 5 * time.Second}))
	client := socketmode.New(api)
	ctx, stop := context.WithCancel(context.Background())
	var over sync.WaitGroup
	over.Add(2)
	ready := make(chan struct{})
	go func() { defer over.Done(); _ = client.RunContext(ctx) }()
	go func() {
		defer over.Done()
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-client.Events:
				if e.Type == socketmode.EventTypeHello {
					close(ready)
				}
				w.handle(ctx, api, client, e)
			}
		}
	}()
	w.stop = func() { stop(); over.Wait() }
	t.Cleanup(w.stop)
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		t.Fatal("the test's app did not connect")
	}
}

func (w *workspace) handle(ctx context.Context, api *slack.Client, client *socketmode.Client, e socketmode.Event) {
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return
	}
	var payload any
	defer func() { _ = client.AckCtx(ctx, e.Request.EnvelopeID, payload) }()
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		switch data.Command {
		case "/echo":
			payload = json.RawMessage(echo(data.Text))
		case "/form":
			openForm(ctx, api, data.TriggerID)
		case "/survey":
			openSurvey(ctx, api, data.TriggerID)
		case "/gallery":
			payload = json.RawMessage(gallery)
		case "/mute":
			// The acknowledgement of this one comes too late.
			e.Request.EnvelopeID = ""
		}
	case slack.InteractionCallback:
		if data.Type == slack.InteractionTypeViewSubmission {
			w.submitted <- data.View.State.Values
		}
		payload = interaction(ctx, api, data)
	default:
		if strings.Contains(string(e.Request.Payload), `"app_home_opened"`) {
			var home struct{ Event struct{ User string } }
			_ = json.Unmarshal(e.Request.Payload, &home)
			_, _ = api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: home.Event.User, View: slack.HomeTabViewRequest{
				Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
					slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "Welcome home", false, false)),
				}},
			}})
		}
	}
}

func interaction(ctx context.Context, api *slack.Client, data slack.InteractionCallback) any {
	switch data.Type {
	case slack.InteractionTypeBlockActions:
		a := data.ActionCallback.BlockActions[0]
		words := a.ActionID + " " + a.Value + a.SelectedOption.Value + strings.Join(a.SelectedUsers, "+") + a.SelectedConversation
		for _, o := range a.SelectedOptions {
			words += o.Value
		}
		_ = slack.PostWebhookContext(ctx, data.ResponseURL, &slack.WebhookMessage{ReplaceOriginal: true, Text: "You chose " + words, Blocks: &slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "You chose *"+words+"*", false, false), nil, nil),
			slack.NewActionBlock("again", slack.NewButtonBlockElement("more", "x", slack.NewTextBlockObject("plain_text", "More", false, false))),
		}}})
	case slack.InteractionTypeBlockSuggestion:
		return slack.OptionsResponse{Options: []*slack.OptionBlockObject{
			slack.NewOptionBlockObject("found", slack.NewTextBlockObject("plain_text", "Found "+data.Value, false, false), nil),
		}}
	case slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		openForm(ctx, api, data.TriggerID)
	case slack.InteractionTypeViewSubmission:
		if data.View.State.Values["name"]["name"].Value == "bad" {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "Not that one."})
		}
	}
	return nil
}

// echo answers with what was typed, in blocks.
func echo(text string) string {
	b, _ := json.Marshal(map[string]any{"text": "Echo: " + text, "blocks": []any{
		map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": "You said: " + strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)}},
		map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "*Again:* " + text}},
		map[string]any{"type": "actions", "elements": []any{
			map[string]any{"type": "button", "action_id": "louder", "value": "loud", "text": map[string]any{"type": "plain_text", "text": "Louder"}},
			map[string]any{"type": "button", "action_id": "gone", "value": "x", "text": map[string]any{"type": "plain_text", "text": "Forget"}, "confirm": map[string]any{
				"title": map[string]any{"type": "plain_text", "text": "Forget it?"}, "text": map[string]any{"type": "plain_text", "text": "It will be gone."},
				"confirm": map[string]any{"type": "plain_text", "text": "Forget it"}, "deny": map[string]any{"type": "plain_text", "text": "Keep it"},
			}},
			map[string]any{"type": "static_select", "action_id": "tone", "placeholder": map[string]any{"type": "plain_text", "text": "Tone"}, "options": []any{
				option("Gentle", "gentle"), option("Direct", "direct"),
			}},
			map[string]any{"type": "external_select", "action_id": "find", "min_query_length": 2, "placeholder": map[string]any{"type": "plain_text", "text": "Find"}},
		}},
	}})
	return string(b)
}

func option(text, value string) map[string]any {
	return map[string]any{"text": map[string]any{"type": "plain_text", "text": text}, "value": value}
}

func openForm(ctx context.Context, api *slack.Client, trigger string) {
	plain := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	_, _ = api.OpenViewContext(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "form", Title: plain("A form"), Submit: plain("Send"), Close: plain("Never mind"), NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("name", plain("Name"), nil, slack.NewPlainTextInputBlockElement(plain("Any name"), "name")),
		}},
	})
}

// get asks the page's server as a browser on this computer would.
func get(t *testing.T, w *workspace, path string, into any) *http.Response {
	t.Helper()
	res, err := http.Get(w.sim.BaseURL() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return res
}

func send(t *testing.T, w *workspace, path string, body any, headers ...string) (int, map[string]any) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, w.sim.BaseURL()+path, strings.NewReader(string(b)))
	req.RequestURI = ""
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		out = nil
	}
	return res.StatusCode, out
}
