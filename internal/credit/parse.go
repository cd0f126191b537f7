package credit

import (
	"regexp"

	"allybot/internal/slackbot"
)

// Problem is why what was typed is not a credit yet.
type Problem string

// The problems; "" is none.
const (
	// NoReceiver: the text does not begin with those it is for ("stolen by @sam").
	NoReceiver Problem = "receiver"
	// MassMention and Group: @channel, @here, @everyone or a user group among
	// those it is for.
	MassMention Problem = "mass"
	Group       Problem = "group"
	// TooMany: more than MaxReceivers.
	TooMany Problem = "many"
	// Unclear: who it is for can only be guessed ("for helping @sam").
	Unclear Problem = "unclear"
	// TwoReasons: it looks like several credits in one ("@sam for X and @noor for
	// Y"), and a credit has one reason.
	TwoReasons Problem = "two"
	// NoReason: nothing follows the mentions.
	NoReason Problem = "reason"
)

// Draft is a credit as far as it could be read from what somebody typed.
type Draft struct {
	// Receivers are user ids, distinct, in the order typed, MaxReceivers at most.
	Receivers []string
	// Labels are the names that came with the mentions, by user id.
	Labels map[string]string
	// Reason is still in Slack's own form; see ReasonText.
	Reason string
	// Mass is "channel", "here" or "everyone" if that was among the receivers;
	// Group the name of a user group with its @, or "@group".
	Mass, Group string
	Problem     Problem
}

// ParseCommand reads what follows `/ally credit`.
func ParseCommand(rest string) (d Draft, parsed slackbot.Parsed) {
	return Draft{}, slackbot.NotACommand
}

// emojiCode is how Slack writes an emoji.
var emojiCode = regexp.MustCompile(`:[a-z0-9_+'-]+:`)

// ReasonText makes a reason plain text.
func ReasonText(reason string, channelName func(id, label string) string) string { return reason }
