package credit

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// Names of the actions on a post.
const (
	actionVoice   = "credit.voice"   // the value is the credit's id
	actionUnvoice = "credit.unvoice" // the same
	actionMore    = "credit.more"    // the value is what is wanted, a colon, and the id

	wantChange = "change" // edit or withdraw, for the giver
	wantDown   = "down"   // for those named
	wantNaming = "naming"
)

const (
	voiceLabel      = "I saw this too"
	moreChange      = "Edit or withdraw"
	moreDown        = "Take my name off"
	moreNaming      = "How I want to be credited"
	somebody        = "a colleague"
	seeWhere        = "See where it happened"
	withdrawnPost   = "This credit was withdrawn."
	clearLabel      = "Remove this message"
	maxVoicesListed = 5
)

// emoji of each kind: the one emoji of a post, beside its name in words.
var emoji = map[Kind]string{
	Idea: ":bulb:", Amplified: ":loudspeaker:", Help: ":handshake:", UnseenWork: ":seedling:", MadeRoom: ":wave:",
}

// post is what the post of a credit says.
type post struct {
	ID     string
	Named  []string // user ids
	Giver  string   // name, plain text; empty if they had themselves forgotten
	Kind   Kind
	Reason string
	Link   string   // to the message it is about, may be empty
	Voices []string // names, plain text; a few are enough
	More   int      // how many voices there are besides
}

// message is the post. Those credited are mentioned, as they agreed to be; nobody
// else is pinged, and nothing typed can ping.
func (p post) message() blockkit.Message {
	to := mentions(p.Named)
	from := shown(orSomebody(p.Giver))
	small := fmt.Sprintf("%s %s", emoji[p.Kind], p.Kind.Label())
	if p.Link != "" {
		small += fmt.Sprintf(" · <%s|%s>", p.Link, seeWhere)
	}
	blocks := []slack.Block{
		blockkit.Verbatim(fmt.Sprintf("*Credit to %s*, from %s\n%s", to, from, quote(p.Reason)), nil),
		blockkit.Context(small),
	}
	if len(p.Voices) > 0 {
		blocks = append(blocks, blockkit.Context(voicesLine(p.Voices, p.More)))
	}
	return blockkit.Message{
		Text: fmt.Sprintf("Credit to %s, from %s: %s", to, from, blockkit.Escape(p.Reason)),
		Blocks: append(blocks, blockkit.Actions("",
			blockkit.Button{Label: voiceLabel, ActionID: actionVoice, Value: p.ID},
			blockkit.Overflow{ActionID: actionMore, Options: []blockkit.Option{
				{Label: moreChange, Value: wantChange + ":" + p.ID},
				{Label: moreDown, Value: wantDown + ":" + p.ID},
				{Label: moreNaming, Value: wantNaming + ":" + p.ID},
			}},
		)),
	}
}

// withdrawnMessage is what is posted of a credit withdrawn in the moment it was
// being posted. It goes again at once, or at the first press where Slack did not
// say whether it is there.
func withdrawnMessage(id string) blockkit.Message {
	return blockkit.Message{Text: withdrawnPost, Blocks: []slack.Block{
		blockkit.Section(withdrawnPost),
		blockkit.Actions("", blockkit.Button{Label: clearLabel, ActionID: actionVoice, Value: id}),
	}}
}

// shown is a name as mrkdwn. It is isolated last: escaping would take that off.
func shown(name string) string { return blockkit.Isolate(blockkit.Escape(blockkit.Line(name))) }

// voicesLine says who saw it too, in mrkdwn.
func voicesLine(names []string, more int) string {
	listed := make([]string, 0, maxVoicesListed+1)
	for _, n := range names[:min(len(names), maxVoicesListed)] {
		listed = append(listed, shown(n))
	}
	switch more += len(names) - len(listed); {
	case more == 1:
		listed = append(listed, "1 more")
	case more > 1:
		listed = append(listed, fmt.Sprintf("%d others", more))
	}
	return "Also seen by " + and(listed)
}

// mentions names people by tokens that Slack shows as their names.
func mentions(userIDs []string) string {
	tokens := make([]string, len(userIDs))
	for i, id := range userIDs {
		tokens[i] = "<@" + id + ">"
	}
	return and(tokens)
}

// and joins: "a", "a and b", "a, b and c".
func and(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// quote sets typed words off, in mrkdwn.
func quote(plain string) string {
	return ">" + strings.ReplaceAll(blockkit.Escape(plain), "\n", "\n>")
}

func orSomebody(name string) string {
	if name == "" {
		return somebody
	}
	return name
}
