package blockkit

import (
	"net/url"
	"reflect"
	"strings"

	"github.com/slack-go/slack"
)

// fitElement returns a copy of an element within Slack's limits, or nil if it
// could not do its work: a button whose value would be cut carries nonsense.
func fitElement(e slack.BlockElement) slack.BlockElement {
	if e == nil || reflect.ValueOf(e).Kind() == reflect.Pointer && reflect.ValueOf(e).IsNil() {
		return nil
	}
	switch e := e.(type) {
	case *slack.ButtonBlockElement:
		return orNil(fitButton(*e))
	case *slack.SelectBlockElement:
		return orNil(fitSelect(*e))
	case *slack.MultiSelectBlockElement:
		return orNil(fitMultiSelect(*e))
	case *slack.PlainTextInputBlockElement:
		return fitTextInput(*e)
	case *slack.OverflowBlockElement:
		c := *e
		c.ActionID, c.Confirm = fitID(c.ActionID), fitConfirm(c.Confirm)
		if c.Options = fitOptions(c.Options, 5, map[string]bool{}, slack.PlainTextType); c.Options == nil {
			return nil
		}
		return &c
	case *slack.CheckboxGroupsBlockElement:
		c := *e
		c.ActionID, c.Confirm = fitID(c.ActionID), fitConfirm(c.Confirm)
		if c.Options = fitOptions(c.Options, 10, map[string]bool{}, ""); c.Options == nil {
			return nil
		}
		c.InitialOptions = findOptions(c.Options, e.InitialOptions, MaxOptions)
		return &c
	case *slack.RadioButtonsBlockElement:
		c := *e
		c.ActionID, c.Confirm = fitID(c.ActionID), fitConfirm(c.Confirm)
		if c.Options = fitOptions(c.Options, 10, map[string]bool{}, ""); c.Options == nil {
			return nil
		}
		c.InitialOption = findOption(c.Options, c.InitialOption)
		return &c
	}
	return e
}

// orNil keeps a nil pointer from hiding in an interface.
func orNil[T any, P interface {
	*T
	slack.BlockElement
}](p P) slack.BlockElement {
	if p == nil {
		return nil
	}
	return p
}

func fitButton(b slack.ButtonBlockElement) *slack.ButtonBlockElement {
	b.ActionID = fitID(b.ActionID)
	b.Text = fitPlain(b.Text, MaxButtonLabel)
	b.Confirm = fitConfirm(b.Confirm)
	b.AccessibilityLabel = Cut(tidy(b.AccessibilityLabel), MaxButtonLabel)
	if b.Style != slack.StylePrimary && b.Style != slack.StyleDanger {
		b.Style = ""
	}
	b.Value = strings.ToValidUTF8(b.Value, "")
	if b.Text == nil || Len(b.Value) > MaxButtonValue || b.URL != "" && !isLink(b.URL) {
		return nil
	}
	return &b
}

func isLink(s string) bool {
	if Len(s) > MaxURL || strings.ContainsAny(s, " \t\r\n<>\"") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

func fitSelect(s slack.SelectBlockElement) *slack.SelectBlockElement {
	s.ActionID = fitID(s.ActionID)
	s.Placeholder = fitPlain(s.Placeholder, MaxPlaceholder)
	s.Confirm = fitConfirm(s.Confirm)
	s.Filter = fitFilter(s.Filter)
	s.InitialUser = fitSelectID(s.InitialUser, userID)
	s.InitialConversation = fitSelectID(s.InitialConversation, conversationID)
	s.InitialChannel = fitSelectID(s.InitialChannel, channelID)
	if s.MinQueryLength != nil {
		n := min(max(*s.MinQueryLength, 0), MaxQuery)
		s.MinQueryLength = &n
	}
	if s.Type != slack.OptTypeStatic {
		return &s
	}
	seen := map[string]bool{}
	if len(s.OptionGroups) > 0 {
		s.Options = nil
		s.OptionGroups = fitGroups(s.OptionGroups, seen)
	} else {
		s.Options = fitOptions(s.Options, MaxOptions, seen, slack.PlainTextType)
	}
	all := allOptions(s.Options, s.OptionGroups)
	if len(all) == 0 {
		return nil
	}
	s.InitialOption = findOption(all, s.InitialOption)
	return &s
}

// fitGroups keeps all groups together at 100 options, as clients show no more.
func fitGroups(groups []*slack.OptionGroupBlockObject, seen map[string]bool) []*slack.OptionGroupBlockObject {
	var out []*slack.OptionGroupBlockObject
	left := MaxOptions
	for _, g := range groups {
		if g == nil || len(out) == MaxOptionGroups || left == 0 {
			continue
		}
		c := *g
		if c.Label = fitPlain(c.Label, MaxOptionText); c.Label == nil {
			continue
		}
		if c.Options = fitOptions(c.Options, left, seen, slack.PlainTextType); c.Options == nil {
			continue
		}
		left -= len(c.Options)
		out = append(out, &c)
	}
	return out
}

// fitOptions leaves out options that could not be told apart. Menus show their
// options in plain text; an empty kind leaves the text as it is.
func fitOptions(options []*slack.OptionBlockObject, most int, seen map[string]bool, kind string) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, o := range options {
		if o == nil || len(out) == most {
			continue
		}
		c := *o
		c.Value = strings.ToValidUTF8(c.Value, "")
		if c.Value == "" || Len(c.Value) > MaxOptionValue || seen[c.Value] {
			continue
		}
		fitTo := fitText
		if kind == slack.PlainTextType {
			fitTo = fitPlain
		}
		if c.Text = fitTo(c.Text, MaxOptionText); c.Text == nil {
			continue
		}
		c.Description = fitPlain(c.Description, MaxOptionText)
		seen[c.Value] = true
		out = append(out, &c)
	}
	return out
}

func findOption(options []*slack.OptionBlockObject, want *slack.OptionBlockObject) *slack.OptionBlockObject {
	for _, o := range options {
		if want != nil && o.Value == want.Value {
			return o
		}
	}
	return nil
}

func fitTextInput(t slack.PlainTextInputBlockElement) *slack.PlainTextInputBlockElement {
	t.ActionID = fitID(t.ActionID)
	t.Placeholder = fitPlain(t.Placeholder, MaxPlaceholder)
	t.MaxLength = min(max(t.MaxLength, 0), MaxTyped)
	t.MinLength = min(max(t.MinLength, 0), MaxTyped)
	if t.MaxLength > 0 {
		t.MinLength = min(t.MinLength, t.MaxLength)
	}
	most := MaxTyped
	if t.MaxLength > 0 {
		most = t.MaxLength
	}
	if t.InitialValue = Cut(tidy(t.InitialValue), most); Len(t.InitialValue) < t.MinLength {
		t.InitialValue = ""
	}
	return &t
}

func fitConfirm(c *slack.ConfirmationBlockObject) *slack.ConfirmationBlockObject {
	if c == nil {
		return nil
	}
	out := *c
	out.Title = fitPlain(out.Title, maxConfirmTitle)
	out.Text = fitPlain(out.Text, maxConfirmText)
	out.Confirm = fitPlain(out.Confirm, maxConfirmButton)
	out.Deny = fitPlain(out.Deny, maxConfirmButton)
	if out.Title == nil || out.Text == nil || out.Confirm == nil || out.Deny == nil {
		return nil
	}
	return &out
}

func fitAccessory(a *slack.Accessory) *slack.Accessory {
	if a == nil {
		return nil
	}
	switch {
	case a.ButtonElement != nil:
		return accessoryOf(fitElement(a.ButtonElement))
	case a.SelectElement != nil:
		return accessoryOf(fitElement(a.SelectElement))
	case a.MultiSelectElement != nil:
		return accessoryOf(fitElement(a.MultiSelectElement))
	case a.OverflowElement != nil:
		return accessoryOf(fitElement(a.OverflowElement))
	case a.CheckboxGroupsBlockElement != nil:
		return accessoryOf(fitElement(a.CheckboxGroupsBlockElement))
	case a.RadioButtonsElement != nil:
		return accessoryOf(fitElement(a.RadioButtonsElement))
	case a.PlainTextInputElement != nil: // belongs in an input block
		return nil
	}
	return a
}

func accessoryOf(e slack.BlockElement) *slack.Accessory {
	if e == nil {
		return nil
	}
	return slack.NewAccessory(e)
}

// makeUnique changes ids in a block that fitBlock has copied.
func makeUnique(b slack.Block, u *unique) {
	switch b := b.(type) {
	case *slack.HeaderBlock:
		b.BlockID = u.block(b.BlockID)
	case *slack.ContextBlock:
		b.BlockID = u.block(b.BlockID)
	case *slack.SectionBlock:
		b.BlockID = u.block(b.BlockID)
		if b.Accessory != nil {
			uniqueAction(b.Accessory.ButtonElement, u)
			uniqueAction(b.Accessory.SelectElement, u)
			uniqueAction(b.Accessory.OverflowElement, u)
			uniqueAction(b.Accessory.MultiSelectElement, u)
			uniqueAction(b.Accessory.CheckboxGroupsBlockElement, u)
			uniqueAction(b.Accessory.RadioButtonsElement, u)
		}
	case *slack.ActionBlock:
		b.BlockID = u.block(b.BlockID)
		for _, e := range b.Elements.ElementSet {
			uniqueAction(e, u)
		}
	case *slack.InputBlock:
		b.BlockID = u.block(b.BlockID)
		uniqueAction(b.Element, u)
	}
}

func uniqueAction(e slack.BlockElement, u *unique) {
	switch e := e.(type) {
	case *slack.ButtonBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.SelectBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.OverflowBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.MultiSelectBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.CheckboxGroupsBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.RadioButtonsBlockElement:
		if e != nil {
			e.ActionID = u.action(e.ActionID)
		}
	case *slack.PlainTextInputBlockElement:
		e.ActionID = u.action(e.ActionID)
	}
}
