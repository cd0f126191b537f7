package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"allybot/internal/config"
	"allybot/internal/doctor"
	"allybot/internal/manifest"
)

type doctorCmd struct {
	With    string        `help:"Features that should work too: listening, meetings, reactions, with commas between them, or all." placeholder:"FEATURES"`
	Timeout time.Duration `help:"How long to wait for each answer (default ${default})." default:"10s"`
}

func (c *doctorCmd) Run(ctx context.Context, out output) error {
	with, err := manifest.ParseFeatures(c.With)
	if err != nil {
		return usageError{fmt.Errorf("--with: %w", err)}
	}
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	healthy := true
	for finding := range doctor.Examine(ctx, cfg, doctor.Options{With: with, Timeout: c.Timeout}) {
		fmt.Fprintln(out.stdout, finding)
		healthy = healthy && finding.Level != doctor.Fix
	}
	if !healthy {
		return quietFailure{errors.New("something has to be fixed")}
	}
	return nil
}
