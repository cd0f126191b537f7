package playbook

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// maxName is how much of a name is shown, in graphemes (what a reader calls
// characters). No real name is cut in daily use; a prank is.
const maxName = 40

// slotPattern finds {name|them} and {name's|their}.
var slotPattern = regexp.MustCompile(`\{([^{}|]*)\|([^{}]*)\}`)

// Fill puts a name into the slots of a text. A slot holds what to say when
// nobody is named: "let {name|them} finish" and "{name's|the} idea". The name is
// cleaned with CleanName first; the result is plain text, which whoever shows it
// in Slack must escape.
func Fill(text, name string) string {
	name = CleanName(name)
	return slotPattern.ReplaceAllStringFunc(text, func(slot string) string {
		part := slotPattern.FindStringSubmatch(slot)
		switch {
		case name == "":
			return part[2]
		case part[1] == "name":
			return name
		case part[1] == "name's":
			return name + "'s"
		default: // lint keeps these out
			return part[2]
		}
	})
}

// CleanName makes a name safe to put into a sentence: one line, no control,
// direction or zero-width characters, no angle brackets, at most 40 graphemes.
func CleanName(name string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToValidUTF8(name, "") {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case unsafeInName(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	clean := b.String()
	g := uniseg.NewGraphemes(clean)
	for n := 0; g.Next(); n++ {
		if n == maxName {
			from, _ := g.Positions()
			return strings.TrimSpace(clean[:from])
		}
	}
	return clean
}

func unsafeInName(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case strings.ContainsRune("<>{}|", r):
		return true
	}
	return false
}
