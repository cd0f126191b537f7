package credit

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// entry is the place of a credit in an index: a member of a sorted set, or a word
// of a text.
type entry struct {
	key    []string
	score  int64
	member string
	text   bool
}

// args are how the scripts are told: the score, empty for a text, and the member.
func (e entry) args() []any {
	if e.text {
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
		add(0, messageHash(c.Post)+"p"+c.ID, "ref", threeHours(c.Post.TS))
	}
	if c.Source.TS != "" {
		add(0, messageHash(c.Source)+"s"+c.ID, "ref", threeHours(c.Source.TS))
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
		if c.Posting == Doubtful {
			return c.Withdrawn.Add(dropDoubtfulAfter), true
		}
		return c.Withdrawn.Add(dropAfter), true
	}
	return at, ok
}

// messageHash begins the members that are about a message: it takes a third of
// the memory that channel and ts do. It only has to tell apart the messages of
// three hours that credits know, which 48 bits do for thousands of them.
func messageHash(p Place) string {
	sum := sha256.Sum256([]byte(p.ChannelID + "/" + p.TS))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
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
