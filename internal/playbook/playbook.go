// Package playbook holds the words Ally offers: scripts written by people in
// Markdown, loaded and checked here, and found again by what someone types when
// they are thirty seconds from a hard conversation.
//
// It knows nothing of Slack's API. It does know Slack's way of writing text,
// because that is what it searches, and Slack's limits on length, because that
// is where the words are shown. A Library never changes once it is loaded, so
// any number of goroutines may use it.
package playbook

import "fmt"

// Tone is how a wording sounds.
type Tone string

// The tones, in the order in which they are offered. Every script has the first
// three. Upwards is for saying it to a boss or a customer.
const (
	Gentle   Tone = "gentle"
	Direct   Tone = "direct"
	AskFirst Tone = "ask-first"
	Humour   Tone = "humour"
	Upwards  Tone = "upwards"
)

// Role is who somebody was in the moment.
type Role string

// The roles a script can be for.
const (
	Bystander Role = "bystander" // saw or heard it
	Affected  Role = "affected"  // it happened to them
	Doer      Role = "doer"      // did it, and wants to put it right
	Host      Role = "host"      // runs the meeting
	Manager   Role = "manager"   // is responsible for the people in it
)

// Wording is one way of saying it aloud. Text may hold slots, see Fill.
type Wording struct {
	Tone Tone
	Text string
}

// Script is the words for one moment.
type Script struct {
	ID        string // the name of its file without .md
	Title     string // at most 75 characters: it is also an option of a select
	Moment    string // what happened, in one line
	Locale    string // of all its text, "en" unless the file says otherwise
	Source    string // where the advice comes from; may be empty
	Practices []string
	Roles     []Role
	Phrases   []string // how people describe the moment; what Find searches
	Words     []Wording
	// PushBack is what to say if they push back, FollowUp what to write to the
	// person affected afterwards. Both may hold slots.
	PushBack string
	FollowUp string
	Avoid    []string // what not to do

	file string
}

// Wording returns the wording in a tone, if the script has one.
func (s *Script) Wording(t Tone) (Wording, bool) {
	for _, w := range s.Words {
		if w.Tone == t {
			return w, true
		}
	}
	return Wording{}, false
}

// Practice is one thing an ally does.
type Practice struct {
	ID      string
	Group   string
	Title   string
	Meaning string // one line
}

// Group is a handful of practices that belong together.
type Group struct {
	ID        string
	Title     string
	Meaning   string // one line
	Practices []Practice
}

// Problem is a mistake in a file of content. What says what to do about it.
type Problem struct {
	File string
	Line int // from 1; 0 when it concerns the whole file
	What string
}

// String gives the problem as editors like it: file:line: what.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.What)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Library is everything loaded, as a snapshot that never changes. What its
// methods return is shared: do not write to it.
type Library struct {
	scripts []*Script // by id
	byID    map[string]*Script
	groups  []Group
	index   *index
}

// Scripts lists all scripts in the order of their ids.
func (l *Library) Scripts() []*Script { return l.scripts }

// Script returns a script by its id, or nil.
func (l *Library) Script(id string) *Script { return l.byID[id] }

// Groups lists the groups of practices in the order of practices.yaml.
func (l *Library) Groups() []Group { return l.groups }

// Practices lists all practices, group by group.
func (l *Library) Practices() []Practice {
	var all []Practice
	for _, g := range l.groups {
		all = append(all, g.Practices...)
	}
	return all
}

// InGroup lists the scripts whose first practice belongs to a group. Every
// script is in exactly one group, so this is what browsing shows.
func (l *Library) InGroup(groupID string) []*Script {
	group := map[string]string{}
	for _, p := range l.Practices() {
		group[p.ID] = p.Group
	}
	var in []*Script
	for _, s := range l.scripts {
		if group[s.Practices[0]] == groupID {
			in = append(in, s)
		}
	}
	return in
}
