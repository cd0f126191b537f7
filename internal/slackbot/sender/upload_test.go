package sender_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
	"allybot/internal/slacksim"
)

const (
	complete = "files.completeUploadExternal"
	secret   = "/upload/v1/SECRET"
)

func credits() slackbot.File {
	return slackbot.File{Name: "credits.csv", Title: "Your\ncredits", Content: []byte("a,b\n"), Comment: "Here <@U1>"}
}

// newFiles is a fake Slack that takes a file.
func newFiles(t *testing.T) *fakeSlack {
	f := newFake(t)
	f.answers["files.getUploadURLExternal"] = fmt.Sprintf(`{"ok":true,"upload_url":%q,"file_id":"F1"}`, f.URL+secret)
	return f
}

func TestUploadAtMostOnce(t *testing.T) {
	t.Parallel()
	db := openDB(t, redistest.Start(t))
	for _, tc := range []struct {
		name         string
		method       string
		faults       []string
		first, again error
		uploads      int // of bytes, both times together
		shared       int // calls that share, both times together
	}{
		{"goes well", "", nil, nil, nil, 1, 1},
		{"the reply to sharing is lost", complete, []string{"lost"}, slackbot.ErrDoubtful, slackbot.ErrDoubtful, 1, 1},
		{"sharing fails on Slack's side", complete, []string{"500"}, slackbot.ErrDoubtful, slackbot.ErrDoubtful, 1, 1},
		{"sharing is refused", complete, []string{"not_in_channel"}, slackbot.ErrNotInChannel, nil, 2, 2},
		{"sharing too fast", complete, []string{"429:0.1"}, nil, nil, 1, 2},
		{"the upload breaks", secret, []string{"cut", "500"}, nil, nil, 3, 1},
		{"the upload is refused", secret, []string{"404 gone"}, errAny, nil, 2, 1},
		{"no address at first", "files.getUploadURLExternal", []string{"500"}, nil, nil, 1, 1},
		{"no scope", "files.getUploadURLExternal", []string{"missing_scope", "missing_scope"}, slackbot.ErrMissingScope, slackbot.ErrMissingScope, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := newFiles(t)
			if tc.method != "" {
				f.next(tc.method, tc.faults...)
			}
			core, logs := observer.New(zap.DebugLevel)
			s := newSender(t, f, db, func(o *sender.Options) { o.Logger = zap.New(core) })
			for i, want := range []error{tc.first, tc.again} {
				err := s.Upload(ctx(t), tc.name, "D1", "", credits())
				if errors.Is(want, errAny) && err != nil {
					want = err
				}
				if !errors.Is(err, want) || (err == nil) != (want == nil) {
					t.Errorf("time %d: %v, want %v", i+1, err, want)
				}
				if err != nil && strings.Contains(err.Error(), "SECRET") {
					t.Errorf("the address is in the error: %v", err)
				}
			}
			if n := f.count(secret); n != tc.uploads {
				t.Errorf("%d uploads, want %d", n, tc.uploads)
			}
			if n := f.count(complete); n != tc.shared {
				t.Errorf("shared %d times, want %d", n, tc.shared)
			}
			for _, c := range f.of(secret) {
				if c.Token != "" || c.Body != "a,b\n" {
					t.Errorf("uploaded %q with %q", c.Body, c.Token)
				}
			}
			for _, c := range f.of(complete) {
				if c.Args.Get("files") != `[{"id":"F1","title":"Your credits"}]` || c.Args.Get("channel_id") != "D1" || c.Args.Get("initial_comment") != "Here <@U1>" || c.Args.Has("thread_ts") {
					t.Errorf("shared by %v", c.Args)
				}
			}
			for _, e := range logs.All() {
				if line := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(line, "SECRET") {
					t.Errorf("the address is in the log: %s", line)
				}
			}
			if err := db.Client.Del(ctx(t), db.Key("pause", complete)).Err(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

var errAny = errors.New("any")

func TestUploadGoesToSlackAlone(t *testing.T) {
	t.Parallel()
	f, elsewhere, db := newFake(t), newFake(t), openDB(t, redistest.Start(t))
	for _, address := range []string{elsewhere.URL + "/upload", "https://evil.example/x", "http://files.slack.com/x", "", "::"} {
		f.answers["files.getUploadURLExternal"] = fmt.Sprintf(`{"ok":true,"upload_url":%q,"file_id":"F1"}`, address)
		if err := newSender(t, f, db).Upload(ctx(t), address, "D1", "", credits()); err == nil || address != "" && strings.Contains(err.Error(), address) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if len(elsewhere.calls) != 0 || f.count(complete) != 0 {
		t.Error("uploaded or shared all the same")
	}
	if err := newSender(t, f, nil).Upload(ctx(t), "i", "D1", "", credits()); err == nil {
		t.Error("without Redis it cannot be sent once")
	}
}

func TestFilesInTheWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	dm := w.As(w.sam).DM()
	w.Inject(slacksim.Fault{Method: "files.getUploadURLExternal", Kind: slacksim.RateLimited, RetryAfter: time.Second})
	for range 2 {
		if err := s.Upload(ctx(t), "i", dm, "", credits()); err != nil {
			t.Fatal(err)
		}
	}
	got := w.seen(dm)
	if len(got) != 1 || len(got[0].Files) != 1 {
		t.Fatalf("Sam sees %+v", got)
	}
	if f := got[0].Files[0]; f.Name != "credits.csv" || f.Title != "Your credits" || string(f.Content) != "a,b\n" || got[0].Text != "Here <@U1>" {
		t.Errorf("the file is %+v with %q", f, got[0].Text)
	}
	w.Inject(slacksim.Fault{Method: complete, Kind: slacksim.LostReply})
	for range 2 {
		if err := s.Upload(ctx(t), "j", dm, got[0].TS, credits()); !errors.Is(err, slackbot.ErrDoubtful) {
			t.Errorf("a lost reply: %v", err)
		}
	}
	if n := len(w.As(w.sam).Thread(dm, got[0].TS)); n != 2 { // the root and the reply
		t.Errorf("%d messages in the thread", n)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	s := w.sender(t)
	p, err := s.Post(ctx(t), "i", w.channel, "", text("hello"))
	if err != nil {
		t.Fatal(err)
	}
	w.Inject(slacksim.Fault{Method: "chat.delete", Kind: slacksim.LostReply})
	for range 2 {
		if err := s.Delete(ctx(t), p.ChannelID, p.TS); err != nil {
			t.Errorf("gone is gone: %v", err)
		}
	}
	if got := w.seen(w.channel); len(got) != 0 {
		t.Errorf("Sam still sees %+v", got)
	}
	theirs := w.As(w.sam).Say(w.channel, "mine")
	if err := s.Delete(ctx(t), w.channel, theirs); !errors.Is(err, slackbot.ErrCannotUpdate) {
		t.Errorf("somebody else's message: %v", err)
	}
	if err := s.Delete(ctx(t), "CNONE", p.TS); !errors.Is(err, slackbot.ErrChannelNotFound) {
		t.Errorf("no such channel: %v", err)
	}
}
