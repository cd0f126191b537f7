package sender

import (
	"errors"
	"fmt"
	"time"
)

// What Slack refused, in words for people who run the bot. Match them with
// errors.Is; Slack's own code is in Error.Code.
var (
	ErrToken            = errors.New("Slack does not accept the bot token")
	ErrMissingScope     = errors.New("the bot token lacks a scope")
	ErrRateLimited      = errors.New("Slack asks the bot to slow down")
	ErrNotInChannel     = errors.New("the bot is not in that channel")
	ErrChannelNotFound  = errors.New("the bot cannot see that channel")
	ErrChannelArchived  = errors.New("the channel is archived")
	ErrPostingForbidden = errors.New("the bot may not post there")
	ErrUserNotFound     = errors.New("Slack does not know that person")
	ErrUserNotInChannel = errors.New("the person is not in that channel")
	ErrCannotDirect     = errors.New("the bot cannot write to that person directly")
	ErrMessageNotFound  = errors.New("the message is not there any more")
	ErrCannotUpdate     = errors.New("the message cannot be changed")
	ErrThreadNotFound   = errors.New("the thread is not there any more")
	ErrInvalidContent   = errors.New("Slack does not accept the content")
	// ErrTriggerExpired means that 3 s passed since the person acted.
	ErrTriggerExpired = errors.New("too late to open a window")
	// ErrTriggerUsed means that the trigger opened a window already.
	ErrTriggerUsed   = errors.New("the window was opened already")
	ErrViewNotFound  = errors.New("the window is not open any more")
	ErrViewChanged   = errors.New("the view was changed meanwhile")
	ErrTooManyViews  = errors.New("three windows are open already")
	ErrResponseURL   = errors.New("no usable response URL")
	ErrResponseSpent = errors.New("the response URL has expired or was used five times")
	ErrNoText        = errors.New("a message needs a text for notifications and screen readers")
)

// kinds maps Slack's error codes to the sentinel errors above.
var kinds = map[string]error{
	"invalid_auth":           ErrToken,
	"not_authed":             ErrToken,
	"account_inactive":       ErrToken,
	"token_revoked":          ErrToken,
	"token_expired":          ErrToken,
	"not_allowed_token_type": ErrToken,
	"missing_scope":          ErrMissingScope,
	"ratelimited":            ErrRateLimited,
	"rate_limited":           ErrRateLimited,
	"not_in_channel":         ErrNotInChannel,
	"channel_not_found":      ErrChannelNotFound,
	"is_archived":            ErrChannelArchived,

	"restricted_action":                        ErrPostingForbidden,
	"restricted_action_read_only_channel":      ErrPostingForbidden,
	"restricted_action_thread_only_channel":    ErrPostingForbidden,
	"restricted_action_non_threadable_channel": ErrPostingForbidden,
	"no_permission":                            ErrPostingForbidden,
	"access_denied":                            ErrPostingForbidden,

	"user_not_found":           ErrUserNotFound,
	"users_not_found":          ErrUserNotFound,
	"user_not_visible":         ErrUserNotFound,
	"user_not_in_channel":      ErrUserNotInChannel,
	"cannot_dm_bot":            ErrCannotDirect,
	"user_disabled":            ErrCannotDirect,
	"messages_tab_disabled":    ErrCannotDirect,
	"invalid_user_combination": ErrCannotDirect,

	"message_not_found":       ErrMessageNotFound,
	"cant_update_message":     ErrCannotUpdate,
	"edit_window_closed":      ErrCannotUpdate,
	"thread_not_found":        ErrThreadNotFound,
	"cannot_reply_to_message": ErrThreadNotFound,

	"invalid_blocks":          ErrInvalidContent,
	"invalid_blocks_format":   ErrInvalidContent,
	"invalid_arguments":       ErrInvalidContent,
	"msg_blocks_too_long":     ErrInvalidContent,
	"msg_too_long":            ErrInvalidContent,
	"no_text":                 ErrInvalidContent,
	"view_too_large":          ErrInvalidContent,
	"metadata_too_large":      ErrInvalidContent,
	"invalid_metadata_format": ErrInvalidContent,

	"expired_trigger_id":   ErrTriggerExpired,
	"exchanged_trigger_id": ErrTriggerUsed,
	"push_limit_reached":   ErrTooManyViews,
	"not_found":            ErrViewNotFound,
	"hash_conflict":        ErrViewChanged,

	"expired_url":          ErrResponseSpent,
	"used_url":             ErrResponseSpent,
	"invalid_response_url": ErrResponseSpent,
}

// Error is a call of Slack's that failed. It holds no token, address or text.
type Error struct {
	Method string // "chat.postMessage", or "response_url"
	Code   string // Slack's code, "" when there was no answer to read
	Status int    // HTTP status, 0 when there was none
	Scope  string // the scope needed, with ErrMissingScope
	Where  string // the places in the content that Slack objected to, as JSON pointers
	// RetryAfter is what Slack asked for with ErrRateLimited.
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
	}
	if e.cause != nil {
		errs = append(errs, e.cause)
	}
	return errs
}

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

func limited(err error) bool { return errors.Is(err, ErrRateLimited) }
