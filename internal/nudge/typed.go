package nudge

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// What people type after "snooze".

// offWords end a snooze.
var offWords = map[string]bool{
	"off": true, "end": true, "stop": true, "over": true, "cancel": true, "none": true, "no": true, "resume": true,
	"wake": true, "wake up": true, "wake me": true, "wake me up": true,
}

// onWords want one and do not say how long.
var onWords = map[string]bool{
	"on": true, "for": true, "until": true, "till": true, "til": true, "me": true, "now": true, "please": true, "forever": true,
	"a bit": true, "a while": true, "for a bit": true, "for a while": true, "for now": true, "until further notice": true,
}

var (
	// hours are what a snooze can't be measured in.
	hours = regexp.MustCompile(`^(?:for )?(?:\d+|an?|half an?|one|two|three|four|five|a couple of|a few) ?(?:h|hrs?|hours?|m|mins?|minutes?)$`)
	// clocks are times of day.
	clocks = regexp.MustCompile(`\d:\d\d|\d ?(?:am|pm)\b|\b(?:noon|midday|midnight|tonight)\b`)
	// begun is how nothing begins but a day or a time.
	begun = regexp.MustCompile(`^(?:until|till|til|\d+)\b|^\d`)
)

// mostWords is how long something can be that is taken for a day gone wrong.
const mostWords = 5

// plain is what was typed in one form: "Off!" is off.
func plain(rest string) string {
	return strings.ToLower(strings.TrimRight(strings.Join(strings.Fields(rest), " "), " .!?…"))
}

// parse judges what follows "snooze". Today is not the same everywhere, so a day
// that is none here may be one where the person lives: the answer reads it again.
func parse(rest string, today when.Date) slackbot.Parsed {
	said := plain(rest)
	if said == "" || offWords[said] {
		return slackbot.Parses
	}
	if _, err := when.ParseUntil(said, today); err == nil {
		return slackbot.Parses
	}
	if onWords[said] || hours.MatchString(said) || when.LooksLike(said) || begun.MatchString(said) && strings.Count(said, " ") < mostWords {
		return slackbot.Malformed
	}
	return slackbot.NotACommand
}

// whyNot says what is wrong with what was typed, err being what the reader of days
// says of it.
func whyNot(said string, err error) string {
	switch {
	case onWords[said]:
		return howLong
	case hours.MatchString(said), clocks.MatchString(said):
		return wholeDays
	}
	text := err.Error()
	r, n := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[n:]
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
