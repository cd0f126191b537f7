package slacksim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

const tinyManifest = `{"display_information":{"name":"A"},"features":{"app_home":{"home_tab_enabled":true,"messages_tab_enabled":true},"bot_user":{"display_name":"A"},
"slash_commands":[{"command":"/a","description":"x","should_escape":true}]},"oauth_config":{"scopes":{"bot":["commands","chat:write"]}},
"settings":{"interactivity":{"is_enabled":true},"socket_mode_enabled":true}}`

func tiny(t testing.TB) (*Sim, string, string) {
	t.Helper()
	s, err := Start(Options{Manifest: []byte(tinyManifest), NoRateLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	sam := s.AddPerson(Person{Name: "sam", RealName: "Sam"})
	return s, sam, s.AddChannel(Channel{Name: "general", Members: []string{sam}, WithBot: true})
}

var typedLink = regexp.MustCompile(`<https?://[^>]*>`)

// What people type never reaches the app as a token they did not pick, and no
// markup survives outside tokens.
func FuzzTyped(f *testing.F) {
	for _, seed := range []string{"@sam", "#general!", "a<!channel>b", "&amp;", "@Sam's <@U1|x>", "https://x.y/?a=<b>&c", "<https://x.y|z>", "\xff@sam", "@everyone", "日本@sam"} {
		f.Add(seed)
	}
	s, sam, _ := tiny(f)
	f.Fuzz(func(t *testing.T, text string) {
		s.mu.Lock()
		wire := s.typed(text, sam, true)
		s.mu.Unlock()
		if utf8.ValidString(text) && !utf8.ValidString(wire) {
			t.Errorf("%q became invalid UTF-8", text)
		}
		if rest := token.ReplaceAllString(wire, ""); strings.ContainsAny(rest, "<>") {
			t.Errorf("%q leaves markup: %q", text, wire)
		}
		for _, link := range typedLink.FindAllString(wire, -1) {
			if strings.Contains(link, "|") {
				t.Errorf("%q became a link with a label of its own: %q", text, wire)
			}
		}
		richText(wire)
	})
}

// Whatever the app sends in an acknowledgement, the workspace stands.
func FuzzAcknowledgement(f *testing.F) {
	for _, seed := range []string{`{}`, `{"text":"x"}`, `{"text":"x","blocks":[{"type":"divider"}]}`, `{"response_action":"errors","errors":{"b":"x"}}`, `{"response_action":"clear"}`, `[1]`, `"x"`, `{"blocks":7}`} {
		f.Add([]byte(seed))
	}
	s, sam, general := tiny(f)
	view := json.RawMessage(`{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":[{"type":"input","block_id":"b","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"a"}}]}`)
	f.Fuzz(func(_ *testing.T, payload []byte) {
		if !json.Valid(payload) {
			return
		}
		k := &Socket{ID: "fuzz", sim: s}
		answer := func(ex *Exchange) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if e := s.envelopes.get(ex.EnvelopeID); e != nil {
				e.attempts, e.pending = []attempt{{socket: k, at: s.now()}}, true
				k.acked(toJSON(obj{"envelope_id": e.id, "payload": json.RawMessage(payload)}))
			}
			k.acked(payload)
		}
		answer(s.As(sam).Command(general, "/a", "x"))
		s.mu.Lock()
		v, err := s.newView(view, "modal", sam, nil)
		if err != nil {
			panic(err)
		}
		s.openView(v)
		s.mu.Unlock()
		answer(s.As(sam).Submit(v.id))
		_, _ = parseOptions(payload)
		s.As(sam).Views()
	})
}

// Whatever JSON the app sends as a body, the workspace answers.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"text":"x"}`, `{"channel":"C","blocks":[{"type":"actions","elements":[{"type":"button"}]}]}`, `{"blocks":[1,null,{"type":"input","element":3}]}`, `{"metadata":{"event_type":"","event_payload":null}}`, `{"view":{"type":"home","blocks":[]}}`} {
		f.Add([]byte(seed))
	}
	s, sam, general := tiny(f)
	f.Fuzz(func(_ *testing.T, body []byte) {
		var o map[string]any
		if json.Unmarshal(body, &o) == nil {
			if blocks, ok := o["blocks"].([]any); ok {
				s.mu.Lock()
				s.identify(blocks)
				s.mu.Unlock()
				clientErrors(blocks, initialValues(blocks))
			}
			args := url.Values{}
			for k, v := range jsonArgs(body) {
				args[k] = v
			}
			args.Set("channel", general)
			args.Set("user_id", sam)
			for _, m := range []string{"chat.postMessage", "views.publish"} {
				allowed := url.Values{}
				for k := range args {
					for a := range strings.FieldsSeq(apiMethods[m].args) {
						if strings.TrimSuffix(a, "*") == k {
							allowed[k] = args[k]
						}
					}
				}
				s.mu.Lock()
				_, _ = s.call(m, allowed, s.botToken, false)
				s.mu.Unlock()
			}
		}
		s.mu.Lock()
		u := s.newResponseURL("actions", s.channels[general], sam, nil)
		s.mu.Unlock()
		r := httptest.NewRequest(http.MethodPost, u.url, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		s.serveResponseURL(httptest.NewRecorder(), r)
		s.As(sam).Messages(general)
	})
}
