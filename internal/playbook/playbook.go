// Package playbook holds the words Ally offers: scripts written by people in
// Markdown, loaded and checked here, and found again by what someone types when
// they are thirty seconds from a hard conversation.
//
// It knows nothing of Slack's API. It does know Slack's way of writing text,
// because that is what it searches, and Slack's limits on length, because that
// is where the words are shown. A Library never changes once it is loaded, so
// any number of goroutines may use it.
package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Part is what a text of a script is for.
type Part string

// The parts. The first five are the tones: ways of saying it, in the order in
// which they are offered. Every script has Gentle, Direct and one of AskFirst
// and Humour.
const (
	Gentle   Part = "gentle"
	Direct   Part = "direct"
	AskFirst Part = "ask-first"
	Humour   Part = "humour"
	Upwards  Part = "upwards" // to a boss or a customer

	PushBack Part = "push-back" // what to say if they push back
	FollowUp Part = "follow-up" // what to write in private afterwards
	Cost     Part = "cost"      // a safer way, where speaking up may cost the speaker
)

var tones = []Part{Gentle, Direct, AskFirst, Humour, Upwards}

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

// Text is the words of one part, for one role and one form. It may hold slots,
// see Fill.
type Text struct {
	Part Part
	// Role is whom it is for; "" is the plain text, for the first role of the
	// script and for every other that has no text of its own.
	Role    Role
	Written bool // as it is written in a channel or message, where that differs from speech
	Locale  string
	Text    string
}

// Script is the words for one moment.
type Script struct {
	ID        string // the name of its file without .md
	Title     string // at most 75 characters: it is also an option of a select
	Moment    string // what happened, in one line
	Locale    string // of all its text, "en" unless the file says otherwise
	Source    string // where the advice comes from; may be empty
	Why       string // a plain reason for the advice; may be empty
	Family    string // the same word in scripts of the same moment, seen by other roles; may be empty
	Practices []string
	Roles     []Role   // whom it is for, the most usual first
	Phrases   []string // how people describe the moment; what Find searches
	See       []string // ids of moments that often come next; never in a circle
	Texts     []Text   // in the order of the file
	Avoid     []string // what not to do

	file         string
	translations []*Script // by locale
	phrasings    []string  // more phrases, from phrasings/ID.txt
}

// For says whether the script is for a role; every script is for "".
func (s *Script) For(role Role) bool { return role == "" || slices.Contains(s.Roles, role) }

// Text returns the most fitting text of a part: one of the role before the plain
// one, and of those the written before the spoken when written is asked for. The
// spoken one serves where there is no written one; a text of another role never.
func (s *Script) Text(part Part, role Role, written bool) (Text, bool) {
	var best Text
	rank := 0
	for _, t := range s.Texts {
		if t.Part != part || t.Written && !written || !s.serves(t, role) {
			continue
		}
		r := 1
		if t.Role == role {
			r += 2
		}
		if t.Written {
			r++
		}
		if r > rank {
			best, rank = t, r
		}
	}
	return best, rank > 0
}

// serves says whether a text is fit for a role. A plain text is, unless the role
// has wordings of its own and was on another side of the moment: what a bystander
// says is wrong in the mouth of whom it happened to.
func (s *Script) serves(t Text, role Role) bool {
	if t.Role != "" || role == "" || t.Part == Cost || len(s.Roles) == 0 || side(role) == side(s.Roles[0]) {
		return t.Role == "" || t.Role == role
	}
	return !slices.ContainsFunc(s.Texts, func(own Text) bool {
		return own.Role == role && slices.Contains(tones, own.Part)
	})
}

// side is where a role stands in the moment: with whom it happened to, with who
// did it, or beside them.
func side(r Role) Role {
	if r == Affected || r == Doer {
		return r
	}
	return Bystander
}

// Tones lists the tones that have a text for a role, in the order in which they
// are offered.
func (s *Script) Tones(role Role) []Part {
	var have []Part
	for _, p := range tones {
		if _, ok := s.Text(p, role, false); ok {
			have = append(have, p)
		}
	}
	return have
}

// Forms says in which forms a part is there for a role.
func (s *Script) Forms(part Part, role Role) (spoken, written bool) {
	_, spoken = s.Text(part, role, false)
	t, _ := s.Text(part, role, true)
	return spoken, t.Written
}

// In returns the script in a locale as Slack writes it: for "fr-CA" its
// translation into fr-CA, else into fr, else the script itself.
func (s *Script) In(locale string) *Script {
	language, _, _ := strings.Cut(locale, "-")
	for _, want := range []string{locale, language} {
		if s.Locale == want {
			return s
		}
		for _, t := range s.translations {
			if t.Locale == want {
				return t
			}
		}
	}
	return s
}

// Translations lists the script in other languages, by locale.
func (s *Script) Translations() []*Script { return s.translations }

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
	goals   []Goal

	lessons    []*Lesson // in the order of the year
	lessonByID map[string]*Lesson

	// finder learns from the content when it is first needed.
	finder func() *finder
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

// Family lists the scripts of the same moment, s included: the one for
// bystanders first, then in the order of the roles.
func (l *Library) Family(s *Script) []*Script {
	if s.Family == "" {
		return []*Script{s}
	}
	var all []*Script
	for _, other := range l.scripts {
		if other.Family == s.Family {
			all = append(all, other)
		}
	}
	slices.SortStableFunc(all, func(a, b *Script) int {
		return cmp.Compare(slices.Index(roles, a.Roles[0]), slices.Index(roles, b.Roles[0]))
	})
	return all
}

// ForRole returns the script for somebody in a role: s itself if it is for them,
// else the one of its family that is, else nil.
func (l *Library) ForRole(s *Script, role Role) *Script {
	if s.For(role) {
		return s
	}
	for _, other := range l.Family(s) {
		if other.For(role) {
			return other
		}
	}
	return nil
}
