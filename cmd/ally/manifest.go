package main

import (
	"fmt"

	"allybot/internal/manifest"
)

type manifestCmd struct {
	With    string `help:"More than words, credit and lessons: listening, meetings, reactions, with commas between them, or all." placeholder:"FEATURES"`
	Explain bool   `help:"Print what the manifest asks for and why, instead of the manifest."`
}

func (c *manifestCmd) Run(out output) error {
	with, err := manifest.ParseFeatures(c.With)
	if err != nil {
		return usageError{fmt.Errorf("--with: %w", err)}
	}
	if c.Explain {
		fmt.Fprint(out.stdout, manifest.Explain(with...))
		return nil
	}
	b, err := manifest.JSON(with...)
	if err != nil {
		return err
	}
	_, err = out.stdout.Write(b)
	return err
}
