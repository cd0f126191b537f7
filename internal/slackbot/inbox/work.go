package inbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
)

var (
	errStopped = errors.New("the inbox is stopping")
	errLost    = errors.New("another replica took the task over")
)

// job is a task this process holds.
type job struct {
	entry  string
	task   Task
	ctx    context.Context
	cancel context.CancelCauseFunc
	left   bool // given up unfinished, to be handed back
}

// begin works off one entry of the stream in a goroutine of its own.
func (b *Inbox) begin(m redis.XMessage, deliveries int) {
	field := func(name string) string { s, _ := m.Values[name].(string); return s }
	jctx, cancel := context.WithCancelCause(b.base)
	j := &job{
		entry: m.ID, ctx: jctx, cancel: cancel,
		task: Task{ID: field("id"), Name: field("name"), Attempt: max(1, deliveries), Stored: storedAt(m.ID)},
	}
	b.mu.Lock()
	if b.held[m.ID] != nil { // our own, after a pause longer than the lease
		b.mu.Unlock()
		cancel(nil)
		return
	}
	b.held[m.ID] = j
	b.active++
	b.mu.Unlock()
	b.jobs.Go(func() {
		defer cancel(nil)
		payload, err := b.opened(j.task.Name, field("payload"))
		j.task.Payload = payload
		over := b.work(j, err)
		b.mu.Lock()
		if over {
			delete(b.held, j.entry)
		} else {
			j.left = true
		}
		b.mu.Unlock()
		b.signal()
	})
}

// work tries a task until it is done or given up. It returns false when the
// task is left to be handed back.
func (b *Inbox) work(j *job, err error) (over bool) {
	active := true
	set := func(on bool) {
		if active != on {
			active = on
			b.mu.Lock()
			if on {
				b.active++
			} else {
				b.active--
			}
			b.mu.Unlock()
			b.signal()
		}
	}
	defer set(false)
	for {
		if err == nil {
			select {
			case b.slots <- struct{}{}:
			case <-b.stop:
				return false
			case <-j.ctx.Done():
				return errors.Is(context.Cause(j.ctx), errLost)
			}
			err = b.do(j)
			<-b.slots
		}
		if err == nil {
			b.metrics.tasks.WithLabelValues("done").Inc()
			b.metrics.took.Observe(time.Since(j.task.Stored).Seconds())
			return b.done(j)
		}
		switch cause := context.Cause(j.ctx); {
		case errors.Is(cause, errLost):
			b.log.Warn("a task was taken over while it was worked on", zap.String("task", j.task.ID), zap.String("name", j.task.Name))
			return true
		case cause != nil:
			return false
		}
		if final(err) || j.task.Attempt >= b.opts.Attempts {
			b.giveUp(j, err)
			return b.done(j)
		}
		pause := b.opts.Pause(j.task.Attempt)
		b.log.Warn("a task failed; it is tried again", zap.String("task", j.task.ID), zap.String("name", j.task.Name),
			zap.Int("attempt", j.task.Attempt), zap.Duration("in", pause), zap.Error(err))
		b.metrics.tasks.WithLabelValues("failed").Inc()
		j.task.Attempt++
		err = nil
		set(false)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-b.stop:
			timer.Stop()
			return false
		case <-j.ctx.Done():
			timer.Stop()
			return errors.Is(context.Cause(j.ctx), errLost)
		}
		set(true)
	}
}

// final says whether trying again is no use.
func final(err error) bool {
	var permanent interface{ Permanent() bool }
	return errors.Is(err, ErrFinal) || (errors.As(err, &permanent) && permanent.Permanent())
}

// do runs the task once and makes an error of a panic.
func (b *Inbox) do(j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			// Of a panic only the place is logged: its value may hold text.
			b.log.Error("a task panicked", zap.String("task", j.task.ID), zap.String("name", j.task.Name), zap.ByteString("stack", debug.Stack()))
			err = fmt.Errorf("the handler of %s panicked", j.task.Name)
		}
	}()
	return b.opts.Do(j.ctx, j.task)
}

func (b *Inbox) giveUp(j *job, err error) {
	b.metrics.tasks.WithLabelValues("given_up").Inc()
	b.log.Error("a task failed for good", zap.String("task", j.task.ID), zap.String("name", j.task.Name),
		zap.Int("attempts", j.task.Attempt), zap.Error(err))
	if b.opts.GiveUp != nil {
		ctx, cancel := context.WithTimeout(j.ctx, 10*time.Second)
		defer cancel()
		b.opts.GiveUp(ctx, j.task, err)
	}
}

// done removes the entry, or, with Redis away, leaves it held and tries again
// until the lease is another's.
func (b *Inbox) done(j *job) (over bool) {
	for n := 0; ; n++ {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(j.ctx), 3*time.Second)
		err := b.db.Client.Eval(ctx, redisdb.InboxDone, []string{b.stream}, group, j.entry).Err()
		cancel()
		if err == nil || isNoGroup(err) {
			return true
		}
		if n == 0 {
			b.log.Warn("a task is done but could not be removed; trying again", zap.String("task", j.task.ID), zap.Error(err))
		}
		select {
		case <-time.After(min(time.Second, 50*time.Millisecond<<min(n, 10))):
		case <-j.ctx.Done():
			return false
		}
	}
}

// renew keeps the leases of what is held, and ends the work on what is lost.
func (b *Inbox) renew(ctx context.Context) {
	tick := time.NewTicker(b.opts.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for ids := b.heldIDs(func(*job) bool { return true }); len(ids) > 0; {
			n := min(len(ids), 100)
			args := append([]any{group, b.consumer}, ids[:n]...)
			ids = ids[n:]
			limited, cancel := context.WithTimeout(ctx, b.opts.Lease/3)
			lost, err := b.db.Client.Eval(limited, redisdb.InboxRenew, []string{b.stream}, args...).StringSlice()
			cancel()
			if err != nil {
				break // away: the lease may run out, and then another takes over
			}
			b.mu.Lock()
			for _, id := range lost {
				if j := b.held[id]; j != nil {
					j.cancel(errLost)
				}
			}
			b.mu.Unlock()
		}
	}
}

// handBack gives up what is still held.
func (b *Inbox) handBack(ctx context.Context) error {
	// Work that does not end is not handed back: another would do it as well.
	// Its lease runs out once this process is gone.
	ids := b.heldIDs(func(j *job) bool { return j.left })
	if len(ids) == 0 {
		return nil
	}
	args := append([]any{group, b.consumer, (24 * time.Hour).Milliseconds()}, ids...)
	n, err := b.db.Client.Eval(ctx, redisdb.InboxHandBack, []string{b.stream}, args...).Int()
	if err != nil {
		return fmt.Errorf("handing back %d tasks: %w", len(ids), err)
	}
	b.log.Info("handed back unfinished tasks", zap.Int("tasks", n))
	return nil
}

// sweep removes what is too old, and looks how much is waiting.
func (b *Inbox) sweep(ctx context.Context) error {
	removed, err := b.db.Client.Eval(ctx, redisdb.InboxSweep, []string{b.stream},
		group, b.opts.MaxAge.Milliseconds(), goneAfter.Milliseconds()).StringSlice()
	if isNoGroup(err) {
		return b.createGroup(ctx)
	}
	if err != nil {
		return err
	}
	var expired []Task
	for ; len(removed) >= 4; removed = removed[4:] {
		entry, t := removed[0], Task{ID: removed[1], Name: removed[2], Attempt: 1, Stored: storedAt(removed[0])}
		b.metrics.tasks.WithLabelValues("expired").Inc()
		b.log.Error("a task waited too long and was dropped", zap.String("entry", entry), zap.String("name", t.Name))
		var err error
		if t.Payload, err = b.opened(t.Name, removed[3]); err == nil {
			expired = append(expired, t)
		}
	}
	b.tellExpired(expired)
	n, err := b.Waiting(ctx)
	if err == nil {
		b.metrics.waiting.Set(float64(n))
	}
	return err
}

// tellExpired tells of tasks dropped, beside the sweeping, which must go on.
func (b *Inbox) tellExpired(tasks []Task) {
	if b.opts.GiveUp == nil || len(tasks) == 0 {
		return
	}
	b.jobs.Go(func() {
		for _, t := range tasks {
			if b.stopping() {
				return
			}
			ctx, cancel := context.WithTimeout(b.base, 10*time.Second)
			b.opts.GiveUp(ctx, t, ErrExpired)
			cancel()
		}
	})
}

func (b *Inbox) heldIDs(which func(*job) bool) []any {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := make([]any, 0, len(b.held))
	for id, j := range b.held {
		if which(j) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (b *Inbox) signal() {
	select {
	case b.freed <- struct{}{}:
	default:
	}
}
