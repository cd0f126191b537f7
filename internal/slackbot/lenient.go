package slackbot

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// object is a JSON object read leniently: a field that is missing or of another
// type than expected reads as its zero value. Slack sends [] for {} and strings
// for numbers now and then, and one odd field must not cost the whole envelope.
type object map[string]json.RawMessage

// parse reads an object; anything else gives an empty one. Slack sends some
// payloads as a string that holds JSON.
func parse(raw json.RawMessage) object {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		var inner string
		if json.Unmarshal(raw, &inner) == nil {
			raw = json.RawMessage(inner)
		}
	}
	var o object
	if json.Unmarshal(raw, &o) != nil {
		return nil
	}
	return o
}

func (o object) object(key string) object {
	var inner object
	if json.Unmarshal(o[key], &inner) != nil {
		return nil
	}
	return inner
}

// at follows keys inwards.
func (o object) at(keys ...string) object {
	for _, k := range keys {
		o = o.object(k)
	}
	return o
}

func (o object) list(key string) []json.RawMessage {
	var l []json.RawMessage
	if json.Unmarshal(o[key], &l) != nil {
		return nil
	}
	return l
}

// str reads a string; a number reads as its digits.
func (o object) str(key string) string { return text(o[key]) }

func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

func (o object) strs(key string) []string {
	var out []string
	for _, raw := range o.list(key) {
		if s := text(raw); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// integer reads a number or the digits in a string; a fraction is cut off.
func (o object) integer(key string) int64 {
	s := strings.TrimSpace(o.str(key))
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < -1<<53 || f > 1<<53 || f != f {
		return 0
	}
	return int64(f)
}

// truth reads true, "true" and 1.
func (o object) truth(key string) bool {
	var b bool
	if json.Unmarshal(o[key], &b) == nil {
		return b
	}
	s := o.str(key)
	return s == "true" || s == "1"
}

// either is the first string that is not empty.
func either(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}
