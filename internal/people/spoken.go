package people

import (
	"regexp"
	"strings"
)

// aside is what people put behind their name: pronouns, teams, absences.
var aside = regexp.MustCompile(`\s*(?:\([^()]*\)|\[[^\[\]]*\])`)

// Spoken is a display name as one says it: "Sam (she/her)" is Sam.
func Spoken(name string) string {
	if short := strings.TrimSpace(aside.ReplaceAllString(name, "")); short != "" {
		return short
	}
	return name
}
