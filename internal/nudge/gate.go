package nudge

import (
	"context"
	"time"

	"allybot/internal/people"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
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

// Ask judges occasions, all in one round trip to Redis.
func (g *Gate) Ask(ctx context.Context, occasions ...Occasion) ([]Verdict, error) {
	panic("to be written")
}
