// Package sender is the one way out: every call the bot makes to Slack's Web
// API and every response URL it uses passes here.
//
// It keeps Slack's rate limits over all replicas, sits out Retry-After, and
// sends each intent effectively once: an outbox record is written before the
// call, and a call without a clear answer is looked up in the conversation
// before it is made again. Where the bot cannot read back, it is not made again.
//
// A sender is given ids, never decides what to say, and logs no text, token,
// response URL or trigger id.
package sender

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
)

// Defaults of Options.
const (
	DefaultAPIURL         = "https://slack.com/api/"
	DefaultHTTPTimeout    = 10 * time.Second
	DefaultSettleAfter    = 15 * time.Second
	DefaultPostsPerSecond = 2
)

// maxTries is how often a call that may be repeated is tried.
const maxTries = 4

// Options of a sender. Only Token is required; without DB nothing that must be
// sent once can be sent.
type Options struct {
	Token  string // xoxb-…
	APIURL string // the base that method names are appended to
	// HTTP makes the calls; its CheckRedirect is replaced, redirects are refused.
	HTTP *http.Client
	DB   *redisdb.DB
	// Now is the clock that message timestamps are compared with.
	Now func() time.Time
	// NewID makes opaque random ids, UUIDs by default.
	NewID   func() string
	Logger  *zap.Logger
	Metrics prometheus.Registerer
	// PostsPerSecond bounds chat.postMessage in the whole workspace.
	PostsPerSecond float64
	// Scopes of the bot token as Identify found them; nil means unknown.
	Scopes []string
	// HTTPTimeout is for one call.
	HTTPTimeout time.Duration
	// SettleAfter is how long after the start of a call without a clear answer
	// its message is looked for. It should exceed HTTPTimeout.
	SettleAfter time.Duration
}

// Sender implements slackbot.Sender. It is safe for use by several goroutines.
type Sender struct {
	client      *client
	limits      *limiter
	outbox      *outbox
	db          *redisdb.DB
	dms         *lru.Cache[string, string] // conversation with the bot by user id
	log         *zap.Logger
	metrics     *metrics
	now         func() time.Time
	newID       func() string
	scopes      []string
	settleAfter time.Duration
}

var _ slackbot.Sender = (*Sender)(nil)

// New makes a sender. It does not call Slack or Redis yet.
func New(o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = uuid.NewString
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.PostsPerSecond <= 0 {
		o.PostsPerSecond = DefaultPostsPerSecond
	}
	if o.SettleAfter <= 0 {
		o.SettleAfter = DefaultSettleAfter
	}
	dms, _ := lru.New[string, string](4096) // fails only for a size below 1
	s := &Sender{
		client:      newClient(o.Token, o.APIURL, o.HTTP, o.HTTPTimeout),
		db:          o.DB,
		dms:         dms,
		log:         o.Logger,
		metrics:     newMetrics(o.Metrics),
		now:         o.Now,
		newID:       o.NewID,
		scopes:      slices.Clone(o.Scopes),
		settleAfter: o.SettleAfter,
	}
	s.limits = newLimiter(o.DB, o.PostsPerSecond, o.NewID, s.metrics.waited)
	if o.DB != nil {
		s.outbox = &outbox{db: o.DB, now: o.Now}
	}
	return s
}

// Call makes a call that is harmless when repeated: everything that asks Slack
// something, and calls that only set something (reactions.add is not among
// them). It waits for the rate limit, sits out Retry-After, and tries again a
// few times after a passing failure. The answer is decoded into out, which may
// be nil. Errors match the sentinel errors of this package.
func (s *Sender) Call(ctx context.Context, method string, args url.Values, out any) error {
	return s.repeat(ctx, method, func(ctx context.Context) error { return s.once(ctx, method, args, out) })
}

// repeat tries a call a few times, waiting in line each time.
func (s *Sender) repeat(ctx context.Context, method string, call func(context.Context) error) error {
	tries, pauses := 0, 0
	for {
		if err := s.limits.wait(ctx, method, ""); err != nil {
			return err
		}
		err := call(ctx)
		if err == nil || !passing(err) || ctx.Err() != nil {
			return err
		}
		if limited(err) {
			if pauses++; pauses > maxPaused {
				return err
			}
			continue // the limiter knows of the pause
		}
		if tries++; tries == maxTries {
			return err
		}
		s.metrics.retried.WithLabelValues(method).Inc()
		if sleep(ctx, backoff(tries)) != nil {
			return err
		}
	}
}

// once makes one call and counts it; after a 429 all replicas rest.
func (s *Sender) once(ctx context.Context, method string, args url.Values, out any) error {
	start := time.Now()
	_, err := s.client.method(ctx, method, args, out)
	s.judge(ctx, method, start, err)
	return err
}

func (s *Sender) judge(ctx context.Context, method string, start time.Time, err error) {
	s.metrics.called(method, time.Since(start), err)
	if limited(err) {
		d := asError(err).RetryAfter
		s.limits.pause(ctx, method, d)
		s.log.Warn("Slack asks to slow down", zap.String("method", method), zap.Duration("for", d))
	}
}

// backoff before the next try: 200 ms, doubled each time, ±50 %.
func backoff(tries int) time.Duration {
	d := 200 * time.Millisecond << (tries - 1)
	return d/2 + rand.N(d) //nolint:gosec // jitter
}
