package home

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

// firstOpened is the name under which the welcome subscribed to the event.
const firstOpened = opened + "#2"

// fakeGate remembers what went through it, by intent.
type fakeGate struct {
	sent map[string]nudge.Occasion
	last blockkit.Message
	err  error
	n    int
}

func (f *fakeGate) Direct(_ context.Context, o nudge.Occasion, m blockkit.Message) (slackbot.Posted, error) {
	if f.err != nil {
		return slackbot.Posted{}, f.err
	}
	f.sent[o.Intent], f.last = o, m
	f.n++
	return slackbot.Posted{}, nil
}

type fakePeople map[string]people.Person

func (f fakePeople) Find(_ context.Context, userID string) (people.Person, error) {
	p, ok := f[userID]
	if !ok {
		return people.Person{}, people.ErrUnknown
	}
	return p, nil
}

// replacing remembers what replaced a message.
type replacing struct {
	*fakeSender
	last blockkit.Message
}

func (r *replacing) Replace(_ context.Context, _ slackbot.Origin, m blockkit.Message) error {
	r.last = m
	return r.err
}

type house struct {
	*slackbot.Router
	gate     *fakeGate
	send     *replacing
	db       *redisdb.DB
	redis    *redistest.Server
	welcomed *Welcomed
}

func welcoming(t *testing.T) *house {
	t.Helper()
	h := &house{Router: slackbot.NewRouter(), gate: &fakeGate{sent: map[string]nudge.Occasion{}}, redis: redistest.New(t)}
	db, err := redisdb.Open(h.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.db, h.welcomed = db, NewWelcomed(db, func() time.Time { return time.Unix(1763800000, 0) })
	h.send = &replacing{fakeSender: &fakeSender{modals: map[string]blockkit.Modal{}, homes: map[string]blockkit.Home{}}}
	Register(h.Router, Deps{Send: h.send, Welcomed: h.welcomed, Gate: h.gate, People: fakePeople{
		"U0NOOR": {ID: "U0NOOR"}, "U0GUS": {ID: "U0GUS", Guest: true}, "U0EXT": {ID: "U0EXT", External: true}, "U0BOT": {ID: "U0BOT", Bot: true},
	}})
	h.Section(slackbot.Section{Order: 5, Welcome: func(_ context.Context, userID string) []slack.Block {
		return []slack.Block{blockkit.Section("An offer for " + userID)}
	}})
	return h
}

func (h *house) opens(t *testing.T, userID, tab, task string) error {
	t.Helper()
	w, err := slackbot.NewTask(firstOpened, slackbot.HomeOpened{UserID: userID, Tab: tab})
	if err != nil {
		t.Fatal(err)
	}
	w.ID = task
	return h.Do(t.Context(), *w)
}

func TestTheWelcomeComesOnce(t *testing.T) {
	h := welcoming(t)
	for _, task := range []string{"first", "second", "first"} { // it is a task of its own each time, but for tries
		for _, tab := range []string{"home", "messages"} {
			if err := h.opens(t, "U0NOOR", tab, task); err != nil {
				t.Fatal(err)
			}
		}
	}
	o, ok := h.gate.sent["home/welcome/U0NOOR"]
	if !ok || len(h.gate.sent) != 1 || o.Class != nudge.Notice || !o.Answers || o.UserID != "U0NOOR" {
		t.Fatalf("sent: %+v", h.gate.sent)
	}
	m := h.gate.last.Fitted()
	if err := blockcheck.Message(marshal(t, m.Blocks)); err != nil {
		t.Errorf("Slack would refuse it: %v", err)
	}
	golden.Compare(t, "welcome", m)

	for _, nobody := range []string{"U0GUS", "U0EXT", "U0BOT", "U0WHO"} {
		if err := h.opens(t, nobody, "home", "third"); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.gate.sent) != 1 {
		t.Errorf("sent: %+v", h.gate.sent)
	}
}

func TestAWelcomeThatWasNotSentIsTriedAgain(t *testing.T) {
	h := welcoming(t)
	h.gate.err = slackbot.ErrUnavailable
	if err := h.opens(t, "U0NOOR", "home", "first"); !errors.Is(err, slackbot.ErrUnavailable) {
		t.Fatal(err)
	}
	h.gate.err = nil
	if err := h.opens(t, "U0NOOR", "home", "another"); err != nil || h.gate.n != 0 {
		t.Fatalf("another task sent it too: %v", err)
	}
	if err := h.opens(t, "U0NOOR", "home", "first"); err != nil || h.gate.n != 1 {
		t.Fatalf("it was not tried again: %v", err)
	}
}

func TestWithRedisAwayThereIsHomeAndNoWelcome(t *testing.T) {
	h := welcoming(t)
	h.redis.Kill()
	do(t, h.Router, opened, slackbot.HomeOpened{UserID: "U0NOOR", Tab: "home"})
	if len(h.send.homes) != 1 {
		t.Error("Home was not published")
	}
	if err := h.opens(t, "U0NOOR", "home", "first"); err != nil || h.gate.n != 0 {
		t.Errorf("%d welcomes, %v", h.gate.n, err)
	}
}

func TestWhatIsKeptOfTheWelcome(t *testing.T) {
	h := welcoming(t)
	kept := h.KeptAboutPeople()[0]
	if got, err := kept.Export(t.Context(), "U0NOOR"); got != nil || err != nil {
		t.Errorf("before: %v, %v", got, err)
	}
	if err := h.opens(t, "U0NOOR", "home", "first"); err != nil {
		t.Fatal(err)
	}
	got, err := kept.Export(t.Context(), "U0NOOR")
	if j, _ := json.Marshal(got); err != nil || string(j) != `{"welcomed":"2025-11-22T08:26:40Z"}` {
		t.Errorf("exported: %s, %v", j, err)
	}
	if err := kept.Erase(t.Context(), "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if got, err := kept.Export(t.Context(), "U0NOOR"); got != nil || err != nil {
		t.Errorf("after: %v, %v", got, err)
	}
	if keys := h.db.Client.Keys(t.Context(), "*").Val(); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
}

func TestThePressedWelcomeKeepsItsWords(t *testing.T) {
	h := welcoming(t)
	do(t, h.Router, slackbot.HomeWelcome, slackbot.WelcomeAgain{UserID: "U0NOOR"})
	if said := string(marshal(t, h.send.last.Blocks)); !strings.Contains(said, "Hello, I’m Ally.") || !strings.Contains(said, "An offer for U0NOOR") {
		t.Errorf("shown: %s", said)
	}
	do(t, h.Router, slackbot.HomeWelcome, slackbot.WelcomeAgain{UserID: "U0NOOR", Instead: "None then."})
	if said := string(marshal(t, h.send.last.Blocks)); !strings.Contains(said, "Hello, I’m Ally.") || strings.Contains(said, "An offer") || !strings.Contains(said, "None then.") {
		t.Errorf("shown: %s", said)
	}
	h.send.err = slackbot.ErrMessageNotFound // they deleted it
	do(t, h.Router, slackbot.HomeWelcome, slackbot.WelcomeAgain{UserID: "U0NOOR"})
}
