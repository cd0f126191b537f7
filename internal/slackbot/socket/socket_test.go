package socket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/manifest"
	"allybot/internal/slackbot/socket"
	"allybot/internal/slacksim"
)

func TestMain(m *testing.M) {
	// Idle connections of the default transport.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func workspace(t *testing.T, o slacksim.Options) *slacksim.Sim {
	t.Helper()
	m, err := manifest.JSON()
	if err != nil {
		t.Fatal(err)
	}
	o.Manifest = m
	o.NoRateLimits = true
	if o.PingInterval == 0 {
		o.PingInterval = 50 * time.Millisecond
	}
	s, err := slacksim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// pool runs connections to the workspace, quickly again after a loss.
func pool(t *testing.T, s *slacksim.Sim, o socket.Options) (*socket.Pool, <-chan error) {
	t.Helper()
	if o.APIURL == "" {
		o.APIURL = s.APIURL()
	}
	if o.AppToken == "" {
		o.AppToken = s.AppToken()
	}
	if o.Breaker == (socket.BreakerOptions{}) {
		o.Breaker = socket.BreakerOptions{Base: time.Millisecond, Max: 10 * time.Millisecond, Burst: 100}
	}
	p := socket.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		done <- p.Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return p, done
}

func connected(t *testing.T, p *socket.Pool, n int) {
	t.Helper()
	waitFor(t, fmt.Sprintf("%d sockets", n), func() bool { return p.Status().Connected == n })
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// inTray takes all envelopes.
type inTray chan socket.Envelope

func (c inTray) take(e socket.Envelope) bool {
	select {
	case c <- e:
		return true
	default:
		return false
	}
}

func TestEnvelopesComeUndecodedAndAreAcknowledgedOverTheirSocket(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	tray := make(inTray, 10)
	p, _ := pool(t, s, socket.Options{Take: tray.take})
	connected(t, p, 2)
	for i := range 20 {
		x := s.SendEvent(json.RawMessage(fmt.Sprintf(`{"type":"app_home_opened","user":"U%d","event_ts":"1.0"}`, i)))
		e := <-tray
		if e.ID != x.EnvelopeID || e.Type != socket.Events || !strings.Contains(string(e.Payload), fmt.Sprintf(`"U%d"`, i)) {
			t.Fatalf("got %s %s", e.Type, e.Payload)
		}
		if err := e.Ack(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := x.Wait(time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if v := s.Violations(); len(v) > 0 {
		t.Error(v)
	}
}

func TestWhatTheLibraryCannotDecodeStillArrives(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	tray := make(inTray, 10)
	p, _ := pool(t, s, socket.Options{Sockets: 1, Take: tray.take})
	connected(t, p, 1)
	for name, inner := range map[string]string{
		"fields as a list":          `{"type":"user_huddle_changed","user":{"id":"U1","profile":{"fields":[]}},"event_ts":"1.0"}`,
		"values as a list":          `{"type":"app_home_opened","user":"U1","tab":"home","view":{"type":"home","state":{"values":[]}},"event_ts":"1.0"}`,
		"an unknown event":          `{"type":"invented_yesterday","event_ts":"1.0"}`,
		"a malformed block":         `{"type":"message","channel":"D1","user":"U1","text":"help","ts":"1.0","blocks":[{"type":"section","text":7}]}`,
		"a start that is no number": `{"type":"message","subtype":"huddle_thread","channel":"C1","room":{"id":"R1","date_start":"soon"}}`,
	} {
		x := s.SendEvent(json.RawMessage(inner))
		select {
		case e := <-tray:
			if e.ID != x.EnvelopeID || e.Type != socket.Events {
				t.Errorf("%s: got %+v", name, e)
			}
			if err := e.Ack(t.Context(), nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: did not arrive", name)
		}
		if err := x.Wait(time.Second); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A type of envelope Slack may add, and retry fields of other types.
	s.Sockets()[0].SendRaw([]byte(`{"envelope_id":"new","type":"brand_new","payload":{"a":1},"retry_attempt":"two","retry_reason":3}`))
	if e := <-tray; e.ID != "new" || e.Type != "brand_new" {
		t.Errorf("got %+v", e)
	}
	// Frames without an id are dropped, and break nothing.
	for _, frame := range []string{`{"type":"hello"`, `null`, `[]`, `"x"`, `{}`, `{"type":"events_api","payload":{}}`, `{"envelope_id":7,"type":"events_api"}`} {
		s.Sockets()[0].SendRaw([]byte(frame))
	}
	x := s.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","event_ts":"1.0"}`))
	if e := <-tray; e.ID != x.EnvelopeID {
		t.Errorf("got %+v", e)
	}
}

func TestLostSocketsAreReplaced(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	p, _ := pool(t, s, socket.Options{})
	connected(t, p, 2)
	first := s.Sockets()
	first[0].Kill()
	first[1].Disconnect("refresh_requested")
	waitFor(t, "two other sockets", func() bool {
		now := s.Sockets()
		return p.Status().Connected == 2 && len(now) == 2 && now[0].ID != first[0].ID && now[0].ID != first[1].ID
	})
}

func TestAHalfOpenSocketIsNoticed(t *testing.T) {
	s := workspace(t, slacksim.Options{PingInterval: 20 * time.Millisecond})
	const interval = 400 * time.Millisecond // stands for the default, as the limit for 60 s
	limit := time.Duration(float64(interval) * (60 * time.Second).Seconds() / socket.DefaultPingInterval.Seconds())
	p, _ := pool(t, s, socket.Options{Sockets: 1, PingInterval: interval})
	connected(t, p, 1)
	stalled := s.Sockets()[0]
	stalled.Stall()
	began := time.Now()
	waitFor(t, "another socket", func() bool {
		now := s.Sockets()
		return len(now) > 0 && now[len(now)-1].ID != stalled.ID && p.Status().Connected == 1
	})
	if d := time.Since(began); d > limit {
		t.Errorf("noticed after %v, which by default is more than a minute; the limit is %v", d, limit)
	}
}

// A peer that reads nothing holds up no acknowledgement for longer than its time.
func TestAnAckNeverBlocks(t *testing.T) {
	const n, ackTime = 600, 300 * time.Millisecond
	over := make(chan struct{})
	slack := http.NewServeMux()
	server := httptest.NewServer(slack)
	defer server.Close()
	defer close(over)
	slack.HandleFunc("/apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"url":"ws%s/link"}`, strings.TrimPrefix(server.URL, "http"))
	})
	slack.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1}`))
		for i := range n {
			_ = conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil,
				`{"envelope_id":"%d","type":"events_api","payload":{"type":"event_callback","event":{"type":"app_home_opened","user":"U1"}}}`, i))
		}
		<-over
	})
	tray := make(inTray, n)
	p := socket.New(socket.Options{Sockets: 1, AppToken: "xapp-1", APIURL: server.URL + "/", Take: tray.take, AckTimeout: ackTime, PingInterval: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	defer func() { cancel(); <-done }()

	payload := map[string]string{"text": strings.Repeat("a", 20_000)} // more in all than a connection buffers
	var wg sync.WaitGroup
	var failed atomic.Int32
	for range n {
		var e socket.Envelope
		select {
		case e = <-tray:
		case <-time.After(5 * time.Second):
			t.Fatal("not all envelopes came")
		}
		wg.Go(func() {
			began := time.Now()
			if e.Ack(context.Background(), payload) != nil {
				failed.Add(1)
			}
			if d := time.Since(began); d > 10*time.Second { // for a busy machine; without a limit, a minute
				t.Errorf("an ack took %v", d)
			}
		})
	}
	wg.Wait()
	if failed.Load() == 0 {
		t.Error("all were written, so that this test shows nothing")
	}
}

func TestAFloodOfDisconnectsIsBounded(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	s.DisconnectEveryNewSocket(1 << 30)
	_, _ = pool(t, s, socket.Options{Breaker: socket.BreakerOptions{Base: 20 * time.Millisecond, Max: 50 * time.Millisecond}})
	opens := func() int { return len(s.Calls("apps.connections.open")) }
	waitFor(t, "the burst to be used up", func() bool { return opens() >= 6 })
	<-time.After(700 * time.Millisecond)
	if n := opens(); n > 7 {
		t.Errorf("%d opens within a second; the burst is 6 and then 12 a minute", n)
	}
}

func TestRetryAfterIsHonouredByAllSockets(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	s.Inject(slacksim.Fault{Method: "apps.connections.open", Kind: slacksim.RateLimited, Times: 1, RetryAfter: time.Second})
	p, _ := pool(t, s, socket.Options{Sockets: 1})
	connected(t, p, 1)
	calls := s.Calls("apps.connections.open")
	if len(calls) != 2 || calls[1].Time.Sub(calls[0].Time) < time.Second {
		t.Errorf("asked again too early: %v", calls)
	}
}

func TestAWrongTokenEndsWithOneClearLine(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	for name, token := range map[string]string{"unknown": "xapp-unknown", "bot token": s.BotToken(), "none": "-"} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zapcore.DebugLevel)
			_, done := pool(t, s, socket.Options{AppToken: token, Logger: zap.New(core)})
			var err error
			select {
			case err = <-done:
			case <-time.After(5 * time.Second):
				t.Fatal("still trying")
			}
			if err == nil || !strings.HasPrefix(err.Error(), "SLACK_APP_TOKEN: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("err = %v", err)
			}
			if strings.Contains(fmt.Sprint(err, logs.All()), token) && len(token) > 1 {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

// Not every refusal is in the simulated workspace; slack-go alone would try for
// ever on most of these.
func TestEveryFatalRefusalEndsTheRun(t *testing.T) {
	for _, code := range []string{"invalid_auth", "account_inactive", "not_authed", "token_revoked", "token_expired", "not_allowed_token_type", "missing_scope", "team_disabled", "user_removed_from_team", "no_permission"} {
		t.Run(code, func(t *testing.T) {
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"ok":false,"error":%q}`, code) }))
			defer api.Close()
			err := socket.New(socket.Options{AppToken: "xapp-secret", APIURL: api.URL + "/"}).Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), code) || !strings.HasPrefix(err.Error(), "SLACK_APP_TOKEN") || strings.Contains(err.Error(), "secret") {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestAPassingRefusalIsTriedAgain(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	s.Inject(slacksim.Fault{Method: "apps.connections.open", Kind: slacksim.ServerError, Times: 3})
	p, _ := pool(t, s, socket.Options{Sockets: 1})
	connected(t, p, 1)
	if n := len(s.Calls("apps.connections.open")); n != 4 {
		t.Errorf("%d calls", n)
	}
}

func TestAHangingOpenIsGivenUp(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	s.Inject(slacksim.Fault{Method: "apps.connections.open", Kind: slacksim.HangUp, Times: 1})
	p, _ := pool(t, s, socket.Options{Sockets: 1, OpenTimeout: 200 * time.Millisecond})
	connected(t, p, 1)
}

func TestAHangingHandshakeIsGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	opens := make(chan struct{}, 100)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		opens <- struct{}{}
		fmt.Fprintf(w, `{"ok":true,"url":"ws://%s/link/?ticket=secret"}`, l.Addr())
	}))
	defer api.Close()
	core, logs := observer.New(zapcore.DebugLevel)
	p := socket.New(socket.Options{
		Sockets: 1, AppToken: "xapp-1", APIURL: api.URL + "/", HandshakeTimeout: 100 * time.Millisecond,
		Breaker: socket.BreakerOptions{Base: time.Millisecond}, Logger: zap.New(core),
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for range 2 {
		select {
		case <-opens:
		case <-time.After(5 * time.Second):
			t.Fatal("no second try")
		}
	}
	cancel()
	<-done
	if all := fmt.Sprint(logs.All()); strings.Contains(all, "secret") {
		t.Errorf("the ticket is in the log: %s", all)
	}
}

func TestAnAckOfAClosedSocketFailsAndNeverCrosses(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	s.SetRetrySchedule(nil)
	tray := make(inTray, 100)
	p, _ := pool(t, s, socket.Options{Sockets: 1, Take: tray.take})
	connected(t, p, 1)
	var held []socket.Envelope
	for range 50 { // more than slack-go queues
		s.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","event_ts":"1.0"}`))
		held = append(held, <-tray)
	}
	old := s.Sockets()[0]
	old.Kill()
	waitFor(t, "another socket", func() bool {
		now := s.Sockets()
		return len(now) == 1 && now[0].ID != old.ID && p.Status().Connected == 1
	})
	began := time.Now()
	var wg sync.WaitGroup
	for _, e := range held {
		wg.Go(func() {
			if err := e.Ack(context.Background(), nil); err == nil {
				t.Error("acknowledged over another socket")
			}
		})
	}
	wg.Wait()
	if d := time.Since(began); d > time.Second {
		t.Errorf("acks blocked for %v", d)
	}
	x := s.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","event_ts":"1.0"}`))
	e := <-tray
	if err := e.Ack(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Wait(time.Second); err != nil {
		t.Fatal(err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Error(v)
	}
	for _, r := range s.Envelopes()[:50] {
		if !r.AckedAt.IsZero() {
			t.Errorf("envelope %s was acknowledged", r.ID)
		}
	}
}

func TestAnAnswerTooLargeForSlackIsAnError(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	tray := make(inTray, 1)
	p, _ := pool(t, s, socket.Options{Sockets: 1, Take: tray.take})
	connected(t, p, 1)
	x := s.SendPayload(socket.SlashCommand, json.RawMessage(`{"command":"/ally"}`))
	e := <-tray
	if err := e.Ack(t.Context(), map[string]string{"text": strings.Repeat("a", 20_400)}); !errors.Is(err, socket.ErrTooLarge) {
		t.Errorf("err = %v", err)
	}
	if err := e.Ack(t.Context(), map[string]string{"text": strings.Repeat("a", 20_000)}); err != nil {
		t.Errorf("err = %v", err)
	}
	if err := x.Wait(time.Second); err != nil {
		t.Error(err)
	}
}

func TestWithoutRoomEventsAreLeftAndPeopleAreToldToTryAgain(t *testing.T) {
	s := workspace(t, slacksim.Options{AckTimeout: 300 * time.Millisecond})
	s.SetRetrySchedule(nil)
	p, _ := pool(t, s, socket.Options{
		Sockets: 1, Take: func(socket.Envelope) bool { return false },
		Busy: func(socket.Envelope) any { return map[string]string{"text": "busy"} },
	})
	connected(t, p, 1)
	event := s.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","event_ts":"1.0"}`))
	command := s.SendPayload(socket.SlashCommand, json.RawMessage(`{"command":"/ally"}`))
	if err := command.Wait(time.Second); err != nil || !strings.Contains(string(command.Payload()), "busy") {
		t.Errorf("%v, %s", err, command.Payload())
	}
	if err := event.Wait(2 * time.Second); err == nil {
		t.Error("the event was acknowledged")
	}
}

func TestASilenceBetweenSocketsIsReported(t *testing.T) {
	s := workspace(t, slacksim.Options{})
	gaps := make(chan time.Duration, 10)
	p, _ := pool(t, s, socket.Options{
		Gap:     func(from, to time.Time) { gaps <- to.Sub(from) },
		Breaker: socket.BreakerOptions{Base: 50 * time.Millisecond, Max: 50 * time.Millisecond, Burst: 50},
	})
	connected(t, p, 2)
	for _, k := range s.Sockets() {
		k.Kill()
	}
	select {
	case d := <-gaps:
		if d <= 0 {
			t.Errorf("a gap of %v", d)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("no gap reported")
	}
}
