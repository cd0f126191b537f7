package slacksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrTrouble is what a person sees when the app's answer to a modal made no
// sense: "We had some trouble connecting. Try again?"
var ErrTrouble = errors.New("the app's answer could not be used")

// Submit sends the modal on top. What the client itself finds wrong is shown
// and not sent.
func (a *Actor) Submit(viewID string) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := a.openView(viewID)
	if err != nil {
		return refuse("%v", err)
	}
	v := p.view
	switch {
	case v.kind != "modal":
		return refuse("Home cannot be submitted")
	case v.source["submit"] == nil:
		return refuse("the modal has no submit button")
	case v.waiting:
		return refuse("the modal is being sent already")
	}
	v.errors = clientErrors(v.blocks, v.values)
	if len(v.errors) > 0 {
		s.touch()
		ex := newExchange("")
		ex.setErrors(maps.Clone(v.errors))
		ex.finish(nil, fmt.Errorf("%w: the client shows errors", ErrNotSent))
		return ex
	}
	payload := s.interaction(a.id, "view_submission")
	payload["trigger_id"], payload["view"] = s.newTrigger(a.id, true), s.viewObject(v)
	payload["response_urls"] = s.responseURLs(v)
	v.waiting = true
	e := &envelope{kind: "interactive", accepts: true, payload: toJSON(payload)}
	e.onAck = func(answer json.RawMessage) error {
		v.waiting = false
		if s.views[v.id] != v {
			return nil // closed meanwhile
		}
		err := s.submitted(v, answer, e.ex)
		if err != nil {
			s.violate("answer to view_submission of %q: %v", v.callbackID, err)
			return fmt.Errorf("%w: %w", ErrTrouble, err)
		}
		return nil
	}
	e.onFail = func(error) { v.waiting = false }
	return s.dispatch(e)
}

// responseURLs are those of conversation inputs that ask for one.
func (s *Sim) responseURLs(v *view) []obj {
	out := []obj{}
	for _, e := range elements(v.blocks) {
		if e.obj["response_url_enabled"] != true {
			continue
		}
		state := v.values[e.blockID][e.actionID()]
		for _, k := range []string{"selected_conversation", "selected_channel"} {
			id, _ := state[k].(string)
			if c := s.channels[id]; c != nil {
				u := s.newResponseURL("actions", c, v.user, nil)
				out = append(out, obj{"block_id": e.blockID, "action_id": e.actionID(), "channel_id": id, "response_url": u.url})
			}
		}
	}
	return out
}

// submitted does what the acknowledgement of a submission says.
func (s *Sim) submitted(v *view, answer json.RawMessage, ex *Exchange) error {
	if answer == nil {
		s.popView(v.user)
		return nil
	}
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return err
	}
	if (r.Errors != nil) != (r.Action == "errors") || !null(r.View) != (r.Action == "update" || r.Action == "push") {
		return fmt.Errorf("response_action %q does not go with the other fields", r.Action)
	}
	switch r.Action {
	case "errors":
		if len(r.Errors) == 0 {
			return errors.New("no errors given")
		}
		for block, text := range r.Errors {
			if !slices.Contains(inputBlocks(v.blocks), block) {
				return fmt.Errorf("%q is not the block_id of an input block", block)
			}
			if text == "" {
				return fmt.Errorf("the error for %q is empty", block)
			}
		}
		v.errors = r.Errors
		ex.setErrors(maps.Clone(r.Errors))
		s.touch()
	case "clear":
		s.closeAll(v.user)
	case "update":
		fresh, err := s.newView(r.View, "modal", v.user, v)
		if err != nil {
			return err
		}
		s.replaceView(v, fresh)
	case "push":
		fresh, err := s.newView(r.View, "modal", v.user, nil)
		if err != nil {
			return err
		}
		return s.pushView(fresh)
	default:
		return fmt.Errorf("unknown response_action %q", r.Action)
	}
	return nil
}

// CloseView closes the modal on top by its own button. The app hears of it if
// it asked to.
func (a *Actor) CloseView(viewID string) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.top(a.id)
	if v == nil || v.id != viewID {
		return refuse("view %s is not in front of the person", viewID)
	}
	if v.clearOnClose {
		return a.closeAll(v)
	}
	s.popView(a.id)
	return a.closed(v, false)
}

// CloseAll closes the whole stack by the cross in the corner.
func (a *Actor) CloseAll() *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	v := a.sim.top(a.id)
	if v == nil {
		return refuse("no modal is open")
	}
	return a.closeAll(v)
}

func (a *Actor) closeAll(top *view) *Exchange {
	var last *Exchange
	stack := a.sim.stacks[a.id]
	a.sim.closeAll(a.id)
	for _, v := range stack {
		ex := a.closed(v, true)
		if v == top || ex.EnvelopeID != "" {
			last = ex
		}
	}
	return last
}

func (a *Actor) closed(v *view, cleared bool) *Exchange {
	s := a.sim
	if !v.notifyOnClose {
		return settled(nil)
	}
	payload := s.interaction(a.id, "view_closed")
	payload["view"], payload["is_cleared"] = s.viewObject(v), cleared
	return s.dispatch(&envelope{kind: "interactive", accepts: true, payload: toJSON(payload), onAck: s.noPayload("view_closed")})
}
