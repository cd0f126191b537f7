package slackbot

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

var self = Identity{UserID: "UBOT", BotID: "BBOT", AppID: "A1", TeamID: "T1"}

func callback(inner string) json.RawMessage {
	return json.RawMessage(`{"type":"event_callback","event_id":"Ev1","team_id":"T1","event":` + inner + `}`)
}

// Each is something Slack really sends that the library chokes on or loses, or
// that must be ignored; see SLACK_FACTS sections 0, 1 and 10.
func TestEventsAreReducedToWhatIsUsed(t *testing.T) {
	room := `{"id":"R1","call_family":"huddle","created_by":"U1","date_start":1760000000,"date_end":0,"participants":["U1"],"participant_history":["U1","U2"],"has_ended":false,"thread_root_ts":"5.0"}`
	ended := `{"id":"R1","date_start":"1760000000","date_end":1760000100.0,"participants":[],"participant_history":["U1"],"has_ended":true}`
	for name, c := range map[string]struct {
		payload string
		want    any // nil: acknowledged and dropped
		mark    string
	}{
		"home": {`{"type":"app_home_opened","user":"U1","tab":"messages"}`, HomeOpened{"U1", "messages"}, "event:Ev1"},
		"home whose view has values as a list": {
			`{"type":"app_home_opened","user":"U1","tab":"home","view":{"state":{"values":[]}}}`, HomeOpened{"U1", "home"}, "event:Ev1",
		},
		"presence with fields as a list": {
			`{"type":"user_huddle_changed","user":{"id":"U1","profile":{"fields":[],"huddle_state":"in_a_huddle","huddle_state_call_id":"R1","huddle_state_expiration_ts":1760000000}}}`,
			HuddlePresence{"U1", "R1", true, 1760000000},
			"event:Ev1",
		},
		"presence that ended": {
			`{"type":"user_huddle_changed","user":{"id":"U1","profile":{"huddle_state":"default_unset","huddle_state_expiration_ts":null}}}`,
			HuddlePresence{UserID: "U1"},
			"event:Ev1",
		},
		"a changed person":  {`{"type":"user_change","user":{"id":"U1","profile":{"fields":null}}}`, PersonChanged{UserID: "U1"}, "event:Ev1"},
		"somebody who left": {`{"type":"user_change","user":{"id":"U1","deleted":true}}`, PersonChanged{UserID: "U1", Deleted: true}, "event:Ev1"},
		"a huddle": {
			`{"type":"message","subtype":"huddle_thread","user":"USLACKBOT","channel":"C1","ts":"5.0","room":` + room + `}`,
			Huddle{"R1", "C1", "5.0", "U1", []string{"U1"}, []string{"U1", "U2"}, 1760000000, 0, false},
			"event:Ev1",
		},
		"the end of a huddle, in the message inside": {
			`{"type":"message","subtype":"message_changed","hidden":true,"channel":"C1","ts":"9.0","message":{"subtype":"huddle_thread","ts":"5.0","room":` + ended + `},"previous_message":{"room":` + ended + `}}`,
			Huddle{"R1", "C1", "5.0", "", nil, []string{"U1"}, 1760000000, 1760000100, true},
			"event:Ev1",
		},
		"a huddle whose start is no number": {
			`{"type":"message","subtype":"huddle_thread","channel":"C1","ts":"5.0","room":{"id":"R1","date_start":"soon","participants":{}}}`,
			Huddle{RoomID: "R1", ChannelID: "C1", ThreadTS: "5.0"},
			"event:Ev1",
		},
		"a call that is no huddle": {`{"type":"message","subtype":"huddle_thread","channel":"C1","ts":"5.0","room":{"id":"R1","call_family":"zoom"}}`, nil, ""},
		"an edit":                  {`{"type":"message","subtype":"message_changed","channel":"C1","message":{"text":"secret","user":"U1","ts":"5.0"}}`, nil, ""},
		"a deletion":               {`{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"5.0","previous_message":{"text":"secret"}}`, MessageDeleted{"C1", "5.0"}, "event:Ev1"},
		"the deletion of a root with replies": {
			`{"type":"message","subtype":"message_changed","hidden":true,"channel":"C1","ts":"9.0","message":{"subtype":"tombstone","text":"This message was deleted.","user":"USLACKBOT","hidden":true,"ts":"5.0","thread_ts":"5.0","reply_count":1},"previous_message":{"text":"secret","user":"U1","ts":"5.0"}}`,
			MessageDeleted{"C1", "5.0"},
			"event:Ev1",
		},
		"a tombstone of nothing": {`{"type":"message","subtype":"message_changed","channel":"C1","message":{"subtype":"tombstone"}}`, nil, ""},
		"a reaction": {
			`{"type":"reaction_added","user":"U1","reaction":"raised_hands","item_user":"U2","item":{"type":"message","channel":"C1","ts":"5.0"},"event_ts":"6.0"}`,
			ReactionAdded{UserID: "U1", Emoji: "raised_hands", ChannelID: "C1", TS: "5.0", AuthorID: "U2"},
			"event:Ev1",
		},
		"a reaction with a skin tone to nobody's message": {
			`{"type":"reaction_added","user":"U1","reaction":"+1::skin-tone-4","item":{"type":"message","channel":"C1","ts":"5.0"}}`,
			ReactionAdded{UserID: "U1", Emoji: "+1", ChannelID: "C1", TS: "5.0"},
			"event:Ev1",
		},
		"the bot's own reaction":        {`{"type":"reaction_added","user":"UBOT","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"5.0"}}`, nil, ""},
		"an external person's reaction": {`{"type":"reaction_added","user":"U8","user_team":"T8","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"5.0"}}`, nil, ""},
		"a reaction to a file":          {`{"type":"reaction_added","user":"U1","reaction":"eyes","item":{"type":"file","file":"F1"}}`, nil, ""},
		"a reaction to nothing":         {`{"type":"reaction_added","user":"U1","reaction":"eyes","item":{"type":"message"}}`, nil, ""},
		"a reaction of nothing":         {`{"type":"reaction_added","user":"U1","reaction":"::skin-tone-2","item":{"type":"message","channel":"C1","ts":"5.0"}}`, nil, ""},
		"a reaction taken back":         {`{"type":"reaction_removed","user":"U1","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"5.0"}}`, nil, ""},
		"a channel message":             {`{"type":"message","channel":"C1","channel_type":"channel","user":"U1","ts":"5.0","text":"secret"}`, nil, ""},
		"a direct message": {
			`{"type":"message","channel":"D1","channel_type":"im","user":"U1","team":"T1","ts":"5.0","text":"help","blocks":[{"type":"section","text":7}]}`,
			Request{Surface: DirectMessage, UserID: "U1", TeamID: "T1", ChannelID: "D1", TS: "5.0", Text: "help"},
			"post:D1:5.0",
		},
		"a mention": {
			`{"type":"app_mention","channel":"C1","user":"U1","team":"T1","ts":"5.0","thread_ts":"4.0","text":"<@UBOT> sam &amp; I  <@UBOT|ally>"}`,
			Request{Surface: Mention, UserID: "U1", TeamID: "T1", ChannelID: "C1", TS: "5.0", ThreadTS: "4.0", Text: "sam &amp; I"},
			"post:C1:5.0",
		},
		"the message of the mention": {
			`{"type":"message","channel":"C1","channel_type":"channel","user":"U1","team":"T1","ts":"5.0","text":"hey <@UBOT>, help"}`,
			Request{Surface: Mention, UserID: "U1", TeamID: "T1", ChannelID: "C1", TS: "5.0", Text: "hey , help"},
			"post:C1:5.0",
		},
		"the bot's own message":    {`{"type":"message","channel":"D1","channel_type":"im","user":"UBOT","bot_id":"BBOT","ts":"5.0","text":"x"}`, nil, ""},
		"another bot":              {`{"type":"app_mention","channel":"C1","user":"U9","bot_id":"B9","ts":"5.0","text":"<@UBOT>"}`, nil, ""},
		"a workflow":               {`{"type":"message","subtype":"bot_message","channel":"D1","channel_type":"im","ts":"5.0","text":"x"}`, nil, ""},
		"Slackbot":                 {`{"type":"message","channel":"D1","channel_type":"im","user":"USLACKBOT","ts":"5.0","text":"x"}`, nil, ""},
		"an external person":       {`{"type":"app_mention","channel":"C1","user":"U8","user_team":"T8","ts":"5.0","text":"<@UBOT> help"}`, nil, ""},
		"an external direct":       {`{"type":"message","channel":"D8","channel_type":"im","user":"U8","team":"T8","ts":"5.0","text":"help"}`, nil, ""},
		"joining":                  {`{"type":"message","subtype":"channel_join","channel":"C1","user":"U1","ts":"5.0","text":"<@UBOT>"}`, nil, ""},
		"an unknown event":         {`{"type":"invented_yesterday"}`, nil, ""},
		"an event that is a list":  {`[]`, nil, ""},
		"an event that is nothing": {`null`, nil, ""},
		"a person without an id":   {`{"type":"user_change","user":[]}`, nil, ""},
	} {
		got, ok := reduce(self, callback(c.payload))
		if c.want == nil {
			if ok {
				t.Errorf("%s: got %+v", name, got)
			}
			continue
		}
		if !ok || !reflect.DeepEqual(got.payload, c.want) || got.mark != c.mark {
			t.Errorf("%s:\n got %+v %q\nwant %+v %q", name, got.payload, got.mark, c.want, c.mark)
		}
	}
}

func TestEventsHeldBackAreAGap(t *testing.T) {
	got, ok := reduce(self, json.RawMessage(`{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1760000040}`))
	if !ok || got.payload != (RateLimited{1760000040}) {
		t.Errorf("got %+v", got)
	}
}

func TestPeopleOfTheSameOrganisationAreNoStrangers(t *testing.T) {
	grid := Identity{UserID: "UBOT", TeamID: "T1", EnterpriseID: "E1"}
	inner := `{"type":"app_mention","channel":"C1","user":"W2","user_team":"T2","ts":"5.0","text":"<@UBOT> help"}`
	if _, ok := reduce(grid, callback(inner)); !ok {
		t.Error("somebody of another workspace of the organisation is ignored")
	}
	outside := json.RawMessage(`{"type":"event_callback","event_id":"Ev1","is_ext_shared_channel":true,"event":` + inner + `}`)
	if _, ok := reduce(grid, outside); ok {
		t.Error("somebody in a channel shared with another organisation is answered")
	}
}

func TestInteractionsAreReadLeniently(t *testing.T) {
	in := decodeInteraction(json.RawMessage(`{"type":"block_actions","user":{"id":"U1","team_id":"T1"},"team":{"id":"T1"},
		"container":{"type":"message","message_ts":"5.0","channel_id":"C1","is_ephemeral":true},"trigger_id":"1.2.x","response_url":"https://hooks.slack.com/actions/x",
		"state":{"values":{"b":{"date":{"type":"datepicker","selected_date":"2026-01-02"},"many":{"selected_options":[{"value":"x"},{"value":"y"},7]},"who":{"selected_users":["U1",null,"U2"]},"where":{"selected_conversation":"C2"},"when":{"selected_date_time":1760000000},"none":{"selected_option":null}},"odd":[]}},
		"actions":[{"action_id":"show:2","block_id":"b","type":"button","value":"v"},{"action_id":"pick","selected_option":{"value":"o"}},"odd",{"type":"button"}]}`))
	actions := in.actions()
	if len(actions) != 2 || actions[0].ActionID != "show:2" || actions[0].Value != "v" || actions[1].Value != "o" {
		t.Fatalf("%+v", actions)
	}
	a := actions[0]
	wantOrigin := Origin{ChannelID: "C1", MessageTS: "5.0", Ephemeral: true, ResponseURL: "https://hooks.slack.com/actions/x"}
	if a.Origin != wantOrigin || a.UserID != "U1" || a.TeamID != "T1" || a.TriggerID != "1.2.x" {
		t.Errorf("%+v", a)
	}
	wantState := map[string]Value{
		"date": {Value: "2026-01-02"}, "many": {Options: []string{"x", "y"}}, "who": {Users: []string{"U1", "U2"}},
		"where": {Conversations: []string{"C2"}}, "when": {Value: "1760000000"}, "none": {},
	}
	if !reflect.DeepEqual(a.State, wantState) {
		t.Errorf("state %+v", a.State)
	}
	for _, empty := range []string{`{"type":"view_submission","view":{"callback_id":"form","state":{"values":[]}}}`, `[]`, `"x"`, `null`, `{"view":7}`} {
		if got := decodeInteraction(json.RawMessage(empty)); len(got.State) > 0 {
			t.Errorf("%s: %+v", empty, got)
		}
	}
}

func TestAShortcutOnAMessage(t *testing.T) {
	s := decodeInteraction(json.RawMessage(`{"type":"message_action","callback_id":"find_words","trigger_id":"t","user":{"id":"U1"},"team":{"id":"T1"},
		"channel":{"id":"C1"},"message_ts":"5.0","message":{"text":"he said &lt;no&gt;","user":"U2","ts":"5.0","thread_ts":"4.0"},"response_url":"u"}`)).shortcut()
	want := Shortcut{
		CallbackID: "find_words", UserID: "U1", TeamID: "T1", TriggerID: "t", MessageText: "he said &lt;no&gt;", MessageUser: "U2",
		Origin: Origin{ChannelID: "C1", MessageTS: "5.0", ThreadTS: "4.0", ResponseURL: "u"},
	}
	if s != want {
		t.Errorf("%+v", s)
	}
}

func TestAPayloadSentAsAString(t *testing.T) {
	if q := decodeCommand(json.RawMessage(`"{\"user_id\":\"U1\",\"text\":\"help\"}"`)); q.UserID != "U1" || q.Text != "help" {
		t.Errorf("%+v", q)
	}
}

func TestMentionsOfTheBotAreTakenOut(t *testing.T) {
	for text, want := range map[string]string{
		"<@UBOT>": "", "<@UBOT|ally> help": "help", "so <@UBOT> help": "so help", "<@UBOTX> help": "<@UBOTX> help",
		"<@UBOT": "<@UBOT", "<@UBOT><@UBOT> x": "x", "<@U1> <@UBOT>": "<@U1>",
	} {
		if got := withoutMention(text, "UBOT"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzReduce(f *testing.F) {
	f.Add([]byte(callback(`{"type":"reaction_added","user":"U1","reaction":"+1::skin-tone-4","item":{"type":"message","channel":"C1","ts":"5.0"}}`)))
	f.Add([]byte(callback(`{"type":"message","subtype":"message_changed","channel":"C","message":{"subtype":"tombstone","ts":"5.0","text":"x"}}`)))
	f.Add([]byte(callback(`{"type":"message","subtype":"message_changed","message":{"subtype":"huddle_thread","room":{"id":"R"}}}`)))
	f.Add([]byte(callback(`{"type":"app_mention","user":"U","channel":"C","ts":"1","text":"<@UBOT"}`)))
	f.Add([]byte(`{"type":"app_rate_limited","minute_rate_limited":"9e99"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		ev, ok := reduce(self, b)
		if !ok {
			return
		}
		stored, err := json.Marshal(ev.payload)
		if err != nil {
			t.Fatal(err)
		}
		if _, private := ev.payload.(Request); !private && strings.Contains(string(stored), `"text"`) {
			t.Errorf("text is stored: %s", stored)
		}
	})
}

func FuzzInteraction(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","actions":[{"action_id":"a","selected_option":{"value":"x"}}],"state":{"values":{"b":{"a":[]}}}}`))
	f.Add([]byte(`{"type":"view_submission","view":{"state":{"values":[]}}}`))
	f.Fuzz(func(_ *testing.T, b []byte) {
		in := decodeInteraction(b)
		in.actions()
		in.shortcut()
		in.submission()
		in.suggestion()
		decodeCommand(b)
	})
}
