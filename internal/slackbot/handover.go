package slackbot

// What one room asks of another: a task of one of these names, carried out with
// Router.Do, its payload the type named after it. A trigger opens a window within
// 3 s, so these are done at once and not stored.

// WordsOpen opens a window with words to edit and copy: a WordsToUse.
const WordsOpen = "words.open"

// WordsToUse are words that a person may want to send or say themselves. The bot
// sends nothing.
type WordsToUse struct {
	TriggerID string `json:"trigger_id"`
	// OnTop puts the window on top of the one in which the person acted.
	OnTop bool `json:"on_top,omitempty"`
	// TeamID is the person's workspace, for the link to a conversation.
	TeamID string `json:"team,omitempty"`
	Title  string `json:"title"` // of the window, at most 24 characters
	Text   string `json:"text"`  // as plain text
	// ToUserID and ToName are whom the words are for; both may be empty.
	ToUserID string `json:"to,omitempty"`
	ToName   string `json:"to_name,omitempty"`
	// ChannelID and TS are the message the words are about; both may be empty.
	ChannelID string `json:"channel,omitempty"`
	TS        string `json:"ts,omitempty"`
}

// CreditOpen opens the window in which credit is given: a CreditToGive.
const CreditOpen = "credit.open"

// CreditToGive is what is known already of a credit that a person may want to
// give. Nothing is given before they send the window.
type CreditToGive struct {
	TriggerID string `json:"trigger_id"`
	// OnTop puts the window on top of the one in which the person acted.
	OnTop  bool   `json:"on_top,omitempty"`
	UserID string `json:"user"`
	TeamID string `json:"team,omitempty"`
	// Receivers, Reason (plain text) and Kind (a credit.Kind) are filled in for
	// the person to change; all may be empty.
	Receivers []string `json:"receivers,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Kind      string   `json:"kind,omitempty"`
	// ChannelID, TS and ThreadTS are the message it is about. Without a TS the
	// credit is about no message, and ChannelID is where the person is.
	ChannelID string `json:"channel,omitempty"`
	TS        string `json:"ts,omitempty"`
	ThreadTS  string `json:"thread_ts,omitempty"`
	// Excerpt of that message, in Slack's own form, is shown in the window and
	// never stored.
	Excerpt string `json:"excerpt,omitempty"`
}

// ScriptOpen opens the window with the words for a moment: a ScriptToShow.
const ScriptOpen = "script.open"

// ScriptToShow is a script that a person wants to see.
type ScriptToShow struct {
	TriggerID string `json:"trigger_id"`
	// OnTop puts the window on top of the one in which the person acted.
	OnTop  bool   `json:"on_top,omitempty"`
	UserID string `json:"user"`
	Script string `json:"script"` // its id
}

// HomeWelcome shows the welcome anew after something on it was pressed: a
// WelcomeAgain.
const HomeWelcome = "home.welcome"

// WelcomeAgain is the welcome that somebody acted on.
type WelcomeAgain struct {
	UserID string `json:"user"`
	Origin Origin `json:"origin"`
	// Instead, in mrkdwn, takes the place of what the rooms offer there. Empty, it
	// is what they offer now.
	Instead string `json:"instead,omitempty"`
}
