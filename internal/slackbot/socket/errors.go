package socket

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/slack-go/slack"
)

// What Slack answers to apps.connections.open when trying again is no use.
var fatalCodes = map[string]string{
	"not_authed":             "no token arrived",
	"invalid_auth":           "it is not a token of an app that exists",
	"account_inactive":       "the app or workspace it belongs to is gone",
	"token_revoked":          "it was revoked",
	"token_expired":          "it has expired",
	"not_allowed_token_type": "this is another kind of token",
	"missing_scope":          "it lacks the scope connections:write",
	"no_permission":          "it lacks a permission",
	"access_denied":          "access is denied",
	"team_disabled":          "the workspace is disabled",
	"forbidden_team":         "the app may not be used in this workspace",
	"user_removed_from_team": "the person who installed the app was removed from the workspace",
}

// fatalError is the one line a person can act on, or nil if trying again may help.
func fatalError(err error) error {
	if err == nil {
		return nil
	}
	var code slack.SlackErrorResponse
	if errors.As(err, &code) {
		if why, ok := fatalCodes[code.Err]; ok {
			return fmt.Errorf("SLACK_APP_TOKEN: Slack says %s: %s; use the app-level token (xapp-…) with the scope connections:write", code.Err, why)
		}
	}
	if why, ok := fatalCodes[err.Error()]; ok {
		return fmt.Errorf("SLACK_APP_TOKEN: Slack says %s: %s; use the app-level token (xapp-…) with the scope connections:write", err.Error(), why)
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) && status.Code == http.StatusNotFound {
		return errors.New("SLACK_API_URL: apps.connections.open is not found there (HTTP 404)")
	}
	return nil
}

func retryAfter(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return limited.RetryAfter
	}
	return 0
}

var tickets = regexp.MustCompile(`(?:wss?|https?)://[^\s"']*`)

// safeError is an error for the log: addresses are cut off after the host, as
// the one of a socket holds a ticket.
func safeError(err error) string {
	if err == nil || errors.Is(err, errReconnect) {
		return "Slack asked to reconnect or the connection broke"
	}
	return tickets.ReplaceAllStringFunc(err.Error(), func(s string) string {
		if u, err := url.Parse(s); err == nil {
			return u.Scheme + "://" + u.Host + "/…"
		}
		return "…"
	})
}

// endOf is why a connection ended, as a label.
func endOf(c *connection, err error) string {
	var (
		limited *slack.RateLimitedError
		code    slack.SlackErrorResponse
	)
	switch {
	case errors.As(err, &limited):
		return "rate_limited"
	case errors.As(err, &code):
		return "refused"
	case c.greeted.IsZero() && (err == nil || errors.Is(err, errReconnect)):
		return "before_hello"
	case err == nil, errors.Is(err, errReconnect), errors.Is(err, context.Canceled):
		return "reconnect"
	case c.greeted.IsZero():
		return "unreachable"
	}
	return "broken"
}
