// Package app builds the running bot from the configuration: which parts there
// are, in which order they start and stop, and what is healthy. It holds no
// feature and decides nothing that a person would notice.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"allybot/internal/config"
	"allybot/internal/content"
	"allybot/internal/redisdb"
	"allybot/playbooks"
)

// stopTimeout is how long the work under way has to finish. Handing back the rest
// comes on top; whoever runs the bot is promised 10 s in all.
const stopTimeout = 7 * time.Second

// Deps are what tests and the playground replace. All may be left out.
type Deps struct {
	// Now is the clock of everything that people notice; default time.Now.
	Now func() time.Time
	// HTTP reaches Slack; default a client with timeouts.
	HTTP *http.Client
	// Log defaults to none.
	Log *zap.Logger
	// Words replaces the content that comes with Ally; it is in the form of
	// playbooks.FS.
	Words fs.FS
	// Content replaces all content, ALLY_PLAYBOOKS_DIR included.
	Content *content.Store
	// Redis replaces the one of REDIS_URL. It is not closed with the bot.
	Redis *redisdb.DB
	// Version is what the metrics say.
	Version string
	// Tempo shortens what a test would otherwise wait for.
	Tempo Tempo
}

// Tempo is how patient the bot is; zero values take the defaults of the parts.
type Tempo struct {
	Lease       time.Duration // how long a crashed replica's work is left alone
	CallTimeout time.Duration // for one call to Slack
	SettleAfter time.Duration // after which a message in doubt is looked for
	LookEvery   time.Duration // between two looks at ALLY_PLAYBOOKS_DIR
	// CalendarEvery is between two looks at what is due.
	CalendarEvery time.Duration
	// QueueHold is how long what is due is at least left to the queue, Workers how
	// many batches of it are done at a time.
	QueueHold time.Duration
	Workers   int
}

// App is the bot. New makes it, Run runs it.
type App struct {
	cfg      config.Config
	deps     Deps
	log      *zap.Logger
	redis    *redisdb.DB
	content  *content.Store
	contacts string
	metrics  *prometheus.Registry

	street atomic.Pointer[street] // nil until Slack knows the bot
	http   *http.Server
	failed chan error

	stopWatching func() // of the content; nil until it is watched
}

// New checks everything that can be checked without asking Slack or Redis.
// Errors are one line that says what to correct.
func New(cfg config.Config, deps Deps) (*App, error) {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	if deps.HTTP == nil {
		deps.HTTP = slackClient()
	}
	if deps.Words == nil {
		deps.Words = playbooks.FS
	}
	a := &App{cfg: cfg, deps: deps, log: deps.Log, redis: deps.Redis, failed: make(chan error, 2)}

	var err error
	if a.contacts, err = Contacts(cfg.ContactsFile); err != nil {
		return nil, err
	}
	a.metrics = newMetrics(deps.Version)
	if a.content = deps.Content; a.content == nil {
		if a.content, err = content.Open(content.Options{
			BuiltIn: deps.Words, Dir: cfg.PlaybooksDir, Now: deps.Now, Log: a.log.Named("content"), Metrics: a.metrics,
		}); err != nil {
			return nil, err
		}
	}
	if a.redis == nil {
		if a.redis, err = redisdb.Open(cfg.RedisURL.Reveal(), redisdb.WithLogger(a.log)); err != nil {
			return nil, fmt.Errorf("REDIS_URL: %w", err)
		}
	}
	return a, nil
}

// slackClient never waits forever: a half-open connection must not hold the bot.
func slackClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = 10 * time.Second
	t.MaxIdleConnsPerHost = t.MaxIdleConns // all go to one host; two would be opened anew all the time
	return &http.Client{Transport: t, Timeout: 15 * time.Second}
}

// Run starts the bot and works until ctx ends or something fails for good. It
// then stops in order, and returns nil if all work was finished or handed back.
func (a *App) Run(ctx context.Context) error {
	if err := a.Start(ctx); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		_ = a.Stop(stopping) // the reason is worth more than what came after it
		if ctx.Err() != nil {
			return nil // asked to stop before it had started
		}
		return err
	}
	var failure error
	select {
	case <-ctx.Done():
		a.log.Info("stopping")
	case failure = <-a.failed:
		a.log.Error("stopping", zap.Error(failure))
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(failure, a.Stop(stopping))
}

// Start asks Slack who the bot is, opens the sockets and serves health. It
// returns once everything is on its way; WaitReady waits for it.
func (a *App) Start(ctx context.Context) error {
	if err := a.redis.Ping(ctx); err != nil {
		// No reason to stay away: finding words needs no Redis.
		a.log.Warn("Redis does not answer; what needs no state works", zap.Error(err))
	}
	// Health first, so that whoever waits for the bot sees why it is not ready.
	if err := a.serveHealth(ctx); err != nil {
		return err
	}
	s, err := a.openStreet(ctx)
	if err != nil {
		a.closeHealth(ctx)
		return err
	}
	a.street.Store(s)
	a.watchContent(ctx)
	a.log.Info("started", zap.String("version", a.deps.Version),
		zap.Int("scripts", len(a.content.Library().Scripts())), zap.Int("sockets", int(a.cfg.Sockets)))
	return nil
}

// Failed tells of what the bot cannot go on with.
func (a *App) Failed() <-chan error { return a.failed }

// Stop ends the intake, finishes or hands back the work under way, and closes
// everything, within the deadline of ctx.
func (a *App) Stop(ctx context.Context) error {
	var errs []error
	if a.stopWatching != nil {
		a.stopWatching()
	}
	if s := a.street.Load(); s != nil {
		errs = append(errs, s.stop(ctx))
	}
	a.closeHealth(ctx)
	if a.deps.Redis == nil {
		errs = append(errs, a.redis.Close())
	}
	return errors.Join(errs...)
}

// serveHealth listens on ALLY_HTTP_ADDR; without one it does not.
func (a *App) serveHealth(ctx context.Context) error {
	if a.cfg.HTTPAddr == "" {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", string(a.cfg.HTTPAddr))
	if err != nil {
		return fmt.Errorf("ALLY_HTTP_ADDR: cannot listen on %s, choose another address: %w", a.cfg.HTTPAddr, err)
	}
	a.http = &http.Server{
		Handler:           handler(a.Checks, a.metrics),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          zap.NewStdLog(a.log),
	}
	go func() {
		if err := a.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.fail(fmt.Errorf("serving health and metrics: %w", err))
		}
	}()
	return nil
}

func (a *App) closeHealth(ctx context.Context) {
	if a.http != nil {
		_ = a.http.Shutdown(ctx) // what is still being read is of no use any more
	}
}

func (a *App) fail(err error) {
	select {
	case a.failed <- err:
	default: // one reason is enough
	}
}
