package app

import (
	"bytes"
	"os/exec"
	"testing"
	"time"

	"allybot/internal/manifest"
	"allybot/internal/redisdb/redistest"
)

// Three replicas, one of them killed without warning every second, Redis failed
// over once, and 10,000 lessons due: everybody gets exactly one.
func TestLessonsComeOnceWhenReplicasAreKilled(t *testing.T) {
	const (
		size    = 10_000
		running = 3
		within  = 6 * time.Minute
	)
	m, err := manifest.JSON()
	if err != nil {
		t.Fatal(err)
	}
	// Nobody writes to the bot here, and to be told of each of its own messages would
	// be most of the work.
	w := installed(t, bytes.ReplaceAll(m, []byte(`"message.im"`), []byte(`"app_home_opened"`)))
	w.LiftRateLimits()
	redis := redistest.Sentinel(t, "--appendonly", "yes")
	due := time.Now().Add(-2 * time.Minute).Truncate(time.Minute)
	c := newClass(t, w, redis.URL(), size, due)
	unpaced(t, c.db)

	start := func() *exec.Cmd {
		return w.start(replicaEnv+"="+onlyLessons, "REDIS_URL="+redis.URL(), "ALLY_QUIET_HOURS=none", "ALLY_WORKING_DAYS=mon-sun", "ALLY_POSTS_PER_SECOND=600", "ALLY_LOG_LEVEL=error")
	}
	var replicas [running]*exec.Cmd
	for i := range replicas {
		replicas[i] = start()
	}
	w.eventually("the first lessons", func() bool {
		left, err := c.waiting(w.now())
		return err == nil && left < size
	})

	kills, failover := 0, time.Time{}
	begun := time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range tick.C {
		left, err := c.waiting(w.now())
		if err == nil && left == 0 && !failover.IsZero() {
			break
		}
		if time.Since(begun) > within {
			t.Fatalf("after %v and %d kills %d lessons still wait: %v", within, kills, left, err)
		}
		i := kills % running
		_ = replicas[i].Process.Kill()
		_ = replicas[i].Wait()
		replicas[i] = start()
		kills++
		if failover.IsZero() && err == nil && left < size*2/3 {
			master := redis.Master(c.book.CalendarKey())
			master.Kill()
			failover = time.Now()
			time.AfterFunc(3*time.Second, master.Restart)
		}
	}
	t.Logf("%d kills and a failover in %v", kills, time.Since(begun).Round(time.Second))
	c.gotOneEach(w)
}
