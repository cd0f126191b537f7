package blockkit

import (
	"regexp"
	"strings"
	"unicode"

	"allybot/internal/blockkit/plaintext"
)

const wordJoiner = "\u2060"

// Clean is [plaintext.Clean].
func Clean(s string) string { return plaintext.Clean(s) }

// Line is [plaintext.Line].
func Line(s string) string { return plaintext.Line(s) }

// everybody is how a person types a ping of a whole channel. Not inside an
// address like sam@here.example.
var everybody = regexp.MustCompile(`(?i)(^|[^0-9A-Za-z_@])@(channel|here|everyone|group)\b`)

// broadcast is the same in Slack's own form.
var broadcast = regexp.MustCompile(`<!(channel|here|everyone|group|subteam\^[^>|]*)(?:\|([^>]*))?>`)

// calm keeps a text from pinging everybody: the words stay readable, an
// invisible word joiner after the @ makes them mere words.
func calm(s string) string {
	if !strings.Contains(s, "@") { // nearly always
		return s
	}
	return everybody.ReplaceAllString(s, "${1}@"+wordJoiner+"${2}")
}

// tidy is what every text built here goes through, the bot's own too: valid
// UTF-8, no control characters, no direction overrides, no ping of everybody.
// Isolates stay, see Isolate.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.Is(unicode.Cc, r), r >= '\u202a' && r <= '\u202e', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(calm(s))
}
