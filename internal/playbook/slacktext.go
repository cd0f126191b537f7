package playbook

import (
	"regexp"
	"strings"

	"allybot/internal/blockkit/plaintext"
)

// maxText is how much of a text is looked at, in bytes. Slack's messages have up
// to 4,000 characters.
const maxText = 8000

var (
	tokenPattern     = regexp.MustCompile(`<([^<>]*)>`)
	emojiPattern     = regexp.MustCompile(`:[a-z0-9_+'-]+:`)
	everybodyPattern = regexp.MustCompile(`(?i)@(?:channel|here|everyone)\b`)
	entities         = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// mention is a person mentioned in a text: <@U1|sam>.
type mention struct{ userID, label string }

// mentionMark stands for the next mention in decoded text. It is a private-use
// character, which decode removes from what people type.
const mentionMark = '\uE000'

// decode turns Slack's form into plain text in which mentionMark stands for each
// person mentioned.
func decode(text string) (string, []mention) {
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), string(mentionMark), "")
	var people []mention
	text = tokenPattern.ReplaceAllStringFunc(text, func(t string) string {
		body, label, _ := strings.Cut(t[1:len(t)-1], "|")
		switch {
		case strings.HasPrefix(body, "@U"), strings.HasPrefix(body, "@W"):
			people = append(people, mention{userID: body[1:], label: CleanName(entities.Replace(label))})
			return " " + string(mentionMark) + " "
		case strings.HasPrefix(body, "@"), strings.HasPrefix(body, "#"), strings.HasPrefix(body, "!"):
			return " "
		default: // a link: its label, if it has one, is what the person reads
			return " " + label + " "
		}
	})
	text = everybodyPattern.ReplaceAllString(text, " ")
	text = emojiPattern.ReplaceAllString(text, " ")
	return plaintext.Clean(entities.Replace(text)), people
}
