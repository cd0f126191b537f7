package scripts

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
	"allybot/playbooks"
)

// library is a few scripts of the tests' own, so that better words in the
// built-in ones don't change what is tested here.
var library = sync.OnceValues(func() (*playbook.Library, []playbook.Problem) {
	content := fstest.MapFS{}
	add := func(f fs.FS, pattern string) {
		names, err := fs.Glob(f, pattern)
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(f, name)
			if err != nil {
				panic(err)
			}
			content[name] = &fstest.MapFile{Data: b}
		}
	}
	add(playbooks.FS, "*.yaml")
	add(os.DirFS("testdata/content"), "scripts/*.md")
	return playbook.Load(content)
})

func testLibrary(t testing.TB) *playbook.Library {
	t.Helper()
	lib, problems := library()
	if len(problems) > 0 {
		t.Fatalf("the tests' own scripts have mistakes: %v", problems)
	}
	return lib
}

// finds stands in for the library's finder, which has tests of its own: what is
// found for a text that has these words in it.
var finds = []struct {
	words string
	found playbook.Result
	ids   []string
}{
	{"hurt myself", playbook.Result{Confident: true, Harm: true}, nil},
	{"talked over", playbook.Result{Confident: true}, []string{"interrupted", "you-are-interrupted", "idea-ignored"}},
	{"talk over me", playbook.Result{Confident: true, Role: playbook.Affected, Topic: "the pricing page"}, []string{"interrupted", "idea-ignored"}},
	{"interrupted", playbook.Result{Confident: true}, []string{"interrupted"}},
	{"mispron", playbook.Result{Confident: true}, []string{"wrong-name"}},
	{"something like", playbook.Result{}, []string{"wrong-name", "called-out"}},
}

func find(lib *playbook.Library, text string) playbook.Result {
	for _, f := range finds {
		if strings.Contains(strings.ToLower(text), f.words) {
			r := f.found
			r.Query, r.Name = text, lib.Find(text).Name
			for _, id := range f.ids {
				r.Matches = append(r.Matches, playbook.Match{Script: lib.Script(id)})
			}
			return r
		}
	}
	return playbook.Result{Query: text}
}

// sent is one call of the sender.
type sent struct {
	How     string // "replace", "open", "update"
	Where   string // response URL, trigger or view id
	Message blockkit.Message
	Modal   blockkit.Modal
}

// blocks are what the person sees after it.
func (s sent) blocks() []slack.Block {
	if s.How == "replace" {
		return s.Message.Blocks
	}
	return s.Modal.Fitted().Blocks
}

// fakeSender remembers what was sent. What this room must never call panics.
type fakeSender struct {
	slackbot.Sender
	sent []sent
	err  error
}

func (f *fakeSender) Replace(_ context.Context, o slackbot.Origin, m blockkit.Message) error {
	f.sent = append(f.sent, sent{How: "replace", Where: o.ResponseURL, Message: m})
	return f.err
}

func (f *fakeSender) OpenModal(_ context.Context, triggerID string, v blockkit.Modal) error {
	f.sent = append(f.sent, sent{How: "open", Where: triggerID, Modal: v})
	return f.err
}

func (f *fakeSender) UpdateModal(_ context.Context, viewID string, v blockkit.Modal) error {
	f.sent = append(f.sent, sent{How: "update", Where: viewID, Modal: v})
	return f.err
}

func (f *fakeSender) PushModal(_ context.Context, triggerID string, v blockkit.Modal) error {
	f.sent = append(f.sent, sent{How: "push", Where: triggerID, Modal: v})
	return f.err
}

// Call answers chat.getPermalink for the one message the bot can see.
func (f *fakeSender) Call(_ context.Context, method string, args url.Values, out any) error {
	if method != "chat.getPermalink" || args.Get("channel") != "C1" {
		return errSend
	}
	return json.Unmarshal([]byte(`{"ok":true,"permalink":"https://a.slack.com/archives/C1/p12"}`), out)
}

// directory knows what a few people are called.
type directory map[string]string

func (d directory) Name(_ context.Context, userID, fallback string) string {
	if name, ok := d[userID]; ok {
		return name
	}
	return fallback
}

type fixture struct {
	*testing.T
	room   *room
	router *slackbot.Router
	sender *fakeSender
	now    time.Time
	locale string
}

func start(t *testing.T) *fixture {
	lib := testLibrary(t)
	f := &fixture{T: t, router: slackbot.NewRouter(), sender: &fakeSender{}}
	f.now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return f.now }
	db, err := redisdb.Embedded(clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	deps := Deps{
		Library: func() *playbook.Library { return lib },
		Names:   directory{"USAM": "Sam Okafor", "URTL": "محمد", "UPRO": "Kim [Design] (they/them)"},
		Locale:  func(context.Context, string) string { return f.locale },
		Send:    f.sender, Slack: f.sender,
		Favourites: NewFavourites(db, clock),
	}
	f.room = &room{Deps: deps, router: f.router, finder: find}
	f.room.register(f.router)
	return f
}

func (f *fixture) ask(text string) blockkit.Message {
	f.Helper()
	return f.request(slackbot.Request{Surface: slackbot.SlashCommand, UserID: "UME", Text: text})
}

func (f *fixture) request(q slackbot.Request) blockkit.Message {
	f.Helper()
	reply, err := f.room.freeText(f.Context(), q)
	if err != nil {
		f.Fatal(err)
	}
	if reply.Task != nil {
		f.Error("finding words leaves work behind")
	}
	checkMessage(f, reply.Message)
	return reply.Message
}

// act sends an action through the router and returns what came of it.
func (f *fixture) act(a slackbot.Action) sent {
	f.Helper()
	f.do("action/"+strings.SplitN(a.ActionID, ":", 2)[0], a)
	last := f.sender.sent[len(f.sender.sent)-1]
	if last.How == "replace" {
		checkMessage(f, last.Message)
	} else {
		checkModal(f, last.Modal)
	}
	return last
}

func (f *fixture) do(name string, payload any) {
	f.Helper()
	task, err := slackbot.NewTask(name, payload)
	if err != nil {
		f.Fatal(err)
	}
	if err := f.router.Do(f.Context(), *task); err != nil {
		f.Fatal(err)
	}
}

// press presses the button with a label in a message.
func (f *fixture) press(blocks []slack.Block, label string) sent {
	f.Helper()
	for _, b := range buttons(blocks) {
		if b.Text.Text == label {
			return f.act(slackbot.Action{ActionID: b.ActionID, Value: b.Value, UserID: "UME", TeamID: "T1", TriggerID: "T9", Origin: slackbot.Origin{ResponseURL: "url"}})
		}
	}
	f.Fatalf("there is no button %q in %s", label, texts(blocks))
	return sent{}
}

// pickRole chooses who one is in the moment.
func (f *fixture) pickRole(blocks []slack.Block, role playbook.Role) sent {
	f.Helper()
	for list, blockID := range selects(blocks) {
		if list.ActionID == actionRole {
			return f.act(slackbot.Action{ActionID: actionRole, BlockID: blockID, Value: string(role), UserID: "UME", Origin: slackbot.Origin{ResponseURL: "url"}})
		}
	}
	f.Fatalf("there is no list of roles in %s", texts(blocks))
	return sent{}
}

// labels are the labels of the buttons, and what the lists show at first.
func labels(blocks []slack.Block) string {
	var out []string
	for _, b := range buttons(blocks) {
		out = append(out, b.Text.Text)
	}
	for list := range selects(blocks) {
		if list.InitialOption != nil {
			out = append(out, list.InitialOption.Text.Text)
		}
	}
	return strings.Join(out, " | ")
}

func checkMessage(t testing.TB, m blockkit.Message) {
	t.Helper()
	if strings.TrimSpace(m.Text) == "" {
		t.Error("the fallback text is empty")
	}
	j := marshal(t, m.Blocks)
	if err := blockcheck.Message(j); err != nil {
		t.Errorf("Slack would refuse it: %v\n%s", err, j)
	}
	if ack := marshal(t, m.Private(false)); len(ack) >= 20_000 {
		t.Errorf("the acknowledgement has %d bytes", len(ack))
	}
	checkCalm(t, m.Text+string(j))
	checkLabels(t, m.Blocks)
}

func checkModal(t testing.TB, v blockkit.Modal) {
	t.Helper()
	j := marshal(t, v.Request())
	if err := blockcheck.View(j); err != nil {
		t.Errorf("Slack would refuse it: %v\n%s", err, j)
	}
	checkCalm(t, string(j))
	checkLabels(t, v.Blocks)
}

// checkCalm fails on anything Slack could take for a ping.
func checkCalm(t testing.TB, s string) {
	t.Helper()
	s = strings.ReplaceAll(strings.ToLower(s), `\u003c`, "<")
	for _, ping := range []string{"<!", "<@", "@channel", "@here", "@everyone"} {
		if _, after, found := strings.Cut(s, ping); found {
			t.Errorf("it may ping: %s%.40s", ping, after)
		}
	}
}

func checkLabels(t testing.TB, blocks []slack.Block) {
	t.Helper()
	for _, b := range buttons(blocks) {
		if n := blockkit.Len(b.Text.Text); n > 30 {
			t.Errorf("the button %q has %d characters", b.Text.Text, n)
		}
		if blockkit.Len(b.Value) > 2000 || b.Value == "" {
			t.Errorf("the button %q carries %d characters", b.Text.Text, blockkit.Len(b.Value))
		}
	}
}

func buttons(blocks []slack.Block) []*slack.ButtonBlockElement {
	var out []*slack.ButtonBlockElement
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.ActionBlock:
			for _, e := range b.Elements.ElementSet {
				if button, ok := e.(*slack.ButtonBlockElement); ok {
					out = append(out, button)
				}
			}
		case *slack.SectionBlock:
			if b.Accessory != nil && b.Accessory.ButtonElement != nil {
				out = append(out, b.Accessory.ButtonElement)
			}
		}
	}
	return out
}

// selects are the lists in the blocks, each with the id of its block.
func selects(blocks []slack.Block) map[*slack.SelectBlockElement]string {
	out := map[*slack.SelectBlockElement]string{}
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.ActionBlock:
			for _, e := range b.Elements.ElementSet {
				if list, ok := e.(*slack.SelectBlockElement); ok {
					out[list] = b.BlockID
				}
			}
		case *slack.SectionBlock:
			if b.Accessory != nil && b.Accessory.SelectElement != nil {
				out[b.Accessory.SelectElement] = b.BlockID
			}
		}
	}
	return out
}

// texts is everything to read, one line per block.
func texts(blocks []slack.Block) string {
	var out []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			out = append(out, b.Text.Text)
		case *slack.SectionBlock:
			out = append(out, b.Text.Text)
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				out = append(out, e.(*slack.TextBlockObject).Text)
			}
		}
	}
	return strings.Join(out, "\n")
}

func marshal(t testing.TB, v any) json.RawMessage {
	t.Helper()
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

var errSend = errors.New("slack said no")
