package blockkit

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
)

// Fitted returns the message within Slack's limits: at most 50 blocks, small
// enough for an acknowledgement, and a Text that is never empty.
func (m Message) Fitted() Message {
	if m.encoded != "" {
		return m
	}
	m.Blocks = fit(m.Blocks, MaxMessageBlocks, maxMessageText, maxMessageBytes)
	if m.Text = fitMrkdwn(m.Text, maxFallback); m.Text == "" {
		m.Text = fallback(m.Blocks)
	}
	return m
}

// Prepared is the message fitted and encoded, once for all when it goes to many
// people. Its parts must not be changed any more.
func (m Message) Prepared() (Message, error) {
	m = m.Fitted()
	var err error
	m.encoded, err = m.EncodedBlocks()
	return m, err
}

// EncodedBlocks are the blocks as Slack takes them, empty if there are none.
func (m Message) EncodedBlocks() (string, error) {
	if m.encoded != "" || len(m.Blocks) == 0 {
		return m.encoded, nil
	}
	b, err := json.Marshal(m.Blocks)
	if err != nil {
		return "", fmt.Errorf("encoding the blocks: %w", err)
	}
	return string(b), nil
}

// Options is the message for chat.postMessage, chat.postEphemeral and
// chat.update. Links unfurl nowhere.
func (m Message) Options() []slack.MsgOption {
	m = m.Fitted()
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
}

// Private is the message as the answer to a command in its acknowledgement, or
// as the body for a response URL; only the person who acted sees it. With
// replace it takes the place of the message acted in.
func (m Message) Private(replace bool) *slack.WebhookMessage {
	m = m.Fitted()
	off := false
	w := &slack.WebhookMessage{
		ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: replace,
		Text: m.Text, UnfurlLinks: &off, UnfurlMedia: &off,
	}
	if len(m.Blocks) > 0 {
		w.Blocks = &slack.Blocks{BlockSet: m.Blocks}
	}
	return w
}

// Fitted returns the modal within Slack's limits, with a title, a way to close
// it and, where something is asked for, a way to send it. Metadata that is too
// long is left out: half of it means nothing.
func (m Modal) Fitted() Modal {
	m.Title = orElse(fitLabel(m.Title), "Ally")
	m.Close = orElse(fitLabel(m.Close), "Close")
	m.Submit = fitLabel(m.Submit)
	m.CallbackID = fitID(m.CallbackID)
	m.Blocks = fitView(m.Blocks)
	if Len(m.PrivateMetadata) > MaxMetadata {
		m.PrivateMetadata = ""
	}
	if m.Submit == "" && hasInput(m.Blocks) {
		m.Submit = "Done"
	}
	return m
}

// Request is the modal for views.open, views.push and views.update.
func (m Modal) Request() slack.ModalViewRequest {
	m = m.Fitted()
	v := slack.ModalViewRequest{
		Type: slack.VTModal, Title: plainText(m.Title), Close: plainText(m.Close),
		CallbackID: m.CallbackID, PrivateMetadata: m.PrivateMetadata,
		Blocks: slack.Blocks{BlockSet: m.Blocks},
	}
	if m.Submit != "" {
		v.Submit = plainText(m.Submit)
	}
	return v
}

// Fitted returns the Home tab within Slack's limits.
func (h Home) Fitted() Home {
	h.Blocks = fitView(h.Blocks)
	return h
}

// Request is the Home tab for views.publish.
func (h Home) Request() slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: h.Fitted().Blocks}}
}

// fitView never gives an empty view, which Slack refuses.
func fitView(blocks []slack.Block) []slack.Block {
	if blocks = fit(blocks, MaxViewBlocks, maxViewBytes, maxViewBytes); len(blocks) == 0 {
		return []slack.Block{Section("There is nothing here yet.")}
	}
	return blocks
}

func fitLabel(s string) string { return Cut(tidy(s), MaxTitle) }

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func hasInput(blocks []slack.Block) bool {
	for _, b := range blocks {
		if b.BlockType() == slack.MBTInput {
			return true
		}
	}
	return false
}

// fallback is what a notification or a screen reader gets when a room gave no
// text: the words of the blocks, in mrkdwn.
func fallback(blocks []slack.Block) string {
	var parts []string
	add := func(t *slack.TextBlockObject) {
		switch {
		case t == nil:
		case t.Type == slack.MarkdownType:
			parts = append(parts, t.Text)
		default:
			parts = append(parts, entities.Replace(t.Text))
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			add(b.Text)
		case *slack.SectionBlock:
			add(b.Text)
			for _, f := range b.Fields {
				add(f)
			}
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				if t, ok := e.(*slack.TextBlockObject); ok {
					add(t)
				}
			}
		}
	}
	if s := fitMrkdwn(strings.Join(parts, "\n"), maxFallback); s != "" {
		return s
	}
	return "Ally"
}
