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
