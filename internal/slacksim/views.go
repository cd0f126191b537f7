package slacksim

import (
	"encoding/json"
	"errors"
	"slices"

	"allybot/internal/slacksim/blockcheck"
)

// A person has at most one modal and two on top of it.
const maxStack = 3

type view struct {
	id, hash, kind, user string
	callbackID, metadata string
	externalID           string
	source               obj // as the app sent it
	blocks               []any
	notifyOnClose        bool
	clearOnClose         bool
	root, previous       string
	values               stateValues
	errors               map[string]string
	offered              map[string][]Option // what external selects suggested, by person and action
	waiting              bool                // a submission is on its way
}

// checkBlocks validates a message's blocks; nil blocks pass.
func checkBlocks(blocks json.RawMessage) error {
	if blocks == nil {
		return nil
	}
	return refusal(blockcheck.Message(blocks))
}

// refusal turns a validation error into the Web API's.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	var e *blockcheck.Error
	if errors.As(err, &e) {
		return &apiError{code: e.Code, messages: e.Messages}
	}
	return &apiError{code: "invalid_blocks", messages: []string{err.Error()}}
}

// newView validates and builds a view of the kind for a person. self is the view
// that it replaces, if any.
func (s *Sim) newView(raw json.RawMessage, kind, user string, self *view) (*view, error) {
	if len(raw) == 0 {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] missing required field: view"}}
	}
	if len(raw) > 250_000 {
		return nil, fail("view_too_large")
	}
	if err := refusal(blockcheck.View(raw)); err != nil {
		return nil, err
	}
	var source obj
	if err := json.Unmarshal(raw, &source); err != nil {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] view is not a JSON object"}}
	}
	if source["type"] != kind {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] must be of type " + kind + " [json-pointer:/view/type]"}}
	}
	text := func(key string) string { t, _ := source[key].(string); return t }
	truth := func(key string) bool { t, _ := source[key].(bool); return t }
	v := &view{
		id: s.newID("V"), hash: s.viewHash(), kind: kind, user: user, source: source,
		callbackID: text("callback_id"), metadata: text("private_metadata"), externalID: text("external_id"),
		notifyOnClose: truth("notify_on_close"), clearOnClose: truth("clear_on_close"),
	}
	v.blocks, _ = source["blocks"].([]any)
	s.identify(v.blocks)
	v.values = initialValues(v.blocks)
	if v.externalID != "" {
		for _, other := range s.views {
			if other.externalID == v.externalID && other != self {
				return nil, &apiError{code: "duplicate_external_id"}
			}
		}
	}
	return v, nil
}

func (s *Sim) viewHash() string { return s.digits(10) + "." + s.secret(8) }

func (s *Sim) top(user string) *view {
	if stack := s.stacks[user]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return nil
}

// openView puts v in front of the person in place of whatever modal was open.
func (s *Sim) openView(v *view) {
	s.closeAll(v.user)
	v.root = v.id
	s.stacks[v.user] = []*view{v}
	s.views[v.id] = v
	s.touch()
}

func (s *Sim) pushView(v *view) error {
	stack := s.stacks[v.user]
	if len(stack) >= maxStack {
		return fail("push_limit_reached")
	}
	v.root, v.previous = stack[0].id, stack[len(stack)-1].id
	s.stacks[v.user] = append(stack, v)
	s.views[v.id] = v
	s.touch()
	return nil
}

// replaceView puts fresh in the place of old, under old's id. What the person
// entered stays where the input stayed.
func (s *Sim) replaceView(old, fresh *view) {
	fresh.values = keepValues(fresh.values, old.values)
	fresh.id, fresh.root, fresh.previous, fresh.user = old.id, old.root, old.previous, old.user
	fresh.offered = old.offered
	*old = *fresh
	s.touch()
}

func (s *Sim) popView(user string) {
	stack := s.stacks[user]
	if len(stack) == 0 {
		return
	}
	delete(s.views, stack[len(stack)-1].id)
	s.stacks[user] = stack[:len(stack)-1]
	s.touch()
}

func (s *Sim) closeAll(user string) {
	for _, v := range s.stacks[user] {
		delete(s.views, v.id)
	}
	delete(s.stacks, user)
	s.touch()
}

func (s *Sim) findView(id, externalID string) *view {
	if v := s.views[id]; v != nil {
		return v
	}
	for _, v := range s.views {
		if externalID != "" && v.externalID == externalID {
			return v
		}
	}
	return nil
}

// viewObject is the view as the Web API and payloads show it.
func (s *Sim) viewObject(v *view) obj {
	o := obj{
		"id": v.id, "team_id": s.teamID, "app_id": s.appID, "app_installed_team_id": s.teamID, "bot_id": s.botID,
		"type": v.kind, "blocks": v.blocks, "private_metadata": v.metadata, "callback_id": v.callbackID,
		"hash": v.hash, "clear_on_close": v.clearOnClose, "notify_on_close": v.notifyOnClose,
		"root_view_id": v.root, "previous_view_id": nil, "external_id": v.externalID,
		"state": obj{"values": v.values}, "close": nil, "submit": nil, "submit_disabled": false,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	for _, k := range []string{"title", "close", "submit", "submit_disabled"} {
		if x, ok := v.source[k]; ok {
			o[k] = x
		}
	}
	if v.kind == "home" {
		o["root_view_id"] = v.id
		if o["title"] == nil {
			o["title"] = obj{"type": "plain_text", "text": "View Title", "emoji": true}
		}
	}
	return o
}

// seenView is the view as its person's client has it.
func (s *Sim) seenView(v *view) View {
	text := func(key string) string {
		o, _ := v.source[key].(obj)
		t, _ := o["text"].(string)
		return t
	}
	out := View{
		ID: v.id, Type: v.kind, CallbackID: v.callbackID, PrivateMetadata: v.metadata,
		Title: text("title"), Submit: text("submit"), Close: text("close"), Hash: v.hash,
		Blocks: toJSON(v.blocks), Values: toJSON(v.values), JSON: toJSON(s.viewObject(v)),
	}
	if len(v.errors) > 0 {
		out.Errors = map[string]string{}
		for k, e := range v.errors {
			out.Errors[k] = e
		}
	}
	return out
}

func inputBlocks(blocks []any) []string {
	var ids []string
	for _, e := range elements(blocks) {
		if e.inInput() && !slices.Contains(ids, e.blockID) {
			ids = append(ids, e.blockID)
		}
	}
	return ids
}
