package blockkit

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/slack-go/slack"
)

// fitBlock returns a copy of a block within Slack's limits, or nil if nothing
// is left of it. Blocks of kinds the bot does not build itself pass unchanged.
func fitBlock(b slack.Block) slack.Block {
	if b == nil || reflect.ValueOf(b).Kind() == reflect.Pointer && reflect.ValueOf(b).IsNil() {
		return nil
	}
	switch b := b.(type) {
	case *slack.HeaderBlock:
		c := *b
		c.BlockID = fitID(c.BlockID)
		if c.Text = fitText(c.Text, MaxHeader); c.Text == nil {
			return nil
		}
		c.Text.Type = slack.PlainTextType
		return &c
	case *slack.SectionBlock:
		c := *b
		c.BlockID = fitID(c.BlockID)
		c.Text = fitText(c.Text, MaxText)
		c.Fields = fitFields(c.Fields)
		c.Accessory = fitAccessory(c.Accessory)
		if c.Text == nil && c.Fields == nil {
			return nil
		}
		return &c
	case *slack.ContextBlock:
		c := *b
		c.BlockID = fitID(c.BlockID)
		if c.ContextElements.Elements = fitContext(c.ContextElements.Elements); c.ContextElements.Elements == nil {
			return nil
		}
		return &c
	case *slack.ActionBlock:
		c := *b
		c.BlockID = fitID(c.BlockID)
		if c.Elements = fitActions(c.Elements); c.Elements == nil {
			return nil
		}
		return &c
	case *slack.InputBlock:
		c := *b
		c.BlockID = fitID(c.BlockID)
		c.Label, c.Hint = fitPlain(c.Label, MaxInputLabel), fitPlain(c.Hint, MaxInputLabel)
		if c.Element = fitElement(c.Element); c.Element == nil || c.Label == nil {
			return nil
		}
		switch c.Element.(type) {
		case *slack.ButtonBlockElement, *slack.OverflowBlockElement: // belong in actions
			return nil
		}
		return &c
	}
	return b
}

func fitFields(fields []*slack.TextBlockObject) []*slack.TextBlockObject {
	var out []*slack.TextBlockObject
	for _, f := range fields {
		if f = fitText(f, MaxField); f != nil && len(out) < MaxFields {
			out = append(out, f)
		}
	}
	return out
}

func fitContext(elements []slack.MixedElement) []slack.MixedElement {
	var out []slack.MixedElement
	for _, e := range elements {
		switch t := e.(type) {
		case *slack.TextBlockObject:
			if t = fitText(t, MaxText); t == nil {
				continue
			}
			e = t
		case slack.TextBlockObject:
			c := fitText(&t, MaxText)
			if c == nil {
				continue
			}
			e = c
		case nil:
			continue
		}
		if len(out) < MaxContextElements {
			out = append(out, e)
		}
	}
	return out
}

func fitActions(set *slack.BlockElements) *slack.BlockElements {
	if set == nil {
		return nil
	}
	var out []slack.BlockElement
	for _, e := range set.ElementSet {
		if _, typed := e.(*slack.PlainTextInputBlockElement); typed { // belongs in an input block
			continue
		}
		if e = fitElement(e); e != nil && len(out) < MaxActions {
			out = append(out, e)
		}
	}
	if out == nil {
		return nil
	}
	return &slack.BlockElements{ElementSet: out}
}

// fitText cuts a text object; nil if nothing is left.
func fitText(t *slack.TextBlockObject, limit int) *slack.TextBlockObject {
	if t == nil {
		return nil
	}
	c := *t
	if c.Type == slack.MarkdownType {
		c.Text = fitMrkdwn(c.Text, limit)
	} else {
		c.Type = slack.PlainTextType
		c.Text = Cut(tidy(c.Text), limit)
		c.Verbatim = false // Slack refuses it here
	}
	if c.Text == "" {
		return nil
	}
	return &c
}

func fitPlain(t *slack.TextBlockObject, limit int) *slack.TextBlockObject {
	if t != nil {
		c := *t
		c.Type = slack.PlainTextType
		t = &c
	}
	return fitText(t, limit)
}

// fitMrkdwn cuts mrkdwn and turns tokens that would ping everybody into words.
func fitMrkdwn(s string, limit int) string {
	if strings.Contains(s, "<!") {
		s = broadcast.ReplaceAllStringFunc(s, func(tok string) string { return readToken(tok[1 : len(tok)-1]) })
	}
	return CutMrkdwn(tidy(s), limit)
}

// fitID empties an id that is too long: half an id means nothing.
func fitID(id string) string {
	if id = strings.ToValidUTF8(id, ""); Len(id) > MaxID {
		return ""
	}
	return id
}

// unique makes ids differ where Slack wants them to: a block_id seen before is
// dropped (Slack makes one up), an action_id gets a suffix that the router takes
// off again.
type unique struct{ blocks, actions map[string]bool }

func (u *unique) block(id string) string {
	if id == "" || u.blocks[id] {
		return ""
	}
	u.blocks[id] = true
	return id
}

func (u *unique) action(id string) string {
	was := id
	for n := 2; id != "" && u.actions[id]; n++ {
		id = was + ":" + strconv.Itoa(n)
	}
	u.actions[id] = true
	return fitID(id)
}

// fit brings the blocks of a surface within its limits: each block, how many,
// how large together. What is too much is cut, the longest texts first, then
// dropped from the end.
func fit(blocks []slack.Block, maxBlocks, maxText, maxBytes int) []slack.Block {
	u := &unique{blocks: map[string]bool{}, actions: map[string]bool{}}
	out := make([]slack.Block, 0, len(blocks))
	for _, b := range blocks {
		if b = fitBlock(b); b == nil || len(out) == maxBlocks {
			continue
		}
		makeUnique(b, u)
		out = append(out, b)
	}
	for limit := MaxText / 2; limit >= 50 && tooLarge(out, maxText, maxBytes); limit /= 2 {
		for i, b := range out {
			out[i] = shorten(b, limit)
		}
	}
	for len(out) > 0 && tooLarge(out, maxText, maxBytes) {
		out = out[:len(out)-1]
	}
	return out
}

func tooLarge(blocks []slack.Block, maxText, maxBytes int) bool {
	j, err := json.Marshal(slack.Blocks{BlockSet: blocks})
	if err != nil || len(j) > maxBytes {
		return true
	}
	return Len(string(j)) > maxText
}

func shorten(b slack.Block, limit int) slack.Block {
	switch b := b.(type) {
	case *slack.SectionBlock:
		c := *b
		c.Text = fitText(c.Text, limit)
		c.Fields = nil
		for _, f := range b.Fields {
			c.Fields = append(c.Fields, fitText(f, limit))
		}
		return &c
	case *slack.ContextBlock:
		c := *b
		c.ContextElements.Elements = nil
		for _, e := range b.ContextElements.Elements {
			if t, ok := e.(*slack.TextBlockObject); ok {
				e = fitText(t, limit)
			}
			c.ContextElements.Elements = append(c.ContextElements.Elements, e)
		}
		return &c
	}
	return b
}
