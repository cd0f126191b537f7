package blockkit

import (
	"strings"
	"unicode/utf16"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// Len counts the UTF-16 code units of a text.
func Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Cut shortens a text to at most limit UTF-16 units, between graphemes (what a
// reader calls characters), and ends it with an ellipsis.
func Cut(s string, limit int) string { return cut(s, limit, nextGrapheme) }

// CutMrkdwn is Cut for mrkdwn: it never leaves half a token like <@U1> or half
// an entity like &amp;.
func CutMrkdwn(s string, limit int) string { return cut(s, limit, nextMrkdwn) }

func cut(s string, limit int, next func(string) string) string {
	s = strings.ToValidUTF8(s, "")
	if Len(s) <= limit {
		return s
	}
	taken, size := 0, Len(ellipsis)
	for taken < len(s) {
		unit := next(s[taken:])
		n := Len(unit)
		if size+n > limit {
			break
		}
		taken += len(unit)
		size += n
	}
	return strings.TrimRight(s[:taken], " \n") + ellipsis
}

func nextGrapheme(s string) string {
	g, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return g
}

func nextMrkdwn(s string) string {
	switch s[0] {
	case '<':
		if end := strings.IndexAny(s[1:], "<>\n"); end >= 0 && s[1+end] == '>' {
			return s[:end+2]
		}
	case '&':
		for _, e := range []string{"&amp;", "&lt;", "&gt;"} {
			if strings.HasPrefix(s, e) {
				return e
			}
		}
	}
	return nextGrapheme(s)
}
