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
	case errors.Is(err, errSlow):
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
