package redisdb_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"

	"github.com/redis/go-redis/v9"
)

func open(t *testing.T, url string) *redisdb.DB {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestKeysOfOneRoomShareASlotUnlessBracesSayOtherwise(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"inbox", "done", "Ev1"}, "ally:{inbox}:done:Ev1"},
		{[]string{"inbox"}, "ally:{inbox}"},
		{[]string{"person", "{U1}", "preferences"}, "ally:person:{U1}:preferences"},
	} {
		if got := redisdb.Key(c.parts...); got != c.want {
			t.Errorf("Key(%q) = %q, want %q", c.parts, got, c.want)
		}
	}
}

func TestDurableWritesOnARealServer(t *testing.T) {
	ctx := t.Context()
	db := open(t, redistest.Start(t, "--appendonly", "yes"))
	if err := db.Durable(ctx, "k", func(p redis.Pipeliner) { p.Set(ctx, "k", "v", 0) }); err != nil {
		t.Fatal(err)
	}
	if got := db.Client.Get(ctx, "k").Val(); got != "v" {
		t.Fatalf("k = %q", got)
	}
	d, err := db.Durability(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Durable() || d.Replicas != 0 || !strings.Contains(d.Version, ".") {
		t.Errorf("durability %+v", d)
	}
}

func TestDurableReportsTheErrorOfAWrite(t *testing.T) {
	ctx := t.Context()
	db := open(t, redistest.Start(t))
	err := db.Durable(ctx, "k", func(p redis.Pipeliner) {
		p.Set(ctx, "k", "v", 0)
		p.LPush(ctx, "k", "x")
	})
	if err == nil || !strings.Contains(err.Error(), "WRONGTYPE") {
		t.Errorf("err = %v", err)
	}
}

func TestAnAnswerOfNilIsNoErrorOfDurable(t *testing.T) {
	ctx := t.Context()
	embedded, err := redisdb.Embedded(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = embedded.Close() }()
	for _, db := range []*redisdb.DB{open(t, redistest.Start(t)), embedded} {
		for _, want := range []bool{true, false} {
			var set *redis.BoolCmd
			if err := db.Durable(ctx, "k", func(p redis.Pipeliner) { set = p.SetNX(ctx, "k", "v", 0) }); err != nil || set.Val() != want {
				t.Errorf("set %v, %v; want %v", set.Val(), err, want)
			}
		}
	}
}

func TestAHangingServerIsGivenUpInTime(t *testing.T) {
	server := redistest.New(t)
	db := open(t, server.URL())
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	defer server.Resume()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := db.Durable(ctx, "k", func(p redis.Pipeliner) { p.Set(ctx, "k", "v", 0) })
	if err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("err = %v after %v", err, time.Since(began))
	}
}

func TestEmbeddedFollowsTheClock(t *testing.T) {
	ctx := t.Context()
	var now atomic.Int64
	now.Store(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC).UnixMilli())
	db, err := redisdb.Embedded(func() time.Time { return time.UnixMilli(now.Load()) })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Durable(ctx, "k", func(p redis.Pipeliner) { p.Set(ctx, "k", "v", time.Hour) }); err != nil {
		t.Fatal(err)
	}
	now.Add(59 * time.Minute.Milliseconds())
	if got := db.Client.Get(ctx, "k").Val(); got != "v" {
		t.Errorf("gone too early")
	}
	now.Add(2 * time.Minute.Milliseconds())
	if err := db.Client.Get(ctx, "k").Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("still there: %v", err)
	}
	if got := db.Client.Time(ctx).Val(); got.UnixMilli() != now.Load() {
		t.Errorf("TIME = %v", got)
	}
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("did not happen")
		}
	}
}
