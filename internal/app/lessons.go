package app

import (
	"allybot/internal/channels"
	"allybot/internal/lessons"
	"allybot/internal/slackbot"
)

// lessons moves in the room for the weekly lesson.
func (a *App) lessons(r *slackbot.Router, h house) {
	lessons.Register(r, lessons.Deps{
		Library: a.content.Library, Book: lessons.NewBook(a.redis, a.deps.Now),
		People: h.people, Channels: channels.New(channels.Options{Slack: h.send, Now: a.deps.Now}),
		Send: h.send, Gate: h.gate, Hours: a.hours(), Later: h.later, Now: a.deps.Now, Log: a.log.Named("lessons"),
	})
}
