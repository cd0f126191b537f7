package scripts

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/cases"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// answer says what to show for what was found. After harm that is whom to turn
// to, never a clever line.
func answer(found playbook.Result, name string) state {
	s := state{Name: name}
	ids := make([]string, 0, len(found.Matches))
	for _, m := range found.Matches {
		ids = append(ids, m.Script.ID)
	}
	switch {
	case found.Harm:
		s.Show = showCare
	case !found.Confident || len(ids) == 0:
		s.Show, s.Next = showNone, ids
	default:
		s.Script, s.Next = ids[0], ids[1:]
	}
	s.Next = s.Next[:min(len(s.Next), maxNext)]
	return s
}

// picked is what is shown after somebody picked a moment, rather than described
// one, in an answer that showed from.
func picked(v string, from state) state {
	s := decode(v)
	if s.Name == "" {
		s.Name = from.Name
	}
	if len(s.Next) == 0 && from.Script != "" && from.Script != s.Script {
		s.Next = []string{from.Script}
	}
	s.Care = from.Care
	return s
}

// current makes a state fit the library of this moment: a script that was
// removed since the answer was given becomes the choice of another.
func current(lib *playbook.Library, s state) state {
	if s.Script != "" && lib.Script(s.Script) == nil {
		s.Script = ""
		if s.Show == showWords || s.Show == showPush || s.Show == showFollow {
			s.Show = showOther
		}
	}
	script := lib.Script(s.Script)
	switch s.Show {
	case showWords:
		if script == nil || len(script.Texts) == 0 {
			s.Show = showOther
		}
	case showPush:
		if script == nil || textOf(script, playbook.PushBack) == "" {
			s.Show = showOther
		}
	case showFollow:
		if script == nil || textOf(script, playbook.FollowUp) == "" {
			s.Show = showOther
		}
	case showCare, showOther, showNone, showGroup:
	default:
		s.Show = showOther
	}
	return s
}

// wording is the words in the tone asked for, or the script's first.
func wording(script *playbook.Script, tone playbook.Part) playbook.Text {
	if w, ok := script.Text(tone, "", false); ok {
		return w
	}
	return script.Texts[0]
}

// textOf is a part as everyone says it, "" without one.
func textOf(script *playbook.Script, part playbook.Part) string {
	t, _ := script.Text(part, "", false)
	return t.Text
}

// fill puts the name into a text. A name written from right to left is kept
// from turning the sentence around.
func fill(text, name string) string {
	name = playbook.CleanName(name)
	filled := playbook.Fill(text, playbook.Values{Name: name})
	if isolated := blockkit.Isolate(name); isolated != name {
		filled = strings.ReplaceAll(filled, name, isolated)
	}
	return filled
}

// next are the other scripts that may be meant, without the one shown.
func next(lib *playbook.Library, s state) []*playbook.Script {
	var out []*playbook.Script
	for _, id := range s.Next {
		if script := lib.Script(id); script != nil && id != s.Script && !slices.Contains(out, script) {
			out = append(out, script)
		}
	}
	return out
}

// instead is the state after choosing another of the scripts offered: the ones
// not chosen stay within reach.
func instead(s state, id string) state {
	others := make([]string, 0, maxNext)
	for _, o := range append([]string{s.Script}, s.Next...) {
		if o != "" && o != id && len(others) < maxNext && !slices.Contains(others, o) {
			others = append(others, o)
		}
	}
	return state{Script: id, Name: s.Name, Next: others, Care: s.Care}
}

// maxSuggestions is how many moments a search suggests. Slack takes 100; nobody
// reads them while typing.
const maxSuggestions = 12

// careOption is the value of the option that leads to whom to turn to.
var careOption = state{Show: showCare}.encode(blockkit.MaxOptionValue)

// suggest lists what to offer while somebody types: what the words find, then
// the moments that contain what is typed so far. With nothing typed: everything.
func suggest(lib *playbook.Library, query string) []blockkit.Option {
	query = strings.TrimSpace(query)
	if query == "" {
		return options(browsed(lib), "", blockkit.MaxOptions)
	}
	found := lib.Find(query)
	if found.Harm {
		return []blockkit.Option{{Label: careTitle, Value: careOption}}
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
		for _, s := range lib.Scripts() {
			if contains(where(s), query) {
				add(s)
			}
		}
	}
	for _, m := range found.Matches {
		add(m.Script)
	}
	return options(list, shownName(found.Name.Written), maxSuggestions)
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

// options turns scripts into options. The name of a person goes along where the
// value has room for it.
func options(scripts []*playbook.Script, name string, most int) []blockkit.Option {
	var out []blockkit.Option
	size := 0
	for _, s := range scripts {
		value := s.ID
		if name != "" {
			value = state{Script: s.ID, Name: name}.encode(blockkit.MaxOptionValue)
		}
		o := blockkit.Option{Label: blockkit.Cut(s.Title, blockkit.MaxOptionText), Value: value}
		size += len(o.Label) + len(o.Value) + optionFrame
		if len(out) < most && size <= maxOptions && value != "" && blockkit.Len(value) <= blockkit.MaxOptionValue {
			out = append(out, o)
		}
	}
	return out
}

const (
	// optionFrame is what JSON puts around the texts of an option, in bytes.
	optionFrame = 80
	// maxOptions is how many bytes of options fit into an acknowledgement, which
	// Slack drops at 20,480.
	maxOptions = 16_000
)

// aside is what people put behind their name: pronouns, teams, absences.
var aside = regexp.MustCompile(`\s*(?:\([^()]*\)|\[[^\[\]]*\])`)

// spoken is a display name as one says it: "Sam (she/her)" is Sam.
func spoken(name string) string {
	if short := strings.TrimSpace(aside.ReplaceAllString(name, "")); short != "" {
		return short
	}
	return name
}

// browsed lists all scripts, group by group.
func browsed(lib *playbook.Library) []*playbook.Script {
	var all []*playbook.Script
	for _, g := range lib.Groups() {
		all = append(all, lib.InGroup(g.ID)...)
	}
	return all
}
