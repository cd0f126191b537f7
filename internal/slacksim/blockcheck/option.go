package blockcheck

import (
	"encoding/json"
	"reflect"
	"slices"
)

// optionRules are what differs between the elements that hold options.
type optionRules struct {
	text textKind
	most int
	url  bool
}

var (
	menuOptions     = optionRules{text: plain, most: 100}
	choiceOptions   = optionRules{text: anyText, most: 10}
	overflowOptions = optionRules{text: plain, most: 5, url: true}
)

// options reads an array of options and returns those with a value. Values
// already in seen are reported: an element must be able to tell them apart.
func (n node) options(name string, rules optionRules, seen map[string]bool) []any {
	list := n.array(name, 1, rules.most)
	for i, v := range list {
		at := item(n.at(name), i)
		value, ok := n.c.option(at, v, rules)
		if ok && seen[value] {
			n.c.fail(at+"/value", "must be unique")
		}
		if ok {
			seen[value] = true
		}
	}
	return list
}

func (c *checker) option(path string, v any, rules optionRules) (value string, ok bool) {
	o, ok := c.node(path, v)
	if !ok {
		return "", false
	}
	o.require("text", "value")
	o.text("text", rules.text, 75)
	o.text("description", plain, 75)
	if rules.url {
		o.link("url", "https", "http")
	}
	value, ok = o.str("value", 1, 150)
	o.end()
	return value, ok
}

// menu reads options or option_groups, of which there must be exactly one, and
// returns all options.
func (n node) menu() []any {
	seen := map[string]bool{}
	if n.has("options") == n.has("option_groups") {
		n.c.fail(n.path, "must define either `options` or `option_groups`")
	}
	all := slices.Clone(n.options("options", menuOptions, seen))
	for i, v := range n.array("option_groups", 1, 100) {
		g, ok := n.c.node(item(n.at("option_groups"), i), v)
		if !ok {
			continue
		}
		g.require("label", "options")
		g.text("label", plain, 75)
		all = append(all, g.options("options", menuOptions, seen)...)
		g.end()
	}
	return all
}

// initialOption reads the option chosen at first, which must be one of all.
// With all nil (an external menu) any well-formed option passes.
func (n node) initialOption(rules optionRules, all []any, external bool) {
	if v, present := n.get("initial_option"); present {
		n.oneOf(n.at("initial_option"), v, rules, all, external)
	}
}

func (n node) initialOptions(rules optionRules, all []any, external bool, most int) {
	var values []string
	for i, v := range n.array("initial_options", 1, most) {
		at := item(n.at("initial_options"), i)
		value, ok := n.oneOf(at, v, rules, all, external)
		if ok && slices.Contains(values, value) {
			n.c.fail(at+"/value", "must be unique")
		}
		values = append(values, value)
	}
}

func (n node) oneOf(at string, v any, rules optionRules, all []any, external bool) (string, bool) {
	value, ok := n.c.option(at, v, rules)
	if !ok || external {
		return value, ok
	}
	same := func(o any) bool { return reflect.DeepEqual(o, v) }
	if !slices.ContainsFunc(all, same) {
		n.c.fail(at, "must exactly match one of the options")
	}
	return value, true
}

// Options checks the answer to a block_suggestion: {"options":[…]} or
// {"option_groups":[…]}, at most 100 of each; no options at all means that
// nothing was found. Any error is an *Error with code invalid_arguments.
func Options(answer json.RawMessage) error {
	tree, err := decode(answer)
	if err != nil {
		return &Error{Code: codeArguments, Messages: []string{message(err.Error(), "")}}
	}
	c := &checker{}
	n, ok := c.node("", tree)
	if ok {
		if list, isList := n.fields["options"].([]any); isList && len(list) == 0 && !n.has("option_groups") {
			n.get("options")
		} else {
			n.menu()
		}
		n.end()
	}
	return c.err(codeArguments)
}
