package credit

import (
	"fmt"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// Names of the actions on private notices. The value is the credit's id.
const (
	actionPost    = "credit.post"
	actionPrivate = "credit.private"
	actionDecline = "credit.decline"
	actionDown    = "credit.down"
	actionNaming  = "credit.naming"
)

const (
	postLabel    = "Post it"
	privateLabel = "Keep it private"
	declineLabel = "Decline"
	downLabel    = "Take this one down"
	namingLabel  = "How I want to be credited"
	allLabel     = "All my credit"

	namedLine     = "%s credited you in %s:"
	namedSoonLine = "%s credited you:"
	askedLine     = "%s would like to credit you in %s:"
	privateLine   = "%s credited you, for your eyes only:"

	askedNote     = "Your name is nowhere on it yet. Without an answer in seven days it stays private. %s only sees that it was delivered."
	privateNote   = "It is on your list: `/ally credits`."
	postedNote    = "It is posted, with your name. You can take it down at any time."
	postingNote   = "Your name goes on it."
	keptNote      = "It stays between you two. It is on your list: `/ally credits`."
	declinedNote  = "It is gone, and your name is not posted. %s is not told."
	lapsedNote    = "There was no answer in seven days, so it stayed private. It is on your list, and you can still post it."
	removingNote  = "Slack does not let me take the post away right now, perhaps because its channel is archived. I try again every day. The credit is on your list: `/ally credits`."
	withdrawnNote = "This credit was withdrawn. It is on nobody’s list any more."
)

// notice is what somebody credited is told privately.
type notice struct {
	Credit   Credit
	Receiver Receiver
	Link     string // to the post, or else to the message it is about; may be empty
	Lapsed   bool   // the card was not answered in time
}

// giver is who gave it, as a mention: those credited always see who.
func (n notice) giver() string {
	if n.Credit.GiverID == "" {
		return "A colleague"
	}
	return "<@" + n.Credit.GiverID + ">"
}

func (n notice) message() blockkit.Message {
	if !n.Credit.Stands() {
		return blockkit.Message{Text: withdrawnNote, Blocks: []slack.Block{blockkit.Section(withdrawnNote)}}
	}
	there := "<#" + n.Credit.Dest.ChannelID + ">" // shown by name to those who may see it
	naming := blockkit.Button{Label: namingLabel, ActionID: actionNaming, Value: n.Credit.ID}
	button := func(label, action, style string) blockkit.Element {
		return blockkit.Button{Label: label, ActionID: action, Value: n.Credit.ID, Style: style}
	}
	var lead, note string
	var buttons []blockkit.Element
	switch n.Receiver.Standing {
	case Named:
		lead, note = fmt.Sprintf(namedLine, n.giver(), there), postedNote
		if n.Credit.Posting != Posted {
			lead, note = fmt.Sprintf(namedSoonLine, n.giver()), postingNote
		}
		buttons = []blockkit.Element{button(downLabel, actionDown, ""), naming}
	case Asked, Waiting:
		lead, note = fmt.Sprintf(askedLine, n.giver(), there), fmt.Sprintf(askedNote, n.giver())
		buttons = []blockkit.Element{
			button(postLabel, actionPost, blockkit.Primary), button(privateLabel, actionPrivate, ""), button(declineLabel, actionDecline, ""), naming,
		}
	case Declined, Left:
		text := fmt.Sprintf(declinedNote, n.giver())
		return blockkit.Message{Text: text, Blocks: []slack.Block{blockkit.Section(text)}}
	default:
		lead, note = fmt.Sprintf(privateLine, n.giver()), privateNote
		if n.Credit.Dest.ChannelID != "" {
			lead, note = fmt.Sprintf(namedSoonLine, n.giver()), keptNote
			if n.Lapsed {
				note = lapsedNote
			}
			if n.Credit.Posting == Removing {
				note = removingNote
			} else {
				buttons = append(buttons, button(postLabel, actionPost, ""))
			}
		}
		buttons = append(buttons, naming)
	}
	small := emoji[n.Credit.Kind] + " " + n.Credit.Kind.Label()
	if n.Link != "" {
		small += " · <" + n.Link + "|See it>"
	}
	return blockkit.Message{
		Text: lead + " " + blockkit.Escape(n.Credit.Reason),
		Blocks: []slack.Block{
			blockkit.Verbatim(lead+"\n"+quote(n.Credit.Reason), nil),
			blockkit.Context(small),
			blockkit.Context(note),
			blockkit.Actions("", buttons...),
		},
	}
}
