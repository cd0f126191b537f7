package when

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseUntil reads how long something rests and returns the first day that counts
// again: "3d", "two weeks", "until 12 jan", "12.1.", "monday", "next week" (its
// Monday), "the 15th". It is after today, at most a year later. An error says what
// is wrong in words for whoever typed it; as it quotes them it must not be logged.
func ParseUntil(text string, today Date) (Date, error) {
	all := words(text)
	for len(all) > 0 && all[0].isUntil() {
		all = all[1:]
	}
	long := len(all) > 0 && all[0].read == "for"
	said := plainly(all)
	if said == "" {
		return 0, errors.New("there’s no day in it, like 12 January")
	}
	for i, f := range untilForms {
		m := f.form.FindStringSubmatch(said)
		if m == nil {
			continue
		}
		if long && i > 0 {
			return 0, errors.New("“for” takes a number of days or weeks; otherwise say until when")
		}
		d, err := f.read(m, today)
		if err == nil {
			err = d.inAYear(today)
		}
		if err != nil {
			return 0, err
		}
		return d, nil
	}
	if s, err := ParseSlot(strings.Join(typed(all), " ")); err == nil && s.HasMinute {
		if !s.HasDay {
			return 0, fmt.Errorf("%s is a time of day; I need a day, like 12 January", quote(strings.Join(typed(all), " ")))
		}
		return 0, fmt.Errorf("leave the time of day out, just “%s”: it ends as the day begins", s.Day)
	}
	for _, w := range all {
		if _, known := days[w.read]; known {
			continue
		}
		if d, ok := meant(w.read); ok {
			return 0, fmt.Errorf("%s isn’t a day I know: is it %s?", quote(w.typed), d)
		}
	}
	return 0, fmt.Errorf("%s isn’t a day I can read; write it like 12 January", quote(strings.Join(typed(all), " ")))
}

// SaysUntil says whether a text begins with "until", in whatever spelling.
func SaysUntil(text string) bool {
	all := words(text)
	return len(all) > 0 && all[0].isUntil()
}

// isUntil says whether a word may stand before a day.
func (w word) isUntil() bool {
	return nearly(w.read, "until") || w.read == "till" || w.read == "til" || w.read == "up" || w.read == "to"
}

// untilFillers say nothing of a day.
var untilFillers = map[string]bool{"for": true, "the": true, "of": true, "please": true, "pls": true, "thanks": true, "from": true, "now": true, "in": true, "this": true, "coming": true}

// plainly writes words in one way: "2 week", "12 jan", "next mon", "15th".
func plainly(all []word) string {
	var said []string
	for i, w := range all {
		r := w.read
		if m := glued.FindStringSubmatch(r); m != nil && !ordinal.MatchString(r) {
			said = append(said, m[1])
			r = m[2]
		}
		d, isDay := days[r]
		month, isMonth := months[r]
		switch m := ordinal.FindStringSubmatch(r); {
		case untilFillers[r]:
		case isDay:
			said = append(said, strings.ToLower(d.String()[:3]))
		case isMonth:
			said = append(said, strings.ToLower(month.String()[:3]))
		case m != nil:
			said = append(said, m[1]+"th")
		case units[r] != "":
			said = append(said, units[r])
		case r == "couple" && len(said) > 0 && said[len(said)-1] == "1":
			said[len(said)-1] = "2"
		case numbers[r] != "" && i+1 < len(all):
			said = append(said, numbers[r])
		default:
			said = append(said, r)
		}
	}
	return strings.Join(said, " ")
}

func typed(all []word) []string {
	var t []string
	for _, w := range all {
		t = append(t, w.typed)
	}
	return t
}

const (
	dayForm   = `(sun|mon|tue|wed|thu|fri|sat)`
	monthForm = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`
)

type untilForm struct {
	form *regexp.Regexp
	read func(m []string, today Date) (Date, error)
}

func form(pattern string, read func(m []string, today Date) (Date, error)) untilForm {
	return untilForm{regexp.MustCompile("^" + pattern + "$"), read}
}

// untilForms are read in their order; the first is how long, not until when.
var untilForms = []untilForm{
	form(`([0-9]+) (day|week|fortnight|month|year)`, readLength),
	form(`today`, func([]string, Date) (Date, error) { return 0, errors.New("that’s today already") }),
	form(`tomorrow`, func(_ []string, today Date) (Date, error) { return today + 1, nil }),
	form(`day after tomorrow`, func(_ []string, today Date) (Date, error) { return today + 2, nil }),
	form(dayForm, func(m []string, today Date) (Date, error) { return today.next(days[m[1]]), nil }),
	form(`(?:next `+dayForm+`|`+dayForm+` next week|next week `+dayForm+`)`, func(m []string, today Date) (Date, error) {
		d := days[m[1]+m[2]+m[3]]
		return today.next(time.Monday) + Date((d+6)%7), nil
	}),
	form(`next (week|month|year)`, readNext),
	form(`end (week|month|year)`, readNext),
	form(`end next (week|month)`, func(m []string, today Date) (Date, error) {
		if m[1] == "week" {
			return today.next(time.Monday) + 7, nil
		}
		return today.months(2).first(), nil
	}),
	form(`end `+monthForm, func(m []string, today Date) (Date, error) {
		if months[m[1]] == today.Day().Month() {
			return today.months(1).first(), nil
		}
		d, err := today.nextOf(months[m[1]], 1)
		return d.months(1), err
	}),
	form(monthForm+`(?: ([0-9]{4}))?`, func(m []string, today Date) (Date, error) { return today.read(m[2], months[m[1]], "1") }),
	form(`(?:`+dayForm+` )?([0-9]{1,2})(?:th)? `+monthForm+`(?: ([0-9]{4}))?`, func(m []string, today Date) (Date, error) {
		d, err := today.read(m[4], months[m[3]], m[2])
		return d.checked(m[1], err)
	}),
	form(`(?:`+dayForm+` )?`+monthForm+` ([0-9]{1,2})(?:th)?(?: ([0-9]{4}))?`, func(m []string, today Date) (Date, error) {
		d, err := today.read(m[4], months[m[2]], m[3])
		return d.checked(m[1], err)
	}),
	form(`([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})`, func(m []string, today Date) (Date, error) { return today.readDigits(m[3], m[2], m[1]) }),
	form(`([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{4}|[0-9]{2}))?`, func(m []string, today Date) (Date, error) { return today.readDigits(m[1], m[2], m[3]) }),
	form(`([0-9]{1,2})[-/]([0-9]{1,2})(?:[-/]([0-9]{4}|[0-9]{2}))?`, readSlashed),
	form(`(?:`+dayForm+` )?([0-9]{1,2})th`, func(m []string, today Date) (Date, error) {
		d, err := today.nextDay(m[2])
		return d.checked(m[1], err)
	}),
	form(`[0-9]{1,2}`, func(m []string, _ Date) (Date, error) {
		return 0, fmt.Errorf("%s could be days or a date; write “%s days” or “%s January”", quote(m[0]), m[0], m[0])
	}),
}

func readLength(m []string, today Date) (Date, error) {
	n, err := strconv.Atoi(m[1])
	switch {
	case err != nil || n > 366:
		return 0, errTooFar
	case n == 0:
		return 0, errors.New("that’s no time at all")
	}
	switch m[2] {
	case "day":
		return today + Date(n), nil
	case "week":
		return today + Date(n)*7, nil
	case "fortnight":
		return today + Date(n)*14, nil
	case "month":
		return today.months(n), nil
	}
	return today.months(12 * n), nil
}

// readNext is the first day of the next week, month or year, also where the end
// of this one was said.
func readNext(m []string, today Date) (Date, error) {
	switch m[1] {
	case "week":
		return today.next(time.Monday), nil
	case "month":
		return today.months(1).first(), nil
	}
	d, _ := on(today.Day().Year()+1, time.January, 1)
	return d, nil
}

// readSlashed reads what is day and month in one country and the other way round
// in another, if only one of them can be.
func readSlashed(m []string, today Date) (Date, error) {
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2])
	switch {
	case a <= 12 && b <= 12 && a != b:
		return 0, fmt.Errorf("%s can be two different days; write the month as a word, like 12 January", quote(m[0]))
	case a <= 12 && b > 12:
		a, b = b, a
	}
	return today.readDigits(strconv.Itoa(a), strconv.Itoa(b), m[3])
}

// readDigits reads a date of digits; the year may be empty or of two digits.
func (d Date) readDigits(day, month, year string) (Date, error) {
	m, err := strconv.Atoi(month)
	if err != nil || m < 1 || m > 12 {
		return 0, fmt.Errorf("there’s no month %s", month)
	}
	if len(year) == 2 {
		year = "20" + year
	}
	return d.read(year, time.Month(m), day)
}

// read is the date of a year, or without one the next after d.
func (d Date) read(year string, month time.Month, day string) (Date, error) {
	n, err := strconv.Atoi(day)
	if err != nil {
		return 0, noSuchDay(day, month)
	}
	if year == "" {
		return d.nextOf(month, n)
	}
	y, err := strconv.Atoi(year)
	if err != nil {
		return 0, fmt.Errorf("there’s no year %s", year)
	}
	found, ok := on(y, month, n)
	if !ok {
		return 0, noSuchDay(fmt.Sprint(n), month)
	}
	return found, nil
}

// justOver is how many days ago a date without a year is rather a slip than meant
// for the next year. In January that is not so: "20 December" is said of the next.
const justOver = 60

// nextOf is the next such date after d.
func (d Date) nextOf(month time.Month, day int) (Date, error) {
	year := d.Day().Year()
	for y := year; y <= year+8; y++ {
		switch found, ok := on(y, month, day); {
		case !ok:
		case found == d:
			return 0, errors.New("that’s today already")
		case found < d && found > d-justOver:
			return 0, fmt.Errorf("%d %s is over; write the year too if you mean another one", day, month)
		case found > d:
			return found, nil
		}
	}
	return 0, noSuchDay(fmt.Sprint(day), month)
}

// nextDay is the next day of that number in a month, after d.
func (d Date) nextDay(number string) (Date, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 31 {
		return 0, fmt.Errorf("no month has a day %s", number)
	}
	for m := d.first(); ; m = m.months(1) {
		t := m.Day()
		if found, ok := on(t.Year(), t.Month(), n); ok && found > d {
			return found, nil
		}
	}
}

// checked makes sure that a date is of the day of the week that was said with it.
func (d Date) checked(weekday string, err error) (Date, error) {
	if err == nil && weekday != "" && days[weekday] != d.Weekday() {
		return 0, fmt.Errorf("%s is a %s", d.Day().Format("2 January 2006"), d.Weekday())
	}
	return d, err
}

var errTooFar = errors.New("that’s more than a year ahead")

func (d Date) inAYear(today Date) error {
	switch {
	case d == today:
		return errors.New("that’s today already")
	case d < today:
		return fmt.Errorf("%s is over", d.Day().Format("2 January 2006"))
	case d > today.months(12):
		return errTooFar
	}
	return nil
}

func noSuchDay(day string, month time.Month) error {
	return fmt.Errorf("%s has no day %s", month, day)
}

// on is a date of the calendar, false if there is no such one.
func on(year int, month time.Month, day int) (Date, bool) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return DateOf(t), t.Month() == month && t.Day() == day
}

// next is the first such day of the week after d.
func (d Date) next(day time.Weekday) Date {
	return d + 1 + Date((day-(d+1).Weekday()+7)%7)
}

// first is the first day of the month.
func (d Date) first() Date { return d - Date(d.Day().Day()) + 1 }

// months is the date that many months later, or the last of that month if it is
// shorter.
func (d Date) months(n int) Date {
	day := d.Day().Day()
	t := d.first().Day().AddDate(0, n, 0)
	last := t.AddDate(0, 1, -1).Day()
	return DateOf(t) + Date(slices.Min([]int{day, last})) - 1
}
