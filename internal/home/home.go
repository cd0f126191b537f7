// Package home is the front door: what a bare /ally shows, the help, and App
// Home. The rooms bring their own parts of it; this one puts them together and
// knows none of them.
//
// It keeps only whom it welcomed, so all else works with Redis away.
package home

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"allybot/internal/slackbot"
)

// Deps is what the room needs of the house.
type Deps struct {
	Send slackbot.Sender

	// Welcomed remembers who was welcomed; nil: nobody is. Then the rest is not
	// needed either.
	Welcomed *Welcomed
	Gate     Gate
	People   People
	Log      *zap.Logger // nil: none
}

type room struct {
	Deps
	router *slackbot.Router
}

// Register adds the room to the router, whose sections and commands it shows:
// those of all rooms, in whichever order they register.
func Register(r *slackbot.Router, deps Deps) {
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	m := &room{Deps: deps, router: r}
	r.Command(slackbot.Command{
		Usage: "`/ally`", Summary: "search for words, or pick a moment",
		Answer: m.launcher,
	})
	r.Command(slackbot.Command{
		Word: "help", Usage: "`/ally help`", Summary: "what Ally can do",
		Answer: m.help,
	})
	r.Shortcut("open_ally", m.open, slackbot.Stateless)
	slackbot.On(r, m.opened, slackbot.Stateless)
	m.registerWelcome(r)
	// For rooms whose part of Home has to look untouched again.
	slackbot.Handle(r, "home.refresh", m.opened, slackbot.Stateless)
}

// launcher answers /ally with nothing behind it.
func (m *room) launcher(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	return slackbot.Reply{Message: launcherMessage(m.launcherParts(ctx, q.UserID)).Fitted()}, nil
}

// help answers /ally help.
func (m *room) help(context.Context, slackbot.Request) (slackbot.Reply, error) {
	return slackbot.Reply{Message: helpMessage(m.router.Commands()).Fitted()}, nil
}

// open shows the launcher in a modal: a global shortcut has no conversation to
// answer in.
func (m *room) open(ctx context.Context, _ slackbot.Task, c slackbot.Shortcut) error {
	if err := m.Send.OpenModal(ctx, c.TriggerID, launcherModal(m.launcherParts(ctx, c.UserID))); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) { // it is open
		return fmt.Errorf("opening the launcher: %w", err)
	}
	return nil
}

// opened publishes App Home when somebody looks at it. The Messages tab needs
// nothing.
func (m *room) opened(ctx context.Context, _ slackbot.Task, e slackbot.HomeOpened) error {
	if e.Tab != "home" {
		return nil
	}
	if err := m.Send.PublishHome(ctx, e.UserID, homeTab(m.homeParts(ctx, e.UserID))); err != nil {
		return fmt.Errorf("publishing Home: %w", err)
	}
	return nil
}
