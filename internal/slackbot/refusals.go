package slackbot

import "errors"

// refused is an error that is no better when the same thing is tried again: work
// that fails with it is given up at once.
type refused string

func (r refused) Error() string   { return string(r) }
func (r refused) Permanent() bool { return true }

// ErrDoubtful means that a message may or may not have been posted and the bot
// cannot look it up: it is not tried again, the person is told.
var ErrDoubtful error = refused("the message may have been posted; not tried again")

// What may pass: worth another try later.
var (
	ErrRateLimited = errors.New("Slack asks the bot to slow down")
	// ErrUnavailable means that Slack did not answer, or not sensibly.
	ErrUnavailable = errors.New("Slack is not available")
)

// What Slack refused, in words for people who run the bot. A Sender's errors
// match them with errors.Is.
var (
	ErrToken            error = refused("Slack does not accept the bot token")
	ErrMissingScope     error = refused("the bot token lacks a scope")
	ErrNotInChannel     error = refused("the bot is not in that channel")
	ErrChannelNotFound  error = refused("the bot cannot see that channel")
	ErrChannelArchived  error = refused("the channel is archived")
	ErrPostingForbidden error = refused("the bot may not post there")
	ErrUserNotFound     error = refused("Slack does not know that person")
	ErrUserNotInChannel error = refused("the person is not in that channel")
	ErrCannotDirect     error = refused("the bot cannot write to that person directly")
	ErrMessageNotFound  error = refused("the message is not there any more")
	ErrCannotUpdate     error = refused("the message cannot be changed")
	ErrThreadNotFound   error = refused("the thread is not there any more")
	ErrInvalidContent   error = refused("Slack does not accept the content")
	// ErrTriggerExpired means that 3 s passed since the person acted.
	ErrTriggerExpired error = refused("too late to open a window")
	// ErrTriggerUsed means that the trigger opened a window already.
	ErrTriggerUsed   error = refused("the window was opened already")
	ErrViewNotFound  error = refused("the window is not open any more")
	ErrViewChanged   error = refused("the view was changed meanwhile")
	ErrTooManyViews  error = refused("three windows are open already")
	ErrResponseURL   error = refused("no usable response URL")
	ErrResponseSpent error = refused("the response URL has expired or was used five times")
	ErrNoText        error = refused("a message needs a text for notifications and screen readers")
)
