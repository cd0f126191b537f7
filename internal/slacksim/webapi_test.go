package slacksim_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/slacksim"
)

// post calls a method bare: form values and a bearer token, "" for none.
func (w *world) post(method, token string, args url.Values) (map[string]any, http.Header, int) {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.APIURL()+method, strings.NewReader(args.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return w.do(req)
}

func (w *world) do(req *http.Request) (map[string]any, http.Header, int) {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&out)
	return out, resp.Header, resp.StatusCode
}

// call is post with the bot token, args as pairs.
func (w *world) call(method string, pairs ...string) map[string]any {
	w.t.Helper()
	args := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args.Set(pairs[i], pairs[i+1])
	}
	out, _, _ := w.post(method, w.BotToken(), args)
	return out
}

func TestTokens(t *testing.T) {
	w := start(t)
	form := url.Values{"token": {w.BotToken()}}
	appForm := url.Values{"token": {w.AppToken()}}
	for _, c := range []struct {
		name, method, token string
		args                url.Values
		want                any
	}{
		{"by header", "auth.test", w.BotToken(), nil, nil},
		{"by form", "auth.test", "", form, nil},
		{"none", "auth.test", "", nil, "not_authed"},
		{"unknown", "auth.test", "xoxb-1", nil, "invalid_auth"},
		{"app token", "auth.test", w.AppToken(), nil, "not_allowed_token_type"},
		{"bot token", "apps.connections.open", w.BotToken(), nil, "not_allowed_token_type"},
		{"app token by header", "apps.connections.open", w.AppToken(), nil, nil},
		{"app token by form", "apps.connections.open", "", appForm, "not_authed"},
		{"unknown method", "chat.shout", w.BotToken(), nil, "unknown_method"},
	} {
		if out, _, _ := w.post(c.method, c.token, c.args); out["error"] != c.want {
			t.Errorf("%s: %v, want %v", c.name, out, c.want)
		}
	}
	out, head, _ := w.post("auth.test", w.BotToken(), nil)
	if out["user_id"] != w.BotUserID() || out["bot_id"] != w.BotID() || out["team_id"] != w.TeamID() || out["url"] == "" {
		t.Errorf("auth.test: %v", out)
	}
	if !strings.Contains(head.Get("X-OAuth-Scopes"), "chat:write") {
		t.Errorf("X-OAuth-Scopes: %q", head.Get("X-OAuth-Scopes"))
	}
}

func TestRefusals(t *testing.T) {
	w := start(t)
	gone := w.AddPerson(slacksim.Person{Name: "gone", Deleted: true})
	stranger := w.AddPerson(slacksim.Person{Name: "stranger", TeamID: "T0FAR"})
	archived := w.AddChannel(slacksim.Channel{Name: "old", Members: []string{w.sam}, WithBot: true, Archived: true})
	public := w.AddChannel(slacksim.Channel{Name: "public", Members: []string{w.sam}})
	human := w.As(w.sam).Say(w.general, "hello")
	reply := w.As(w.esme).Reply(w.general, human, "hi")
	mine := w.call("chat.postMessage", "channel", w.general, "text", "x")["ts"].(string)
	private := w.call("chat.postEphemeral", "channel", w.general, "user", w.sam, "text", "psst")["message_ts"].(string)
	long := strings.Repeat("a", 40_001)
	view := `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"divider"}]}`
	home := `{"type":"home","blocks":[{"type":"divider"}]}`

	for _, c := range []struct {
		want string
		args []string
	}{
		{"channel_not_found", []string{"chat.postMessage", "channel", "C0NOPE", "text", "x"}},
		{"channel_not_found", []string{"chat.postMessage", "channel", "#general", "text", "x"}},
		{"channel_not_found", []string{"chat.postMessage", "channel", w.secret, "text", "x"}},
		{"channel_not_found", []string{"chat.postMessage", "channel", gone, "text", "x"}},
		{"not_in_channel", []string{"chat.postMessage", "channel", public, "text", "x"}},
		{"is_archived", []string{"chat.postMessage", "channel", archived, "text", "x"}},
		{"no_text", []string{"chat.postMessage", "channel", w.general}},
		{"no_text", []string{"chat.postMessage", "channel", w.general, "blocks", "[]"}},
		{"msg_too_long", []string{"chat.postMessage", "channel", w.general, "text", long}},
		{"invalid_blocks", []string{"chat.postMessage", "channel", w.general, "text", "x", "blocks", `[{"type":"dance"}]`}},
		{"invalid_arguments", []string{"chat.postMessage", "channel", w.general, "text", "x", "colour", "red"}},
		{"invalid_arguments", []string{"chat.postMessage", "text", "x"}},
		{"missing_scope", []string{"chat.postMessage", "channel", w.general, "text", "x", "username", "boss"}},
		{"thread_not_found", []string{"chat.postMessage", "channel", w.general, "text", "x", "thread_ts", "1000000000.000001"}},
		{"cannot_reply_to_message", []string{"chat.postMessage", "channel", w.general, "text", "x", "thread_ts", reply}},
		{"invalid_metadata_schema", []string{"chat.postMessage", "channel", w.general, "text", "x", "metadata", `{"event_type":"a"}`}},
		{"user_not_in_channel", []string{"chat.postEphemeral", "channel", w.general, "user", gone, "text", "x"}},
		{"user_not_in_channel", []string{"chat.postEphemeral", "channel", w.general, "user", stranger, "text", "x"}},
		{"not_in_channel", []string{"chat.postEphemeral", "channel", public, "user", w.sam, "text", "x"}},
		{"cant_update_message", []string{"chat.update", "channel", w.general, "ts", human, "text", "x"}},
		{"message_not_found", []string{"chat.update", "channel", w.general, "ts", "1.1", "text", "x"}},
		{"message_not_found", []string{"chat.update", "channel", w.general, "ts", private, "text", "x"}},
		{"no_text", []string{"chat.update", "channel", w.general, "ts", mine}},
		{"cant_delete_message", []string{"chat.delete", "channel", w.general, "ts", human}},
		{"message_not_found", []string{"chat.delete", "channel", w.general, "ts", private}},
		{"message_not_found", []string{"chat.getPermalink", "channel", w.general, "message_ts", "1.1"}},
		{"time_in_past", []string{"chat.scheduleMessage", "channel", w.general, "text", "x", "post_at", "1"}},
		{"time_too_far", []string{"chat.scheduleMessage", "channel", w.general, "text", "x", "post_at", "99999999999"}},
		{"invalid_scheduled_message_id", []string{"chat.deleteScheduledMessage", "channel", w.general, "scheduled_message_id", "Q1"}},
		{"user_not_found", []string{"users.info", "user", "U0NOPE"}},
		{"user_not_visible", []string{"users.info", "user", stranger}},
		{"invalid_user_combination", []string{"conversations.open", "users", stranger}},
		{"user_disabled", []string{"conversations.open", "users", gone}},
		{"cannot_dm_bot", []string{"conversations.open", "users", "USLACKBOT"}},
		{"missing_scope", []string{"conversations.open", "users", w.sam + "," + w.esme}},
		{"channel_not_found", []string{"conversations.info", "channel", w.secret}},
		{"channel_not_found", []string{"conversations.history", "channel", w.secret}},
		{"not_in_channel", []string{"conversations.history", "channel", public}},
		{"thread_not_found", []string{"conversations.replies", "channel", w.general, "ts", "1.1"}},
		{"invalid_cursor", []string{"conversations.history", "channel", w.general, "cursor", "zzz"}},
		{"missing_scope", []string{"conversations.list", "types", "mpim"}},
		{"invalid_types", []string{"conversations.list", "types", "secret"}},
		{"is_archived", []string{"conversations.join", "channel", archived}},
		{"channel_not_found", []string{"conversations.join", "channel", w.secret}},
		{"missing_scope", []string{"usergroups.list"}},
		{"invalid_trigger_id", []string{"views.open", "trigger_id", "1.2.3", "view", view}},
		{"not_found", []string{"views.update", "view_id", "V1", "view", view}},
		{"invalid_arguments", []string{"views.update", "view", view}},
		{"invalid_arguments", []string{"views.publish", "user_id", w.sam, "view", view}},
		{"hash_conflict", []string{"views.publish", "user_id", w.sam, "view", home, "hash", "1.x"}},
		{"view_too_large", []string{"views.publish", "user_id", w.sam, "view", `{"type":"home","blocks":[],"x":"` + strings.Repeat("a", 250_001) + `"}`}},
		{"invalid_name", []string{"reactions.add", "channel", w.general, "timestamp", human, "name", ":wave:"}},
		{"bad_timestamp", []string{"reactions.add", "channel", w.general, "timestamp", "1.1", "name", "wave"}},
		{"message_not_found", []string{"reactions.add", "channel", w.general, "timestamp", private, "name", "wave"}},
		{"no_reaction", []string{"reactions.remove", "channel", w.general, "timestamp", human, "name", "wave"}},
		{"too_many_users", []string{"dnd.teamInfo", "users", strings.Repeat("U1,", 50) + "U1"}},
		{"file_not_found", []string{"files.completeUploadExternal", "files", `[{"id":"F1"}]`}},
	} {
		out := w.call(c.args[0], c.args[1:]...)
		if out["error"] != c.want {
			t.Errorf("%v: %v, want %s", c.args[:min(len(c.args), 5)], out, c.want)
		}
	}
	out := w.call("chat.postMessage", "channel", w.general, "text", "x", "colour", "red")
	if !strings.Contains(string(mustJSON(t, out)), "unknown argument: colour") {
		t.Errorf("the argument is not named: %v", out)
	}
	out = w.call("usergroups.list")
	if out["needed"] != "usergroups:read" || !strings.Contains(out["provided"].(string), "chat:write") {
		t.Errorf("missing_scope: %v", out)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestJSONBodies(t *testing.T) {
	w := start(t)
	body := `{"channel":"` + w.general + `","text":"hi","blocks":[{"type":"divider"}],"unfurl_links":false}`
	req, _ := http.NewRequest(http.MethodPost, w.APIURL()+"chat.postMessage", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+w.BotToken())
	if out, _, _ := w.do(req); out["ok"] != true {
		t.Errorf("JSON: %v", out)
	}
	for body, want := range map[string]string{"{": "invalid_json", `[1]`: "json_not_object"} {
		req, _ = http.NewRequest(http.MethodPost, w.APIURL()+"chat.postMessage", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.BotToken())
		if out, _, _ := w.do(req); out["error"] != want {
			t.Errorf("%s: %v, want %s", body, out, want)
		}
	}
}

func TestMessagesOverSlackGo(t *testing.T) {
	w := start(t)
	c := w.client()
	meta := slack.SlackMetadata{EventType: "ally", EventPayload: map[string]any{"intent": "1"}}
	ch, ts, err := c.PostMessage(w.general, slack.MsgOptionText("one", false), slack.MsgOptionMetadata(meta), slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "one", false, false), nil, nil)))
	if err != nil || ch != w.general {
		t.Fatal(ch, err)
	}
	if _, _, err := c.PostMessage(w.general, slack.MsgOptionText("reply", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PostEphemeral(w.general, w.sam, slack.MsgOptionText("psst", false)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{false, true} {
		h, err := c.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: w.general, IncludeAllMetadata: want})
		if err != nil || len(h.Messages) != 1 || h.Messages[0].ReplyCount != 1 {
			t.Fatalf("history: %+v %v", h, err)
		}
		if got := h.Messages[0].Metadata.EventType == "ally"; got != want {
			t.Errorf("metadata shown: %v, asked for: %v", got, want)
		}
	}
	replies, _, _, err := c.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: w.general, Timestamp: ts})
	if err != nil || len(replies) != 2 || replies[1].Text != "reply" {
		t.Errorf("replies: %+v %v", replies, err)
	}
	if _, _, _, err := c.UpdateMessage(w.general, ts, slack.MsgOptionText("two", false), slack.MsgOptionBlocks()); err != nil {
		t.Fatal(err)
	}
	seen := w.As(w.esme).Messages(w.general)
	if len(seen) != 2 || seen[0].Text != "two" || !seen[0].Edited {
		t.Errorf("esme sees %+v", seen)
	}
	if link, err := c.GetPermalink(&slack.PermalinkParameters{Channel: w.general, Ts: ts}); err != nil || !strings.HasSuffix(link, strings.ReplaceAll(ts, ".", "")) {
		t.Errorf("permalink: %q %v", link, err)
	}
	if err := c.AddReaction("wave", slack.NewRefToMessage(w.general, ts)); err != nil {
		t.Fatal(err)
	}
	if err := c.AddReaction("wave", slack.NewRefToMessage(w.general, ts)); err == nil || err.Error() != "already_reacted" {
		t.Errorf("twice: %v", err)
	}
	w.As(w.esme).React(w.general, ts, "wave")
	got, err := c.GetReactions(slack.NewRefToMessage(w.general, ts), slack.NewGetReactionsParameters())
	if err != nil || len(got.Reactions) != 1 || got.Reactions[0].Count != 2 {
		t.Errorf("reactions: %+v %v", got, err)
	}
	dm, _, err := c.PostMessage(w.sam, slack.MsgOptionText("just you", false))
	if err != nil || dm != w.As(w.sam).DM() {
		t.Errorf("direct: %s %v", dm, err)
	}
	if _, _, err := c.DeleteMessage(w.general, ts); err != nil {
		t.Fatal(err)
	}
	if seen := w.As(w.sam).Messages(w.general); seen[0].Subtype != "tombstone" {
		t.Errorf("the root of a thread leaves a tombstone: %+v", seen[0])
	}
}

func TestPeopleOverSlackGo(t *testing.T) {
	w := start(t)
	gone := w.AddPerson(slacksim.Person{Name: "gone", RealName: "Gone", TZ: "Europe/Paris", Deleted: true})
	c := w.client()
	all, err := c.GetUsers(slack.GetUsersOptionLimit(2))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]slack.User{}
	for _, u := range all {
		byID[u.ID] = u
	}
	if _, ok := byID[w.outside]; ok || len(all) != 6 {
		t.Errorf("users.list: %d people, the external one among them: %v", len(all), ok)
	}
	sam := byID[w.sam]
	_, offset := time.Now().In(mustZone(t, "Europe/Berlin")).Zone()
	if sam.TZ != "Europe/Berlin" || sam.TZOffset != offset || sam.Profile.Pronouns != "they/them" || sam.RealName != "Sam Okafor" {
		t.Errorf("sam: %+v", sam)
	}
	if g := byID[w.guest]; !g.IsRestricted || g.IsUltraRestricted {
		t.Errorf("guest: %+v", g)
	}
	if d := byID[gone]; !d.Deleted || d.TZ != "" {
		t.Errorf("deleted: %+v", d)
	}
	if u, err := c.GetUserInfo(w.esme); err != nil || u.Locale != "fr-FR" || u.Profile.DisplayName != "" {
		t.Errorf("esme: %+v %v", u, err)
	}
	if u, err := c.GetUserInfo(w.outside); err != nil || u.TeamID != "T0OTHER" || u.IsStranger || u.Locale != "" {
		t.Errorf("outside: %+v %v", u, err)
	}
	dnd, err := c.GetDNDTeamInfo([]string{w.sam, w.esme})
	if err != nil || dnd[w.sam].Enabled || !dnd[w.esme].Enabled || dnd[w.esme].NextEndTimestamp <= int(time.Now().Unix()) {
		t.Errorf("dnd: %+v %v", dnd, err)
	}
	members, _, err := c.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: w.general, Limit: 100})
	if err != nil || len(members) != 5 {
		t.Errorf("members: %v %v", members, err)
	}
	chans, _, err := c.GetConversations(&slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}})
	if err != nil || len(chans) != 1 || !chans[0].IsExtShared || !chans[0].IsMember {
		t.Errorf("conversations: %+v %v", chans, err)
	}
	if team, err := c.GetTeamInfo(); err != nil || team.ID != w.TeamID() {
		t.Errorf("team: %+v %v", team, err)
	}
	if _, err := c.GetUserProfile(&slack.GetUserProfileParameters{UserID: w.sam}); err != nil {
		t.Error(err)
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestFilesAndScheduledMessages(t *testing.T) {
	w := start(t)
	c := w.client()
	if _, err := c.UploadFile(slack.UploadFileParameters{Content: "a,b\n", FileSize: 4, Filename: "credits.csv", Channel: w.As(w.sam).DM(), Title: "Credits"}); err != nil {
		t.Fatal(err)
	}
	seen := w.As(w.sam).Messages(w.As(w.sam).DM())
	if len(seen) != 1 || len(seen[0].Files) != 1 || string(seen[0].Files[0].Content) != "a,b\n" || seen[0].Files[0].Title != "Credits" {
		t.Errorf("sam sees %+v", seen)
	}

	at := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	_, id, err := c.ScheduleMessage(w.general, at, slack.MsgOptionText("later", false))
	if err != nil {
		t.Fatal(err)
	}
	if out := w.call("chat.deleteScheduledMessage", "channel", w.general, "scheduled_message_id", id); out["ok"] != true {
		t.Errorf("taking it back: %v", out)
	}
	if out := w.call("chat.deleteScheduledMessage", "channel", w.general, "scheduled_message_id", id); out["ok"] == true {
		t.Errorf("taking it back twice: %v", out)
	}
}

func TestRateLimits(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	clock := &testClock{at: at}
	w := start(t, func(o *slacksim.Options) { o.NoRateLimits = false; o.Now = clock.Now })
	for i := range 3 {
		if out := w.call("chat.postMessage", "channel", w.general, "text", "x"); out["ok"] != true {
			t.Fatalf("post %d: %v", i, out)
		}
	}
	out, head, status := w.post("chat.postMessage", w.BotToken(), url.Values{"channel": {w.general}, "text": {"x"}})
	if status != http.StatusTooManyRequests || out["error"] != "ratelimited" || head.Get("Retry-After") == "" {
		t.Errorf("fourth at once: %d %v %v", status, out, head)
	}
	if out := w.call("chat.postMessage", "channel", w.sam, "text", "x"); out["ok"] != true {
		t.Errorf("another channel: %v", out)
	}
	clock.Add(3 * time.Second)
	if out := w.call("chat.postMessage", "channel", w.general, "text", "x"); out["ok"] != true {
		t.Errorf("later: %v", out)
	}
	for range 20 {
		w.call("users.list")
	}
	var limited *slack.RateLimitedError
	if _, err := w.client().GetUsersPaginated().Next(t.Context()); !errors.As(err, &limited) || limited.RetryAfter <= 0 {
		t.Errorf("tier 2: %v", err)
	}
	w.LiftRateLimits()
	if out := w.call("users.list"); out["ok"] != true {
		t.Errorf("lifted: %v", out)
	}
}
