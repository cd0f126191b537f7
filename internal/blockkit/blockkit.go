// Package blockkit builds Block Kit messages, modals and Home tabs that keep
// Slack's hard limits and never let a person's words ping anybody.
//
// It knows nothing of features: a room's views.go puts its pieces together. The
// limits hold twice: each piece is cut when it is built, and the whole when it
// is turned into a request, so blocks built elsewhere are kept within them too.
package blockkit

import "github.com/slack-go/slack"

// Message is what the bot says: blocks to look at, and the plain text that
// notifications and screen readers get. Slack reads Text as mrkdwn, so what
// people wrote goes into it through Escape. Empty, it is taken from the blocks.
type Message struct {
	Text   string
	Blocks []slack.Block

	encoded string // the blocks, once Prepared
}

// Modal is a view opened over Slack. Title, Submit and Close are at most 24
// characters. A modal without Submit only informs.
type Modal struct {
	CallbackID string
	Title      string
	Submit     string
	Close      string
	// PrivateMetadata travels with the view, at most 3,000 characters. Slack
	// hands it back with every action; it is no place for secrets.
	PrivateMetadata string
	Blocks          []slack.Block
}

// Home is the App Home tab of one person.
type Home struct {
	Blocks []slack.Block
}
