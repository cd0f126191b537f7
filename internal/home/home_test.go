package home

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

// opened is the name under which this room subscribed to the event.
const opened = "event/HomeOpened/home"

// fakeSender remembers what was sent. What this room must never call panics.
type fakeSender struct {
	slackbot.Sender
	modals map[string]blockkit.Modal // by trigger
	homes  map[string]blockkit.Home  // by user
	err    error
}

func (f *fakeSender) OpenModal(_ context.Context, triggerID string, v blockkit.Modal) error {
	f.modals[triggerID] = v
	return f.err
}

func (f *fakeSender) PublishHome(_ context.Context, userID string, v blockkit.Home) error {
	f.homes[userID] = v
	return f.err
}

func start() (*slackbot.Router, *fakeSender) {
	r := slackbot.NewRouter()
	f := &fakeSender{modals: map[string]blockkit.Modal{}, homes: map[string]blockkit.Home{}}
	r.Section(slackbot.Section{Order: 20, Home: func(_ context.Context, userID string) []slack.Block {
		return []slack.Block{blockkit.Section("Second, for " + userID)}
	}})
	Register(r, Deps{Send: f})
	r.Section(slackbot.Section{
		Order:    10,
		Launcher: func(context.Context, string) []slack.Block { return []slack.Block{blockkit.Header("First")} },
		Home:     func(context.Context, string) []slack.Block { return []slack.Block{blockkit.Section("First")} },
	})
	r.Section(slackbot.Section{Order: 30, Home: func(context.Context, string) []slack.Block { return nil }})
	r.Command(slackbot.Command{Word: "sample", Usage: "`/ally sample`", Summary: "a command of another room"})
	return r, f
}

func command(t *testing.T, r *slackbot.Router, word string) blockkit.Message {
	t.Helper()
	for _, c := range r.Commands() {
		if c.Word == word {
			reply, err := c.Answer(t.Context(), slackbot.Request{UserID: "U1"})
			if err != nil {
				t.Fatal(err)
			}
			if reply.Message.Text == "" || reply.Task != nil {
				t.Errorf("reply: %+v", reply)
			}
			j := marshal(t, reply.Message.Blocks)
			if err := blockcheck.Message(j); err != nil {
				t.Errorf("Slack would refuse it: %v", err)
			}
			return reply.Message
		}
	}
	t.Fatalf("there is no command %q", word)
	return blockkit.Message{}
}

func TestTheLauncherIsMadeOfTheRoomsParts(t *testing.T) {
	r, _ := start()
	golden.Compare(t, "launcher", command(t, r, ""))
}

func TestHelpListsEveryCommandThereIs(t *testing.T) {
	r, _ := start()
	m := command(t, r, "help")
	golden.Compare(t, "help", m)
	for _, c := range r.Commands() {
		if !strings.Contains(string(marshal(t, m.Blocks)), c.Usage+": "+c.Summary) {
			t.Errorf("help does not know %s", c.Usage)
		}
	}
}

func TestOpenAllyOpensTheLauncher(t *testing.T) {
	r, f := start()
	do(t, r, "shortcut/open_ally", slackbot.Shortcut{TriggerID: "T1", UserID: "U1"})
	v, ok := f.modals["T1"]
	if !ok {
		t.Fatal("nothing was opened")
	}
	checkView(t, v.Request())
	golden.Compare(t, "modal", v.Request())
}

func TestHomeIsPublishedWhenSomebodyLooks(t *testing.T) {
	r, f := start()
	do(t, r, opened, slackbot.HomeOpened{UserID: "U1", Tab: "messages"})
	if len(f.homes) != 0 {
		t.Error("the Messages tab published Home")
	}
	do(t, r, opened, slackbot.HomeOpened{UserID: "U1", Tab: "home"})
	v, ok := f.homes["U1"]
	if !ok {
		t.Fatal("Home was not published")
	}
	checkView(t, v.Request())
	golden.Compare(t, "home", v.Request())
}

func TestAFailedSendIsReported(t *testing.T) {
	r, f := start()
	f.err = errors.New("slack said no")
	for name, payload := range map[string]any{
		"shortcut/open_ally": slackbot.Shortcut{TriggerID: "T1"},
		opened:               slackbot.HomeOpened{UserID: "U1", Tab: "home"},
	} {
		task, _ := slackbot.NewTask(name, payload)
		if err := r.Do(t.Context(), *task); !errors.Is(err, f.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func do(t *testing.T, r *slackbot.Router, name string, payload any) {
	t.Helper()
	task, err := slackbot.NewTask(name, payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Do(t.Context(), *task); err != nil {
		t.Fatal(err)
	}
}

func checkView(t *testing.T, v any) {
	t.Helper()
	if err := blockcheck.View(marshal(t, v)); err != nil {
		t.Errorf("Slack would refuse it: %v", err)
	}
}

func marshal(t *testing.T, v any) json.RawMessage {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(b.String())
}

func TestAnotherRoomCanHaveHomePublishedAnew(t *testing.T) {
	r, f := start()
	do(t, r, "home.refresh", slackbot.HomeOpened{UserID: "U1", Tab: "home"})
	if len(f.homes) != 1 {
		t.Error("Home was not published")
	}
}
