package slacksim

import (
	"encoding/json"
	"slices"
	"unicode/utf16"
)

// Slack truncates longer texts (https://docs.slack.dev/reference/methods/chat.postMessage); we refuse them.
const maxText = 40_000

// content is a message's body, checked.
type content struct {
	text                  string
	blocks                []any
	attachments, metadata json.RawMessage
	hasBlocks             bool
}

func null(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// content checks the body of a message the app sends.
func (s *Sim) content(text string, blocks, attachments, metadata json.RawMessage) (content, error) {
	c := content{text: text}
	if len(utf16.Encode([]rune(text))) > maxText {
		return c, fail("msg_too_long")
	}
	if !null(blocks) {
		if err := checkBlocks(blocks); err != nil {
			return c, err
		}
		c.blocks, c.hasBlocks = parseBlocks(blocks), true
	}
	if !null(attachments) {
		var all []obj
		if json.Unmarshal(attachments, &all) != nil {
			return c, fail("invalid_attachments")
		}
		if len(all) > 100 {
			return c, fail("too_many_attachments")
		}
		for _, a := range all {
			if b, ok := a["blocks"]; ok {
				if err := checkBlocks(toJSON(b)); err != nil {
					return c, err
				}
			}
		}
		if len(all) > 0 {
			c.attachments = slices.Clone(attachments)
		}
	}
	var err error
	if c.metadata, err = checkMetadata(metadata); err != nil {
		return c, err
	}
	if text == "" && len(c.blocks) == 0 && c.attachments == nil {
		return c, fail("no_text")
	}
	return c, nil
}

// checkMetadata wants event_type and a flat event_payload; null and slack-go's
// empty metadata mean none.
func checkMetadata(raw json.RawMessage) (json.RawMessage, error) {
	if null(raw) {
		return nil, nil
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return nil, fail("invalid_metadata_format")
	}
	if string(m["event_type"]) == `""` && null(m["event_payload"]) {
		return nil, nil
	}
	var kind string
	var payload map[string]json.RawMessage
	for key := range m {
		if key != "event_type" && key != "event_payload" && (key != "entities" || !null(m[key])) {
			return nil, fail("invalid_metadata_schema")
		}
	}
	if json.Unmarshal(m["event_type"], &kind) != nil || kind == "" || json.Unmarshal(m["event_payload"], &payload) != nil || payload == nil {
		return nil, fail("invalid_metadata_schema")
	}
	if len(raw) > 16_000 {
		return nil, fail("metadata_too_large")
	}
	return slices.Clone(raw), nil
}

// botMessage is a message of the app with a body.
func (s *Sim) botMessage(c content) *message {
	return &message{
		userID: s.botUserID, botID: s.botID, appID: s.appID,
		text: c.text, blocks: c.blocks, attachments: c.attachments, metadata: c.metadata,
	}
}

// forget takes an ephemeral message out of its person's client.
func (s *Sim) forget(m *message) {
	m.ch.take(m)
	s.touch()
}
