package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Feature is a part of Ally that needs more of Slack than the basics.
type Feature string

// The features. Words, credit and lessons are what every installation has.
const (
	Basics    Feature = "words, credit and lessons"
	Listening Feature = "listening"
	Meetings  Feature = "meetings"
	Reactions Feature = "reactions"
)

// Optional lists what --with adds.
func Optional() []Feature { return []Feature{Listening, Meetings, Reactions} }

// ParseFeatures reads the value of --with: names with commas between them, or
// "all". The result is in a fixed order, each feature once.
func ParseFeatures(with string) ([]Feature, error) {
	asked := map[Feature]bool{}
	for _, name := range strings.Split(with, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "":
		case name == "all":
			for _, f := range Optional() {
				asked[f] = true
			}
		case slices.Contains(Optional(), Feature(name)):
			asked[Feature(name)] = true
		default:
			return nil, fmt.Errorf("unknown feature %q: give %s, %s, %s or all", name, Listening, Meetings, Reactions)
		}
	}
	var out []Feature
	for _, f := range Optional() {
		if asked[f] {
			out = append(out, f)
		}
	}
	return out, nil
}

// Kind tells a permission from a subscription.
type Kind string

// The kinds of a Need.
const (
	Scope Kind = "scope" // of the bot token
	Event Kind = "event" // delivered over the sockets
)

// Need is one thing that the manifest asks Slack for, and why.
type Need struct {
	Kind Kind
	Name string
	Why  string
	// For are the features that need it.
	For []Feature
}

// needs is everything Ally ever asks for, scopes first. Adding a line here
// means that every workspace has to install the app again.
var needs = []Need{
	{Scope, "app_mentions:read", "answer when somebody mentions @Ally, which also works in threads", []Feature{Basics}},
	{Scope, "chat:write", "answer in direct messages and post the credit that a person asked to post", []Feature{Basics}},
	{Scope, "commands", "offer /ally and the shortcuts", []Feature{Basics}},
	{Scope, "channels:read", "see who is in a public channel, so that nobody is named there before people they do not share it with", []Feature{Basics}},
	{Scope, "files:write", "send your own credits to you as a file when you ask for them", []Feature{Basics}},
	{Scope, "groups:read", "the same for private channels that Ally was invited to; Slack shows it no others", []Feature{Basics}},
	{Scope, "im:history", "read what people write to Ally in their own direct messages with it; nobody else's", []Feature{Basics}},
	{Scope, "im:write", "open the direct message with a person who asked for something", []Feature{Basics}},
	{Scope, "users:read", "show people by the name they chose, and send lessons at their local time", []Feature{Basics}},
	{Scope, "channels:history", "receive messages of public channels that Ally was invited to; the text is never stored", []Feature{Listening, Meetings}},
	{Scope, "groups:history", "the same for private channels that Ally was invited to", []Feature{Listening, Meetings}},
	{Scope, "dnd:read", "leave people alone during their do-not-disturb hours", []Feature{Listening, Meetings}},
	{Scope, "reactions:read", "notice the emoji that your organisation chose for credit", []Feature{Reactions}},

	{Event, "app_home_opened", "show a person their own page", []Feature{Basics}},
	{Event, "app_mention", "answer when somebody mentions @Ally", []Feature{Basics}},
	{Event, "message.im", "answer what people write to Ally directly", []Feature{Basics}},
	{Event, "user_change", "follow a changed name, time zone or deactivation", []Feature{Basics}},
	{Event, "message.channels", "hear the messages, edits, deletions and huddles of public channels", []Feature{Listening, Meetings}},
	{Event, "message.groups", "the same for private channels", []Feature{Listening, Meetings}},
	{Event, "user_huddle_changed", "know who joins and leaves a huddle", []Feature{Meetings}},
	{Event, "reaction_added", "offer the giver of that emoji, privately, to turn it into credit", []Feature{Reactions}},
}

// Needs lists what the basics and the features ask for: scopes, then events.
func Needs(with ...Feature) []Need {
	var out []Need
	for _, n := range needs {
		if slices.ContainsFunc(n.For, func(f Feature) bool { return f == Basics || slices.Contains(with, f) }) {
			out = append(out, n)
		}
	}
	return out
}

// Scopes lists the scopes of the bot token.
func Scopes(with ...Feature) []string { return names(Scope, with) }

// Events lists the events subscribed to.
func Events(with ...Feature) []string { return names(Event, with) }

func names(kind Kind, with []Feature) []string {
	var out []string
	for _, n := range Needs(with...) {
		if n.Kind == kind {
			out = append(out, n.Name)
		}
	}
	return out
}

// Explain lists what the manifest asks for and why, one line each.
func Explain(with ...Feature) string {
	var b strings.Builder
	for _, n := range Needs(with...) {
		fmt.Fprintf(&b, "%-6s %-20s %s (%s)\n", n.Kind, n.Name, n.Why, n.Reason())
	}
	return b.String()
}

// Reason names the features that need it: "listening, meetings".
func (n Need) Reason() string {
	var out []string
	for _, f := range n.For {
		out = append(out, string(f))
	}
	return strings.Join(out, ", ")
}
