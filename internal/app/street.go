package app

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/sender"
)

// street is the Slack side while it runs.
type street struct {
	gateway *slackbot.Gateway
	cancel  context.CancelFunc
	done    chan struct{} // closed when the gateway has ended
}

// openStreet asks Slack who the bot is and builds the way of the data from the
// far end: what goes out, who is who, the rooms, and last what comes in.
func (a *App) openStreet(ctx context.Context) (*street, error) {
	out := sender.Options{
		Token:          a.cfg.BotToken.Reveal(),
		APIURL:         string(a.cfg.APIURL),
		HTTP:           a.deps.HTTP,
		DB:             a.redis,
		Now:            a.deps.Now,
		Logger:         a.log.Named("sender"),
		Metrics:        a.metrics,
		PostsPerSecond: float64(a.cfg.PostsPerSecond),
		HTTPTimeout:    a.deps.Tempo.CallTimeout,
		SettleAfter:    a.deps.Tempo.SettleAfter,
	}
	self, err := sender.Identify(ctx, out)
	if err != nil {
		return nil, err
	}
	out.Scopes = self.Scopes
	send := sender.New(out)
	directory := people.New(people.Options{Slack: send, TeamID: self.TeamID, Now: a.deps.Now})

	var gateway *slackbot.Gateway // the rooms reach it once it runs
	router := a.rooms(house{
		send: send, people: directory,
		gate:    nudge.New(nudge.Options{DB: a.redis, People: directory, Send: send, Hours: a.hours(), Now: a.deps.Now}),
		teamURL: self.TeamURL, scopes: self.Scopes,
		deleted: func(ctx context.Context, channelID, ts string) (bool, error) {
			return gateway.Deleted(ctx, channelID, ts)
		},
		later: func(ctx context.Context, mark string, t slackbot.Task) error { return gateway.Do(ctx, mark, t) },
	})
	gateway, err = slackbot.New(slackbot.Options{
		Router:   router,
		Sender:   send,
		DB:       a.redis,
		AppToken: a.cfg.AppToken.Reveal(),
		BotToken: a.cfg.BotToken.Reveal(),
		APIURL:   string(a.cfg.APIURL),
		Sockets:  int(a.cfg.Sockets),
		Self:     slackbot.Identity{TeamID: self.TeamID, UserID: self.BotUserID, BotID: self.BotID, EnterpriseID: self.EnterpriseID},
		External: directory.External,
		HTTP:     a.deps.HTTP,
		Logger:   a.log.Named("slack"),
		Metrics:  a.metrics,
		Inbox:    inbox.Options{Lease: a.deps.Tempo.Lease},
	})
	if err != nil {
		return nil, err
	}

	// It outlives the signal to stop: what was taken is finished first.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &street{gateway: gateway, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer a.workCalendars(running, router, gateway)()
		if err := gateway.Run(running); err != nil {
			a.fail(err)
		}
	}()
	a.log.Info("Slack knows the bot", zap.String("team", self.TeamID), zap.String("bot", self.BotUserID))
	return s, nil
}

// sockets is the number of open connections to Slack.
func (s *street) sockets() int { return s.gateway.Status().Connected }

// lastGrace is what the gateway has to end once it was told to drop everything.
const lastGrace = time.Second

// stop shuts the gateway down within the deadline of ctx; after it, the gateway
// is dropped as in a crash, from which other replicas recover.
func (s *street) stop(ctx context.Context) error {
	err := s.gateway.Shutdown(ctx)
	select {
	case <-s.done:
	case <-ctx.Done():
	}
	s.cancel()
	select {
	case <-s.done:
		return err
	case <-time.After(lastGrace):
		return errors.Join(err, errors.New("the connections to Slack did not end in time"))
	}
}
