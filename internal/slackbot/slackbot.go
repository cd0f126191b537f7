// Package slackbot is the Slack side of the bot: what Slack sends is decoded,
// deduplicated, stored, acknowledged, routed to the rooms and worked off.
//
// The way of the data is one street:
//
//	socket → reduce, dedupe, store → ack → route → room → state → sender
//
// socket/ holds the Socket Mode connections, inbox/ what was acknowledged and
// is not done yet, sender/ everything that goes out. This package holds what
// the rooms see of Slack: the router they register with and the payloads they
// are handed.
package slackbot

import (
	"context"
	"encoding/json"

	"allybot/internal/blockkit"
)

// Surface is where a person asked the bot for something in words.
type Surface string

// The surfaces. Answers are private on all of them: a command's answer is
// ephemeral, a mention's too, a direct message is between the person and the bot.
const (
	SlashCommand  Surface = "command"
	DirectMessage Surface = "dm"
	Mention       Surface = "mention"
)

// Request is what a person asked the bot in words: `/ally …`, an @mention or a
// direct message.
type Request struct {
	Surface   Surface `json:"surface"`
	UserID    string  `json:"user"`
	TeamID    string  `json:"team"`
	ChannelID string  `json:"channel"`
	// TS and ThreadTS are empty for commands, which cannot be run in threads.
	TS       string `json:"ts,omitempty"`
	ThreadTS string `json:"thread_ts,omitempty"`
	// Shared says that people of other organisations are in the channel (Slack
	// Connect), so that who asked has to be looked up: an app_mention does not
	// name their team.
	Shared bool `json:"shared,omitempty"`
	// Text is what was typed, in Slack's own form (&amp;, <@U1|sam>), without
	// the mention of the bot.
	Text string `json:"text"`
	// Word and Rest are filled in by the router when Text parsed as a command.
	Word string `json:"word,omitempty"`
	Rest string `json:"rest,omitempty"`
	// DidYouMean is the command that Text begins with but does not parse as
	// ("name" for "name mispronounced"); the answer ends with a line about it.
	DidYouMean string `json:"did_you_mean,omitempty"`
	// TriggerID opens one modal within 3 s. Only commands have one.
	TriggerID string `json:"trigger_id,omitempty"`
}

// Reply answers a Request. Message is private. Task, if set, is stored before
// the request is acknowledged and worked off afterwards. After, if set, is stored
// once the message was sent, and not if nobody knows whether it arrived.
type Reply struct {
	Message blockkit.Message
	Task    *Task
	After   *Task
}

// Origin is the message or view in which a person acted.
type Origin struct {
	ChannelID string `json:"channel,omitempty"`
	MessageTS string `json:"message_ts,omitempty"`
	ThreadTS  string `json:"thread_ts,omitempty"`
	Ephemeral bool   `json:"ephemeral,omitempty"`
	// ResponseURL replaces the message acted in: 5 uses within 30 minutes.
	ResponseURL     string `json:"response_url,omitempty"`
	ViewID          string `json:"view_id,omitempty"`
	ViewHash        string `json:"view_hash,omitempty"`
	ViewType        string `json:"view_type,omitempty"` // "modal" or "home"
	CallbackID      string `json:"callback_id,omitempty"`
	PrivateMetadata string `json:"private_metadata,omitempty"`
}

// Value is the state of one input: what was typed or picked.
type Value struct {
	Value   string   `json:"value,omitempty"`   // typed text, date or time
	Options []string `json:"options,omitempty"` // values of the options picked
	Users   []string `json:"users,omitempty"`
	// Conversations are channel ids picked.
	Conversations []string `json:"conversations,omitempty"`
}

// Action is a button pressed or an option picked.
type Action struct {
	ActionID  string `json:"action_id"`
	BlockID   string `json:"block_id"`
	Value     string `json:"value"` // the button's value or the option picked
	UserID    string `json:"user"`
	TeamID    string `json:"team"` // the person's own team: differs for Slack Connect
	Origin    Origin `json:"origin"`
	TriggerID string `json:"trigger_id,omitempty"`
	// State holds the inputs of the message or view by action_id.
	State map[string]Value `json:"state,omitempty"`
}

// Shortcut is a message shortcut or a global shortcut. Origin is empty for a
// global one, which has neither channel nor response URL.
type Shortcut struct {
	CallbackID string `json:"callback_id"`
	UserID     string `json:"user"`
	TeamID     string `json:"team"`
	TriggerID  string `json:"trigger_id"`
	Origin     Origin `json:"origin"`
	// MessageText and MessageUser are the message a message shortcut was
	// used on, in Slack's own form.
	MessageText string `json:"message_text,omitempty"`
	MessageUser string `json:"message_user,omitempty"`
}

// Submission is a modal sent. It is answered in its acknowledgement.
type Submission struct {
	CallbackID string
	UserID     string
	TeamID     string
	Origin     Origin
	TriggerID  string
	State      map[string]Value // by action_id
}

// SubmissionReply is what becomes of a modal after it was sent: with nothing set
// it closes. Errors go by the block_id of an input block. At most one of
// Errors, Update, Push and Clear is set. Task is stored before the answer.
type SubmissionReply struct {
	Errors map[string]string
	Update *blockkit.Modal
	Push   *blockkit.Modal
	Clear  bool
	Task   *Task
}

// Suggestion asks for the options of an external select while a person types.
type Suggestion struct {
	ActionID string
	BlockID  string
	Query    string
	UserID   string
	TeamID   string
	Origin   Origin
}

// Option is one suggested option: Label at most 75 characters, Value 150.
type Option struct{ Label, Value string }

// Task is work to be done after the acknowledgement. It is stored, so its
// payload is what the work needs and no more.
type Task struct {
	// ID is set by the inbox and the same each time the task is tried; what a
	// handler sends takes its intent from it.
	ID      string          `json:"-"`
	Name    string          `json:"name"`
	Payload json.RawMessage `json:"payload"`
}

// NewTask makes a task of a registered name and its typed payload.
func NewTask(name string, payload any) (*Task, error) {
	b, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	return &Task{Name: name, Payload: b}, nil
}

// Posted is where a message landed.
type Posted struct {
	ChannelID string
	TS        string
}

// File is a file to be sent: Name as it is saved ("credits.csv"), Title as it is
// shown, both at most 255 characters. Comment is the message it comes with, in
// mrkdwn; it may be empty.
type File struct {
	Name, Title string
	Content     []byte
	Comment     string
}

// Sender is the one way out. All its calls keep Slack's rate limits over all
// replicas, honour Retry-After and never post twice.
//
// An intent names one message to be sent: the same intent sent again, after a
// crash or by another replica, does not post again. It is made of the task's
// id: intent := task.ID + "/answer".
type Sender interface {
	// Post sends m to a channel or thread (threadTS may be empty). Where the
	// bot cannot read back, a doubtful post returns ErrDoubtful.
	Post(ctx context.Context, intent, channelID, threadTS string, m blockkit.Message) (Posted, error)
	// Direct sends m to one person in their conversation with the bot.
	Direct(ctx context.Context, intent, userID string, m blockkit.Message) (Posted, error)
	// Ephemeral shows m to one person in a channel, at most once: it is
	// recorded before it is sent, and a doubtful one returns ErrDoubtful.
	Ephemeral(ctx context.Context, intent, channelID, threadTS, userID string, m blockkit.Message) error
	// Update replaces a message the bot posted.
	Update(ctx context.Context, channelID, ts string, m blockkit.Message) error
	// Delete removes a message the bot posted. One that is gone already counts as
	// removed.
	Delete(ctx context.Context, channelID, ts string) error
	// Upload posts a file to a channel, thread or direct conversation, at most
	// once: it is recorded before it is shared, and a doubtful one returns
	// ErrDoubtful.
	Upload(ctx context.Context, intent, channelID, threadTS string, f File) error
	// Replace puts m in place of the message acted in, through its response URL.
	Replace(ctx context.Context, o Origin, m blockkit.Message) error
	// Whisper adds m where the person acted, for them alone, through the response
	// URL that came with the act: 5 uses within 30 minutes. A doubtful one
	// returns ErrDoubtful.
	Whisper(ctx context.Context, responseURL string, m blockkit.Message) error
	// OpenModal opens v; the trigger is good for 3 s, once.
	OpenModal(ctx context.Context, triggerID string, v blockkit.Modal) error
	// PushModal puts v on top of an open modal (three in all).
	PushModal(ctx context.Context, triggerID string, v blockkit.Modal) error
	// UpdateModal replaces an open modal.
	UpdateModal(ctx context.Context, viewID string, v blockkit.Modal) error
	// PublishHome publishes the Home tab of a person.
	PublishHome(ctx context.Context, userID string, v blockkit.Home) error
}
