// Package nudge is the one gate for messages that nobody asked for just now: it
// says whether one may go to a person now, later or never, and sends it.
package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// Class says what a message is to whoever gets it, which decides what it has to
// wait for.
type Class string

const (
	// Notice is that somebody acted towards the person, or that something came of
	// what they did. It waits for quiet hours to end, unless it answers what they
	// just did.
	Notice Class = "notice"
	// Subscribed is what the person asked for, to come again and again. It needs
	// their consent and waits for their snooze, working days and quiet hours; a time
	// that they set themselves wins over quiet hours. What goes to a channel does not
	// wait for the snooze of who asked for it.
	Subscribed Class = "subscribed"
)

// Occasion is one message to one person, or of a subscription to one channel.
type Occasion struct {
	Class Class
	// Intent names the message, so that it is never sent twice.
	Intent string
	// UserID is whom it is for, or whose subscription it is for a channel.
	UserID string
	// ChannelID is where it goes, if that is known: a person's conversation with
	// the bot, which saves a call, or a channel.
	ChannelID string
	// Answers says that it answers what the person did just now.
	Answers bool
	// Consent says that the person wants what they subscribed to.
	Consent bool
	// Chosen is the moment that the person set for it, zero if they set none. If it
	// is in quiet hours, these do not count for an hour from then.
	Chosen time.Time
	// Zone is where the person lives; nil if that has to be looked up.
	Zone *time.Location
}

// Verdict is what the gate says of an occasion.
type Verdict struct {
	// Never: not this one, not later either.
	Never bool
	// At is when it may be sent; not after the gate's clock means now.
	At time.Time

	gate     *Gate
	occasion Occasion
	open     bool
}

// Open says whether it may be sent now.
func (v Verdict) Open() bool { return v.open }

// NotNow is the error of a message that has to wait.
type NotNow struct{ Until time.Time }

func (e NotNow) Error() string {
	return fmt.Sprintf("the message has to wait until %s", e.Until.UTC().Format(time.RFC3339))
}

// ErrNever is the error of a message that must not be sent at all.
var ErrNever = errors.New("the person does not want this message, or may not be written to")

// Send sends the message, effectively once, if the verdict lets it: else it
// returns a NotNow or ErrNever. Other errors are those of slackbot.Sender.
func (v Verdict) Send(ctx context.Context, m blockkit.Message) (slackbot.Posted, error) {
	switch {
	case v.Never:
		return slackbot.Posted{}, ErrNever
	case !v.open:
		return slackbot.Posted{}, NotNow{Until: v.At}
	case v.occasion.ChannelID != "":
		return v.gate.send.Post(ctx, v.occasion.Intent, v.occasion.ChannelID, "", m)
	}
	return v.gate.send.Direct(ctx, v.occasion.Intent, v.occasion.UserID, m)
}

// Direct asks and sends in one.
func (g *Gate) Direct(ctx context.Context, o Occasion, m blockkit.Message) (slackbot.Posted, error) {
	v, err := g.Ask(ctx, o)
	if err != nil {
		return slackbot.Posted{}, err
	}
	return v[0].Send(ctx, m)
}
