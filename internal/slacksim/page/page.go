// Package page is the playground: a web page that looks and works like a Slack
// workspace, over the simulated one of slacksim.
//
// The browser holds no truth. It asks for the state as one person sees it
// (state.go), tells what that person does (act.go) and is told when something
// changed (events.go). Everything it needs is embedded; it asks nothing of any
// other host, and answers only pages it served itself on this computer.
package page

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"allybot/internal/slacksim"
)

// Clock is the workspace's clock, which a visitor may move.
type Clock interface {
	Now() time.Time
	Set(time.Time)
	Advance(time.Duration)
}

// Try is one of the things to try that the page offers. Its button takes the
// visitor there, as that person, and puts Text into the composer; it sends nothing.
type Try struct {
	Title string `json:"title"` // "Someone keeps getting talked over"
	Why   string `json:"why"`   // one line about what it shows; may be empty
	// PersonID is who the visitor becomes.
	PersonID string `json:"person"`
	// ChannelID is where it happens. Empty: the conversation with the app.
	ChannelID string `json:"channel"`
	// Place is the name of that channel for the visitor; default as PersonID sees it.
	Place string `json:"place"`
	// Text goes into the composer; may be empty when How says what to press.
	Text string `json:"text"`
	// How says what to do there: "Press Enter", "Open the message's menu and
	// choose Give credit".
	How string `json:"how"`
	// MessageTS is a message to point out; may be empty.
	MessageTS string `json:"ts"`
	// Home opens the app's Home tab instead of a conversation.
	Home bool `json:"home"`
}

// Options is what the caller knows and the workspace does not.
type Options struct {
	// Workspace is the name shown; default "Playground".
	Workspace string
	// Clock moves the workspace's time. Nil: the page shows the real time and
	// offers no way to move it.
	Clock Clock
	// Tries are the cards of the panel; none hides the panel.
	Tries []Try
	// People are the ids shown in the switch, the first one at the start.
	// Empty: everybody who can sign in.
	People []string
}

//go:embed static
var static embed.FS

type server struct {
	sim   *slacksim.Sim
	opts  Options
	moved *signal
}

// New returns the page. The caller mounts it at the root: sim.Mount("/", page.New(sim, opts)).
func New(sim *slacksim.Sim, opts Options) http.Handler {
	if opts.Workspace == "" {
		opts.Workspace = "Playground"
	}
	s := &server{sim: sim, opts: opts, moved: newSignal()}
	s.opts.Tries = s.placed(opts.Tries)
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic("page: the embedded files are not there: " + err.Error())
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", noListing(http.FileServerFS(files))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "index.html")
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /client/state", s.state)
	mux.HandleFunc("GET /client/file", s.file)
	mux.HandleFunc("GET /client/events", s.events)
	mux.HandleFunc("POST /client/act", s.act)
	mux.HandleFunc("POST /client/clock", s.clock)
	return guard(mux)
}

// placed names where each thing to try happens. The visitor may be somebody who
// does not see the place at the moment.
func (s *server) placed(tries []Try) []Try {
	tries = slices.Clone(tries)
	for i, t := range tries {
		if t.Place != "" || t.ChannelID == "" {
			continue
		}
		for _, c := range s.sim.As(t.PersonID).Channels() {
			switch {
			case c.ID != t.ChannelID:
			case c.DM:
				tries[i].Place = "direct message with " + s.nameOf(c.With)
			default:
				tries[i].Place = "#" + c.Name
			}
		}
	}
	return tries
}

func (s *server) nameOf(userID string) string {
	for _, p := range s.sim.People() {
		if p.ID == userID {
			return s.someone(p).Name
		}
	}
	return userID
}

func (s *server) now() time.Time {
	if s.opts.Clock != nil {
		return s.opts.Clock.Now()
	}
	return time.Now()
}

// writeJSON answers with one JSON value that no cache keeps.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a reader that went away is no concern of ours
}

// refuse answers with an error the page shows as it is.
func refuse(w http.ResponseWriter, status int, why string) {
	writeJSON(w, status, outcome{Error: why})
}
