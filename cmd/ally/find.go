package main

import (
	"context"
	"encoding/json"
	"errors"
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
			explain := flags.Bool("explain", false, "say why, for authors of content")
			dir := dirFlag(flags)
			return func(_ context.Context, out output, args []string) error {
				text := strings.Join(args, " ")
				if *explain && *asJSON {
					return usageError{errors.New("use either --json or --explain, not both")}
				}
				if *explain {
					return explainFind(out, text, *dir)
				}
				return find(out, text, *dir, *asJSON)
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
		fmt.Fprintf(out.stdout, "  %s: %s\n", t.Part, playbook.Fill(t.Text, playbook.Values{Name: name, Topic: r.Topic}))
	}
	for _, m := range r.Matches[1:min(len(r.Matches), maxMatches)] {
		fmt.Fprintf(out.stdout, "or: %s (%s)\n", m.Script.Title, m.Script.ID)
	}
	return nil
}

// explainFind prints why find answers as it does.
func explainFind(out output, text, dir string) error {
	library, _, err := content(dir)
	if err != nil {
		return err
	}
	e := library.Explain(text)
	who := string(e.Role)
	if who == "" {
		who = "not said"
	}
	fmt.Fprintf(out.stdout, "asker: %s · about: %s · topic: %s\n", who, orNobody(e.Name), orNone(e.Topic))
	if len(e.Fixed) > 0 {
		fmt.Fprintf(out.stdout, "spelling: %s\n", strings.Join(e.Fixed, ", "))
	}
	sayWeighing(out, "moment of harm", e.Danger)
	sayWeighing(out, "Ally's business", e.Ours)
	for i, m := range e.Matches {
		fmt.Fprintf(out.stdout, "\n%d. %s (%s) %.3f\n", i+1, m.Script.Title, m.Script.ID, m.Score)
		for _, part := range []struct {
			title string
			lines []string
		}{{"for", e.Reasons[i].For}, {"against", e.Reasons[i].Against}, {"like", e.Reasons[i].Like}} {
			for _, line := range part.lines {
				fmt.Fprintf(out.stdout, "   %-8s %s\n", part.title, line)
			}
		}
	}
	return nil
}

func sayWeighing(out output, what string, w playbook.Weighing) {
	answer := "no"
	if w.Sum > w.From {
		answer = "yes"
	}
	fmt.Fprintf(out.stdout, "%s? %s: %.2f of %.2f (weights %.2f, counts %.2f, nearest examples %.2f", what, answer, w.Sum, w.From, w.Linear, w.Bayes, w.Nearest)
	switch {
	case w.WordsOfHarm:
		fmt.Fprint(out.stdout, ", words of harm")
	case w.SoundsLike:
		fmt.Fprint(out.stdout, ", words that only sound like harm")
	}
	fmt.Fprintln(out.stdout, ")")
}

func orNobody(n playbook.Name) string {
	switch {
	case n.Written != "":
		return n.Written
	case n.Label != "":
		return n.Label
	case n.UserID != "":
		return n.UserID
	}
	return "nobody named"
}

func orNone(topic string) string {
	if topic == "" {
		return "none"
	}
	return topic
}
