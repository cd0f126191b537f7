package scripts

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// What an answer shows. The empty one is the words to say.
const (
	showWords  = ""
	showPush   = "push"   // what to say if they push back
	showFollow = "follow" // what to write to them afterwards
	showOther  = "other"  // other moments: the next best, search, browsing
	showGroup  = "group"  // the moments of one group
	showCare   = "care"   // whom to turn to after harm
	showNone   = "none"   // nothing fits
)

// maxNext is how many of the next best matches an answer carries along.
const maxNext = 4

// maxName is how much of a name an answer carries along, in UTF-16 units.
const maxName = 80

// state is what an answer shows. It travels in the value of each button, which
// holds the state that pressing it leads to. What the person typed is not in it.
type state struct {
	Script string        `json:"s,omitempty"`
	Tone   playbook.Part `json:"t,omitempty"`
	Name   string        `json:"n,omitempty"` // as it is shown
	Show   string        `json:"v,omitempty"`
	Group  string        `json:"g,omitempty"`
	// Next are the ids of other scripts that may be meant, best first.
	Next []string `json:"m,omitempty"`
	// Care is set when the way back leads to whom to turn to.
	Care bool `json:"c,omitempty"`
}

// encode gives the state in at most limit UTF-16 units. What does not fit is
// left out: first the other scripts, then the name.
func (s state) encode(limit int) string {
	for {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			return ""
		}
		j := strings.TrimSpace(b.String())
		switch {
		case blockkit.Len(j) <= limit:
			return j
		case len(s.Next) > 0:
			s.Next = nil
		case s.Name != "":
			s.Name = ""
		default:
			return ""
		}
	}
}

// id is what names a script or a group.
var id = regexp.MustCompile(`^[a-z0-9-]{1,60}$`)

// decode reads what encode wrote, or the bare id of a script. Anything else is
// the empty state.
func decode(v string) state {
	s := state{Script: v}
	if strings.HasPrefix(v, "{") {
		s = state{}
		if err := json.Unmarshal([]byte(v), &s); err != nil {
			return state{}
		}
	}
	for _, known := range []*string{&s.Script, &s.Group} {
		if !id.MatchString(*known) {
			*known = ""
		}
	}
	s.Next = slices.DeleteFunc(s.Next, func(next string) bool { return !id.MatchString(next) })
	if len(s.Next) > maxNext {
		s.Next = s.Next[:maxNext]
	}
	if !id.MatchString(string(s.Tone)) {
		s.Tone = ""
	}
	s.Name = shownName(s.Name)
	return s
}

// shownName is a name as answers carry it: on one line, harmless, not endless.
func shownName(name string) string {
	return blockkit.Cut(blockkit.Plain(playbook.CleanName(name)), maxName)
}

// at is the same answer showing something else.
func (s state) at(show string) state { s.Show = show; return s }
