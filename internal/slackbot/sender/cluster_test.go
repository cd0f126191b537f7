package sender_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot/sender"
)

// In a Cluster each message has its own slot for its record, and the limits
// share another one; any master may die.
func TestOnceInAClusterThatLosesAMaster(t *testing.T) {
	t.Parallel()
	g := redistest.Cluster(t)
	f := newFake(t)
	db := openDB(t, g.URL())
	replicas := []*sender.Sender{newSender(t, f, db), newSender(t, f, openDB(t, g.URL()))}
	limits := db.Key("rate", "posts")

	// Both replicas are given each message, as after a lease that ran out.
	want := 0
	post := func(n int) {
		var wg sync.WaitGroup
		for range n {
			want++
			intent, channel := fmt.Sprint("intent", want), fmt.Sprint("C", want)
			for _, s := range replicas {
				wg.Go(func() {
					for limited := ctx(t); ; { // the inbox tries again
						_, err := s.Post(limited, intent, channel, "", text("hello"))
						if err == nil {
							return
						}
						if limited.Err() != nil {
							t.Errorf("%s: %v", intent, err)
							return
						}
						<-time.After(20 * time.Millisecond)
					}
				})
			}
		}
		wg.Wait()
	}
	post(10)
	short, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
	defer cancel()
	for i := range 10 {
		_ = replicas[i%2].Update(short, "C1", "1.1", text("x"))
	}
	if n := f.count("chat.update"); n != 7 {
		t.Errorf("%d updates by two replicas; want 7, as their limit is shared", n)
	}
	old := g.Master(limits)
	old.Kill()
	post(10) // some of their records were to go there
	g.Master(limits)
	old.Restart()
	// A limit is shared again once the replicas dare to ask: the successor has
	// never seen the script.
	again := db.Key("rate", "views.publish")
	for late := ctx(t); db.Client.Exists(late, again).Val() == 0; {
		if err := replicas[0].PublishHome(late, "U1", blockkit.Home{}); err != nil {
			t.Fatalf("the limits are not shared after the failover: %v", err)
		}
	}
	posted := map[string]int{}
	for _, m := range f.posted() {
		posted[m.Channel]++
	}
	for i := range want {
		if n := posted[fmt.Sprint("C", i+1)]; n != 1 {
			t.Errorf("message %d was posted %d times", i+1, n)
		}
	}
}
