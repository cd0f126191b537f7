package page_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"allybot/internal/slacksim"
	"allybot/internal/slacksim/page"
)

func TestEveryAnswerForbidsWhatThePageDoesNotNeed(t *testing.T) {
	w := newWorkspace(t)
	for _, path := range []string{"/", "/static/js/main.js", "/client/state", "/client/nothing"} {
		res := get(t, w, path, nil)
		csp := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy %q allows something unsafe", path, csp)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: types may be guessed", path)
		}
	}
	if res := get(t, w, "/static/js/", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a folder is listed: status %d", res.StatusCode)
	}
}

func TestRequestsOfOtherWebsitesAreRefused(t *testing.T) {
	w := newWorkspace(t)
	say := map[string]any{"as": w.ada, "do": "say", "channel": w.general, "text": "hello"}
	own := w.sim.BaseURL()
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"our page", []string{"Origin", own}, 200},
		{"a program", nil, 200},
		{"another website", []string{"Origin", "https://evil.example"}, 403},
		{"another port of this computer", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"a sandboxed frame", []string{"Origin", "null"}, 403},
		{"another site without an origin", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a name that resolves to this computer", []string{"Host", "evil.example"}, 403},
		{"a form", []string{"Content-Type", "text/plain"}, 415},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(w.sim.As(w.ada).Messages(w.general))
			status, _ := send(t, w, "/client/act", say, c.headers...)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			said := len(w.sim.As(w.ada).Messages(w.general)) > before
			if said != (c.status == 200) {
				t.Errorf("said: %v", said)
			}
		})
	}
}

func TestStateShowsOnePersonsWorkspace(t *testing.T) {
	w := newWorkspace(t)
	w.sim.As(w.ada).Say(w.secret, "between us")
	state := func(as, channel string) page.State {
		var st page.State
		get(t, w, "/client/state?as="+as+"&channel="+channel, &st)
		return st
	}
	ada, minh := state(w.ada, w.secret), state(w.minh, w.secret)
	if len(ada.Messages) != 1 || ada.Channel != w.secret {
		t.Errorf("a member sees %d messages of the private channel", len(ada.Messages))
	}
	if len(minh.Messages) != 0 || minh.Channel != "" {
		t.Error("somebody else sees the private channel")
	}
	for _, c := range minh.Channels {
		if c.Name == "secret" {
			t.Error("somebody else sees that the private channel exists")
		}
	}
	if !ada.People[w.carlos].External || !ada.People[w.gen].Guest || ada.People[w.ada].External {
		t.Errorf("the badges are wrong: %+v", ada.People)
	}
	if ada.App.DM == minh.App.DM || ada.App.DM == "" {
		t.Error("people share their conversation with the app")
	}
	if res := get(t, w, "/client/state?as="+w.sim.BotUserID(), nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("one can sign in as the bot: %d", res.StatusCode)
	}
}

func TestAskingForTheStateChangesNothing(t *testing.T) {
	w := newWorkspace(t)
	get(t, w, "/client/state?as="+w.ada, nil) // opens the conversation with the app
	changed, stop := w.sim.Subscribe()
	defer stop()
	get(t, w, "/client/state?as="+w.ada, nil)
	select {
	case <-changed:
		t.Error("asking for the state changed it: every page would ask again, without end")
	default:
	}
}

func TestDeeds(t *testing.T) {
	w := newWorkspace(t)
	act := func(d map[string]any) map[string]any {
		t.Helper()
		if d["as"] == nil {
			d["as"] = w.ada
		}
		status, out := send(t, w, "/client/act", d)
		if status != 200 {
			t.Fatalf("%v: status %d, %v", d, status, out)
		}
		return out
	}
	find := func(channel string, ok func(slacksim.Message) bool) slacksim.Message {
		t.Helper()
		for _, m := range w.sim.As(w.ada).Messages(channel) {
			if ok(m) {
				return m
			}
		}
		t.Fatal("no such message")
		return slacksim.Message{}
	}

	said := act(map[string]any{"do": "say", "channel": w.general, "text": "hi @minh"})
	ts, _ := said["ts"].(string)
	if m := find(w.general, func(m slacksim.Message) bool { return m.TS == ts }); !strings.Contains(m.Text, "<@"+w.minh+">") {
		t.Errorf("a mention was not made of %q", m.Text)
	}
	act(map[string]any{"do": "react", "channel": w.general, "ts": ts, "emoji": "tada"})
	act(map[string]any{"do": "edit", "channel": w.general, "ts": ts, "text": "hello"})
	m := find(w.general, func(m slacksim.Message) bool { return m.TS == ts })
	if m.Text != "hello" || !m.Edited || len(m.Reactions) != 1 {
		t.Errorf("after an edit and a reaction: %+v", m)
	}
	act(map[string]any{"do": "say", "channel": w.general, "thread": ts, "text": "a reply"})
	if n := len(w.sim.As(w.ada).Thread(w.general, ts)); n != 2 {
		t.Errorf("the thread has %d messages", n)
	}

	if out := act(map[string]any{"do": "command", "channel": w.general, "command": "/mute"}); out["error"] != "operation_timeout" {
		t.Errorf("no answer shows as %v", out["error"])
	}
	if out := act(map[string]any{"do": "say", "channel": "C0NOWHERE", "text": "x"}); out["ok"] == true || out["error"] == "" {
		t.Errorf("speaking nowhere: %v", out)
	}
	if out := act(map[string]any{"do": "submit", "view": "V0NOTHING"}); out["ok"] == true {
		t.Errorf("submitting nothing: %v", out)
	}
}

func TestUnknownDeedsAndPeopleAreRefused(t *testing.T) {
	w := newWorkspace(t)
	for _, d := range []map[string]any{
		{"as": w.ada, "do": "fly"},
		{"as": w.ada},
		{"as": "U0NOBODY", "do": "say"},
		{"as": w.sim.BotUserID(), "do": "say", "channel": w.general, "text": "x"},
	} {
		if status, out := send(t, w, "/client/act", d); status < 400 || out["error"] == "" {
			t.Errorf("%v: status %d, %v", d, status, out)
		}
	}
}

func TestMovingTheClock(t *testing.T) {
	for _, c := range []struct {
		name string
		move map[string]any
		want time.Time // zero: refused
	}{
		{"an hour", map[string]any{"advance": "1h"}, day.Add(time.Hour)},
		{"next morning where the person is", map[string]any{"next": "morning"}, time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)},
		{"next Monday where the person is", map[string]any{"next": "monday"}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		{"a time of one's own", map[string]any{"local": "2026-12-01T08:30"}, time.Date(2026, 12, 1, 8, 30, 0, 0, time.UTC)},
		{"back", map[string]any{"advance": "-1h"}, time.Time{}},
		{"to the past", map[string]any{"local": "2020-01-01T00:00"}, time.Time{}},
		{"too far", map[string]any{"local": "2099-01-01T00:00"}, time.Time{}},
		{"nowhere", map[string]any{}, time.Time{}},
		{"nonsense", map[string]any{"local": "<b>"}, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorkspace(t)
			c.move["as"] = w.ada
			status, out := send(t, w, "/client/clock", c.move)
			if c.want.IsZero() {
				if status < 400 || out["error"] == "" || !w.clock.Now().Equal(day) {
					t.Errorf("status %d, %v; the clock shows %v", status, out, w.clock.Now())
				}
			} else if !w.clock.Now().Equal(c.want) {
				t.Errorf("the clock shows %v, want %v (%v)", w.clock.Now(), c.want, out)
			}
		})
	}
}

func TestEventsTellOfChanges(t *testing.T) {
	w := newWorkspace(t)
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.sim.BaseURL()+"/client/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("content type %q", kind)
	}
	lines := bufio.NewScanner(res.Body)
	next := func(why string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: change" {
				return
			}
		}
		t.Fatalf("nothing came %s: %v", why, lines.Err())
	}
	next("at the start")
	w.sim.As(w.ada).Say(w.general, "news")
	next("after a message")
	if status, _ := send(t, w, "/client/clock", map[string]any{"as": w.ada, "advance": "1h"}); status != 200 {
		t.Fatal("the clock did not move")
	}
	next("after the clock moved")
}

// FuzzAct: whatever a page sends as somebody, the server answers with JSON and
// goes on.
func FuzzAct(f *testing.F) {
	for do := range map[string]bool{"say": true, "press": true, "pick": true, "submit": true, "suggest": true, "huddle_join": true, "dm": true, "fly": true} {
		f.Add(do, "C1", "1.2", `{"a": ["x", 1, {}]}`, "text")
	}
	sim, err := slacksim.Start(slacksim.Options{Manifest: []byte(manifest), NoRateLimits: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(sim.Close)
	ada := sim.AddPerson(slacksim.Person{Name: "ada"})
	general := sim.AddChannel(slacksim.Channel{Name: "general", Members: []string{ada}})
	root := sim.As(ada).Say(general, "hello")
	handler := page.New(sim, page.Options{})
	f.Fuzz(func(t *testing.T, do, channel, ts, form, text string) {
		for _, place := range [][2]string{{channel, ts}, {general, root}} {
			body, err := json.Marshal(map[string]any{
				"as": ada, "do": do, "channel": place[0], "ts": place[1], "thread": ts, "text": text, "command": text, "emoji": text, "callback": text,
				"view": channel, "action": text, "value": text, "room": ts, "user": text, "form": json.RawMessage(orEmpty(form)),
			})
			if err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/client/act", strings.NewReader(string(body)))
			req.Header.Set("Content-Type", "application/json")
			res := httptest.NewRecorder()
			handler.ServeHTTP(res, req)
			if !json.Valid(res.Body.Bytes()) {
				t.Errorf("the answer to %s is no JSON: %q", body, res.Body)
			}
		}
	})
}

// orEmpty keeps a form that is not JSON from hiding the rest of the request.
func orEmpty(form string) string {
	if !json.Valid([]byte(form)) {
		return "{}"
	}
	return form
}
