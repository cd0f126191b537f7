package slacksim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

// inner are the inner events the app could read, by Go type.
func (a *app) inner() []any {
	var out []any
	for _, e := range a.got(socketmode.EventTypeEventsAPI) {
		out = append(out, e.Data.(slackevents.EventsAPIEvent).InnerEvent.Data)
	}
	return out
}

func TestMessageEvents(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	sam, esme := w.As(w.sam), w.As(w.esme)
	ts := sam.Say(w.general, "hey @Ally, ask @esme & <b> https://x.example/a?b=1&c=2.")
	sam.Reply(w.general, ts, "more")
	sam.Edit(w.general, ts, "edited")
	esme.React(w.general, ts, "wave")
	esme.Say(esme.DM(), "hi there")
	sam.Say(w.secret, "not for the bot")
	gone := sam.Say(w.general, "oops")
	sam.Delete(w.general, gone)
	w.acked("message")

	var mention *slackevents.AppMentionEvent
	var plain []*slackevents.MessageEvent
	var kinds []string
	for _, e := range a.inner() {
		switch e := e.(type) {
		case *slackevents.AppMentionEvent:
			mention = e
		case *slackevents.MessageEvent:
			plain = append(plain, e)
			kinds = append(kinds, e.ChannelType+"/"+e.SubType)
		case *slackevents.ReactionAddedEvent:
			kinds = append(kinds, "reaction "+e.Reaction+" by "+e.User)
		default:
			kinds = append(kinds, fmt.Sprintf("%T", e))
		}
	}
	want := []string{"channel/", "channel/", "channel/message_changed", "reaction wave by " + w.esme, "im/", "channel/", "channel/message_deleted"}
	if !slices.Equal(kinds, want) {
		t.Errorf("events: %q\nwant %q", kinds, want)
	}
	text := "hey <@" + w.BotUserID() + ">, ask <@" + w.esme + "> &amp; &lt;b&gt; <https://x.example/a?b=1&amp;c=2>."
	if plain[0].Text != text || plain[0].User != w.sam || plain[0].TimeStamp != ts {
		t.Errorf("message: %+v, want text %q", plain[0], text)
	}
	if mention == nil || mention.TimeStamp != ts || mention.Channel != w.general {
		t.Errorf("mention: %+v", mention)
	}
	if plain[1].ThreadTimeStamp != ts {
		t.Errorf("reply: %+v", plain[1])
	}
	if c := plain[2]; c.Message == nil || c.Message.Text != "edited" || c.PreviousMessage.Text != text {
		t.Errorf("change: %+v", c)
	}
	if d := plain[5]; d.DeletedTimeStamp != gone {
		t.Errorf("deletion: %+v", d)
	}
	ids := map[string]bool{}
	for _, e := range w.Envelopes() {
		ids[e.EventID] = true
	}
	if len(ids) != len(w.Envelopes()) {
		t.Error("two events share an event_id")
	}
	w.noViolations()
}

func TestEventsNeedSubscriptionScopeAndMembership(t *testing.T) {
	var m map[string]any
	_ = json.Unmarshal([]byte(manifest), &m)
	m["settings"].(map[string]any)["event_subscriptions"] = map[string]any{"bot_events": []string{"message.im"}}
	w := start(t, func(o *slacksim.Options) { o.Manifest = mustJSON(t, m) })
	w.connect(nil)
	sam := w.As(w.sam)
	sam.Say(w.general, "@Ally hello")
	sam.StartHuddle(w.general)
	if n := len(w.Envelopes()); n != 0 {
		t.Errorf("%d events nobody subscribed to", n)
	}
	sam.Say(sam.DM(), "hello")
	if n := len(w.Envelopes()); n != 1 {
		t.Errorf("%d events for a direct message", n)
	}
}

func TestMembership(t *testing.T) {
	w := start(t)
	w.connect(nil)
	sam := w.As(w.sam)
	sam.Say(w.secret, "before")
	sam.Invite(w.secret, w.BotUserID())
	sam.Say(w.secret, "after")
	joined := w.acked("member_joined_channel")
	if len(joined) != 1 || joined[0]["user"] != w.BotUserID() || joined[0]["inviter"] != w.sam || joined[0]["channel"] != w.secret {
		t.Errorf("joined: %v", joined)
	}
	var texts []string
	for _, m := range w.sent("message") {
		texts = append(texts, fmt.Sprint(m["text"]))
	}
	if got := strings.Join(texts, ","); strings.Contains(got, "before") || !strings.Contains(got, "after") {
		t.Errorf("messages: %s", got)
	}
	sam.Kick(w.secret, w.BotUserID())
	if out := w.call("chat.postMessage", "channel", w.secret, "text", "x"); out["error"] != "channel_not_found" {
		t.Errorf("after being removed: %v", out)
	}
	chans := w.As(w.esme).Channels()
	if len(chans) != 1 || chans[0].Name != "general" {
		t.Errorf("esme sees %+v", chans)
	}
}

func TestPeopleEvents(t *testing.T) {
	w := start(t)
	w.connect(nil)
	id := w.AddPerson(slacksim.Person{Name: "new", FieldsAsList: true})
	w.UpdatePerson(id, func(p *slacksim.Person) { p.DisplayName = "Newt" })
	if got := w.acked("team_join"); len(got) != 1 {
		t.Errorf("team_join: %v", got)
	}
	changed := w.sent("user_change")
	if len(changed) != 1 {
		t.Fatalf("user_change: %v", changed)
	}
	profile := changed[0]["user"].(map[string]any)["profile"].(map[string]any)
	if _, list := profile["fields"].([]any); !list || profile["display_name"] != "Newt" {
		t.Errorf("profile: %v", profile)
	}
}

func TestTombstone(t *testing.T) {
	w := start(t)
	w.connect(nil)
	sam := w.As(w.sam)
	root := sam.Say(w.general, "root")
	reply := sam.Reply(w.general, root, "reply")
	sam.Delete(w.general, root)
	sam.Delete(w.general, reply)
	var got []string
	for _, m := range w.acked("message")[2:] {
		inner, _ := m["message"].(map[string]any)
		got = append(got, fmt.Sprint(m["subtype"], " ", inner["subtype"], " ", m["deleted_ts"]))
	}
	want := []string{"message_changed tombstone <nil>", "message_deleted <nil> " + reply, "message_deleted <nil> " + root}
	if !slices.Equal(got, want) {
		t.Errorf("events: %q\nwant %q", got, want)
	}
	if n := len(sam.Messages(w.general)); n != 0 {
		t.Errorf("%d messages left", n)
	}
}

func TestEphemeralMessagesAreForOnePerson(t *testing.T) {
	w := start(t)
	c := w.client()
	if _, err := c.PostEphemeral(w.general, w.sam, slack.MsgOptionText("psst", false)); err != nil {
		t.Fatal(err)
	}
	if n := len(w.As(w.esme).Messages(w.general)); n != 0 {
		t.Errorf("esme sees %d", n)
	}
	if h, err := c.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: w.general}); err != nil || len(h.Messages) != 0 {
		t.Errorf("history: %+v %v", h, err)
	}
	sam := w.As(w.sam)
	if m := sam.Messages(w.general); len(m) != 1 || !m[0].Ephemeral {
		t.Fatalf("sam sees %+v", m)
	}
	if info := sam.Channels()[0]; info.Unread != 1 {
		t.Errorf("unread: %d", info.Unread)
	}
	sam.MarkRead(w.general)
	if info := sam.Channels()[0]; info.Unread != 0 {
		t.Errorf("unread after reading: %d", info.Unread)
	}
	sam.Reload()
	if n := len(sam.Messages(w.general)); n != 0 {
		t.Errorf("%d after a reload", n)
	}
	root := sam.Say(w.general, "root")
	for shown := range 2 {
		if _, err := c.PostEphemeral(w.general, w.sam, slack.MsgOptionText("psst", false), slack.MsgOptionTS(root)); err != nil {
			t.Fatal(err)
		}
		if n := len(sam.Thread(w.general, root)) - 1 - shown; n != shown {
			t.Errorf("in a thread with %d replies sam sees %d ephemeral", shown, n)
		}
		w.As(w.esme).Reply(w.general, root, "reply")
	}
	sam.Reload()
	sam.Delete(w.general, root)
	before := len(sam.Messages(w.general))
	w.UpdatePerson(w.sam, func(p *slacksim.Person) { p.Inactive = true })
	if _, err := c.PostEphemeral(w.general, w.sam, slack.MsgOptionText("psst", false)); err != nil || len(sam.Messages(w.general)) != before {
		t.Errorf("to somebody away: %v, sees %d", err, len(sam.Messages(w.general)))
	}
}

func TestHuddle(t *testing.T) {
	for name, style := range map[string]slacksim.HuddleStyle{
		"changed": {}, "thread first": {ThreadFirst: true, EmptyAtStart: true, PreviousEnded: true}, "deleted": {DeleteAtEnd: true}, "told of joins": {ChangeOnJoin: true}, "silent": {SilentEnd: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.SetHuddles(style)
			a := w.connect(nil)
			sam, esme := w.As(w.sam), w.As(w.esme)
			room := sam.StartHuddle(w.general)
			esme.JoinHuddle(room)
			sam.LeaveHuddle(room)
			esme.EndHuddle(room)
			events := w.acked("message")
			first := events[0]
			r := first["room"].(map[string]any)
			if first["subtype"] != "huddle_thread" || first["user"] != "USLACKBOT" || r["id"] != room || r["call_family"] != "huddle" || r["thread_root_ts"] != first["ts"] || r["has_ended"] != false {
				t.Errorf("start: %v", first)
			}
			if n := len(r["participants"].([]any)); (n == 0) != style.EmptyAtStart {
				t.Errorf("participants at the start: %d", n)
			}
			states := w.sent("user_huddle_changed")
			if len(states) != 4 || len(w.sent("user_change")) != 4 {
				t.Fatalf("states: %d", len(states))
			}
			in := states[0]["user"].(map[string]any)["profile"].(map[string]any)
			out := states[3]["user"].(map[string]any)["profile"].(map[string]any)
			if in["huddle_state"] != "in_a_huddle" || in["huddle_state_call_id"] != room || out["huddle_state"] != "default_unset" || out["huddle_state_call_id"] != nil {
				t.Errorf("states: %v, then %v", in, out)
			}
			_, threadFirst := a.inner()[0].(*slackevents.MessageEvent)
			if threadFirst != style.ThreadFirst {
				t.Errorf("thread first: %v", threadFirst)
			}
			last := events[len(events)-1]
			switch {
			case style.SilentEnd:
				if len(events) != 1 {
					t.Errorf("told of: %v", last)
				}
			case style.DeleteAtEnd:
				if last["subtype"] != "message_deleted" || last["deleted_ts"] != first["ts"] {
					t.Errorf("end: %v", last)
				}
			default:
				ended := last["message"].(map[string]any)["room"].(map[string]any)
				before := last["previous_message"].(map[string]any)["room"].(map[string]any)
				if last["subtype"] != "message_changed" || ended["has_ended"] != true || len(ended["participants"].([]any)) != 0 || len(ended["participant_history"].([]any)) != 2 {
					t.Errorf("end: %v", last)
				}
				if before["has_ended"] != style.PreviousEnded {
					t.Errorf("before the end: %v", before["has_ended"])
				}
			}
		})
	}
}

func TestHeldEventsInAnyOrder(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	w.HoldEvents()
	sam := w.As(w.sam)
	for _, text := range []string{"a", "b", "c"} {
		sam.Say(w.general, text)
	}
	if n := len(w.HeldEvents()); n != 3 {
		t.Fatalf("held: %d", n)
	}
	w.ReleaseEvents(2, 0)
	w.acked("message")
	var got []string
	for _, e := range a.inner() {
		got = append(got, e.(*slackevents.MessageEvent).Text)
	}
	if strings.Join(got, "") != "cab" {
		t.Errorf("order: %v", got)
	}
}

func TestEventsThatClientsCannotRead(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	w.wait(w.SendEvent(json.RawMessage(`{"type":"never_heard_of","x":1}`)))
	w.wait(w.SendEvent(json.RawMessage(`{"type":"message","channel":7}`)))
	w.wait(w.SendAppRateLimited(1_800_000_000))
	if n := len(a.got(socketmode.EventTypeErrorBadMessage)); n == 0 {
		t.Error("the client read everything")
	}
}

func TestStartRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*slacksim.Options)
		want   string
	}{
		"no manifest": {func(o *slacksim.Options) { o.Manifest = nil }, "Manifest is empty"},
		"bad JSON":    {func(o *slacksim.Options) { o.Manifest = []byte("{") }, "not valid JSON"},
		"no scopes":   {func(o *slacksim.Options) { o.Manifest = []byte("{}") }, "oauth_config.scopes.bot is empty"},
		"public":      {func(o *slacksim.Options) { o.Addr = "0.0.0.0:0" }, "not a loopback address"},
		"no port":     {func(o *slacksim.Options) { o.Addr = "127.0.0.1" }, "not host:port"},
		"unknown event": {func(o *slacksim.Options) {
			o.Manifest = []byte(strings.Replace(manifest, "app_mention\"", "app_mentions\"", 1))
		}, `"app_mentions" is unknown`},
		"event without scope": {
			func(o *slacksim.Options) {
				o.Manifest = []byte(strings.Replace(manifest, `"reactions:read", `, "", 1))
			}, `"reaction_added" needs the scope reactions:read`,
		},
	} {
		o := slacksim.Options{Manifest: []byte(manifest)}
		c.change(&o)
		s, err := slacksim.Start(o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil {
			s.Close()
		}
	}
}
