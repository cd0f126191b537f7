package main

import (
	"context"
	"flag"
	"fmt"

	"allybot/internal/manifest"
)

func manifestCommand() command {
	return command{
		name: "manifest", help: "Print the Slack app manifest.",
		prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
			with := flags.String("with", "", "more than words, credit and lessons: `FEATURES` listening, meetings, reactions, with commas between them, or all")
			explain := flags.Bool("explain", false, "print what the manifest asks for and why, instead of the manifest")
			return func(_ context.Context, out output, _ []string) error {
				features, err := manifest.ParseFeatures(*with)
				if err != nil {
					return usageError{fmt.Errorf("--with: %w", err)}
				}
				if *explain {
					fmt.Fprint(out.stdout, manifest.Explain(features...))
					return nil
				}
				b, err := manifest.JSON(features...)
				if err != nil {
					return err
				}
				_, err = out.stdout.Write(b)
				return err
			}
		},
	}
}
