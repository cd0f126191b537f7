// Package blockcheck validates Block Kit payloads as strictly as Slack does,
// or stricter. It reads raw JSON and shares no code with the bot, so that a
// mistake in the bot's own block builders cannot hide here.
//
// Limits come from Slack's reference (docs.slack.dev/reference/block-kit) and
// from the official client libraries. Where two sources disagree, the stricter
// one wins; what no source describes is an error. Lengths are counted in
// UTF-16 code units, which is never less than the number of characters.
//
// Block types that only Slack itself posts or that belong to features outside
// this workspace (call, file, data_table, task_card, plan, …) are unsupported.
package blockcheck

import (
	"bytes"
	"encoding/json"
)

// Limits of whole payloads.
const (
	// MaxMessageBlocks and MaxViewBlocks count top-level blocks.
	MaxMessageBlocks = 50
	MaxViewBlocks    = 100
	// MaxMessageSize is where Slack was seen to answer msg_blocks_too_long,
	// in UTF-16 code units of the JSON text (bolt-js issue 2509).
	MaxMessageSize = 13_200
	// MaxViewSize is the documented 250 kB, in bytes of the JSON text.
	MaxViewSize = 250_000
)

// Error codes of refused payloads.
const (
	codeBlocks       = "invalid_blocks"
	codeBlocksFormat = "invalid_blocks_format"
	codeBlocksSize   = "msg_blocks_too_long"
	codeArguments    = "invalid_arguments"
	codeTables       = "invalid_attachments" // what Slack calls a second table
	codeViewSize     = "view_too_large"
)

// Message checks the blocks of a message: a JSON array of at most 50 blocks.
// An empty array passes: it takes the blocks off an updated message. Any error
// is an *Error with code invalid_blocks, invalid_blocks_format,
// invalid_attachments (two tables) or msg_blocks_too_long.
func Message(blocks json.RawMessage) error {
	tree, err := decode(blocks)
	if err != nil {
		return &Error{Code: codeBlocksFormat, Messages: []string{message(err.Error(), "/blocks")}}
	}
	list, ok := tree.([]any)
	if !ok {
		return &Error{Code: codeBlocksFormat, Messages: []string{message("must provide an array", "/blocks")}}
	}
	if size(string(bytes.TrimSpace(blocks))) > MaxMessageSize {
		return &Error{Code: codeBlocksSize}
	}
	c := &checker{surface: onMessage}
	c.count("/blocks", len(list), 0, MaxMessageBlocks)
	c.blocks("/blocks", list)
	c.totals()
	if c.tables > 1 {
		return c.err(codeTables)
	}
	return c.err(codeBlocks)
}

// View checks a view as given to views.open, views.push, views.update or
// views.publish: an object of type modal or home with 1 to 100 blocks. Any
// error is an *Error with code invalid_arguments or view_too_large.
func View(view json.RawMessage) error {
	if len(bytes.TrimSpace(view)) > MaxViewSize {
		return &Error{Code: codeViewSize}
	}
	tree, err := decode(view)
	if err != nil {
		return &Error{Code: codeArguments, Messages: []string{message(err.Error(), "/view")}}
	}
	c := &checker{}
	c.view("/view", tree)
	return c.err(codeArguments)
}
