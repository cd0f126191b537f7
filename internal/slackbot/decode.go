package slackbot

import (
	"encoding/json"
)

// The kinds of interactions.
const (
	blockActions    = "block_actions"
	viewSubmission  = "view_submission"
	messageShortcut = "message_action"
	globalShortcut  = "shortcut"
	blockSuggestion = "block_suggestion"
)

// decodeCommand reads a slash command.
func decodeCommand(payload json.RawMessage) Request {
	p := parse(payload)
	return Request{
		Surface:   SlashCommand,
		UserID:    p.str("user_id"),
		TeamID:    p.str("team_id"),
		ChannelID: p.str("channel_id"),
		Text:      p.str("text"),
		TriggerID: p.str("trigger_id"),
	}
}

// interaction is what the kinds of interactions have in common.
type interaction struct {
	Kind      string
	UserID    string
	TeamID    string // the person's own team
	TriggerID string
	Origin    Origin
	State     map[string]Value

	payload object
}

func decodeInteraction(payload json.RawMessage) interaction {
	p := parse(payload)
	user, view, message, container := p.object("user"), p.object("view"), p.object("message"), p.object("container")
	in := interaction{
		Kind:      p.str("type"),
		UserID:    either(user.str("id"), p.str("user_id")),
		TeamID:    either(user.str("team_id"), p.at("team").str("id")),
		TriggerID: p.str("trigger_id"),
		Origin: Origin{
			ChannelID:       either(container.str("channel_id"), p.at("channel").str("id")),
			MessageTS:       either(container.str("message_ts"), p.str("message_ts"), message.str("ts")),
			ThreadTS:        either(container.str("thread_ts"), message.str("thread_ts")),
			Ephemeral:       container.truth("is_ephemeral") || message.truth("is_ephemeral"),
			ResponseURL:     p.str("response_url"),
			ViewID:          either(view.str("id"), container.str("view_id")),
			ViewHash:        view.str("hash"),
			ViewType:        view.str("type"),
			CallbackID:      view.str("callback_id"),
			PrivateMetadata: view.str("private_metadata"),
		},
		payload: p,
	}
	in.State = decodeState(p.at("state", "values"))
	if len(in.State) == 0 {
		in.State = decodeState(view.at("state", "values"))
	}
	return in
}

// actions are the buttons and selects of a block_actions interaction.
func (in interaction) actions() []Action {
	var out []Action
	for _, raw := range in.payload.list("actions") {
		a := parse(raw)
		id := a.str("action_id")
		if id == "" {
			continue
		}
		out = append(out, Action{
			ActionID: id, BlockID: a.str("block_id"), Value: decodeValue(a).first(),
			UserID: in.UserID, TeamID: in.TeamID, Origin: in.Origin, TriggerID: in.TriggerID, State: in.State,
		})
	}
	return out
}

func (in interaction) submission() Submission {
	return Submission{
		CallbackID: in.Origin.CallbackID, UserID: in.UserID, TeamID: in.TeamID,
		Origin: in.Origin, TriggerID: in.TriggerID, State: in.State,
	}
}

func (in interaction) shortcut() Shortcut {
	s := Shortcut{
		CallbackID: in.payload.str("callback_id"), UserID: in.UserID, TeamID: in.TeamID,
		TriggerID: in.TriggerID,
	}
	if in.Kind == messageShortcut {
		message := in.payload.object("message")
		s.Origin = in.Origin
		s.MessageText, s.MessageUser = message.str("text"), message.str("user")
	}
	return s
}

func (in interaction) suggestion() Suggestion {
	return Suggestion{
		ActionID: in.payload.str("action_id"), BlockID: in.payload.str("block_id"), Query: in.payload.str("value"),
		UserID: in.UserID, TeamID: in.TeamID, Origin: in.Origin,
	}
}

// decodeState reads state.values by action_id. Without inputs Slack sends [].
func decodeState(values object) map[string]Value {
	state := map[string]Value{}
	for block := range values {
		for id, raw := range values.object(block) {
			state[id] = decodeValue(parse(raw))
		}
	}
	if len(state) == 0 {
		return nil
	}
	return state
}

// decodeValue reads what was typed or picked in one element, in an action or in
// the state.
func decodeValue(e object) Value {
	v := Value{Value: either(e.str("value"), e.str("selected_date"), e.str("selected_time"), e.str("selected_date_time"))}
	add := func(list *[]string, s ...string) {
		for _, s := range s {
			if s != "" {
				*list = append(*list, s)
			}
		}
	}
	add(&v.Options, e.at("selected_option").str("value"))
	for _, raw := range e.list("selected_options") {
		add(&v.Options, parse(raw).str("value"))
	}
	add(&v.Users, e.str("selected_user"))
	add(&v.Users, e.strs("selected_users")...)
	add(&v.Conversations, e.str("selected_conversation"), e.str("selected_channel"))
	add(&v.Conversations, e.strs("selected_conversations")...)
	add(&v.Conversations, e.strs("selected_channels")...)
	return v
}

// first is the one thing that a button or select stands for.
func (v Value) first() string {
	for _, list := range [][]string{v.Options, v.Users, v.Conversations} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return v.Value
}
