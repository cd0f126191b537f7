package blockcheck

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// surface is where blocks are shown, as a set.
type surface uint8

const (
	onMessage surface = 1 << iota
	onModal
	onHome

	onViews = onModal | onHome
	onAll   = onMessage | onViews
)

// checker walks one payload and collects what is wrong with it.
type checker struct {
	surface  surface
	problems []string

	blockIDs map[string]bool
	focused  int // elements with focus_on_load
	inputAt  []string

	// Totals over a whole message.
	markdownSize   int
	markdownBlocks int // blocks that markdown expands to
	blockCount     int
	tables, charts int
	tableSize      int

	block *blockContext // the block being walked
}

// blockContext is what elements need to know of the block around them.
type blockContext struct {
	actionIDs map[string]bool
	input     bool // an input block
	dispatch  bool // with dispatch_action
}

// maxProblems keeps an answer about a thoroughly broken payload short.
const maxProblems = 100

func (c *checker) fail(pointer, format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, message(fmt.Sprintf(format, args...), pointer))
	}
}

// err is what the walk found, or nil.
func (c *checker) err(code string) error {
	if len(c.problems) == 0 {
		return nil
	}
	return &Error{Code: code, Messages: c.problems}
}

// node is one JSON object being checked. Reading a field marks it as known;
// end reports the fields nobody asked for.
type node struct {
	c      *checker
	path   string
	fields map[string]any
	known  map[string]bool
}

func (c *checker) node(path string, v any) (node, bool) {
	fields, ok := v.(map[string]any)
	if !ok {
		c.fail(path, "must provide an object")
		return node{}, false
	}
	return node{c: c, path: path, fields: fields, known: map[string]bool{}}, true
}

func (n node) at(name string) string { return n.path + "/" + name }

func (n node) has(name string) bool {
	_, ok := n.fields[name]
	return ok
}

func (n node) get(name string) (any, bool) {
	n.known[name] = true
	v, ok := n.fields[name]
	return v, ok
}

func (n node) require(names ...string) {
	for _, name := range names {
		if !n.has(name) {
			n.c.fail(n.path, "missing required field: %s", name)
		}
	}
}

// end reports unknown fields, in a stable order.
func (n node) end() {
	var unknown []string
	for name := range n.fields {
		if !n.known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		n.c.fail(n.path, "invalid additional property: %s", clip(name))
	}
}

// str reads an optional string of low to high UTF-16 code units; ok is false
// when it is absent or wrong.
func (n node) str(name string, low, high int) (s string, ok bool) {
	v, present := n.get(name)
	if !present {
		return "", false
	}
	s, ok = v.(string)
	if !ok {
		n.c.fail(n.at(name), "must be a string")
		return "", false
	}
	return s, n.c.length(n.at(name), s, low, high)
}

func (c *checker) length(path, s string, low, high int) bool {
	switch length := size(s); {
	case length < low:
		c.fail(path, "must be more than %d characters", low-1)
	case length > high:
		c.fail(path, "must be less than %d characters", high+1)
	default:
		return true
	}
	return false
}

// enum reads an optional string that must be one of values.
func (n node) enum(name string, values ...string) string {
	s, ok := n.str(name, 0, 3000)
	if ok && !slices.Contains(values, s) {
		n.c.fail(n.at(name), "value must be one of %v", values)
	}
	return s
}

func (n node) boolean(name string) bool {
	v, present := n.get(name)
	if !present {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		n.c.fail(n.at(name), "must be a boolean")
	}
	return b
}

// integer reads an optional whole number from low to high.
func (n node) integer(name string, low, high int64) (i int64, ok bool) {
	v, present := n.get(name)
	if !present {
		return 0, false
	}
	num, ok := v.(json.Number)
	if !ok {
		n.c.fail(n.at(name), "must be an integer")
		return 0, false
	}
	i, err := strconv.ParseInt(num.String(), 10, 64)
	switch {
	case err != nil:
		n.c.fail(n.at(name), "must be an integer")
	case i < low:
		n.c.fail(n.at(name), "must be greater than %d", low-1)
	case i > high:
		n.c.fail(n.at(name), "must be less than %d", high+1)
	default:
		return i, true
	}
	return 0, false
}

// array reads an optional array of low to high items.
func (n node) array(name string, low, high int) []any {
	v, present := n.get(name)
	if !present {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		n.c.fail(n.at(name), "must provide an array")
		return nil
	}
	n.c.count(n.at(name), len(list), low, high)
	return list
}

func (c *checker) count(path string, items, low, high int) {
	if items > high {
		c.fail(path, "no more than %d items allowed", high)
	}
	if items < low {
		c.fail(path, "no fewer than %d items allowed", low)
	}
}

// child reads an optional object.
func (n node) child(name string) (node, bool) {
	v, present := n.get(name)
	if !present {
		return node{}, false
	}
	return n.c.node(n.at(name), v)
}

// stringList reads an optional array of different strings, each accepted by ok.
func (n node) stringList(name string, low, high int, ok func(string) bool) []string {
	var out []string
	for i, v := range n.array(name, low, high) {
		at := item(n.at(name), i)
		s, isString := v.(string)
		switch {
		case !isString:
			n.c.fail(at, "must be a string")
		case !ok(s):
			n.c.fail(at, "invalid value")
		case slices.Contains(out, s):
			n.c.fail(at, "must be unique")
		default:
			out = append(out, s)
		}
	}
	return out
}

func item(path string, i int) string { return path + "/" + strconv.Itoa(i) }
