package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// The command snooze, its buttons, and its part of Home.

const (
	commandWord = "snooze"
	// actionSnooze begins or ends a snooze: its value is one of the choices.
	actionSnooze = "nudge.snooze"
	// homeOrder is where the section stands on Home: after the rooms.
	homeOrder = 70
	// homeTime is how long Home waits for what it shows, zoneTime how long an answer
	// waits for where somebody lives, and askTime for the rest: Slack waits 3 s in
	// all.
	homeTime = 2 * time.Second
	zoneTime = 600 * time.Millisecond
	askTime  = 1200 * time.Millisecond
	// homeRefresh publishes Home anew: a slackbot.HomeOpened.
	homeRefresh = "home.refresh"
)

// choices are what the buttons stand for, as it could have been typed.
const (
	chooseDay    = "1 day"
	chooseWeek   = "1 week"
	chooseMonday = "monday"
	chooseOff    = "off"
)

type desk struct {
	*Gate
	router *slackbot.Router
}

// Register adds the command snooze, its part of Home and what is kept about people.
func (g *Gate) Register(r *slackbot.Router) {
	d := &desk{Gate: g, router: r}
	r.Command(slackbot.Command{
		Word: commandWord, Usage: usageLine, Summary: summaryLine,
		Parse:  func(rest string) slackbot.Parsed { return parse(rest, when.DateOf(g.now())) },
		Answer: d.answer,
	})
	r.Action(actionSnooze, d.pressed)
	r.Section(slackbot.Section{Order: homeOrder, Home: d.home})
	r.Personal(slackbot.Personal{Name: commandWord, Export: g.export, Erase: g.erase})
}

// zone is where somebody lives, UTC if that is not to be found out in time.
func (d *desk) zone(ctx context.Context, userID string) *time.Location {
	ctx, cancel := context.WithTimeout(ctx, zoneTime)
	defer cancel()
	p, _ := d.people.Find(ctx, userID) // nobody’s zone is UTC
	return when.Zone(p.TZ)
}

// answer answers /ally snooze.
func (d *desk) answer(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	zone := d.zone(ctx, q.UserID)
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	said := plain(q.Rest)
	if said == "" {
		s, err := d.stand(ctx, q.UserID, zone)
		if err != nil {
			return slackbot.Reply{Message: awayMessage()}, nil
		}
		return slackbot.Reply{Message: s.message()}, nil
	}
	s, wrong, err := d.change(ctx, q.UserID, zone, said)
	switch {
	case err != nil:
		return slackbot.Reply{Message: awayMessage()}, nil
	case wrong != "":
		return slackbot.Reply{Message: correction(wrong, q.Rest)}, nil
	}
	return slackbot.Reply{Message: s.message()}, nil
}

// change does what was typed or pressed. wrong says, in words for the person, why
// it can't be done.
func (d *desk) change(ctx context.Context, userID string, zone *time.Location, said string) (s standing, wrong string, err error) {
	today := when.DateOf(d.now().In(zone))
	s = standing{Today: today, Changed: true}
	var until time.Time
	if !offWords[said] {
		if s.Until, err = when.ParseUntil(said, today); err != nil {
			return s, whyNot(said, err), nil
		}
		until = s.Until.At(0, zone)
	}
	return s, "", d.Snooze(ctx, userID, until)
}

// stand is how it stands with somebody.
func (d *desk) stand(ctx context.Context, userID string, zone *time.Location) (standing, error) {
	until, err := d.Snoozed(ctx, userID)
	s := standing{Today: when.DateOf(d.now().In(zone))}
	if !until.IsZero() {
		s.Until = when.DateOf(until.In(zone))
		if s.Until <= s.Today { // they moved since: it ends later today
			s.Until = s.Today + 1
		}
	}
	return s, err
}

// pressed is a button of an answer or of Home.
func (d *desk) pressed(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	s, wrong, err := d.change(ctx, a.UserID, d.zone(ctx, a.UserID), a.Value)
	if wrong != "" || err != nil {
		return err // none of the buttons is wrong
	}
	if a.Origin.ViewType == "home" {
		return d.freshHome(ctx, a.UserID)
	}
	err = d.send.Replace(ctx, a.Origin, s.message())
	if errors.Is(err, slackbot.ErrResponseSpent) || errors.Is(err, slackbot.ErrResponseURL) || errors.Is(err, slackbot.ErrMessageNotFound) {
		_, err = d.send.Direct(ctx, t.ID+"/answer", a.UserID, s.message()) // they pressed an old answer
	}
	if err != nil && !errors.Is(err, slackbot.ErrDoubtful) {
		return fmt.Errorf("answering a snooze: %w", err)
	}
	return nil
}

func (d *desk) freshHome(ctx context.Context, userID string) error {
	t, err := slackbot.NewTask(homeRefresh, slackbot.HomeOpened{UserID: userID, Tab: "home"})
	if err != nil || !d.router.Handles(t.Name) {
		return err
	}
	return d.router.Do(ctx, *t)
}

// home is the part of App Home.
func (d *desk) home(ctx context.Context, userID string) []slack.Block {
	ctx, cancel := context.WithTimeout(ctx, homeTime)
	defer cancel()
	s, err := d.stand(ctx, userID, d.zone(ctx, userID))
	if err != nil {
		return []slack.Block{blockkit.Section(homeHeading), blockkit.Context(homeAway)}
	}
	return s.home()
}

// kept is what is kept about a person.
type kept struct {
	Until time.Time `json:"until"`
}

func (g *Gate) export(ctx context.Context, userID string) (any, error) {
	until, err := g.Snoozed(ctx, userID)
	if err != nil || until.IsZero() {
		return nil, err
	}
	return kept{Until: until.UTC()}, nil
}

func (g *Gate) erase(ctx context.Context, userID string) error {
	return g.Snooze(ctx, userID, time.Time{})
}
