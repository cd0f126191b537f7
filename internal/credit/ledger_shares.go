package credit

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// noteShare notes that somebody shares credit, if there is room in the day.
//
//	KEYS[1] what they shared in a day
//	ARGV[1] what they share
//	ARGV[2] beginning of the day, milliseconds
//	ARGV[3] now, milliseconds
//	ARGV[4] how often one may share in a day
//	ARGV[5] length of a day, milliseconds
//
// It returns 1 if they may, also when it was noted before, else 0.
const noteShare = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 1
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1`

// NoteShare notes that somebody shares credit and says whether they may: at most
// SharesPerDay times in 24 hours. The same act counts once.
func (l *Ledger) NoteShare(ctx context.Context, userID, act string) (bool, error) {
	now := l.now()
	var cmd *redis.Cmd
	err := l.store(ctx, func(p redis.Pipeliner) {
		cmd = p.Eval(ctx, noteShare, []string{l.key("shares", userID)},
			act, now.Add(-24*time.Hour).UnixMilli(), now.UnixMilli(), SharesPerDay, (24 * time.Hour).Milliseconds())
	})
	if err != nil {
		return false, fmt.Errorf("noting that somebody shares credit: %w", err)
	}
	n, err := cmd.Int()
	if err != nil {
		return false, fmt.Errorf("noting that somebody shares credit: %w", err)
	}
	return n == 1, nil
}

// beginShare notes that the first of several messages of a share arrived.
func (l *Ledger) beginShare(ctx context.Context, act string) error {
	err := l.store(ctx, func(p redis.Pipeliner) { p.Set(ctx, l.key("begun", act), 1, 2*giveUpAfter) })
	if err != nil {
		return fmt.Errorf("noting that a share has begun to arrive: %w", err)
	}
	return nil
}

// shareBegun says whether the first of several messages of a share arrived.
func (l *Ledger) shareBegun(ctx context.Context, act string) (bool, error) {
	n, err := l.db.Client.Exists(ctx, l.key("begun", act)).Result()
	if err != nil {
		return false, fmt.Errorf("asking whether a share has begun to arrive: %w", err)
	}
	return n == 1, nil
}
