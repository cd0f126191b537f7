package scripts

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// typed is what stands in the input of a window, and where its links lead.
func typed(t *testing.T, v blockkit.Modal) (text string, links map[string]string) {
	t.Helper()
	links = map[string]string{}
	for _, b := range v.Fitted().Blocks {
		if in, ok := b.(*slack.InputBlock); ok {
			text = in.Element.(*slack.PlainTextInputBlockElement).InitialValue
		}
	}
	for _, b := range buttons(v.Fitted().Blocks) {
		links[b.Text.Text] = b.URL
	}
	return text, links
}

func TestFollowingUpOpensTheWordsToEditAndCopy(t *testing.T) {
	f := start(t)
	got := f.press(f.ask("<@USAM|sokafor> keeps getting talked over").Blocks, followLabel)
	if got.How != "open" || got.Where != "T9" {
		t.Errorf("it was answered by %s at %s", got.How, got.Where)
	}
	golden.Compare(t, "follow", got.Modal.Request())
	text, links := typed(t, got.Modal)
	if !strings.HasPrefix(text, "Hi Sam Okafor, you were cut off") {
		t.Errorf("the words: %s", text)
	}
	if want := "https://slack.com/app_redirect?channel=USAM&team=T1"; links["Open your chat"] != want {
		t.Errorf("links: %v", links)
	}
	if got := texts(got.blocks()); !strings.Contains(got, "Sam Okafor") || !strings.Contains(got, "Ally sends nothing") {
		t.Errorf("it says: %s", got)
	}
}

func TestWithoutAMentionThereIsNoLink(t *testing.T) {
	f := start(t)
	text, links := typed(t, f.press(f.ask("sam keeps getting talked over").Blocks, followLabel).Modal)
	if !strings.HasPrefix(text, "Hi Sam, ") || len(links) != 0 {
		t.Errorf("%q, %v", text, links)
	}
}

func TestFollowingUpOnAMessageLinksToIt(t *testing.T) {
	for channel, want := range map[string]string{"C1": "https://a.slack.com/archives/C1/p12", "C2": ""} {
		f := start(t)
		f.do("shortcut/find_words", slackbot.Shortcut{
			TriggerID: "T1", UserID: "UME", MessageText: "<@USAM> keeps getting talked over",
			Origin: slackbot.Origin{ChannelID: channel, MessageTS: "1.2"},
		})
		for _, b := range buttons(f.sender.sent[0].blocks()) {
			if b.Text.Text != followLabel {
				continue
			}
			got := f.act(slackbot.Action{
				ActionID: b.ActionID, Value: b.Value, TriggerID: "T2", TeamID: "T1", UserID: "UME",
				Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1"},
			})
			if got.How != "push" || got.Where != "T2" {
				t.Errorf("in a window it was answered by %s at %s", got.How, got.Where)
			}
			if _, links := typed(t, got.Modal); links[windowMessage] != want {
				t.Errorf("in %s the links are %v", channel, links)
			}
		}
		if len(f.sender.sent) != 2 {
			t.Fatal("there is no way to follow up")
		}
	}
}

func TestOtherRoomsOpenTheWindowToo(t *testing.T) {
	f := start(t)
	f.do(slackbot.WordsOpen, slackbot.WordsToUse{TriggerID: "T3", Title: "Use it", Text: "@channel Hello\n& bye", ToName: "Sam", ToUserID: "U0123"})
	got := f.sender.sent[0]
	checkModal(t, got.Modal)
	text, links := typed(t, got.Modal)
	if !strings.HasSuffix(text, "Hello\n& bye") || links["Open your chat with Sam"] != "https://slack.com/app_redirect?channel=U0123" {
		t.Errorf("%q, %v", text, links)
	}
	f.do(slackbot.WordsOpen, slackbot.WordsToUse{TriggerID: "T4", Title: strings.Repeat("long ", 20), Text: strings.Repeat("long ", 2000), ToUserID: "javascript:alert(1)"})
	checkModal(t, f.sender.sent[1].Modal)
	if _, links := typed(t, f.sender.sent[1].Modal); len(links) != 0 {
		t.Errorf("links: %v", links)
	}
}

func TestWordsToFollowUpThatAreGoneBecomeAChoice(t *testing.T) {
	f := start(t)
	got := f.act(slackbot.Action{ActionID: actionFollow, Value: "removed", Origin: slackbot.Origin{ResponseURL: "url"}})
	if !strings.HasPrefix(texts(got.blocks()), "*Pick what fits better*") {
		t.Error(texts(got.blocks()))
	}
}

// What a person of a role says afterwards to whoever did it is not for the one
// they were about to stand up for.
func TestFollowingUpIsForNobodyTheWordsAreNotFor(t *testing.T) {
	f := start(t)
	answer := f.pickRole(f.ask("<@USAM|sokafor> keeps getting talked over").Blocks, playbook.Affected)
	got := f.press(answer.blocks(), followLabel)
	text, links := typed(t, got.Modal)
	if strings.Contains(texts(got.blocks())+text, "Sam") || len(links) != 0 {
		t.Errorf("%q for whom it happened to shows %s, %v", text, texts(got.blocks()), links)
	}
	// Going back, it is about Sam again.
	back := f.pickRole(answer.blocks(), playbook.Bystander)
	if text, links := typed(t, f.press(back.blocks(), followLabel).Modal); !strings.HasPrefix(text, "Hi Sam Okafor") || len(links) != 1 {
		t.Errorf("%q, %v", text, links)
	}
}

// A window carries all there is to carry, however long names and ids are.
func TestListsInAWindowLoseNothing(t *testing.T) {
	f := start(t)
	full := state{
		Script: "interrupted", Tone: playbook.Direct, Role: playbook.Bystander, Written: true,
		Name: strings.Repeat("Maximiliana ", 3) + "M", UserID: "U0123456789", Topic: strings.Repeat("the pricing page ", 4) + "x",
		Next: []string{"wrong-name", "called-out", "idea-ignored"}, Channel: "C0123456789", TS: "1763762400.123456",
	}
	if len(full.encode(255)) == len(full.encode(3000)) {
		t.Fatal("all of it fits around a list")
	}
	v := page{content: content{lib: testLibrary(t)}, state: full}.modal()
	for action, value := range map[string]string{actionRole: string(playbook.Host), actionPick: "wrong-name", actionGroup: "meetings"} {
		got := f.act(slackbot.Action{
			ActionID: action, Value: value, UserID: "UME", BlockID: full.encode(blockkit.MaxID),
			Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1", CallbackID: v.CallbackID, PrivateMetadata: v.PrivateMetadata},
		})
		s := decode(got.Modal.PrivateMetadata)
		if s.Name != full.Name || s.UserID != full.UserID || s.Topic != full.Topic || s.Channel != full.Channel || s.TS != full.TS || !s.Written || len(s.Next) < 3 {
			t.Errorf("%s leads to %+v", action, s)
		}
	}
}
