package credit

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// The room's part of the launcher and of App Home.

const (
	// homeOrder is where the section stands among those of the other rooms.
	homeOrder = 15
	// homeTime is how long Home waits for what it shows.
	homeTime = 2 * time.Second
	// lately is the time that Home counts credits of, and the spread speaks of.
	lately = 90 * 24 * time.Hour
	// homeNewest is how many credits Home shows.
	homeNewest = 3
	// reasonShown is how much of a reason fits a list, in UTF-16 units.
	reasonShown = 120

	// actionMine shows all credit of a person; actionWish is how they want to be
	// credited, picked on Home.
	actionMine = "credit.list"
	actionWish = "credit.wish"
)

const (
	giveLabel = "Give credit"
	mineLabel = "My credit"

	homeHeading  = "*Credit*"
	homeAway     = "Your credit can’t be shown right now. Nothing of it is lost; please look again in a minute."
	homeNothing  = "When a colleague credits you, you find it here."
	homeOne      = "In the last 90 days, a colleague credited you once."
	homeMany     = "In the last 90 days, colleagues credited you %d times."
	homeOlder    = "This is what colleagues credited you for before:"
	wishHeading  = "*" + namingLabel + "*"
	wishHint     = "Choose how"
	wishOpen     = "You have not chosen yet. Until you do, a credit names you where you and your colleague both are; where more people would see it, I ask you first."
	wishNoteHome = "It holds for all credit to come. Nobody else sees what you choose."
)

// registerTeam registers what is not about one credit: Home, settings, the
// monthly list of a channel, how far credit reaches, and what is kept about people.
func (m *room) registerTeam(r *slackbot.Router) {
	r.Section(slackbot.Section{Order: homeOrder, Launcher: m.launcher, Home: m.home})
	m.registerSettings(r)
	m.registerDigest(r)
	m.registerSpread(r)
	m.registerPersonal(r)
}

// launcher is the room's row of a bare /ally. It looks nothing up.
func (m *room) launcher(context.Context, string) []slack.Block {
	return []slack.Block{m.ways(mineLabel)}
}

// ways is the row that leads to giving credit and to what one has.
func (m *room) ways(mine string) slack.Block {
	row := []blockkit.Element{blockkit.Button{Label: giveLabel, ActionID: actionForm}}
	if m.router.Handles("action/" + actionMine) {
		row = append(row, blockkit.Button{Label: mine, ActionID: actionMine})
	}
	return blockkit.Actions("", row...)
}

// home is the room's part of App Home. With Redis away it says so in one line.
func (m *room) home(ctx context.Context, userID string) []slack.Block {
	ctx, cancel := context.WithTimeout(ctx, homeTime)
	defer cancel()
	h, err := m.lookHome(ctx, userID)
	if err != nil {
		return []slack.Block{blockkit.Section(homeHeading), blockkit.Context(homeAway), m.ways(allLabel)}
	}
	blocks := append(h.blocks(), m.ways(allLabel))
	blocks = append(blocks, wishBlocks(h.Naming)...)
	if admin, err := m.isAdmin(ctx, userID); err == nil && admin {
		blocks = append(blocks, m.teamBlocks(ctx)...)
	}
	return blocks
}

// lookHome reads what Home shows of a person.
func (m *room) lookHome(ctx context.Context, userID string) (h homeView, err error) {
	if h.Recent, err = m.Ledger.Count(ctx, Query{To: userID, Since: m.Now().Add(-lately)}); err != nil {
		return h, err
	}
	newest, err := m.Ledger.Page(ctx, Query{To: userID, Limit: homeNewest})
	if err != nil {
		return h, err
	}
	for _, c := range newest.Credits {
		h.Newest = append(h.Newest, noticeLine{Credit: c, Link: orElse(m.link(c.Post), m.link(c.Source))})
	}
	naming, err := m.Ledger.Naming(ctx, userID)
	h.Naming = naming[userID]
	return h, err
}

// homeView is what Home says of the credit of one person.
type homeView struct {
	Recent int
	Newest []noticeLine
	Naming Naming
}

// noticeLine is a credit as whoever received it sees it in a list.
type noticeLine struct {
	Credit Credit
	Link   string // may be empty
}

func (h homeView) blocks() []slack.Block {
	said := homeNothing
	switch {
	case h.Recent == 1:
		said = homeOne
	case h.Recent > 1:
		said = fmt.Sprintf(homeMany, h.Recent)
	case len(h.Newest) > 0:
		said = homeOlder
	}
	blocks := []slack.Block{blockkit.Section(homeHeading + "\n" + said)}
	for _, l := range h.Newest {
		blocks = append(blocks, blockkit.Verbatim(l.text(), nil))
	}
	return blocks
}

// text is the line in mrkdwn. A mention on Home pings nobody.
func (l noticeLine) text() string {
	from := "A colleague"
	if l.Credit.GiverID != "" {
		from = "<@" + l.Credit.GiverID + ">"
	}
	line := fmt.Sprintf("%s, %s: %s", from, day(l.Credit.Given), short(l.Credit.Reason))
	if l.Link != "" {
		line += " · <" + l.Link + "|See it>"
	}
	return line
}

// day is a date that each reader sees in their own form and zone, in mrkdwn.
func day(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short}|%s>", t.Unix(), t.UTC().Format("2 Jan 2006"))
}

// short is a reason in a list: one line, cut, in mrkdwn.
func short(reason string) string {
	return blockkit.Escape(blockkit.Cut(blockkit.Line(reason), reasonShown))
}

// wishBlocks is the setting of how somebody wants to be credited.
func wishBlocks(now Naming) []slack.Block {
	note := wishNoteHome
	if now == Undecided {
		note = wishOpen
	}
	return []slack.Block{
		blockkit.SectionWith(wishHeading, blockkit.StaticSelect{
			ActionID: actionWish, Placeholder: wishHint, Options: namingOptions(), Initial: string(now),
		}),
		blockkit.Context(note),
	}
}
