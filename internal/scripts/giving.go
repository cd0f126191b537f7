package scripts

import (
	"context"
	"slices"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// aboutCredit says whether giving credit is what the moment calls for: for
// whoever saw it or has to put it right, not for whose idea it was.
func aboutCredit(script *playbook.Script, role playbook.Role) bool {
	return role != playbook.Affected && slices.ContainsFunc(script.Practices, func(id string) bool {
		return id == "give-credit" || id == "recognise-allyship"
	})
}

// giveCredit hands over to where credit is given, for the one named and about the
// message the words were asked for.
func (m *room) giveCredit(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := decode(a.Value)
	g := slackbot.CreditToGive{
		TriggerID: a.TriggerID, OnTop: a.Origin.ViewType == "modal", UserID: a.UserID, TeamID: a.TeamID,
		ChannelID: s.Channel, TS: s.TS,
	}
	if g.ChannelID == "" {
		g.ChannelID = a.Origin.ChannelID
	}
	if s.UserID != "" && s.UserID != a.UserID {
		g.Receivers = []string{s.UserID}
	}
	t, err := slackbot.NewTask(slackbot.CreditOpen, g)
	if err != nil {
		return err
	}
	return m.router.Do(ctx, *t)
}
