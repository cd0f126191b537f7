package inbox

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

const (
	blockFor = 2 * time.Second
	// blockEmbedded is shorter: the embedded Redis cannot be told to let go.
	blockEmbedded = 200 * time.Millisecond
	maxHeld       = 1000 // tasks held at a time, those that wait for another try included
	goneAfter     = time.Hour
	fromStart     = "0-0"
	sweepTime     = 5 * time.Second // for one sweep
)

// Run works tasks off until Stop has handed back the rest, or ctx ends, which
// leaves things as a crash does.
func (b *Inbox) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b.base = ctx
	defer context.AfterFunc(ctx, func() {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		b.unblock(limited)
	})()
	b.readers.Go(func() { b.read(ctx) })
	b.readers.Go(func() { b.every(ctx, min(b.opts.Lease/3, time.Second), b.takeOver) })
	b.readers.Go(func() { b.every(ctx, b.opts.SweepEvery, b.sweep) })
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		b.renew(ctx)
	}()
	b.readers.Wait()
	b.jobs.Wait()
	cancel()
	<-renewing
	return nil
}

// Stop begins nothing new, waits for the work under way as long as ctx allows
// and hands the rest back for another replica to take at once.
func (b *Inbox) Stop(ctx context.Context) error {
	b.stopOnce.Do(func() { close(b.stop) })
	go b.unblock(ctx)
	if !wait(ctx, b.readers.Wait) {
		b.log.Warn("the inbox did not stop reading in time")
	}
	if !wait(ctx, b.jobs.Wait) {
		b.mu.Lock()
		for _, j := range b.held {
			j.cancel(errStopped)
		}
		b.mu.Unlock()
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
		defer cancel()
		wait(late, b.jobs.Wait)
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return b.handBack(late)
}

// unblock ends the blocking read at once.
func (b *Inbox) unblock(ctx context.Context) {
	done := make(chan struct{})
	go func() { b.readers.Wait(); close(done) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b.mu.Lock()
		id := b.blocked
		b.mu.Unlock()
		if id != 0 {
			if node, err := b.db.Node(ctx, b.stream); err == nil {
				_ = node.ClientUnblock(ctx, id).Err()
			}
		}
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// read takes new tasks as workers come free.
func (b *Inbox) read(ctx context.Context) {
	var conn *redis.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close()
		}
	}()
	failures := 0
	for {
		n := b.free()
		if n == 0 {
			select {
			case <-b.freed:
			case <-b.stop:
				return
			case <-ctx.Done():
				return
			}
			continue
		}
		err := ctx.Err()
		if b.stopping() || err != nil {
			return
		}
		if conn == nil {
			conn, err = b.connect(ctx)
		}
		if err == nil {
			err = b.readOnce(ctx, conn, n)
		}
		switch {
		case err == nil || errors.Is(err, redis.Nil):
			if failures > 0 {
				b.log.Info("the inbox reads again")
			}
			failures = 0
			continue
		case isNoGroup(err):
			if err = b.createGroup(ctx); err == nil {
				continue
			}
		}
		if conn != nil {
			_ = conn.Close()
			conn = nil
		}
		if failures++; failures == 1 && ctx.Err() == nil && !b.stopping() {
			b.log.Warn("the inbox cannot be read; trying again", zap.Error(err))
		}
		b.sleep(ctx, min(time.Second, 50*time.Millisecond<<min(failures, 10)))
	}
}

// connect takes a connection of its own for blocking reads.
func (b *Inbox) connect(ctx context.Context) (*redis.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	node, err := b.db.Node(ctx, b.stream)
	if err != nil {
		return nil, err
	}
	conn := node.Conn()
	if !b.db.Embedded() {
		id, err := conn.ClientID(ctx).Result()
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		b.mu.Lock()
		b.blocked = id
		b.mu.Unlock()
	}
	return conn, nil
}

func (b *Inbox) readOnce(ctx context.Context, conn *redis.Conn, n int) error {
	block := blockFor
	if b.db.Embedded() {
		block = blockEmbedded
	}
	limited, cancel := context.WithTimeout(ctx, block+2*time.Second)
	defer cancel()
	streams, err := conn.XReadGroup(limited, &redis.XReadGroupArgs{
		Group: group, Consumer: b.consumer, Streams: []string{b.stream, ">"},
		Count: int64(n), Block: block,
	}).Result()
	if err != nil {
		return err
	}
	for _, s := range streams {
		for _, m := range s.Messages {
			b.begin(m, 1)
		}
	}
	return nil
}

func (b *Inbox) createGroup(ctx context.Context) error {
	err := b.db.Client.XGroupCreateMkStream(ctx, b.stream, group, "0").Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

func isNoGroup(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "NOGROUP") ||
		strings.HasPrefix(err.Error(), "UNBLOCKED the stream key no longer exists") ||
		strings.Contains(err.Error(), "no such key"))
}

// takeOver takes the tasks whose lease ran out and those handed back. Redis looks
// at ten entries for each one asked for; behind many that others hold, they are
// found by going on where the last look ended.
func (b *Inbox) takeOver(ctx context.Context) error {
	n := b.free()
	if n == 0 {
		return nil
	}
	for range maxHeld / 10 {
		msgs, next, err := b.db.Client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
			Stream: b.stream, Group: group, Consumer: b.consumer, MinIdle: b.opts.Lease, Start: b.next, Count: int64(n),
		}).Result()
		if isNoGroup(err) {
			return b.createGroup(ctx)
		}
		if err != nil {
			return err
		}
		b.next = next
		for _, m := range msgs {
			b.metrics.tasks.WithLabelValues("taken_over").Inc()
			b.begin(m, b.deliveries(ctx, m.ID))
		}
		if len(msgs) > 0 || next == fromStart {
			break
		}
	}
	return nil
}

// deliveries is how often an entry was given to somebody; 1 if Redis cannot say.
func (b *Inbox) deliveries(ctx context.Context, id string) int {
	p, err := b.db.Client.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: b.stream, Group: group, Start: id, End: id, Count: 1}).Result()
	if err != nil || len(p) != 1 {
		return 1
	}
	return int(p[0].RetryCount)
}

// free is how many tasks may be begun.
func (b *Inbox) free() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, min(b.opts.Workers-b.active, maxHeld-len(b.held)))
}

func (b *Inbox) stopping() bool {
	select {
	case <-b.stop:
		return true
	default:
		return false
	}
}

// every runs do until the inbox stops.
func (b *Inbox) every(ctx context.Context, d time.Duration, do func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.stop:
			return
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, sweepTime)
		err := do(limited)
		cancel()
		if err != nil && !failing && ctx.Err() == nil {
			b.log.Warn("looking after the inbox failed; trying again", zap.Error(err))
		}
		failing = err != nil
	}
}

func (b *Inbox) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-b.stop:
	case <-timer.C:
	}
}

func wait(ctx context.Context, f func()) bool {
	done := make(chan struct{})
	go func() { f(); close(done) }()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// storedAt reads the time out of the id of a stream entry.
func storedAt(entryID string) time.Time {
	ms, _, _ := strings.Cut(entryID, "-")
	n, _ := strconv.ParseInt(ms, 10, 64)
	return time.UnixMilli(n)
}
