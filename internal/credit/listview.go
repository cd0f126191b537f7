package credit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

const (
	listTitle      = "Your credit" // of the window
	receivedTitle  = "*Credit you received*"
	gaveTitle      = "*Credit you gave*"
	seeGiven       = "What I gave"
	seeReceived    = "What I received"
	periodHint     = "Period"
	kindHint       = "Kind"
	allPeriods     = "All time"
	allKinds       = "All kinds"
	changeLabel    = "Change…"
	olderLabel     = "Older"
	newestLabel    = "Newest"
	exportLabel    = "Export…"
	listGive       = "Give credit"
	shareLabel     = "Share with someone…"
	onlyYouSee     = "Only you see this list."
	listAway       = "I can’t reach my memory right now, so I can’t show your credit. Nothing is lost. Please try again in a minute."
	listGone       = "That credit is not on your list any more."
	noneReceived   = "Nothing here yet. When a colleague credits you it is kept here for you, with links, ready for a review.\nIs there somebody whose idea or work helped you? Type `/ally credit @sam for spotting the missing index`."
	noneGiven      = "You haven’t given credit yet. Whose idea or work helped you lately? Type `/ally credit @sam for spotting the missing index`, or use *Give credit* in the menu of a message."
	noneFiltered   = "Nothing of this kind in this period. Choose another period or kind above."
	seeIt          = "See it"
	smallPrivate   = "private"
	smallWaiting   = "waiting for your answer, nobody else sees it"
	smallNotPosted = "not posted yet"
	nobodyAnyMore  = "somebody who is not here any more"
	forAll         = "all" // an option needs a value
)

const (
	// maxListUnits and maxListBytes keep a message below what blockkit cuts it to
	// (12,000 and 14,000), so that a page holds fewer credits and never half of one.
	maxListUnits = 11_400
	maxListBytes = 13_200
)

// listPage is what the list shows.
type listPage struct {
	listing
	UserID string
	Page   Page
	Notice string // mrkdwn, may be empty
	// Channel is what there is to say of the channel it is shown in.
	Channel []slack.Block
	link    func(Place) string
}

func (p listPage) message() blockkit.Message {
	blocks := p.blocks()
	text := strings.Trim(p.title(), "*")
	if p.Notice != "" {
		text = p.Notice
	}
	return blockkit.Message{Text: text, Blocks: blocks}
}

func (p listPage) modal() blockkit.Modal {
	return blockkit.Modal{CallbackID: actionList, Title: listTitle, Close: "Close", Blocks: p.blocks()}
}

func (p listPage) title() string {
	if p.Given {
		return gaveTitle
	}
	return receivedTitle
}

// blocks shows as many credits as there is room for; the next page goes on behind
// the last one shown.
func (p listPage) blocks() []slack.Block {
	for {
		blocks := p.all()
		n := len(p.Page.Credits)
		bytesLong, units := size(blocks)
		if n <= 1 || bytesLong <= maxListBytes && units <= maxListUnits {
			return blocks
		}
		p.Page = Page{Credits: p.Page.Credits[:n-1], Next: cursorOf(p.Page.Credits[n-2])}
	}
}

func (p listPage) all() []slack.Block {
	blocks := []slack.Block{blockkit.Section(p.title()), p.filters()}
	for i := range p.Page.Credits {
		blocks = append(blocks, p.entry(&p.Page.Credits[i])...)
	}
	if len(p.Page.Credits) == 0 {
		blocks = append(blocks, p.none()...)
	}
	blocks = append(blocks, blockkit.Actions("", p.ways()...), blockkit.Context(p.Notice), blockkit.Context(onlyYouSee))
	return append(blocks, p.Channel...)
}

// filters are the choices above the list. Their block carries what is shown.
func (p listPage) filters() slack.Block {
	period := blockkit.StaticSelect{ActionID: actionPeriod, Placeholder: periodHint, Initial: forAll}
	for _, d := range periods {
		period.Options = append(period.Options, blockkit.Option{Label: periodLabel(d), Value: strconv.Itoa(d)})
	}
	period.Options = append(period.Options, blockkit.Option{Label: allPeriods, Value: forAll})
	if p.Days > 0 {
		period.Initial = strconv.Itoa(p.Days)
	}
	kind := blockkit.StaticSelect{ActionID: actionKind, Placeholder: kindHint, Initial: orElse(string(p.Kind), forAll)}
	kind.Options = append([]blockkit.Option{{Label: allKinds, Value: forAll}}, kindOptions()...)
	other, label := p.first(), seeGiven
	if other.Given = !p.Given; p.Given {
		label = seeReceived
	}
	return blockkit.Actions(p.encode(), period, kind, blockkit.Button{Label: label, ActionID: actionList + ":other", Value: other.encode()})
}

func periodLabel(days int) string {
	if days == 365 {
		return "12 months"
	}
	return fmt.Sprintf("%d days", days)
}

func kindOptions() []blockkit.Option {
	var out []blockkit.Option
	for _, k := range Kinds() {
		out = append(out, blockkit.Option{Label: k.Label(), Value: string(k)})
	}
	return out
}

func (p listPage) entry(c *Credit) []slack.Block {
	to := p.listing
	to.ID = c.ID
	change := blockkit.Button{
		Label: changeLabel, ActionID: actionChange + ":" + c.ID, Value: to.encode(),
		Aloud: blockkit.Cut("Change: "+blockkit.Plain(blockkit.Line(c.Reason)), blockkit.MaxButtonLabel),
	}
	return []slack.Block{
		blockkit.Verbatim(p.who(c)+" · "+dateToken(c)+"\n"+quote(c.Reason), change),
		blockkit.Context(p.small(c)),
	}
}

// who is the other side of a credit. Of one given that is everybody it was for,
// whatever they decided, as that is theirs to know.
func (p listPage) who(c *Credit) string {
	if !p.Given {
		return "From " + giverOf(c)
	}
	return "To " + receiversOf(c)
}

func giverOf(c *Credit) string {
	if c.GiverID == "" {
		return somebody
	}
	return "<@" + c.GiverID + ">"
}

func receiversOf(c *Credit) string {
	var ids []string
	for _, r := range c.Receivers {
		if r.Standing != Left {
			ids = append(ids, r.UserID)
		}
	}
	return orElse(mentions(ids), nobodyAnyMore)
}

// dateToken is when a credit was given, in the zone of who reads.
func dateToken(c *Credit) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty}|%s>", c.Given.Unix(), c.Given.UTC().Format("2 Jan 2006"))
}

// small is the line below: kind, link and how it stands.
func (p listPage) small(c *Credit) string {
	line := kindLine(c.Kind)
	if link := p.link(linked(c, p.UserID)); link != "" {
		line += " · <" + link + "|" + seeIt + ">"
	}
	if s := standingOf(c, p.UserID); s != "" {
		line += " · " + s
	}
	return line
}

func kindLine(k Kind) string { return emoji[k] + " " + k.Label() }

// standingOf says in a word how a credit stands to somebody it concerns. A giver
// learns nothing of what those credited decided.
func standingOf(c *Credit, userID string) string {
	r := c.Receiver(userID)
	switch {
	case r == nil && c.Dest.ChannelID == "", r != nil && r.Standing == Private:
		return smallPrivate
	case r == nil:
		return ""
	case r.Standing == Asked, r.Standing == Waiting:
		return smallWaiting
	case r.Standing == Named && c.Posting != Posted:
		return smallNotPosted
	}
	return ""
}

// none is what stands where nothing is.
func (p listPage) none() []slack.Block {
	line := noneReceived
	switch {
	case p.Days > 0 || p.Kind != "":
		return []slack.Block{blockkit.Section(noneFiltered)}
	case p.Given:
		line = noneGiven
	}
	return []slack.Block{
		blockkit.Section(line),
		blockkit.Actions("", blockkit.Button{Label: listGive, ActionID: actionForm, Value: "{}", Style: blockkit.Primary}),
	}
}

// ways are the buttons below the list.
func (p listPage) ways() []blockkit.Element {
	var out []blockkit.Element
	button := func(label, action string, to listing) {
		out = append(out, blockkit.Button{Label: label, ActionID: action, Value: to.encode()})
	}
	if p.Page.Next != "" {
		to := p.first()
		to.After = p.Page.Next
		button(olderLabel, actionList+":older", to)
	}
	if p.After != "" {
		button(newestLabel, actionList+":newest", p.first())
	}
	if len(p.Page.Credits) > 0 {
		button(exportLabel, actionExport, p.first())
		if !p.Given {
			button(shareLabel, actionShare, p.first())
		}
	}
	return out
}
