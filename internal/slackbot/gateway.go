package slackbot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"allybot/internal/redisdb"
	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/socket"
)

// Options of a Gateway. Router, Sender, DB, AppToken, BotToken and Self are
// required; zero values elsewhere take the defaults named.
type Options struct {
	Router *Router
	Sender Sender
	DB     *redisdb.DB
	// AppToken opens the sockets. BotToken encrypts what waits in Redis.
	AppToken, BotToken string
	APIURL             string // default https://slack.com/api/
	Sockets            int    // default 2
	// HTTP holds the transport that apps.connections.open is called by; may be nil.
	HTTP *http.Client
	// Self is who the bot is, from auth.test.
	Self Identity
	// External says whether a person is of another organisation, who are not
	// answered. Without it, only what Slack's events tell is known.
	External func(ctx context.Context, userID string) (bool, error)
	// Gap is told when no socket was open: events may be missing. May be nil.
	Gap     func(from, to time.Time)
	Logger  *zap.Logger
	Metrics prometheus.Registerer

	// HandlerTime is what a handler has that runs before the acknowledgement,
	// default 2 s: Slack waits 3 s.
	HandlerTime time.Duration
	// Waiting is how many people may wait for a handler before the next one is
	// told to try again in a moment, default 256.
	Waiting int
	// Socket and Inbox tune the parts; what is named above wins.
	Socket socket.Options
	Inbox  inbox.Options
}

// Gateway is the street: it takes what Slack sends, stores, acknowledges, routes
// and works it off.
type Gateway struct {
	opts    Options
	router  *Router
	send    Sender
	log     *zap.Logger
	sockets *socket.Pool
	inbox   *inbox.Inbox
	metrics *metrics

	people *lane // somebody waits for the answer
	events *lane // Slack sends it again

	stopOnce sync.Once
	closing  chan struct{} // closed when the sockets are to close
	stopped  chan struct{} // closed when Shutdown is done
	stopErr  error
}

// New prepares a Gateway; Run runs it. It registers the work of answering
// mentions and direct messages with the router.
func New(o Options) (*Gateway, error) {
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.HandlerTime == 0 {
		o.HandlerTime = 2 * time.Second
	}
	g := &Gateway{opts: o, router: o.Router, send: o.Sender, log: o.Logger, closing: make(chan struct{}), stopped: make(chan struct{})}
	g.metrics = newMetrics(o.Metrics)
	Handle(g.router, requestTask, g.answerRequest)
	g.people = newLane(o.Waiting, 32)
	g.events = newLane(1024, 32)

	box := o.Inbox
	box.DB, box.Secret, box.Logger, box.Metrics = o.DB, o.BotToken, o.Logger, o.Metrics
	box.Do, box.GiveUp = g.work, g.giveUp
	var err error
	if g.inbox, err = inbox.New(box); err != nil {
		return nil, err
	}

	sock := o.Socket
	sock.AppToken, sock.APIURL, sock.Logger, sock.Metrics = o.AppToken, o.APIURL, o.Logger, o.Metrics
	if o.Sockets != 0 {
		sock.Sockets = o.Sockets
	}
	if o.HTTP != nil {
		sock.Transport = o.HTTP.Transport
	}
	sock.Take, sock.Busy, sock.Gap = g.take, busy, o.Gap
	g.sockets = socket.New(sock)
	return g, nil
}

// Run works until Shutdown is done, when it returns nil, or until Slack refuses
// the app token, when it returns one line that says so. When ctx ends it drops
// everything as a crash would.
func (g *Gateway) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sockets, closeSockets := context.WithCancel(ctx)
	defer closeSockets()
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-g.closing:
			closeSockets()
		case <-ctx.Done():
		}
	})
	wg.Go(func() { g.people.work(ctx, g.handle) })
	wg.Go(func() { g.events.work(ctx, g.handle) })
	wg.Go(func() { _ = g.inbox.Run(ctx) })
	fatal := make(chan error, 1)
	wg.Go(func() {
		if err := g.sockets.Run(sockets); err != nil {
			fatal <- err
		}
	})

	var failure error
	select {
	case <-ctx.Done():
	case <-g.stopped:
	case failure = <-fatal:
		late, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer done()
		_ = g.Shutdown(late)
	}
	cancel()
	wg.Wait()
	return failure
}

// drainTime is how long stopping waits for a moment without anything to
// acknowledge: Slack waits 3 s.
const drainTime = 3 * time.Second

// Shutdown stops in order: what was taken is stored and acknowledged, the sockets
// close, the work under way is finished as far as ctx allows, and the rest is
// handed back to other replicas. Run returns afterwards.
func (g *Gateway) Shutdown(ctx context.Context) error {
	g.stopOnce.Do(func() {
		defer close(g.stopped)
		draining, cancel := context.WithTimeout(ctx, drainTime)
		defer cancel()
		drained := g.events.drain(draining)
		drained = g.people.drain(draining) && drained
		g.sockets.Refuse()
		close(g.closing)
		if !drained {
			g.stopErr = errors.New("not everything taken could be acknowledged in time; Slack sends events again")
		}
		g.stopErr = errors.Join(g.stopErr, g.inbox.Stop(ctx))
	})
	return g.stopErr
}

// Status says how the connections to Slack are.
func (g *Gateway) Status() socket.Status { return g.sockets.Status() }

// Waiting is the number of tasks not done yet, over all replicas.
func (g *Gateway) Waiting(ctx context.Context) (int64, error) { return g.inbox.Waiting(ctx) }

// Do stores a task for the room that registered its name, once for each mark,
// however often it is called: the way to start work that nobody asked for just
// now.
func (g *Gateway) Do(ctx context.Context, mark string, t Task) error {
	_, err := g.inbox.Accept(ctx, "do:"+mark, inbox.Task{Name: t.Name, Payload: t.Payload})
	return err
}

// Deleted says whether the deletion of a message was noted, within the last two
// hours: of conversations whose events Slack sends the bot.
func (g *Gateway) Deleted(ctx context.Context, channelID, ts string) (bool, error) {
	return g.inbox.Known(ctx, deletedMark(channelID, ts))
}

// take puts an envelope into its lane, or says that there is no room.
func (g *Gateway) take(e socket.Envelope) bool {
	if e.Type == socket.Events {
		return g.events.put(e)
	}
	return g.people.put(e)
}
