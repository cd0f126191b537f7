package blockkit

// Slack's hard limits, from the Block Kit reference pages. Slack does not say
// how it counts characters; here they are UTF-16 code units, which is never
// fewer than any other count of characters.
const (
	MaxMessageBlocks   = 50
	MaxViewBlocks      = 100
	MaxText            = 3000 // text of a section, of a context element
	MaxHeader          = 150
	MaxFields          = 10
	MaxField           = 2000
	MaxContextElements = 10
	MaxActions         = 25
	MaxInputLabel      = 2000 // label and hint
	MaxButtonLabel     = 75   // clients clip at about 30
	MaxButtonValue     = 2000
	MaxURL             = 3000
	MaxID              = 255 // block_id, action_id, callback_id
	MaxPlaceholder     = 150
	MaxOptions         = 100
	MaxOptionGroups    = 100
	MaxOptionText      = 75 // text, description and the label of a group
	MaxOptionValue     = 150
	MaxTitle           = 24 // title, submit and close of a modal
	MaxMetadata        = 3000
	MaxTyped           = 3000 // what fits into a plain_text_input
	MaxQuery           = 75   // min_query_length: no option is longer
	MaxAltText         = 2000
)

// Confirmation dialogs.
const (
	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30
)

const (
	// maxMessageBytes is how large the blocks of a message may be as JSON. It
	// keeps an acknowledgement under the 20,480 bytes at which Slack drops it,
	// fallback text included.
	maxMessageBytes = 14_000
	// maxMessageText is how much text the blocks of a message may hold:
	// msg_blocks_too_long comes at about 13,200 characters.
	maxMessageText = 12_000
	// maxViewBytes stays below Slack's 250 kB for a view.
	maxViewBytes = 240_000
	// maxFallback is how long the plain text beside the blocks gets, in UTF-16
	// units. Slack recommends at most 4,000; a notification shows far less.
	maxFallback = 1000
)
