package blockcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth is far above what valid blocks need (about 15).
const maxDepth = 64

// decode reads JSON into map[string]any, []any, string, json.Number, bool and
// nil. Unlike json.Unmarshal it refuses repeated keys, of which one reader
// would see the first and another the last.
func decode(raw json.RawMessage) (any, error) {
	if !json.Valid(raw) || !utf8.Valid(raw) {
		return nil, errJSON
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return decodeValue(dec, 0)
}

var errJSON = errors.New("must be valid JSON")

func decodeValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("is nested too deeply")
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, errJSON
	}
	switch tok {
	case json.Delim('{'):
		return decodeObject(dec, depth)
	case json.Delim('['):
		return decodeArray(dec, depth)
	default:
		return tok, nil
	}
}

func decodeArray(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := decodeValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token() // the closing bracket
	return list, err
}

func decodeObject(dec *json.Decoder, depth int) (any, error) {
	fields := map[string]any{}
	for dec.More() {
		tok, err := dec.Token()
		name, ok := tok.(string)
		if err != nil || !ok {
			return nil, errJSON
		}
		if _, twice := fields[name]; twice {
			return nil, fmt.Errorf("repeated property: %s", clip(name))
		}
		v, err := decodeValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		fields[name] = v
	}
	_, err := dec.Token() // the closing brace
	return fields, err
}

// clip shortens a name that comes from outside before it is quoted.
func clip(name string) string {
	const most = 40
	if r := []rune(name); len(r) > most {
		return string(r[:most]) + "…"
	}
	return name
}
