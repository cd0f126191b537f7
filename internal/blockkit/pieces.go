package blockkit

import "github.com/slack-go/slack"

// The functions here build one block each, cut to Slack's limits. What has
// nothing in it gives nil; a Message, Modal or Home leaves nil blocks out.
//
// Arguments called mrkdwn are interpreted by Slack: what people wrote goes into
// them through Escape. All other texts are shown as they are.

// Header is one large line of plain text, cut at 150 characters.
func Header(text string) slack.Block {
	return fitBlock(&slack.HeaderBlock{Type: slack.MBTHeader, Text: plainText(text)})
}

// Say shows words to be said: large if they fit a header, in full below that
// size if they don't. It never cuts what is under 3,000 characters.
func Say(text string) slack.Block {
	if Len(tidy(text)) <= MaxHeader {
		return Header(text)
	}
	return fitBlock(&slack.SectionBlock{Type: slack.MBTSection, Text: plainText(text)})
}

// Section is a paragraph.
func Section(mrkdwn string) slack.Block { return SectionWith(mrkdwn, nil) }

// SectionWith is a paragraph with a button or select at its side.
func SectionWith(mrkdwn string, accessory Element) slack.Block {
	b := &slack.SectionBlock{Type: slack.MBTSection, Text: mrkdwnText(mrkdwn)}
	if accessory != nil {
		b.Accessory = accessoryOf(accessory.element())
	}
	return fitBlock(b)
}

// Verbatim is SectionWith for words with what people typed in them: Slack makes
// no mentions or links of what merely looks like one. Tokens such as <@U1> still
// work, so what people typed goes through Escape all the same.
func Verbatim(mrkdwn string, accessory Element) slack.Block {
	b, ok := SectionWith(mrkdwn, accessory).(*slack.SectionBlock)
	if !ok {
		return nil
	}
	b.Text.Verbatim = true
	return b
}

// Context is small print: at most 10 pieces side by side.
func Context(mrkdwn ...string) slack.Block {
	var elements []slack.MixedElement
	for _, m := range mrkdwn {
		elements = append(elements, mrkdwnText(m))
	}
	return fitBlock(slack.NewContextBlock("", elements...))
}

// Divider is a thin line.
func Divider() slack.Block { return slack.NewDividerBlock() }

// Actions is a row of at most 25 buttons and selects. The block id may be empty;
// Slack hands it back with each action.
func Actions(blockID string, elements ...Element) slack.Block {
	var set []slack.BlockElement
	for _, e := range elements {
		if e != nil {
			set = append(set, e.element())
		}
	}
	return fitBlock(slack.NewActionBlock(blockID, set...))
}

// Input asks for something in a modal. Errors of a submission go by BlockID.
type Input struct {
	BlockID  string
	Label    string
	Hint     string
	Element  Element
	Optional bool
	// Dispatch sends an action as soon as something was picked or typed.
	Dispatch bool
}

// Block builds the input.
func (i Input) Block() slack.Block {
	if i.Element == nil {
		return nil
	}
	return fitBlock(&slack.InputBlock{
		Type: slack.MBTInput, BlockID: i.BlockID, Label: plainText(i.Label), Hint: plainText(i.Hint),
		Element: i.Element.element(), Optional: i.Optional, DispatchAction: i.Dispatch,
	})
}

func plainText(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: s}
}

func mrkdwnText(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s}
}
