package scripts

import (
	"slices"
	"strings"

	"golang.org/x/text/cases"

	"allybot/internal/blockkit"
	"allybot/internal/care"
	"allybot/internal/playbook"
)

const (
	// maxSuggestions is how many moments a search suggests. Slack takes 100;
	// nobody reads them while typing.
	maxSuggestions = 12
	// optionFrame is what JSON puts around the texts of an option, in bytes.
	optionFrame = 80
	// maxOptions is how many bytes of options fit into an acknowledgement, which
	// Slack drops at 20,480.
	maxOptions = 16_000
)

// careOption is the value of the option that leads to whom to turn to.
var careOption = state{Show: showCare}.encode(blockkit.MaxOptionValue)

// suggest lists what to offer while somebody types: what the words find, then
// the moments that contain what is typed so far. With nothing typed: everything
// that fits.
func (c content) suggest(query string) []blockkit.Option {
	query = strings.TrimSpace(query)
	if query == "" {
		return c.options(c.browsed(), "", blockkit.MaxOptions, maxOptions)
	}
	found := c.find(query)
	if found.Harm {
		return []blockkit.Option{{Label: care.Title, Value: careOption}}
	}
	var list []*playbook.Script
	add := func(s *playbook.Script) {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	if found.Confident {
		for _, m := range found.Matches {
			add(m.Script)
		}
	}
	for _, where := range []func(*playbook.Script) []string{
		func(s *playbook.Script) []string { return []string{s.Title} },
		func(s *playbook.Script) []string { return []string{s.Moment} },
		func(s *playbook.Script) []string { return s.Phrases },
	} {
		for _, s := range c.lib.Scripts() {
			if contains(where(s), query) || contains(where(s.In(c.locale)), query) {
				add(s)
			}
		}
	}
	for _, m := range found.Matches {
		add(m.Script)
	}
	return c.options(list, shownName(found.Name.Written), maxSuggestions, maxOptions)
}

func contains(texts []string, query string) bool {
	fold := cases.Fold()
	query = fold.String(query)
	for _, text := range texts {
		if strings.Contains(fold.String(text), query) {
			return true
		}
	}
	return false
}

// options turns scripts into options, as many as most and the size in bytes
// allow. The name of a person goes along where the value has room for it.
func (c content) options(scripts []*playbook.Script, name string, most, size int) []blockkit.Option {
	var out []blockkit.Option
	for _, s := range scripts {
		value := s.ID
		if name != "" {
			value = state{Script: s.ID, Name: name}.encode(blockkit.MaxOptionValue)
		}
		o := blockkit.Option{Label: blockkit.Cut(s.In(c.locale).Title, blockkit.MaxOptionText), Value: value}
		size -= len(o.Label) + len(o.Value) + optionFrame
		if len(out) == most || size < 0 {
			break
		}
		if value != "" && blockkit.Len(value) <= blockkit.MaxOptionValue {
			out = append(out, o)
		}
	}
	return out
}

// browsed lists all scripts, group by group.
func (c content) browsed() []*playbook.Script {
	var all []*playbook.Script
	for _, g := range c.lib.Groups() {
		all = append(all, c.lib.InGroup(g.ID)...)
	}
	return all
}
