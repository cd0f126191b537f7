package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// place is where an element is: a message or a view.
type place struct {
	msg  *message
	view *view
}

func (p place) blocks() []any {
	if p.msg != nil {
		return p.msg.blocks
	}
	return p.view.blocks
}

// offered is what external selects suggested here.
func (p place) offered() *map[string][]Option {
	if p.msg != nil {
		return &p.msg.offered
	}
	return &p.view.offered
}

func (p place) values(user string) stateValues {
	if p.msg != nil {
		return p.msg.stateFor(user)
	}
	return p.view.values
}

// message finds the message as it is now: it may have changed since m was read.
func (a *Actor) message(m Message) (place, error) {
	c := a.sim.channels[m.ChannelID]
	if c == nil {
		return place{}, fmt.Errorf("there is no channel %q", m.ChannelID)
	}
	found := c.find(m.TS)
	if found == nil || !found.visibleTo(a.id) {
		return place{}, errors.New("the message is gone")
	}
	if !c.has(a.id) && found.ephemeralTo != a.id {
		return place{}, fmt.Errorf("%s is not in %s", a.id, c.id)
	}
	return place{msg: found}, nil
}

// openView finds a view in front of the person: the modal on top, or their Home.
func (a *Actor) openView(id string) (place, error) {
	if v := a.sim.homes[a.id]; v != nil && v.id == id {
		return place{view: v}, nil
	}
	v := a.sim.top(a.id)
	if v == nil || v.id != id {
		return place{}, fmt.Errorf("view %s is not in front of the person", id)
	}
	return place{view: v}, nil
}

// enter puts a value into an element's state.
func (a *Actor) enter(p place, actionID string, value any) (element, obj, error) {
	e, ok := findElement(p.blocks(), actionID)
	if !ok {
		return e, nil, fmt.Errorf("there is no element %q", actionID)
	}
	if err := a.offeredTo(e, value); err != nil {
		return e, nil, err
	}
	v, err := a.sim.enter(e, value, (*p.offered())[a.id+" "+actionID])
	if err != nil {
		return e, nil, err
	}
	if e.kind() != "overflow" {
		all := p.values(a.id)
		if all[e.blockID] == nil {
			all[e.blockID] = map[string]obj{}
		}
		all[e.blockID][actionID] = v
		if p.view != nil {
			delete(p.view.errors, e.blockID)
		}
	}
	a.sim.touch()
	return e, v, nil
}

// act enters a value, if there is one, and sends block_actions where the element
// does that.
func (a *Actor) act(p place, err error, actionID string, value any) *Exchange {
	if err != nil {
		return refuse("%v", err)
	}
	s := a.sim
	e, ok := findElement(p.blocks(), actionID)
	if !ok {
		return refuse("there is no element %q", actionID)
	}
	action := obj{"type": e.kind(), "action_id": actionID, "block_id": e.blockID, "action_ts": s.actionTS()}
	for _, k := range []string{"text", "value", "style", "placeholder", "icon"} {
		if v, ok := e.obj[k]; ok {
			action[k] = v
		}
	}
	switch e.kind() {
	case "button", "icon_button":
		if value != nil {
			return refuse("a %s takes no value", e.kind())
		}
	case "feedback_buttons":
		chosen := obj(nil)
		for _, k := range []string{"positive_button", "negative_button"} {
			if b, ok := e.obj[k].(obj); ok && b["value"] == value {
				chosen = b
			}
		}
		if chosen == nil {
			return refuse("%s has no button with the value %v", actionID, value)
		}
		action["text"], action["value"] = chosen["text"], chosen["value"]
	case "workflow_button":
		return refuse("workflow buttons start workflows, which there are none of")
	default:
		if value == nil {
			return refuse("a %s needs a value", e.kind())
		}
		_, v, err := a.enter(p, actionID, value)
		if err != nil {
			return refuse("%v", err)
		}
		for k, x := range v {
			action[k] = x
		}
		if dispatches, _ := e.block["dispatch_action"].(bool); e.inInput() && !dispatches {
			return settled(nil) // sent with the whole view, or not at all
		}
	}
	return a.sendActions(p, action)
}

func (a *Actor) sendActions(p place, action obj) *Exchange {
	s := a.sim
	if !s.manifest.Settings.Interactivity.Enabled {
		return refuse("interactivity is not enabled in the manifest")
	}
	payload := s.interaction(a.id, "block_actions")
	payload["trigger_id"] = s.newTrigger(a.id, p.view != nil && p.view.kind == "modal")
	payload["actions"] = []obj{action}
	s.describe(payload, p, a.id)
	if p.msg != nil {
		u := s.newResponseURL("actions", p.msg.ch, a.id, p.msg)
		payload["response_url"] = u.url
	}
	return s.dispatch(&envelope{kind: "interactive", accepts: true, payload: toJSON(payload), onAck: s.noPayload("block_actions")})
}

// describe adds where an interaction happened.
func (s *Sim) describe(payload obj, p place, user string) {
	if p.view != nil {
		payload["container"] = obj{"type": "view", "view_id": p.view.id}
		payload["view"] = s.viewObject(p.view)
		return
	}
	m := p.msg
	container := obj{"type": "message", "message_ts": m.ts, "channel_id": m.ch.id, "is_ephemeral": m.ephemeralTo != ""}
	if m.threadTS != "" {
		container["thread_ts"] = m.threadTS
	}
	payload["container"] = container
	payload["channel"] = obj{"id": m.ch.id, "name": m.ch.payloadName()}
	payload["state"] = obj{"values": m.stateFor(user)}
	if m.ephemeralTo == "" { // Slack keeps no ephemeral messages to show
		payload["message"] = s.messageObject(m, false)
	}
}

// interaction is what all interactions have in common.
func (s *Sim) interaction(userID, kind string) obj {
	p := s.people[userID]
	return obj{
		"type": kind, "token": s.verifyToken, "api_app_id": s.appID, "enterprise": nil, "is_enterprise_install": false,
		"team": obj{"id": s.teamID, "domain": s.domain},
		"user": obj{"id": p.ID, "username": p.Name, "name": p.Name, "team_id": p.TeamID},
	}
}

// noPayload is for interactions whose acknowledgement is empty.
func (s *Sim) noPayload(kind string) func(json.RawMessage) error {
	return func(payload json.RawMessage) error {
		if payload != nil {
			s.violate("%s: the acknowledgement carries a payload, which Slack ignores", kind)
		}
		return nil
	}
}

// Press presses a button in a message, as the message is now.
func (a *Actor) Press(m Message, actionID string) *Exchange {
	return a.PressWith(m, actionID, nil)
}

// PressWith fills in other inputs of the message by their action_ids, without
// telling the app, and then presses a button.
func (a *Actor) PressWith(m Message, actionID string, values map[string]any) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.message(m)
	for id, value := range values {
		if err == nil {
			_, _, err = a.enter(p, id, value)
		}
	}
	return a.act(p, err, actionID, nil)
}

// Select picks a value in a message: an option of a select, menu or radio group,
// a person, a channel, a date or a time.
func (a *Actor) Select(m Message, actionID, value string) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.message(m)
	return a.act(p, err, actionID, value)
}

// SelectMany picks all of the values in a multi-select or checkboxes.
func (a *Actor) SelectMany(m Message, actionID string, values ...string) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.message(m)
	return a.act(p, err, actionID, append([]string{}, values...))
}

// EnterIn fills in an input of a message without telling the app.
func (a *Actor) EnterIn(m Message, actionID string, value any) error {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.message(m)
	if err == nil {
		_, _, err = a.enter(p, actionID, value)
	}
	return err
}

// PressView presses a button in a modal or in Home.
func (a *Actor) PressView(viewID, actionID string) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.openView(viewID)
	return a.act(p, err, actionID, nil)
}

// SelectView picks a value in a modal or in Home.
func (a *Actor) SelectView(viewID, actionID, value string) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.openView(viewID)
	return a.act(p, err, actionID, value)
}

// SelectManyView picks all of the values in a modal or in Home.
func (a *Actor) SelectManyView(viewID, actionID string, values ...string) *Exchange {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.openView(viewID)
	return a.act(p, err, actionID, append([]string{}, values...))
}

// Enter fills in an input of a modal or of Home without telling the app: a
// string, a list of strings, or whatever the input takes.
func (a *Actor) Enter(viewID, actionID string, value any) error {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p, err := a.openView(viewID)
	if err == nil {
		_, _, err = a.enter(p, actionID, value)
	}
	return err
}

// Type is Enter for tests: what cannot be entered panics.
func (a *Actor) Type(viewID, actionID string, value any) {
	if err := a.Enter(viewID, actionID, value); err != nil {
		panic("slacksim: typing into " + actionID + ": " + err.Error())
	}
}

// MessageShortcut uses a shortcut of the app on a message.
func (a *Actor) MessageShortcut(callbackID, channelID, ts string) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := a.message(Message{ChannelID: channelID, TS: ts})
	switch {
	case err != nil:
		return refuse("%v", err)
	case p.msg.ephemeralTo != "":
		return refuse("ephemeral messages have no shortcuts")
	case s.external(a.id):
		return refuse("people of other organisations cannot use the app's shortcuts")
	case !s.hasShortcut("message", callbackID):
		return refuse("the manifest has no message shortcut %q", callbackID)
	}
	payload := s.interaction(a.id, "message_action")
	payload["action_ts"], payload["callback_id"] = s.actionTS(), callbackID
	payload["trigger_id"] = s.newTrigger(a.id, false)
	payload["response_url"] = s.newResponseURL("actions", p.msg.ch, a.id, p.msg).url
	payload["channel"] = obj{"id": p.msg.ch.id, "name": p.msg.ch.payloadName()}
	payload["message_ts"], payload["message"] = p.msg.ts, s.messageObject(p.msg, false)
	return s.dispatch(&envelope{kind: "interactive", accepts: true, payload: toJSON(payload), onAck: s.noPayload("message_action")})
}

// GlobalShortcut uses a global shortcut of the app.
func (a *Actor) GlobalShortcut(callbackID string) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.external(a.id):
		return refuse("people of other organisations cannot use the app's shortcuts")
	case !s.hasShortcut("global", callbackID):
		return refuse("the manifest has no global shortcut %q", callbackID)
	}
	payload := s.interaction(a.id, "shortcut")
	payload["action_ts"], payload["callback_id"] = s.actionTS(), callbackID
	payload["trigger_id"] = s.newTrigger(a.id, false)
	return s.dispatch(&envelope{kind: "interactive", accepts: true, payload: toJSON(payload), onAck: s.noPayload("shortcut")})
}

func (s *Sim) hasShortcut(kind, callbackID string) bool {
	return s.manifest.Settings.Interactivity.Enabled &&
		slices.ContainsFunc(s.Shortcuts(), func(x ShortcutInfo) bool { return x.Type == kind && x.CallbackID == callbackID })
}

// OpenHome opens the app's Home tab.
func (a *Actor) OpenHome() *Exchange { return a.openTab("home") }

// OpenMessagesTab opens the person's conversation with the app.
func (a *Actor) OpenMessagesTab() *Exchange { return a.openTab("messages") }

func (a *Actor) openTab(tab string) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	enabled := s.manifest.Features.AppHome.HomeTab
	if tab == "messages" {
		enabled = s.manifest.Features.AppHome.MessagesTab
	}
	if !enabled {
		return refuse("the app has no %s tab", tab)
	}
	dm := s.dm(a.id, s.botUserID)
	if !s.manifest.subscribed("app_home_opened") {
		return settled(nil)
	}
	ev := obj{"type": "app_home_opened", "user": a.id, "channel": dm.id, "tab": tab, "event_ts": s.nextTS()}
	if v := s.homes[a.id]; v != nil && tab == "home" {
		o := s.viewObject(v)
		if untouched(v) { // as Slack does when nothing was entered (slack-go issue 943)
			o["state"] = obj{"values": []any{}}
		}
		ev["view"] = o
	}
	return s.sendEvent(toJSON(ev), nil)
}

// untouched says whether a view has inputs and all of them are empty.
func untouched(v *view) bool {
	for _, actions := range v.values {
		for _, x := range actions {
			if !isEmpty(x) {
				return false
			}
		}
	}
	return len(v.values) > 0
}
