package blockkit

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestChoicesAsSlackGetsThem(t *testing.T) {
	kinds := []Option{{Label: "An idea", Value: "idea"}, {Label: "Help", Value: "help", About: "a hand given"}}
	for name, c := range map[string]struct {
		element Element
		want    string
	}{
		"several people": {
			UsersSelect{ActionID: "who", Placeholder: "Pick", Initial: []string{"U1", "sam", "U1", "W2", "U3"}, Max: 2},
			`{"type":"multi_users_select","placeholder":{"type":"plain_text","text":"Pick"},"action_id":"who","initial_users":["U1","W2"],"max_selected_items":2}`,
		},
		"one person": {
			UsersSelect{ActionID: "who", Initial: []string{"U1"}, Max: 1},
			`{"type":"users_select","action_id":"who","initial_user":"U1"}`,
		},
		"one person, nobody at first": {UsersSelect{ActionID: "who", Max: 1}, `{"type":"users_select","action_id":"who"}`},
		"a conversation": {
			ConversationSelect{ActionID: "where", Initial: "C1", Filter: []string{PublicChannels, "secret"}, ExcludeShared: true, NoBots: true},
			`{"type":"conversations_select","action_id":"where","initial_conversation":"C1","filter":{"include":["public"],"exclude_external_shared_channels":true,"exclude_bot_users":true}}`,
		},
		"any conversation": {ConversationSelect{ActionID: "where", Initial: "general"}, `{"type":"conversations_select","action_id":"where"}`},
		"several of a list": {
			MultiStaticSelect{ActionID: "kinds", Options: kinds, Initial: []string{"help", "gone"}},
			`{"type":"multi_static_select","action_id":"kinds","options":[{"text":{"type":"plain_text","text":"An idea"},"value":"idea"},{"text":{"type":"plain_text","text":"Help"},"value":"help","description":{"type":"plain_text","text":"a hand given"}}],"initial_options":[{"text":{"type":"plain_text","text":"Help"},"value":"help","description":{"type":"plain_text","text":"a hand given"}}]}`,
		},
		"one of a few": {
			RadioButtons{ActionID: "kind", Options: kinds[:1], Initial: "idea"},
			`{"type":"radio_buttons","action_id":"kind","options":[{"text":{"type":"plain_text","text":"An idea"},"value":"idea"}],"initial_option":{"text":{"type":"plain_text","text":"An idea"},"value":"idea"}}`,
		},
		"any of a few": {
			Checkboxes{ActionID: "kinds", Options: kinds[:1], Initial: []string{"idea"}},
			`{"type":"checkboxes","action_id":"kinds","options":[{"text":{"type":"plain_text","text":"An idea"},"value":"idea"}],"initial_options":[{"text":{"type":"plain_text","text":"An idea"},"value":"idea"}]}`,
		},
		"what can be done": {
			Overflow{ActionID: "more", Options: kinds[:1]},
			`{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"An idea"},"value":"idea"}]}`,
		},
		"a question first": {
			Button{Label: "Withdraw", ActionID: "down", Confirm: &Confirm{Title: "Sure?", Text: "It goes.", Confirm: "Yes", Deny: "No"}},
			`{"type":"button","text":{"type":"plain_text","text":"Withdraw"},"action_id":"down","confirm":{"title":{"type":"plain_text","text":"Sure?"},"text":{"type":"plain_text","text":"It goes."},"confirm":{"type":"plain_text","text":"Yes"},"deny":{"type":"plain_text","text":"No"}}}`,
		},
		"half a question is none": {
			Button{Label: "Withdraw", ActionID: "down", Confirm: &Confirm{Title: "Sure?"}},
			`{"type":"button","text":{"type":"plain_text","text":"Withdraw"},"action_id":"down"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, ok := Actions("", c.element).(*slack.ActionBlock)
			if !ok {
				t.Fatal("nothing is left of it")
			}
			got, err := json.Marshal(b.Elements.ElementSet[0])
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			check(t, Message{Text: "x", Blocks: []slack.Block{SectionWith("x", c.element), Actions("", c.element, c.element)}})
			checkView(t, Modal{Blocks: []slack.Block{Input{Label: "x", Element: c.element}.Block(), SectionWith("x", c.element)}}.Request())
		})
	}
}

func TestWhatHasNoOptionsIsNoChoice(t *testing.T) {
	none := []Option{{Label: "", Value: "x"}, {Label: "x", Value: ""}}
	for _, e := range []Element{MultiStaticSelect{Options: none}, RadioButtons{Options: none}, Checkboxes{Options: none}, Overflow{Options: none}} {
		if b := Actions("", e); b != nil {
			t.Errorf("%T without options became %+v", e, b)
		}
	}
}

func TestVerbatimLeavesWhatPeopleTypedAlone(t *testing.T) {
	m := check(t, Message{Blocks: []slack.Block{Verbatim("ask #general &amp; <@U1>", nil), Verbatim(strings.Repeat("#general ", 1000), nil), Verbatim("", nil)}})
	if len(m.Blocks) != 2 {
		t.Fatalf("%d blocks", len(m.Blocks))
	}
	for _, b := range m.Blocks {
		if s := b.(*slack.SectionBlock); !s.Text.Verbatim || s.Text.Type != slack.MarkdownType {
			t.Errorf("not verbatim: %+v", s.Text)
		}
	}
}
