package when

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Slot is a day and a time of the week, as far as somebody said them.
type Slot struct {
	Day       time.Weekday
	Minute    int // after midnight
	HasDay    bool
	HasMinute bool
}

// String is "Tuesday 09:30", "Tuesday" or "09:30".
func (s Slot) String() string {
	switch {
	case s.HasDay && s.HasMinute:
		return s.Day.String() + " " + Clock(s.Minute)
	case s.HasDay:
		return s.Day.String()
	case s.HasMinute:
		return Clock(s.Minute)
	}
	return ""
}

// Clock is a minute after midnight as clocks show it: "09:30".
func Clock(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

// slotWords say nothing of a day or a time.
var slotWords = map[string]bool{
	"on": true, "every": true, "each": true, "week": true, "weekly": true, "the": true, "in": true, "to": true, "and": true,
	"around": true, "about": true, "please": true, "pls": true, "thanks": true, "o'clock": true, "oclock": true,
	"make": true, "change": true, "move": true, "set": true, "it": true,
}

// parts of a day tell 9 in the morning from 9 in the evening.
var parts = map[string]string{
	"am": "am", "pm": "pm", "morning": "am", "mornings": "am", "afternoon": "pm", "afternoons": "pm",
	"evening": "pm", "evenings": "pm", "night": "pm",
}

// ParseSlot reads a day of the week, a time of day or both: "tue 9:30", "Fridays
// at 16:00", "every friday 4pm", "noon". Of a bare number only a day, "at", "am"
// or "pm" makes an hour. An error says what is wrong in words for whoever typed
// it; as it quotes them it must not be logged.
func ParseSlot(text string) (Slot, error) {
	var s Slot
	var day, part string // "" for none yet
	var hour word
	said := false // that a number is an hour
	all := words(text)
	for _, w := range all {
		d, isDay := days[w.read]
		half, isPart := parts[w.read]
		switch {
		case isDay && s.HasDay && s.Day != d:
			return Slot{}, fmt.Errorf("%s and %s are two days, and it can only be one", quote(day), quote(w.typed))
		case isDay:
			s.Day, s.HasDay, day = d, true, w.typed
		case w.read == "at":
			said = true
		case slotWords[w.read]:
		case isPart && part != "" && part != half:
			return Slot{}, fmt.Errorf("%s contradicts what stands before it", quote(w.typed))
		case isPart:
			part = half
		case w.read == "noon" || w.read == "midday" || w.read == "midnight":
			if hour.read != "" && hour.read != "12" {
				return Slot{}, fmt.Errorf("%s and %s are two times, and it can only be one", quote(hour.typed), quote(w.typed))
			}
			hour, part = word{w.typed, "12"}, "pm"
			if w.read == "midnight" {
				part = "am"
			}
		case w.read[0] >= '0' && w.read[0] <= '9':
			if hour.read != "" {
				return Slot{}, fmt.Errorf("%s and %s are two times, and it can only be one", quote(hour.typed), quote(w.typed))
			}
			hour = w
		default:
			return Slot{}, strange(w)
		}
	}
	switch {
	case hour.read != "":
		minute, bare, err := readClock(hour, part)
		if err != nil {
			return Slot{}, err
		}
		if bare && part == "" && !said && !s.HasDay {
			return Slot{}, fmt.Errorf("%s alone could be anything; a time is written like 9:30 or 4 pm", quote(hour.typed))
		}
		s.Minute, s.HasMinute = minute, true
	case part != "":
		return Slot{}, errors.New("there’s no hour in it, like 9:30 or 4 pm")
	case !s.HasDay && len(all) == 0 && len(text) > maxText:
		return Slot{}, errors.New("that’s too long for a day and a time")
	case !s.HasDay:
		return Slot{}, errors.New("there’s no day or time in it")
	}
	return s, nil
}

var (
	clockParts = regexp.MustCompile(`^([0-9]{1,2})(?:[:.h]([0-9]{2}))?h?(am|pm)?$`)
	compact    = regexp.MustCompile(`^([0-9]{1,2})([0-9]{2})$`)
)

// readClock reads "9:30", "9.30", "16h", "4pm" or "0930"; part is "am", "pm" or
// "". A bare number alone is not sure to be a time.
func readClock(w word, part string) (minute int, bare bool, err error) {
	m := clockParts.FindStringSubmatch(w.read)
	if c := compact.FindStringSubmatch(w.read); c != nil {
		m = append(c, "")
	}
	wrong := fmt.Errorf("%s isn’t a time of day", quote(w.typed))
	if m == nil || part != "" && m[3] != "" && m[3] != part {
		return 0, false, wrong
	}
	if m[3] != "" {
		part = m[3]
	} else if part != "" {
		wrong = fmt.Errorf("%s isn’t a time of day", quote(w.typed+" "+part))
	}
	hour, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, false, wrong
	}
	if m[2] != "" {
		if minute, err = strconv.Atoi(m[2]); err != nil {
			return 0, false, wrong
		}
	}
	switch {
	case hour > 23 || minute > 59, part == "am" && hour > 12, part == "pm" && hour == 0:
		return 0, false, wrong
	case part == "am" && hour == 12:
		hour = 0
	case part == "pm" && hour < 12:
		hour += 12
	}
	return hour*60 + minute, digits.MatchString(w.read), nil
}

// strange says why a word is no part of a weekly time.
func strange(w word) error {
	if d, ok := meant(w.read); ok {
		return fmt.Errorf("%s isn’t a day I know: is it %s?", quote(w.typed), d)
	}
	_, isMonth := months[w.read]
	switch w.read {
	case "today", "tonight", "tomorrow", "daily", "everyday", "day", "days", "weekday", "weekdays", "weekend", "weekends", "workday", "workdays":
		return fmt.Errorf("%s isn’t one day of the week, like Tuesday", quote(w.typed))
	}
	switch {
	case zoneWords[w.read]:
		return fmt.Errorf("the time is meant where you live, so %s isn’t needed", quote(w.typed))
	case isMonth:
		return fmt.Errorf("%s isn’t a day of the week, like Tuesday", quote(w.typed))
	}
	return fmt.Errorf("%s is neither a day of the week nor a time", quote(w.typed))
}
