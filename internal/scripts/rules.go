package scripts

import (
	"slices"
	"strings"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// answer says what to show for what was found. After harm that is whom to turn
// to, never a clever line.
func answer(lib *playbook.Library, found playbook.Result, name string) state {
	s := state{Name: name, Role: found.Role, Topic: shownTopic(found.Topic)}
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
		s = current(lib, s)
	}
	s.Next = s.Next[:min(len(s.Next), maxNext)]
	return s
}

// picked is what is shown after somebody picked a moment, rather than described
// one, in an answer that showed from.
func picked(v string, from state) state {
	s := decode(v)
	if s.Name == "" {
		s.Name, s.UserID = from.Name, from.UserID
	}
	if s.Topic == "" {
		s.Topic = from.Topic
	}
	if s.Role == "" && !from.Assumed {
		s.Role = from.Role
	}
	s.Next = without(append(append([]string{from.Script}, s.Next...), from.Next...), s.Script)
	s.Written = s.Written || from.Written
	s.Care, s.Channel, s.TS = from.Care, from.Channel, from.TS
	return s
}

// instead is the state after choosing another of the scripts offered: the ones
// not chosen stay within reach.
func instead(s state, id string) state {
	s.Next = without(append([]string{s.Script}, s.Next...), id)
	s.Script, s.Show, s.Tone, s.Group = id, showWords, "", ""
	if s.Assumed {
		s.Role, s.Assumed = "", false
	}
	return s
}

// without gives the ids but one, each once, no more than an answer carries.
func without(ids []string, not string) []string {
	var out []string
	for _, id := range ids {
		if id != "" && id != not && len(out) < maxNext && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// current makes a state fit the library of this moment: role and tone are ones
// there are words for, and a script that was removed since the answer was given
// becomes the choice of another.
func current(lib *playbook.Library, s state) state {
	script := lib.Script(s.Script)
	if script == nil {
		s.Script = ""
	} else {
		asked := s.Role
		script, s.Role = cast(lib, script, asked)
		s.Script, s.Assumed = script.ID, s.Assumed || s.Role != asked
		if tones := script.Tones(s.Role); !slices.Contains(tones, s.Tone) {
			s.Tone = ""
			if len(tones) > 0 {
				s.Tone = tones[0]
			}
		}
	}
	ok := true
	switch s.Show {
	case showWords:
		ok = script != nil && s.Tone != ""
	case showPush:
		ok = script != nil && has(script, playbook.PushBack, s.Role)
	case showCost:
		ok = script != nil && has(script, playbook.Cost, s.Role)
	case showCare, showOther, showNone, showGroup:
	default:
		ok = false
	}
	if !ok {
		s.Show = showOther
	}
	return s
}

// cast finds the script and the role to show it in: the role asked for if the
// script or another of its family is for it, else the script's first.
func cast(lib *playbook.Library, script *playbook.Script, role playbook.Role) (*playbook.Script, playbook.Role) {
	if role != "" {
		if fit := lib.ForRole(script, role); fit != nil && len(fit.Tones(role)) > 0 {
			return fit, role
		}
	}
	for _, r := range script.Roles {
		if len(script.Tones(r)) > 0 {
			return script, r
		}
	}
	return script, ""
}

// roles lists whom there are words for in this moment, in the order they are
// offered.
func roles(lib *playbook.Library, script *playbook.Script) []playbook.Role {
	var out []playbook.Role
	for _, r := range roleOrder {
		if _, got := cast(lib, script, r); got == r {
			out = append(out, r)
		}
	}
	return out
}

var roleOrder = []playbook.Role{playbook.Bystander, playbook.Affected, playbook.Doer, playbook.Host, playbook.Manager}

func has(script *playbook.Script, part playbook.Part, role playbook.Role) bool {
	t, ok := script.Text(part, role, false)
	return ok && t.Text != ""
}

// words are the text of a part, filled. A name written from right to left is kept
// from turning the sentence around.
func words(script *playbook.Script, part playbook.Part, s state) string {
	t, _ := script.Text(part, s.Role, s.Written)
	return fill(t.Text, s.values())
}

// names says whether the words of a part are to or about the one named.
func names(script *playbook.Script, part playbook.Part, s state) bool {
	nameless := s
	nameless.Name = ""
	return words(script, part, s) != words(script, part, nameless)
}

func fill(text string, with playbook.Values) string {
	filled := playbook.Fill(text, with)
	name := playbook.CleanName(with.Name)
	if isolated := blockkit.Isolate(name); isolated != name {
		filled = strings.ReplaceAll(filled, name, isolated)
	}
	return filled
}

// next are the other scripts that may be meant, without the one shown: the next
// best matches, then what often comes next to this moment.
func next(lib *playbook.Library, s state) []*playbook.Script {
	ids := s.Next
	if script := lib.Script(s.Script); script != nil {
		ids = append(slices.Clone(ids), script.See...)
	}
	var out []*playbook.Script
	for _, id := range without(ids, s.Script) {
		if script := lib.Script(id); script != nil {
			out = append(out, script)
		}
	}
	return out
}
