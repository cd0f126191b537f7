// Package care is what people are shown after harm, wherever they tell of it:
// whom to turn to, first and on its own, and never a clever line. It knows
// nothing of rooms and keeps nothing.
package care

import (
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// Title is the first thing said. It fits an option of a list.
const Title = "You don't have to handle this alone"

const (
	danger = "*If anyone is in danger now, call your local emergency number.* That includes thoughts of hurting yourself."
	people = "*People you can turn to*\n• Someone you trust\n• Your HR or people team\n• Your employee assistance programme, if your workplace has one"
	honest = "Ally reports nothing to anyone, and it is not confidential support. To be heard in confidence, talk to a person."
)

// Blocks is the page: the organisation's contacts, in mrkdwn with empty lines
// between paragraphs, or careful words that hold anywhere if they are empty. What
// leads on from here is added below by whoever shows it.
func Blocks(contacts string) []slack.Block {
	blocks := []slack.Block{blockkit.Header(Title)}
	if contacts = strings.TrimSpace(contacts); contacts != "" {
		for _, paragraph := range strings.Split(contacts, "\n\n") {
			blocks = append(blocks, blockkit.Section(paragraph))
		}
		blocks = append(blocks, blockkit.Section(danger))
	} else {
		blocks = append(blocks, blockkit.Section(danger), blockkit.Section(people))
	}
	return append(blocks, blockkit.Context(honest))
}
