// Package plaintext keeps of a person's text what a reader sees. It is plain Go,
// so that content and views share one rule.
package plaintext

import (
	"strings"
	"unicode"
)

const (
	zwnj      = '\u200c'
	zwj       = '\u200d'
	blackFlag = '\U0001f3f4'
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
	if isPrintableASCII(s) { // nearly always
		return s
	}
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

func isPrintableASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' && s[i] != '\n' || s[i] > '~' {
			return false
		}
	}
	return true
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
