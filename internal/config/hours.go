package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// QuietHours are when people are not written to unasked, where each lives. They go
// over midnight if From is after To; there are none if both are equal.
type QuietHours struct {
	From, To int // minutes after midnight
}

const aDay = 24 * 60 // minutes

var (
	quietForm = regexp.MustCompile(`^(?:from )?` + timeForm + ` ?(?:-|–|—|to|until|till) ?` + timeForm + `$`)
	errQuiet  = errors.New("give two times such as 18:00-09:00, or none")
)

const timeForm = `(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?`

// Decode takes two times, such as 18:00-09:00, and none or off.
func (q *QuietHours) Decode(value string) error {
	value = strings.Join(strings.Fields(strings.ToLower(value)), " ")
	switch value {
	case "":
		return nil
	case "none", "off", "no":
		*q = QuietHours{}
		return nil
	}
	m := quietForm.FindStringSubmatch(value)
	if m == nil {
		return errQuiet
	}
	from, ok := minuteOf(m[1], m[2], m[3])
	to, ok2 := minuteOf(m[4], m[5], m[6])
	if !ok || !ok2 {
		return errQuiet
	}
	if from %= aDay; from == to%aDay {
		return errors.New("all day would be quiet: give two times such as 18:00-09:00, or none for no quiet hours")
	}
	*q = QuietHours{From: from, To: to % aDay}
	return nil
}

// minuteOf reads "9", "09:30", "6 pm" and "24:00".
func minuteOf(hour, minute, half string) (int, bool) {
	h, _ := strconv.Atoi(hour) // two digits, by the expression
	m, _ := strconv.Atoi(minute)
	if half != "" {
		if h < 1 || h > 12 {
			return 0, false
		}
		if h %= 12; half == "pm" {
			h += 12
		}
	}
	at := h*60 + m
	return at, m < 60 && at <= aDay
}

// String is "18:00-09:00", or "none".
func (q QuietHours) String() string {
	if q.From == q.To {
		return "none"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
}

// Days are days of the week, by time.Weekday.
type Days [7]bool

// MondayToFriday are the days on which most people work.
var MondayToFriday = Days{false, true, true, true, true, true, false}

var (
	errDays   = errors.New("give days such as mon-fri, or sun,mon,tue,wed,thu")
	daysSpace = strings.NewReplacer(",", " ", ";", " ", "/", " ", "+", " ", "&", " ", "-", " to ", "–", " to ", "—", " to ")
)

// Decode takes days and ranges of them, such as mon-fri, "Sunday to Thursday" and
// mon,tue,thu.
func (d *Days) Decode(value string) error {
	words := strings.Fields(daysSpace.Replace(strings.ToLower(value)))
	if len(words) == 0 {
		if strings.TrimSpace(value) == "" {
			return nil
		}
		return errDays
	}
	var days Days
	last, toNext := -1, false // the day before, and whether a range goes on from it
	for _, w := range words {
		switch w {
		case "and":
			continue
		case "to", "until", "till", "through", "thru":
			if last < 0 || toNext {
				return errDays
			}
			toNext = true
			continue
		}
		day, ok := weekday(w)
		if !ok {
			return errDays
		}
		if toNext {
			for i := last; i != day; i = (i + 1) % 7 {
				days[i] = true
			}
		}
		days[day], last, toNext = true, day, false
	}
	if toNext {
		return errDays
	}
	*d = days
	return nil
}

// weekday reads "mon", "Tues", "thursdays".
func weekday(w string) (int, bool) {
	w = strings.TrimSuffix(w, ".")
	for day := range 7 {
		name := strings.ToLower(time.Weekday(day).String())
		if len(w) >= 2 && strings.HasPrefix(name+"s", w) || w == "weds" && day == int(time.Wednesday) {
			return day, true
		}
	}
	return 0, false
}

// String is "Monday to Friday", or the days one by one.
func (d Days) String() string {
	var names []string
	for i := range 7 { // a week that begins on Monday reads best
		if day := time.Weekday((i + 1) % 7); d[day] {
			names = append(names, day.String())
		}
	}
	switch {
	case d == MondayToFriday:
		return "Monday to Friday"
	case d == Days{true, true, true, true, true, false, false}:
		return "Sunday to Thursday"
	case len(names) == 7:
		return "every day"
	}
	return strings.Join(names, ", ")
}
