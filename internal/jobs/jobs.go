// Package jobs does what falls due at a time of the product: a calendar in Redis
// that all replicas read by the injected clock, and a worker that claims from it.
package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
)

const (
	// Hold is for how long Work moves on what it claims: the longest that an
	// entry may take, and the pause before one that failed is tried again.
	Hold = 5 * time.Minute
	// batch is how many entries Work claims at a time: few, since they are done
	// one after the other within Hold.
	batch = 10
	// atMost is how long one entry may take.
	atMost = Hold / batch
)

// Calendar is a sorted set of what is due: the score is when, in milliseconds.
// Whoever owns it adds and removes members; any replica claims them.
type Calendar struct {
	DB  *redisdb.DB
	Key string
}

// Entry is something due.
type Entry struct {
	Member string
	// At is when it was due, in whole milliseconds.
	At time.Time
}

// claim moves on what is due.
//
//	KEYS[1] calendar
//	ARGV[1] now, milliseconds
//	ARGV[2] how many at most
//	ARGV[3] until when they are held, milliseconds
//
// It returns members and when they were due in turn, the longest overdue first.
const claim = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[1], ARGV[3], due[i])
end
return due`

// Claim returns what is due by now, the longest overdue first and at most limit,
// and moves each on by hold, so that a replica which dies with it only delays it.
// Whoever has done an entry removes it or gives it another time.
func (c Calendar) Claim(ctx context.Context, now time.Time, limit int, hold time.Duration) ([]Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	ms := now.UnixMilli()
	until := max(now.Add(hold).UnixMilli(), ms+1) // else it would be due at once again
	due, err := c.DB.Client.Eval(ctx, claim, []string{c.Key}, ms, limit, until).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("claiming what is due: %w", err)
	}
	var out []Entry
	for i := 0; i+1 < len(due); i += 2 {
		at, err := score(due[i+1])
		if err != nil {
			return nil, fmt.Errorf("claiming what is due: %w", err)
		}
		out = append(out, Entry{Member: due[i], At: at})
	}
	return out, nil
}

// Next is when the next entry is due, and false if there is none.
func (c Calendar) Next(ctx context.Context) (time.Time, bool, error) {
	first, err := c.DB.Client.ZRangeWithScores(ctx, c.Key, 0, 0).Result()
	if err != nil {
		return time.Time{}, false, fmt.Errorf("looking for what is due next: %w", err)
	}
	if len(first) == 0 {
		return time.Time{}, false, nil
	}
	return time.UnixMilli(int64(first[0].Score)).UTC(), true, nil
}

// Set puts a member into the calendar, or gives it another time.
func (c Calendar) Set(ctx context.Context, e Entry) error {
	err := c.DB.Durable(ctx, c.Key, func(p redis.Pipeliner) {
		p.ZAdd(ctx, c.Key, redis.Z{Score: float64(e.At.UnixMilli()), Member: e.Member})
	})
	if err != nil {
		return fmt.Errorf("noting when something is due: %w", err)
	}
	return nil
}

// Remove takes a member out; one that is not there is removed already.
func (c Calendar) Remove(ctx context.Context, member string) error {
	err := c.DB.Durable(ctx, c.Key, func(p redis.Pipeliner) { p.ZRem(ctx, c.Key, member) })
	if err != nil {
		return fmt.Errorf("removing what was due: %w", err)
	}
	return nil
}

// Work claims at every tick, until nothing is due, and calls do for each entry,
// until ctx ends. An error is logged, and the entry claimed again after Hold.
func Work(ctx context.Context, tick <-chan time.Time, now func() time.Time, c Calendar, do func(context.Context, Entry) error, log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		for n := batch; n == batch && ctx.Err() == nil; {
			due, err := c.Claim(ctx, now(), batch, Hold)
			if err != nil && ctx.Err() == nil {
				log.Error("what is due cannot be read", zap.Error(err))
			}
			n = len(due)
			for _, e := range due {
				if ctx.Err() != nil {
					return // claimed by another replica later
				}
				if err := once(ctx, e, do); err != nil {
					log.Error("something due was not done", zap.String("entry", e.Member), zap.Duration("again_in", Hold), zap.Error(err))
				}
			}
		}
	}
}

// once does one entry in the time it has; a panic ends only this one.
func once(ctx context.Context, e Entry, do func(context.Context, Entry) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic of type %T\n%s", p, debug.Stack()) // not its text: it may hold what somebody typed
		}
	}()
	return do(ctx, e)
}

// score reads a score: Redis writes 1.5e+12 or 1500000000000, as it likes.
func score(s string) (time.Time, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(f)).UTC(), nil
}
