package app

import (
	"allybot/internal/channels"
	"allybot/internal/credit"
	"allybot/internal/slackbot"
)

// credit moves in the room for giving credit.
func (a *App) credit(r *slackbot.Router, h house) {
	credit.Register(r, credit.Deps{
		Ledger: credit.NewLedger(a.redis, a.deps.Now), People: h.people, Channels: channels.New(channels.Options{Slack: h.send, Now: a.deps.Now}),
		Send: h.send, Slack: h.send, Deleted: h.deleted, Later: h.later,
		TeamURL: h.teamURL, Emoji: string(a.cfg.CreditEmoji), Admins: a.cfg.Admins,
		Now: a.deps.Now, Log: a.log.Named("credit"),
	})
}
