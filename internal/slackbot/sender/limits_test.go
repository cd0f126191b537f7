package sender_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

func TestRetryAfterHoldsAllReplicas(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	first, second := newSender(t, f, db), newSender(t, f, db)
	f.arrived = make(chan string, 10)
	f.next("chat.update", "429:1")
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := first.Update(ctx(t), "C1", "1.1", text("x")); err != nil {
			t.Error(err)
		}
	})
	<-f.arrived
	for key, deadline := db.Key("pause", "chat.update"), time.Now().Add(5*time.Second); ; {
		if n, _ := db.Client.Exists(ctx(t), key).Result(); n == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the pause did not reach Redis")
		}
	}
	limited := time.Now()
	if err := second.Update(ctx(t), "C2", "1.2", text("x")); err != nil {
		t.Error(err)
	}
	wg.Wait()
	calls := f.of("chat.update")
	if len(calls) != 3 {
		t.Fatalf("%d calls, want 3", len(calls))
	}
	for _, c := range calls[1:] {
		if d := c.At.Sub(calls[0].At); d < time.Second {
			t.Errorf("called %s after being told to wait 1s (seen %s ago)", d, time.Since(limited))
		}
	}
	// Another method is not held.
	start := time.Now()
	if err := second.PublishHome(ctx(t), "U1", blockkit.Home{}); err != nil || time.Since(start) > 500*time.Millisecond {
		t.Errorf("another method waited %s, %v", time.Since(start), err)
	}
}

func TestRetryAfterLongerThanTheTimeLeft(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	f.next("chat.update", "429:60")
	short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	start := time.Now()
	err := newSender(t, f, db).Update(short, "C1", "1.1", text("x"))
	if !errors.Is(err, slackbot.ErrRateLimited) || time.Since(start) > time.Second {
		t.Errorf("%v after %s; want ErrRateLimited at once", err, time.Since(start))
	}
}

func TestChannelsAndWorkspaceArePaced(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	limit := func(o *sender.Options) { o.PostsPerSecond = 4 }
	replicas := []slackbot.Sender{newSender(t, f, db, limit), newSender(t, f, db, limit)}
	var wg sync.WaitGroup
	post := func(s slackbot.Sender, intent, channel string) {
		wg.Go(func() {
			if _, err := s.Post(ctx(t), intent, channel, "", text("x")); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range 8 {
		post(replicas[i%2], fmt.Sprintf("spread %d", i), fmt.Sprintf("C%d", i))
	}
	for i := range 3 {
		post(replicas[i%2], fmt.Sprintf("same %d", i), "CSAME")
	}
	wg.Wait()
	calls := f.of("chat.postMessage")
	if len(calls) != 11 {
		t.Fatalf("%d calls, want 11", len(calls))
	}
	// 4 at once, then 4 a second: 11 need at least 1.75 s.
	if d := calls[10].At.Sub(calls[0].At); d < 1700*time.Millisecond {
		t.Errorf("11 posts in %s at 4 a second", d)
	}
	var last time.Time
	for _, c := range calls {
		if c.Args.Get("channel") != "CSAME" {
			continue
		}
		// 1.2 s apart when sent; a busy machine brings arrivals closer.
		if d := c.At.Sub(last); d < 800*time.Millisecond {
			t.Errorf("two posts in one channel within %s", d)
		}
		last = c.At
	}
}

func TestTierIsKeptByTwoReplicas(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	replicas := []*sender.Sender{newSender(t, f, db), newSender(t, f, db)}
	// chat.update may burst 7 and then needs 1.5 s each.
	short, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
	defer cancel()
	refused := 0
	for i := range 20 {
		if err := replicas[i%2].Update(short, "C1", "1.1", text("x")); errors.Is(err, context.DeadlineExceeded) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count("chat.update"); n != 7 || refused != 13 {
		t.Errorf("%d calls and %d refusals; want 7 and 13", n, refused)
	}
}

func TestLimitsWithoutRedis(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	server := redistest.New(t)
	s := newSender(t, f, openDB(t, server.URL()))
	server.Pause() // hangs: worse than being gone
	defer server.Resume()
	start := time.Now()
	if err := s.OpenModal(ctx(t), "1.2.x", blockkit.Modal{Title: "Hi"}); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("a window took %s to open with Redis away", d)
	}
	short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	calls := 0
	for range 10 {
		if s.Update(short, "C1", "1.1", text("x")) == nil {
			calls++
		}
	}
	if calls < 7 || calls > 8 {
		t.Errorf("%d calls within the limits of one process, want 7 or 8", calls)
	}
}
