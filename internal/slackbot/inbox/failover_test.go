package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot/inbox"
)

func TestNothingIsAcceptedThatNoReplicaHas(t *testing.T) {
	t.Parallel()
	g := redistest.Replicated(t)
	db := open(t, g.URL())
	b := prepared(t, inbox.Options{DB: db})
	accept(t, b.Inbox, "event:Ev1", task("x", `1`))
	replica := g.Replica(db.Key("inbox"))
	replica.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond) // what the gateway gives it
	defer cancel()
	_, err := b.Accept(ctx, "event:Ev2", task("x", `2`))
	if !errors.Is(err, inbox.ErrAway) || !errors.Is(err, redisdb.ErrNotReplicated) {
		t.Errorf("err = %v, want ErrNotReplicated as the cause of ErrAway", err)
	}
	replica.Resume()
	// Slack sends it again, until it is acknowledged.
	waitFor(t, "the repetition to be accepted", func() bool {
		_, err := b.Accept(t.Context(), "event:Ev2", task("x", `2`))
		return err == nil
	})
	copied := open(t, replica.URL())
	if n := copied.Client.XLen(t.Context(), db.Key("inbox", "stream")).Val(); n != 2 {
		t.Errorf("the replica has %d tasks when both are accepted, want 2", n)
	}
}

// People go on using the bot while the master of its inbox dies. Slack repeats
// what was not acknowledged, two replicas work it off, and each task counts once.
func TestAFailoverLosesNothingThatWasAccepted(t *testing.T) {
	for kind, begin := range map[string]func(testing.TB, ...string) *redistest.Group{"sentinel": redistest.Sentinel, "cluster": redistest.Cluster} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			g := begin(t)
			counted := redisdb.Key("counted", "tasks")
			replicas := make([]*replica, 2)
			for i := range replicas {
				db := open(t, g.URL())
				replicas[i] = run(t, inbox.Options{DB: db, Lease: time.Second, Attempts: 1000, Do: func(ctx context.Context, task inbox.Task) error {
					return db.Durable(ctx, counted, func(p redis.Pipeliner) { p.SAdd(ctx, counted, task.ID) })
				}})
			}
			var marks, accepted atomic.Int64
			stopped := make(chan struct{})
			var people sync.WaitGroup
			for i := range 4 {
				people.Go(func() {
					for {
						select {
						case <-stopped:
							return
						default:
						}
						mark := fmt.Sprintf("event:%d", marks.Add(1))
						for n := i; ; n++ { // until it is acknowledged, on whichever socket
							ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
							_, err := replicas[n%2].Accept(ctx, mark, task("x", `1`), task("y", `2`))
							cancel()
							if err == nil {
								break
							}
							<-time.After(20 * time.Millisecond)
						}
						accepted.Add(1)
					}
				})
			}
			more := func(n int64) {
				t.Helper()
				before := accepted.Load()
				waitFor(t, "more to be accepted", func() bool { return accepted.Load() >= before+n })
			}
			more(50)
			old := g.Master(redisdb.Key("inbox"))
			old.Kill()
			began := time.Now()
			g.Master(redisdb.Key("inbox"))
			more(20)
			t.Logf("accepted again after %v", time.Since(began).Round(10*time.Millisecond))
			old.Restart()
			more(100)
			close(stopped)
			people.Wait()

			waitEmpty(t, replicas[0].Inbox)
			db := open(t, g.URL())
			if got, want := db.Client.SCard(t.Context(), counted).Val(), 2*accepted.Load(); got != want {
				t.Errorf("%d tasks were worked off, want %d", got, want)
			}
			for i := range marks.Load() {
				for n := range 2 {
					id := inbox.ID(fmt.Sprintf("event:%d", i+1), n)
					if !db.Client.SIsMember(t.Context(), counted, id).Val() {
						t.Errorf("task %d of mark %d was accepted and is lost", n, i+1)
					}
				}
			}
		})
	}
}
