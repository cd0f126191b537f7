package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
)

const (
	// feed is how many entries are claimed in one round trip.
	feed = 500
	// handOver is how long a claim lasts until the entries are in the queue.
	handOver = time.Minute
	// queueHold is how long an entry is at least left to the queue. Whatever was not
	// done then is claimed again, so nothing depends on the queue alone.
	queueHold = 10 * time.Minute
	// batchTime is what one batch may take.
	batchTime = 10 * time.Minute
	// tries is how often the queue tries a batch; the calendar brings back what
	// still failed then.
	tries = 10
)

// QueueOptions of a queue. DB, Name, Calendar, Do and Now are required.
type QueueOptions struct {
	DB *redisdb.DB
	// Name is that of the queue in Redis: "lessons" is asynq:{ally-lessons}.
	Name     string
	Calendar Calendar
	// Do works off some members that were due. What is done it removes from the
	// calendar or gives another time. It is repeated after an error, and after a
	// crash, also for members that were done.
	Do func(ctx context.Context, members []string) error
	// Batch is how many members Do gets at most, default 25; Workers how many
	// batches this process does at a time, default 2.
	Batch, Workers int
	// Pace is how many members all replicas together do in a second, as far as
	// that is known: how long the queue may take follows from it. Default 2.
	Pace float64
	// Hold is how long an entry is at least left to the queue, default ten minutes.
	Hold time.Duration
	// Now is the clock of the calendar. The queue keeps its own time, which is why
	// it only gets what is due.
	Now func() time.Time
	Log *zap.Logger
}

// Queue works off what is due in a calendar, for calendars with so much due at
// once that one after the other would take too long: entries are claimed by the
// hundred, and asynq hands them to the replicas in batches.
type Queue struct {
	o       QueueOptions
	name    string
	client  *asynq.Client
	inspect *asynq.Inspector
}

// NewQueue makes a queue.
func NewQueue(o QueueOptions) *Queue {
	if o.Batch == 0 {
		o.Batch = 25
	}
	if o.Workers == 0 {
		o.Workers = 2
	}
	if o.Pace == 0 {
		o.Pace = 2
	}
	if o.Hold == 0 {
		o.Hold = queueHold
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	return &Queue{
		o: o, name: "ally-" + o.Name,
		client:  asynq.NewClientFromRedisClient(o.DB.Client),
		inspect: asynq.NewInspectorFromRedisClient(o.DB.Client),
	}
}

// lot is what a task holds.
type lot struct {
	Members []string `json:"members"`
}

// Feed claims all that is due and puts it into the queue. It returns how many
// entries that were.
func (q *Queue) Feed(ctx context.Context) (int, error) {
	total := 0
	for ctx.Err() == nil {
		now := q.o.Now()
		due, err := q.o.Calendar.Claim(ctx, now, feed, handOver)
		if err != nil || len(due) == 0 {
			return total, err
		}
		ahead, err := q.ahead()
		if err != nil {
			return total, err
		}
		for rest := due; len(rest) > 0; {
			n := min(len(rest), q.o.Batch)
			if err := q.enqueue(ctx, rest[:n]); err != nil {
				return total, err
			}
			rest = rest[n:]
		}
		// Confirmed before the calendar lets go of them: a failover may have lost the
		// tasks otherwise.
		if err := q.o.DB.Confirm(ctx, q.o.DB.Key("queued", "{"+q.name+"}")); err != nil {
			return total, fmt.Errorf("filling the queue: %w", err)
		}
		if err := q.leave(ctx, due, now, ahead); err != nil {
			return total, err
		}
		total += len(due)
		if len(due) < feed {
			return total, nil
		}
	}
	return total, ctx.Err()
}

// ahead is how many entries may wait in the queue already.
func (q *Queue) ahead() (int, error) {
	names, err := q.inspect.Queues()
	if err == nil && !slices.Contains(names, q.name) {
		return 0, nil // nothing was ever in it
	}
	var info *asynq.QueueInfo
	if err == nil {
		info, err = q.inspect.GetQueueInfo(q.name)
	}
	if err != nil {
		return 0, fmt.Errorf("looking how long the queue is: %w", err)
	}
	// Those that a replica took with it when it died are not ahead of anybody.
	return info.Pending * q.o.Batch, nil
}

func (q *Queue) enqueue(ctx context.Context, due []Entry) error {
	b := lot{}
	for _, e := range due {
		b.Members = append(b.Members, e.Member)
	}
	payload, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("filling the queue: %w", err)
	}
	_, err = q.client.EnqueueContext(ctx, asynq.NewTask(q.o.Name, payload),
		asynq.Queue(q.name), asynq.MaxRetry(tries), asynq.Timeout(batchTime))
	if err != nil {
		return fmt.Errorf("filling the queue: %w", err)
	}
	return nil
}

// leaveScript gives entries another time, unless somebody did since they were
// claimed.
//
//	KEYS[1] calendar
//	ARGV    until when they were claimed, until when they are left, members
var leaveScript = redis.NewScript(`
for i = 3, #ARGV do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or '0') == tonumber(ARGV[1]) then
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[i])
  end
end
return 1
`)

// leave leaves entries to the queue for as long as it may take.
func (q *Queue) leave(ctx context.Context, due []Entry, claimed time.Time, ahead int) error {
	needs := time.Duration(float64(ahead+len(due)) / q.o.Pace * 1.5 * float64(time.Second))
	args := []any{claimed.Add(handOver).UnixMilli(), claimed.Add(q.o.Hold + needs).UnixMilli()}
	for _, e := range due {
		args = append(args, e.Member)
	}
	c := q.o.Calendar
	if err := c.DB.Durable(ctx, c.Key, func(p redis.Pipeliner) { leaveScript.Eval(ctx, p, []string{c.Key}, args...) }); err != nil {
		return fmt.Errorf("leaving what is due to the queue: %w", err)
	}
	return nil
}

// Run fills the queue at every tick and works its batches off, until ctx ends.
// What is under way then is handed back.
func (q *Queue) Run(ctx context.Context, tick <-chan time.Time) {
	stop := q.serve(ctx)
	defer func() { stop() }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if _, err := q.Feed(ctx); err != nil && ctx.Err() == nil {
			q.o.Log.Error("what is due cannot be put into the queue", zap.Error(err))
		}
	}
}

// serve starts the workers and returns what stops them.
func (q *Queue) serve(ctx context.Context) (stop func()) {
	s := asynq.NewServerFromRedisClient(q.o.DB.Client, asynq.Config{
		Concurrency:              q.o.Workers,
		Queues:                   map[string]int{q.name: 1},
		BaseContext:              func() context.Context { return ctx },
		TaskCheckInterval:        500 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		ShutdownTimeout:          time.Second,
		RetryDelayFunc:           func(n int, _ error, _ *asynq.Task) time.Duration { return retryDelay(n) },
		Logger:                   asynqLog{q.o.Log.WithOptions(zap.AddCallerSkip(1)).Sugar()},
		LogLevel:                 asynq.WarnLevel,
	})
	if err := s.Start(asynq.HandlerFunc(q.work)); err != nil { // only if started twice
		q.o.Log.Error("the queue cannot be worked off", zap.Error(err))
	}
	return s.Shutdown
}

// retryDelay is how long a batch that failed n times rests: 2 s, 4 s, 8 s, up to a
// minute.
func retryDelay(n int) time.Duration { return min(time.Second<<min(n+1, 10), time.Minute) }

// work does one batch. A panic ends only this one, and its text is left out: it may
// hold what somebody typed.
func (q *Queue) work(ctx context.Context, t *asynq.Task) (err error) {
	var b lot
	if json.Unmarshal(t.Payload(), &b) != nil {
		return fmt.Errorf("a batch cannot be read: %w", asynq.SkipRetry)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic of type %T\n%s", p, debug.Stack())
		}
		if err != nil && ctx.Err() == nil {
			q.o.Log.Error("a batch was not done", zap.Int("members", len(b.Members)), zap.Error(err))
		}
		// The queue would keep for months what it gave up; the calendar brings it back.
		if n, ok := asynq.GetRetryCount(ctx); ok && n >= tries {
			err = nil
		}
	}()
	return q.o.Do(ctx, b.Members)
}

// asynqLog writes what asynq says to our log. Its texts name tasks and queues, no
// payloads.
type asynqLog struct{ to *zap.SugaredLogger }

func (l asynqLog) Debug(args ...any) { l.to.Debug(args...) }
func (l asynqLog) Info(args ...any)  { l.to.Debug(args...) }
func (l asynqLog) Warn(args ...any)  { l.to.Warn(args...) }
func (l asynqLog) Error(args ...any) { l.to.Warn(args...) } // it tries again
func (l asynqLog) Fatal(args ...any) { l.to.Error(args...) }
