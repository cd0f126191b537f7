// Package inbox holds what was acknowledged to Slack and is not done yet: a
// Redis stream that all replicas work off together.
//
// Accept stores tasks and the mark that tells a repetition in one round trip.
// Workers hold a task by a lease that they renew; what a crashed replica held is
// taken over once its lease ran out, and a replica that stops hands back what it
// did not finish. Nothing stays longer than an hour. Payloads are encrypted at
// rest, as they may hold what a person typed to the bot.
package inbox

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
)

// ErrAway means that nothing could be stored safely: what was to be stored must
// not be acknowledged as if it were.
var ErrAway = errors.New("redis is away")

// ErrFinal marks the error of a task that trying again would not mend.
var ErrFinal = errors.New("not tried again")

// ErrExpired is why a task was given up that waited too long.
var ErrExpired = errors.New("waited too long")

// Task is a piece of work.
type Task struct {
	// ID is the same each time the task is tried and each time Slack sends
	// what it was made of.
	ID      string
	Name    string
	Payload json.RawMessage
	// Attempt counts from 1.
	Attempt int
	// Stored is when Redis got it.
	Stored time.Time
}

// Options of an Inbox. Zero values take the defaults named.
type Options struct {
	DB *redisdb.DB
	// Do works off one task. Its context ends when the lease is lost or the
	// inbox stops.
	Do func(context.Context, Task) error
	// GiveUp is told of a task that failed for good, or that waited too long:
	// ErrExpired. It may be nil.
	GiveUp func(context.Context, Task, error)
	// Secret is what payloads are encrypted with: the bot token, which all
	// replicas share. Empty: they are stored as they are.
	Secret string

	Workers  int           // tasks worked on at a time, default 16
	Lease    time.Duration // default 15 s
	Attempts int           // default 14
	// Pause is the delay after the nth failure; the default doubles from 1 s
	// to 5 minutes, half an hour in all.
	Pause func(n int) time.Duration
	// MaxAge is after which a task is swept away, by default in time for nothing
	// to stay longer than an hour.
	MaxAge time.Duration
	// SweepEvery is how often is looked for them, default 15 s.
	SweepEvery time.Duration
	MarkTTL    time.Duration // how long a repetition is known, default 2 h

	Logger  *zap.Logger
	Metrics prometheus.Registerer
}

// Inbox stores tasks and works them off.
type Inbox struct {
	opts     Options
	db       *redisdb.DB
	log      *zap.Logger
	metrics  *metrics
	seal     cipher.AEAD
	stream   string
	consumer string

	base     context.Context // that of Run
	stopOnce sync.Once
	stop     chan struct{} // closed when nothing new is begun
	readers  sync.WaitGroup
	jobs     sync.WaitGroup
	slots    chan struct{}

	mu      sync.Mutex
	held    map[string]*job
	active  int           // jobs running or waiting for a slot
	freed   chan struct{} // signals that active or held went down
	away    time.Time     // until when Redis is not asked again
	blocked int64         // client id of the blocking read, 0 if unknown

	next string // where takeOver goes on looking
}

const group = "ally"

// New makes an Inbox; Run works it off.
func New(o Options) (*Inbox, error) {
	if o.Workers <= 0 {
		o.Workers = 16
	}
	if o.Lease == 0 {
		o.Lease = 15 * time.Second
	}
	if o.Attempts <= 0 {
		o.Attempts = 14
	}
	if o.Pause == nil {
		o.Pause = func(n int) time.Duration { return min(5*time.Minute, time.Second<<min(n-1, 12)) }
	}
	if o.SweepEvery == 0 {
		o.SweepEvery = 15 * time.Second
	}
	if o.MaxAge == 0 {
		o.MaxAge = time.Hour - o.SweepEvery - sweepTime
	}
	if o.MarkTTL == 0 {
		o.MarkTTL = 2 * time.Hour
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	seal, err := newSeal(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("preparing the encryption of the inbox: %w", err)
	}
	b := &Inbox{
		opts: o, db: o.DB, log: o.Logger, seal: seal,
		stream:   o.DB.Key("inbox", "stream"),
		consumer: rand.Text(),
		stop:     make(chan struct{}),
		slots:    make(chan struct{}, o.Workers),
		held:     map[string]*job{},
		freed:    make(chan struct{}, 1),
		next:     fromStart,
	}
	b.metrics = newMetrics(o.Metrics)
	return b, nil
}

// awayFor is how long Redis is left alone after a failure, so that a server
// that hangs does not hold up every envelope for its whole time.
const awayFor = 250 * time.Millisecond

// Accept stores tasks once for each mark and says whether they are new. When
// it returns nil they are durable, now or since the first time. Without tasks
// it only notes the mark. Any error wraps ErrAway.
func (b *Inbox) Accept(ctx context.Context, mark string, tasks ...Task) (fresh bool, err error) {
	b.mu.Lock()
	away := time.Now().Before(b.away)
	b.mu.Unlock()
	if away {
		b.metrics.accepted.WithLabelValues("failed").Inc()
		return false, ErrAway
	}
	// The nonce tells a repetition by the Redis client from one by Slack.
	args := []any{int(b.opts.MarkTTL.Seconds()), rand.Text()}
	for i, t := range tasks {
		payload, err := b.sealed(t.Name, t.Payload)
		if err != nil {
			return false, err
		}
		args = append(args, ID(mark, i), t.Name, payload)
	}
	markKey := b.markKey(mark)
	var stored *redis.Cmd
	err = b.db.Durable(ctx, b.stream, func(p redis.Pipeliner) {
		stored = p.Eval(ctx, redisdb.InboxAccept, []string{markKey, b.stream}, args...)
		if len(tasks) > 0 {
			// Should no bot run any more, nothing is left behind for long.
			p.PExpire(ctx, b.stream, b.opts.MaxAge+b.opts.SweepEvery+sweepTime)
		}
	})
	if err != nil {
		b.mu.Lock()
		b.away = time.Now().Add(awayFor)
		b.mu.Unlock()
		b.metrics.accepted.WithLabelValues("failed").Inc()
		return false, fmt.Errorf("%w: %w", ErrAway, err)
	}
	n, err := stored.Int()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrAway, err)
	}
	if n == 0 {
		b.metrics.accepted.WithLabelValues("duplicate").Inc()
		return false, nil
	}
	b.metrics.accepted.WithLabelValues("stored").Inc()
	return true, nil
}

// Known says whether a mark was noted, and is not forgotten yet. Any error wraps
// ErrAway.
func (b *Inbox) Known(ctx context.Context, mark string) (bool, error) {
	n, err := b.db.Client.Exists(ctx, b.markKey(mark)).Result()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return n > 0, nil
}

func (b *Inbox) markKey(mark string) string { return b.db.Key("inbox", "mark", digest(mark)) }

// Waiting is the number of tasks not done yet, over all replicas.
func (b *Inbox) Waiting(ctx context.Context) (int64, error) {
	return b.db.Client.XLen(ctx, b.stream).Result()
}

// ID is the id of the nth task stored with a mark.
func ID(mark string, n int) string { return fmt.Sprintf("%s-%d", digest(mark), n) }
