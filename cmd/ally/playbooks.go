package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"allybot/internal/app"
	"allybot/internal/playbook"
)

type playbooksCmd struct {
	Dir  string  `help:"Your own folder of content, laid over the built-in." env:"ALLY_PLAYBOOKS_DIR" placeholder:"FOLDER"`
	Lint lintCmd `cmd:"" help:"Check the content; says file, line and what to do."`
	List listCmd `cmd:"" help:"List all scripts."`
	Show showCmd `cmd:"" help:"Show one script."`
}

type lintCmd struct{}

func (*lintCmd) Run(out output, in *playbooksCmd) error {
	library, problems, err := app.Content(in.Dir)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(out.stdout, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d to mend in the content, listed above", len(problems))
	}
	fmt.Fprintf(out.stdout, "ok: %d scripts, %d practices\n", len(library.Scripts()), len(library.Practices()))
	return nil
}

type listCmd struct{}

func (*listCmd) Run(out output, in *playbooksCmd) error {
	library, err := content(in.Dir)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	for _, s := range library.Scripts() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, s.Title, strings.Join(s.Practices, ", "))
	}
	return w.Flush()
}

type showCmd struct {
	ID   string `arg:"" help:"The script's id, as list prints it."`
	Name string `help:"Fill in this name." placeholder:"NAME"`
}

func (c *showCmd) Run(out output, in *playbooksCmd) error {
	library, err := content(in.Dir)
	if err != nil {
		return err
	}
	s := library.Script(c.ID)
	if s == nil {
		return fmt.Errorf("there is no script %q: ally playbooks list shows all ids", c.ID)
	}
	fmt.Fprintf(out.stdout, "%s (%s)\n%s\npractices: %s\n\n", s.Title, s.ID, s.Moment, strings.Join(s.Practices, ", "))
	for _, w := range s.Words {
		fmt.Fprintf(out.stdout, "%s: %s\n", w.Tone, playbook.Fill(w.Text, c.Name))
	}
	for _, part := range []struct{ name, text string }{
		{"if they push back", s.PushBack},
		{"afterwards, in private", s.FollowUp},
	} {
		if part.text != "" {
			fmt.Fprintf(out.stdout, "\n%s: %s\n", part.name, playbook.Fill(part.text, c.Name))
		}
	}
	for _, a := range s.Avoid {
		fmt.Fprintf(out.stdout, "\navoid: %s", a)
	}
	if s.Source != "" {
		fmt.Fprintf(out.stdout, "\nsource: %s", s.Source)
	}
	fmt.Fprintln(out.stdout)
	return nil
}
