package lessons

import (
	"time"

	"allybot/internal/when"
)

// String is "Tuesday 09:30".
func (s Slot) String() string { return s.Day.String() + " " + when.Clock(s.Minute) }

// With is the slot with what somebody typed in place of it.
func (s Slot) With(typed when.Slot) Slot {
	if typed.HasDay {
		s.Day = typed.Day
	}
	if typed.HasMinute {
		s.Minute = typed.Minute
	}
	return s
}

// first is the first date from a day on that is of the slot and whose moment is
// after now.
func (s Slot) first(from when.Date, zone *time.Location, now time.Time) when.Date {
	// Two days back: what falls on a day that a zone leaves out comes later.
	d := max(from, when.DateOf(now.In(zone))-2)
	d += when.Date((s.Day - d.Weekday() + 7) % 7)
	for !d.At(s.Minute, zone).After(now) {
		d += 7
	}
	return d
}
