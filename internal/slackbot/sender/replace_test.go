package sender_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("/actions/T1/2/secret", "500", "lost", "ok")
	o := slackbot.Origin{ChannelID: "C1", MessageTS: "1.1", Ephemeral: true, ResponseURL: f.URL + "/actions/T1/2/secret"}
	if err := s.Replace(ctx(t), o, text("new words")); err != nil {
		t.Fatal(err)
	}
	calls := f.of("/actions/T1/2/secret")
	if len(calls) != 3 {
		t.Fatalf("%d calls, want 3: replacing may be repeated", len(calls))
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(calls[2].Body), &body); err != nil {
		t.Fatal(err)
	}
	if body["replace_original"] != true || body["response_type"] != "ephemeral" || body["text"] != "new words" || body["blocks"] == nil {
		t.Errorf("sent %v", body)
	}
	if calls[2].Token != "" {
		t.Error("the bot token went to a response URL")
	}
}

func TestReplaceAfterTheURLIsSpent(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	o := slackbot.Origin{ChannelID: "C1", MessageTS: "1.1", Ephemeral: true, ResponseURL: f.URL + "/actions/x"}
	f.next("/actions/x", "404 expired_url", `404 {"ok":false,"error":"used_url"}`)
	err := s.Replace(ctx(t), o, text("x"))
	if !errors.Is(err, slackbot.ErrResponseSpent) {
		t.Errorf("%v, want ErrResponseSpent", err)
	}
	if strings.Contains(err.Error(), "/actions") {
		t.Errorf("%q gives the response URL away", err)
	}
	o.Ephemeral = false
	if err := s.Replace(ctx(t), o, text("x")); err != nil || f.count("chat.update") != 1 {
		t.Errorf("%v, %d updates; a message everybody sees can be updated", err, f.count("chat.update"))
	}
}

func TestReplaceOnlyAtSlack(t *testing.T) {
	t.Parallel()
	f, other, db := newFake(t), newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	public := newSender(t, f, db, func(o *sender.Options) { o.APIURL = "https://slack.com/api/" })
	for _, u := range []string{
		"", "x", "/actions/1", "http://169.254.169.254/latest", other.URL + "/actions/1", "http://hooks.slack.com/actions/1",
		"https://hooks.slack.com.evil.example/actions/1", "https://evil.example/https://hooks.slack.com/",
		"https://me@hooks.slack.com/actions/1", "https://hooks.slack.com:8443/actions/1", "https://hooks.slack.com@evil.example/",
		"file:///etc/passwd", "https:hooks.slack.com/actions/1", strings.Replace(f.URL, "http://", "https://", 1) + "/actions/1",
		"http://%zz", "\x7f",
	} {
		err := s.Replace(ctx(t), slackbot.Origin{Ephemeral: true, ResponseURL: u}, text("x"))
		if !errors.Is(err, slackbot.ErrResponseURL) {
			t.Errorf("%q: %v, want ErrResponseURL", u, err)
		}
	}
	// With Slack itself as the API, loopback is out of bounds.
	err := public.Replace(ctx(t), slackbot.Origin{Ephemeral: true, ResponseURL: f.URL + "/actions/1"}, text("x"))
	if !errors.Is(err, slackbot.ErrResponseURL) {
		t.Errorf("loopback: %v, want ErrResponseURL", err)
	}
	if len(f.calls)+len(other.calls) != 0 {
		t.Error("something was sent")
	}
}

func TestWhisperAtMostOnce(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	for _, tc := range []struct {
		answers []string
		err     error
		calls   int
	}{
		{[]string{"ok"}, nil, 1},
		{[]string{"429:0.1", "ok"}, nil, 2},
		{[]string{"lost"}, slackbot.ErrDoubtful, 1},
		{[]string{"500"}, slackbot.ErrDoubtful, 1},
		{[]string{"404 used_url"}, slackbot.ErrResponseSpent, 1},
	} {
		path := "/actions/" + strings.ReplaceAll(tc.answers[0], " ", "-")
		f.next(path, tc.answers...)
		err := s.Whisper(ctx(t), f.URL+path, text("psst"))
		if !errors.Is(err, tc.err) || f.count(path) != tc.calls {
			t.Errorf("%v: %v after %d calls", tc.answers, err, f.count(path))
		}
		if err != nil && strings.Contains(err.Error(), "/actions") {
			t.Errorf("%q gives the response URL away", err)
		}
		var body map[string]any
		if json.Unmarshal([]byte(f.of(path)[0].Body), &body) != nil || body["replace_original"] != false || body["response_type"] != "ephemeral" {
			t.Errorf("sent %v", body)
		}
	}
}

// Whoever works something off asks this before trying again.
func TestRefusalsArePermanentAndTroubleIsNot(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db, func(o *sender.Options) { o.Scopes = []string{"chat:write"} })
	for i, tc := range []struct {
		answer    string
		permanent bool
	}{
		{"not_in_channel", true},
		{"a_code_nobody_knows", true},
		{"lost", true}, // in doubt, where nobody can look: not to be tried again
		{"429:3600", false},
	} {
		f.next("chat.postMessage", tc.answer)
		short, cancel := context.WithTimeout(ctx(t), time.Second)
		_, err := s.Post(short, tc.answer, fmt.Sprint("C", i), "", text("x"))
		cancel()
		var p interface{ Permanent() bool }
		if got := errors.As(err, &p) && p.Permanent(); err == nil || got != tc.permanent {
			t.Errorf("%s: %v, permanent %v", tc.answer, err, got)
		}
	}
	f.next("users.info", "500", "500", "500", "500")
	err := s.Call(ctx(t), "users.info", nil, nil)
	var p interface{ Permanent() bool }
	if !errors.Is(err, slackbot.ErrUnavailable) || errors.As(err, &p) && p.Permanent() {
		t.Errorf("users.info: %v", err)
	}
}
