package slacksim

import (
	"encoding/json"
	"slices"
	"unicode/utf16"
)

// How long a text may be, in UTF-16 code units.
const (
	// maxText is where Slack cuts a new message; we refuse it
	// (https://docs.slack.dev/reference/methods/chat.postMessage).
	maxText = 40_000
	// maxShortText is where chat.update answers msg_too_long. Messages for one
	// person and answers to response URLs are held to it too.
	maxShortText = 4_000
	maxMarkdown  = 12_000
)

func tooLong(text string, most int) bool {
	return len(text) > most && len(utf16.Encode([]rune(text))) > most
}

// content is a message's body, checked.
type content struct {
	text                  string
	blocks                []any // nil without any
	attachments, metadata json.RawMessage
}

func null(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// content checks the body of a message the app sends; the length of its text is
// the caller's to check.
func (s *Sim) content(text string, blocks, attachments, metadata json.RawMessage) (content, error) {
	c := content{text: text}
	if !null(blocks) {
		if err := checkBlocks(blocks); err != nil {
			return c, err
		}
		c.blocks = parseBlocks(blocks)
	}
	if !null(attachments) {
		all, err := checkAttachments(attachments, blocks)
		if err != nil {
			return c, err
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

// forgetUnseen takes an ephemeral message away that Slack says ok to and shows
// nobody: its person is away, or its thread has no reply yet.
func (s *Sim) forgetUnseen(m *message) {
	if m.ephemeralTo == "" {
		return
	}
	root := m.ch.find(m.threadTS)
	if s.people[m.ephemeralTo].Inactive || (root != nil && len(root.replies) == 0) {
		m.ch.take(m)
		s.touch()
	}
}
