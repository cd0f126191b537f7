package main

import (
	"context"
	"encoding/json"
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
				name: "list", help: "List all scripts, group by group: group, id, title; or the lessons.",
				prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
					dir := dirFlag(flags)
					asJSON := flags.Bool("json", false, "one JSON object per line instead")
					lessons := flags.Bool("lessons", false, "the lessons instead, in the order of the year: stage, group, id, title")
					return func(_ context.Context, out output, _ []string) error {
						if *lessons {
							return listLessons(out, *dir, *asJSON)
						}
						return list(out, *dir, *asJSON)
					}
				},
			},
			{
				name: "show", args: "ID", help: "Show one script: every wording, as it is with a name and a topic and without. Or one lesson.",
				prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
					dir := dirFlag(flags)
					name := flags.String("name", "", "fill in this `NAME` instead of an example")
					topic := flags.String("topic", "", "fill in this `TOPIC` instead of an example")
					locale := flags.String("locale", "", "show the translation for this `LOCALE`, such as fr")
					return func(_ context.Context, out output, args []string) error {
						if len(args) > 1 {
							return usageError{errors.New("give one ID at a time (see ally playbooks show --help)")}
						}
						return show(out, *dir, args[0], *locale, playbook.Values{Name: *name, Topic: *topic})
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
	fmt.Fprintf(out.stdout, "ok: %d scripts, %d lessons, %d practices\n", len(library.Scripts()), len(library.Lessons()), len(library.Practices()))
	return nil
}

// listed is the JSON of list, one line for each script.
type listed struct {
	ID        string          `json:"id"`
	Group     string          `json:"group"`
	Title     string          `json:"title"`
	Practices []string        `json:"practices"`
	Roles     []playbook.Role `json:"roles"`
	Locales   []string        `json:"locales"`
}

// list prints the scripts as they are browsed in Slack: group by group.
func list(out output, dir string, asJSON bool) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	encoder := json.NewEncoder(out.stdout)
	encoder.SetEscapeHTML(false)
	for _, g := range library.Groups() {
		for _, s := range library.InGroup(g.ID) {
			if !asJSON {
				fmt.Fprintf(w, "%s\t%s\t%s\n", g.ID, s.ID, s.Title)
				continue
			}
			l := listed{ID: s.ID, Group: g.ID, Title: s.Title, Practices: s.Practices, Roles: s.Roles, Locales: []string{s.Locale}}
			for _, t := range s.Translations() {
				l.Locales = append(l.Locales, t.Locale)
			}
			if err := encoder.Encode(l); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

// listedLesson is the JSON of list --lessons, one line for each lesson.
type listedLesson struct {
	ID        string   `json:"id"`
	Stage     int      `json:"stage"`
	Group     string   `json:"group"`
	Title     string   `json:"title"`
	Practices []string `json:"practices"`
	Script    string   `json:"script"`
}

// listLessons prints the lessons in the order in which they come.
func listLessons(out output, dir string, asJSON bool) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	encoder := json.NewEncoder(out.stdout)
	encoder.SetEscapeHTML(false)
	for _, l := range library.Lessons() {
		if !asJSON {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", l.Stage, l.Group, l.ID, l.Title)
			continue
		}
		if err := encoder.Encode(listedLesson{ID: l.ID, Stage: l.Stage, Group: l.Group, Title: l.Title, Practices: l.Practices, Script: l.Script}); err != nil {
			return err
		}
	}
	return w.Flush()
}

func show(out output, dir, id, locale string, with playbook.Values) error {
	library, problems, err := content(dir)
	if err != nil {
		return err
	}
	s, lesson := library.Script(id), library.Lesson(id)
	if s == nil && lesson == nil {
		for _, p := range problems {
			for _, what := range []string{"script", "lesson"} {
				if p.File == what+"s/"+id+".md" {
					return fmt.Errorf("the %s %q cannot be shown: %s", what, id, p)
				}
			}
		}
		return fmt.Errorf("there is no script or lesson %q: ally playbooks list shows all ids, with --lessons those of the lessons", id)
	}
	if s != nil {
		fmt.Fprint(out.stdout, playbook.Render(s.In(locale), with))
	}
	if s != nil && lesson != nil { // nothing keeps a lesson from having the id of a script
		fmt.Fprintln(out.stdout)
	}
	if lesson != nil {
		fmt.Fprint(out.stdout, playbook.RenderLesson(lesson))
	}
	return nil
}
