package redisdb

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Embedded starts a Redis inside the process for the playground and for fast
// tests. Its time is now(): keys expire and TIME advances when that clock is
// moved, as seen by the next command. It is gone with Close.
func Embedded(now func() time.Time) (*DB, error) {
	if now == nil {
		now = time.Now
	}
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded redis: %w", err)
	}
	e := &embedded{server: server, now: now, last: now()}
	server.SetTime(e.last)
	client := redis.NewClient(&redis.Options{
		Addr: server.Addr(), Protocol: 2, DisableIdentity: true, ContextTimeoutEnabled: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	client.AddHook(e)
	return &DB{Client: client, embedded: e}, nil
}

// embedded moves the clock of the embedded Redis before each command.
type embedded struct {
	server *miniredis.Miniredis
	now    func() time.Time

	mu   sync.Mutex
	last time.Time
}

func (e *embedded) tick() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	passed := now.Sub(e.last)
	if passed == 0 {
		return
	}
	e.server.SetTime(now)
	if passed > 0 {
		e.server.FastForward(passed)
	}
	e.last = now
}

func (e *embedded) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		return next(ctx, network, addr)
	}
}

func (e *embedded) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		e.tick()
		return next(ctx, cmd)
	}
}

func (e *embedded) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		e.tick()
		return next(ctx, cmds)
	}
}
