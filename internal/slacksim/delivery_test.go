package slacksim_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

// raw is a bare socket, for what a well-behaved client never does.
func (w *world) raw() *websocket.Conn {
	w.t.Helper()
	whole := websocket.Dialer{WriteBufferSize: 64 << 10} // a smaller one fragments
	c, _, err := whole.Dial(w.socketURL(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	var hello struct {
		Type           string
		NumConnections int `json:"num_connections"`
		ConnectionInfo struct {
			AppID string `json:"app_id"`
		} `json:"connection_info"`
	}
	if err := c.ReadJSON(&hello); err != nil || hello.Type != "hello" || hello.NumConnections < 1 || hello.ConnectionInfo.AppID != w.AppID() {
		w.t.Fatalf("hello: %+v %v", hello, err)
	}
	return c
}

func (w *world) socketURL() string {
	w.t.Helper()
	out, _, _ := w.post("apps.connections.open", w.AppToken(), nil)
	u, _ := out["url"].(string)
	if u == "" {
		w.t.Fatal(out)
	}
	return u
}

type wireEnvelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	Attempt *int            `json:"retry_attempt"`
	Why     *string         `json:"retry_reason"`
	Accepts bool            `json:"accepts_response_payload"`
	Payload json.RawMessage `json:"payload"`
}

func read(t *testing.T, c *websocket.Conn) wireEnvelope {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	var e wireEnvelope
	if err := c.ReadJSON(&e); err != nil {
		t.Fatal(err)
	}
	return e
}

func quick(o *slacksim.Options) { o.AckTimeout = 300 * time.Millisecond }

func TestRedelivery(t *testing.T) {
	w := start(t, quick)
	w.SetRetrySchedule([]time.Duration{0, 10 * time.Millisecond})
	c := w.raw()
	w.As(w.sam).Say(w.general, "hello")
	var ids []string
	for n := range 3 {
		e := read(t, c)
		var p struct {
			EventID string `json:"event_id"`
		}
		_ = json.Unmarshal(e.Payload, &p)
		ids = append(ids, p.EventID)
		why := ""
		if n > 0 {
			why = "timeout"
		}
		if *e.Attempt != n || *e.Why != why || e.Accepts || p.EventID != ids[0] {
			t.Errorf("attempt %d: retry_attempt %d, reason %q, event %s", n, *e.Attempt, *e.Why, p.EventID)
		}
		if n == 2 {
			_ = c.WriteJSON(map[string]any{"envelope_id": e.ID})
		}
	}
	w.acked("message")
	if e := w.Envelopes()[0]; e.Attempts != 3 {
		t.Errorf("attempts: %d", e.Attempts)
	}

	ex := w.As(w.sam).Command(w.general, "/ally", "x")
	if e := read(t, c); e.Attempt != nil || !e.Accepts {
		t.Errorf("command: %+v", e)
	}
	if err := ex.Wait(patience); !errors.Is(err, slacksim.ErrTimeout) {
		t.Errorf("not acknowledged: %v", err)
	}
	if seen := w.As(w.sam).Messages(w.general); !strings.Contains(seen[len(seen)-1].Text, "operation_timeout") {
		t.Errorf("sam sees %+v", seen)
	}
	if e := w.Envelopes()[1]; e.Attempts != 1 {
		t.Errorf("a command was sent %d times", e.Attempts)
	}
	w.Redeliver(ex.EnvelopeID)
	e := read(t, c)
	_ = c.WriteJSON(map[string]any{"envelope_id": e.ID, "payload": map[string]any{"text": "sorry, late"}})
	w.eventually("the answer shows", func() bool {
		seen := w.As(w.sam).Messages(w.general)
		return seen[len(seen)-1].Text == "sorry, late"
	})
	w.noViolations()
}

func TestNoSocket(t *testing.T) {
	w := start(t)
	if err := w.As(w.sam).Command(w.general, "/ally", "x").Wait(patience); !errors.Is(err, slacksim.ErrDispatchFailed) {
		t.Errorf("no socket: %v", err)
	}
	w.SetRetrySchedule([]time.Duration{0, time.Millisecond, 200 * time.Millisecond})
	w.As(w.sam).Say(w.general, "hello")
	w.eventually("three attempts", func() bool { e := w.Envelopes(); return e[len(e)-1].Attempts == 3 })
	c := w.raw()
	e := read(t, c)
	if *e.Attempt != 3 {
		t.Errorf("attempt %d", *e.Attempt)
	}
}

func TestAckViolations(t *testing.T) {
	for name, send := range map[string]func(mine, other *websocket.Conn, id string) error{
		"unknown envelope": func(mine, _ *websocket.Conn, _ string) error {
			return mine.WriteJSON(map[string]any{"envelope_id": "nope"})
		},
		"another socket": func(_, other *websocket.Conn, id string) error {
			return other.WriteJSON(map[string]any{"envelope_id": id})
		},
		"takes no payload": func(mine, _ *websocket.Conn, id string) error {
			return mine.WriteJSON(map[string]any{"envelope_id": id, "payload": map[string]any{"text": "x"}})
		},
		"20 KB": func(mine, _ *websocket.Conn, id string) error {
			return mine.WriteJSON(map[string]any{"envelope_id": id, "payload": strings.Repeat("x", 20*1024)})
		},
		"no acknowledgement": func(mine, _ *websocket.Conn, _ string) error {
			return mine.WriteMessage(websocket.TextMessage, []byte("hi"))
		},
		"binary": func(mine, _ *websocket.Conn, _ string) error {
			return mine.WriteMessage(websocket.BinaryMessage, []byte("{}"))
		},
		"fragmented": func(mine, _ *websocket.Conn, _ string) error {
			return mine.WriteMessage(websocket.TextMessage, make([]byte, 70<<10)) // more than the writer's buffer
		},
		"twice": func(mine, _ *websocket.Conn, id string) error {
			_ = mine.WriteJSON(map[string]any{"envelope_id": id})
			return mine.WriteJSON(map[string]any{"envelope_id": id})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.SetRetrySchedule(nil)
			a, b := w.raw(), w.raw()
			w.As(w.sam).Say(w.general, "hello")
			got := make(chan func() error, 2)
			for _, pair := range [][2]*websocket.Conn{{a, b}, {b, a}} {
				go func() {
					var e wireEnvelope
					if pair[0].ReadJSON(&e) == nil {
						got <- func() error { return send(pair[0], pair[1], e.ID) }
					}
				}()
			}
			if err := (<-got)(); err != nil {
				t.Fatal(err)
			}
			w.eventually("a violation is recorded", func() bool { return len(w.Violations()) == 1 })
			if v := w.Violations()[0]; !strings.Contains(v, name) {
				t.Errorf("violation: %q", v)
			}
		})
	}
}

// Who answers late may answer each attempt: it was asked each time. Once more is
// once too often.
func TestLateAnswersToEachAttempt(t *testing.T) {
	w := start(t, quick)
	w.SetRetrySchedule([]time.Duration{0})
	c := w.raw()
	w.As(w.sam).Say(w.general, "hello")
	var e wireEnvelope
	for range 2 {
		if err := c.ReadJSON(&e); err != nil {
			t.Fatal(err)
		}
	}
	// They are taken in order: once the last is refused, all were.
	for _, id := range []string{e.ID, e.ID, e.ID, "nope"} {
		if err := c.WriteJSON(map[string]any{"envelope_id": id}); err != nil {
			t.Fatal(err)
		}
	}
	w.eventually("the last is refused", func() bool { return strings.Contains(strings.Join(w.Violations(), "\n"), "nope") })
	if v := w.Violations(); len(v) != 2 || !strings.Contains(v[0], "twice") {
		t.Errorf("violations: %v", v)
	}
}

func TestTicketsAreForOnce(t *testing.T) {
	w := start(t)
	u := w.socketURL()
	for n, want := range []bool{true, false} {
		c, _, err := websocket.DefaultDialer.Dial(u, nil)
		if (err == nil) != want {
			t.Errorf("dial %d: %v", n+1, err)
		}
		if c != nil {
			defer c.Close()
		}
	}
}

func TestEleventhSocket(t *testing.T) {
	w := start(t)
	for range 10 {
		w.raw()
	}
	if e := read(t, w.raw()); e.Type != "disconnect" || e.Reason != "too_many_websockets" {
		t.Errorf("the eleventh gets %+v", e)
	}
}

func TestSocketTrouble(t *testing.T) {
	w := start(t, func(o *slacksim.Options) { o.PingInterval = 10 * time.Millisecond })
	c := w.raw()
	pings := make(chan struct{}, 100)
	c.SetPingHandler(func(string) error { pings <- struct{}{}; return nil })
	frames := make(chan wireEnvelope, 10)
	go func() {
		defer close(frames)
		for {
			var e wireEnvelope
			_, raw, err := c.ReadMessage()
			if err != nil {
				return
			}
			if json.Unmarshal(raw, &e) != nil {
				e.Type = "malformed"
			}
			frames <- e
		}
	}()
	k := w.Sockets()[0]
	for range 3 {
		<-pings
	}
	k.SendRaw([]byte("{oops"))
	if e := <-frames; e.Type != "malformed" {
		t.Errorf("raw frame: %+v", e)
	}
	k.Disconnect("warning")
	if e := <-frames; e.Type != "disconnect" || e.Reason != "warning" {
		t.Errorf("warning: %+v", e)
	}
	k.Disconnect("refresh_requested")
	if e := <-frames; e.Reason != "refresh_requested" {
		t.Errorf("refresh: %+v", e)
	}
	if err := w.As(w.sam).Command(w.general, "/ally", "").Wait(patience); !errors.Is(err, slacksim.ErrDispatchFailed) {
		t.Errorf("a leaving socket got a command: %v", err)
	}
	if _, more := <-frames; more {
		t.Error("the socket stays open after refresh_requested")
	}

	w.raw()
	k = w.Sockets()[0]
	k.Stall()
	w.As(w.sam).Say(w.general, "into the void")
	if e := w.Envelopes(); e[len(e)-1].SocketID != k.ID {
		t.Errorf("a stalled socket is no longer used: %+v", e[len(e)-1])
	}
	k.Kill()
	w.eventually("no socket", func() bool { return len(w.Sockets()) == 0 })

	w.DisconnectEveryNewSocket(1)
	if e := read(t, w.raw()); e.Type != "disconnect" {
		t.Errorf("flood: %+v", e)
	}
}

func TestOfficialClientReconnects(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	w.Sockets()[0].Disconnect("refresh_requested")
	w.eventually("a second socket", func() bool {
		k := w.Sockets()
		return len(k) == 1 && k[0].ID == "2"
	})
	w.wait(w.As(w.sam).GlobalShortcut("open_ally"))
	if n := len(a.got(socketmode.EventTypeHello)); n != 2 {
		t.Errorf("hellos: %d", n)
	}
}

func TestFaults(t *testing.T) {
	w := start(t)
	c := w.client(slack.OptionHTTPClient(&http.Client{Timeout: 300 * time.Millisecond}))
	post := func(text string) error {
		_, _, err := c.PostMessage(w.general, slack.MsgOptionText(text, false))
		return err
	}
	only := func(v url.Values) bool { return v.Get("channel") == w.general }
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.RateLimited, RetryAfter: 7 * time.Second, Match: only})
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.ServerError})
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.HangUp})
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply})
	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Slow, Delay: time.Millisecond})

	var limited *slack.RateLimitedError
	if err := post("429"); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("429: %v", err)
	}
	var status slack.StatusCodeError
	if err := post("500"); !errors.As(err, &status) || status.Code != 500 {
		t.Errorf("500: %v", err)
	}
	for _, text := range []string{"hung up", "lost"} {
		if err := post(text); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	if err := post("slow"); err != nil {
		t.Errorf("slow: %v", err)
	}
	var seen []string
	for _, m := range w.As(w.sam).Messages(w.general) {
		seen = append(seen, m.Text)
	}
	if got := strings.Join(seen, ","); got != "lost,slow" {
		t.Errorf("carried out: %s", got)
	}
	if n := len(w.Calls("chat.postMessage")); n != 5 {
		t.Errorf("calls: %d", n)
	}
}
