package scripts

import (
	"context"
	"errors"
	"fmt"

	"allybot/internal/slackbot"
)

// save saves the words for the person and says so in their place.
func (m *room) save(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := current(m.Library(), decode(a.Value))
	return m.change(ctx, a, s, savedNotice, func(ctx context.Context) error {
		return m.Favourites.Save(ctx, a.UserID, Favourite{Script: s.Script, Tone: s.Tone, Role: s.Role, Written: s.Written})
	})
}

// remove takes them off again.
func (m *room) remove(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := current(m.Library(), decode(a.Value))
	return m.change(ctx, a, s, removedNotice, func(ctx context.Context) error {
		return m.Favourites.Remove(ctx, a.UserID, s.Script)
	})
}

// change changes the favourites and says what came of it. With Redis away that
// is all that happens: the words stay where they are.
func (m *room) change(ctx context.Context, a slackbot.Action, s state, done string, do func(context.Context) error) error {
	if s.Script == "" { // gone since the answer was given
		return m.put(ctx, a, s, "")
	}
	saving, cancel := context.WithTimeout(ctx, maxSaving)
	defer cancel()
	err := do(saving)
	switch {
	case errors.Is(err, errFull):
		done = fmt.Sprintf(fullNotice, maxFavourites)
	case err != nil:
		done = awayNotice
	}
	if err := m.put(ctx, a, s, done); err != nil {
		return err
	}
	if err == nil && a.Origin.ViewType != "" {
		m.freshHome(ctx, a.UserID) // it may be open below the window
	}
	return nil
}

func (m *room) favourites(ctx context.Context, userID string) ([]Favourite, error) {
	ctx, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	return m.Favourites.List(ctx, userID)
}
