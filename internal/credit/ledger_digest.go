package credit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// swapDigest replaces the digest of a channel that is still what it was.
//
//	KEYS[1] digests
//	KEYS[2] calendar
//	ARGV[1] channel
//	ARGV[2] digest as it was, empty for none
//	ARGV[3] digest as it is to be, empty for none
//	ARGV[4] member of the calendar
//	ARGV[5] when it is due, milliseconds
//
// It returns 1 if the digest is as it is to be, also when it was already: so a
// repetition by the network is no loss.
const swapDigest = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now ~= ARGV[2] and now ~= ARGV[3] then
  return 0
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[4])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
end
return 1`

// SwapDigest replaces the digest of a channel by another, unless somebody changed
// it meanwhile; it says whether it did. A zero Digest stands for none. It is
// durable.
func (l *Ledger) SwapDigest(ctx context.Context, channelID string, was, now Digest) (bool, error) {
	before, err := digestValue(was)
	if err != nil {
		return false, err
	}
	after, err := digestValue(now)
	if err != nil {
		return false, err
	}
	var cmd *redis.Cmd
	err = l.store(ctx, func(p redis.Pipeliner) {
		cmd = p.Eval(ctx, swapDigest, []string{l.key("digests"), l.Due()},
			channelID, before, after, digestPrefix+channelID, now.due().UnixMilli())
	})
	if err != nil {
		return false, fmt.Errorf("changing a digest: %w", err)
	}
	n, err := cmd.Int()
	if err != nil {
		return false, fmt.Errorf("changing a digest: %w", err)
	}
	return n == 1, nil
}

// digestValue is a digest as it is stored, "" for none.
func digestValue(d Digest) (string, error) {
	if d.ChannelID == "" {
		return "", nil
	}
	for _, t := range []*time.Time{&d.Since, &d.Next, &d.Wait} {
		*t = t.UTC().Truncate(time.Millisecond)
	}
	j, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encoding a digest: %w", err)
	}
	return string(j), nil
}

// DigestsOf lists the digests that a person asked for.
func (l *Ledger) DigestsOf(ctx context.Context, userID string) ([]Digest, error) {
	all, err := l.db.Client.HGetAll(ctx, l.key("digests")).Result()
	if err != nil {
		return nil, fmt.Errorf("reading the digests: %w", err)
	}
	var out []Digest
	for channel, j := range all {
		d := Digest{ChannelID: channel}
		if json.Unmarshal([]byte(j), &d) == nil && d.AskedBy == userID {
			out = append(out, d)
		}
	}
	return out, nil
}

// GivenToday is when a person gave credit within the last 24 hours, withdrawn
// credit included: what the limits are reckoned by.
func (l *Ledger) GivenToday(ctx context.Context, userID string) ([]time.Time, error) {
	given, err := l.db.Client.ZRangeByScoreWithScores(ctx, l.key("day", userID), &redis.ZRangeBy{
		Min: "(" + fmt.Sprint(l.now().Add(-limitsOver).UnixMilli()), Max: "+inf",
	}).Result()
	if err != nil {
		return nil, fmt.Errorf("reading what somebody gave today: %w", err)
	}
	var out []time.Time
	for _, g := range given {
		out = append(out, time.UnixMilli(int64(g.Score)).UTC())
	}
	return out, nil
}
