package blockkit

import "github.com/slack-go/slack"

// UsersSelect picks people: one if Max is 1, else several. Bots and people of
// other organisations may be among those offered, so what was picked has to be
// judged.
type UsersSelect struct {
	ActionID    string
	Placeholder string
	// Initial are user ids; what is no user id is left out, as is what exceeds Max.
	Initial []string
	Max     int // 0: any number
}

func (s UsersSelect) element() slack.BlockElement {
	if s.Max == 1 {
		e := &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder)}
		if len(s.Initial) > 0 {
			e.InitialUser = s.Initial[0]
		}
		return e
	}
	e := &slack.MultiSelectBlockElement{
		Type: slack.MultiOptTypeUser, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder), InitialUsers: s.Initial,
	}
	if s.Max > 0 {
		e.MaxSelectedItems = &s.Max
	}
	return e
}

// What ConversationSelect can be limited to.
const (
	PublicChannels  = "public"
	PrivateChannels = "private"
)

// ConversationSelect picks one conversation among those the person is in or can
// see. The bot need not be in it.
type ConversationSelect struct {
	ActionID    string
	Placeholder string
	Initial     string // a conversation id
	// Filter is what is offered, PublicChannels and PrivateChannels; nothing
	// means all, direct messages included.
	Filter []string
	// ExcludeShared leaves out channels shared with other organisations.
	ExcludeShared bool
	// NoBots leaves out direct messages with bots.
	NoBots bool
}

func (s ConversationSelect) element() slack.BlockElement {
	e := &slack.SelectBlockElement{
		Type: slack.OptTypeConversations, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder), InitialConversation: s.Initial,
	}
	if len(s.Filter) > 0 || s.ExcludeShared || s.NoBots {
		e.Filter = &slack.SelectBlockElementFilter{
			Include: s.Filter, ExcludeExternalSharedChannels: s.ExcludeShared, ExcludeBotUsers: s.NoBots,
		}
	}
	return e
}

// MultiStaticSelect is a list to pick several of. At most 100 options.
type MultiStaticSelect struct {
	ActionID    string
	Placeholder string
	Options     []Option
	Initial     []string // values of the options picked at first
	Max         int      // 0: any number
}

func (s MultiStaticSelect) element() slack.BlockElement {
	e := &slack.MultiSelectBlockElement{
		Type: slack.MultiOptTypeStatic, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder), Options: optionObjects(s.Options),
	}
	e.InitialOptions = optionsOf(e.Options, s.Initial)
	if s.Max > 0 {
		e.MaxSelectedItems = &s.Max
	}
	return e
}

// RadioButtons show all options at once, one of which is picked. At most 10.
type RadioButtons struct {
	ActionID string
	Options  []Option
	Initial  string // value of the option picked at first
}

func (r RadioButtons) element() slack.BlockElement {
	e := &slack.RadioButtonsBlockElement{Type: slack.METRadioButtons, ActionID: r.ActionID, Options: optionObjects(r.Options)}
	if initial := optionsOf(e.Options, []string{r.Initial}); len(initial) > 0 {
		e.InitialOption = initial[0]
	}
	return e
}

// Checkboxes show all options at once, any of which can be ticked. At most 10.
type Checkboxes struct {
	ActionID string
	Options  []Option
	Initial  []string // values of the options ticked at first
}

func (c Checkboxes) element() slack.BlockElement {
	e := &slack.CheckboxGroupsBlockElement{Type: slack.METCheckboxGroups, ActionID: c.ActionID, Options: optionObjects(c.Options)}
	e.InitialOptions = optionsOf(e.Options, c.Initial)
	return e
}

// Overflow is a "⋯" menu of at most 5 options, each of which does something.
type Overflow struct {
	ActionID string
	Options  []Option
	Confirm  *Confirm // asked whichever is picked
}

func (o Overflow) element() slack.BlockElement {
	return &slack.OverflowBlockElement{
		Type: slack.METOverflow, ActionID: o.ActionID, Options: optionObjects(o.Options), Confirm: o.Confirm.object(),
	}
}

// Confirm is a question Slack asks before it passes on what was pressed. All
// texts are needed, else there is no question.
type Confirm struct {
	Title   string // at most 100 characters
	Text    string // at most 300
	Confirm string // the button that goes on, at most 30
	Deny    string // the button that does not, at most 30
}

func (c *Confirm) object() *slack.ConfirmationBlockObject {
	if c == nil {
		return nil
	}
	return &slack.ConfirmationBlockObject{
		Title: plainText(c.Title), Text: plainText(c.Text), Confirm: plainText(c.Confirm), Deny: plainText(c.Deny),
	}
}

// optionsOf finds the options with the values given, in their own order.
func optionsOf(options []*slack.OptionBlockObject, values []string) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, o := range options {
		for _, v := range values {
			if v != "" && o.Value == v {
				out = append(out, o)
				break
			}
		}
	}
	return out
}
