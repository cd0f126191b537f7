package credit

import (
	"context"
	"net/url"
	"time"

	"go.uber.org/zap"

	"allybot/internal/channels"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// People knows who is who.
type People interface {
	Find(ctx context.Context, userID string) (people.Person, error)
	// Forget makes the next Find ask Slack.
	Forget(userID string)
	// Preload learns of everybody at once, before many are looked for.
	Preload(ctx context.Context) error
	// Name is what to call a person, or fallback.
	Name(ctx context.Context, userID, fallback string) string
}

// Channels knows conversations and who is in them.
type Channels interface {
	Find(ctx context.Context, channelID string) (channels.Channel, error)
	Has(ctx context.Context, channelID string, userIDs ...string) (map[string]bool, error)
	Members(ctx context.Context, channelID string) ([]string, error)
	// Forget makes the next question go to Slack.
	Forget(channelID string)
}

// Slack asks Slack something under the rate limits.
type Slack interface {
	Call(ctx context.Context, method string, args url.Values, out any) error
}

// Deps is what the room needs of the house.
type Deps struct {
	Ledger   *Ledger
	People   People
	Channels Channels
	Send     slackbot.Sender
	// Gate is the way to everybody who did not ask just now.
	Gate  *nudge.Gate
	Slack Slack
	// Deleted says whether Slack told of a message being deleted.
	Deleted func(ctx context.Context, channelID, ts string) (bool, error)
	// Hears says whether Slack tells of messages deleted in a conversation that the
	// bot is in; nil for never.
	Hears func(channelID string) bool
	// Later stores a task, once for each mark.
	Later func(ctx context.Context, mark string, t slackbot.Task) error
	// TeamURL is the address of the workspace, "https://acme.slack.com/".
	TeamURL string
	// Emoji is the reaction that offers to give credit, "" for none.
	Emoji string
	// Admins are people who count as admins beside Slack's own.
	Admins []string
	Now    func() time.Time
	Log    *zap.Logger
}

type room struct {
	Deps
	router *slackbot.Router
}

const (
	// maxAsking is what looking things up may take before a person is answered;
	// Slack waits 3 s in all.
	maxAsking = 1200 * time.Millisecond
	// homeRefresh publishes Home anew: a slackbot.HomeOpened.
	homeRefresh = "home.refresh"
)

// Register adds the room to the router.
func Register(r *slackbot.Router, deps Deps) {
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	m := &room{Deps: deps, router: r}
	m.registerGiving(r)
	m.registerAnswers(r)
	m.registerChanges(r)
	m.registerList(r)
	m.registerTeam(r)
	slackbot.On(r, m.deleted)
	if deps.Emoji != "" {
		slackbot.On(r, m.reacted, slackbot.Only(func(e slackbot.ReactionAdded) bool { return e.Emoji == deps.Emoji }))
	}
}
