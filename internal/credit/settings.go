package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/channels"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// What is set on Home: how somebody wants to be credited, and by admins the
// team's credit channel.

const (
	actionTeam   = "credit.team"    // the channel picked
	actionNoTeam = "credit.no_team" // none any more
)

const (
	teamTitle   = "Credit channel"
	teamHeading = "*" + teamTitle + "*\nWhere colleagues can post credit for more people to see. Those who have not chosen to be named there are asked first."
	teamHint    = "Choose a channel"
	teamNone    = "Use no credit channel"
	teamNote    = "Only admins see this setting."

	teamAdmins   = "Only admins of this workspace can choose the credit channel. Nothing was changed."
	teamInvite   = "I am not in that channel, and I never join by myself. Invite me there first, then choose it again. Nothing was changed."
	teamArchived = "That channel is archived. Nothing was changed."
	teamDirect   = "A direct conversation can’t be the credit channel. Nothing was changed."
	teamUntold   = "I can’t see what kind of channel that is, so nothing was changed. Whoever looks after Ally here can find out why with `ally doctor`."

	teamLeft    = "I am not in this channel any more. Invite me again, or choose another one."
	teamBuried  = "This channel is archived. Choose another one."
	teamUnknown = "I can’t see this channel at the moment."
)

func (m *room) registerSettings(r *slackbot.Router) {
	r.Action(actionWish, m.wished)
	r.Action(actionTeam, m.setTeam)
	r.Action(actionNoTeam, m.clearTeam)
}

// wished saves how somebody wants to be credited, at once.
func (m *room) wished(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	n := Naming(a.Value)
	if n != InPublic && n != InPrivate && n != AskFirst {
		return nil
	}
	if err := m.Ledger.SetNaming(ctx, a.UserID, n); err != nil {
		return err
	}
	m.freshHome(ctx, a.UserID)
	return nil
}

// freshHome publishes Home anew after something was set on it. It is set, so a
// failure here is not worth a word.
func (m *room) freshHome(ctx context.Context, userID string) {
	if t := m.homeTask(userID); t != nil {
		_ = m.router.Do(ctx, *t)
	}
}

// isAdmin says whether somebody may set what holds for all.
func (m *room) isAdmin(ctx context.Context, userID string) (bool, error) {
	if slices.Contains(m.Admins, userID) {
		return true, nil
	}
	p, err := m.People.Find(ctx, userID)
	if errors.Is(err, people.ErrUnknown) {
		return false, nil
	}
	return err == nil && p.Admin, err
}

// teamBlocks is the setting of the credit channel.
func (m *room) teamBlocks(ctx context.Context) []slack.Block {
	team, err := m.Ledger.Channel(ctx)
	if err != nil {
		return nil
	}
	trouble := ""
	if team != "" {
		switch problem, err := m.unfit(ctx, team); {
		case err != nil || problem == teamUntold:
			trouble = teamUnknown
		case problem == teamArchived:
			trouble = teamBuried
		case problem != "":
			trouble = teamLeft
		}
	}
	return teamView(team, trouble)
}

func teamView(team, trouble string) []slack.Block {
	blocks := []slack.Block{blockkit.SectionWith(teamHeading, blockkit.ConversationSelect{
		ActionID: actionTeam, Placeholder: teamHint, Initial: team,
		Filter: []string{blockkit.PublicChannels, blockkit.PrivateChannels},
	})}
	if trouble != "" {
		blocks = append(blocks, blockkit.Context(trouble))
	}
	if team != "" {
		blocks = append(blocks, blockkit.Actions("", blockkit.Button{Label: teamNone, ActionID: actionNoTeam}))
	}
	return append(blocks, blockkit.Context(teamNote))
}

// unfit says why a channel cannot be the credit channel, in the words of whoever
// picks it; "" if it can.
func (m *room) unfit(ctx context.Context, channelID string) (string, error) {
	ch, err := m.Channels.Find(ctx, channelID)
	switch {
	case errors.Is(err, channels.ErrHidden):
		return teamInvite, nil
	case errors.Is(err, channels.ErrUnknown):
		return teamUntold, nil
	case err != nil:
		return "", fmt.Errorf("looking at a channel: %w", err)
	case ch.Direct:
		return teamDirect, nil
	case ch.Archived:
		return teamArchived, nil
	case !ch.BotIn:
		return teamInvite, nil
	}
	return "", nil
}

// setTeam makes the channel that an admin picked the credit channel, or says why
// not and keeps the old one.
func (m *room) setTeam(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	if ok, err := m.isAdmin(ctx, a.UserID); err != nil || !ok {
		return m.notAdmin(ctx, t, a, err)
	}
	m.Channels.Forget(a.Value) // they may have invited the bot just now
	problem, err := m.unfit(ctx, a.Value)
	if err != nil {
		return err
	}
	if problem == "" {
		err = m.Ledger.SetChannel(ctx, a.Value)
	} else {
		err = m.explain(ctx, t, a, problem)
	}
	if err != nil {
		return err
	}
	m.freshHome(ctx, a.UserID) // with the channel that is set, picked or not
	return nil
}

// clearTeam leaves the workspace without a credit channel.
func (m *room) clearTeam(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	if ok, err := m.isAdmin(ctx, a.UserID); err != nil || !ok {
		return m.notAdmin(ctx, t, a, err)
	}
	if err := m.Ledger.SetChannel(ctx, ""); err != nil {
		return err
	}
	m.freshHome(ctx, a.UserID)
	return nil
}

func (m *room) notAdmin(ctx context.Context, t slackbot.Task, a slackbot.Action, err error) error {
	if err != nil {
		return fmt.Errorf("asking whether somebody is an admin: %w", err)
	}
	return m.explain(ctx, t, a, teamAdmins)
}

// explain tells somebody who acted on Home something in a window: Home has no
// place for an answer. Where none opens, as it is too late, they are told directly.
func (m *room) explain(ctx context.Context, t slackbot.Task, a slackbot.Action, line string) error {
	v := blockkit.Modal{Title: teamTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(line)}}
	if m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", v) == nil {
		return nil
	}
	if err := m.replyTo(ctx, t.ID+"/explained", a.UserID, say(line)); err != nil {
		return fmt.Errorf("answering a setting: %w", err)
	}
	return nil
}
