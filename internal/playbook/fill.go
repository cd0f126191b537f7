package playbook

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"allybot/internal/blockkit/plaintext"
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

// CleanName makes a name safe to put into a sentence: one line, nothing that is
// not seen but acts, no angle brackets, at most 40 graphemes. The joiners that
// Persian and Indic names are spelled with stay.
func CleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unsafeInName(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	g := uniseg.NewGraphemes(plaintext.Line(name))
	var cut strings.Builder
	for n := 0; n < maxName && g.Next(); n++ {
		for i, r := range g.Runes() {
			if i < maxMarks {
				cut.WriteRune(r)
			}
		}
	}
	return plaintext.Line(cut.String()) // what was cut may have held a joiner in place
}

// unsafeInName: what Slack or the slots read as their own, private use, blanks
// that pass for letters, and hidden tags.
func unsafeInName(r rune) bool {
	return unicode.In(r, unicode.Co, unicode.Cs, unicode.Other_Default_Ignorable_Code_Point) ||
		r >= 0xe0000 && r <= 0xe007f || strings.ContainsRune("<>{}|\u2800", r)
}
