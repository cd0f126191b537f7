// Package when reads what people type for days, times and dates, and keeps dates
// and local times apart from moments: "Tuesday 9:30" is a moment only in a zone.
package when

import "time"

// Date is a day of the calendar wherever somebody lives: days since 1970-01-01.
// The zero value is no date.
type Date int

// DateOf is the day that t falls on in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Day is the date at midnight UTC, to be formatted or counted with.
func (d Date) Day() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// Weekday of the date.
func (d Date) Weekday() time.Weekday { return d.Day().Weekday() }

// String is "2026-11-24", and "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Day().Format(time.DateOnly)
}
