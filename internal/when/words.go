package when

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one of what somebody typed: as typed, and as it is read.
type word struct{ typed, read string }

// maxText is the longest text, in bytes, that is looked at: no day or time is
// longer.
const maxText = 200

// likeASCII are characters that phones and word processors put in.
var likeASCII = strings.NewReplacer("’", "'", "‘", "'", "ʼ", "'", "–", "-", "—", "-", "‑", "-", "−", "-", "∶", ":", "·", ".", "‧", ".", "@", " @ ")

// between are the characters between words.
func between(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;!?()[]\"“”„«»*_~`+&|<>", r)
}

// words splits a text. Nothing is left of one that is too long.
func words(text string) []word {
	if len(text) > maxText {
		return nil
	}
	var all []word
	for _, typed := range strings.FieldsFunc(likeASCII.Replace(norm.NFKC.String(text)), between) {
		parts := []string{typed}
		if strings.ContainsFunc(typed, unicode.IsLetter) { // not the dates and times of digits
			parts = strings.FieldsFunc(typed, func(r rune) bool { return r == '-' || r == '/' })
		}
		for _, p := range parts {
			p = strings.Trim(p, ".:'-/")
			read := strings.ToLower(p)
			read = strings.TrimSuffix(read, "'s")
			for _, half := range []string{"am", "pm"} {
				if before, ok := strings.CutSuffix(read, half[:1]+"."+half[1:]); ok {
					read = before + half
				}
			}
			if p == "@" {
				read = "at"
			}
			if read != "" {
				all = append(all, word{typed: p, read: read})
			}
		}
	}
	return all
}

// quote shows somebody’s own words, shortened.
func quote(typed string) string {
	const most = 30
	if utf8.RuneCountInString(typed) > most {
		typed = string([]rune(typed)[:most]) + "…"
	}
	return "“" + typed + "”"
}

var days = map[string]time.Weekday{}

var months = map[string]time.Month{}

func init() {
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		for _, n := range []string{name, name + "s", name[:3]} {
			days[n] = d
		}
	}
	for name, d := range map[string]time.Weekday{"tues": time.Tuesday, "weds": time.Wednesday, "thur": time.Thursday, "thurs": time.Thursday} {
		days[name] = d
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		months[name], months[name[:3]] = m, m
	}
	months["sept"] = time.September
}

// foreign are days of the week in languages around, so that people are told.
var foreign = map[string]time.Weekday{}

func init() {
	for _, week := range []string{
		"zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
		"sonntag montag dienstag mittwoch donnerstag freitag samstag",
		"dimanche lundi mardi mercredi jeudi vendredi samedi",
		"domingo lunes martes miércoles jueves viernes sábado",
		"domenica lunedì martedì mercoledì giovedì venerdì sabato",
		"domingo segunda terça quarta quinta sexta sábado",
		"søndag mandag tirsdag onsdag torsdag fredag lørdag",
	} {
		for d, name := range strings.Fields(week) {
			foreign[name] = time.Weekday(d)
		}
	}
}

// meant is the day of the week that a word nearly says.
func meant(read string) (time.Weekday, bool) {
	if d, ok := foreign[read]; ok {
		return d, true
	}
	if len(read) < 5 {
		return 0, false
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if nearly(read, name) || nearly(strings.TrimSuffix(read, "s"), name) {
			return d, true
		}
	}
	return 0, false
}

// nearly says whether one letter too many, too few, wrong, or in its neighbour’s
// place makes one word of another.
func nearly(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return a[i:] == b[i+1:]
	case 0:
		return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	}
	return false
}

var (
	numbers = map[string]string{
		"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
		"eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
	}
	units = map[string]string{
		"d": "day", "day": "day", "days": "day", "w": "week", "wk": "week", "wks": "week", "week": "week", "weeks": "week",
		"fortnight": "fortnight", "fortnights": "fortnight", "month": "month", "months": "month", "year": "year", "years": "year",
	}
	zoneWords = map[string]bool{
		"utc": true, "gmt": true, "bst": true, "cet": true, "cest": true, "eet": true, "est": true, "edt": true, "et": true, "cst": true,
		"cdt": true, "mst": true, "pst": true, "pdt": true, "pt": true, "ist": true, "jst": true, "aest": true, "aedt": true,
	}

	digits   = regexp.MustCompile(`^[0-9]+$`)
	ordinal  = regexp.MustCompile(`^([0-9]{1,2})(?:st|nd|rd|th)$`)
	glued    = regexp.MustCompile(`^([0-9]+)([a-z]+)$`)
	numeric  = regexp.MustCompile(`^[0-9][0-9:./-]*[0-9]$`)
	anyClock = regexp.MustCompile(`^[0-9]+(?:[:.h][0-9]*)*h?(?:am|pm)?$`)
)
