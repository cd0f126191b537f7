package slacksim

import (
	"encoding/json"
	"errors"
	"time"
)

// Options says what workspace to start.
type Options struct {
	// Manifest is the app's manifest as JSON: its scopes, bot events, slash
	// commands and shortcuts. Required.
	Manifest []byte
	// Now is the workspace's clock; nil means time.Now. Message timestamps come
	// from it and are strictly increasing even when it stands still.
	Now func() time.Time
	// Addr is where to listen; default "127.0.0.1:0". Only loopback is allowed.
	Addr string
	// PingInterval is how often a socket is pinged; default 5 s.
	PingInterval time.Duration
	// Seed fixes the arbitrary distribution of envelopes over sockets.
	Seed uint64
	// AckTimeout is how long the app has to acknowledge an envelope; default 3 s.
	AckTimeout time.Duration
	// TriggerLife is how long a trigger id opens a view; default 3 s.
	TriggerLife time.Duration
	// EditWindow is the workspace's setting "Message editing": for how long after
	// it was posted a message can be changed. Zero: always; negative: never. Beyond
	// it chat.update fails with edit_window_closed. Response URLs are not held to it.
	EditWindow time.Duration
	// NoRateLimits starts the workspace with rate limits lifted.
	NoRateLimits bool
}

// Person is somebody of the workspace, or of another one (Slack Connect).
type Person struct {
	ID          string // generated if empty
	Name        string // the handle, what follows @
	RealName    string
	DisplayName string // may be empty
	TZ          string // IANA zone; default "Etc/UTC"
	Locale      string // default "en-US"
	Pronouns    string
	Title       string
	// TeamID other than the workspace's own makes an external person.
	TeamID string

	Admin, Owner       bool
	Guest              bool // multi-channel guest
	SingleChannelGuest bool
	Deleted            bool
	Bot                bool
	// DND is whether a do-not-disturb schedule is set: from DNDFrom to DNDTo,
	// local "15:04" times, default 22:00 to 08:00.
	DND            bool
	DNDFrom, DNDTo string
	// Inactive people miss ephemeral messages: Slack answers ok and shows none.
	Inactive bool
	// FieldsAsList sends profile.fields as [] instead of an object, as Slack
	// does for some people.
	FieldsAsList bool
}

// Channel is a conversation to add: a channel, public or private.
type Channel struct {
	ID      string // generated if empty
	Name    string
	Topic   string
	Private bool
	// ExtShared makes a Slack Connect channel.
	ExtShared bool
	Archived  bool
	// AdminsOnly lets nobody but admins and owners post; the app is told
	// restricted_action.
	AdminsOnly bool
	Members    []string // user ids; the first is the creator
	WithBot    bool     // the app's bot is a member
}

// Usergroup is a group of people that can be mentioned together.
type Usergroup struct {
	ID     string   `json:"id"`     // generated if empty
	Handle string   `json:"handle"` // what follows @
	Name   string   `json:"name"`
	Users  []string `json:"users"`
}

// Message is a message as one person sees it.
type Message struct {
	ChannelID string          `json:"channel"`
	TS        string          `json:"ts"`
	ThreadTS  string          `json:"thread_ts,omitempty"`
	UserID    string          `json:"user"`
	BotID     string          `json:"bot_id,omitempty"`
	AppID     string          `json:"app_id,omitempty"`
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	// Attachments are secondary attachments, as sent.
	Attachments json.RawMessage `json:"attachments,omitempty"`
	// Ephemeral messages are seen by one person only.
	Ephemeral   bool            `json:"is_ephemeral,omitempty"`
	Edited      bool            `json:"is_edited,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	ClientMsgID string          `json:"client_msg_id,omitempty"`
	Reactions   []Reaction      `json:"reactions,omitempty"`
	Subtype     string          `json:"subtype,omitempty"`
	ReplyCount  int             `json:"reply_count,omitempty"`
	ReplyUsers  []string        `json:"reply_users,omitempty"`
	Files       []File          `json:"files,omitempty"`
	// Room is the huddle of a huddle_thread message.
	Room json.RawMessage `json:"room,omitempty"`
	// Values is what this person has picked or typed in the message's inputs,
	// in the shape of state.values.
	Values json.RawMessage `json:"values,omitempty"`
	// ResponseURL is the one of the exchange that made the message, "" if none.
	// People never see it; tests may use it.
	ResponseURL string `json:"-"`
}

// Reaction is one emoji under a message and who gave it.
type Reaction struct {
	Name  string   `json:"name"` // without colons
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// File is an uploaded file.
type File struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Title   string `json:"title"`
	Size    int    `json:"size"` // bytes
	Content []byte `json:"-"`
}

// View is a modal or Home tab as one person sees it.
type View struct {
	ID              string          `json:"id"`
	Type            string          `json:"type"` // "modal" or "home"
	CallbackID      string          `json:"callback_id"`
	PrivateMetadata string          `json:"private_metadata"`
	Title           string          `json:"title"`
	Submit          string          `json:"submit,omitempty"`
	Close           string          `json:"close,omitempty"`
	Hash            string          `json:"hash"`
	Blocks          json.RawMessage `json:"blocks"`
	// Values is what was typed and picked so far, in the shape of state.values.
	Values json.RawMessage `json:"values"`
	// Errors are the messages shown under inputs, by block_id.
	Errors map[string]string `json:"errors,omitempty"`
	// JSON is the whole view as the app sent it, completed as Slack does.
	JSON json.RawMessage `json:"json"`
}

// Option is one suggestion of an external select.
type Option struct {
	Text        string `json:"text"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Group       string `json:"group,omitempty"` // label of the option group
}

// What a person's client shows when the app failed them.
var (
	// ErrTimeout is shown as operation_timeout: no acknowledgement in time.
	ErrTimeout = errors.New("operation_timeout: the app did not acknowledge in time")
	// ErrDispatchFailed is shown as dispatch_failed: the app has no open socket.
	ErrDispatchFailed = errors.New("dispatch_failed: the app has no open socket")
	// ErrNoResults is what a person sees of options that could not be used: none.
	ErrNoResults = errors.New("no results")
	// ErrWaiting means that Wait gave up before Slack would have.
	ErrWaiting = errors.New("still waiting for the app's acknowledgement")
)

// FaultKind is what goes wrong with a Web API call.
type FaultKind int

// The faults a test can order.
const (
	// RateLimited answers 429 with Retry-After.
	RateLimited FaultKind = iota + 1
	// ServerError answers 500.
	ServerError
	// HangUp takes the call and never answers; nothing is carried out.
	HangUp
	// LostReply carries the call out and cuts the connection before answering.
	LostReply
	// Slow waits for Delay, then answers normally.
	Slow
)
