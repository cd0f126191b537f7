package sender_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/goleak"

	"allybot/internal/blockkit"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

func TestMain(m *testing.M) {
	// Of a server that was away, the client tries the address each second, and
	// notices only then that it was closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

var everything = []string{"chat:write", "im:write", "im:history", "channels:history", "groups:history"}

const token = "xoxb-1-secret"

func openDB(t *testing.T, url string) *redisdb.DB {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func newSender(t *testing.T, f *fakeSlack, db *redisdb.DB, change ...func(*sender.Options)) *sender.Sender {
	t.Helper()
	o := sender.Options{
		Token: token, APIURL: f.URL + "/api", HTTP: f.Client(), DB: db, Scopes: everything,
		HTTPTimeout: 2 * time.Second, SettleAfter: 50 * time.Millisecond, PostsPerSecond: 100,
	}
	for _, c := range change {
		c(&o)
	}
	return sender.New(o)
}

func scopes(list ...string) func(*sender.Options) {
	return func(o *sender.Options) { o.Scopes = list }
}

func text(s string) blockkit.Message {
	return blockkit.Message{Text: s, Blocks: []slack.Block{
		slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, s, false, false), nil, nil),
	}}
}

func ctx(t *testing.T) context.Context {
	c, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return c
}

// A person must see each message once, whatever happens to the call.
func TestPostOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	db := openDB(t, redistest.Start(t))
	for _, tc := range []struct {
		name   string
		faults []string
		scopes []string
		thread string
		// what the caller is told, and how many messages there are
		err    error
		posted int
		calls  int
	}{
		{"no fault", nil, everything, "", nil, 1, 1},
		{"reply lost", []string{"lost"}, everything, "", nil, 1, 1},
		{"reply lost in a thread", []string{"lost"}, everything, "1700000000.000001", nil, 1, 1},
		{"500 after the work", []string{"done500"}, everything, "", nil, 1, 1},
		{"500 before the work", []string{"500"}, everything, "", nil, 1, 2},
		{"cut before the work, twice", []string{"cut", "cut"}, everything, "", nil, 1, 3},
		{"no answer at all", []string{"hang"}, everything, "", nil, 1, 2},
		{"an unreadable answer", []string{"garbage"}, everything, "", nil, 1, 2},
		{"an error that may hide success", []string{"internal_error"}, everything, "", nil, 1, 2},
		{"slow down", []string{"429:0.2"}, everything, "", nil, 1, 2},
		{"slow down without history", []string{"429:0.2", "429:0.2"}, []string{"chat:write"}, "", nil, 1, 3},
		{"reply lost, cannot read back", []string{"lost"}, []string{"chat:write"}, "", slackbot.ErrDoubtful, 1, 1},
		{"nothing done, cannot read back", []string{"cut"}, []string{"chat:write"}, "", slackbot.ErrDoubtful, 0, 1},
		{"refused", []string{"not_in_channel"}, everything, "", slackbot.ErrNotInChannel, 0, 1},
		{"refused, cannot read back", []string{"is_archived"}, []string{"chat:write"}, "", slackbot.ErrChannelArchived, 0, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.next("chat.postMessage", tc.faults...)
			s := newSender(t, f, db, scopes(tc.scopes...))
			channel := "C" + strings.ToUpper(strings.NewReplacer(" ", "", ",", "").Replace(tc.name))
			got, err := s.Post(ctx(t), tc.name, channel, tc.thread, text("hello"))
			if !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
				t.Fatalf("Post told %v, want %v", err, tc.err)
			}
			if n := len(f.posted()); n != tc.posted {
				t.Errorf("%d messages in the channel, want %d", n, tc.posted)
			}
			if n := f.count("chat.postMessage"); n != tc.calls {
				t.Errorf("%d calls, want %d", n, tc.calls)
			}
			ids := map[string]bool{}
			for _, c := range f.of("chat.postMessage") {
				ids[c.Args.Get("client_msg_id")] = true
			}
			if len(ids) > 1 && !strings.HasPrefix(tc.faults[0], "not_") {
				t.Errorf("one message went by %d ids", len(ids))
			}
			if err == nil {
				if m := f.posted()[0]; got.TS != m.TS || got.ChannelID != channel {
					t.Errorf("Posted is %+v, the message is %+v", got, m)
				}
				// The same intent again, here or on another replica, does nothing.
				again, err := newSender(t, f, db).Post(ctx(t), tc.name, channel, tc.thread, text("hello"))
				if err != nil || again != got {
					t.Errorf("again: %+v, %v; want %+v", again, err, got)
				}
				if n := f.count("chat.postMessage"); n != tc.calls {
					t.Errorf("again: %d calls, want still %d", n, tc.calls)
				}
			}
			if errors.Is(tc.err, slackbot.ErrDoubtful) {
				// Doubt is remembered, even by a replica that could read.
				if _, err := newSender(t, f, db).Post(ctx(t), tc.name, channel, tc.thread, text("hello")); !errors.Is(err, slackbot.ErrDoubtful) {
					t.Errorf("again: %v, want doubt", err)
				}
				if n := len(f.posted()); n != tc.posted {
					t.Errorf("again: %d messages, want %d", n, tc.posted)
				}
			}
		})
	}
}

func TestRefusedMessageCanBeSentLater(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("chat.postMessage", "not_in_channel")
	if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); !errors.Is(err, slackbot.ErrNotInChannel) {
		t.Fatal(err)
	}
	if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); err != nil {
		t.Fatalf("the bot was invited meanwhile: %v", err)
	}
	if len(f.posted()) != 1 {
		t.Error("not posted once")
	}
}

func TestNobodyListening(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	// Without history scope, to see that a refused connection leaves no doubt.
	s := newSender(t, f, db, scopes("chat:write"))
	addr := f.Listener.Addr().String()
	f.Close()
	_, err := s.Post(ctx(t), "i", "C1", "", text("x"))
	if err == nil || errors.Is(err, slackbot.ErrDoubtful) {
		t.Fatalf("%v, want a clear failure", err)
	}
	if strings.Contains(err.Error(), token) {
		t.Errorf("%q gives the token away", err)
	}
	g := newFake(t)
	s = newSender(t, g, db, scopes("chat:write"))
	if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); err != nil {
		t.Errorf("after %s was back: %v", addr, err)
	}
}

func TestCrashBetweenRecordAndCall(t *testing.T) {
	t.Parallel()
	for _, called := range []bool{false, true} {
		f, db := newFake(t), openDB(t, redistest.Start(t))
		// A process that gets no answer and dies: the record says "sending".
		dying, die := context.WithCancel(ctx(t))
		f.arrived = make(chan string, 10)
		fault := "hang"
		if called {
			fault = "lost"
		}
		f.next("chat.postMessage", fault)
		s := newSender(t, f, db, func(o *sender.Options) { o.SettleAfter = time.Hour })
		done := make(chan error, 1)
		go func() { _, err := s.Post(dying, "i", "C1", "", text("x")); done <- err }()
		<-f.arrived
		die()
		if err := <-done; err == nil {
			t.Fatal("the dying process claims success")
		}
		f.arrived = nil
		got, err := newSender(t, f, db).Post(ctx(t), "i", "C1", "", text("x"))
		if err != nil || got.TS == "" {
			t.Fatalf("called=%v: %+v, %v", called, got, err)
		}
		if n := len(f.posted()); n != 1 {
			t.Errorf("called=%v: %d messages, want 1", called, n)
		}
	}
}

func TestReplicasWithTheSameIntent(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	f.gate = make(chan struct{})
	f.arrived = make(chan string, 10)
	var wg sync.WaitGroup
	results := make([]slackbot.Posted, 4)
	for i := range results {
		s := newSender(t, f, db)
		wg.Go(func() {
			var err error
			if results[i], err = s.Post(ctx(t), "i", "C1", "", text("x")); err != nil {
				t.Error(err)
			}
		})
	}
	<-f.arrived
	close(f.gate)
	wg.Wait()
	if n := f.count("chat.postMessage"); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
	for _, r := range results {
		if r != results[0] || r.TS == "" {
			t.Errorf("replicas disagree: %+v", results)
		}
	}
}

func TestDirect(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("chat.postMessage", "lost")
	for _, intent := range []string{"a", "a", "b"} {
		if p, err := s.Direct(ctx(t), intent, "U1", text(intent)); err != nil || p.ChannelID != "DU1" {
			t.Fatal(p, err)
		}
	}
	if _, err := newSender(t, f, db).Direct(ctx(t), "c", "U1", text("c")); err != nil {
		t.Fatal(err)
	}
	if n := len(f.posted()); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
	if n := f.count("conversations.open"); n != 1 {
		t.Errorf("the conversation was opened %d times, want once for all replicas", n)
	}
	// A conversation that is not there any more is opened anew.
	f.next("chat.postMessage", "channel_not_found")
	if _, err := s.Direct(ctx(t), "d", "U1", text("d")); err != nil {
		t.Fatal(err)
	}
	if n := f.count("conversations.open"); n != 2 {
		t.Errorf("the conversation was opened %d times, want 2", n)
	}
}

func TestEphemeralAtMostOnce(t *testing.T) {
	t.Parallel()
	db := openDB(t, redistest.Start(t))
	for _, tc := range []struct {
		fault        string
		first, again error
		calls        int
	}{
		{"ok", nil, nil, 1},
		{"lost", slackbot.ErrDoubtful, slackbot.ErrDoubtful, 1},
		{"cut", slackbot.ErrDoubtful, slackbot.ErrDoubtful, 1},
		{"user_not_in_channel", slackbot.ErrUserNotInChannel, nil, 2},
		{"429:0.1", nil, nil, 2},
	} {
		f := newFake(t)
		f.next("chat.postEphemeral", tc.fault)
		s := newSender(t, f, db)
		if err := s.Ephemeral(ctx(t), tc.fault, "C1", "", "U1", text("psst")); !errors.Is(err, tc.first) {
			t.Errorf("%s: %v, want %v", tc.fault, err, tc.first)
		}
		if err := s.Ephemeral(ctx(t), tc.fault, "C1", "", "U1", text("psst")); !errors.Is(err, tc.again) {
			t.Errorf("%s, again: %v, want %v", tc.fault, err, tc.again)
		}
		if n := f.count("chat.postEphemeral"); n != tc.calls {
			t.Errorf("%s: %d calls, want %d", tc.fault, n, tc.calls)
		}
	}
}

func TestMessageNeedsText(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	m := text("x")
	m.Text = " "
	if _, err := s.Post(ctx(t), "i", "C1", "", m); !errors.Is(err, slackbot.ErrNoText) {
		t.Error(err)
	}
	if len(f.of("chat.postMessage")) != 0 {
		t.Error("called all the same")
	}
}

func TestPostKeepsQuiet(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	if _, err := newSender(t, f, db).Post(ctx(t), "task-of-U123", "C1", "", text("x")); err != nil {
		t.Fatal(err)
	}
	args := f.of("chat.postMessage")[0].Args
	if args.Get("unfurl_links") != "false" || args.Get("unfurl_media") != "false" || args.Has("parse") || args.Has("link_names") {
		t.Errorf("unfurls or parses: %v", args)
	}
	if strings.Contains(args.Get("metadata"), "U123") || !strings.Contains(args.Get("metadata"), "ally_message") {
		t.Errorf("metadata is %s", args.Get("metadata"))
	}
	if args.Has("token") || f.of("chat.postMessage")[0].Token != "Bearer "+token {
		t.Error("the token does not travel in its header alone")
	}
}

func TestWithoutRedisNothingIsPosted(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	server := redistest.New(t)
	s := newSender(t, f, openDB(t, server.URL()))
	server.Kill()
	if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); err == nil {
		t.Error("posted without a record")
	}
	// What needs no record keeps working, under the process's own limits.
	if err := s.Update(ctx(t), "C1", "1.2", text("x")); err != nil {
		t.Error(err)
	}
	if n := f.count("chat.postMessage"); n != 0 {
		t.Errorf("%d calls, want none", n)
	}
}

// The playground's Redis runs the same scripts.
func TestEmbeddedRedis(t *testing.T) {
	t.Parallel()
	db, err := redisdb.Embedded(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	f := newFake(t)
	s := newSender(t, f, db)
	f.next("chat.postMessage", "429:0.1", "lost")
	for range 2 {
		if _, err := s.Direct(ctx(t), "i", "U1", text("x")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(f.posted()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
	f.next("chat.postEphemeral", "lost")
	for range 2 {
		if err := s.Ephemeral(ctx(t), "e", "C1", "", "U1", text("x")); !errors.Is(err, slackbot.ErrDoubtful) {
			t.Error(err)
		}
	}
}

// A thread whose root was deleted: the reply may have become a message.
func TestFoundThoughTheThreadIsGone(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("chat.postMessage", "cut")
	f.next("conversations.replies", "thread_not_found")
	if _, err := s.Post(ctx(t), "i", "C1", "1700000000.000001", text("x")); err != nil {
		t.Fatal(err)
	}
	if len(f.of("conversations.history")) != 1 || len(f.posted()) != 1 {
		t.Error("the channel itself was not searched, or the message not posted once")
	}
}

// The bot has the scope but was not invited: it cannot look, so it must not retry.
func TestDoubtWhereTheBotIsNoMember(t *testing.T) {
	t.Parallel()
	for _, refusal := range []string{"not_in_channel", "missing_scope", "channel_not_found"} {
		f, db := newFake(t), openDB(t, redistest.Start(t))
		s := newSender(t, f, db)
		f.next("chat.postMessage", "cut")
		f.next("conversations.history", refusal)
		if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); !errors.Is(err, slackbot.ErrDoubtful) {
			t.Errorf("%s: %v, want doubt", refusal, err)
		}
		if n := f.count("chat.postMessage"); n != 1 {
			t.Errorf("%s: %d calls, want 1", refusal, n)
		}
	}
}

// While the history cannot be had, nothing is posted; the next who tries looks again.
func TestHistoryOutOfOrder(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("chat.postMessage", "lost")
	f.next("conversations.history", "500", "500", "500", "500")
	if _, err := s.Post(ctx(t), "i", "C1", "", text("x")); err == nil || errors.Is(err, slackbot.ErrDoubtful) {
		t.Fatalf("%v, want a failure that may be tried again", err)
	}
	if _, err := newSender(t, f, db).Post(ctx(t), "i", "C1", "", text("x")); err != nil {
		t.Fatal(err)
	}
	if n := len(f.posted()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}
