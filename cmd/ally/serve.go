package main

import (
	"context"
	"flag"

	"allybot/internal/app"
	"allybot/internal/config"
)

func serveCommand() command {
	return command{
		name: "serve", help: "Run the bot: Socket Mode to Slack, state in Redis.\nIt needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN and REDIS_URL in the environment; the README lists all settings.",
		prepare: func(*flag.FlagSet) func(context.Context, output, []string) error {
			return func(ctx context.Context, out output, _ []string) error { return serve(ctx, out) }
		},
	}
}

func serve(ctx context.Context, out output) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if err := cfg.ForServe(); err != nil {
		return err
	}
	log := app.NewLogger(out.stderr, cfg.LogLevel)
	defer func() { _ = log.Sync() }() // fails on terminals, by design of the system
	bot, err := app.New(cfg, app.Deps{Log: log, Version: version})
	if err != nil {
		return err
	}
	return bot.Run(ctx)
}
