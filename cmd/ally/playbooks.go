package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"allybot/internal/app"
	"allybot/internal/playbook"
)

func playbooksCommand() command {
	return command{
		name: "playbooks", help: "Check, list and show the content.",
		commands: []command{
			{
				name: "lint", help: "Check the content; says file, line and what to do.",
				prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
					dir := dirFlag(flags)
					return func(_ context.Context, out output, _ []string) error { return lint(out, *dir) }
				},
			},
			{
				name: "list", help: "List all scripts: id, title, practices.",
				prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
					dir := dirFlag(flags)
					return func(_ context.Context, out output, _ []string) error { return list(out, *dir) }
				},
			},
			{
				name: "show", args: "ID", help: "Show one script.",
				prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
					dir := dirFlag(flags)
					name := flags.String("name", "", "fill in this `NAME`")
					return func(_ context.Context, out output, args []string) error {
						if len(args) > 1 {
							return usageError{errors.New("give one ID at a time (see ally playbooks show --help)")}
						}
						return show(out, *dir, args[0], *name)
					}
				},
			},
		},
	}
}

// dirFlag is an author's own folder, as the bot takes it from the environment.
func dirFlag(flags *flag.FlagSet) *string {
	return flags.String("dir", os.Getenv("ALLY_PLAYBOOKS_DIR"), "a `FOLDER` of your own content over the built-in; default the one in ALLY_PLAYBOOKS_DIR")
}

// content loads the built-in content with a folder over it. A file with a
// mistake is left out, as in the bot; lint says which.
func content(dir string) (*playbook.Library, []playbook.Problem, error) {
	library, problems, err := app.Content(dir)
	if err != nil && dir != os.Getenv("ALLY_PLAYBOOKS_DIR") {
		err = errors.New("--dir" + strings.TrimPrefix(err.Error(), "ALLY_PLAYBOOKS_DIR"))
	}
	return library, problems, err
}

func lint(out output, dir string) error {
	library, problems, err := content(dir)
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

func list(out output, dir string) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	for _, s := range library.Scripts() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, s.Title, strings.Join(s.Practices, ", "))
	}
	return w.Flush()
}

func show(out output, dir, id, name string) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	s := library.Script(id)
	if s == nil {
		return fmt.Errorf("there is no script %q: ally playbooks list shows all ids", id)
	}
	fmt.Fprintf(out.stdout, "%s (%s)\n%s\npractices: %s\n\n", s.Title, s.ID, s.Moment, strings.Join(s.Practices, ", "))
	for _, t := range s.Texts {
		fmt.Fprintf(out.stdout, "%s: %s\n", t.Heading(), playbook.Fill(t.Text, playbook.Values{Name: name}))
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
