package lessons

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/channels"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/playbooks"
)

// content is what comes with Ally, read once for all tests.
var content = sync.OnceValue(func() *playbook.Library {
	l, problems := playbook.Load(playbooks.FS)
	if l == nil {
		panic(problems)
	}
	return l
})

// fakeSlack remembers what was sent. What this room must never call panics.
type fakeSlack struct {
	slackbot.Sender
	replaced, whispered []blockkit.Message
	posted, direct      map[string]string // by intent
	opened, updated     []blockkit.Modal
	postErr, openErr    error
	during              func() // once, while a message is posted
}

func (f *fakeSlack) Replace(_ context.Context, _ slackbot.Origin, m blockkit.Message) error {
	f.replaced = append(f.replaced, m)
	return nil
}

func (f *fakeSlack) Whisper(_ context.Context, _ string, m blockkit.Message) error {
	f.whispered = append(f.whispered, m)
	return nil
}

func (f *fakeSlack) Post(_ context.Context, intent, channelID, _ string, m blockkit.Message) (slackbot.Posted, error) {
	if f.postErr != nil {
		return slackbot.Posted{}, f.postErr
	}
	if during := f.during; during != nil {
		f.during = nil
		during()
	}
	f.posted[intent] = channelID + ": " + m.Text
	return slackbot.Posted{ChannelID: channelID, TS: "1.1"}, nil
}

func (f *fakeSlack) Direct(_ context.Context, intent, userID string, m blockkit.Message) (slackbot.Posted, error) {
	f.direct[intent] = userID + ": " + m.Text
	return slackbot.Posted{}, nil
}

func (f *fakeSlack) OpenModal(_ context.Context, _ string, v blockkit.Modal) error {
	if f.openErr == nil {
		f.opened = append(f.opened, v)
	}
	return f.openErr
}

func (f *fakeSlack) PushModal(ctx context.Context, id string, v blockkit.Modal) error {
	return f.OpenModal(ctx, id, v)
}

func (f *fakeSlack) UpdateModal(_ context.Context, _ string, v blockkit.Modal) error {
	f.updated = append(f.updated, v)
	return nil
}

type fakePeople struct {
	People
	all map[string]people.Person
	err error
}

func (f *fakePeople) Find(_ context.Context, userID string) (people.Person, error) {
	p, ok := f.all[userID]
	if f.err == nil && !ok {
		return people.Person{}, people.ErrUnknown
	}
	return p, f.err
}

func (f *fakePeople) Name(_ context.Context, userID, _ string) string { return f.all[userID].Name }

type fakeChannels map[string]channels.Channel

func (f fakeChannels) Find(_ context.Context, id string) (channels.Channel, error) {
	c, ok := f[id]
	if !ok {
		return c, channels.ErrHidden
	}
	return c, nil
}

func (f fakeChannels) Has(_ context.Context, _ string, userIDs ...string) (map[string]bool, error) {
	in := map[string]bool{}
	for _, id := range userIDs {
		in[id] = id != "U0OUT"
	}
	return in, nil
}

func (f fakeChannels) Forget(string) {}

// testRoom is the room over a real Redis and a fake Slack.
type testRoom struct {
	*room
	t      *testing.T
	slack  *fakeSlack
	people *fakePeople
	redis  *redistest.Server
	clock  time.Time
	fresh  int // how often Home was published anew
	shown  []slackbot.ScriptToShow
	welc   []slackbot.WelcomeAgain
}

func enter(t *testing.T) *testRoom {
	t.Helper()
	r := &testRoom{
		t: t, redis: redistest.New(t), clock: sunday.Day().Add(12 * time.Hour),
		slack: &fakeSlack{posted: map[string]string{}, direct: map[string]string{}},
		people: &fakePeople{all: map[string]people.Person{
			"U0NOOR": {ID: "U0NOOR", Name: "Noor", TZ: "Europe/Berlin"}, "U0SAM": {ID: "U0SAM", Name: "Sam"},
			"U0GUS": {ID: "U0GUS", Guest: true}, "U0OUT": {ID: "U0OUT"},
		}},
	}
	db, err := redisdb.Open(r.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := func() time.Time { return r.clock }
	router := slackbot.NewRouter()
	r.room = &room{Deps: Deps{
		Library: content, Book: NewBook(db, now), People: r.people, Send: r.slack, Hours: officeHours, Now: now,
		Channels: fakeChannels{
			"C0TEAM": {ID: "C0TEAM", BotIn: true}, "C0SHARED": {ID: "C0SHARED", BotIn: true, Shared: true},
			"C0OLD": {ID: "C0OLD", BotIn: true, Archived: true}, "C0OUT": {ID: "C0OUT"}, "D0NOOR": {ID: "D0NOOR", Direct: true},
		},
	}, router: router}
	r.Gate = nudge.New(nudge.Options{DB: db, People: r.people, Send: r.slack, Hours: officeHours, Now: now})
	r.registerLesson(router)
	r.registerStanding(router)
	r.registerSettings(router)
	r.registerChannel(router)
	slackbot.Handle(router, homeRefresh, func(context.Context, slackbot.Task, slackbot.HomeOpened) error { r.fresh++; return nil })
	slackbot.Handle(router, slackbot.ScriptOpen, func(_ context.Context, _ slackbot.Task, s slackbot.ScriptToShow) error {
		r.shown = append(r.shown, s)
		return nil
	})
	slackbot.Handle(router, slackbot.HomeWelcome, func(_ context.Context, _ slackbot.Task, w slackbot.WelcomeAgain) error {
		r.welc = append(r.welc, w)
		return nil
	})
	return r
}

// presses delivers a press as a task, as often as said.
func (r *testRoom) presses(times int, a slackbot.Action) {
	r.t.Helper()
	if a.UserID == "" {
		a.UserID = "U0NOOR"
	}
	name, _, _ := strings.Cut(a.ActionID, ":")
	task, err := slackbot.NewTask("action/"+name, a)
	if err != nil {
		r.t.Fatal(err)
	}
	task.ID = "task-of-" + a.ActionID
	for range times {
		if err := r.router.Do(r.t.Context(), *task); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *testRoom) find(id string) Subscription {
	r.t.Helper()
	s, err := r.Book.Find(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// takes makes Noor take lessons and gives her one today.
func (r *testRoom) takes() *playbook.Lesson {
	r.t.Helper()
	l := content().Lessons()[0]
	_, err := r.Book.Change(r.t.Context(), "U0NOOR", func(s *Subscription) error {
		s.Start(defaultSlot(officeHours), "Europe/Berlin", r.clock)
		s.Show(l, sunday, true)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

func inDM() slackbot.Origin {
	return slackbot.Origin{ChannelID: "D0NOOR", MessageTS: "1.1", ResponseURL: "r"}
}

func (r *testRoom) lastReplaced() string {
	r.t.Helper()
	if len(r.slack.replaced) == 0 {
		r.t.Fatal("no message was changed")
	}
	return said(r.t, r.slack.replaced[len(r.slack.replaced)-1].Blocks)
}

func said(t *testing.T, blocks []slack.Block) string { t.Helper(); return string(marshal(t, blocks)) }
