package playbook

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"allybot/internal/blockkit/plaintext"
)

// maxName is how much of a name is shown, in graphemes (what a reader calls
// characters). No real name is cut in daily use; a prank is.
const maxName = 40

// maxMarks is how many runes one grapheme may have: the scripts of the world
// need fewer, and without a limit marks pile up over the lines around them.
const maxMarks = 8

// maxTopic is how much of a topic is shown, in graphemes. It stands in the
// middle of a sentence that somebody is going to say.
const maxTopic = 60

// slotPattern finds {name|them}, {name's|their} and {topic|this}.
var slotPattern = regexp.MustCompile(`\{([^{}|]*)\|([^{}]*)\}`)

// Values are what slots are filled with; what is empty is not known.
type Values struct {
	Name  string // who the moment is about
	Topic string // what their idea or work was about: "the pricing page"
}

// Fill puts a name and a topic into the slots of a text. A slot holds what to say
// when nothing is known: "let {name|them} finish", "{name's|the} idea", "about
// {topic|this}". Both are cleaned with CleanName first; the result is plain text,
// which whoever shows it in Slack must escape.
func Fill(text string, with Values) string {
	if !strings.ContainsRune(text, '{') {
		return text
	}
	name, topic := CleanName(with.Name), clean(with.Topic, maxTopic)
	return slotPattern.ReplaceAllStringFunc(text, func(slot string) string {
		part := slotPattern.FindStringSubmatch(slot)
		switch {
		case part[1] == "name" && name != "":
			return name
		case part[1] == "name's" && name != "":
			return name + "'s"
		case part[1] == "topic" && topic != "":
			return likeStart(topic, part[2])
		default: // not known; lint keeps other slots out
			return part[2]
		}
	})
}

// likeStart gives a topic a capital where its fallback has one, because a
// sentence begins there.
func likeStart(topic, fallback string) string {
	first, _ := utf8.DecodeRuneInString(fallback)
	r, size := utf8.DecodeRuneInString(topic)
	if unicode.IsUpper(first) && unicode.IsLower(r) {
		return string(unicode.ToTitle(r)) + topic[size:]
	}
	return topic
}

// CleanName makes a name safe to put into a sentence: one line, nothing that is
// not seen but acts, no angle brackets, at most 40 graphemes. The joiners that
// Persian and Indic names are spelled with stay.
func CleanName(name string) string { return clean(name, maxName) }

// clean is CleanName with room for most graphemes.
func clean(name string, most int) string {
	name = strings.Map(func(r rune) rune {
		if unsafeInName(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	g := uniseg.NewGraphemes(plaintext.Line(name))
	var cut strings.Builder
	for n := 0; n < most && g.Next(); n++ {
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
