package slacksim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

func TestOpeningConversations(t *testing.T) {
	w := start(t, with("im:write", "mpim:write"))
	gone := w.AddPerson(slacksim.Person{Name: "gone", Deleted: true})
	stranger := w.AddPerson(slacksim.Person{Name: "stranger", TeamID: "T0FAR"})
	elsewhere := w.AddPerson(slacksim.Person{Name: "elsewhere", TeamID: "T0FAR"})
	w.AddChannel(slacksim.Channel{Name: "theirs", Members: []string{w.sam, elsewhere}, ExtShared: true})
	apart := w.AddPerson(slacksim.Person{Name: "apart", TeamID: "T0FAR"})
	w.AddChannel(slacksim.Channel{Name: "other", Members: []string{w.sam, apart}, ExtShared: true, WithBot: true})
	open := func(want string, users ...string) []string {
		return []string{"conversations.open " + want, "users", strings.Join(users, ",")}
	}
	w.refused(
		open("ok", w.sam), open("ok", w.outside), open("ok", w.sam, w.outside), open("ok", apart),
		open("user_not_found", "U0NOPE"), open("user_disabled", gone), open("user_disabled", w.sam, gone),
		open("invalid_user_combination", stranger), open("invalid_user_combination", elsewhere),
		open("invalid_user_combination", w.outside, apart), open("cannot_dm_bot", w.BotUserID()),
		open("too_many_users", strings.Split(strings.Repeat(w.sam+",", 8)+w.sam, ",")...), open("users_list_not_supplied"),
		[]string{"conversations.open channel_not_found", "users", w.esme, "prevent_creation", "true"},
		[]string{"conversations.open channel_not_found", "channel", w.secret},
		[]string{"conversations.open method_not_supported_for_channel_type", "channel", w.general},
	)
	group := w.call("conversations.open", "users", w.sam+","+w.esme)["channel"].(map[string]any)["id"].(string)
	w.refused(
		[]string{"conversations.open ok", "channel", group},
		[]string{"conversations.open ok", "users", w.esme + "," + w.sam, "prevent_creation", "true"},
	)
}

func TestScopesByMethod(t *testing.T) {
	w := start(t, func(o *slacksim.Options) {
		o.Manifest = []byte(`{"display_information":{"name":"A"},"features":{"app_home":{"messages_tab_enabled":true},"bot_user":{"display_name":"A"}},
			"oauth_config":{"scopes":{"bot":["incoming-webhook"]}},"settings":{"socket_mode_enabled":true}}`)
	})
	dm, private := w.As(w.sam).DM(), w.AddChannel(slacksim.Channel{Name: "private", Private: true, Members: []string{w.sam}, WithBot: true})
	group := w.As(w.sam).OpenDM(w.esme, w.BotUserID())
	needs := func(scope, method string, args ...string) {
		t.Helper()
		out := w.call(method, args...)
		if out["error"] != "missing_scope" || out["needed"] != scope {
			t.Errorf("%s %v: %v, want it to need %s", method, args, out, scope)
		}
	}
	for id, kind := range map[string]string{w.general: "channels", private: "groups", dm: "im", group: "mpim"} {
		needs(kind+":read", "conversations.info", "channel", id)
		needs(kind+":read", "conversations.members", "channel", id)
		needs(kind+":history", "conversations.history", "channel", id)
		needs(kind+":history", "conversations.replies", "channel", id, "ts", "1000000000.000001")
	}
	for types, scope := range map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read", "": "channels:read"} {
		needs(scope, "conversations.list", "types", types)
		needs(scope, "users.conversations", "types", types)
	}
	needs("im:write", "conversations.open", "users", w.sam)
	needs("mpim:write", "conversations.open", "users", w.sam+","+w.esme)
	needs("im:write", "conversations.open", "channel", dm)
	needs("mpim:write", "conversations.open", "channel", group)
	needs("channels:join", "conversations.join", "channel", w.general)
	needs("channels:write,channels:manage", "conversations.leave", "channel", w.general)
	needs("groups:write", "conversations.leave", "channel", private)
	for method, args := range map[string][]string{
		"chat.postMessage": {"channel", w.general, "text", "x"}, "chat.postEphemeral": {"channel", w.general, "user", w.sam, "text", "x"},
		"chat.update": {"channel", w.general, "ts", "1000000000.000001", "text", "x"}, "chat.delete": {"channel", w.general, "ts", "1000000000.000001"},
		"chat.scheduleMessage":        {"channel", w.general, "post_at", "1", "text", "x"},
		"chat.deleteScheduledMessage": {"channel", w.general, "scheduled_message_id", "Q1"},
	} {
		needs("chat:write", method, args...)
	}
	for _, m := range []string{"reactions.add", "reactions.remove"} {
		needs("reactions:write", m, "channel", w.general, "timestamp", "1000000000.000001", "name", "wave")
	}
	needs("reactions:read", "reactions.get", "channel", w.general, "timestamp", "1000000000.000001")
	needs("users:read", "users.info", "user", w.sam)
	needs("users:read", "users.list")
	needs("users:read", "bots.info")
	needs("dnd:read", "dnd.info")
	needs("dnd:read", "dnd.teamInfo", "users", w.sam)
	needs("team:read", "team.info")
	needs("usergroups:read", "usergroups.list")
	needs("files:write", "files.getUploadURLExternal", "filename", "a", "length", "1")
	needs("files:write", "files.completeUploadExternal", "files", "[]")
}

func TestWhereTheBotMayPost(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*slacksim.Options)
		public string
	}{
		"with chat:write":        {func(*slacksim.Options) {}, "not_in_channel"},
		"with chat:write.public": {with("chat:write", "chat:write.public"), "ok"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, c.change)
			public := w.AddChannel(slacksim.Channel{Name: "public", Members: []string{w.sam}})
			archived := w.AddChannel(slacksim.Channel{Name: "old", Members: []string{w.sam}, Archived: true, WithBot: true})
			news := w.AddChannel(slacksim.Channel{Name: "news", Members: []string{w.sam}, AdminsOnly: true, WithBot: true})
			stranger := w.AddPerson(slacksim.Person{Name: "stranger", TeamID: "T0FAR"})
			post := func(want, channel string) []string {
				return []string{"chat.postMessage " + want, "channel", channel, "text", "x"}
			}
			w.refused(
				post(c.public, public), post("channel_not_found", w.secret), post("is_archived", archived), post("restricted_action", news),
				post("ok", w.esme), post("channel_not_found", stranger), post("channel_not_found", w.BotUserID()), post("ok", w.general),
				[]string{"chat.postEphemeral not_in_channel", "channel", public, "user", w.sam, "text", "x"},
				[]string{"chat.postEphemeral restricted_action", "channel", news, "user", w.sam, "text", "x"},
				[]string{"chat.postEphemeral channel_not_found", "channel", w.sam, "user", w.sam, "text", "x"},
				[]string{"users.info user_not_visible", "user", stranger},
				[]string{"users.info ok", "user", w.outside},
			)
			if got := w.As(w.esme).Messages(w.As(w.esme).DM()); len(got) != 1 || got[0].Text != "x" {
				t.Errorf("esme sees %+v", got)
			}
			if ts := w.As(w.sam).Say(news, "me too"); ts != "" {
				t.Error("sam, no admin, posted where only admins may")
			}
		})
	}
}

func TestUpdatingInAnArchivedChannel(t *testing.T) {
	w := start(t)
	ch := w.AddChannel(slacksim.Channel{Name: "soon", Members: []string{w.sam}, WithBot: true})
	ts := w.call("chat.postMessage", "channel", ch, "text", "x")["ts"].(string)
	w.As(w.sam).Archive(ch)
	w.refused(
		[]string{"chat.update is_inactive", "channel", ch, "ts", ts, "text", "y"},
		[]string{"chat.delete cant_delete_message", "channel", ch, "ts", ts},
	)
}

func TestLeaving(t *testing.T) {
	w := start(t, with("im:write", "channels:manage"))
	team := w.AddChannel(slacksim.Channel{Name: "team", Members: []string{w.sam}, WithBot: true})
	alone := w.AddChannel(slacksim.Channel{Name: "alone", WithBot: true})
	w.refused(
		[]string{"conversations.leave ok", "channel", team},
		[]string{"conversations.leave cant_leave_general", "channel", w.general},
		[]string{"conversations.leave last_member", "channel", alone},
	)
}

func TestUsergroups(t *testing.T) {
	w := start(t, with("team:read", "usergroups:read"))
	id := w.AddUsergroup(slacksim.Usergroup{Handle: "design-team", Name: "Design", Users: []string{w.sam, w.esme}})
	groups, err := w.client().GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].ID != id || groups[0].Handle != "design-team" || len(groups[0].Users) != 2 {
		t.Errorf("usergroups.list: %+v %v", groups, err)
	}
	a := w.connect(nil)
	token := "<!subteam^" + id + "|@design-team>"
	w.wait(w.As(w.sam).Command(w.general, "/ally", "@design-team talked over @esme"))
	if got := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand).Text; got != token+" talked over <@"+w.esme+"|esme>" {
		t.Errorf("command: %q", got)
	}
	w.As(w.sam).Say(w.general, "thanks @Design-Team!")
	m := w.As(w.esme).Messages(w.general)[0]
	if m.Text != "thanks "+token+"!" || !strings.Contains(string(m.Blocks), `"usergroup_id":"`+id+`"`) {
		t.Errorf("message: %s %s", m.Text, m.Blocks)
	}
}

func TestRenamingAndTopics(t *testing.T) {
	w := start(t, with("team_join", "channel_rename"), with("team_join", "group_rename"))
	team := w.AddChannel(slacksim.Channel{Name: "team", Members: []string{w.sam, w.guest}, WithBot: true})
	private := w.AddChannel(slacksim.Channel{Name: "hush", Private: true, Members: []string{w.sam}, WithBot: true})
	w.connect(nil)
	sam := w.As(w.sam)
	for _, err := range []error{sam.Rename(team, "wattle-team"), sam.Rename(private, "quiet"), sam.SetTopic(team, "plans & such")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range map[string]error{
		"a name with spaces": sam.Rename(team, "Our Team"), "a name that is taken": sam.Rename(team, "general"),
		"a guest": w.As(w.guest).Rename(team, "mine"), "no member": w.As(w.esme).SetTopic(team, "x"), "a direct message": sam.SetTopic(sam.DM(), "x"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	messages := w.acked("message")
	if e := w.sent("channel_rename"); len(e) != 1 || e[0]["channel"].(map[string]any)["name"] != "wattle-team" {
		t.Errorf("channel_rename: %v", e)
	}
	if e := w.sent("group_rename"); len(e) != 1 || e[0]["channel"].(map[string]any)["id"] != private {
		t.Errorf("group_rename: %v", e)
	}
	var told []string
	for _, m := range messages {
		told = append(told, fmt.Sprint(m["subtype"], " ", m["old_name"], " ", m["name"], " ", m["topic"]))
	}
	want := []string{"channel_name team wattle-team <nil>", "group_name hush quiet <nil>", "channel_topic <nil> <nil> plans &amp; such"}
	if strings.Join(told, "|") != strings.Join(want, "|") {
		t.Errorf("messages: %q", told)
	}
	info := w.call("conversations.info", "channel", team)["channel"].(map[string]any)
	if info["name"] != "wattle-team" || info["topic"].(map[string]any)["value"] != "plans &amp; such" {
		t.Errorf("conversations.info: %v", info)
	}
}
