package when

import "fmt"

// Spoken names the date for somebody who knows what day it is: "today",
// "tomorrow", "Tuesday" within the next six days, else "Tuesday 24 November", with
// the year if it is another one. It is "" for no date.
func (d Date) Spoken(today Date) string {
	t := d.Day()
	switch {
	case d == 0:
		return ""
	case d == today:
		return "today"
	case d == today+1:
		return "tomorrow"
	case d > today && d < today+7:
		return d.Weekday().String()
	case t.Year() != today.Day().Year():
		return fmt.Sprintf("%s %d %s %d", d.Weekday(), t.Day(), t.Month(), t.Year())
	}
	return fmt.Sprintf("%s %d %s", d.Weekday(), t.Day(), t.Month())
}
