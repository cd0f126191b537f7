package app

import (
	"context"
	"time"

	"go.uber.org/zap"

	"allybot/internal/people"
	"allybot/internal/prep"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

// prepare moves in the room for planning conversations.
func (a *App) prepare(r *slackbot.Router, send *sender.Sender, directory *people.Directory) {
	pages, err := prep.NewPages(a.redis, a.cfg.BotToken.Reveal(), a.deps.Now)
	if err != nil { // then the inbox has no key either, and stops the start
		a.log.Error("conversations cannot be prepared", zap.Error(err))
		return
	}
	prep.Register(r, prep.Deps{
		Library: a.content.Library,
		Names:   directory, Zone: zone(directory), Locale: locale(directory), Send: send,
		Pages: pages, Contacts: a.contacts, Now: a.deps.Now,
	})
}

// zone asks the directory for a person's time zone.
func zone(directory *people.Directory) func(context.Context, string) *time.Location {
	return func(ctx context.Context, userID string) *time.Location {
		p, err := directory.Find(ctx, userID)
		if err != nil || p.TZ == "" {
			return nil
		}
		zone, err := time.LoadLocation(p.TZ)
		if err != nil {
			return nil
		}
		return zone
	}
}
