package slacksim_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"allybot/internal/slacksim"
)

// with is the manifest with one scope or event more, which follows after.
func with(after, more string) func(*slacksim.Options) {
	return func(o *slacksim.Options) {
		o.Manifest = []byte(strings.Replace(string(o.Manifest), `"`+after+`"`, `"`+after+`", "`+more+`"`, 1))
	}
}

// refused checks that calls end in errors, given as "method error" and pairs.
func (w *world) refused(cases ...[]string) {
	w.t.Helper()
	for _, c := range cases {
		method, want, _ := strings.Cut(c[0], " ")
		out := w.call(method, c[1:]...)
		if got := out["error"]; (want == "ok") != (out["ok"] == true) || (want != "ok" && got != want) {
			shown := fmt.Sprint(c[1:])
			w.t.Errorf("%s %.200s: %v, want %s", method, shown, out, want)
		}
	}
}

func TestSuggestionsThatSlackCannotUse(t *testing.T) {
	option := func(text, value, more string) string {
		return `{"text":{"type":"plain_text","text":"` + text + `"},"value":"` + value + `"` + more + `}`
	}
	for name, payload := range map[string]string{
		"an unknown field":     `{"options":[` + option("A", "a", `,"emoji":true`) + `]}`,
		"the same value twice": `{"options":[` + option("A", "a", "") + `,` + option("B", "a", "") + `]}`,
		"a mrkdwn description": `{"options":[` + option("A", "a", `,"description":{"type":"mrkdwn","text":"x"}`) + `]}`,
		"mrkdwn":               `{"options":[{"text":{"type":"mrkdwn","text":"A"},"value":"a"}]}`,
		"too long a value":     `{"options":[` + option("A", strings.Repeat("a", 151), "") + `]}`,
		"something else":       `{"options":[],"text":"x"}`,
		"nothing":              ``,
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			a := w.connect(func(_ *app, e socketmode.Event) (any, bool) {
				if cb, ok := e.Data.(slack.InteractionCallback); ok && cb.Type == slack.InteractionTypeBlockSuggestion && payload != "" {
					return json.RawMessage(payload), true
				}
				return nil, true
			})
			v := openModal(w, a)
			if options, err := w.As(w.sam).Suggest(nil, v.ID, "find", "ab"); !errors.Is(err, slacksim.ErrNoResults) || options != nil {
				t.Errorf("sam is shown %v, %v", options, err)
			}
			if n := len(w.Violations()); n != 1 {
				t.Errorf("%d violations", n)
			}
		})
	}
}

func TestARefusedViewUsesTheTriggerUp(t *testing.T) {
	w := start(t)
	a := w.connect(nil)
	w.wait(w.As(w.sam).GlobalShortcut("open_ally"))
	trigger := a.last(t).TriggerID
	w.refused(
		[]string{"views.open invalid_arguments", "trigger_id", trigger, "view", `{"type":"modal"}`},
		[]string{"views.open exchanged_trigger_id", "trigger_id", trigger, "view", modal},
	)
	v := openModal(w, a)
	w.wait(w.As(w.sam).PressView(v.ID, "next"))
	trigger = a.last(t).TriggerID
	w.refused(
		[]string{"views.push invalid_arguments", "trigger_id", trigger, "view", `{"type":"modal"}`},
		[]string{"views.push exchanged_trigger_id", "trigger_id", trigger, "view", modal},
	)
	// A call that never got as far as the trigger leaves it.
	w.wait(w.As(w.sam).PressView(v.ID, "next"))
	trigger = a.last(t).TriggerID
	w.refused(
		[]string{"views.push invalid_arguments", "trigger_id", trigger},
		[]string{"views.push ok", "trigger_id", trigger, "view", modal},
	)
}

func TestEmoji(t *testing.T) {
	w := start(t)
	w.AddEmoji("team-wattle")
	ts := w.As(w.sam).Say(w.general, "hello")
	add := func(want, name string) []string {
		return []string{"reactions.add " + want, "channel", w.general, "timestamp", ts, "name", name}
	}
	w.refused(
		add("ok", "wave"), add("ok", "wave::skin-tone-3"), add("ok", "team-wattle"),
		add("invalid_name", "wave::skin-tone-7"), add("invalid_name", "rocket::skin-tone-3"), add("invalid_name", "not_an_emoji"),
		add("invalid_name", ":wave:"), add("invalid_name", "👋"), add("already_reacted", "wave"),
		[]string{"reactions.remove invalid_name", "channel", w.general, "timestamp", ts, "name", "not_an_emoji"},
	)
	w.As(w.esme).React(w.general, ts, "not_an_emoji")
	if got := len(w.As(w.sam).Messages(w.general)[0].Reactions); got != 3 {
		t.Errorf("%d reactions", got)
	}
}

func TestTooManyReactions(t *testing.T) {
	w := start(t)
	ts := w.As(w.sam).Say(w.general, "hello")
	for i := range 60 {
		w.AddEmoji(fmt.Sprintf("e%d", i))
	}
	add := func(want string, i int) []string {
		return []string{"reactions.add " + want, "channel", w.general, "timestamp", ts, "name", fmt.Sprintf("e%d", i)}
	}
	for i := range 23 {
		w.refused(add("ok", i))
	}
	w.refused(add("too_many_reactions", 23))
	w.refused([]string{"reactions.remove ok", "channel", w.general, "timestamp", ts, "name", "e0"})
	for i := 23; i < 46; i++ {
		w.As(w.esme).React(w.general, ts, fmt.Sprintf("e%d", i))
	}
	for i := 46; i < 60; i++ {
		w.As(w.sam).React(w.general, ts, fmt.Sprintf("e%d", i))
	}
	if got := len(w.As(w.sam).Messages(w.general)[0].Reactions); got != 50 {
		t.Errorf("%d different ones", got)
	}
	w.refused(add("too_many_emoji", 59), add("ok", 23))
}

func TestLengthOfTexts(t *testing.T) {
	w := start(t)
	ts, _ := w.call("chat.postMessage", "channel", w.general, "text", strings.Repeat("a", 40_000))["ts"].(string)
	fits, long := strings.Repeat("é", 4000), strings.Repeat("é", 4001)
	w.refused(
		[]string{"chat.postMessage msg_too_long", "channel", w.general, "text", strings.Repeat("a", 40_001)},
		[]string{"chat.update ok", "channel", w.general, "ts", ts, "text", fits},
		[]string{"chat.update msg_too_long", "channel", w.general, "ts", ts, "text", long},
		[]string{"chat.update msg_too_long", "channel", w.general, "ts", ts, "text", strings.Repeat("👋", 2001)},
		[]string{"chat.update ok", "channel", w.general, "ts", ts, "markdown_text", strings.Repeat("a", 12_000)},
		[]string{"chat.update msg_too_long", "channel", w.general, "ts", ts, "markdown_text", strings.Repeat("a", 12_001)},
		[]string{"chat.postEphemeral ok", "channel", w.general, "user", w.sam, "text", fits},
		[]string{"chat.postEphemeral msg_too_long", "channel", w.general, "user", w.sam, "text", long},
	)
	a := w.connect(nil)
	w.wait(w.As(w.sam).Command(w.general, "/ally", "x"))
	u := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand).ResponseURL
	if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: long}); err == nil {
		t.Error("a private answer of 4,001 characters")
	}
	if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: long, ResponseType: "in_channel"}); err != nil {
		t.Errorf("an open answer of 4,001 characters: %v", err)
	}
}

func TestFormOfArguments(t *testing.T) {
	w := start(t)
	ts := w.call("chat.postMessage", "channel", w.general, "text", "x")["ts"].(string)
	post := func(want, arg, value string) []string {
		return []string{"chat.postMessage " + want, "channel", w.general, "text", "x", arg, value}
	}
	w.refused(
		post("invalid_arguments", "unfurl_links", "maybe"), post("invalid_arguments", "mrkdwn", "yes"), post("invalid_arguments", "reply_broadcast", "2"),
		post("ok", "unfurl_links", "true"), post("ok", "unfurl_media", "0"), post("ok", "link_names", "1"),
		post("invalid_arguments", "thread_ts", "yesterday"), post("invalid_arguments", "thread_ts", strings.ReplaceAll(ts, ".", "")),
		post("invalid_arguments", "parse", "all"), post("ok", "parse", "none"),
		post("thread_not_found", "thread_ts", "1000000000.000001"), post("ok", "thread_ts", ts),
		post("invalid_arguments", "client_msg_id", "1"), post("ok", "client_msg_id", "9f0c8a8e-1c1f-4d8e-9f3a-2b1c4d5e6f70"),
		[]string{"chat.scheduleMessage invalid_arguments", "channel", w.general, "text", "x", "post_at", "9", "client_msg_id", "9f0c8a8e-1c1f-4d8e-9f3a-2b1c4d5e6f70"},
		[]string{"chat.update message_not_found", "channel", w.general, "ts", "now", "text", "x"},
		[]string{"chat.delete message_not_found", "channel", w.general, "ts", "now"},
		[]string{"chat.getPermalink message_not_found", "channel", w.general, "message_ts", "now"},
		[]string{"reactions.add bad_timestamp", "channel", w.general, "timestamp", "now", "name", "wave"},
		[]string{"reactions.get bad_timestamp", "channel", w.general, "timestamp", ts + "0"},
		[]string{"reactions.add message_not_found", "channel", w.general, "timestamp", "1000000000.000001", "name", "wave"},
		[]string{"conversations.replies thread_not_found", "channel", w.general, "ts", "now"},
		[]string{"conversations.history invalid_ts_oldest", "channel", w.general, "oldest", "monday"},
		[]string{"conversations.history invalid_ts_latest", "channel", w.general, "latest", "-1"},
		[]string{"conversations.history ok", "channel", w.general, "oldest", "0", "latest", "1800000000"},
		[]string{"conversations.history invalid_arguments", "channel", w.general, "inclusive", "maybe"},
		[]string{"users.info invalid_arguments", "user", w.sam, "include_locale", "maybe"},
		[]string{"auth.test ok", "team_id", w.TeamID()},
		[]string{"auth.test team_not_found", "team_id", "T0OTHER"},
		[]string{"users.list team_not_found", "team_id", "T0OTHER"},
	)
}

func TestAttachments(t *testing.T) {
	w := start(t)
	section := func(n int) string {
		return `{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("a", n) + `"}}`
	}
	list := func(n int, item string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	table := `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`
	post := func(want, blocks, attachments string) []string {
		out := []string{"chat.postMessage " + want, "channel", w.general, "text", "x", "attachments", attachments}
		if blocks != "" {
			out = append(out, "blocks", blocks)
		}
		return out
	}
	in := func(blocks string) string { return `[{"blocks":` + blocks + `}]` }
	w.refused(
		post("ok", "", `[{"text":"a","color":"#36a64f","fields":[{"title":"t","value":"v","short":true}],"footer":"f","ts":123,"mrkdwn_in":["text"]}]`),
		post("ok", "["+section(1)+"]", in("["+section(1)+"]")),
		post("invalid_attachments", "", `[{"text":"a","colour":"red"}]`),
		post("invalid_attachments", "", `[{"text":"a","color":"reddish"}]`),
		post("invalid_attachments", "", `[{"text":7}]`),
		post("invalid_attachments", "", `{"text":"a"}`),
		post("invalid_attachments", "", `[{"text":"a","fields":[{"name":"t"}]}]`),
		post("invalid_attachments", "", `[{"text":"a","actions":[{"name":"b","type":"button","text":"B"}]}]`),
		post("invalid_attachments", "", in(`[{"type":"dance"}]`)),
		post("no_text", "", `[{"color":"good"}]`),
		post("too_many_attachments", "", list(101, `{"text":"a"}`)),
		// Together they are too much, each alone would do.
		post("invalid_blocks", list(30, section(1)), in(list(21, section(1)))),
		post("msg_blocks_too_long", list(3, section(2500)), in(list(3, section(2500)))),
		post("invalid_attachments", "["+table+"]", in("["+table+"]")),
	)
}

func TestEphemeralsInThreads(t *testing.T) {
	w := start(t)
	sam := w.As(w.sam)
	quiet := sam.Say(w.general, "no reply yet")
	active := sam.Say(w.general, "with a reply")
	w.As(w.esme).Reply(w.general, active, "here")
	private := func() (out []string) {
		for _, m := range sam.Messages(w.general) {
			if m.Ephemeral {
				out = append(out, m.Text+" "+m.ThreadTS)
			}
		}
		return out
	}
	for _, root := range []string{quiet, active} {
		w.refused([]string{"chat.postEphemeral ok", "channel", w.general, "user", w.sam, "text", "psst", "thread_ts", root})
	}
	if got := private(); len(got) != 1 || got[0] != "psst "+active {
		t.Errorf("sam sees %v, want the one in the active thread", got)
	}
	a := w.connect(nil)
	w.wait(sam.Command(w.general, "/ally", "x"))
	u := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand).ResponseURL
	for _, root := range []string{quiet, active} {
		if err := slack.PostWebhook(u, &slack.WebhookMessage{Text: "url", ThreadTimestamp: root}); err != nil {
			t.Error(err)
		}
	}
	if got := private(); len(got) != 2 || got[1] != "url "+active {
		t.Errorf("sam sees %v", got)
	}
	sam.Reload()
	if got := private(); len(got) != 0 {
		t.Errorf("after a reload sam sees %v", got)
	}
}

func TestUpdateKeepsWhatTheDocumentationSays(t *testing.T) {
	blocks := `[{"type":"section","text":{"type":"mrkdwn","text":"b"}}]`
	meta := `{"event_type":"e","event_payload":{"id":"1"}}`
	attached := `[{"text":"a"}]`
	for _, c := range []struct {
		name   string
		args   []string
		want   string // the error, or what is there afterwards: text/blocks/attachments/metadata
		edited bool
	}{
		{name: "text alone takes the blocks off", args: []string{"text", "new"}, want: "new/-/a/m", edited: true},
		{name: "blocks alone", args: []string{"blocks", blocks}, want: "/b/a/m"},
		{name: "both", args: []string{"text", "new", "blocks", blocks}, want: "new/b/a/m"},
		{name: "no blocks any more", args: []string{"text", "new", "blocks", "[]"}, want: "new/-/a/m", edited: true},
		{name: "attachments alone leave the blocks", args: []string{"attachments", `[{"text":"other"}]`}, want: "old/b/a/m"},
		{name: "no attachments any more", args: []string{"attachments", "[]"}, want: "old/b/-/m"},
		{name: "metadata alone is no message", args: []string{"metadata", meta}, want: "no_text"},
		{name: "nothing", want: "no_text"},
		{name: "an empty text and nothing else", args: []string{"text", ""}, want: "no_text"},
		{name: "metadata taken off", args: []string{"text", "new", "blocks", blocks, "metadata", "{}"}, want: "new/b/a/-"},
		{name: "half of metadata", args: []string{"text", "new", "metadata", `{"event_type":"e"}`}, want: "invalid_metadata_schema"},
		{name: "too much with what stays", args: []string{"text", "new", "blocks", "[" + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`}, want: "invalid_blocks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			ts := w.call("chat.postMessage", "channel", w.general, "text", "old", "blocks", blocks, "attachments", attached, "metadata", meta)["ts"].(string)
			out := w.call("chat.update", append([]string{"channel", w.general, "ts", ts}, c.args...)...)
			m := w.As(w.sam).Messages(w.general)[0]
			if !strings.Contains(c.want, "/") {
				if out["error"] != c.want || m.Text != "old" || m.Edited {
					t.Errorf("%v, the message is %+v", out, m)
				}
				return
			}
			mark := func(there bool, s string) string {
				if there {
					return s
				}
				return "-"
			}
			got := strings.Join([]string{m.Text, mark(m.Blocks != nil, "b"), mark(m.Attachments != nil, "a"), mark(m.Metadata != nil, "m")}, "/")
			if got != c.want || out["ok"] != true || m.Edited != c.edited {
				t.Errorf("%v: got %s, want %s; shown as edited: %v", out, got, c.want, m.Edited)
			}
		})
	}
}
