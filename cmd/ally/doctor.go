package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"allybot/internal/config"
	"allybot/internal/doctor"
	"allybot/internal/manifest"
)

func doctorCommand() command {
	return command{
		name: "doctor", help: "Check tokens, scopes, Redis, clock and content; say what to fix.",
		prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
			with := flags.String("with", "", "`FEATURES` that should work too: listening, meetings, reactions, with commas between them, or all")
			timeout := flags.Duration("timeout", 10*time.Second, "how long to `WAIT` for each answer")
			return func(ctx context.Context, out output, _ []string) error {
				features, err := manifest.ParseFeatures(*with)
				if err != nil {
					return usageError{fmt.Errorf("--with: %w", err)}
				}
				return examine(ctx, out, doctor.Options{With: features, Timeout: *timeout})
			}
		},
	}
}

func examine(ctx context.Context, out output, o doctor.Options) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	broken := 0
	for finding := range doctor.Examine(ctx, cfg, o) {
		fmt.Fprintln(out.stdout, finding)
		if finding.Level == doctor.Fix {
			broken++
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d to fix, listed above", broken)
	}
	return nil
}
