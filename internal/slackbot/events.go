package slackbot

// The events of Slack that rooms can subscribe to with On. They hold what the
// bot needs and no more: the text of a channel's message is not among it.

// HomeOpened is somebody opening the bot's Home or Messages tab.
type HomeOpened struct {
	UserID string `json:"user"`
	Tab    string `json:"tab"` // "home" or "messages"
}

// Huddle is a huddle as a channel's huddle_thread message tells of it. The end
// arrives in a message_changed, or as the deletion of the message.
type Huddle struct {
	RoomID    string `json:"room"`
	ChannelID string `json:"channel"`
	// ThreadTS is the root of the huddle's thread.
	ThreadTS     string   `json:"thread_ts"`
	CreatedBy    string   `json:"created_by"`
	Participants []string `json:"participants"`
	History      []string `json:"history"`
	Start        int64    `json:"start"` // seconds since 1970
	End          int64    `json:"end"`   // 0 while it lasts
	Ended        bool     `json:"ended"`
}

// HuddlePresence is a person entering or leaving some huddle. It names no
// channel; RoomID, when Slack sends it, equals a Huddle's.
type HuddlePresence struct {
	UserID   string `json:"user"`
	RoomID   string `json:"room"`
	InHuddle bool   `json:"in_huddle"`
	// Until is when the state expires if nothing renews it, seconds since 1970.
	Until int64 `json:"until"`
}

// PersonChanged is a person's profile having changed in a way we may cache:
// names, time zone, deactivation.
type PersonChanged struct {
	UserID string `json:"user"`
	// Deleted says that their account is deactivated.
	Deleted bool `json:"deleted,omitempty"`
}

// ReactionAdded is a person of this organisation reacting to a message in a
// conversation the bot is in. The bot's own reactions are not among them.
type ReactionAdded struct {
	UserID string `json:"user"`
	// Emoji is its name without colons and skin tone: "raised_hands".
	Emoji     string `json:"emoji"`
	ChannelID string `json:"channel"`
	TS        string `json:"ts"` // of the message reacted to
	// AuthorID wrote that message; empty where Slack does not say.
	AuthorID string `json:"author,omitempty"`
	// Shared says that people of other organisations are in the channel; who
	// reacted was looked up before a room is told.
	Shared bool `json:"shared,omitempty"`
}

// MessageDeleted is a message removed from a conversation the bot is in. Of the
// root of a thread with replies a tombstone stays; that is a removal too.
type MessageDeleted struct {
	ChannelID string `json:"channel"`
	TS        string `json:"ts"`
}

// RateLimited is Slack holding back events for a minute: a gap, not silence.
type RateLimited struct {
	Minute int64 `json:"minute"` // seconds since 1970
}
