package slacksim_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

func button(id, value string) slack.Block {
	return slack.NewActionBlock("", slack.NewButtonBlockElement(id, value, slack.NewTextBlockObject("plain_text", id, false, false)))
}

// last is the newest interaction the app got.
func (a *app) last(t *testing.T) slack.InteractionCallback {
	t.Helper()
	all := a.got(socketmode.EventTypeInteractive)
	if len(all) == 0 {
		t.Fatal("no interaction arrived")
	}
	return all[len(all)-1].Data.(slack.InteractionCallback)
}

func TestButtonAndResponseURL(t *testing.T) {
	w := start(t)
	a := w.connect(func(a *app, e socketmode.Event) (any, bool) {
		if e.Type == socketmode.EventTypeSlashCommand {
			return slack.Msg{Text: "one", Blocks: slack.Blocks{BlockSet: []slack.Block{button("more", "1")}}}, true
		}
		return nil, true
	})
	sam := w.As(w.sam)
	w.wait(sam.Command(w.secret, "/ally", "x"))
	m := sam.Messages(w.secret)[0]
	w.wait(sam.Press(m, "more"))
	cb := a.last(t)
	if cb.Type != slack.InteractionTypeBlockActions || cb.ActionCallback.BlockActions[0].Value != "1" || cb.Container.MessageTs != m.TS ||
		!cb.Container.IsEphemeral || cb.Channel.ID != w.secret || cb.User.ID != w.sam || cb.User.TeamID != w.TeamID() || cb.TriggerID == "" {
		t.Errorf("payload: %+v", cb)
	}
	replace := func(text string) error {
		return slack.PostWebhook(cb.ResponseURL, &slack.WebhookMessage{Text: text, ReplaceOriginal: true})
	}
	for i := range 5 {
		if err := replace("two"); err != nil {
			t.Fatalf("use %d: %v", i+1, err)
		}
	}
	if err := replace("six"); err == nil {
		t.Error("a sixth use works")
	}
	seen := sam.Messages(w.secret)
	if len(seen) != 1 || seen[0].Text != "two" || !seen[0].Ephemeral || seen[0].TS != m.TS || seen[0].Blocks != nil {
		t.Errorf("after replacing: %+v", seen)
	}
	if err := sam.Press(m, "more").Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("a button that was replaced can be pressed: %v", err)
	}
	w.noViolations()
}

func TestResponseURLExpires(t *testing.T) {
	clock := &testClock{at: time.Now()}
	w := start(t, func(o *slacksim.Options) { o.Now = clock.Now })
	a := w.connect(nil)
	w.wait(w.As(w.sam).Command(w.general, "/ally", "x"))
	u := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand).ResponseURL
	if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: "x", ReplaceOriginal: true}); err == nil {
		t.Error("replaced an original that there is not")
	}
	if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: "public", ResponseType: "in_channel"}); err != nil {
		t.Fatal(err)
	}
	if seen := w.As(w.esme).Messages(w.general); len(seen) != 1 || seen[0].Text != "public" || seen[0].Ephemeral {
		t.Errorf("in_channel: %+v", seen)
	}
	if err := slack.PostWebhook(u, &slack.WebhookMessage{DeleteOriginal: true}); err != nil {
		t.Fatal(err)
	}
	if seen := w.As(w.esme).Messages(w.general); len(seen) != 0 {
		t.Errorf("deleted: %+v", seen)
	}
	clock.Add(31 * time.Minute)
	if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: "late"}); err == nil {
		t.Error("used after 31 minutes")
	}
}

const modal = `{"type":"modal","callback_id":"prep","title":{"type":"plain_text","text":"Prepare"},"submit":{"type":"plain_text","text":"Go"},"notify_on_close":true,"private_metadata":"pm",
 "blocks":[
  {"type":"input","block_id":"goal","label":{"type":"plain_text","text":"Goal"},"element":{"type":"plain_text_input","action_id":"goal_text","min_length":3,"max_length":10}},
  {"type":"input","block_id":"who","optional":true,"label":{"type":"plain_text","text":"Who"},"element":{"type":"users_select","action_id":"who_user"}},
  {"type":"actions","block_id":"act","elements":[{"type":"button","action_id":"next","text":{"type":"plain_text","text":"Next"}},
   {"type":"external_select","action_id":"find","placeholder":{"type":"plain_text","text":"Find"},"min_query_length":2}]}]}`

// openModal runs a command and opens the modal by its trigger.
func openModal(w *world, a *app) slacksim.View {
	w.t.Helper()
	w.wait(w.As(w.sam).Command(w.general, "/ally", "prep"))
	cmds := a.got(socketmode.EventTypeSlashCommand)
	trigger := cmds[len(cmds)-1].Data.(slack.SlashCommand).TriggerID
	if out := w.call("views.open", "trigger_id", trigger, "view", modal); out["ok"] != true {
		w.t.Fatal(out)
	}
	if out := w.call("views.open", "trigger_id", trigger, "view", modal); out["error"] != "exchanged_trigger_id" {
		w.t.Errorf("a trigger used twice: %v", out)
	}
	views := w.As(w.sam).Views()
	return views[len(views)-1]
}

func TestModal(t *testing.T) {
	w := start(t)
	var answer any
	a := w.connect(func(_ *app, e socketmode.Event) (any, bool) {
		if cb, ok := e.Data.(slack.InteractionCallback); ok {
			switch cb.Type {
			case slack.InteractionTypeViewSubmission:
				return answer, true
			case slack.InteractionTypeBlockSuggestion:
				return slack.OptionsResponse{Options: []*slack.OptionBlockObject{slack.NewOptionBlockObject("v1", slack.NewTextBlockObject("plain_text", "One "+cb.Value, false, false), nil)}}, true
			}
		}
		return nil, true
	})
	sam := w.As(w.sam)
	v := openModal(w, a)
	if v.Title != "Prepare" || v.PrivateMetadata != "pm" || v.CallbackID != "prep" {
		t.Errorf("view: %+v", v)
	}

	ex := sam.Submit(v.ID)
	if err := ex.Wait(patience); !errors.Is(err, slacksim.ErrNotSent) || ex.Errors()["goal"] == "" || ex.Errors()["who"] != "" {
		t.Errorf("an empty required input: %v %v", err, ex.Errors())
	}
	sam.Type(v.ID, "goal_text", "way too long a goal")
	if err := sam.Submit(v.ID).Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("too long: %v", err)
	}
	sam.Type(v.ID, "goal_text", "kind")
	sam.Type(v.ID, "who_user", w.esme)
	if n := len(a.got(socketmode.EventTypeInteractive)); n != 0 {
		t.Errorf("the app heard of typing: %d", n)
	}

	if _, err := sam.Suggest(nil, v.ID, "find", "a"); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("too short a query: %v", err)
	}
	if opts, err := sam.Suggest(nil, v.ID, "find", "ab"); err != nil || len(opts) != 1 || opts[0].Text != "One ab" {
		t.Errorf("suggestions: %v %v", opts, err)
	}
	if err := sam.SelectView(v.ID, "find", "other").Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("picked what was not offered: %v", err)
	}
	w.wait(sam.SelectView(v.ID, "find", "v1"))
	if cb := a.last(t); cb.ActionCallback.BlockActions[0].SelectedOption.Value != "v1" || cb.View.ID != v.ID || cb.Container.Type != "view" {
		t.Errorf("select: %+v", cb)
	}

	answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"goal": "Say more"})
	ex = sam.Submit(v.ID)
	w.wait(ex)
	if ex.Errors()["goal"] != "Say more" || sam.Views()[0].Errors["goal"] != "Say more" {
		t.Errorf("errors: %v", ex.Errors())
	}
	cb := a.last(t)
	if cb.View.State.Values["goal"]["goal_text"].Value != "kind" || cb.View.State.Values["who"]["who_user"].SelectedUser != w.esme || cb.View.PrivateMetadata != "pm" {
		t.Errorf("state: %+v", cb.View.State)
	}
	w.noViolations()

	answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"act": "not an input"})
	if err := sam.Submit(v.ID).Wait(patience); !errors.Is(err, slacksim.ErrTrouble) || len(w.Violations()) != 1 {
		t.Errorf("errors for what is no input: %v %v", err, w.Violations())
	}

	var second slack.ModalViewRequest
	if err := json.Unmarshal([]byte(modal), &second); err != nil {
		t.Fatal(err)
	}
	second.Title.Text = "Second"
	answer = slack.NewPushViewSubmissionResponse(&second)
	w.wait(sam.Submit(v.ID))
	if views := sam.Views(); len(views) != 2 || views[1].Title != "Second" {
		t.Fatalf("pushed: %+v", views)
	}
	w.wait(sam.PressView(sam.Views()[1].ID, "next"))
	push := func() any { return w.call("views.push", "trigger_id", a.last(t).TriggerID, "view", modal)["error"] }
	if err := push(); err != nil {
		t.Errorf("third: %v", err)
	}
	w.wait(sam.PressView(sam.Views()[2].ID, "next"))
	if err := push(); err != "push_limit_reached" {
		t.Errorf("fourth: %v", err)
	}
	w.wait(sam.CloseView(sam.Views()[2].ID))
	if cb := a.last(t); cb.Type != slack.InteractionTypeViewClosed || len(sam.Views()) != 2 {
		t.Errorf("closed: %s, %d open", cb.Type, len(sam.Views()))
	}
	top := sam.Views()[1]
	if err := sam.PressView(v.ID, "next").Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("pressed under another modal: %v", err)
	}
	updated := strings.Replace(modal, "Prepare", "Third", 1)
	if out := w.call("views.update", "view_id", top.ID, "hash", "1.no", "view", updated); out["error"] != "hash_conflict" {
		t.Errorf("hash: %v", out)
	}
	sam.Type(top.ID, "goal_text", "kept")
	if out := w.call("views.update", "view_id", top.ID, "hash", top.Hash, "view", updated); out["ok"] != true {
		t.Errorf("update: %v", out)
	}
	if now := sam.Views()[1]; now.Title != "Third" || now.Hash == top.Hash || !strings.Contains(string(now.Values), "kept") {
		t.Errorf("updated: %+v", now)
	}
	answer = slack.NewClearViewSubmissionResponse()
	w.wait(sam.Submit(top.ID))
	if n := len(sam.Views()); n != 0 {
		t.Errorf("%d open after clear", n)
	}
	answer = nil
	v = openModal(w, a)
	sam.Type(v.ID, "goal_text", "done")
	w.wait(sam.Submit(v.ID))
	if n := len(sam.Views()); n != 0 {
		t.Errorf("%d open after an empty acknowledgement", n)
	}
}

func TestTriggerExpires(t *testing.T) {
	clock := &testClock{at: time.Now()}
	w := start(t, func(o *slacksim.Options) { o.Now = clock.Now })
	a := w.connect(nil)
	w.wait(w.As(w.sam).GlobalShortcut("open_ally"))
	clock.Add(4 * time.Second)
	if out := w.call("views.open", "trigger_id", a.last(t).TriggerID, "view", modal); out["error"] != "expired_trigger_id" {
		t.Errorf("after 4 s: %v", out)
	}
}

func TestShortcutsAndOutsiders(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	ts := w.As(w.esme).Say(w.general, "my point <again>")
	w.wait(w.As(w.sam).MessageShortcut("find_words", w.general, ts))
	cb := a.last(t)
	if cb.Type != slack.InteractionTypeMessageAction || cb.CallbackID != "find_words" || cb.Message.Text != "my point &lt;again&gt;" || cb.Message.User != w.esme || cb.ResponseURL == "" || cb.TriggerID == "" {
		t.Errorf("message shortcut: %+v", cb)
	}
	w.wait(w.As(w.guest).Command(w.general, "/ally", "x"))
	out := w.As(w.outside)
	for name, ex := range map[string]*slacksim.Exchange{
		"a command from outside": out.Command(w.general, "/ally", "x"), "a shortcut from outside": out.GlobalShortcut("open_ally"),
		"a command elsewhere": w.As(w.esme).Command(w.secret, "/ally", "x"), "an unknown command": w.As(w.sam).Command(w.general, "/nope", ""),
		"an unknown shortcut": w.As(w.sam).GlobalShortcut("nope"),
	} {
		if err := ex.Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := a.PostMessage(w.general, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(button("go", "1"))); err != nil {
		t.Fatal(err)
	}
	all := out.Messages(w.general)
	w.wait(out.Press(all[len(all)-1], "go"))
	if cb := a.last(t); cb.User.TeamID != "T0OTHER" || cb.Team.ID != w.TeamID() || cb.Message.Text != "x" {
		t.Errorf("pressed from outside: %+v", cb)
	}
}

func TestSelectsInMessagesAndHome(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	blocks := `[{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"overflow","action_id":"menu","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}},
	 {"type":"actions","block_id":"t","elements":[{"type":"checkboxes","action_id":"boxes","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]},
	  {"type":"datepicker","action_id":"day"},{"type":"button","action_id":"ok","text":{"type":"plain_text","text":"OK"}}]}]`
	if out := w.call("chat.postMessage", "channel", w.general, "text", "x", "blocks", blocks); out["ok"] != true {
		t.Fatal(out)
	}
	sam := w.As(w.sam)
	m := sam.Messages(w.general)[0]
	w.wait(sam.Select(m, "menu", "b"))
	if got := a.last(t).ActionCallback.BlockActions[0].SelectedOption.Value; got != "b" {
		t.Errorf("menu: %q", got)
	}
	w.wait(sam.SelectMany(m, "boxes", "a", "b"))
	w.wait(sam.PressWith(m, "ok", map[string]any{"day": "2026-11-23"}))
	cb := a.last(t)
	if v := cb.BlockActionState.Values["t"]; v["day"].SelectedDate != "2026-11-23" || len(v["boxes"].SelectedOptions) != 2 {
		t.Errorf("state: %+v", v)
	}
	if err := sam.Select(m, "menu", "z").Wait(patience); !errors.Is(err, slacksim.ErrNotSent) {
		t.Errorf("an option that is not there: %v", err)
	}

	if sam.Home() != nil {
		t.Error("a Home tab before one was published")
	}
	w.wait(sam.OpenHome())
	home := `{"type":"home","blocks":` + blocks + `}`
	if out := w.call("views.publish", "user_id", w.sam, "view", home); out["ok"] != true {
		t.Fatal(out)
	}
	w.wait(sam.PressView(sam.Home().ID, "ok"))
	if cb := a.last(t); cb.View.Type != "home" || cb.View.ID != sam.Home().ID {
		t.Errorf("home: %+v", cb.View)
	}
	w.wait(sam.OpenHome())
	opened := w.sent("app_home_opened")
	values := opened[1]["view"].(map[string]any)["state"].(map[string]any)["values"]
	if _, list := values.([]any); !list {
		t.Errorf("state.values of an untouched Home is %v, Slack sends []", values)
	}
	if slices.ContainsFunc(w.Violations(), func(string) bool { return true }) {
		t.Error(w.Violations())
	}
}
