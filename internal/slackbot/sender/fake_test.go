package sender_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeSlack is a Web API that a test can break call by call. It knows no more
// of Slack than posting, reading back and failing.
type fakeSlack struct {
	*httptest.Server
	mu       sync.Mutex
	calls    []fakeCall
	messages []fakeMessage
	script   map[string][]string // what becomes of the next calls of a method
	answers  map[string]string   // JSON for methods without behaviour
	scopes   string
	serial   int
	gate     chan struct{} // if set, chat.postMessage waits for it
	arrived  chan string   // gets the method of every call, if set
}

type fakeCall struct {
	Method string
	Args   url.Values
	Body   string
	Token  string
	At     time.Time
}

type fakeMessage struct {
	Channel  string
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts,omitempty"`
	Text     string          `json:"text"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	User     string          `json:"-"`
}

func newFake(t *testing.T) *fakeSlack {
	f := &fakeSlack{script: map[string][]string{}, answers: map[string]string{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// next orders what becomes of the next calls of a method:
//
//	lost      carried out, then the connection is cut
//	cut       the connection is cut, nothing carried out
//	done500   carried out, then 500
//	500       nothing carried out
//	hang      no answer until the caller goes away
//	garbage   200 with a page of HTML
//	429:n     Retry-After n seconds
//	ok        as usual
//	anything else is an error code
func (f *fakeSlack) next(method string, what ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.script[method] = append(f.script[method], what...)
}

func (f *fakeSlack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	args, _ := url.ParseQuery(string(body))
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	f.mu.Lock()
	f.calls = append(f.calls, fakeCall{method, args, string(body), r.Header.Get("Authorization"), time.Now()})
	what := "ok"
	if q := f.script[method]; len(q) > 0 {
		what, f.script[method] = q[0], q[1:]
	}
	gate, arrived := f.gate, f.arrived
	f.mu.Unlock()
	if arrived != nil {
		arrived <- method
	}
	if gate != nil && method == "chat.postMessage" {
		<-gate
	}
	if f.scopes != "" {
		w.Header().Set("X-OAuth-Scopes", f.scopes)
	}
	w.Header().Set("Content-Type", "application/json")
	seconds, limited := strings.CutPrefix(what, "429:")
	switch {
	case limited:
		w.Header().Set("Retry-After", seconds)
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"ok":false,"error":"ratelimited"}`)
	case what == "ok":
		fmt.Fprint(w, f.carryOut(method, args))
	case what == "lost" || what == "cut":
		if what == "lost" {
			f.carryOut(method, args)
		}
		conn, _, _ := w.(http.Hijacker).Hijack()
		_ = conn.Close()
	case what == "done500" || what == "500":
		if what == "done500" {
			f.carryOut(method, args)
		}
		w.WriteHeader(http.StatusInternalServerError)
	case what == "garbage":
		fmt.Fprint(w, "<html>maintenance</html>")
	case what == "hang":
		<-r.Context().Done()
	case strings.HasPrefix(what, "404 "):
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, what[4:])
	default:
		fmt.Fprintf(w, `{"ok":false,"error":%q,"needed":"channels:history","response_metadata":{"messages":["[ERROR] bad words from a person [json-pointer:/blocks/0/text]"]}}`, what)
	}
}

func (f *fakeSlack) carryOut(method string, args url.Values) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch method {
	case "chat.postMessage", "chat.postEphemeral":
		f.serial++
		m := fakeMessage{
			Channel: args.Get("channel"), TS: fmt.Sprintf("%d.%06d", time.Now().Unix(), f.serial),
			ThreadTS: args.Get("thread_ts"), Text: args.Get("text"), User: args.Get("user"),
		}
		if md := args.Get("metadata"); md != "" {
			m.Metadata = json.RawMessage(md)
		}
		f.messages = append(f.messages, m)
		return fmt.Sprintf(`{"ok":true,"channel":%q,"ts":%q,"message_ts":%q}`, m.Channel, m.TS, m.TS)
	case "conversations.open":
		return fmt.Sprintf(`{"ok":true,"channel":{"id":"D%s"}}`, args.Get("users"))
	case "conversations.history", "conversations.replies":
		var found []fakeMessage
		for _, m := range slices.Backward(f.messages) {
			if m.Channel == args.Get("channel") && m.TS >= args.Get("oldest") && m.TS <= args.Get("latest") &&
				m.ThreadTS == args.Get("ts") && m.User == "" {
				found = append(found, m)
			}
		}
		// One message a page, so that every search has to turn pages.
		from := 0
		_, _ = fmt.Sscan(args.Get("cursor"), &from)
		page, cursor := []fakeMessage{}, ""
		if from < len(found) {
			page = found[from : from+1]
		}
		if from+1 < len(found) {
			cursor = fmt.Sprint(from + 1)
		}
		b, _ := json.Marshal(map[string]any{
			"ok": true, "messages": page, "has_more": cursor != "",
			"response_metadata": map[string]string{"next_cursor": cursor},
		})
		return string(b)
	}
	if a := f.answers[method]; a != "" {
		return a
	}
	return `{"ok":true}`
}

// count is how many calls of a method came in.
func (f *fakeSlack) count(method string) int { return len(f.of(method)) }

func (f *fakeSlack) of(method string) []fakeCall {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []fakeCall
	for _, c := range f.calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// posted is the messages that people can see.
func (f *fakeSlack) posted() []fakeMessage {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.messages)
}
