// Package credit lets people give credit for a colleague's idea or work where it
// happened, and lets the colleague decide whether to be named.
//
// A credit is a record in Redis and, as far as those credited agree, one post
// that says the same. The record comes first; the post follows it. There are no
// points, ranks or streaks.
package credit

import (
	"slices"
	"time"
)

// Bounds of a credit.
const (
	// MaxReceivers is how many people one credit can be for.
	MaxReceivers = 10
	// MaxReason is how long a reason may be, in UTF-16 units.
	MaxReason = 500
	// PerDay is how many credits one person can give in 24 hours, and
	// PerDayToOne how many of them to the same person: praise that comes by the
	// dozen means less, and every credit tells somebody something.
	PerDay      = 10
	PerDayToOne = 3
	// AnswerWithin is how long a card waits for its answer before the credit
	// stays private.
	AnswerWithin = 7 * 24 * time.Hour
	// maxVoices is how many "I saw this too" are kept.
	maxVoices = 30
)

// Kind is what somebody is credited for.
type Kind string

// The kinds.
const (
	Idea       Kind = "idea"
	Amplified  Kind = "amplified" // they brought somebody else's point back to the floor
	Help       Kind = "help"
	UnseenWork Kind = "unseen" // notes, scheduling, onboarding: what keeps things going
	MadeRoom   Kind = "room"   // they made room for others
)

// Kinds lists them in the order people pick from.
func Kinds() []Kind { return []Kind{Idea, Amplified, Help, UnseenWork, MadeRoom} }

// Known says whether k is one of Kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Naming is how somebody wants to be credited.
type Naming string

// How people want to be credited.
const (
	Undecided Naming = "" // they never said
	InPublic  Naming = "public"
	InPrivate Naming = "private"
	AskFirst  Naming = "ask"
)

// Standing is how one person's part of a credit stands.
type Standing string

// The standings.
const (
	// Waiting: the bot has not got round to it.
	Waiting Standing = ""
	// Named: they are named in the post, or will be once it is there.
	Named Standing = "named"
	// Asked: they have a card and did not answer yet.
	Asked Standing = "asked"
	// Private: the credit is theirs alone to see.
	Private Standing = "private"
	// Declined: they do not want it; it is on nobody's list as theirs.
	Declined Standing = "declined"
	// Left: they were deactivated before it reached them, or had themselves
	// forgotten.
	Left Standing = "left"
)

// Receiver is somebody credited.
type Receiver struct {
	UserID   string
	Standing Standing
	// Told says that they have been told privately.
	Told bool
	// CardChannel and CardTS are the private message they were told by.
	CardChannel, CardTS string
	// AskedAt is when the card was sent.
	AskedAt time.Time
	// NotBefore is when their quiet hours end, if that is what their notice waits
	// for: the first, or, once they were told, one that takes its place.
	NotBefore time.Time
}

// Place is a message or, without a TS, a conversation. ThreadTS is the root of
// the thread it is in, empty outside threads.
type Place struct {
	ChannelID, TS, ThreadTS string
}

// Posting is how the post of a credit stands.
type Posting string

// How a post can stand.
const (
	// Unposted: there is none, because nobody is to be named or it was not
	// tried yet.
	Unposted Posting = ""
	// Sending: the post was begun, and may be there already.
	Sending Posting = "sending"
	Posted  Posting = "posted"
	// Removing: the bot is about to delete it, and it will be Unposted again.
	Removing Posting = "removing"
	// Doubtful: nobody can tell whether Slack posted it; the giver was asked.
	Doubtful Posting = "doubtful"
	// Unplaced: the bot may not post there; the giver was asked where to.
	Unplaced Posting = "unplaced"
)

// Credit is one credit given.
type Credit struct {
	// ID is opaque, made of the act that gave it, so that the same act repeated
	// gives the same credit. At most 24 characters, letters, digits, - and _;
	// more than 11 cost memory in every index (see idOf).
	ID string
	// Rev counts the changes that a reader of the post could see; Painted is
	// the one that the post shows.
	Rev, Painted int
	// GiverID is empty once the giver had themselves forgotten.
	GiverID   string
	Receivers []Receiver
	Kind      Kind
	// Reason is plain text as the giver typed it, cleaned; escape it before it
	// goes into mrkdwn.
	Reason string
	Given  time.Time
	// Withdrawn is when it was withdrawn, zero while it stands. Of a credit
	// withdrawn nothing is left but who it was for and what is needed to take
	// down its post.
	Withdrawn time.Time
	// Source is the message it is about, zero without one or once that was
	// deleted.
	Source Place
	// Dest is where it is to be posted; its TS is empty. Without a ChannelID it
	// is private.
	Dest Place
	// Post is where it was posted.
	Post    Place
	Posting Posting
	// Since is when what is not settled about the post began: its being sent,
	// removed, in doubt or without a place. It lies ahead while Slack refuses to
	// delete it.
	Since time.Time
	// NotBefore is when the giver’s quiet hours end, if something that they are to
	// be asked or told waits for that.
	NotBefore time.Time
	// Tries counts the posts begun: each is a message of its own.
	Tries int
	// Voices are those who saw it too, in the order they said so.
	Voices []string
}

// Receiver finds somebody credited, nil if they are not among them.
func (c *Credit) Receiver(userID string) *Receiver {
	for i := range c.Receivers {
		if c.Receivers[i].UserID == userID {
			return &c.Receivers[i]
		}
	}
	return nil
}

// With lists the receivers whose part stands so.
func (c *Credit) With(s Standing) []string {
	var out []string
	for _, r := range c.Receivers {
		if r.Standing == s {
			out = append(out, r.UserID)
		}
	}
	return out
}

// Stands says whether it was not withdrawn.
func (c *Credit) Stands() bool { return c.Withdrawn.IsZero() }

// holds says whether the credit is on the person's list of credit received.
func (r Receiver) holds() bool {
	return r.Standing != Declined && r.Standing != Left
}

// unsettled says whether something about the post is under way or in question.
func (c *Credit) unsettled() bool { return c.Posting != Unposted && c.Posting != Posted }

// retryAfter is when a delivery that did not come to its end is taken up again,
// giveUpAfter when it is not any more.
const (
	retryAfter  = 30 * time.Minute
	giveUpAfter = 24 * time.Hour
	// resumeWithin is how long after a post was begun it may be tried again: the
	// sender remembers for a day what it sent.
	resumeWithin = 20 * time.Hour
	// A post that Slack does not let be deleted is tried again every day, for a
	// month.
	removeAgain  = 24 * time.Hour
	removeWithin = 30 * 24 * time.Hour
)

// Due is when the credit has to be looked at next, and false if never: to finish
// a delivery that something interrupted, because the giver did not say where it
// should go, or because a card was not answered.
func (c *Credit) Due() (time.Time, bool) {
	if !c.Stands() {
		if c.question() != "" && !c.NotBefore.IsZero() {
			return c.NotBefore, true
		}
		return later(c.Withdrawn, c.Since).Add(retryAfter), c.Posting == Posted || c.Posting == Sending || c.Posting == Removing
	}
	var next time.Time
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, r := range c.Receivers {
		switch {
		case r.Standing == Asked && r.Told:
			sooner(r.AskedAt.Add(AnswerWithin))
		case r.Standing == Waiting:
			sooner(c.Given.Add(retryAfter))
		case r.Standing == Asked, !r.Told && r.Standing == Private, !r.Told && r.Standing == Named && c.Posting == Posted:
			sooner(c.tellAt(r.NotBefore))
		case !r.Told && r.Standing == Left:
			sooner(c.tellAt(c.NotBefore))
		}
		if r.Told && !r.NotBefore.IsZero() {
			sooner(r.NotBefore)
		}
	}
	switch c.Posting {
	case Doubtful, Unplaced:
		if len(c.With(Named)) > 0 {
			sooner(c.giveUp())
		}
		if c.question() != "" && !c.NotBefore.IsZero() {
			sooner(c.NotBefore)
		}
	case Sending, Removing:
		if c.Posting == Sending && !c.NotBefore.Before(c.giveUp()) { // it is over, and the giver sleeps
			sooner(c.NotBefore)
			break
		}
		sooner(later(c.Given, c.Since).Add(retryAfter))
	case Posted:
		if c.Painted < c.Rev {
			sooner(c.Given.Add(retryAfter))
		}
	case Unposted:
		if len(c.With(Named)) > 0 {
			sooner(c.Given.Add(retryAfter))
		}
	}
	return next, !next.IsZero()
}

// tellAt is when somebody not told yet is told at last: at the end of their quiet
// hours if they wait for that, else when a delivery is taken up again.
func (c *Credit) tellAt(notBefore time.Time) time.Time {
	if notBefore.IsZero() {
		return c.Given.Add(retryAfter)
	}
	return notBefore
}

// giveUp is when a post is not waited for any more: a day after it was begun or,
// if it is in doubt or without a place, after the giver was asked.
func (c *Credit) giveUp() time.Time {
	if c.Posting == Sending {
		return later(c.Given, c.Since).Add(giveUpAfter)
	}
	return later(later(c.Given, c.Since), c.NotBefore).Add(giveUpAfter)
}

// question is what the giver has to be asked about the post, "" for nothing.
func (c *Credit) question() string {
	switch {
	case c.GiverID == "":
	case c.Posting == Doubtful && !c.Stands():
		return askGone
	case len(c.With(Named)) == 0 || !c.Stands():
	case c.Posting == Doubtful:
		return askDoubt
	case c.Posting == Unplaced:
		return askWhere
	}
	return ""
}

// What the giver can be asked: whether a post is there that should be gone, or
// that should be there, and where else it should go.
const (
	askGone  = "gone"
	askDoubt = "doubt"
	askWhere = "where"
)

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// untold says whether somebody is named who does not know it yet.
func (c *Credit) untold() bool {
	return slices.ContainsFunc(c.Receivers, func(r Receiver) bool { return r.Standing == Named && !r.Told })
}
