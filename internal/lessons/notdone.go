package lessons

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"allybot/internal/nudge"
	"allybot/internal/slackbot"
)

// Whoever asked for the lessons of a channel and could not have them may learn of
// it up to an hour later. That is no answer to a press any more: in their quiet
// hours it waits, in a calendar.
//
//	…lessons:not_done  who is to be told, and when

// taskNotDone tells somebody who waits for it: a slackbot.Due.
const taskNotDone = "lessons.not_done"

// notDone is a wish for a channel that came to nothing.
type notDone struct {
	UserID, ChannelID string
	Task              string // the id of the wish
}

func (n notDone) member() string { return n.UserID + " " + n.ChannelID + " " + n.Task }

func readNotDone(member string) (n notDone, ok bool) {
	f := strings.Fields(member)
	if len(f) != 3 {
		return n, false
	}
	return notDone{UserID: f[0], ChannelID: f[1], Task: f[2]}, true
}

func (m *room) registerNotDone(r *slackbot.Router) {
	r.Calendar(m.Book.notDoneKey(), taskNotDone)
	slackbot.Handle(r, taskNotDone, m.notDoneDue)
}

// tellNotDone tells somebody that the lessons of a channel did not begin, or notes
// when they can be told.
func (m *room) tellNotDone(ctx context.Context, n notDone) error {
	_, err := m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: n.Task + "/failed", UserID: n.UserID,
	}, say(fmt.Sprintf(channelNotDone, n.ChannelID)))
	var later nudge.NotNow
	switch {
	case errors.As(err, &later):
		return m.Book.change(ctx, "noting whom to tell later", func(p redis.Pipeliner) {
			p.ZAdd(ctx, m.Book.notDoneKey(), redis.Z{Score: float64(later.Until.UnixMilli()), Member: n.member()})
		})
	case err == nil, errors.Is(err, slackbot.ErrDoubtful), errors.Is(err, nudge.ErrNever), refused(err):
		return m.Book.dropNotDone(ctx, func(other notDone) bool { return other == n })
	}
	return fmt.Errorf("telling somebody that the lessons of a channel did not begin: %w", err)
}

func (m *room) notDoneDue(ctx context.Context, _ slackbot.Task, due slackbot.Due) error {
	n, ok := readNotDone(due.Member)
	if !ok {
		return m.Book.change(ctx, "removing whom nobody can read", func(p redis.Pipeliner) {
			p.ZRem(ctx, m.Book.notDoneKey(), due.Member)
		})
	}
	return m.tellNotDone(ctx, n)
}

func (b *Book) notDoneKey() string { return b.db.Key("lessons", "not_done") }

// notDone lists who is to be told later.
func (b *Book) notDone(ctx context.Context) ([]notDone, error) {
	members, err := b.db.Client.ZRange(ctx, b.notDoneKey(), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("listing whom to tell later: %w", err)
	}
	var out []notDone
	for _, member := range members {
		if n, ok := readNotDone(member); ok {
			out = append(out, n)
		}
	}
	return out, nil
}

// dropNotDone takes out some of those who are to be told later.
func (b *Book) dropNotDone(ctx context.Context, which func(notDone) bool) error {
	all, err := b.notDone(ctx)
	if err != nil {
		return err
	}
	var members []any
	for _, n := range all {
		if which(n) {
			members = append(members, n.member())
		}
	}
	if len(members) == 0 {
		return nil
	}
	return b.change(ctx, "removing whom to tell later", func(p redis.Pipeliner) {
		p.ZRem(ctx, b.notDoneKey(), members...)
	})
}

func (b *Book) change(ctx context.Context, what string, do func(redis.Pipeliner)) error {
	if err := b.db.Durable(ctx, b.notDoneKey(), do); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
