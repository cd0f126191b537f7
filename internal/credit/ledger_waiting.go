package credit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// sharePrefix begins the members of the calendar that are shares.
const sharePrefix = "share:"

// waitingShare is a share that waits for quiet hours to end.
type waitingShare struct {
	sharing
	Until time.Time `json:"until"`
}

// KeepSharing keeps a share until it can be sent, and has it due then, but never
// its note. The same again replaces it. It is durable.
func (l *Ledger) KeepSharing(ctx context.Context, w sharing, until time.Time) error {
	w.Note = "" // what somebody typed may be kept for an hour only
	j, err := json.Marshal(waitingShare{w, until.UTC()})
	if err != nil {
		return fmt.Errorf("encoding a share: %w", err)
	}
	err = l.store(ctx, func(p redis.Pipeliner) {
		p.HSet(ctx, l.key("sharing"), w.Act, j)
		p.ZAdd(ctx, l.Due(), redis.Z{Score: float64(until.UnixMilli()), Member: sharePrefix + w.Act})
	})
	if err != nil {
		return fmt.Errorf("keeping a share: %w", err)
	}
	return nil
}

// sharing is a share that waits, zero if there is none of that act.
func (l *Ledger) sharing(ctx context.Context, act string) (w waitingShare, err error) {
	j, err := l.db.Client.HGet(ctx, l.key("sharing"), act).Result()
	if errors.Is(err, redis.Nil) {
		return w, nil
	}
	if err != nil {
		return w, fmt.Errorf("reading a share: %w", err)
	}
	if json.Unmarshal([]byte(j), &w) != nil {
		return w, errors.New("a share cannot be read") // the decoder’s error may quote it
	}
	return w, nil
}

// DropSharing forgets a share that was sent or is not wanted any more.
func (l *Ledger) DropSharing(ctx context.Context, acts ...string) error {
	if len(acts) == 0 {
		return nil
	}
	err := l.store(ctx, func(p redis.Pipeliner) {
		p.HDel(ctx, l.key("sharing"), acts...)
		for _, act := range acts {
			p.ZRem(ctx, l.Due(), sharePrefix+act)
		}
	})
	if err != nil {
		return fmt.Errorf("forgetting a share: %w", err)
	}
	return nil
}

// sharingsOf lists the shares of a person that wait, the next first.
func (l *Ledger) sharingsOf(ctx context.Context, userID string) ([]waitingShare, error) {
	all, err := l.db.Client.HVals(ctx, l.key("sharing")).Result()
	if err != nil {
		return nil, fmt.Errorf("reading what is to be shared: %w", err)
	}
	var out []waitingShare
	for _, j := range all {
		var w waitingShare
		if json.Unmarshal([]byte(j), &w) == nil && w.From == userID {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b waitingShare) int { return a.Until.Compare(b.Until) })
	return out, nil
}
