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

// maxMarks is how many runes one grapheme may have: the scripts of the world
// need fewer, and without a limit marks pile up over the lines around them.
const maxMarks = 8

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
	var cut strings.Builder
	for n := 0; n < maxName && g.Next(); n++ {
		for i, r := range g.Runes() {
			if i < maxMarks {
				cut.WriteRune(r)
			}
		}
	}
	return strings.TrimSpace(cut.String())
}

// unsafeInName: control, direction and invisible characters, those that Slack
// or the slots read as their own, and private use.
func unsafeInName(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) ||
		strings.ContainsRune("<>{}|\u034f\u2800", r)
}
