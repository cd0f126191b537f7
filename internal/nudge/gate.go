package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"allybot/internal/people"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// People knows where somebody lives.
type People interface {
	Find(ctx context.Context, userID string) (people.Person, error)
}

// Options of a gate. All are required.
type Options struct {
	DB     *redisdb.DB
	People People
	Send   slackbot.Sender
	Hours  Hours
	Now    func() time.Time
}

// Gate is the one way to people who did not ask just now.
type Gate struct {
	db     *redisdb.DB
	people People
	send   slackbot.Sender
	hours  Hours
	now    func() time.Time
}

// New makes a gate.
func New(o Options) *Gate {
	return &Gate{db: o.DB, people: o.People, send: o.Send, hours: o.Hours, now: o.Now}
}

// Ask judges occasions, all in one round trip to Redis at most: only what somebody
// subscribed to can be snoozed. A snooze is the person's own, so it does not hold
// back what goes to a channel.
func (g *Gate) Ask(ctx context.Context, occasions ...Occasion) ([]Verdict, error) {
	now := g.now()
	verdicts := make([]Verdict, len(occasions))
	var ask []string // whose snooze counts
	for i, o := range occasions {
		v := &verdicts[i]
		v.gate, v.occasion = g, o
		zone, never, err := g.whereabouts(ctx, o)
		if err != nil {
			return nil, err
		}
		if v.Never = never; never {
			continue
		}
		v.At = now.In(zone)
		if o.Class == Subscribed && o.personal() {
			ask = append(ask, o.UserID)
		}
	}
	snoozes, err := g.snoozes(ctx, ask)
	if err != nil {
		return nil, err
	}
	for i, o := range occasions {
		v := &verdicts[i]
		if v.Never {
			continue
		}
		if o.Class == Subscribed && o.personal() {
			v.At = later(v.At, snoozes[o.UserID].In(v.At.Location()))
		}
		v.At = o.next(g.hours, v.At)
		v.open = !v.At.After(now)
	}
	return verdicts, nil
}

// whereabouts is the zone an occasion is judged in, and whether the person may not
// be written to at all.
func (g *Gate) whereabouts(ctx context.Context, o Occasion) (zone *time.Location, never bool, err error) {
	switch {
	case o.Class == Notice && o.Answers:
		return time.UTC, false, nil
	case o.Class == Subscribed && !o.Consent:
		return nil, true, nil
	case o.Class != Notice && o.Class != Subscribed:
		return nil, false, fmt.Errorf("asking the gate: there is no class %q", o.Class)
	case o.Zone != nil:
		return o.Zone, false, nil
	}
	p, err := g.people.Find(ctx, o.UserID)
	switch {
	case errors.Is(err, people.ErrUnknown):
		return time.UTC, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("asking the gate: %w", err)
	case p.Deleted, o.Class == Subscribed && !p.Member():
		return nil, true, nil
	}
	return when.Zone(p.TZ), false, nil
}
