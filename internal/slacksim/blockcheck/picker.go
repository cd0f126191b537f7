package blockcheck

import (
	"strings"
	"time"
	_ "time/tzdata" // so that a machine without time zones judges the same
)

func (c *checker) datepicker(n node) {
	n.placeholder()
	if s, ok := n.str("initial_date", 1, maxText); ok {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			c.fail(n.at("initial_date"), "must be a date like YYYY-MM-DD")
		}
	}
	n.choice()
}

func (c *checker) timepicker(n node) {
	n.placeholder()
	if s, ok := n.str("initial_time", 1, maxText); ok {
		if _, err := time.Parse("15:04", s); err != nil || len(s) != len("15:04") {
			c.fail(n.at("initial_time"), "must be a time like HH:mm")
		}
	}
	if s, ok := n.str("timezone", 1, maxText); ok && !zone(s) {
		c.fail(n.at("timezone"), "must be an IANA time zone")
	}
	n.choice()
}

func zone(s string) bool {
	if s != "UTC" && !strings.Contains(s, "/") {
		return false
	}
	_, err := time.LoadLocation(s)
	return err == nil
}

// datetimepicker takes Unix seconds of ten digits.
func (c *checker) datetimepicker(n node) {
	n.integer("initial_date_time", 1_000_000_000, 9_999_999_999)
	n.choice()
}
