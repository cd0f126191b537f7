package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"strings"

	"allybot/internal/playbook"
)

func findCommand() command {
	return command{
		name: "find", args: "TEXT",
		help: "Print what /ally TEXT would pick. TEXT is in Slack's own form (&amp;, <@U1|sam>).",
		prepare: func(flags *flag.FlagSet) func(context.Context, output, []string) error {
			asJSON := flags.Bool("json", false, "one JSON object instead of words")
			dir := dirFlag(flags)
			return func(_ context.Context, out output, args []string) error {
				return find(out, strings.Join(args, " "), *dir, *asJSON)
			}
		},
	}
}

// found is the JSON of find. Its shape is fixed; readers ignore what they don't
// know.
type found struct {
	Query     string       `json:"query"`
	Confident bool         `json:"confident"`
	Harm      bool         `json:"harm,omitempty"`
	Matches   []foundMatch `json:"matches"`
}

type foundMatch struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Practices []string `json:"practices"`
	Score     float64  `json:"score"`
}

// maxMatches is how many matches find prints.
const maxMatches = 5

func find(out output, text, dir string, asJSON bool) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	result := library.Find(text)
	if !asJSON {
		return sayFound(out, result)
	}
	encoder := json.NewEncoder(out.stdout)
	encoder.SetEscapeHTML(false) // text stays in Slack's own form, readable
	return encoder.Encode(foundJSON(text, result))
}

func foundJSON(text string, r playbook.Result) found {
	f := found{Query: text, Confident: r.Confident, Harm: r.Harm, Matches: []foundMatch{}}
	for _, m := range r.Matches[:min(len(r.Matches), maxMatches)] {
		f.Matches = append(f.Matches, foundMatch{
			ID:        m.Script.ID,
			Title:     m.Script.Title,
			Practices: append([]string{}, m.Script.Practices...),
			Score:     math.Round(m.Score*1000) / 1000,
		})
	}
	return f
}

// sayFound prints what a person would read in Slack, as plain text.
func sayFound(out output, r playbook.Result) error {
	switch {
	case r.Harm:
		fmt.Fprintln(out.stdout, "Somebody may have been hurt or be in danger: Ally shows whom to turn to first.")
	case !r.Confident:
		fmt.Fprintln(out.stdout, "Nothing fits well enough: Ally says so and offers to browse.")
		for _, m := range r.Matches {
			fmt.Fprintf(out.stdout, "  near: %s (%s)\n", m.Script.Title, m.Script.ID)
		}
		return nil
	}
	if len(r.Matches) == 0 {
		return nil
	}
	best := r.Matches[0].Script
	name := r.Name.Written
	if name == "" {
		name = r.Name.Label
	}
	fmt.Fprintf(out.stdout, "%s (%s)\n", best.Title, best.ID)
	for _, tone := range best.Tones("") {
		t, _ := best.Text(tone, "", false)
		fmt.Fprintf(out.stdout, "  %s: %s\n", t.Part, playbook.Fill(t.Text, playbook.Values{Name: name}))
	}
	for _, m := range r.Matches[1:min(len(r.Matches), maxMatches)] {
		fmt.Fprintf(out.stdout, "or: %s (%s)\n", m.Script.Title, m.Script.ID)
	}
	return nil
}
