package blockkit

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	zwnj       = '\u200c'
	zwj        = '\u200d'
	wordJoiner = "\u2060"
	blackFlag  = '\U0001f3f4'
)

// joining are the scripts whose spelling needs ZWNJ and ZWJ.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Mandaic,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
	unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
	unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Balinese, unicode.Javanese,
}

// visibleFormat are characters of the category Cf that a reader sees: the number
// signs of Arabic and Kaithi and their kin.
var visibleFormat = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0600, 0x0605, 1}, {0x06dd, 0x06dd, 1}, {0x070f, 0x070f, 1}, {0x0890, 0x0891, 1}, {0x08e2, 0x08e2, 1}},
	R32: []unicode.Range32{{0x110bd, 0x110bd, 1}, {0x110cd, 0x110cd, 1}, {0x13430, 0x1343f, 1}},
}

// Clean takes out of what a person wrote everything that is not seen but acts:
// control characters, direction marks and overrides, zero-width characters,
// hidden tags. Emoji keep their joiners, and Persian and Indic words theirs.
func Clean(s string) string {
	in := []rune(strings.ToValidUTF8(s, ""))
	out := make([]rune, 0, len(in))
	inFlag := false // after the black flag of a region such as Scotland come tags
	for i, r := range in {
		var prev, next rune
		if len(out) > 0 {
			prev = out[len(out)-1]
		}
		if i+1 < len(in) {
			next = in[i+1]
		}
		isTag := r >= 0xe0020 && r <= 0xe007f
		inFlag = r == blackFlag || inFlag && isTag
		switch {
		case r == '\r':
			if next != '\n' {
				out = append(out, '\n')
			}
		case r == '\n':
			out = append(out, r)
		case r == '\t':
			out = append(out, ' ')
		case r == '\u2028' || r == '\u2029':
			out = append(out, '\n')
		case r == zwj || r == zwnj:
			if keepsJoiner(prev, r, next) {
				out = append(out, r)
			}
		case isTag:
			if inFlag {
				out = append(out, r)
			}
		case unicode.Is(unicode.Variation_Selector, r):
			if prev != 0 && !unicode.IsSpace(prev) && !unicode.Is(unicode.Variation_Selector, prev) {
				out = append(out, r)
			}
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r) && !unicode.Is(visibleFormat, r),
			r == '\u034f', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0': // blanks that pass for letters
		default:
			out = append(out, r)
		}
	}
	return string(out)
}

func keepsJoiner(prev, joiner, next rune) bool {
	if joiner == zwj && isPictograph(prev) && isPictograph(next) {
		return true
	}
	if !unicode.In(prev, joining...) {
		return false
	}
	return joiner == zwj || unicode.In(next, joining...)
}

func isPictograph(r rune) bool {
	return unicode.Is(unicode.So, r) || r >= 0x1f3fb && r <= 0x1f3ff || r == '\ufe0f'
}

// Line is Clean for what belongs on one line, such as a name.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

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
