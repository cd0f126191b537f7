package nudge

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Who snoozes until when is one sorted set: by person, the score in milliseconds
// since 1970. Whoever begins or ends a snooze takes out those that are over.

func (g *Gate) key() string { return g.db.Key("nudge", "snooze") }

// Snooze holds back until a moment what the person subscribed to; one that is not
// ahead ends their snooze.
func (g *Gate) Snooze(ctx context.Context, userID string, until time.Time) error {
	now := g.now()
	err := g.db.Durable(ctx, g.key(), func(p redis.Pipeliner) {
		p.ZRemRangeByScore(ctx, g.key(), "-inf", strconv.FormatInt(now.UnixMilli(), 10))
		if until.After(now) {
			p.ZAdd(ctx, g.key(), redis.Z{Score: float64(until.UnixMilli()), Member: userID})
		} else {
			p.ZRem(ctx, g.key(), userID)
		}
	})
	if err != nil {
		return fmt.Errorf("noting a snooze: %w", err)
	}
	return nil
}

// Snoozed is until when a person snoozes, zero if they don't.
func (g *Gate) Snoozed(ctx context.Context, userID string) (time.Time, error) {
	found, err := g.snoozes(ctx, []string{userID})
	return found[userID], err
}

// snoozes finds those of the people who snooze now, and until when.
func (g *Gate) snoozes(ctx context.Context, userIDs []string) (map[string]time.Time, error) {
	if len(userIDs) == 0 {
		return nil, nil //nolint:nilnil // nobody
	}
	scores, err := g.db.Client.ZMScore(ctx, g.key(), userIDs...).Result()
	if err != nil {
		return nil, fmt.Errorf("asking for snoozes: %w", err)
	}
	now := g.now()
	found := map[string]time.Time{}
	for i, ms := range scores { // 0 for those who don't
		if until := time.UnixMilli(int64(ms)); until.After(now) {
			found[userIDs[i]] = until //nolint:gosec // Redis gives one score for each
		}
	}
	return found, nil
}
