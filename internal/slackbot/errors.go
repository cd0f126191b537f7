package slackbot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"

	"github.com/redis/go-redis/v9"
	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot/inbox"
)

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

// errFinal marks errors that trying again would not mend.
var errFinal = inbox.ErrFinal

// errSlow is a handler that did not answer within its time.
var errSlow = errors.New("the handler took too long")

// What a person is told when something does not work.
const (
	sayBusy     = "I have a lot to do right now. Please try again in a moment."
	sayAway     = "I can’t reach everything I need right now. Please try again in a minute."
	saySlow     = "That took me too long. Please try again."
	sayTooLarge = "My answer got too long to show here. Please ask me about one thing at a time."
	sayFailed   = "Something went wrong on my side. Please try again. If it happens again, give this code to whoever looks after Ally here: `%s`"
	sayNotYours = "I only work with people of the organisation that runs me, so this button does nothing for you. Sorry!"
	sayLost     = "I tried to answer you in <#%s>, but I can’t tell whether my answer reached you. If you don’t see it there, just ask me again here."
)

func say(text string) blockkit.Message {
	return blockkit.Message{Text: text, Blocks: []slack.Block{blockkit.Section(text)}}
}

// explain logs an error and returns what the person is told of it: when what the
// bot depends on is away, to try again; else a code that is in the log as well.
func (g *Gateway) explain(what string, err error) blockkit.Message {
	switch {
	case errors.Is(err, errSlow), errors.Is(err, ErrTriggerExpired):
		g.metrics.failures.WithLabelValues("slow").Inc()
		g.log.Warn("too slow for Slack", zap.String("what", what))
		return say(saySlow)
	case away(err):
		g.metrics.failures.WithLabelValues("away").Inc()
		g.log.Warn("not possible at the moment", zap.String("what", what), zap.Error(err))
		return say(sayAway)
	}
	g.metrics.failures.WithLabelValues("error").Inc()
	id := errorID()
	g.log.Error("failed", zap.String("what", what), zap.String("error_id", id), zap.Error(err))
	return say(fmt.Sprintf(sayFailed, id))
}

// away says whether an error means that something the bot depends on does not
// answer.
func away(err error) bool {
	var network net.Error
	return errors.Is(err, inbox.ErrAway) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrRateLimited) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, redis.ErrPoolTimeout) || errors.As(err, &network)
}

// errorID is short enough to be read aloud, and has no letters or digits that
// are taken for one another.
func errorID() string { return rand.Text()[:6] }

// refusedThere says whether the bot could not show something in a channel
// because of where it or the person is.
func refusedThere(err error) bool {
	for _, refusal := range []error{ErrNotInChannel, ErrChannelNotFound, ErrUserNotInChannel, ErrChannelArchived, ErrPostingForbidden, ErrThreadNotFound} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}
