package home

import (
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// The welcome: somebody who opens the bot's Home or Messages tab for the first time
// is written to, once, ever. Nobody is signed up for anything by it.

// People knows who is who.
type People interface {
	Find(ctx context.Context, userID string) (people.Person, error)
}

// Gate lets messages out that nobody asked for in words; nudge.Gate is one.
type Gate interface {
	Direct(ctx context.Context, o nudge.Occasion, m blockkit.Message) (slackbot.Posted, error)
}

const (
	welcomeDoes = "*Hello, I’m Ally.* Something went wrong in a meeting, and you don’t know what to say? Type `/ally` and what is going on, and you get one sentence to say."
	welcomeNot  = "Only you see my answers. I never speak in your name, and I correct nobody in front of others."
	welcomeHow  = "Try it: `/ally sam keeps getting talked over`. All else is on my *Home* tab."
)

func (m *room) registerWelcome(r *slackbot.Router) {
	if m.Welcomed == nil {
		return
	}
	// Stateless, or Home would not open while Redis is away.
	slackbot.On(r, m.welcome, slackbot.Stateless)
	slackbot.Handle(r, slackbot.HomeWelcome, m.welcomeAgain, slackbot.Stateless)
	r.Personal(slackbot.Personal{Name: "welcome", Export: m.Welcomed.Export, Erase: m.Welcomed.Erase})
}

// welcome writes to somebody who opened the bot for the first time. Where it
// cannot be noted nobody is welcomed: rather never than twice.
func (m *room) welcome(ctx context.Context, t slackbot.Task, e slackbot.HomeOpened) error {
	p, err := m.People.Find(ctx, e.UserID)
	if err != nil || !p.Member() {
		return nil //nolint:nilerr // they may open it again
	}
	first, err := m.Welcomed.First(ctx, e.UserID, t.ID)
	if err != nil {
		m.Log.Warn("somebody was not welcomed", zap.Error(err))
		return nil
	}
	if !first {
		return nil
	}
	_, err = m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: "home/welcome/" + e.UserID, UserID: e.UserID, Answers: true,
	}, welcomeMessage(m.welcomeParts(ctx, e.UserID)))
	if err == nil || errors.Is(err, nudge.ErrNever) || errors.Is(err, slackbot.ErrDoubtful) || errors.Is(err, slackbot.ErrCannotDirect) {
		return nil
	}
	return fmt.Errorf("welcoming somebody: %w", err)
}

// welcomeAgain shows the welcome anew after something on it was pressed.
func (m *room) welcomeAgain(ctx context.Context, _ slackbot.Task, w slackbot.WelcomeAgain) error {
	parts := []slack.Block{blockkit.Section(w.Instead)}
	if w.Instead == "" {
		parts = m.welcomeParts(ctx, w.UserID)
	}
	err := m.Send.Replace(ctx, w.Origin, welcomeMessage(parts))
	if err == nil || errors.Is(err, slackbot.ErrMessageNotFound) || errors.Is(err, slackbot.ErrResponseURL) || errors.Is(err, slackbot.ErrResponseSpent) {
		return nil
	}
	return fmt.Errorf("showing the welcome: %w", err)
}

// welcomeParts are what the rooms offer below the welcome.
func (m *room) welcomeParts(ctx context.Context, userID string) []slack.Block {
	var blocks []slack.Block
	for _, s := range m.router.Sections() {
		if s.Welcome != nil {
			blocks = append(blocks, s.Welcome(ctx, userID)...)
		}
	}
	return blocks
}

func welcomeMessage(parts []slack.Block) blockkit.Message {
	blocks := []slack.Block{blockkit.Section(welcomeDoes + "\n" + welcomeNot + "\n" + welcomeHow)}
	if len(parts) > 0 {
		blocks = append(append(blocks, blockkit.Divider()), parts...)
	}
	return blockkit.Message{Text: welcomeDoes, Blocks: blocks}
}
