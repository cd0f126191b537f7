package sender

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// plainKeys takes off the prefix that redis_rate puts before its keys: all keys
// of the bot begin alike.
type plainKeys struct{ redis.UniversalClient }

func strip(keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = strings.TrimPrefix(k, "rate:")
	}
	return out
}

func (p plainKeys) Eval(ctx context.Context, script string, keys []string, args ...any) *redis.Cmd {
	return p.UniversalClient.Eval(ctx, script, strip(keys), args...)
}

func (p plainKeys) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	return p.UniversalClient.EvalSha(ctx, sha, strip(keys), args...)
}

// lines lets the callers of one process wait for a bucket one after another.
type lines struct {
	mu      sync.Mutex
	waiting map[string]*line
}

type line struct {
	turn  chan struct{}
	users int
}

func (ls *lines) join(ctx context.Context, key string) (leave func(), err error) {
	ls.mu.Lock()
	ln := ls.waiting[key]
	if ln == nil {
		ln = &line{turn: make(chan struct{}, 1)}
		ls.waiting[key] = ln
	}
	ln.users++
	ls.mu.Unlock()
	gone := func() {
		ls.mu.Lock()
		defer ls.mu.Unlock()
		if ln.users--; ln.users == 0 {
			delete(ls.waiting, key)
		}
	}
	select {
	case ln.turn <- struct{}{}:
		return func() { <-ln.turn; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}

// sleep waits for d, or fails at once if ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return fmt.Errorf("%w: the wait of %s is longer than the time left", context.DeadlineExceeded, d.Round(time.Millisecond))
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
