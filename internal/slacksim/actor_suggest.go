package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"allybot/internal/slacksim/blockcheck"
)

// The client asks for suggestions from this many characters on, unless the
// element says otherwise.
const minQuery = 3

// maxOffered is how many suggestions of one select stay pickable.
const maxOffered = 1000

// Suggest types into an external select, in a message or in a view, and waits
// for the app's options. Those that Slack could not use show as no results:
// ErrNoResults.
func (a *Actor) Suggest(m *Message, viewID, actionID, query string) ([]Option, error) {
	ex, p, err := a.suggest(m, viewID, actionID, query)
	if err != nil {
		return nil, err
	}
	if err := ex.Wait(a.sim.opts.AckTimeout + time.Second); err != nil {
		return nil, err
	}
	options, err := parseOptions(ex.Payload())
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if err != nil {
		a.sim.violate("answer to block_suggestion of %q: %v", actionID, err)
		return nil, fmt.Errorf("%w: %w", ErrNoResults, err)
	}
	offered := p.offered()
	key := a.id + " " + actionID
	old := slices.DeleteFunc((*offered)[key], func(o Option) bool {
		return slices.ContainsFunc(options, func(n Option) bool { return n.Value == o.Value })
	})
	if over := len(old) + len(options) - maxOffered; over > 0 {
		old = old[over:]
	}
	if *offered == nil {
		*offered = map[string][]Option{}
	}
	(*offered)[key] = append(old, options...)
	return options, nil
}

func (a *Actor) suggest(m *Message, viewID, actionID, query string) (*Exchange, place, error) {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	var p place
	var err error
	if m != nil {
		p, err = a.message(*m)
	} else {
		p, err = a.openView(viewID)
	}
	if err != nil {
		return nil, p, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	e, ok := findElement(p.blocks(), actionID)
	if !ok || (e.kind() != "external_select" && e.kind() != "multi_external_select") {
		return nil, p, fmt.Errorf("%w: there is no external select %q", ErrNotSent, actionID)
	}
	least := minQuery
	if n, ok := e.obj["min_query_length"].(float64); ok {
		least = int(n)
	}
	if len([]rune(query)) < least {
		return nil, p, fmt.Errorf("%w: the client asks from %d characters on", ErrNotSent, least)
	}
	payload := s.interaction(a.id, "block_suggestion")
	payload["action_id"], payload["block_id"], payload["value"] = actionID, e.blockID, query
	s.describe(payload, p, a.id)
	delete(payload, "state")
	return s.dispatch(&envelope{kind: "interactive", accepts: true, payload: toJSON(payload)}), p, nil
}

type textObject struct {
	Text string `json:"text"`
}

type wireOption struct {
	Text        textObject `json:"text"`
	Value       string     `json:"value"`
	Description textObject `json:"description"`
}

// parseOptions checks and reads the answer to a block_suggestion.
func parseOptions(payload json.RawMessage) ([]Option, error) {
	if err := blockcheck.Options(payload); err != nil {
		return nil, err
	}
	var r struct {
		Options []wireOption `json:"options"`
		Groups  []struct {
			Label   textObject   `json:"label"`
			Options []wireOption `json:"options"`
		} `json:"option_groups"`
	}
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, err
	}
	out := []Option{}
	add := func(group string, options []wireOption) {
		for _, o := range options {
			out = append(out, Option{Text: o.Text.Text, Value: o.Value, Description: o.Description.Text, Group: group})
		}
	}
	add("", r.Options)
	for _, g := range r.Groups {
		add(g.Label.Text, g.Options)
	}
	return out, nil
}
