package lessons

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// The room's part of the launcher, of App Home and of the welcome.

const (
	// homeOrder is where the section stands among those of the other rooms.
	homeOrder = 17
	// homeTime is how long Home waits for what it shows.
	homeTime = 2 * time.Second
)

// launcher is one small button. It looks nothing up.
func (m *room) launcher(context.Context, string) []slack.Block {
	return []slack.Block{blockkit.Actions("", blockkit.Button{Label: standingTitle, ActionID: actionOpen})}
}

// home says when the next lesson comes, or invites. With Redis away it says so in
// one line; to those who cannot take lessons it says nothing.
func (m *room) home(ctx context.Context, userID string) []slack.Block {
	ctx, cancel := context.WithTimeout(ctx, homeTime)
	defer cancel()
	w, err := m.who(ctx, userID)
	if err == nil && !w.Member {
		return nil
	}
	if err != nil {
		return []slack.Block{blockkit.Section(homeHeading), blockkit.Context(homeAway)}
	}
	s, err := m.Book.Find(ctx, userID)
	if err != nil {
		return []slack.Block{blockkit.Section(homeHeading), blockkit.Context(homeAway)}
	}
	st := m.standing(ctx, s, w)
	if !s.On {
		blocks := []slack.Block{
			blockkit.Section(homeHeading + "\n" + inviteLine),
			blockkit.Actions("",
				blockkit.Button{Label: subscribeLabel, ActionID: actionOn, Value: onStanding, Style: blockkit.Primary},
				blockkit.Button{Label: readFirstLabel, ActionID: actionRead, Value: onStanding},
				blockkit.Button{Label: channelLabel, ActionID: actionChannel, Value: onStanding},
			),
		}
		if saved := st.saved(); saved != nil {
			blocks = append(blocks, saved)
		}
		if n := st.notes(); n != "" {
			blocks = append(blocks, blockkit.Context(n))
		}
		return blocks
	}
	return st.blocks(homeHeading)
}

// welcome invites, once; whoever said yes is told when the first one comes.
func (m *room) welcome(ctx context.Context, userID string) []slack.Block {
	ctx, cancel := context.WithTimeout(ctx, homeTime)
	defer cancel()
	s, err := m.Book.Find(ctx, userID)
	if err != nil {
		return nil
	}
	if s.On {
		st := m.standing(ctx, s, who{Member: true, Zone: s.Zone})
		return []slack.Block{
			blockkit.Section(st.line()),
			blockkit.Actions("", blockkit.Button{Label: slotLabel, ActionID: actionSlot, Value: onWelcome}),
		}
	}
	return []slack.Block{
		blockkit.Section(homeHeading + "\n" + inviteLine),
		blockkit.Actions("",
			blockkit.Button{Label: subscribeLabel, ActionID: actionOn, Value: onWelcome, Style: blockkit.Primary},
			blockkit.Button{Label: declineLabel, ActionID: actionDecline, Value: onWelcome},
		),
	}
}
