package blockcheck

import (
	"encoding/json"
	"strings"
)

// Input is an interactive element of a payload: a button, a menu, or an input
// that a person fills in.
type Input struct {
	Pointer  string // JSON pointer of the element, "/blocks/0/element"
	BlockID  string // empty when the payload leaves it to Slack
	ActionID string // empty when the payload leaves it to Slack
	Type     string

	// In an input block: whether it may stay empty on submit, and whether
	// changing it sends block_actions. Elsewhere every change does.
	InInputBlock   bool
	Optional       bool
	DispatchAction bool

	// Of typed inputs. MaxLength is 3000 for plain_text_input without one.
	MinLength, MaxLength int
	// Of number_input, as written; empty without bound.
	MinValue, MaxValue string
	DecimalAllowed     bool
	// Of menus. MaxSelected 0 is no bound; MinQueryLength is 3 by default.
	MaxSelected, MinQueryLength int
	MaxFiles                    int

	// State is the element's entry in state.values before anybody touches it,
	// {"type":"plain_text_input","value":null}; nil for buttons and overflow
	// menus, which have none.
	State json.RawMessage
}

// Inputs lists the interactive elements of a JSON array of blocks, in order.
// It reads invalid payloads as far as it can.
func Inputs(blocks json.RawMessage) []Input {
	tree, err := decode(blocks)
	if err != nil {
		return nil
	}
	list, ok := tree.([]any)
	if !ok {
		return nil
	}
	c := &checker{surface: onAll}
	c.blocks("/blocks", list)
	return c.found
}

func newInput(n node, typ string, b *blockContext, actionID string) Input {
	in := Input{
		Pointer: n.path, BlockID: b.id, ActionID: actionID, Type: typ,
		InInputBlock: b.input, Optional: b.optional, DispatchAction: b.dispatch || !b.input,
		MinLength: whole(n.fields["min_length"], 0), MinValue: word(n.fields["min_value"]), MaxValue: word(n.fields["max_value"]),
		MaxSelected: whole(n.fields["max_selected_items"], 0),
		State:       state(typ, n.fields),
	}
	in.DecimalAllowed, _ = n.fields["is_decimal_allowed"].(bool)
	switch {
	case typ == "plain_text_input":
		in.MaxLength = whole(n.fields["max_length"], 3000)
	case strings.HasSuffix(typ, "external_select"):
		in.MinQueryLength = whole(n.fields["min_query_length"], 3)
	case typ == "file_input":
		in.MaxFiles = whole(n.fields["max_files"], 10)
	}
	return in
}

func whole(v any, otherwise int) int {
	if num, ok := v.(json.Number); ok {
		if i, err := num.Int64(); err == nil {
			return int(i)
		}
	}
	return otherwise
}

func word(v any) string {
	s, _ := v.(string)
	return s
}

// stateField is the name of the value in state.values, the field it starts
// from, and what stands there when that field is absent.
type stateField struct {
	name, from string
	empty      any
}

var stateFields = map[string]stateField{
	"plain_text_input":           {"value", "initial_value", nil},
	"email_text_input":           {"value", "initial_value", nil},
	"url_text_input":             {"value", "initial_value", nil},
	"number_input":               {"value", "initial_value", nil},
	"rich_text_input":            {"rich_text_value", "initial_value", nil},
	"datepicker":                 {"selected_date", "initial_date", nil},
	"timepicker":                 {"selected_time", "initial_time", nil},
	"datetimepicker":             {"selected_date_time", "initial_date_time", nil},
	"checkboxes":                 {"selected_options", "initial_options", []any{}},
	"radio_buttons":              {"selected_option", "initial_option", nil},
	"static_select":              {"selected_option", "initial_option", nil},
	"external_select":            {"selected_option", "initial_option", nil},
	"users_select":               {"selected_user", "initial_user", nil},
	"conversations_select":       {"selected_conversation", "initial_conversation", nil},
	"channels_select":            {"selected_channel", "initial_channel", nil},
	"multi_static_select":        {"selected_options", "initial_options", []any{}},
	"multi_external_select":      {"selected_options", "initial_options", []any{}},
	"multi_users_select":         {"selected_users", "initial_users", []any{}},
	"multi_conversations_select": {"selected_conversations", "initial_conversations", []any{}},
	"multi_channels_select":      {"selected_channels", "initial_channels", []any{}},
	"file_input":                 {"files", "", []any{}},
}

func state(typ string, fields map[string]any) json.RawMessage {
	f, ok := stateFields[typ]
	if !ok {
		return nil
	}
	value, present := fields[f.from]
	if !present {
		value = f.empty
	}
	entry := map[string]any{"type": typ, f.name: value}
	if zone, ok := fields["timezone"]; ok && typ == "timepicker" {
		entry["timezone"] = zone
	}
	raw, err := json.Marshal(entry)
	if err != nil {
		return nil // cannot happen: it came from JSON
	}
	return raw
}
