package slacksim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/slacksim"
)

// hands is a clock that a test moves.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (c *hands) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *hands) move(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

func TestMessagesTooOldToBeChanged(t *testing.T) {
	c := &hands{now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)}
	w := start(t, func(o *slacksim.Options) { o.Now, o.EditWindow = c.Now, 10*time.Minute })
	_, ts, err := w.client().PostMessage(w.general, slack.MsgOptionText("one", false))
	if err != nil {
		t.Fatal(err)
	}
	update := func(want string) []string {
		return []string{"chat.update " + want, "channel", w.general, "ts", ts, "text", "two"}
	}
	c.move(9 * time.Minute)
	w.refused(update("ok"))
	c.move(2 * time.Minute)
	w.refused(update("edit_window_closed"))
	w.SetEditWindow(time.Hour)
	w.refused(update("ok"))
	w.SetEditWindow(-1)
	w.refused(update("edit_window_closed"))
	w.SetEditWindow(0)
	c.move(400 * 24 * time.Hour)
	w.refused(update("ok"))
	w.SetEditWindow(time.Minute)
	w.refused(
		[]string{"chat.delete ok", "channel", w.general, "ts", ts}, // deleting is another setting
		update("message_not_found"),
		[]string{"chat.delete message_not_found", "channel", w.general, "ts", ts},
	)
}

func TestWhatIsLeftOfAThread(t *testing.T) {
	w := start(t)
	sam := w.As(w.sam)
	root := sam.Say(w.general, "root")
	reply := sam.Reply(w.general, root, "reply")
	_, own, err := w.client().PostMessage(w.general, slack.MsgOptionText("own", false))
	if err != nil {
		t.Fatal(err)
	}
	sam.Reply(w.general, own, "reply to it")
	if got, want := w.Permalink(w.general, reply), "?thread_ts="+root+"&cid="+w.general; !strings.HasSuffix(got, want) {
		t.Errorf("the link to a reply is %s", got)
	}
	if got := w.Permalink(w.general, root); strings.Contains(got, "?") {
		t.Errorf("the link to a root is %s", got)
	}
	sam.Delete(w.general, root)
	w.refused(
		[]string{"chat.postMessage cannot_reply_to_message", "channel", w.general, "thread_ts", root, "text", "late"},
		[]string{"chat.postEphemeral cannot_reply_to_message", "channel", w.general, "thread_ts", root, "text", "late", "user", w.sam},
		[]string{"chat.delete ok", "channel", w.general, "ts", own},
		[]string{"chat.update message_not_found", "channel", w.general, "ts", own, "text", "x"},
		[]string{"chat.delete message_not_found", "channel", w.general, "ts", own},
	)
}

// pickers has what people choose from in a message.
const pickers = `[
  {"type":"section","text":{"type":"mrkdwn","text":"A credit"},"accessory":{"type":"overflow","action_id":"more","options":[
    {"text":{"type":"plain_text","text":"Take it down"},"value":"down"},{"text":{"type":"plain_text","text":"How I want it"},"value":"how"}]}},
  {"type":"actions","elements":[
    {"type":"multi_users_select","action_id":"who","max_selected_items":2},
    {"type":"conversations_select","action_id":"where","filter":{"include":["public","private"],"exclude_external_shared_channels":true}},
    {"type":"multi_conversations_select","action_id":"chats","filter":{"exclude_bot_users":true}},
    {"type":"channels_select","action_id":"channel"},
    {"type":"radio_buttons","action_id":"kind","options":[{"text":{"type":"plain_text","text":"Idea"},"value":"idea"},{"text":{"type":"plain_text","text":"Help"},"value":"help"}]},
    {"type":"checkboxes","action_id":"ticks","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]}]}
]`

func TestPickingInAMessage(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	secret := w.AddChannel(slacksim.Channel{Name: "secret", Private: true, Members: []string{w.sam}})
	theirs := w.AddChannel(slacksim.Channel{Name: "theirs", Private: true, Members: []string{w.esme}})
	open := w.AddChannel(slacksim.Channel{Name: "open", Members: []string{w.esme}})
	old := w.AddChannel(slacksim.Channel{Name: "old", Members: []string{w.sam}, Archived: true})
	shared := w.AddChannel(slacksim.Channel{Name: "partners", Members: []string{w.sam, w.outside}, ExtShared: true, WithBot: true})
	w.refused([]string{"chat.postMessage ok", "channel", shared, "text", "x", "blocks", pickers})
	m := func(who string) slacksim.Message {
		all := w.As(who).Messages(shared)
		return all[len(all)-1]
	}
	sam := w.As(w.sam)
	picks := func(x *slacksim.Exchange, id string) slack.BlockAction {
		t.Helper()
		w.wait(x)
		for _, got := range a.last(t).ActionCallback.BlockActions {
			if got.ActionID == id {
				return *got
			}
		}
		t.Fatalf("no action %s", id)
		return slack.BlockAction{}
	}
	refuses := func(x *slacksim.Exchange, what string) {
		t.Helper()
		if err := x.Wait(time.Second); err == nil {
			t.Errorf("the client lets them pick %s", what)
		}
	}
	for _, who := range []string{w.sam, w.outside} { // whoever sees it, of whatever organisation
		got := picks(w.As(who).Select(m(who), "more", "how"), "more")
		if cb := a.last(t); got.SelectedOption.Value != "how" || cb.User.ID != who || cb.Container.MessageTs != m(who).TS || cb.ResponseURL == "" {
			t.Errorf("%s pressed: %+v", who, got)
		}
	}
	if team := a.last(t).User.TeamID; team == w.TeamID() {
		t.Error("the external person's team is the workspace's")
	}
	if got := picks(sam.SelectMany(m(w.sam), "who", w.esme, w.sam), "who"); !slices.Equal(got.SelectedUsers, []string{w.esme, w.sam}) {
		t.Errorf("people: %+v", got)
	}
	if got := picks(sam.Select(m(w.sam), "where", secret), "where"); got.SelectedConversation != secret {
		t.Errorf("where: %+v", got)
	}
	if got := picks(sam.Select(m(w.sam), "where", open), "where"); got.SelectedConversation != open {
		t.Errorf("where: %+v", got)
	}
	if got := picks(sam.SelectMany(m(w.sam), "chats", sam.OpenDM(w.esme), secret), "chats"); len(got.SelectedConversations) != 2 {
		t.Errorf("chats: %+v", got)
	}
	if got := picks(sam.Select(m(w.sam), "kind", "help"), "kind"); got.SelectedOption.Value != "help" {
		t.Errorf("kind: %+v", got)
	}
	if got := picks(sam.SelectMany(m(w.sam), "ticks", "1", "2"), "ticks"); len(got.SelectedOptions) != 2 {
		t.Errorf("ticks: %+v", got)
	}
	state, _ := json.Marshal(a.last(t).BlockActionState.Values)
	for _, part := range []string{w.esme, open, secret, `"help"`} {
		if !strings.Contains(string(state), part) {
			t.Errorf("the state lacks %s: %s", part, state)
		}
	}
	refuses(sam.SelectMany(m(w.sam), "who", w.esme, w.sam, w.outside), "more people than the menu takes")
	refuses(sam.Select(m(w.sam), "where", theirs), "a private channel of others")
	refuses(sam.Select(m(w.sam), "where", old), "an archived channel")
	refuses(sam.Select(m(w.sam), "where", shared), "a shared channel, which the filter leaves out")
	refuses(sam.Select(m(w.sam), "where", sam.OpenDM(w.esme)), "a direct message, which the filter leaves out")
	refuses(sam.SelectMany(m(w.sam), "chats", sam.DM()), "the conversation with a bot")
	refuses(sam.Select(m(w.sam), "channel", secret), "a private channel where public ones are listed")
	refuses(w.As(w.outside).Select(m(w.outside), "where", open), "a channel of another organisation")
	refuses(sam.Select(m(w.sam), "more", "gone"), "an option that is not there")
	refuses(w.As(w.esme).Select(m(w.sam), "more", "how"), "anything where they are no member")
}

func TestAShortcutOnAReply(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	sam := w.As(w.sam)
	root := sam.Say(w.general, "root")
	reply := w.As(w.esme).Reply(w.general, root, "an idea")
	w.wait(sam.MessageShortcut("find_words", w.general, reply))
	cb := a.last(t)
	if cb.Message.ThreadTimestamp != root || cb.MessageTs != reply || cb.Message.User != w.esme || cb.Channel.ID != w.general || cb.TriggerID == "" {
		t.Errorf("the payload: %+v", cb)
	}
}

func TestPeopleComeInPages(t *testing.T) {
	w := start(t)
	for i := range 45 {
		w.AddPerson(slacksim.Person{Name: fmt.Sprint("person", i)})
	}
	seen := map[string]int{}
	cursor, pages := "", 0
	for {
		pages++
		args := []string{"limit", "20"}
		if cursor != "" {
			args = append(args, "cursor", cursor)
		}
		out := w.call("users.list", args...)
		members, _ := out["members"].([]any)
		if len(members) > 20 || len(members) == 0 {
			t.Fatalf("a page of %d: %v", len(members), out["error"])
		}
		for _, m := range members {
			seen[m.(map[string]any)["id"].(string)]++
		}
		metadata, _ := out["response_metadata"].(map[string]any)
		if cursor, _ = metadata["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if pages < 3 || len(seen) < 46 {
		t.Errorf("%d people on %d pages", len(seen), pages)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	w.refused([]string{"users.list invalid_cursor", "limit", "20", "cursor", "nonsense"}, []string{"users.list invalid_limit", "limit", "1001"})
}
