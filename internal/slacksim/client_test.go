package slacksim_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

// Every call an app is likely to make through the official-style client passes
// the check of arguments, with all the client adds by itself.
func TestClientCalls(t *testing.T) {
	w := start(t)
	public := w.AddChannel(slacksim.Channel{Name: "public", Members: []string{w.sam}})
	a := w.connect(nil)
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	dm, _, opened, err := a.OpenConversation(&slack.OpenConversationParameters{Users: []string{w.sam}, ReturnIM: true})
	must("conversations.open", err)
	if opened || dm.ID != w.As(w.sam).DM() {
		t.Errorf("conversations.open: %+v, open before: %v", dm, opened)
	}
	info, err := a.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: dm.ID, IncludeNumMembers: true, IncludeLocale: true})
	must("conversations.info", err)
	if !info.IsIM || info.User != w.sam {
		t.Errorf("conversations.info: %+v", info)
	}
	joined, _, _, err := a.JoinConversation(public)
	must("conversations.join", err)
	if !joined.IsMember || !joined.IsChannel || joined.IsPrivate {
		t.Errorf("conversations.join: %+v", joined)
	}
	mine, _, err := a.GetConversationsForUser(&slack.GetConversationsForUserParameters{Types: []string{"public_channel", "im"}, ExcludeArchived: true})
	must("users.conversations", err)
	if len(mine) != 3 {
		t.Errorf("users.conversations: %d", len(mine))
	}
	_, err = a.GetDNDInfo(&w.sam)
	must("dnd.info", err)
	_, err = a.GetBotInfo(slack.GetBotInfoParameters{Bot: w.BotID()})
	must("bots.info", err)

	text := slack.NewTextBlockObject("plain_text", "T", false, false)
	blocks := slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock(), button("b", "1")}}
	modalView := slack.ModalViewRequest{Type: slack.VTModal, Title: text, Blocks: blocks, ExternalID: "one"}
	w.wait(w.As(w.sam).GlobalShortcut("open_ally"))
	v, err := a.OpenView(a.last(t).TriggerID, modalView)
	must("views.open", err)
	w.wait(w.As(w.sam).PressView(v.ID, "b"))
	if _, err := a.PushView(a.last(t).TriggerID, modalView); err == nil || err.Error() != "duplicate_external_id" {
		t.Errorf("the same external_id: %v", err)
	}
	w.wait(w.As(w.sam).PressView(v.ID, "b"))
	modalView.ExternalID = "two"
	_, err = a.PushView(a.last(t).TriggerID, modalView)
	must("views.push", err)
	modalView.ExternalID = "one"
	_, err = a.UpdateView(modalView, "one", v.Hash, "")
	must("views.update", err)
	hash := ""
	for range 2 {
		req := slack.PublishViewContextRequest{UserID: w.sam, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: blocks}}
		if hash != "" {
			req.Hash = &hash
		}
		home, err := a.PublishViewContext(t.Context(), req)
		must("views.publish", err)
		hash = home.Hash
	}

	_, ts, err := a.PostMessage(dm.ID, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(blocks.BlockSet...), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	must("chat.postMessage", err)
	must("reactions.add", a.AddReaction("wave", slack.NewRefToMessage(dm.ID, ts)))
	must("reactions.remove", a.RemoveReaction("wave", slack.NewRefToMessage(dm.ID, ts)))
	_, err = a.PostEphemeral(public, w.sam, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(blocks.BlockSet...))
	must("chat.postEphemeral", err)
	w.noViolations()
}

func TestSubmissionTimesOut(t *testing.T) {
	w := start(t, quick)
	a := w.connect(func(_ *app, e socketmode.Event) (any, bool) {
		cb, ok := e.Data.(slack.InteractionCallback)
		return nil, !ok || cb.Type != slack.InteractionTypeViewSubmission
	})
	v := openModal(w, a)
	sam := w.As(w.sam)
	sam.Type(v.ID, "goal_text", "kind")
	ex := sam.Submit(v.ID)
	if err := sam.Submit(v.ID).Wait(time.Second); err == nil {
		t.Error("sent twice at once")
	}
	if err := ex.Wait(patience); err != slacksim.ErrTimeout { //nolint:errorlint // the bare one is promised
		t.Errorf("no acknowledgement: %v", err)
	}
	if views := sam.Views(); len(views) != 1 {
		t.Errorf("the modal closed: %d open", len(views))
	}
}

func TestCommandAnswersThatMakeNoSense(t *testing.T) {
	for name, answer := range map[string]string{
		"unknown field": `{"texts":"x"}`, "nothing to say": `{"response_type":"ephemeral"}`, "bad blocks": `{"text":"x","blocks":[{"type":"dance"}]}`, "bad type": `{"text":"x","response_type":"loud"}`,
	} {
		w := start(t)
		w.connect(func(*app, socketmode.Event) (any, bool) { return json.RawMessage(answer), true })
		if err := w.As(w.sam).Command(w.general, "/ally", "x").Wait(patience); err == nil || len(w.Violations()) != 1 {
			t.Errorf("%s: %v, violations %q", name, err, w.Violations())
		}
		if seen := w.As(w.sam).Messages(w.general); len(seen) != 1 || seen[0].UserID != "USLACKBOT" {
			t.Errorf("%s: sam sees %+v", name, seen)
		}
	}
}
