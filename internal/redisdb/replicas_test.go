package redisdb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"

	"github.com/redis/go-redis/v9"
)

func TestDurableWaitsForAReplicaAndFailsWithoutIt(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := redistest.Replicated(t)
	db := open(t, g.URL())
	replica := g.Replica("k")
	copied := open(t, replica.URL())
	set := func(value string) error {
		return db.Durable(ctx, "k", func(p redis.Pipeliner) { p.Set(ctx, "k", value, 0) })
	}
	if err := set("v"); err != nil {
		t.Fatal(err)
	}
	if got := copied.Client.Get(ctx, "k").Val(); got != "v" {
		t.Errorf("the replica has %q when Durable returns", got)
	}

	replica.Pause()
	began := time.Now()
	if err := set("w"); !errors.Is(err, redisdb.ErrNotReplicated) {
		t.Errorf("err = %v, want ErrNotReplicated", err)
	}
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("it took %v, which is too long for an envelope", took)
	}
	replica.Resume()
	waitFor(t, func() bool { return set("x") == nil })
	if got := copied.Client.Get(ctx, "k").Val(); got != "x" {
		t.Errorf("the replica has %q when Durable returns", got)
	}

	replica.Kill()
	// A master that lost its only replica may itself be the one cut off.
	waitFor(t, func() bool { d, err := db.Durability(ctx); return err == nil && d.Replicas == 0 })
	if err := set("y"); !errors.Is(err, redisdb.ErrNotReplicated) {
		t.Errorf("err = %v, want ErrNotReplicated", err)
	}
	replica.Restart()
	waitFor(t, func() bool { return set("z") == nil })
}

func TestWhatWasWrittenBeforeIsConfirmed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := redistest.Replicated(t)
	db, other := open(t, g.URL()), open(t, g.URL())
	replica := g.Replica("k")
	copied := open(t, replica.URL())
	replica.Pause()
	db.Client.Set(ctx, "k", "v", 0)
	if err := other.Confirm(ctx, "mark"); !errors.Is(err, redisdb.ErrNotReplicated) {
		t.Errorf("err = %v, want ErrNotReplicated", err)
	}
	replica.Resume()
	waitFor(t, func() bool { return other.Confirm(ctx, "mark") == nil })
	if got := copied.Client.Get(ctx, "k").Val(); got != "v" {
		t.Errorf("the replica has %q when Confirm returns", got)
	}
	if ttl := db.Client.TTL(ctx, "mark").Val(); ttl <= 0 || ttl > time.Minute {
		t.Errorf("the mark ends in %v", ttl)
	}
}

func TestEachMasterOfAClusterAsksItsOwnReplica(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := redistest.Cluster(t)
	db := open(t, g.URL())
	masters := map[string]string{}
	for i := 0; len(masters) < 3; i++ {
		key := db.Key(fmt.Sprint("room", i), "k")
		master := g.Master(key).Addr()
		if masters[master] != "" {
			continue
		}
		masters[master] = key
		if err := db.Durable(ctx, key, func(p redis.Pipeliner) { p.Set(ctx, key, "v", 0) }); err != nil {
			t.Fatal(err)
		}
		if got := onReplica(t, g.Replica(key), key); got != "v" {
			t.Errorf("the replica has %q when Durable returns", got)
		}
	}
	if d, err := db.Durability(ctx); err != nil || d.Replicas != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	paused := db.Key("room0", "k")
	replica := g.Replica(paused)
	replica.Pause()
	defer replica.Resume()
	for _, key := range masters {
		var want error
		if g.Master(key).Addr() == g.Master(paused).Addr() {
			want = redisdb.ErrNotReplicated
		}
		if err := db.Durable(ctx, key, func(p redis.Pipeliner) { p.Set(ctx, key, "w", 0) }); !errors.Is(err, want) {
			t.Errorf("%s: err = %v, want %v", key, err, want)
		}
	}
}

// onReplica reads from a replica in a Cluster, which sends others to its master.
func onReplica(t *testing.T, s *redistest.Server, key string) string {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr(), DisableIdentity: true})
	defer func() { _ = c.Close() }()
	conn := c.Conn()
	defer func() { _ = conn.Close() }()
	if err := conn.ReadOnly(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	return conn.Get(t.Context(), key).Val()
}

// While a master is gone, or hangs and comes back as if nothing had happened,
// nothing may count as safe that is not on its successor afterwards.
func TestWhatIsDurableSurvivesAFailover(t *testing.T) {
	for kind, begin := range map[string]func(testing.TB, ...string) *redistest.Group{"sentinel": redistest.Sentinel, "cluster": redistest.Cluster} {
		for _, how := range []string{"killed", "hanging"} {
			t.Run(kind+", the master "+how, func(t *testing.T) {
				t.Parallel()
				g := begin(t)
				db := open(t, g.URL())
				w := newWriter(t, db)
				w.more(t, 50)
				old := g.Master(w.key(0))
				if how == "killed" {
					old.Kill()
				} else {
					old.Pause()
				}
				began := time.Now()
				master := g.Master(w.key(0)) // the successor
				w.more(t, 20)
				t.Logf("written again after %v", time.Since(began).Round(10*time.Millisecond))
				if how == "killed" {
					old.Restart()
				} else {
					old.Resume()
				}
				w.more(t, 500)
				w.stop()
				kept := open(t, master.URL())
				for _, i := range w.safe {
					if got := kept.Client.Get(t.Context(), w.key(i)).Val(); got != "v" {
						t.Errorf("write %d of %d counted as durable and is lost", i, w.n)
					}
				}
			})
		}
	}
}

// writer writes one key after the other, all of one slot, and notes which were
// durable.
type writer struct {
	db   *redisdb.DB
	mu   sync.Mutex
	n    int
	safe []int
	last error
	end  context.CancelFunc
	done sync.WaitGroup
}

func newWriter(t *testing.T, db *redisdb.DB) *writer {
	ctx, cancel := context.WithCancel(t.Context())
	w := &writer{db: db, end: cancel}
	for range 4 {
		w.done.Go(func() {
			for ctx.Err() == nil {
				w.write(ctx)
			}
		})
	}
	t.Cleanup(w.stop)
	return w
}

func (w *writer) write(ctx context.Context) {
	w.mu.Lock()
	i := w.n
	w.n++
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	err := w.db.Durable(ctx, w.key(i), func(p redis.Pipeliner) { p.Set(ctx, w.key(i), "v", 0) })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last = err; err == nil {
		w.safe = append(w.safe, i)
	}
}

func (w *writer) key(i int) string { return w.db.Key("writer", fmt.Sprint(i)) }

// more waits until so many more were durable.
func (w *writer) more(t *testing.T, n int) {
	t.Helper()
	count := func() (int, error) { w.mu.Lock(); defer w.mu.Unlock(); return len(w.safe), w.last }
	before, _ := count()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		now, err := count()
		if now >= before+n {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("nothing can be written any more: %v", err)
		}
	}
}

func (w *writer) stop() {
	w.end()
	w.done.Wait()
}
