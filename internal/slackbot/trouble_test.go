package slackbot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
)

// slowLine stands between the bot and Redis and holds each answer up.
func slowLine(t *testing.T, to string, delay time.Duration) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); _ = l.Close(); wg.Wait() })
	carry := func(client net.Conn) {
		server, err := net.Dial("tcp", to)
		if err != nil {
			_ = client.Close()
			return
		}
		defer context.AfterFunc(ctx, func() { _ = client.Close(); _ = server.Close() })()
		wg.Go(func() { _, _ = io.Copy(server, client); _ = server.Close() })
		defer func() { _ = client.Close() }()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			select {
			case <-time.After(delay):
			case <-ctx.Done():
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { carry(client) })
		}
	})
	return l.Addr().String()
}

// trouble uses the bot in each way while Redis does not answer well: all that
// people do is acknowledged in time, and no event is lost.
func (w *world) trouble(a *replica) {
	w.t.Helper()
	for i := range 3 {
		if answer := w.answered(w.sam.Command(w.general, "/ally", "words")); !strings.Contains(answer, "Words for: words") {
			w.t.Errorf("finding words: %s", answer)
		}
		if answer := w.answered(w.sam.Command(w.general, "/ally", fmt.Sprint("later ", i))); !strings.Contains(answer, "I will") && !strings.Contains(answer, "try again in a minute") {
			w.t.Errorf("a command with work to do: %s", answer)
		}
		m := w.answers(w.general)[0]
		w.answered(w.sam.Press(m, "keep:1"))
		w.answered(w.sam.MessageShortcut("find_words", w.general, w.sam.Say(w.general, "hm")))
		w.answered(w.sam.CloseView(w.sam.Views()[0].ID))
	}
}

func TestWithASlowRedis(t *testing.T) {
	w := newWorld(t)
	w.SetRetrySchedule([]time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second})
	o := w.options()
	db, err := redisdb.Open("redis://" + slowLine(t, w.redis.Addr(), time.Second) + "/0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o.DB = db
	o.Inbox.Lease = 10 * time.Second
	a := w.startWith(o)
	event := w.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","tab":"home","event_ts":"1.0"}`))
	w.trouble(a)
	w.wait("the event", func() bool { return w.room.count("home of U1") > 0 })
	_ = event.Wait(5 * time.Second)
	w.settled(a)
	if n := w.room.count("home of U1"); n != 1 {
		t.Errorf("the event was handled %d times", n)
	}
}

func TestWithAHangingRedis(t *testing.T) {
	w := newWorld(t)
	w.SetRetrySchedule(nil)
	a := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	w.redis.Pause()
	event := w.SendEvent(json.RawMessage(`{"type":"app_home_opened","user":"U1","tab":"home","event_ts":"1.0"}`))
	w.trouble(a)
	if event.Wait(4*time.Second) == nil {
		t.Error("an event was acknowledged that is not known to be stored")
	}
	w.redis.Resume()
	w.wait("Redis", func() bool {
		return a.Do(context.Background(), "probe", slackbot.Task{Name: "later", Payload: []byte(`"probe"`)}) == nil
	})
	w.Redeliver(event.EnvelopeID)
	w.wait("the event", func() bool { return w.room.count("home of U1") > 0 })
	w.settled(a)
	if n := w.room.count("home of U1"); n != 1 {
		t.Errorf("the event was handled %d times", n)
	}
}
