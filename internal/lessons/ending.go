package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/channels"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// refused says whether the bot may not write there, now or later.
func refused(err error) bool {
	for _, e := range []error{
		slackbot.ErrCannotDirect, slackbot.ErrUserNotFound, slackbot.ErrNotInChannel, slackbot.ErrChannelNotFound,
		slackbot.ErrChannelArchived, slackbot.ErrPostingForbidden,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// stillFit says whether a channel may still have lessons: people of other
// organisations may have come since it asked for them.
func (r *round) stillFit(ctx context.Context, channelID string) (bool, error) {
	ch, err := r.Channels.Find(ctx, channelID)
	switch {
	case errors.Is(err, channels.ErrHidden):
		return false, nil
	case errors.Is(err, channels.ErrUnknown):
		return true, nil // Slack does not let it be looked at; posting will tell
	case err != nil:
		return false, fmt.Errorf("looking at a channel: %w", err)
	}
	return !ch.Shared && !ch.Archived && ch.BotIn, nil
}

// drop ends the subscription of a channel that can have none any more, once who
// asked for it was told, and of somebody who left. Whoever is still there gets the
// next lesson.
func (r *round) drop(ctx context.Context, e entry) error {
	if e.Channel() {
		until, err := r.tellEnded(ctx, e.Subscription)
		switch {
		case err != nil:
			return err
		case !until.IsZero():
			r.updates = append(r.updates, update{from: e, to: e.Subscription, at: until})
		default:
			r.Log.Info("a channel takes no lessons any more: the bot may not post there", zap.String("channel", e.ID))
			r.updates = append(r.updates, update{from: e, gone: true})
		}
		return nil
	}
	r.People.Forget(e.ID)
	p, err := r.People.Find(ctx, e.ID)
	switch {
	case errors.Is(err, people.ErrUnknown) || err == nil && !p.Member():
		r.updates = append(r.updates, update{from: e, gone: true})
	case err != nil:
		return err
	default:
		r.Log.Warn("a lesson could not be delivered to somebody", zap.String("user", e.ID))
		r.miss(e)
	}
	return nil
}

// tellEnded tells who asked for a channel's lessons that they end, or returns when
// that may be told.
func (r *round) tellEnded(ctx context.Context, s Subscription) (until time.Time, err error) {
	if s.By == somebody {
		return time.Time{}, nil
	}
	_, err = r.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: fmt.Sprintf("lesson/%s/%s/ended", s.ID, s.Next), UserID: s.By,
	}, blockkit.Message{Text: fmt.Sprintf(channelEnded, s.ID)})
	var later nudge.NotNow
	var final interface{ Permanent() bool }
	switch {
	case errors.As(err, &later):
		return later.Until, nil
	case err == nil, errors.Is(err, slackbot.ErrDoubtful), errors.Is(err, nudge.ErrNever), refused(err), errors.As(err, &final) && final.Permanent():
		return time.Time{}, nil
	}
	return time.Time{}, fmt.Errorf("telling that a channel’s lessons end: %w", err)
}
