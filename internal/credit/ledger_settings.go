package credit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// digestPrefix begins the members of the calendar that are digests.
const digestPrefix = "digest:"

// Digest is the monthly digest that a channel asked for.
type Digest struct {
	ChannelID string `json:"-"`
	// AskedBy is empty once they had themselves forgotten.
	AskedBy string `json:"by,omitempty"`
	// Zone is the IANA name of the time zone that months and hours are of.
	Zone string `json:"zone,omitempty"`
	// Since is when it was turned on.
	Since time.Time `json:"since,omitzero"`
	Next  time.Time `json:"next"`
	// Wait is until when the list that is due at Next waits, zero if it does not.
	Wait time.Time `json:"wait,omitzero"`
}

// due is when something has to be done about it.
func (d Digest) due() time.Time { return later(d.Next, d.Wait) }

// Naming returns how people want to be credited; those who never said are not in
// it.
func (l *Ledger) Naming(ctx context.Context, userIDs ...string) (map[string]Naming, error) {
	out := map[string]Naming{}
	if len(userIDs) == 0 {
		return out, nil
	}
	values, err := l.db.Client.HMGet(ctx, l.key("naming"), userIDs...).Result()
	if err != nil {
		return nil, fmt.Errorf("reading how people want to be credited: %w", err)
	}
	for i, user := range userIDs[:len(values)] {
		s, _ := values[i].(string)
		switch n := Naming(s); n {
		case InPublic, InPrivate, AskFirst:
			out[user] = n
		}
	}
	return out, nil
}

// SetNaming notes how somebody wants to be credited; Undecided forgets it.
func (l *Ledger) SetNaming(ctx context.Context, userID string, n Naming) error {
	err := l.store(ctx, func(p redis.Pipeliner) {
		if n == Undecided {
			p.HDel(ctx, l.key("naming"), userID)
			return
		}
		p.HSet(ctx, l.key("naming"), userID, string(n))
	})
	if err != nil {
		return fmt.Errorf("noting how somebody wants to be credited: %w", err)
	}
	return nil
}

// Channel is the team's credit channel, empty without one.
func (l *Ledger) Channel(ctx context.Context) (string, error) {
	id, err := l.db.Client.HGet(ctx, l.key("settings"), "channel").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("reading the credit channel: %w", err)
	}
	return id, nil
}

// SetChannel sets the team's credit channel; empty for none.
func (l *Ledger) SetChannel(ctx context.Context, channelID string) error {
	err := l.store(ctx, func(p redis.Pipeliner) {
		if channelID == "" {
			p.HDel(ctx, l.key("settings"), "channel")
			return
		}
		p.HSet(ctx, l.key("settings"), "channel", channelID)
	})
	if err != nil {
		return fmt.Errorf("setting the credit channel: %w", err)
	}
	return nil
}

// Digest returns the digest of a channel, and whether it asked for one.
func (l *Ledger) Digest(ctx context.Context, channelID string) (Digest, bool, error) {
	j, err := l.db.Client.HGet(ctx, l.key("digests"), channelID).Result()
	if errors.Is(err, redis.Nil) {
		return Digest{}, false, nil
	}
	if err != nil {
		return Digest{}, false, fmt.Errorf("reading a digest: %w", err)
	}
	d := Digest{ChannelID: channelID}
	if err := json.Unmarshal([]byte(j), &d); err != nil {
		return Digest{}, false, fmt.Errorf("reading a digest: %w", err)
	}
	return d, true, nil
}

// SetDigest starts or changes the digest of a channel, which is due at its Next.
func (l *Ledger) SetDigest(ctx context.Context, d Digest) error {
	d.Next, d.Wait = d.Next.UTC().Truncate(time.Millisecond), d.Wait.UTC().Truncate(time.Millisecond)
	j, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encoding a digest: %w", err)
	}
	err = l.store(ctx, func(p redis.Pipeliner) {
		p.HSet(ctx, l.key("digests"), d.ChannelID, j)
		p.ZAdd(ctx, l.Due(), redis.Z{Score: float64(d.due().UnixMilli()), Member: digestPrefix + d.ChannelID})
	})
	if err != nil {
		return fmt.Errorf("setting a digest: %w", err)
	}
	return nil
}

// StopDigest ends the digest of a channel.
func (l *Ledger) StopDigest(ctx context.Context, channelID string) error {
	err := l.store(ctx, func(p redis.Pipeliner) {
		p.HDel(ctx, l.key("digests"), channelID)
		p.ZRem(ctx, l.Due(), digestPrefix+channelID)
	})
	if err != nil {
		return fmt.Errorf("stopping a digest: %w", err)
	}
	return nil
}

// disown replaces values of a hash that are still what they were.
//
//	KEYS[1]  hash
//	ARGV[1…] for each three: field, value before, value after
//
// It returns nothing.
const disown = `
for i = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i+1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i+2])
  end
end
return 0`

// Forget removes what is kept about a person outside of credits: how they want to
// be credited, what they gave today, and that they asked for a digest, which goes
// on without their name.
func (l *Ledger) Forget(ctx context.Context, userID string) error {
	digests, err := l.db.Client.HGetAll(ctx, l.key("digests")).Result()
	if err != nil {
		return fmt.Errorf("forgetting a person: %w", err)
	}
	var args []any
	for channel, j := range digests {
		var d Digest
		if json.Unmarshal([]byte(j), &d) != nil || d.AskedBy != userID {
			continue
		}
		d.AskedBy = ""
		without, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("forgetting a person: %w", err)
		}
		args = append(args, channel, j, without)
	}
	err = l.store(ctx, func(p redis.Pipeliner) {
		p.HDel(ctx, l.key("naming"), userID)
		p.Del(ctx, l.key("day", userID), l.key("shares", userID))
		if len(args) > 0 {
			p.Eval(ctx, disown, []string{l.key("digests")}, args...)
		}
	})
	if err != nil {
		return fmt.Errorf("forgetting a person: %w", err)
	}
	return nil
}

// store writes durably, once the layout is known to be ours.
func (l *Ledger) store(ctx context.Context, write func(redis.Pipeliner)) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	return l.db.Durable(ctx, l.key("schema"), write)
}
