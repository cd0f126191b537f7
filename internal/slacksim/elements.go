package slacksim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// element is an interactive element of a message or view and the block it is in.
type element struct {
	blockID string
	block   obj
	obj     obj
}

func (e element) actionID() string { s, _ := e.obj["action_id"].(string); return s }
func (e element) kind() string     { s, _ := e.obj["type"].(string); return s }
func (e element) inInput() bool    { return e.block["type"] == "input" }

// parseBlocks reads blocks that were checked; nil where there are none.
func parseBlocks(raw json.RawMessage) []any {
	var out []any
	if json.Unmarshal(raw, &out) != nil || len(out) == 0 {
		return nil
	}
	return out
}

// interactive are the element types that people act on.
var interactive = []string{
	"button", "overflow", "static_select", "external_select", "users_select", "conversations_select", "channels_select",
	"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
	"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "plain_text_input", "email_text_input",
	"url_text_input", "number_input", "rich_text_input", "file_input", "feedback_buttons", "icon_button", "workflow_button",
}

// elements walks blocks in reading order.
func elements(blocks []any) []element {
	var out []element
	var walk func(v any, block obj, id string)
	walk = func(v any, block obj, id string) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x, block, id)
			}
		case obj:
			if b, ok := v["block_id"].(string); ok {
				block, id = v, b
			}
			if t, _ := v["type"].(string); slices.Contains(interactive, t) {
				out = append(out, element{blockID: id, block: block, obj: v})
				return
			}
			for _, k := range []string{"element", "accessory", "elements", "blocks", "actions"} {
				walk(v[k], block, id)
			}
		}
	}
	for _, b := range blocks {
		walk(b, nil, "")
	}
	return out
}

// identify fills in the block_ids and action_ids that the app left to Slack.
func (s *state) identify(blocks []any) {
	for _, b := range blocks {
		if o, ok := b.(obj); ok {
			if id, _ := o["block_id"].(string); id == "" {
				o["block_id"] = s.secret(5)
			}
		}
	}
	for _, e := range elements(blocks) {
		if e.actionID() == "" {
			e.obj["action_id"] = s.secret(5)
		}
	}
}

func findElement(blocks []any, actionID string) (element, bool) {
	for _, e := range elements(blocks) {
		if e.actionID() == actionID {
			return e, true
		}
	}
	return element{}, false
}

// initialValues is the state of inputs that nobody has touched.
func initialValues(blocks []any) stateValues {
	out := stateValues{}
	for _, e := range elements(blocks) {
		v := obj{"type": e.kind()}
		switch e.kind() {
		case "plain_text_input", "email_text_input", "url_text_input", "number_input":
			v["value"] = e.obj["initial_value"]
		case "rich_text_input":
			v["rich_text_value"] = e.obj["initial_value"]
		case "static_select", "external_select", "radio_buttons":
			v["selected_option"] = e.obj["initial_option"]
		case "multi_static_select", "multi_external_select", "checkboxes":
			v["selected_options"] = list(e.obj["initial_options"])
		case "users_select":
			v["selected_user"] = e.obj["initial_user"]
		case "channels_select":
			v["selected_channel"] = e.obj["initial_channel"]
		case "conversations_select":
			v["selected_conversation"] = e.obj["initial_conversation"]
		case "multi_users_select":
			v["selected_users"] = list(e.obj["initial_users"])
		case "multi_channels_select":
			v["selected_channels"] = list(e.obj["initial_channels"])
		case "multi_conversations_select":
			v["selected_conversations"] = list(e.obj["initial_conversations"])
		case "datepicker":
			v["selected_date"] = e.obj["initial_date"]
		case "timepicker":
			v["selected_time"] = e.obj["initial_time"]
		case "datetimepicker":
			v["selected_date_time"] = e.obj["initial_date_time"]
		case "file_input":
			v["files"] = []any{}
		default:
			continue // buttons and menus keep no state
		}
		if out[e.blockID] == nil {
			out[e.blockID] = map[string]obj{}
		}
		out[e.blockID][e.actionID()] = v
	}
	return out
}

func list(v any) any {
	if v == nil {
		return []any{}
	}
	return v
}

// keepValues carries what a person entered over to the inputs that stayed.
func keepValues(fresh, old stateValues) stateValues {
	for block, actions := range fresh {
		for action, v := range actions {
			if was := old[block][action]; was != nil && was["type"] == v["type"] {
				actions[action] = was
			}
		}
	}
	return fresh
}

// enter is the state of an input after a person entered value: a string, a list
// of strings, or a number for date and time. It refuses what a client would not
// let them enter. offered are the options of an external select.
func (s *Sim) enter(e element, value any, offered []Option) (obj, error) {
	v := obj{"type": e.kind()}
	one, isOne := value.(string)
	var many []string
	switch x := value.(type) {
	case []string:
		many = x
	case []any:
		for _, y := range x {
			many = append(many, fmt.Sprint(y))
		}
	case string:
		many = []string{x}
	case nil:
	default:
		one, isOne = fmt.Sprint(x), true
		many = []string{one}
	}
	empty := value == nil || (isOne && one == "")
	field, ids := map[string]string{
		"users_select": "selected_user", "channels_select": "selected_channel", "conversations_select": "selected_conversation",
		"multi_users_select": "selected_users", "multi_channels_select": "selected_channels", "multi_conversations_select": "selected_conversations",
	}[e.kind()], true
	switch e.kind() {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		v["value"] = any(one)
		if empty {
			v["value"] = nil
		}
	case "rich_text_input":
		if text, ok := value.(string); ok {
			value = obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": text}}}}}
		}
		v["rich_text_value"] = value
	case "static_select", "external_select", "radio_buttons", "overflow":
		if empty && e.kind() != "overflow" {
			v["selected_option"] = nil
			break
		}
		o, err := option(e, one, offered)
		if err != nil {
			return nil, err
		}
		v["selected_option"] = o
	case "multi_static_select", "multi_external_select", "checkboxes":
		picked := []any{}
		for _, x := range many {
			o, err := option(e, x, offered)
			if err != nil {
				return nil, err
			}
			picked = append(picked, o)
		}
		if most, ok := e.obj["max_selected_items"].(float64); ok && len(picked) > int(most) {
			return nil, fmt.Errorf("%s takes at most %d", e.actionID(), int(most))
		}
		v["selected_options"] = picked
	case "datepicker":
		if _, err := time.Parse(time.DateOnly, one); err != nil && !empty {
			return nil, fmt.Errorf("%q is no date like 2006-01-02", one)
		}
		v["selected_date"] = orNil(one)
	case "timepicker":
		if _, err := time.Parse("15:04", one); err != nil && !empty {
			return nil, fmt.Errorf("%q is no time like 15:04", one)
		}
		v["selected_time"] = orNil(one)
	case "datetimepicker":
		if empty {
			v["selected_date_time"] = nil
			break
		}
		n, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no time in seconds since 1970", one)
		}
		v["selected_date_time"] = n
	default:
		if field == "" {
			return nil, fmt.Errorf("a %s takes no value", e.kind())
		}
		ids = false
	}
	if ids {
		return v, nil
	}
	for _, id := range many {
		if s.people[id] == nil && s.channels[id] == nil && id != "" {
			return nil, fmt.Errorf("there is no %q to pick", id)
		}
		if _, user := s.people[id]; id != "" && user != strings.Contains(e.kind(), "users") {
			return nil, fmt.Errorf("%s cannot pick %s", e.kind(), id)
		}
	}
	if most, ok := e.obj["max_selected_items"].(float64); ok && len(many) > int(most) {
		return nil, fmt.Errorf("%s takes at most %d", e.actionID(), int(most))
	}
	switch {
	case strings.HasSuffix(field, "s"):
		v[field] = many
	default:
		v[field] = orNil(one)
	}
	return v, nil
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// option finds the option with a value among those an element offers.
func option(e element, value string, offered []Option) (obj, error) {
	if strings.HasSuffix(e.kind(), "external_select") {
		for _, o := range offered {
			if o.Value == value {
				return obj{"text": obj{"type": "plain_text", "text": o.Text, "emoji": true}, "value": o.Value}, nil
			}
		}
		return nil, fmt.Errorf("%q is not among the suggestions last shown for %s", value, e.actionID())
	}
	var found obj
	look := func(options any) {
		all, _ := options.([]any)
		for _, x := range all {
			if o, ok := x.(obj); ok && o["value"] == value {
				found = o
			}
		}
	}
	look(e.obj["options"])
	groups, _ := e.obj["option_groups"].([]any)
	for _, g := range groups {
		if o, ok := g.(obj); ok {
			look(o["options"])
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s has no option %q", e.actionID(), value)
	}
	return found, nil
}

var emailAddress = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// clientErrors are the messages a client shows under inputs by itself, before
// anything is sent to the app.
func clientErrors(blocks []any, values stateValues) map[string]string {
	out := map[string]string{}
	for _, e := range elements(blocks) {
		if !e.inInput() {
			continue
		}
		v := values[e.blockID][e.actionID()]
		text, isText := v["value"].(string)
		if isEmpty(v) {
			if optional, _ := e.block["optional"].(bool); !optional {
				out[e.blockID] = "Please complete this required field."
			}
			continue
		}
		if !isText {
			continue
		}
		length := len(utf16.Encode([]rune(text)))
		number, notNumber := strconv.ParseFloat(text, 64)
		switch low, high := e.obj["min_length"], e.obj["max_length"]; {
		case isNumber(low) && length < int(low.(float64)):
			out[e.blockID] = fmt.Sprintf("Please enter at least %v characters.", low)
		case isNumber(high) && length > int(high.(float64)):
			out[e.blockID] = fmt.Sprintf("Please enter no more than %v characters.", high)
		case e.kind() == "plain_text_input" && length > 3000:
			out[e.blockID] = "Please enter no more than 3000 characters."
		case e.kind() == "email_text_input" && !emailAddress.MatchString(text):
			out[e.blockID] = "Please enter a valid email address."
		case e.kind() == "url_text_input" && !isURL(text):
			out[e.blockID] = "Please enter a valid URL."
		case e.kind() == "number_input" && notNumber != nil:
			out[e.blockID] = "Please enter a number."
		case e.kind() == "number_input" && e.obj["is_decimal_allowed"] != true && number != float64(int64(number)):
			out[e.blockID] = "Please enter a whole number."
		case e.kind() == "number_input" && !within(number, e.obj["min_value"], e.obj["max_value"]):
			out[e.blockID] = "Please enter a number in the allowed range."
		}
	}
	return out
}

func isNumber(v any) bool { _, ok := v.(float64); return ok }

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != ""
}

func within(n float64, low, high any) bool {
	bound := func(v any) (float64, bool) {
		s, ok := v.(string)
		if !ok {
			return 0, false
		}
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	if f, ok := bound(low); ok && n < f {
		return false
	}
	if f, ok := bound(high); ok && n > f {
		return false
	}
	return true
}

func isEmpty(v obj) bool {
	for k, x := range v {
		if k == "type" {
			continue
		}
		switch x := x.(type) {
		case nil:
		case string:
			if x != "" {
				return false
			}
		case []any:
			if len(x) > 0 {
				return false
			}
		case []string:
			if len(x) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
