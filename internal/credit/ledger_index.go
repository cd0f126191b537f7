package credit

import (
	"slices"
	"strings"
	"time"
)

// entry is the place of a credit in an index: a member of a sorted set, or a field
// of a hash.
type entry struct {
	key    []string
	score  int64
	member string
	hash   bool
}

// args are how the scripts are told: the score, empty for a hash, and the member.
func (e entry) args() []any {
	if e.hash {
		return []any{"", e.member}
	}
	return []any{e.score, e.member}
}

func (e entry) samePlace(o entry) bool { return e.member == o.member && slices.Equal(e.key, o.key) }

func (e entry) same(o entry) bool { return e.score == o.score && e.samePlace(o) }

// entries are all places of a credit, each once. Whoever changes what they are
// changes the layout: what is stored has to be moved (see migrations).
func entries(c *Credit) []entry {
	var out []entry
	add := func(score int64, member string, key ...string) {
		e := entry{key, score, member, key[0] == "also"}
		if !slices.ContainsFunc(out, e.samePlace) {
			out = append(out, e)
		}
	}
	given, member := c.Given.UnixMilli(), letter(c.Kind)+c.ID
	for _, r := range c.Receivers {
		if c.Stands() && r.holds() {
			add(given, member, "to", r.UserID)
		} else {
			add(0, "r"+c.ID, "also", r.UserID)
		}
	}
	switch {
	case c.GiverID == "":
	case c.Stands():
		add(given, member, "by", c.GiverID)
	default:
		add(0, "g"+c.ID, "also", c.GiverID)
	}
	for _, v := range c.Voices {
		add(0, "v"+c.ID, "also", v)
	}
	if c.Posting == Posted && c.Stands() {
		add(given, member, "in", c.Post.ChannelID)
	}
	if c.Post.TS != "" { // also while it is being removed
		add(0, about(c.Post)+"p/"+c.ID, "ref", threeHours(c.Post.TS))
	}
	if c.Source.TS != "" {
		add(0, about(c.Source)+"s/"+c.ID, "ref", threeHours(c.Source.TS))
	}
	if at, ok := c.dueOrDrop(); ok {
		add(at.UnixMilli(), c.ID, "due")
	}
	return out
}

// dueOrDrop is Due, and for a withdrawn credit that nobody dropped when to do so.
func (c *Credit) dueOrDrop() (time.Time, bool) {
	at, ok := c.Due()
	if !ok && !c.Stands() {
		return c.Withdrawn.Add(dropAfter), true
	}
	return at, ok
}

// about begins the members that are about a message, of those of its three hours.
func about(p Place) string {
	return p.ChannelID + "/" + strings.TrimPrefix(p.TS, threeHours(p.TS)) + "/"
}

// threeHours names the span of 10,000 seconds a message is of: its ts without
// the last four digits of the seconds.
func threeHours(ts string) string {
	seconds, _, _ := strings.Cut(ts, ".")
	return seconds[:max(0, len(seconds)-4)]
}

// letter stands for a kind in indexes and records.
func letter(k Kind) string {
	if !k.Known() {
		return "-"
	}
	return string(k[:1])
}

func kindOf(letter string) Kind {
	for _, k := range Kinds() {
		if letter == string(k[:1]) {
			return k
		}
	}
	return ""
}
