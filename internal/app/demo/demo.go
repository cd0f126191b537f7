// Package demo is the playground: the same bot as in production, in a simulated
// Slack workspace with people, channels and talk, with a Redis inside the
// process and a clock that can be moved. It needs no account, token or server.
package demo

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"go.uber.org/zap"

	"allybot/internal/app"
	"allybot/internal/config"
	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
	"allybot/internal/slacksim/page"
)

// Options says how to start the playground.
type Options struct {
	// Addr is where the page is served, on loopback; port 0 picks a free one.
	Addr    string
	Version string
	// Log is for the bot's own log; default none.
	Log *zap.Logger
	// Now is the real time; default time.Now.
	Now func() time.Time
}

// Demo is a running playground.
type Demo struct {
	Sim   *slacksim.Sim
	Clock *Clock
	// World says who and what was seeded.
	World World
	bot   *app.App
	redis *redisdb.DB
}

// Start opens the workspace and the bot in it. It returns when /ally answers.
func Start(ctx context.Context, o Options) (*Demo, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	doc, err := manifest.JSON(manifest.Optional()...)
	if err != nil {
		return nil, err
	}
	d := &Demo{Clock: NewClock(o.Now)}
	d.Clock.Set(workingMorning(o.Now()))
	d.Sim, err = slacksim.Start(slacksim.Options{Manifest: doc, Now: d.Clock.Now, Addr: o.Addr})
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use: stop the other program, or pick a free port with --addr 127.0.0.1:0", o.Addr)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the simulated workspace: %w", err)
	}
	if err := d.start(ctx, o); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, o Options) (err error) {
	if d.World, err = seed(d.Sim, d.Clock); err != nil {
		return fmt.Errorf("filling the workspace: %w", err)
	}
	if d.redis, err = redisdb.Embedded(d.Clock.Now); err != nil {
		return err
	}
	cfg := config.Default()
	cfg.BotToken = config.NewSecret(d.Sim.BotToken())
	cfg.AppToken = config.NewSecret(d.Sim.AppToken())
	cfg.APIURL = config.APIURL(d.Sim.APIURL())
	cfg.HTTPAddr = "" // the page is the only thing that listens
	cfg.CreditEmoji = "raised_hands"
	if err := credit.NewLedger(d.redis, d.Clock.Now).SetChannel(ctx, d.World.Channels["credit"]); err != nil {
		return fmt.Errorf("choosing the credit channel: %w", err)
	}
	d.bot, err = app.New(cfg, app.Deps{Now: d.Clock.Now, Log: o.Log, Redis: d.redis, Version: o.Version})
	if err != nil {
		return err
	}
	if err := d.bot.Start(ctx); err != nil {
		return err
	}
	if err := d.bot.WaitReady(ctx); err != nil {
		return err
	}
	// Last, so that whoever sees the page is answered.
	d.Sim.Mount("/", page.New(d.Sim, page.Options{
		Workspace: workspace,
		Clock:     d.Clock,
		Tries:     d.World.Tries,
		People:    d.World.Visitors,
	}))
	return nil
}

// URL is the address of the page.
func (d *Demo) URL() string { return d.Sim.BaseURL() + "/" }

// Wait runs the playground until ctx ends, then closes it.
func (d *Demo) Wait(ctx context.Context) error {
	defer d.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-d.bot.Failed():
		return err
	}
}

// Close ends everything.
func (d *Demo) Close() {
	if d.bot != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = d.bot.Stop(ctx) // nothing here has to be kept
	}
	if d.redis != nil {
		_ = d.redis.Close()
	}
	d.Sim.Close()
}
