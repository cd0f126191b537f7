package app

import (
	"slices"

	"allybot/internal/channels"
	"allybot/internal/credit"
	"allybot/internal/slackbot"
)

// credit moves in the room for giving credit.
func (a *App) credit(r *slackbot.Router, h house) {
	credit.Register(r, credit.Deps{
		Ledger: credit.NewLedger(a.redis, a.deps.Now), People: h.people, Channels: channels.New(channels.Options{Slack: h.send, Now: a.deps.Now}),
		Send: h.send, Gate: h.gate, Slack: h.send, Deleted: h.deleted, Hears: hears(h.scopes), Later: h.later,
		TeamURL: h.teamURL, Emoji: string(a.cfg.CreditEmoji), Admins: a.cfg.Admins,
		Now: a.deps.Now, Log: a.log.Named("credit"),
	})
}

// hears says of which conversations with the bot in it Slack tells when a message
// is deleted. Whether a channel is private its id does not tell, so it needs both
// scopes.
func hears(scopes []string) func(channelID string) bool {
	direct := slices.Contains(scopes, "im:history")
	channels := slices.Contains(scopes, "channels:history") && slices.Contains(scopes, "groups:history")
	return func(channelID string) bool {
		if channelID != "" && channelID[0] == 'D' {
			return direct
		}
		return channels
	}
}
