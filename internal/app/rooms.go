package app

import (
	"context"

	"allybot/internal/content"
	"allybot/internal/home"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/scripts"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

// house is what the rooms share while the bot runs.
type house struct {
	send    *sender.Sender
	people  *people.Directory
	gate    *nudge.Gate // for what nobody asked for just now
	teamURL string
	scopes  []string // of the bot token; nil if Slack did not tell
	// deleted and later are the gateway's Deleted and Do.
	deleted func(ctx context.Context, channelID, ts string) (bool, error)
	later   func(ctx context.Context, mark string, t slackbot.Task) error
}

// rooms is where features move in: one line each, in the order of the help.
func (a *App) rooms(h house) *slackbot.Router {
	send, directory := h.send, h.people
	r := slackbot.NewRouter()
	directory.Register(r)
	home.Register(r, home.Deps{
		Send: send, Welcomed: home.NewWelcomed(a.redis, a.deps.Now), Gate: h.gate, People: directory, Log: a.log.Named("home"),
	})
	scripts.Register(r, scripts.Deps{
		Library: a.content.Library, Names: directory, Locale: locale(directory), Send: send, Slack: send,
		Favourites: scripts.NewFavourites(a.redis, a.deps.Now), Contacts: a.contacts,
	})
	a.prepare(r, send, directory)
	a.credit(r, h)
	a.lessons(r, h)
	h.gate.Register(r)
	content.Register(r, content.Home{Store: a.content, People: directory, Admins: a.cfg.Admins})
	return r
}

// hours are when the organisation wants to be left alone.
func (a *App) hours() nudge.Hours {
	return nudge.Hours{QuietFrom: a.cfg.QuietHours.From, QuietTo: a.cfg.QuietHours.To, Working: a.cfg.WorkingDays}
}

// locale asks the directory for a person's language.
func locale(directory *people.Directory) func(context.Context, string) string {
	return func(ctx context.Context, userID string) string {
		p, _ := directory.Find(ctx, userID) // nobody's language is unknown
		return p.Locale
	}
}
