package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"allybot/internal/slacksim"
)

const (
	maxBody = 1 << 20
	// patience is longer than the workspace waits for the app, so that what the
	// person sees is the workspace's word.
	patience = 10 * time.Second
)

// deed is what a person does. Do says which; the rest is what it needs.
type deed struct {
	As       string   `json:"as"`
	Do       string   `json:"do"`
	Channel  string   `json:"channel"`
	TS       string   `json:"ts"`
	Thread   string   `json:"thread"`
	Text     string   `json:"text"`
	Command  string   `json:"command"`
	Emoji    string   `json:"emoji"`
	Callback string   `json:"callback"`
	View     string   `json:"view"`
	Action   string   `json:"action"`
	Value    string   `json:"value"`
	Values   []string `json:"values"`
	Query    string   `json:"query"`
	Room     string   `json:"room"`
	User     string   `json:"user"`
	// Form is what was typed and picked in the inputs around, by action_id.
	Form map[string]any `json:"form"`
}

// outcome is what came of it. Error is the code or words the person sees.
type outcome struct {
	OK      bool              `json:"ok"`
	Error   string            `json:"error,omitempty"`
	Errors  map[string]string `json:"errors,omitempty"` // of a modal's fields, by block_id
	TS      string            `json:"ts,omitempty"`
	Room    string            `json:"room,omitempty"`
	Channel string            `json:"channel,omitempty"`
	Options []slacksim.Option `json:"options,omitempty"`
}

type doer func(*slacksim.Actor, deed) outcome

var deeds = map[string]doer{
	"say":     say,
	"command": func(a *slacksim.Actor, d deed) outcome { return await(a.Command(d.Channel, d.Command, d.Text)) },
	"edit":    func(a *slacksim.Actor, d deed) outcome { a.Edit(d.Channel, d.TS, d.Text); return done },
	"delete":  func(a *slacksim.Actor, d deed) outcome { a.Delete(d.Channel, d.TS); return done },
	"react":   func(a *slacksim.Actor, d deed) outcome { a.React(d.Channel, d.TS, d.Emoji); return done },
	"unreact": func(a *slacksim.Actor, d deed) outcome { a.Unreact(d.Channel, d.TS, d.Emoji); return done },
	"join":    func(a *slacksim.Actor, d deed) outcome { a.Join(d.Channel); return done },
	"read":    func(a *slacksim.Actor, d deed) outcome { a.MarkRead(d.Channel); return done },
	"reload":  func(a *slacksim.Actor, d deed) outcome { a.Reload(); return done },
	"dm":      func(a *slacksim.Actor, d deed) outcome { return outcome{OK: true, Channel: a.OpenDM(d.User)} },

	"press":       press,
	"pick":        pick,
	"suggest":     suggest,
	"submit":      submit,
	"close":       func(a *slacksim.Actor, d deed) outcome { return await(a.CloseView(d.View)) },
	"shortcut":    func(a *slacksim.Actor, d deed) outcome { return await(a.GlobalShortcut(d.Callback)) },
	"on_message":  func(a *slacksim.Actor, d deed) outcome { return await(a.MessageShortcut(d.Callback, d.Channel, d.TS)) },
	"home":        func(a *slacksim.Actor, d deed) outcome { return await(a.OpenHome()) },
	"messages":    func(a *slacksim.Actor, d deed) outcome { return await(a.OpenMessagesTab()) },
	"huddle":      func(a *slacksim.Actor, d deed) outcome { return outcome{OK: true, Room: a.StartHuddle(d.Channel)} },
	"huddle_join": func(a *slacksim.Actor, d deed) outcome { a.JoinHuddle(d.Room); return done },
	"huddle_quit": func(a *slacksim.Actor, d deed) outcome { a.LeaveHuddle(d.Room); return done },
	"huddle_end":  func(a *slacksim.Actor, d deed) outcome { a.EndHuddle(d.Room); return done },
}

var done = outcome{OK: true}

func (s *server) act(w http.ResponseWriter, r *http.Request) {
	var d deed
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&d); err != nil {
		refuse(w, http.StatusBadRequest, "the request is not readable")
		return
	}
	do, ok := deeds[d.Do]
	if !ok {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("nobody can do %q here", d.Do))
		return
	}
	if !s.canSignIn(d.As) {
		refuse(w, http.StatusNotFound, "nobody with this id can sign in")
		return
	}
	writeJSON(w, http.StatusOK, attempt(do, s.sim.As(d.As), d))
}

// attempt keeps a deed that the workspace finds impossible (a message deleted a
// moment ago, a view just closed) from ending the request without an answer.
func attempt(do doer, a *slacksim.Actor, d deed) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = outcome{Error: fmt.Sprint(p)}
		}
	}()
	return do(a, d)
}

// await waits for the app's acknowledgement, as the person's client does.
func await(e *slacksim.Exchange) outcome {
	if e == nil {
		return done
	}
	err := e.Wait(patience)
	if errs := e.Errors(); len(errs) > 0 {
		return outcome{Errors: errs}
	}
	if err != nil {
		return outcome{Error: code(err)}
	}
	return done
}

// code is the word that Slack shows for a failure, or why the person's client
// did not let them.
func code(err error) string {
	switch {
	case errors.Is(err, slacksim.ErrTimeout), errors.Is(err, slacksim.ErrWaiting):
		return "operation_timeout"
	case errors.Is(err, slacksim.ErrDispatchFailed):
		return "dispatch_failed"
	case errors.Is(err, slacksim.ErrNotSent):
		return strings.TrimPrefix(err.Error(), slacksim.ErrNotSent.Error()+": ")
	}
	word, _, _ := strings.Cut(err.Error(), ":")
	return word
}

func say(a *slacksim.Actor, d deed) outcome {
	if strings.TrimSpace(d.Text) == "" {
		return outcome{Error: "no_text"}
	}
	ts, err := a.Post(d.Channel, d.Thread, d.Text)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{OK: true, TS: ts}
}

// press is a button, in a message or in a view.
func press(a *slacksim.Actor, d deed) outcome {
	if d.View != "" {
		if err := fill(a, d); err != nil {
			return outcome{Error: err.Error()}
		}
		return await(a.PressView(d.View, d.Action))
	}
	m, ok := find(a, d)
	if !ok {
		return gone
	}
	if len(d.Form) > 0 {
		return await(a.PressWith(m, d.Action, d.Form))
	}
	return await(a.Press(m, d.Action))
}

// pick is a choice in a select, menu, date picker, checkbox or radio group.
func pick(a *slacksim.Actor, d deed) outcome {
	many := d.Values != nil
	delete(d.Form, d.Action) // picking enters it
	if d.View != "" {
		if err := fill(a, d); err != nil {
			return outcome{Error: err.Error()}
		}
		if many {
			return await(a.SelectManyView(d.View, d.Action, d.Values...))
		}
		return await(a.SelectView(d.View, d.Action, d.Value))
	}
	m, ok := find(a, d)
	switch {
	case !ok:
		return gone
	case many:
		return await(a.SelectMany(m, d.Action, d.Values...))
	}
	return await(a.Select(m, d.Action, d.Value))
}

func suggest(a *slacksim.Actor, d deed) outcome {
	var in *slacksim.Message
	if d.View == "" {
		m, ok := find(a, d)
		if !ok {
			return gone
		}
		in = &m
	}
	options, err := a.Suggest(in, d.View, d.Action, d.Query)
	if err != nil {
		return outcome{Error: code(err)}
	}
	if options == nil {
		options = []slacksim.Option{}
	}
	return outcome{OK: true, Options: options}
}

func submit(a *slacksim.Actor, d deed) outcome {
	if err := fill(a, d); err != nil {
		return outcome{Error: err.Error()}
	}
	return await(a.Submit(d.View))
}

// fill puts what was typed around the control into the view's inputs.
func fill(a *slacksim.Actor, d deed) error {
	for action, value := range d.Form {
		if err := a.Enter(d.View, action, value); err != nil {
			return fmt.Errorf("filling in %s: %w", action, err)
		}
	}
	return nil
}

var gone = outcome{Error: "This message is no longer here."}

// find returns the message a person acts in, among those they see.
func find(a *slacksim.Actor, d deed) (slacksim.Message, bool) {
	seen := a.Messages(d.Channel)
	if d.Thread != "" {
		seen = append(a.Thread(d.Channel, d.Thread), seen...)
	}
	for _, m := range seen {
		if m.TS == d.TS {
			return m, true
		}
	}
	return slacksim.Message{}, false
}
