package credit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// What is said about the monthly list of a channel.

const (
	// digestShown is how many credits a list shows at most, digestNames how many
	// people of one, and nameShown how much of a name, in UTF-16 units.
	digestShown = 20
	digestNames = 3
	nameShown   = 40
	// digestBytes is how much room the lines of a list may take in a message, as
	// JSON, and digestBlock how long the text of one block may get.
	digestBytes = 11_000
	digestBlock = 2900
)

const (
	channelHeading = "*Credit in this channel*"
	digestOffer    = "Once a month, on the first working day, I can list the credit given here. I tell the channel before."
	digestRuns     = "Once a month I list the credit given here, next on %s."
	digestOnLabel  = "Turn the list on"
	digestOffLabel = "Turn the list off"

	digestNotice  = "On the first working day of each month I will list the credit posted here the month before, because %s asked for it. Any full member can turn this off, here or with `/ally credits`."
	digestEnded   = "The monthly list of credit is off. Any full member can turn it on again with `/ally credits`."
	digestHeading = "*Credit given here in %s*"
	digestSmall   = "Once a month, because somebody here asked for it."
	digestMore    = "and %d more"

	digestIsOn    = "It is on, and I told the channel. The next list comes on %s."
	digestWasOn   = "It is on already. The next list comes on %s."
	digestIsOff   = "It is off. Nothing more is listed here."
	digestFull    = "Only full members of this channel can turn its monthly list on or off."
	digestNoPlace = "I may not post in this channel, so I left the monthly list off. Invite me here, then try again."
	digestNotDone = "I could not turn on the monthly list in <#%s>: something I need did not answer. Please try again."
	digestStopped = "You asked me for a monthly list of credit in <#%s>. I may not post there any more, so I stopped it. If you invite me again, `/ally credits` there turns it on."
)

// digestButton turns the list of a channel on or off. The value says which and
// where from: the notice that it is on changes when it is turned off.
func digestButton(label, want, channelID string) blockkit.Button {
	return blockkit.Button{Label: label, ActionID: actionDigest, Value: want + ":" + channelID}
}

// noticeMessage tells a channel, in public, what will be posted there. The name
// is plain text.
func noticeMessage(name, channelID string) blockkit.Message {
	text := fmt.Sprintf(digestNotice, blockkit.Escape(blockkit.Isolate(orSomebody(name))))
	return blockkit.Message{Text: text, Blocks: []slack.Block{
		blockkit.Verbatim(text, nil),
		blockkit.Actions("", digestButton(digestOffLabel, wantNoticeOff, channelID)),
	}}
}

// digestLine is one credit of a list. Names are plain text, so that nobody is
// pinged a second time.
type digestLine struct {
	Giver  string // empty if they had themselves forgotten
	To     []string
	Reason string
	Link   string
}

func (l digestLine) text() string {
	to := make([]string, 0, digestNames+1)
	for _, name := range l.To[:min(len(l.To), digestNames)] {
		to = append(to, nameIn(name))
	}
	switch more := len(l.To) - len(to); {
	case more == 1:
		to = append(to, nameIn(l.To[digestNames]))
	case more > 1:
		to = append(to, fmt.Sprintf("%d others", more))
	}
	from := "A colleague"
	if l.Giver != "" {
		from = nameIn(l.Giver)
	}
	line := fmt.Sprintf("• %s credited %s: %s", from, and(to), short(l.Reason))
	if l.Link != "" {
		line += " · <" + l.Link + "|See it>"
	}
	return line
}

// nameIn is a name within a line of mrkdwn.
func nameIn(name string) string {
	return blockkit.Escape(blockkit.Isolate(blockkit.Cut(orSomebody(name), nameShown)))
}

// digestMessage is the list of a month; more is how many credits it leaves out
// already. What does not fit into a message is left out as well.
func digestMessage(channelID string, month time.Time, lines []digestLine, more int) blockkit.Message {
	heading := fmt.Sprintf(digestHeading, month.Format("January 2006"))
	var texts []string
	room := digestBytes
	for i, l := range lines {
		text := l.text()
		j, _ := json.Marshal(text) // cannot fail
		if room -= len(j); room < 0 {
			more += len(lines) - i
			break
		}
		texts = append(texts, text)
	}
	if more > 0 {
		texts = append(texts, fmt.Sprintf(digestMore, more))
	}
	blocks := []slack.Block{blockkit.Section(heading)}
	for rest := texts; len(rest) > 0; {
		n, size := 1, blockkit.Len(rest[0])
		for n < len(rest) && size+1+blockkit.Len(rest[n]) <= digestBlock {
			size += 1 + blockkit.Len(rest[n])
			n++
		}
		blocks = append(blocks, blockkit.Verbatim(strings.Join(rest[:n], "\n"), nil))
		rest = rest[n:]
	}
	return blockkit.Message{
		Text: heading + "\n" + strings.Join(texts, "\n"),
		Blocks: append(blocks, blockkit.Context(digestSmall),
			blockkit.Actions("", digestButton(digestOffLabel, wantOff, channelID))),
	}
}

// channelView is what `/ally credits` says of the channel it was typed in.
func channelView(d Digest, on, spread bool, channelID string) []slack.Block {
	text, button := digestOffer, digestButton(digestOnLabel, wantOn, channelID)
	if on {
		text, button = fmt.Sprintf(digestRuns, day(d.Next)), digestButton(digestOffLabel, wantOff, channelID)
	}
	row := []blockkit.Element{button}
	if spread {
		row = append(row, blockkit.Button{Label: spreadLabel, ActionID: actionSpread, Value: channelID})
	}
	return []slack.Block{blockkit.Section(channelHeading + "\n" + text), blockkit.Actions("", row...)}
}
