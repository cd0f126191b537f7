package sender

import (
	"errors"
	"fmt"
	"time"

	"allybot/internal/slackbot"
)

// kinds maps Slack's error codes to the sentinel errors of slackbot.
var kinds = map[string]error{
	"invalid_auth":           slackbot.ErrToken,
	"not_authed":             slackbot.ErrToken,
	"account_inactive":       slackbot.ErrToken,
	"token_revoked":          slackbot.ErrToken,
	"token_expired":          slackbot.ErrToken,
	"not_allowed_token_type": slackbot.ErrToken,
	"missing_scope":          slackbot.ErrMissingScope,
	"ratelimited":            slackbot.ErrRateLimited,
	"rate_limited":           slackbot.ErrRateLimited,
	"not_in_channel":         slackbot.ErrNotInChannel,
	"channel_not_found":      slackbot.ErrChannelNotFound,
	"is_archived":            slackbot.ErrChannelArchived,
	"is_inactive":            slackbot.ErrChannelArchived, // chat.update there

	"restricted_action":                        slackbot.ErrPostingForbidden,
	"restricted_action_read_only_channel":      slackbot.ErrPostingForbidden,
	"restricted_action_thread_only_channel":    slackbot.ErrPostingForbidden,
	"restricted_action_non_threadable_channel": slackbot.ErrPostingForbidden,
	"no_permission":                            slackbot.ErrPostingForbidden,
	"access_denied":                            slackbot.ErrPostingForbidden,
	"posting_to_channel_denied":                slackbot.ErrPostingForbidden,

	"user_not_found":           slackbot.ErrUserNotFound,
	"users_not_found":          slackbot.ErrUserNotFound,
	"user_not_visible":         slackbot.ErrUserNotFound,
	"user_not_in_channel":      slackbot.ErrUserNotInChannel,
	"cannot_dm_bot":            slackbot.ErrCannotDirect,
	"user_disabled":            slackbot.ErrCannotDirect,
	"messages_tab_disabled":    slackbot.ErrCannotDirect,
	"invalid_user_combination": slackbot.ErrCannotDirect,

	"message_not_found":       slackbot.ErrMessageNotFound,
	"cant_update_message":     slackbot.ErrCannotUpdate,
	"cant_delete_message":     slackbot.ErrCannotUpdate,
	"edit_window_closed":      slackbot.ErrCannotUpdate,
	"thread_not_found":        slackbot.ErrThreadNotFound,
	"cannot_reply_to_message": slackbot.ErrThreadNotFound,

	"invalid_blocks":          slackbot.ErrInvalidContent,
	"invalid_blocks_format":   slackbot.ErrInvalidContent,
	"invalid_arguments":       slackbot.ErrInvalidContent,
	"msg_blocks_too_long":     slackbot.ErrInvalidContent,
	"msg_too_long":            slackbot.ErrInvalidContent,
	"no_text":                 slackbot.ErrInvalidContent,
	"view_too_large":          slackbot.ErrInvalidContent,
	"metadata_too_large":      slackbot.ErrInvalidContent,
	"invalid_metadata_format": slackbot.ErrInvalidContent,

	"expired_trigger_id":   slackbot.ErrTriggerExpired,
	"exchanged_trigger_id": slackbot.ErrTriggerUsed,
	"push_limit_reached":   slackbot.ErrTooManyViews,
	"not_found":            slackbot.ErrViewNotFound,
	"hash_conflict":        slackbot.ErrViewChanged,

	"expired_url":          slackbot.ErrResponseSpent,
	"used_url":             slackbot.ErrResponseSpent,
	"invalid_response_url": slackbot.ErrResponseSpent,
}

// Error is a call of Slack's that failed. It holds no token, address or text.
type Error struct {
	Method string // "chat.postMessage", or "response_url"
	Code   string // Slack's code, "" when there was no answer to read
	Status int    // HTTP status, 0 when there was none
	Scope  string // the scope needed, with slackbot.ErrMissingScope
	Where  string // the places in the content that Slack objected to, as JSON pointers
	// RetryAfter is what Slack asked for with slackbot.ErrRateLimited.
	RetryAfter time.Duration

	// doubt: Slack may have carried the call out. passing: worth another try.
	doubt   bool
	passing bool
	cause   error
}

func (e *Error) Error() string {
	s := e.Method + ": "
	kind := kinds[e.Code]
	switch {
	case e.Code == "missing_scope" && e.Scope != "":
		s += fmt.Sprintf("the bot token lacks the scope %s (add it to the app and reinstall)", e.Scope)
	case kind != nil:
		s += fmt.Sprintf("%v (%s)", kind, e.Code)
	case e.Code != "":
		s += "Slack answered " + e.Code
	case e.Status != 0 && e.cause != nil:
		s += fmt.Sprintf("Slack's answer (HTTP %d) is unreadable: %v", e.Status, e.cause)
	case e.Status != 0:
		s += fmt.Sprintf("Slack answered HTTP %d", e.Status)
	default:
		s += fmt.Sprintf("no answer from Slack: %v", e.cause)
	}
	if e.Where != "" {
		s += " at " + e.Where
	}
	return s
}

// Unwrap leads to the sentinel error and to what went wrong beneath, so that a
// cancelled context is recognised.
func (e *Error) Unwrap() []error {
	var errs []error
	if kind := kinds[e.Code]; kind != nil {
		errs = append(errs, kind)
	} else if e.passing {
		errs = append(errs, slackbot.ErrUnavailable)
	}
	if e.cause != nil {
		errs = append(errs, e.cause)
	}
	return errs
}

// Permanent says that Slack refused the call, and would again.
func (e *Error) Permanent() bool { return !e.passing && !e.doubt && (e.Code != "" || e.Status != 0) }

func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// doubtful says whether the call may have been carried out although it failed.
func doubtful(err error) bool { e := asError(err); return e != nil && e.doubt }

// passing says whether the same call may well succeed a little later.
func passing(err error) bool { e := asError(err); return e != nil && e.passing }

func limited(err error) bool { return errors.Is(err, slackbot.ErrRateLimited) }
