package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"go.uber.org/zap"
)

// errEnded is why an acknowledgement cannot be sent any more.
var errEnded = errors.New("the socket the envelope came by is closed")

// errReconnect keeps slack-go from opening a second connection by itself.
var errReconnect = errors.New("this client connects only once")

// connection is one Socket Mode connection, from its opening to its end.
type connection struct {
	pool    *Pool
	log     *zap.Logger
	client  *socketmode.Client
	life    context.Context // ends with the connection
	end     context.CancelFunc
	greeted time.Time // when Slack said hello

	turn chan struct{} // held while an ack is queued, so that order is known
	mu   sync.Mutex
	// queued and written count acknowledgements; wake is closed and renewed
	// when written grows.
	queued, written int
	wake            chan struct{}
	broken          atomic.Bool // a write failed
}

func newConnection(p *Pool, log *zap.Logger) *connection {
	c := &connection{pool: p, log: log, turn: make(chan struct{}, 1), wake: make(chan struct{})}
	c.life, c.end = context.WithCancel(context.Background())
	api := slack.New("",
		slack.OptionAppLevelToken(p.opts.AppToken),
		slack.OptionAPIURL(p.opts.APIURL),
		slack.OptionHTTPClient(&http.Client{Timeout: p.opts.OpenTimeout, Transport: &oneOpen{base: p.opts.Transport}}),
	)
	c.client = socketmode.New(api,
		socketmode.OptionPingInterval(p.opts.PingInterval),
		socketmode.OptionReadLimit(p.opts.ReadLimit),
		socketmode.OptionLog(quiet{}),
		socketmode.OptionDialer(c.dialer()),
	)
	return c
}

func (c *connection) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: c.pool.opts.HandshakeTimeout,
		// An answer must leave in one frame: Slack does not put
		// fragments together again (slack-go issue 1196).
		WriteBufferSize: 32 * 1024,
		WriteBufferPool: (*writes)(c),
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return watched{conn, &c.broken}, err
		},
	}
}

// watched notes that a write failed.
type watched struct {
	net.Conn
	broken *atomic.Bool
}

func (w watched) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	if err != nil {
		w.broken.Store(true)
	}
	return n, err
}

// run opens the connection and drains it until it ends, and returns why.
func (c *connection) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer c.pool.lost(c)
	ended := make(chan error, 1)
	go func() { ended <- c.client.RunContext(ctx) }()
	defer c.end()
	for {
		select {
		case evt := <-c.client.Events:
			if err := c.handle(evt); err != nil {
				cancel(err)
			}
		case err := <-ended:
			if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
				return cause
			}
			return err
		}
	}
}

// handle deals with one event of slack-go. An error ends the connection.
func (c *connection) handle(evt socketmode.Event) error {
	switch evt.Type {
	case socketmode.EventTypeConnectionError:
		if e, ok := evt.Data.(*slack.ConnectionErrorEvent); ok && e.ErrorObj != nil {
			return e.ErrorObj
		}
		return errors.New("no connection")
	case socketmode.EventTypeHello:
		c.hello(evt.Request.NumConnections)
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive:
		r := evt.Request
		c.take(Envelope{ID: r.EnvelopeID, Type: r.Type, Payload: r.Payload})
	case socketmode.EventTypeErrorBadMessage:
		if e, ok := evt.Data.(*socketmode.ErrorBadMessage); ok {
			return c.undecoded(e.Message)
		}
	case socketmode.EventTypeErrorWriteFailed:
		return errors.New("writing to the socket failed")
	}
	return nil
}

func (c *connection) hello(connections int) {
	if c.greeted.IsZero() {
		c.greeted = time.Now()
		c.pool.greeted(c, connections)
		c.log.Info("socket connected", zap.Int("connections_of_app", connections))
	}
}

// undecoded deals with a frame slack-go could not decode: one odd field in a
// payload is no reason to lose the envelope.
func (c *connection) undecoded(frame json.RawMessage) error {
	c.pool.metrics.undecoded.Inc()
	e := readFrame(frame)
	switch {
	case e.Type == "disconnect":
		return errReconnect
	case e.Type == "hello":
		c.hello(0)
	case e.ID == "":
		c.log.Warn("a frame of Slack without an envelope id was dropped", zap.Int("bytes", len(frame)))
	default:
		c.take(e)
	}
	return nil
}

// readFrame takes what it can from a frame; a field of an unexpected type is
// left out.
func readFrame(frame json.RawMessage) Envelope {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(frame, &fields)
	e := Envelope{Payload: fields["payload"]}
	_ = json.Unmarshal(fields["envelope_id"], &e.ID)
	_ = json.Unmarshal(fields["type"], &e.Type)
	return e
}

func (c *connection) take(e Envelope) {
	if e.ID == "" {
		return
	}
	id := e.ID
	e.Received = time.Now()
	e.Ack = func(ctx context.Context, payload any) error { return c.ack(ctx, id, payload) }
	c.pool.take(e)
}

// ack queues an answer and waits until it is written.
func (c *connection) ack(ctx context.Context, envelopeID string, payload any) error {
	err := c.send(ctx, envelopeID, payload)
	result := "sent"
	switch {
	case errors.Is(err, ErrTooLarge):
		result = "too_large"
	case err != nil:
		result = "failed"
	}
	c.pool.metrics.acks.WithLabelValues(result).Inc()
	if err != nil {
		return fmt.Errorf("acknowledging: %w", err)
	}
	return nil
}

func (c *connection) send(ctx context.Context, envelopeID string, payload any) error {
	res := socketmode.Response{EnvelopeID: envelopeID}
	if payload != nil {
		b, err := json.Marshal(payload)
		if err != nil {
			return fmt.Errorf("writing the payload: %w", err)
		}
		if len(b) >= MaxAck {
			return ErrTooLarge
		}
		res.Payload = json.RawMessage(b)
	}
	ctx, cancel := context.WithTimeout(ctx, c.pool.opts.AckTimeout)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)() // slack-go would wait for room in its queue
	select {
	case c.turn <- struct{}{}:
	case <-c.life.Done():
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	}
	err := c.client.SendCtx(ctx, res)
	c.mu.Lock()
	if err == nil {
		c.queued++
	}
	mine := c.queued
	c.mu.Unlock()
	<-c.turn
	if err != nil {
		if c.life.Err() != nil {
			return errEnded
		}
		return err
	}
	for {
		c.mu.Lock()
		written, wake := c.written, c.wake
		c.mu.Unlock()
		if written >= mine {
			return nil
		}
		select {
		case <-wake:
		case <-c.life.Done():
			return errEnded
		case <-ctx.Done():
			if c.life.Err() != nil {
				return errEnded
			}
			return ctx.Err()
		}
	}
}

// writes counts the messages written: gorilla gives a buffer back to its pool
// once the message in it was written, or could not be, and slack-go only says
// "queued".
type writes connection

var buffers sync.Pool

func (w *writes) Get() any { return buffers.Get() }

func (w *writes) Put(b any) {
	buffers.Put(b)
	if w.broken.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written++
	close(w.wake)
	w.wake = make(chan struct{})
}

// oneOpen lets one call of apps.connections.open pass and no more.
type oneOpen struct {
	base http.RoundTripper
	once sync.Once
}

func (o *oneOpen) RoundTrip(r *http.Request) (*http.Response, error) {
	first := false
	o.once.Do(func() { first = true })
	if !first || !strings.HasSuffix(r.URL.Path, "apps.connections.open") {
		return nil, errReconnect
	}
	return o.base.RoundTrip(r)
}

// quiet drops what slack-go would print.
type quiet struct{}

func (quiet) Output(int, string) error { return nil }
