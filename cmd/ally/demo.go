package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"allybot/internal/app"
	"allybot/internal/app/demo"
	"allybot/internal/config"
)

func demoCommand() command {
	return command{
		name: "demo", help: "The playground: the bot in a simulated Slack workspace, in your browser.",
		prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
			addr := flags.String("addr", "127.0.0.1:3000", "`HOST:PORT` where the page is served; this machine only")
			log := flags.Bool("log", false, "show the bot's log on stderr")
			return func(ctx context.Context, out output, _ []string) error { return play(ctx, out, *addr, *log) }
		},
	}
}

// play runs the playground. It refuses addresses that others could reach: the
// page acts as anybody.
func play(ctx context.Context, out output, addr string, log bool) error {
	var a config.Addr
	if err := a.Decode(addr); err != nil || a == "" {
		return usageError{errors.New("--addr: give a host and a port, such as 127.0.0.1:3000")}
	}
	if !a.Loopback() {
		return usageError{errors.New("--addr: the playground is for this machine only: give 127.0.0.1 and a port, such as 127.0.0.1:3000")}
	}
	opts := demo.Options{Addr: addr, Version: version}
	if log {
		opts.Log = app.NewLogger(out.stderr, config.Default().LogLevel)
	}
	playground, err := demo.Start(ctx, opts)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil // asked to stop before it had started
	case err != nil:
		return err
	}
	fmt.Fprintln(out.stdout, playground.URL())
	return playground.Wait(ctx)
}
