package main

import (
	"context"
	"fmt"

	"allybot/internal/app"
	"allybot/internal/app/demo"
	"allybot/internal/config"
)

type demoCmd struct {
	Addr config.Addr `help:"Where the page is served; this machine only (default ${default})." default:"127.0.0.1:3000" placeholder:"HOST:PORT"`
	Log  bool        `help:"Show the bot's log on stderr."`
}

// Validate refuses addresses that others could reach: the page acts as anybody.
func (c *demoCmd) Validate() error {
	var a config.Addr
	if err := a.Decode(string(c.Addr)); err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	if !c.Addr.Loopback() {
		return fmt.Errorf("--addr: the playground is for this machine only: give 127.0.0.1 and a port, such as 127.0.0.1:3000")
	}
	return nil
}

func (c *demoCmd) Run(ctx context.Context, out output) error {
	opts := demo.Options{Addr: string(c.Addr), Version: version}
	if c.Log {
		opts.Log = app.NewLogger(out.stderr, config.Default().LogLevel)
	}
	playground, err := demo.Start(ctx, opts)
	if err != nil {
		return err
	}
	fmt.Fprintln(out.stdout, playground.URL())
	return playground.Wait(ctx)
}
