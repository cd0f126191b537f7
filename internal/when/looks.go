package when

import "strings"

// lookedAt is the most words of something that looks like a day or a time.
const lookedAt = 6

// LooksLike says whether a text is all about days, dates and times, well-formed or
// not: "tuesdy 9:30", "tue 25:00", "two weeks". Then it is rather a mistake than
// anything else: "lessons learned in march" is not.
func LooksLike(text string) bool {
	if _, err := ParseSlot(text); err == nil {
		return true
	}
	all := words(text)
	if len(all) == 0 || len(all) > lookedAt {
		return false
	}
	sure := false // a word can’t be about anything else
	var before string
	for i, w := range all {
		r := w.read
		_, isDay := days[r]
		_, isMonth := months[r]
		_, isMeant := meant(r)
		m := glued.FindStringSubmatch(r)
		next := i+1 < len(all)
		switch {
		case isDay, isMeant, dayWords[r], ordinal.MatchString(r), m != nil && units[m[2]] != "":
			sure = true
		case digits.MatchString(r) && len(r) > 2: // "101" is none, "tue 101" a wrong one
			if len(r) > 4 {
				return false
			}
		case numeric.MatchString(r), digits.MatchString(r), anyClock.MatchString(r):
			sure = sure || !strings.ContainsAny(r, ":/-") || len(r) > 3 // "1:1" is a conversation
		case isMonth, m != nil && months[m[2]] != 0:
			sure = sure || m != nil || i > 0 && all[i-1].isUntil()
		case units[r] != "":
			sure = sure || numbers[before] != "" || before == "next" || before == "couple"
		case numbers[r] != "" && next:
		case slotWords[r], untilFillers[r], w.isUntil(), otherWords[r], parts[r] != "", zoneWords[r]:
		default:
			return false
		}
		before = r
	}
	return sure
}

// dayWords are about a day or a time and nothing else.
var dayWords = map[string]bool{
	"today": true, "tonight": true, "tomorrow": true, "daily": true, "noon": true, "midday": true, "midnight": true,
	"weekday": true, "weekdays": true, "weekend": true, "weekends": true,
}

// otherWords may stand among them.
var otherWords = map[string]bool{"at": true, "next": true, "after": true, "end": true, "couple": true, "half": true, "past": true, "quarter": true, "or": true}
