package inbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot/inbox"
)

func TestMain(m *testing.M) {
	// Of a server that was away, the client tries the address each second, and
	// notices only then that it was closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

// both runs a test on a real Redis, alone and as a Cluster, and on the embedded one.
func both(t *testing.T, test func(t *testing.T, db *redisdb.DB)) {
	t.Run("redis-server", func(t *testing.T) { test(t, open(t, redistest.Start(t))) })
	t.Run("cluster", func(t *testing.T) { test(t, open(t, redistest.SmallCluster(t))) })
	t.Run("embedded", func(t *testing.T) {
		db, err := redisdb.Embedded(time.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		test(t, db)
	})
}

func open(t *testing.T, url string) *redisdb.DB {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// replica is one process with an inbox.
type replica struct {
	*inbox.Inbox
	crash context.CancelFunc
	done  chan struct{}
}

func run(t *testing.T, o inbox.Options) *replica {
	t.Helper()
	r := prepared(t, o)
	r.start(t)
	return r
}

func prepared(t *testing.T, o inbox.Options) *replica {
	t.Helper()
	if o.Lease == 0 {
		o.Lease = 300 * time.Millisecond
	}
	if o.Pause == nil {
		o.Pause = func(int) time.Duration { return 10 * time.Millisecond }
	}
	b, err := inbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &replica{Inbox: b, done: make(chan struct{})}
}

func (r *replica) start(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r.crash = cancel
	go func() {
		defer close(r.done)
		_ = r.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-r.done })
}

// tally counts what was worked off, by task id.
type tally struct {
	mu   sync.Mutex
	seen map[string]int
	more chan struct{}
}

func newTally() *tally { return &tally{seen: map[string]int{}, more: make(chan struct{}, 10000)} }

func (c *tally) add(id string) {
	c.mu.Lock()
	c.seen[id]++
	c.mu.Unlock()
	c.more <- struct{}{}
}

func (c *tally) wait(t *testing.T, n int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for range n {
		select {
		case <-c.more:
		case <-deadline:
			t.Fatalf("only %d of %d were worked off", len(c.seen), n)
		}
	}
}

func task(name, payload string) inbox.Task {
	return inbox.Task{Name: name, Payload: json.RawMessage(payload)}
}

func accept(t *testing.T, b *inbox.Inbox, mark string, tasks ...inbox.Task) bool {
	t.Helper()
	fresh, err := b.Accept(t.Context(), mark, tasks...)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func waitEmpty(t *testing.T, b *inbox.Inbox) {
	t.Helper()
	waitFor(t, "an empty inbox", func() bool { n, err := b.Waiting(context.Background()); return err == nil && n == 0 })
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestATaskIsWorkedOffOnceWithWhatWasStored(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		got := make(chan inbox.Task, 1)
		r := run(t, inbox.Options{DB: db, Secret: "xoxb-1", Do: func(_ context.Context, task inbox.Task) error { got <- task; return nil }})
		if !accept(t, r.Inbox, "event:Ev1", task("request", `{"text":"help"}`)) {
			t.Fatal("not new")
		}
		task := <-got
		if task.Name != "request" || string(task.Payload) != `{"text":"help"}` || task.Attempt != 1 || task.ID != inbox.ID("event:Ev1", 0) {
			t.Errorf("got %+v", task)
		}
		waitEmpty(t, r.Inbox)
	})
}

func TestARepetitionIsKnownOnAnyReplica(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		c := newTally()
		do := func(_ context.Context, task inbox.Task) error { c.add(task.ID); return nil }
		a, b := run(t, inbox.Options{DB: db, Do: do}), run(t, inbox.Options{DB: db, Do: do})
		var fresh int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				r := a
				if i%2 == 0 {
					r = b
				}
				new, err := r.Accept(context.Background(), "event:Ev1", task("x", `1`), task("y", `2`))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if new {
					fresh++
				}
			})
		}
		wg.Wait()
		c.wait(t, 2)
		waitEmpty(t, a.Inbox)
		if fresh != 1 || len(c.seen) != 2 {
			t.Errorf("%d new, worked off %v", fresh, c.seen)
		}
	})
}

func TestTheMarkLivesLongerThanSlackRepeats(t *testing.T) {
	db := open(t, redistest.Start(t))
	b := prepared(t, inbox.Options{DB: db})
	accept(t, b.Inbox, "event:Ev1", task("x", `1`))
	keys := db.Client.Keys(t.Context(), "ally:{inbox}:mark:*").Val()
	if len(keys) != 1 {
		t.Fatalf("marks: %v", keys)
	}
	if ttl := db.Client.TTL(t.Context(), keys[0]).Val(); ttl < time.Hour {
		t.Errorf("the mark lives for %v", ttl)
	}
	db.Client.Expire(t.Context(), keys[0], time.Minute)
	accept(t, b.Inbox, "event:Ev1", task("x", `1`))
	if ttl := db.Client.TTL(t.Context(), keys[0]).Val(); ttl < time.Hour {
		t.Errorf("the mark lives for %v after a repetition", ttl)
	}
}

func TestPayloadsAreNotReadableInRedis(t *testing.T) {
	db := open(t, redistest.Start(t))
	b := prepared(t, inbox.Options{DB: db, Secret: "xoxb-secret"})
	accept(t, b.Inbox, "trigger:T123.456", task("request", `{"text":"my boss hurts me","response_url":"https://hooks.slack.com/x"}`))
	for _, m := range db.Client.XRange(t.Context(), "ally:{inbox}:stream", "-", "+").Val() {
		if s := fmt.Sprint(m.Values); strings.Contains(s, "boss") || strings.Contains(s, "hooks") || strings.Contains(s, "T123") {
			t.Errorf("readable: %s", s)
		}
	}
	for _, k := range db.Client.Keys(t.Context(), "*").Val() {
		if strings.Contains(k, "T123") {
			t.Errorf("a trigger id is in the key %s", k)
		}
	}
}

func TestFailuresAreTriedAgainThenGivenUp(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		given := make(chan inbox.Task, 2)
		var attempts []int
		r := run(t, inbox.Options{
			DB: db, Attempts: 3, Workers: 1,
			Do: func(_ context.Context, task inbox.Task) error {
				if task.Name == "broken" {
					attempts = append(attempts, task.Attempt)
					return errors.New("no")
				}
				return fmt.Errorf("this is %w", inbox.ErrFinal)
			},
			GiveUp: func(_ context.Context, task inbox.Task, _ error) { given <- task },
		})
		accept(t, r.Inbox, "1", task("broken", `1`))
		if got := <-given; got.Attempt != 3 || fmt.Sprint(attempts) != "[1 2 3]" {
			t.Errorf("given up at attempt %d after %v", got.Attempt, attempts)
		}
		accept(t, r.Inbox, "2", task("final", `1`))
		if got := <-given; got.Attempt != 1 {
			t.Errorf("a final error was tried again, %d times", got.Attempt)
		}
		waitEmpty(t, r.Inbox)
	})
}

func TestAPanicIsAFailureAndItsTextIsNotLogged(t *testing.T) {
	db := open(t, redistest.Start(t))
	core, logs := observer.New(zapcore.DebugLevel)
	given := make(chan struct{})
	r := run(t, inbox.Options{
		DB: db, Attempts: 1, Logger: zap.New(core),
		Do:     func(context.Context, inbox.Task) error { panic("what she said") },
		GiveUp: func(context.Context, inbox.Task, error) { close(given) },
	})
	accept(t, r.Inbox, "1", task("x", `1`))
	<-given
	for _, l := range logs.All() {
		if s := fmt.Sprint(l.Message, l.ContextMap()); strings.Contains(s, "what she said") {
			t.Errorf("logged: %s", s)
		}
	}
}

func TestAnotherReplicaTakesOverAfterACrash(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		begun := make(chan string, 1)
		a := run(t, inbox.Options{DB: db, Do: func(ctx context.Context, task inbox.Task) error {
			begun <- task.ID
			<-ctx.Done()
			return ctx.Err()
		}})
		accept(t, a.Inbox, "1", task("x", `1`))
		id := <-begun
		a.crash()
		<-a.done
		got := make(chan inbox.Task, 1)
		b := run(t, inbox.Options{DB: db, Do: func(_ context.Context, task inbox.Task) error { got <- task; return nil }})
		task := <-got
		if task.ID != id || task.Attempt != 2 {
			t.Errorf("got %+v, want task %s at its second attempt", task, id)
		}
		waitEmpty(t, b.Inbox)
	})
}

func TestALongTaskKeepsItsLease(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		c := newTally()
		do := func(ctx context.Context, task inbox.Task) error {
			c.add(task.ID)
			select {
			case <-time.After(1200 * time.Millisecond): // four leases
			case <-ctx.Done():
			}
			return nil
		}
		a := run(t, inbox.Options{DB: db, Do: do})
		run(t, inbox.Options{DB: db, Do: do})
		accept(t, a.Inbox, "1", task("x", `1`))
		c.wait(t, 1)
		waitEmpty(t, a.Inbox)
		if n := c.seen[inbox.ID("1", 0)]; n != 1 {
			t.Errorf("worked off %d times", n)
		}
	})
}

func TestStopFinishesOrHandsBackAtOnce(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		begun, finish := make(chan struct{}, 2), make(chan struct{})
		a := run(t, inbox.Options{DB: db, Lease: time.Minute, Do: func(ctx context.Context, task inbox.Task) error {
			begun <- struct{}{}
			if task.Name == "quick" {
				<-finish
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}})
		accept(t, a.Inbox, "1", task("quick", `1`))
		accept(t, a.Inbox, "2", task("long", `1`))
		<-begun
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		stopped := make(chan error, 1)
		go func() { stopped <- a.Stop(ctx) }()
		close(finish)
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		<-a.done
		got := make(chan inbox.Task, 2)
		b := run(t, inbox.Options{DB: db, Lease: time.Minute, Do: func(_ context.Context, task inbox.Task) error { got <- task; return nil }})
		waitEmpty(t, b.Inbox)
		if task := <-got; task.Name != "long" || len(got) > 0 {
			t.Errorf("got %+v and %d more", task, len(got))
		}
	})
}

func TestAnIdleInboxStopsAtOnce(t *testing.T) {
	db := open(t, redistest.Start(t))
	r := run(t, inbox.Options{DB: db, Lease: time.Minute, Do: func(context.Context, inbox.Task) error { return nil }})
	accept(t, r.Inbox, "1", task("x", `1`))
	waitEmpty(t, r.Inbox)
	began := time.Now()
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-r.done
	if d := time.Since(began); d > 500*time.Millisecond {
		t.Errorf("stopping took %v", d)
	}
}

func TestAFlushedRedisIsHealed(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		c := newTally()
		r := run(t, inbox.Options{DB: db, Do: func(_ context.Context, task inbox.Task) error { c.add(task.ID); return nil }})
		accept(t, r.Inbox, "1", task("x", `1`))
		c.wait(t, 1)
		waitEmpty(t, r.Inbox)
		if err := db.Client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		accept(t, r.Inbox, "2", task("x", `1`))
		c.wait(t, 1)
	})
}

func TestNothingIsLostWhenRedisComesBack(t *testing.T) {
	server := redistest.New(t, "--appendonly", "yes", "--appendfsync", "always")
	db := open(t, server.URL())
	c := newTally()
	r := run(t, inbox.Options{DB: db, Do: func(_ context.Context, task inbox.Task) error { c.add(task.ID); return nil }})
	accept(t, r.Inbox, "0", task("x", `1`))
	c.wait(t, 1)
	server.Kill()
	if _, err := r.Accept(t.Context(), "1", task("x", `1`)); !errors.Is(err, inbox.ErrAway) {
		t.Errorf("with Redis away: %v", err)
	}
	began := time.Now()
	if _, err := r.Accept(t.Context(), "1", task("x", `1`)); !errors.Is(err, inbox.ErrAway) || time.Since(began) > 50*time.Millisecond {
		t.Errorf("right after a failure: %v after %v, want it at once", err, time.Since(began))
	}
	server.Restart()
	waitFor(t, "Redis to accept again", func() bool { _, err := r.Accept(t.Context(), "1", task("x", `1`)); return err == nil })
	c.wait(t, 1)
	waitEmpty(t, r.Inbox)
	if c.seen[inbox.ID("1", 0)] != 1 {
		t.Errorf("worked off: %v", c.seen)
	}
}

// A replica that was out of reach for longer than its lease lets go of what
// another took over.
func TestALostLeaseEndsTheWork(t *testing.T) {
	db := open(t, redistest.Start(t))
	begun, ended := make(chan struct{}, 10), make(chan error, 10)
	r := run(t, inbox.Options{DB: db, Lease: 600 * time.Millisecond, Do: func(ctx context.Context, _ inbox.Task) error {
		begun <- struct{}{}
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	}})
	accept(t, r.Inbox, "1", task("x", `1`))
	<-begun
	entry := db.Client.XRange(t.Context(), "ally:{inbox}:stream", "-", "+").Val()[0].ID
	err := db.Client.XClaim(t.Context(), &redis.XClaimArgs{Stream: "ally:{inbox}:stream", Group: "ally", Consumer: "other", Messages: []string{entry}}).Err()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "took the task over") {
			t.Errorf("ended by %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("still at it")
	}
	// The other one is gone as well: what it took is not lost.
	select {
	case <-begun:
	case <-time.After(5 * time.Second):
		t.Fatal("nobody took the task up again")
	}
}

// What a crashed replica held is found behind the many tasks that others hold.
func TestACrashIsFoundBehindManyHeldTasks(t *testing.T) {
	db := open(t, redistest.Start(t))
	failed, done := newTally(), newTally()
	r := run(t, inbox.Options{DB: db, Workers: 1, Pause: func(int) time.Duration { return time.Hour }, Do: func(_ context.Context, task inbox.Task) error {
		if task.Name == "stuck" {
			failed.add(task.ID)
			return errors.New("not yet")
		}
		done.add(task.ID)
		return nil
	}})
	for i := range 25 { // Redis looks at ten for each one asked for
		accept(t, r.Inbox, fmt.Sprint(i), task("stuck", `1`))
	}
	failed.wait(t, 25)
	// Another replica takes a task and is gone.
	_, err := db.Client.TxPipelined(t.Context(), func(p redis.Pipeliner) error {
		p.XAdd(t.Context(), &redis.XAddArgs{Stream: "ally:{inbox}:stream", Values: []string{"id", "i", "name", "held", "payload", "1"}})
		p.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: "ally", Consumer: "dead", Streams: []string{"ally:{inbox}:stream", ">"}, Block: -1})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	done.wait(t, 1)
}

// What a person typed does not stay for days because the bot was switched off.
func TestNothingStaysWithoutTheBot(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		r := prepared(t, inbox.Options{DB: db})
		accept(t, r.Inbox, "1", task("x", `1`))
		if left := db.Client.PTTL(t.Context(), "ally:{inbox}:stream").Val(); left <= 50*time.Minute || left > time.Hour {
			t.Errorf("the inbox stays for %v", left)
		}
	})
}

func TestAMarkIsKnownOnAnyReplica(t *testing.T) {
	both(t, func(t *testing.T, db *redisdb.DB) {
		a, b := prepared(t, inbox.Options{DB: db}), prepared(t, inbox.Options{DB: db})
		if known, err := b.Known(t.Context(), "m"); known || err != nil {
			t.Errorf("before: %v, %v", known, err)
		}
		accept(t, a.Inbox, "m")
		if known, err := b.Known(t.Context(), "m"); !known || err != nil {
			t.Errorf("after: %v, %v", known, err)
		}
	})
}

func TestNothingStaysOverAnHour(t *testing.T) {
	db := open(t, redistest.Start(t))
	old := fmt.Sprintf("%d-0", time.Now().Add(-61*time.Minute).UnixMilli())
	if err := db.Client.Do(t.Context(), "XADD", "ally:{inbox}:stream", old, "id", "i", "name", "n", "payload", "p").Err(); err != nil {
		t.Fatal(err)
	}
	db.Client.XGroupCreate(t.Context(), "ally:{inbox}:stream", "ally", "0")
	db.Client.XGroupCreateConsumer(t.Context(), "ally:{inbox}:stream", "ally", "gone")
	removed, err := db.Client.Eval(t.Context(), redisdb.InboxSweep, []string{"ally:{inbox}:stream"}, "ally", time.Hour.Milliseconds(), -1).StringSlice()
	if err != nil || fmt.Sprint(removed) != fmt.Sprintf("[%s i n p]", old) {
		t.Errorf("removed %v, %v", removed, err)
	}
	if c := db.Client.XInfoConsumers(t.Context(), "ally:{inbox}:stream", "ally").Val(); len(c) != 0 {
		t.Errorf("consumers that are gone: %v", c)
	}
}

func TestManyTasksOnTwoReplicas(t *testing.T) {
	db := open(t, redistest.Start(t))
	c := newTally()
	do := func(_ context.Context, task inbox.Task) error { c.add(task.ID); return nil }
	a, b := run(t, inbox.Options{DB: db, Do: do}), run(t, inbox.Options{DB: db, Do: do})
	const n = 1000
	var wg sync.WaitGroup
	for w := range 10 {
		wg.Go(func() {
			for i := range n / 10 {
				r := []*replica{a, b}[i%2]
				if _, err := r.Accept(context.Background(), fmt.Sprintf("%d/%d", w, i), task("x", `1`)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	c.wait(t, n)
	waitEmpty(t, a.Inbox)
	if len(c.seen) != n {
		t.Errorf("%d different tasks", len(c.seen))
	}
}
