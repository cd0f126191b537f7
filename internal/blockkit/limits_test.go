package blockkit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"allybot/internal/slacksim/blockcheck"
)

// check asks the strict stand-in for Slack about a message.
func check(t *testing.T, m Message) Message {
	t.Helper()
	m = m.Fitted()
	if strings.TrimSpace(m.Text) == "" {
		t.Error("the fallback text is empty")
	}
	if Len(m.Text) > maxFallback {
		t.Errorf("the fallback text is %d long", Len(m.Text))
	}
	j, err := json.Marshal(slack.Blocks{BlockSet: m.Blocks})
	if err != nil {
		t.Fatal(err)
	}
	if err := blockcheck.Message(j); err != nil {
		t.Errorf("Slack would refuse the message: %v", err)
	}
	ack, err := json.Marshal(m.Private(true))
	if err != nil {
		t.Fatal(err)
	}
	if len(ack) >= 20_000 {
		t.Errorf("the acknowledgement has %d bytes", len(ack))
	}
	return m
}

func checkView(t *testing.T, v any) {
	t.Helper()
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := blockcheck.View(j); err != nil {
		t.Errorf("Slack would refuse the view: %v", err)
	}
}

// everything builds one of each piece from the same text.
func everything(s string, n int) []slack.Block {
	options := make([]Option, n)
	groups := make([]Group, n)
	buttons := make([]Element, n)
	people := []string{s}
	for i := range n {
		options[i] = Option{Label: s, Value: s + fmt.Sprint(i%7), About: s}
		groups[i] = Group{Label: s, Options: []Option{{Label: s, Value: fmt.Sprint(i)}, {Label: s, Value: s}}}
		buttons[i] = Button{Label: s, ActionID: s, Value: s, Style: s, URL: s, Aloud: s, Confirm: &Confirm{Title: s, Text: s, Confirm: s, Deny: s}}
		people = append(people, fmt.Sprint("U", i%80))
	}
	return []slack.Block{
		Header(s), Say(s), Section(s), Divider(), nil,
		Context(append(make([]string, 12), s, s)...),
		SectionWith(s, StaticSelect{ActionID: s, Placeholder: s, Options: options, Initial: s}),
		SectionWith(s, Button{Label: "Open", ActionID: s, URL: "https://a.example/" + s}),
		SectionWith(s, TextInput{ActionID: s}),
		Actions(s, buttons...),
		Actions(s, StaticSelect{ActionID: s, Groups: groups}, ExternalSelect{ActionID: s, Placeholder: s, MinQuery: n - 20}, nil, TextInput{}),
		Input{BlockID: s, Label: s, Hint: s, Element: TextInput{ActionID: s, Placeholder: s, Initial: s, Min: n, Max: n * 3}}.Block(),
		Input{Label: s, Element: StaticSelect{ActionID: s, Options: options}}.Block(),
		Input{Label: s, Element: Button{Label: s}}.Block(),
		Verbatim(s, Overflow{ActionID: s, Options: options, Confirm: &Confirm{Title: s, Text: s, Confirm: s, Deny: s}}),
		SectionWith(s, MultiStaticSelect{ActionID: s, Placeholder: s, Options: options, Initial: []string{s, s + "0", s + "3", s + "0"}, Max: n - 100}),
		SectionWith(s, Checkboxes{ActionID: s, Options: options}),
		SectionWith(s, RadioButtons{ActionID: s, Options: options}),
		Actions("", Checkboxes{ActionID: s, Options: options, Initial: []string{s + "1", s + "1"}}, RadioButtons{ActionID: s, Options: options, Initial: s + "2"},
			Overflow{Options: options}, UsersSelect{ActionID: s, Placeholder: s, Initial: people}, UsersSelect{ActionID: s, Initial: people, Max: 1},
			ConversationSelect{ActionID: s, Placeholder: s, Initial: s, Filter: []string{s, PublicChannels, PublicChannels}}, ConversationSelect{Initial: "C1", NoBots: true}),
		Input{Label: s, Element: UsersSelect{ActionID: s, Placeholder: s, Initial: people, Max: n}}.Block(),
		Input{Label: s, Element: RadioButtons{ActionID: s, Options: options, Initial: s}}.Block(),
		Input{Label: s, Element: Overflow{ActionID: s, Options: options}}.Block(),
		// Built elsewhere, without this package's care:
		slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", s, true, false)),
		slack.NewSectionBlock(nil, []*slack.TextBlockObject{{Type: "mrkdwn", Text: s}, nil}, nil),
		(*slack.SectionBlock)(nil),
	}
}

func FuzzWhateverGoesInTheLimitsHold(f *testing.F) {
	f.Add("", 0)
	f.Add("Sam", 3)
	f.Add("   \n", 1)
	f.Add("<!channel> & <@U1|sam> @here", 26)
	f.Add(strings.Repeat("👩‍👩‍👧", 700), 30)
	f.Add(strings.Repeat("&<>", 2000), 101)
	f.Add(strings.Repeat("ab ", 90), 12)
	f.Add("\u202eevil\x00\xff", 5)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = abs(n) % 104
		blocks := everything(s, n)
		m := check(t, Message{Blocks: blocks})
		if broadcast.MatchString(m.Text) || everybody.MatchString(m.Text) {
			t.Errorf("the fallback text pings: %q", m.Text)
		}
		check(t, Message{Text: s})
		check(t, Message{Text: s, Blocks: append(blocks, blocks...)})
		checkView(t, Modal{CallbackID: s, Title: s, Submit: s, Close: s, PrivateMetadata: s, Blocks: blocks}.Request())
		checkView(t, Home{Blocks: append(blocks, blocks...)}.Request())
	})
}

func TestNothingToShowIsStillAccepted(t *testing.T) {
	if m := check(t, Message{}); m.Text != "Ally" {
		t.Errorf("text = %q", m.Text)
	}
	checkView(t, Modal{}.Request())
	checkView(t, Home{}.Request())
}

func TestSayIsLargeWhileItFits(t *testing.T) {
	if b := Say(strings.Repeat("a", 150)); b.BlockType() != slack.MBTHeader {
		t.Errorf("150 characters are a %s", b.BlockType())
	}
	long := strings.Repeat("b", 151)
	b, ok := Say(long).(*slack.SectionBlock)
	if !ok || b.Text.Text != long || b.Text.Type != slack.PlainTextType {
		t.Errorf("151 characters are not shown in full")
	}
	if b := Say(strings.Repeat("🙂", 76)); b.BlockType() != slack.MBTSection {
		t.Errorf("152 UTF-16 units are a %s", b.BlockType())
	}
}

func TestAMessageTooLargeLosesTheLongestTextsFirst(t *testing.T) {
	long := strings.Repeat("word ", 500)
	var blocks []slack.Block
	for range 8 {
		blocks = append(blocks, Section(long))
	}
	blocks = append(blocks, Actions("", Button{Label: "Back", ActionID: "x.back"}))
	m := check(t, Message{Blocks: blocks})
	if len(m.Blocks) != 9 {
		t.Fatalf("%d blocks of 9 are left", len(m.Blocks))
	}
	if m.Blocks[8].BlockType() != slack.MBTAction {
		t.Error("the button is gone")
	}
}

func TestTheFallbackIsSafeToInterpret(t *testing.T) {
	m := Message{Blocks: []slack.Block{Header("Sam & <@U1> said @channel"), Section("see <https://a.example|this> &amp; that")}}.Fitted()
	want := "Sam &amp; &lt;@U1&gt; said @\u2060channel\nsee <https://a.example|this> &amp; that"
	if m.Text != want {
		t.Errorf("text = %q\nwant   %q", m.Text, want)
	}
}

func TestIDsThatMustDifferDo(t *testing.T) {
	m := check(t, Message{Blocks: []slack.Block{
		Actions("same", Button{Label: "a", ActionID: "x.go"}, Button{Label: "b", ActionID: "x.go"}),
		Actions("same", Button{Label: "c", ActionID: "x.go"}),
	}})
	var got []string
	for _, b := range m.Blocks {
		for _, e := range b.(*slack.ActionBlock).Elements.ElementSet {
			got = append(got, e.(*slack.ButtonBlockElement).ActionID)
		}
	}
	if fmt.Sprint(got) != "[x.go x.go:2 x.go:3]" {
		t.Errorf("action ids are %v", got)
	}
}

func TestFittingChangesNothingOfTheOriginal(t *testing.T) {
	blocks := []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", strings.Repeat("a", 4000), false, false), nil, nil)}
	Message{Blocks: blocks}.Fitted()
	if got := blocks[0].(*slack.SectionBlock).Text.Text; len(got) != 4000 {
		t.Errorf("the original was cut to %d", len(got))
	}
}

func TestRequests(t *testing.T) {
	m := Message{Text: "hello", Blocks: []slack.Block{Section("hello")}}
	w := m.Private(true)
	if w.ResponseType != "ephemeral" || !w.ReplaceOriginal || *w.UnfurlLinks || *w.UnfurlMedia {
		t.Errorf("private answer: %+v", w)
	}
	if len(m.Options()) == 0 {
		t.Error("no options to post with")
	}
	v := Modal{Title: "A title longer than twenty-four", Blocks: []slack.Block{Input{Label: "Name", Element: TextInput{}}.Block()}}.Request()
	if v.Submit == nil || Len(v.Title.Text) > 24 || v.Close.Text != "Close" {
		t.Errorf("modal: %+v", v)
	}
}
