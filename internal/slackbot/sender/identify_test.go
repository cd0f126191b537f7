package sender_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/slackbot"
	"allybot/internal/slackbot/sender"
)

const authTest = `{"ok":true,"url":"https://x.slack.com/","team":"X","team_id":"T1","user":"ally","user_id":"U9","bot_id":"B9","is_enterprise_install":false}`

func TestIdentify(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.answers["auth.test"] = authTest
	f.scopes = "chat:write,im:history, commands"
	f.next("auth.test", "500", "429:0.1")
	id, err := sender.Identify(ctx(t), sender.Options{Token: token, APIURL: f.URL + "/api/", HTTP: f.Client()})
	if err != nil {
		t.Fatal(err)
	}
	if id.TeamID != "T1" || id.BotUserID != "U9" || id.BotID != "B9" || !slices.Equal(id.Scopes, []string{"chat:write", "im:history", "commands"}) {
		t.Errorf("%+v", id)
	}
}

func TestIdentifyStopsTheStart(t *testing.T) {
	t.Parallel()
	orgWide := strings.Replace(authTest, `"is_enterprise_install":false`, `"is_enterprise_install":true`, 1)
	for _, tc := range []struct{ name, token, answer, fault, want string }{
		{"none", "", "", "", "SLACK_BOT_TOKEN is not set"},
		{"app-level", "xapp-1-secret", "", "", "app-level token"},
		{"user", "xoxp-secret", "", "", "user token"},
		{"rotating", "xoxe.xoxb-secret", "", "", "rotation"},
		{"anything", "secret", "", "", "not a bot token"},
		{"org-wide", "xoxb-secret", orgWide, "", "org-wide"},
		{"no bot", "xoxb-secret", `{"ok":true,"team_id":"T1","user_id":"U1"}`, "", "not a bot token"},
		{"revoked", "xoxb-secret", "", "token_revoked", "token_revoked"},
	} {
		f := newFake(t)
		f.answers["auth.test"] = tc.answer
		if tc.fault != "" {
			f.next("auth.test", tc.fault)
		}
		_, err := sender.Identify(ctx(t), sender.Options{Token: tc.token, APIURL: f.URL + "/api/", HTTP: f.Client()})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q in it", tc.name, err, tc.want)
			continue
		}
		if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q gives the token away or is more than a line", tc.name, err)
		}
	}
}

func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := newSender(t, f, nil)
	f.next("chat.update", "invalid_blocks")
	err := s.Update(ctx(t), "C1", "1.1", text("private words"))
	if !errors.Is(err, slackbot.ErrInvalidContent) || !strings.Contains(err.Error(), "/blocks/0/text") {
		t.Errorf("%v, want where the content is at fault", err)
	}
	for _, secret := range []string{"bad words", "private", token} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q holds %q", err, secret)
		}
	}
	f.next("users.info", "missing_scope")
	err = s.Call(ctx(t), "users.info", nil, nil)
	if !errors.Is(err, slackbot.ErrMissingScope) || !strings.Contains(err.Error(), "channels:history") {
		t.Errorf("%v, want the scope that is missing", err)
	}
	var e *sender.Error
	if !errors.As(err, &e) || e.Scope != "channels:history" || e.Method != "users.info" {
		t.Errorf("%+v", e)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	f.next("users.info", "hang")
	if err := s.Call(short, "users.info", nil, nil); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "http://") {
		t.Errorf("%v, want a time-out without an address", err)
	}
}
