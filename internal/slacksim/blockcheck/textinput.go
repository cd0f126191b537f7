package blockcheck

import (
	"math/big"
	"net/mail"
	"regexp"
)

// typed reads what all inputs that are typed into share.
func (n node) typed() {
	n.placeholder()
	n.focus()
	d, ok := n.child("dispatch_action_config")
	if !ok {
		return
	}
	d.require("trigger_actions_on")
	d.stringList("trigger_actions_on", 1, 2, func(s string) bool {
		return s == "on_enter_pressed" || s == "on_character_entered"
	})
	d.end()
}

func (c *checker) plainTextInput(n node) {
	low, hasLow := n.integer("min_length", 0, 3000)
	high, hasHigh := n.integer("max_length", 1, 3000)
	if hasLow && hasHigh && low > high {
		c.fail(n.at("min_length"), "must not be greater than `max_length`")
	}
	if !hasHigh {
		high = 3000
	}
	n.str("initial_value", max(1, int(low)), int(high))
	n.boolean("multiline")
	n.typed()
}

func (c *checker) emailInput(n node) {
	if s, ok := n.str("initial_value", 1, maxText); ok {
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			c.fail(n.at("initial_value"), "must be an email address")
		}
	}
	n.typed()
}

func (c *checker) urlInput(n node) {
	n.link("initial_value", "https", "http")
	n.typed()
}

func (c *checker) numberInput(n node) {
	n.require("is_decimal_allowed")
	decimal := n.boolean("is_decimal_allowed")
	low := n.number("min_value", decimal)
	high := n.number("max_value", decimal)
	first := n.number("initial_value", decimal)
	if low != nil && high != nil && low.Cmp(high) > 0 {
		c.fail(n.at("min_value"), "must not be greater than `max_value`")
	}
	if first != nil && (low != nil && first.Cmp(low) < 0 || high != nil && first.Cmp(high) > 0) {
		c.fail(n.at("initial_value"), "must be from `min_value` to `max_value`")
	}
	n.typed()
}

var (
	wholeNumber   = regexp.MustCompile(`^-?\d{1,16}$`)
	decimalNumber = regexp.MustCompile(`^-?\d{1,16}(\.\d{1,16})?$`)
)

// number reads an optional number, which Slack takes as a string.
func (n node) number(name string, decimal bool) *big.Rat {
	s, ok := n.str(name, 1, 40)
	if !ok {
		return nil
	}
	form := wholeNumber
	if decimal {
		form = decimalNumber
	}
	if !form.MatchString(s) { // before any arithmetic: 1e999999999 takes forever
		n.c.fail(n.at(name), "must be a number")
		return nil
	}
	value, _ := new(big.Rat).SetString(s)
	return value
}

// fileInput cannot dispatch actions: Slack then calls its type unsupported.
func (c *checker) fileInput(n node) {
	if c.block.dispatch {
		c.fail(n.at("type"), "unsupported type: file_input")
	}
	n.integer("max_files", 1, 10)
	n.stringList("filetypes", 1, 100, regexp.MustCompile(`^[a-z0-9]{1,20}$`).MatchString)
}

func (c *checker) richTextInput(n node) {
	if v, ok := n.get("initial_value"); ok {
		c.richTextObject(n.at("initial_value"), v)
	}
	low, hasLow := n.integer("min_lines", 1, 100)
	high, hasHigh := n.integer("max_lines", 1, 100)
	if hasLow && hasHigh && low > high {
		c.fail(n.at("min_lines"), "must not be greater than `max_lines`")
	}
	n.typed()
}
