package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/channels"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// People knows who is who and where they live.
type People interface {
	Find(ctx context.Context, userID string) (people.Person, error)
	// Forget makes the next Find ask Slack.
	Forget(userID string)
	// Name is what to call a person, or fallback.
	Name(ctx context.Context, userID, fallback string) string
	// Page lists people of the workspace: those at cursor, "" for the first, and
	// where the next page begins, "" at the end.
	Page(ctx context.Context, cursor string) (page []people.Person, next string, err error)
}

// Channels knows conversations and who is in them.
type Channels interface {
	Find(ctx context.Context, channelID string) (channels.Channel, error)
	Has(ctx context.Context, channelID string, userIDs ...string) (map[string]bool, error)
	// Forget makes the next question go to Slack.
	Forget(channelID string)
}

// Deps is what the room needs of the house.
type Deps struct {
	// Library is the content of this moment; it may change between calls.
	Library  func() *playbook.Library
	Book     *Book
	People   People
	Channels Channels
	Send     slackbot.Sender
	Gate     *nudge.Gate
	Hours    nudge.Hours
	// Later stores a task, once for each mark.
	Later func(ctx context.Context, mark string, t slackbot.Task) error
	Now   func() time.Time
	Log   *zap.Logger
}

type room struct {
	Deps
	router  *slackbot.Router
	shelves shelves
}

const (
	// maxAsking is what looking things up may take before a person is answered;
	// Slack waits 3 s in all.
	maxAsking = 1200 * time.Millisecond
	// snoozeTime is how long is waited for whether somebody snoozes.
	snoozeTime = 500 * time.Millisecond
	// homeRefresh publishes Home anew: a slackbot.HomeOpened.
	homeRefresh = "home.refresh"
	// noZone is kept of people whose zone Slack does not tell, or not one that there
	// is.
	noZone = "UTC"
)

// Register adds the room to the router.
func Register(r *slackbot.Router, deps Deps) {
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	m := &room{Deps: deps, router: r}
	r.Command(slackbot.Command{
		Word: "lessons", Usage: usageLine, Summary: summaryLine,
		Parse: m.parse, Answer: m.answer,
	})
	m.registerLesson(r)
	m.registerStanding(r)
	m.registerSettings(r)
	m.registerChannel(r)
	m.registerFollow(r)
	r.Queue(slackbot.QueueEntry{Name: "lessons", Key: m.Book.CalendarKey(), Do: m.deliver})
	r.Section(slackbot.Section{Order: homeOrder, Launcher: m.launcher, Home: m.home, Welcome: m.welcome})
	r.Personal(slackbot.Personal{Name: personalName, Export: m.exportPerson, Erase: m.erasePerson})
}

// who is somebody as far as lessons go.
type who struct {
	Member bool
	Zone   string // never empty
}

// who asks the directory. People whom it does not know are no members.
func (m *room) who(ctx context.Context, userID string) (who, error) {
	p, err := m.People.Find(ctx, userID)
	if errors.Is(err, people.ErrUnknown) {
		return who{Zone: noZone}, nil
	}
	if err != nil {
		return who{Zone: noZone}, fmt.Errorf("asking who somebody is: %w", err)
	}
	return who{Member: p.Member(), Zone: zoneOf(p)}, nil
}

// zoneOf is where somebody lives, as it is kept.
func zoneOf(p people.Person) string {
	if when.Zone(p.TZ) == time.UTC {
		return noZone
	}
	return p.TZ
}

// today is the date where somebody lives.
func (m *room) today(zone string) when.Date { return when.DateOf(m.Now().In(when.Zone(zone))) }

// freshHome publishes Home anew, as far as that is possible: what it shows has
// changed already.
func (m *room) freshHome(ctx context.Context, userID string) {
	if t, err := slackbot.NewTask(homeRefresh, slackbot.HomeOpened{UserID: userID, Tab: "home"}); err == nil && m.router.Handles(t.Name) {
		_ = m.router.Do(ctx, *t)
	}
}
