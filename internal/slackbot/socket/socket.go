// Package socket keeps the Socket Mode connections to Slack open and hands on
// what arrives over them, undecoded.
//
// Every connection is a client of slack-go of its own that is used once: what
// was to be answered over it dies with it and can never be sent over another.
// One goroutine per connection only drains it. When and how often a new one is
// opened is decided here, by a breaker that all connections share, because
// slack-go reconnects without a pause when Slack keeps disconnecting.
package socket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
)

// Types of envelopes.
const (
	Events       = "events_api"
	SlashCommand = "slash_commands"
	Interactive  = "interactive"
)

// MaxAck is the size in bytes at which Slack drops an acknowledgement
// (slack-go issue 1196: 20 KB), less some room for what surrounds the payload.
const MaxAck = 20*1024 - 200

// DefaultPingInterval has a half-open connection noticed within a minute.
const DefaultPingInterval = 25 * time.Second

// ErrTooLarge is returned by Ack for a payload Slack would drop.
var ErrTooLarge = errors.New("the answer is larger than Slack accepts in an acknowledgement (20 KB)")

// Envelope is one thing Slack wants answered. Payload is as Slack sent it and
// may be anything.
type Envelope struct {
	ID       string
	Type     string
	Payload  json.RawMessage
	Received time.Time
	// Ack answers over the connection the envelope came by. It returns nil
	// once the answer is written, and waits no longer than the ack timeout.
	Ack func(ctx context.Context, payload any) error
}

// Options of a Pool. Zero values take the defaults named.
type Options struct {
	AppToken string
	APIURL   string // default https://slack.com/api/
	Sockets  int    // connections to keep, default 2; Slack allows 10 an app
	// Take is handed every envelope and must not block. When it returns false
	// there is no room: an event is then left for Slack to send again, and
	// everything else is answered with Busy.
	Take func(Envelope) bool
	// Busy is the payload that says to a person to try again.
	Busy func(Envelope) any
	// Gap is told when no connection was open: events may have been missed.
	Gap func(from, to time.Time)

	Transport        http.RoundTripper // for apps.connections.open; default http.DefaultTransport
	OpenTimeout      time.Duration     // for apps.connections.open, default 10 s
	HandshakeTimeout time.Duration     // for the WebSocket handshake, default 10 s
	AckTimeout       time.Duration     // default 2 s
	// PingInterval: a connection without a ping of Slack for that long is
	// dead; noticed after twice that at worst. Default DefaultPingInterval.
	PingInterval time.Duration
	ReadLimit    int64 // bytes in one message of Slack, default 4 MiB

	Breaker BreakerOptions
	Logger  *zap.Logger
	Metrics prometheus.Registerer
}

func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.OpenTimeout, 10*time.Second)
	def(&o.HandshakeTimeout, 10*time.Second)
	def(&o.AckTimeout, 2*time.Second)
	def(&o.PingInterval, DefaultPingInterval)
	if o.APIURL == "" {
		o.APIURL = "https://slack.com/api/"
	}
	if o.Sockets <= 0 {
		o.Sockets = 2
	}
	if o.ReadLimit == 0 {
		o.ReadLimit = 4 << 20
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Take == nil {
		o.Take = func(Envelope) bool { return false }
	}
	if o.Busy == nil {
		o.Busy = func(Envelope) any { return nil }
	}
	if o.Gap == nil {
		o.Gap = func(time.Time, time.Time) {}
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Breaker.Burst == 0 {
		o.Breaker.Burst = 2*o.Sockets + 2
	}
	return o
}

// Status is the state of the connections.
type Status struct {
	// Connected counts the connections that Slack greeted.
	Connected int
	// LastConnected is when Slack last greeted one, LastLost when one was last
	// lost; zero if never.
	LastConnected, LastLost time.Time
}

// Pool keeps Options.Sockets connections open.
type Pool struct {
	opts    Options
	breaker *breaker
	metrics *metrics
	refuse  chan struct{} // closed when nothing more is taken
	once    sync.Once

	busy sync.WaitGroup // answers that say "busy"
	room chan struct{}  // bounds them

	mu     sync.Mutex
	status Status
	silent time.Time // since when no connection is open; zero before the first
	live   map[*connection]bool
}

// New makes a Pool; Run opens its connections.
func New(o Options) *Pool {
	o = o.withDefaults()
	return &Pool{
		opts:    o,
		breaker: newBreaker(o.Breaker),
		metrics: newMetrics(o.Metrics),
		refuse:  make(chan struct{}),
		room:    make(chan struct{}, maxBusy),
		live:    map[*connection]bool{},
	}
}

// Status says how many connections are open.
func (p *Pool) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Refuse stops the intake while the connections stay open for the answers still
// due: from now on events are left for Slack to send again, to another replica,
// and everything else is answered with Busy.
func (p *Pool) Refuse() { p.once.Do(func() { close(p.refuse) }) }

// Run keeps the connections until ctx ends, when it returns nil, or until Slack
// refuses the token for good, when it returns what to do about it.
func (p *Pool) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for n := range p.opts.Sockets {
		wg.Go(func() {
			if err := p.supervise(ctx, n+1); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	p.busy.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// supervise opens one connection after the other.
func (p *Pool) supervise(ctx context.Context, n int) error {
	log := p.opts.Logger.With(zap.Int("socket", n))
	for {
		if err := p.breaker.wait(ctx); err != nil {
			return nil
		}
		began := time.Now()
		p.metrics.opens.Inc()
		c := newConnection(p, log)
		err := c.run(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if fatal := fatalError(err); fatal != nil {
			return fatal
		}
		lived := time.Duration(0)
		if !c.greeted.IsZero() {
			lived = time.Since(c.greeted)
		}
		pause := p.breaker.ended(lived, retryAfter(err))
		p.metrics.closed.WithLabelValues(endOf(c, err)).Inc()
		log.Info("socket closed", zap.Duration("after", time.Since(began).Round(time.Millisecond)),
			zap.Duration("next_in", pause.Round(time.Millisecond)), zap.String("why", safeError(err)))
	}
}

func (p *Pool) greeted(c *connection, connections int) {
	now := time.Now()
	p.mu.Lock()
	p.live[c] = true
	p.status.Connected = len(p.live)
	p.status.LastConnected = now
	from := p.silent
	p.silent = time.Time{}
	p.mu.Unlock()
	p.metrics.connected.Set(float64(p.Status().Connected))
	p.metrics.appConnections.Set(float64(connections))
	if !from.IsZero() {
		p.opts.Gap(from, now)
	}
}

func (p *Pool) lost(c *connection) {
	p.mu.Lock()
	if p.live[c] {
		delete(p.live, c)
		p.status.Connected = len(p.live)
		p.status.LastLost = time.Now()
		if len(p.live) == 0 {
			p.silent = p.status.LastLost
		}
	}
	connected := p.status.Connected
	p.mu.Unlock()
	p.metrics.connected.Set(float64(connected))
}

// maxBusy bounds the answers that say "busy" and are not written yet. A socket
// writes thousands of them a second, so that they all arrive within Slack's 3 s.
const maxBusy = 4096

// take hands an envelope on, or turns it away, without blocking.
func (p *Pool) take(e Envelope) {
	p.metrics.envelopes.WithLabelValues(kindOf(e.Type)).Inc()
	select {
	case <-p.refuse:
	default:
		if p.opts.Take(e) {
			return
		}
	}
	p.metrics.refused.WithLabelValues(kindOf(e.Type)).Inc()
	if e.Type == Events {
		return
	}
	select {
	case p.room <- struct{}{}:
	default:
		return
	}
	p.busy.Go(func() {
		defer func() { <-p.room }()
		_ = e.Ack(context.Background(), p.opts.Busy(e))
	})
}

// kindOf keeps what Slack may invent out of the label.
func kindOf(t string) string {
	switch t {
	case Events, SlashCommand, Interactive:
		return t
	}
	return "other"
}
