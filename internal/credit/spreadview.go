package credit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/channels"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// How far credit reaches in a channel, for those who look after it.

// actionSpread asks for it; the value is the channel.
const actionSpread = "credit.spread"

const (
	spreadLabel   = "How far credit reaches"
	spreadHeading = "*How far credit reaches here*"
	spreadShare   = "In the last 90 days, %s got credit that was posted in this channel."
	spreadMost    = "Most often it was for %s."
	spreadAlso    = "Also for %s."
	spreadSmall   = "It is about the full members of this channel. Shares are rounded, and nobody is named or compared."
	spreadFew     = "I only say this of groups of five or more full members: in a smaller one it would point at single people."
	spreadUntold  = "I can’t see who is in this channel at the moment, so I can’t say. Please try again later."
	spreadNotFor  = "How far credit reaches is for the person who made this channel, for whoever asked for its monthly list, and for admins."
)

// spreadKinds are the kinds as they stand in the sentences above.
var spreadKinds = map[Kind]string{
	Idea: "ideas", Amplified: "bringing somebody’s point back", Help: "help", UnseenWork: "unseen work", MadeRoom: "making room for others",
}

func (m *room) registerSpread(r *slackbot.Router) {
	r.Action(actionSpread, m.spread)
}

// hidden says whether the bot cannot tell anything of a conversation, now or later.
func hidden(err error) bool {
	return errors.Is(err, channels.ErrHidden) || errors.Is(err, channels.ErrUnknown)
}

// maySeeSpread says whether somebody looks after a channel: who made it, who asked
// for its digest, and admins, as long as they are in it.
func (m *room) maySeeSpread(ctx context.Context, userID, channelID string) (bool, error) {
	if in, err := m.fullMember(ctx, userID, channelID); err != nil || !in {
		return false, err
	}
	ch, err := m.Channels.Find(ctx, channelID)
	if err != nil && !hidden(err) {
		return false, fmt.Errorf("looking at a channel: %w", err)
	}
	if err == nil && ch.Creator == userID {
		return true, nil
	}
	d, _, err := m.Ledger.Digest(ctx, channelID)
	if err != nil || d.AskedBy == userID {
		return err == nil, err
	}
	return m.isAdmin(ctx, userID)
}

// spread answers how far credit reaches in a channel.
func (m *room) spread(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	may, err := m.maySeeSpread(ctx, a.UserID, a.Value)
	if err != nil {
		return err
	}
	if !may {
		return m.whisper(ctx, a, say(spreadNotFor))
	}
	group, err := m.fullMembers(ctx, a.Value)
	if hidden(err) {
		return m.whisper(ctx, a, say(spreadUntold))
	}
	if err != nil {
		return err
	}
	credits, err := m.postedIn(ctx, a.Value, m.Now().Add(-lately), m.Now())
	if err != nil {
		return err
	}
	s, ok := Spread(group, credits)
	return m.whisper(ctx, a, spreadMessage(s, ok))
}

// fullMembers lists the full members of the workspace who are in a channel.
func (m *room) fullMembers(ctx context.Context, channelID string) ([]string, error) {
	all, err := m.Channels.Members(ctx, channelID)
	if err != nil {
		return nil, fmt.Errorf("listing who is in a channel: %w", err)
	}
	if len(all) > MinGroup { // else they are looked up one by one
		if err := m.People.Preload(ctx); err != nil && ctx.Err() != nil {
			return nil, err
		}
	}
	var group []string
	for _, id := range all {
		p, err := m.People.Find(ctx, id)
		if err != nil && !errors.Is(err, people.ErrUnknown) {
			return nil, err
		}
		if err == nil && p.Member() {
			group = append(group, id)
		}
	}
	return group, nil
}

// spreadMessage is the answer, in words.
func spreadMessage(s Summary, ok bool) blockkit.Message {
	if !ok {
		return say(spreadFew)
	}
	sentences := []string{fmt.Sprintf(spreadShare, s.Share)}
	if len(s.Most) > 0 {
		sentences = append(sentences, fmt.Sprintf(spreadMost, kindNames(s.Most)))
	}
	if len(s.Also) > 0 {
		sentences = append(sentences, fmt.Sprintf(spreadAlso, kindNames(s.Also)))
	}
	text := strings.Join(sentences, " ")
	return blockkit.Message{Text: text, Blocks: []slack.Block{
		blockkit.Section(spreadHeading + "\n" + text), blockkit.Context(spreadSmall),
	}}
}

func kindNames(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = spreadKinds[k]
	}
	return and(names)
}
