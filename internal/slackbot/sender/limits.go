package sender

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"allybot/internal/redisdb"
)

var errRedisAway = errors.New("redis is away")

const (
	// redisPatience is how long a call waits for Redis before the limits of the
	// process alone are used; redisRest is for how long they are then.
	redisPatience = 300 * time.Millisecond
	redisRest     = 2 * time.Second
)

// limiter makes calls wait in line. The buckets are in Redis, shared by all
// replicas; while Redis is away each process keeps to its own.
type limiter struct {
	db       *redisdb.DB
	shared   *redis_rate.Limiter
	posts    rule // all messages of the workspace; without an interval they have no limit
	newID    func() string
	observe  func(method string, waited time.Duration)
	lines    lines
	local    *lru.Cache[string, *rate.Limiter]
	mu       sync.Mutex
	awayTill time.Time
	pauses   map[string]pause // by method, as far as this process was told
	// unpaused is when Redis last said that nobody has to pause a method.
	unpaused map[string]time.Time
}

type pause struct {
	id    string
	until time.Time
}

// pauseKnown is how long it is believed that no replica was told to pause a
// method.
const pauseKnown = 20 * time.Millisecond

func newLimiter(db *redisdb.DB, postsPerSecond float64, newID func() string, observe func(string, time.Duration)) *limiter {
	local, _ := lru.New[string, *rate.Limiter](4096) // fails only for a size below 1
	l := &limiter{
		db: db, newID: newID, observe: observe, local: local,
		lines:  lines{waiting: map[string]*line{}},
		pauses: map[string]pause{}, unpaused: map[string]time.Time{},
		posts: rule{
			key:      "posts",
			interval: time.Duration(float64(time.Second) / postsPerSecond),
			burst:    max(1, int(math.Ceil(postsPerSecond))),
		},
	}
	if db != nil {
		l.shared = redis_rate.NewLimiter(plainKeys{db.Client})
	}
	return l
}

func (l *limiter) rules(method, channel string) []rule {
	if method == responseURL {
		return nil // five uses each are limit enough
	}
	if method == "chat.postMessage" {
		// The channel's turn comes last: a wait after it would spoil its spacing.
		turn := rule{key: "posts/" + channel, interval: channelInterval, burst: 1}
		if l.posts.interval == 0 {
			return []rule{turn}
		}
		return []rule{l.posts, turn}
	}
	return []rule{tierRule(method)}
}

// wait returns when the call may be made, or with an error when ctx ends before.
func (l *limiter) wait(ctx context.Context, method, channel string) error {
	start := time.Now()
	defer func() { l.observe(method, time.Since(start)) }()
	for {
		if err := l.sitOut(ctx, method); err != nil {
			return err
		}
		queued := false
		for _, r := range l.rules(method, channel) {
			q, err := l.take(ctx, r)
			if err != nil {
				return fmt.Errorf("%s: %w", method, err)
			}
			queued = queued || q
		}
		if !queued {
			return nil
		}
		// A pause may have begun meanwhile.
		if d, _ := l.paused(ctx, method); d == 0 {
			return nil
		}
	}
}

// take gets one token of the bucket, in line with the others of this process,
// and says whether it had to wait.
func (l *limiter) take(ctx context.Context, r rule) (queued bool, err error) {
	leave, err := l.lines.join(ctx, r.key)
	if err != nil {
		return true, err
	}
	defer leave()
	for {
		d, err := l.tryShared(ctx, r)
		if err != nil {
			d = l.tryLocal(r)
		}
		if d <= 0 {
			return queued, nil
		}
		queued = true
		if err := sleep(ctx, d); err != nil {
			return queued, err
		}
	}
}

// tryShared takes a token in Redis or says how long to wait for the next one.
func (l *limiter) tryShared(ctx context.Context, r rule) (time.Duration, error) {
	if l.away() {
		return 0, errRedisAway
	}
	ask, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	res, err := l.shared.Allow(ask, l.db.Key("rate", r.key), redis_rate.Limit{Rate: 1, Period: r.interval, Burst: r.burst})
	if err != nil {
		l.missed(ctx)
		return 0, err
	}
	if res.Allowed > 0 {
		return 0, nil
	}
	return max(res.RetryAfter, time.Millisecond), nil
}

func (l *limiter) tryLocal(r rule) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.local.Get(r.key)
	if !ok {
		b = rate.NewLimiter(rate.Every(r.interval), r.burst)
		l.local.Add(r.key, b)
	}
	res := b.Reserve()
	d := res.Delay()
	if d > 0 {
		res.Cancel()
	}
	return d
}

// pause stops the method on all replicas for as long as Slack asked.
func (l *limiter) pause(ctx context.Context, method string, d time.Duration) {
	p := pause{id: l.newID(), until: time.Now().Add(d)}
	l.mu.Lock()
	l.pauses[method] = p
	l.mu.Unlock()
	if l.away() {
		return
	}
	ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisPatience)
	defer cancel()
	if err := l.db.Client.Set(ask, l.db.Key("pause", method), p.id, max(d, time.Millisecond)).Err(); err != nil {
		l.missed(ctx)
	}
}

// paused says for how long the method must rest, and which pause it is.
func (l *limiter) paused(ctx context.Context, method string) (time.Duration, string) {
	l.mu.Lock()
	own := l.pauses[method]
	if own.id != "" && time.Now().After(own.until) {
		delete(l.pauses, method)
		own = pause{}
	}
	known := time.Since(l.unpaused[method]) < pauseKnown
	l.mu.Unlock()
	left := time.Duration(0)
	if own.id != "" {
		left = time.Until(own.until)
	}
	if known || l.away() {
		return left, own.id
	}
	key := l.db.Key("pause", method)
	var id *redis.StringCmd
	var ttl *redis.DurationCmd
	ask, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	_, err := l.db.Client.Pipelined(ask, func(p redis.Pipeliner) error {
		id, ttl = p.Get(ask, key), p.PTTL(ask, key)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		l.missed(ctx)
		return left, own.id
	}
	if ttl.Val() > left {
		return ttl.Val(), id.Val()
	}
	if left <= 0 {
		l.mu.Lock()
		l.unpaused[method] = time.Now()
		l.mu.Unlock()
	}
	return left, own.id
}

// sitOut waits until the method is paused no more. A pause is waited for once:
// the embedded Redis of the playground lets keys expire by its own clock.
func (l *limiter) sitOut(ctx context.Context, method string) error {
	for last := ""; ; {
		d, id := l.paused(ctx, method)
		if d <= 0 || id == last {
			return nil
		}
		if err := sleep(ctx, d); err != nil {
			return &Error{Method: method, Code: "ratelimited", RetryAfter: d, passing: true, cause: err}
		}
		last = id
	}
}

// away is true without Redis and for a while after it failed to answer, so that
// not every call waits for it in vain.
func (l *limiter) away() bool {
	if l.db == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.awayTill)
}

func (l *limiter) missed(ctx context.Context) {
	if ctx.Err() != nil {
		return // the caller went away, not Redis
	}
	l.mu.Lock()
	l.awayTill = time.Now().Add(redisRest)
	l.mu.Unlock()
}
