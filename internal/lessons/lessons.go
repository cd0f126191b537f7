// Package lessons sends people who want it one short lesson a week, at the time
// they chose where they live.
//
// A subscription is a record in Redis, and an entry in a calendar for when its
// next lesson is due. Nobody is ever signed up by somebody else; what anybody
// tried or answered is theirs alone to see.
package lessons

import (
	"time"

	"allybot/internal/when"
)

// Slot is when in a week a lesson comes: a local time, wherever somebody lives.
type Slot struct {
	Day    time.Weekday
	Minute int // after midnight
}

// Mark is what somebody said of a lesson; several can hold.
type Mark uint8

// The marks.
const (
	Tried Mark = 1 << iota
	Never      // "Not for me": it is never shown again
	Saved
)

// Shown is a lesson that somebody was shown.
type Shown struct {
	Code  string // of the lesson: see CodeOf
	Marks Mark
}

// Recall is a lesson whose question is to be asked.
type Recall struct {
	Code string
	// From is the date from which the weeks count: when the lesson came, or when
	// its question was answered wrongly.
	From when.Date
	// Asked says that the question was sent and waits for its answer.
	Asked bool
	// Again says that it was answered wrongly once; it comes back only once.
	Again bool
}

// Subscription is what is kept of one person, or one channel, that takes lessons.
type Subscription struct {
	// ID is the person's or channel's.
	ID string
	// On is the consent. Off, the record only says which lessons were seen.
	On   bool
	Slot Slot
	// Zone is an IANA zone, as Slack last told it.
	Zone string
	// Next is the local date of the lesson that comes next; Last that of the last
	// one sent, zero for none.
	Next, Last when.Date
	// Sending is the code of the lesson of Next from before it is sent until that is
	// recorded, else "".
	Sending string
	// Resume is the first day on which lessons come again, zero if not paused.
	Resume when.Date
	// Group of practices to come first, "" for the order of the year.
	Group string
	// ConversationID is the person's conversation with the bot, "" while unknown.
	ConversationID string
	// By is who asked for it, for a channel; it is their doing, and named there.
	By string
	// Shown are the lessons that were shown, in their order.
	Shown []Shown
	// Recalls are the lessons whose question is still to be asked, oldest first.
	Recalls []Recall
}

// Channel says whether it is a channel's.
func (s Subscription) Channel() bool { return s.By != "" }
