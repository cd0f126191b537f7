package blockkit

import "github.com/slack-go/slack"

// Element is what can be pressed, picked or typed into.
type Element interface{ element() slack.BlockElement }

// Button styles.
const (
	Primary = string(slack.StylePrimary)
	Danger  = string(slack.StyleDanger)
)

// Button is pressed. Keep its Label under 30 characters, where clients clip it.
type Button struct {
	Label    string
	ActionID string
	Value    string // comes back with the action; a longer one than 2,000 is refused
	Style    string // Primary, Danger or nothing
	URL      string // opened in the browser as well
	// Aloud is what a screen reader says when the label alone is not enough.
	Aloud string
	// Confirm is asked before the press counts; may be nil.
	Confirm *Confirm
}

func (b Button) element() slack.BlockElement {
	return &slack.ButtonBlockElement{
		Type: slack.METButton, Text: plainText(b.Label), ActionID: b.ActionID, Value: b.Value,
		Style: slack.Style(b.Style), URL: b.URL, AccessibilityLabel: b.Aloud, Confirm: b.Confirm.object(),
	}
}

// Option is one thing to pick: Label at most 75 characters, Value 150. About is
// small print beneath the label, at most 75; it may be empty.
type Option struct{ Label, Value, About string }

// Group is a heading over options.
type Group struct {
	Label   string
	Options []Option
}

// StaticSelect is a list to pick one of: either Options or Groups. At most 100
// options, and 100 groups.
type StaticSelect struct {
	ActionID    string
	Placeholder string
	Options     []Option
	Groups      []Group
	Initial     string // value of the option picked at first
}

func (s StaticSelect) element() slack.BlockElement {
	e := &slack.SelectBlockElement{
		Type: slack.OptTypeStatic, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder),
		Options: optionObjects(s.Options),
	}
	for _, g := range s.Groups {
		e.OptionGroups = append(e.OptionGroups, &slack.OptionGroupBlockObject{
			Label: plainText(g.Label), Options: optionObjects(g.Options),
		})
	}
	for _, o := range allOptions(e.Options, e.OptionGroups) {
		if s.Initial != "" && o.Value == s.Initial {
			e.InitialOption = o
			break
		}
	}
	return e
}

func optionObjects(options []Option) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, o := range options {
		object := &slack.OptionBlockObject{Text: plainText(o.Label), Value: o.Value}
		if o.About != "" {
			object.Description = plainText(o.About)
		}
		out = append(out, object)
	}
	return out
}

func allOptions(options []*slack.OptionBlockObject, groups []*slack.OptionGroupBlockObject) []*slack.OptionBlockObject {
	all := options
	for _, g := range groups {
		if g != nil {
			all = append(all[:len(all):len(all)], g.Options...)
		}
	}
	return all
}

// ExternalSelect is a search: its options are suggested while a person types.
type ExternalSelect struct {
	ActionID    string
	Placeholder string
	MinQuery    int // how many characters before suggestions are asked for
}

func (s ExternalSelect) element() slack.BlockElement {
	return &slack.SelectBlockElement{
		Type: slack.OptTypeExternal, ActionID: s.ActionID, Placeholder: plainText(s.Placeholder),
		MinQueryLength: &s.MinQuery,
	}
}

// TextInput is typed into.
type TextInput struct {
	ActionID    string
	Placeholder string
	Initial     string
	Multiline   bool
	Min, Max    int // 0: no limit of our own
}

func (t TextInput) element() slack.BlockElement {
	return &slack.PlainTextInputBlockElement{
		Type: slack.METPlainTextInput, ActionID: t.ActionID, Placeholder: plainText(t.Placeholder),
		InitialValue: t.Initial, Multiline: t.Multiline, MinLength: t.Min, MaxLength: t.Max,
	}
}
