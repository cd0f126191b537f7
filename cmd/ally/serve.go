package main

import (
	"context"

	"allybot/internal/app"
	"allybot/internal/config"
)

type serveCmd struct{}

func (*serveCmd) Run(ctx context.Context, out output) error {
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
