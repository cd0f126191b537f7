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
	showWords = ""
	showPush  = "push"  // what to say if they push back
	showCost  = "cost"  // a safer way, where speaking up may cost the speaker
	showOther = "other" // other moments: the next best, search, browsing
	showGroup = "group" // the moments of one group
	showCare  = "care"  // whom to turn to after harm
	showNone  = "none"  // nothing fits
)

// maxNext is how many of the next best matches an answer carries along.
const maxNext = 4

// maxName is how much of a name or a topic an answer carries along, in UTF-16
// units.
const maxName = 80

// state is what an answer shows. It travels in the value of each button, which
// holds the state that pressing it leads to, and in the id of the block around a
// list. What the person typed is not in it but for a name and a topic, which the
// answer shows.
type state struct {
	Script string        `json:"s,omitempty"`
	Tone   playbook.Part `json:"t,omitempty"`
	Role   playbook.Role `json:"r,omitempty"`
	// Assumed is set when nobody said that they are in this role.
	Assumed bool   `json:"d,omitempty"`
	Written bool   `json:"w,omitempty"`
	Name    string `json:"n,omitempty"` // as it is shown
	UserID  string `json:"u,omitempty"` // of the one named, where they were mentioned
	Topic   string `json:"p,omitempty"`
	Show    string `json:"v,omitempty"`
	Group   string `json:"g,omitempty"`
	// Next are the ids of other scripts that may be meant, best first.
	Next []string `json:"m,omitempty"`
	// Care is set when the way back leads to whom to turn to.
	Care bool `json:"c,omitempty"`
	// Channel and TS are the message that words were asked for.
	Channel string `json:"h,omitempty"`
	TS      string `json:"i,omitempty"`
}

// encode gives the state in at most limit UTF-16 units. What does not fit is
// left out: the other scripts, the message, the topic, and last the name.
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
			s.Next = s.Next[:len(s.Next)-1]
		case s.Channel != "":
			s.Channel, s.TS = "", ""
		case s.Topic != "":
			s.Topic = ""
		case s.Name != "" || s.UserID != "":
			s.Name, s.UserID = "", ""
		default:
			return ""
		}
	}
}

var (
	// id is what names a script, a group, a tone or a role.
	id = regexp.MustCompile(`^[a-z0-9-]{1,60}$`)
	// place is what names a person or a channel in Slack.
	place = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,30}$`)
	// moment is the ts of a message.
	moment = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,9}$`)
)

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
	keep(id, &s.Script)
	keep(id, &s.Group)
	keep(id, &s.Tone)
	keep(id, &s.Role)
	keep(place, &s.UserID)
	keep(place, &s.Channel)
	keep(moment, &s.TS)
	s.Next = slices.DeleteFunc(s.Next, func(next string) bool { return !id.MatchString(next) })
	if len(s.Next) > maxNext {
		s.Next = s.Next[:maxNext]
	}
	s.Name, s.Topic = shownName(s.Name), shownTopic(s.Topic)
	return s
}

// keep empties what does not look as it should.
func keep[T ~string](pattern *regexp.Regexp, v *T) {
	if !pattern.MatchString(string(*v)) {
		*v = ""
	}
}

// shownName is a name as answers carry it: on one line, harmless, not endless.
func shownName(name string) string {
	return blockkit.Cut(blockkit.Plain(playbook.CleanName(name)), maxName)
}

// shownTopic is the same for what an idea was about.
func shownTopic(topic string) string {
	topic = strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>{}|", r) {
			return -1
		}
		return r
	}, topic)
	return blockkit.Cut(blockkit.Plain(blockkit.Line(topic)), maxName)
}

// at is the same answer showing something else.
func (s state) at(show string) state { s.Show = show; return s }

// values are what the words are filled with.
func (s state) values() playbook.Values { return playbook.Values{Name: s.Name, Topic: s.Topic} }
