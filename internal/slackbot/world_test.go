package slackbot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/blockkit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/sender"
	"allybot/internal/slackbot/socket"
	"allybot/internal/slacksim"
)

// world is a simulated workspace with a bot of small rooms in it.
type world struct {
	*slacksim.Sim
	t       *testing.T
	redis   *redistest.Server
	logs    *observer.ObservedLogs
	log     *zap.Logger
	sam     *slacksim.Actor
	general string
	room    *room
}

// replica is one process of the bot.
type replica struct {
	*slackbot.Gateway
	crash context.CancelFunc
	done  chan error
	ended chan struct{}
}

// room counts what reached it.
type room struct {
	mu    sync.Mutex
	seen  map[string]int
	tasks map[string]bool
	hold  chan struct{} // closed: the held work goes on
	needs atomic.Pointer[redisdb.DB]
	send  slackbot.Sender
}

func (r *room) saw(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[what]++
}

func (r *room) count(what string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[what]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	m, err := manifest.JSON(manifest.Optional()...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := slacksim.Start(slacksim.Options{Manifest: m, PingInterval: 100 * time.Millisecond, NoRateLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	core, logs := observer.New(zapcore.DebugLevel)
	w := &world{
		Sim: s, t: t, redis: redistest.New(t, "--appendonly", "yes"), logs: logs, log: zap.New(core),
		room: &room{seen: map[string]int{}, tasks: map[string]bool{}, hold: make(chan struct{})},
	}
	w.sam = s.As(s.AddPerson(slacksim.Person{ID: "USAM", Name: "sam", RealName: "Sam"}))
	w.general = s.AddChannel(slacksim.Channel{Name: "general", Members: []string{"USAM"}, WithBot: true})
	return w
}

func (w *world) options() slackbot.Options {
	db, err := redisdb.Open(w.redis.URL())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	send := sender.New(sender.Options{Token: w.BotToken(), APIURL: w.APIURL(), DB: db, Logger: w.log, PostsPerSecond: 1000})
	w.room.send = send
	w.room.needs.Store(db)
	return slackbot.Options{
		Router: w.router(), Sender: send, DB: db, AppToken: w.AppToken(), BotToken: w.BotToken(), APIURL: w.APIURL(),
		Self:        slackbot.Identity{UserID: w.BotUserID(), BotID: w.BotID(), AppID: w.AppID(), TeamID: w.TeamID()},
		Logger:      w.log,
		HandlerTime: time.Second,
		Socket:      socket.Options{PingInterval: time.Second, Breaker: socket.BreakerOptions{Base: time.Millisecond, Max: 10 * time.Millisecond, Burst: 100}},
		Inbox:       inbox.Options{Lease: 300 * time.Millisecond, Pause: func(int) time.Duration { return 10 * time.Millisecond }},
	}
}

func (w *world) start() *replica { return w.startWith(w.options()) }

func (w *world) startWith(o slackbot.Options) *replica {
	w.t.Helper()
	g, err := slackbot.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &replica{Gateway: g, crash: cancel, done: make(chan error, 1), ended: make(chan struct{})}
	go func() {
		r.done <- g.Run(ctx)
		close(r.ended)
	}()
	w.t.Cleanup(func() { cancel(); <-r.ended })
	w.wait("the sockets", func() bool { return g.Status().Connected == 2 })
	return r
}

func (w *world) wait(what string, ok func() bool) {
	w.t.Helper()
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(15 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain for %s; the log:\n%s", what, w.logText())
		}
	}
}

func (w *world) logText() string {
	var b strings.Builder
	for _, e := range w.logs.All() {
		fmt.Fprintln(&b, e.Level, e.Message, e.ContextMap())
	}
	return b.String()
}

// settled waits until everything taken is worked off.
func (w *world) settled(r *replica) {
	w.t.Helper()
	w.wait("an empty inbox", func() bool { n, err := r.Waiting(context.Background()); return err == nil && n == 0 })
}

// awaySender is a Slack that does not answer at first.
type awaySender struct {
	slackbot.Sender
	left atomic.Int32
}

func (s *awaySender) Post(ctx context.Context, intent, channelID, threadTS string, m blockkit.Message) (slackbot.Posted, error) {
	if s.left.Add(-1) >= 0 {
		return slackbot.Posted{}, fmt.Errorf("chat.postMessage: %w", slackbot.ErrUnavailable)
	}
	return s.Sender.Post(ctx, intent, channelID, threadTS, m)
}

func said(format string, args ...any) blockkit.Message {
	text := fmt.Sprintf(format, args...)
	return blockkit.Message{Text: text, Blocks: []slack.Block{blockkit.Section(text)}}
}

// router registers small rooms that do what real ones do.
func (w *world) router() *slackbot.Router {
	r, m := slackbot.NewRouter(), w.room
	anything := func(string) slackbot.Parsed { return slackbot.Parses }
	r.FreeText(func(_ context.Context, q slackbot.Request) (slackbot.Reply, error) {
		m.saw("free text")
		answer := said("Words for: %s", q.Text)
		answer.Blocks = append(answer.Blocks, slack.NewActionBlock("", slack.NewButtonBlockElement("show:1", "more", slack.NewTextBlockObject("plain_text", "More", false, false)),
			slack.NewButtonBlockElement("keep:1", "it", slack.NewTextBlockObject("plain_text", "Keep", false, false))))
		return slackbot.Reply{Message: answer}, nil
	})
	r.Command(slackbot.Command{Answer: func(context.Context, slackbot.Request) (slackbot.Reply, error) {
		return slackbot.Reply{Message: said("What is it about?")}, nil
	}})
	r.Command(slackbot.Command{Word: "help", Answer: func(context.Context, slackbot.Request) (slackbot.Reply, error) {
		return slackbot.Reply{Message: said("Here to help")}, nil
	}})
	r.Command(slackbot.Command{Word: "fail", Parse: anything, Answer: func(_ context.Context, q slackbot.Request) (slackbot.Reply, error) {
		return slackbot.Reply{}, errors.New("the database of words is on fire")
	}})
	r.Command(slackbot.Command{Word: "panic", Parse: anything, Answer: func(_ context.Context, q slackbot.Request) (slackbot.Reply, error) {
		panic(q.Rest)
	}})
	r.Command(slackbot.Command{Word: "slow", Parse: anything, Answer: func(ctx context.Context, _ slackbot.Request) (slackbot.Reply, error) {
		m.saw("slow")
		<-m.hold
		return slackbot.Reply{Message: said("too late")}, nil
	}})
	r.Command(slackbot.Command{Word: "later", Parse: anything, Answer: func(_ context.Context, q slackbot.Request) (slackbot.Reply, error) {
		task, err := slackbot.NewTask("later", q.Rest)
		return slackbot.Reply{Message: said("I will"), Task: task}, err
	}})
	r.Command(slackbot.Command{Word: "after", Parse: anything, Answer: func(_ context.Context, q slackbot.Request) (slackbot.Reply, error) {
		m.saw("asked")
		task, err := slackbot.NewTask("later", fmt.Sprintf("try %d", m.count("asked")))
		return slackbot.Reply{Message: said("Here it is"), After: task}, err
	}})
	r.Command(slackbot.Command{Word: "count", Answer: func(ctx context.Context, _ slackbot.Request) (slackbot.Reply, error) {
		n, err := m.needs.Load().Client.DBSize(ctx).Result()
		return slackbot.Reply{Message: said("%d keys", n)}, err
	}})
	slackbot.Handle(r, "later", func(ctx context.Context, t slackbot.Task, s string) error {
		m.saw("begun " + s)
		if s == "hold" {
			select {
			case <-m.hold:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		m.saw("later " + s)
		return nil
	})
	r.Action("show", func(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
		m.saw("show")
		return m.send.Replace(ctx, a.Origin, said("Shown: %s", a.Value))
	}, slackbot.Stateless)
	r.Action("keep", func(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
		m.saw("keep " + a.Value)
		return nil
	})
	r.Action("welcome", func(_ context.Context, _ slackbot.Task, a slackbot.Action) error {
		m.saw("welcome " + a.Value)
		return nil
	}, slackbot.Anyone)
	r.Action("refused", func(context.Context, slackbot.Task, slackbot.Action) error {
		m.saw("refused")
		return fmt.Errorf("chat.postMessage: %w", slackbot.ErrNotInChannel)
	})
	r.Action("late", func(context.Context, slackbot.Task, slackbot.Action) error {
		m.saw("late")
		return fmt.Errorf("views.open: %w", slackbot.ErrTriggerExpired)
	})
	r.Action("broken", func(context.Context, slackbot.Task, slackbot.Action) error {
		m.saw("broken")
		return errors.New("no")
	})
	r.Shortcut("find_words", func(ctx context.Context, _ slackbot.Task, s slackbot.Shortcut) error {
		m.saw("find_words " + s.MessageText)
		return m.send.OpenModal(ctx, s.TriggerID, blockkit.Modal{CallbackID: "form", Title: "Words", Submit: "Send", Blocks: []slack.Block{
			slack.NewInputBlock("what", slack.NewTextBlockObject("plain_text", "What", false, false), nil, slack.NewPlainTextInputBlockElement(nil, "what")),
		}})
	}, slackbot.Stateless)
	r.Shortcut("open_ally", func(context.Context, slackbot.Task, slackbot.Shortcut) error {
		m.saw("open_ally")
		return errors.New("no door")
	})
	r.Submission("form", func(_ context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
		m.saw("submission")
		switch what := s.State["what"].Value; what {
		case "wrong":
			return slackbot.SubmissionReply{Errors: map[string]string{"what": "Please say more"}}, nil
		case "fail":
			return slackbot.SubmissionReply{}, errors.New("no")
		default:
			task, err := slackbot.NewTask("later", what)
			return slackbot.SubmissionReply{Task: task}, err
		}
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.HomeOpened) error {
		m.saw("home of " + e.UserID)
		return nil
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.HomeOpened) error {
		m.saw("another room's home of " + e.UserID)
		return nil
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.Huddle) error {
		m.saw(fmt.Sprintf("huddle %s ended %v", e.ChannelID, e.Ended))
		return nil
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.HuddlePresence) error {
		m.saw(fmt.Sprintf("%s in huddle %v", e.UserID, e.InHuddle))
		return nil
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.MessageDeleted) error {
		m.saw("deleted " + e.TS)
		return nil
	})
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.ReactionAdded) error {
		m.saw(fmt.Sprintf("%s by %s to %s", e.Emoji, e.UserID, e.AuthorID))
		return nil
	}, slackbot.Only(func(e slackbot.ReactionAdded) bool { return e.Emoji != "eyes" }))
	slackbot.Handle(r, "hopeless", func(context.Context, slackbot.Task, string) error {
		m.saw("hopeless")
		return slackbot.ErrNotInChannel
	}, slackbot.OrElse(func(_ context.Context, t slackbot.Task) { m.saw("told of " + string(t.Payload)) }))
	r.Action("doomed", func(context.Context, slackbot.Task, slackbot.Action) error {
		m.saw("doomed")
		return slackbot.ErrNotInChannel
	}, slackbot.OrElse(func(_ context.Context, t slackbot.Task) {
		m.saw("told by the room")
		panic("and fell over")
	}))
	return r
}

// answers are the messages of the bot that sam sees in a conversation.
func (w *world) answers(channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range w.sam.Messages(channel) {
		if m.BotID != "" || m.UserID == w.BotUserID() {
			out = append(out, m)
		}
	}
	return out
}

func (w *world) answered(x *slacksim.Exchange) string {
	w.t.Helper()
	if err := x.Wait(4 * time.Second); err != nil {
		w.t.Fatalf("not answered: %v; the log:\n%s", err, w.logText())
	}
	return string(x.Payload())
}

func (w *world) noViolations() {
	w.t.Helper()
	if v := w.Violations(); len(v) > 0 {
		w.t.Errorf("what Slack would not accept: %v", v)
	}
}
