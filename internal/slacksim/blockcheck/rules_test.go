package blockcheck_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"allybot/internal/slacksim/blockcheck"
)

// Rules that are no length: each case says what is wrong, or "" for right.
func TestRules(t *testing.T) {
	const opt = `{"text":{"type":"plain_text","text":"o"},"value":"v"}`
	const opt2 = `{"text":{"type":"plain_text","text":"p"},"value":"w"}`
	accessory := func(element string) string { return messageOf(sectionWith(element)) }
	inModal := func(element string) string { return modalOf(inputWith(element)) }
	for _, tc := range []struct{ name, payload, want string }{
		{"unknown block", messageOf(`{"type":"blink"}`), "unsupported type: blink [json-pointer:/blocks/0/type]"},
		{"block without type", messageOf(`{"text":"x"}`), "missing required field: type [json-pointer:/blocks/0]"},
		{"block that is text", messageOf(`"hello"`), "must provide an object [json-pointer:/blocks/0]"},
		{"unknown field", messageOf(`{"type":"divider","color":"red"}`), "invalid additional property: color [json-pointer:/blocks/0]"},
		{"repeated field", messageOf(`{"type":"divider","type":"divider"}`), "repeated property: type [json-pointer:/blocks]"},
		{"null field", messageOf(`{"type":"section","text":null}`), "must provide an object [json-pointer:/blocks/0/text]"},
		{"file block", messageOf(`{"type":"file","external_id":"x","source":"remote"}`), "unsupported type: file [json-pointer:/blocks/0/type]"},

		{"two blocks, one id", messageOf(`{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`), "`block_id` \"a\" already exists [json-pointer:/blocks/1/block_id]"},
		{"two buttons, one id", messageOf(actionsWith(many(2, withField(button, `"action_id":"a"`)))), "`action_id` \"a\" already exists [json-pointer:/blocks/0/elements/1/action_id]"},
		{"one action id in two blocks", messageOf(sectionWith(withField(button, `"action_id":"a"`)), sectionWith(withField(button, `"action_id":"a"`))), ""},

		{"text as string", messageOf(`{"type":"section","text":"hello"}`), "must provide an object [json-pointer:/blocks/0/text]"},
		{"text without type", messageOf(`{"type":"section","text":{"text":"x"}}`), "missing required field: type [json-pointer:/blocks/0/text]"},
		{"type text", messageOf(`{"type":"section","text":{"type":"text","text":"x"}}`), "unsupported type: text [json-pointer:/blocks/0/text/type]"},
		{"emoji in plain text", messageOf(`{"type":"section","text":{"type":"plain_text","text":"x","emoji":true}}`), ""},
		{"emoji in mrkdwn", messageOf(`{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`), "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
		{"verbatim in mrkdwn", messageOf(`{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true}}`), ""},
		{"verbatim in plain text", messageOf(`{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`), "invalid additional property: verbatim [json-pointer:/blocks/0/text]"},
		{"verbatim as text", messageOf(`{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":"yes"}}`), "must be a boolean [json-pointer:/blocks/0/text/verbatim]"},
		{"section without words", messageOf(`{"type":"section"}`), "must define either `text` or `fields` [json-pointer:/blocks/0/type]"},
		{"header in mrkdwn", messageOf(`{"type":"header","text":` + mrkdwnText("x") + `}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"header level", messageOf(`{"type":"header","level":4,"text":` + plainText("x") + `}`), ""},
		{"header level 5", messageOf(`{"type":"header","level":5,"text":` + plainText("x") + `}`), "must be less than 5 [json-pointer:/blocks/0/level]"},
		{"header without text", messageOf(`{"type":"header"}`), "missing required field: text [json-pointer:/blocks/0]"},
		{"button in context", messageOf(`{"type":"context","elements":[` + button + `]}`), "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"},
		{"image in actions", messageOf(actionsWith(picture)), "unsupported type: image [json-pointer:/blocks/0/elements/0/type]"},
		{"button in input", inModal(button), "unsupported type: button [json-pointer:/view/blocks/0/element/type]"},
		{"datetimepicker in section", accessory(`{"type":"datetimepicker"}`), "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]"},
		{"title on an image element", accessory(withField(picture, `"title":`+plainText("t"))), "invalid additional property: title [json-pointer:/blocks/0/accessory]"},
		{"image without alt text", messageOf(`{"type":"image","image_url":"https://example.com/a.png"}`), "missing required field: alt_text [json-pointer:/blocks/0]"},
		{"image without source", messageOf(`{"type":"image","alt_text":"a"}`), "missing required field: image_url [json-pointer:/blocks/0]"},
		{"image with two sources", messageOf(withField(picture, `"slack_file":{"id":"F1"}`)), "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"},
		{"image from a file", messageOf(`{"type":"image","alt_text":"a","slack_file":{"id":"F1"}}`), ""},
		{"image from a file named twice", messageOf(`{"type":"image","alt_text":"a","slack_file":{"id":"F1","url":"https://files.slack.com/F1"}}`), "invalid slack file [json-pointer:/blocks/0/slack_file]"},
		{"image on this machine", messageOf(`{"type":"image","alt_text":"a","image_url":"http://127.0.0.1/a.png"}`), "downloading image failed [json-pointer:/blocks/0/image_url]"},

		{"button text in mrkdwn", accessory(`{"type":"button","text":` + mrkdwnText("x") + `}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/text/type]"},
		{"primary button", accessory(withField(button, `"style":"primary"`)), ""},
		{"default button", accessory(withField(button, `"style":"default"`)), "value must be one of [primary danger] [json-pointer:/blocks/0/accessory/style]"},
		{"script url", accessory(withField(button, `"url":"javascript:alert(1)"`)), "invalid url [json-pointer:/blocks/0/accessory/url]"},
		{"relative url", accessory(withField(button, `"url":"/a"`)), "invalid url [json-pointer:/blocks/0/accessory/url]"},
		{"url with blanks", accessory(withField(button, `"url":"https://example.com/a b"`)), "invalid url [json-pointer:/blocks/0/accessory/url]"},
		{"placeholder on a button", accessory(withField(button, `"placeholder":`+plainText("p"))), "invalid additional property: placeholder [json-pointer:/blocks/0/accessory]"},
		{"confirm without deny", accessory(withField(button, `"confirm":{"title":`+plainText("t")+`,"text":`+plainText("t")+`,"confirm":`+plainText("c")+`}`)), "missing required field: deny [json-pointer:/blocks/0/accessory/confirm]"},
		{"confirm text in mrkdwn", accessory(withField(button, `"confirm":{"title":`+plainText("t")+`,"text":`+mrkdwnText("t")+`,"confirm":`+plainText("c")+`,"deny":`+plainText("d")+`,"style":"danger"}`)), "unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/confirm/text/type]"},
		{"workflow button without id", accessory(`{"type":"workflow_button","text":` + plainText("b") + `,"workflow":{"trigger":{"url":"https://slack.com/shortcuts/Ft1/x"}}}`), "missing required field: action_id [json-pointer:/blocks/0/accessory]"},
		{"workflow button", accessory(`{"type":"workflow_button","action_id":"a","text":` + plainText("b") + `,"workflow":{"trigger":{"url":"https://slack.com/shortcuts/Ft1/x","customizable_input_parameters":[{"name":"a","value":"b"}]}}}`), ""},

		{"option values twice", menu(opt + "," + opt), "must be unique [json-pointer:/blocks/0/accessory/options/1/value]"},
		{"option values twice in groups", accessory(`{"type":"static_select","option_groups":[{"label":` + plainText("a") + `,"options":[` + opt + `]},{"label":` + plainText("b") + `,"options":[` + opt + `]}]}`), "must be unique [json-pointer:/blocks/0/accessory/option_groups/1/options/0/value]"},
		{"option without value", menu(`{"text":` + plainText("o") + `}`), "missing required field: value [json-pointer:/blocks/0/accessory/options/0]"},
		{"option url outside overflow", menu(withField(opt, `"url":"https://example.com"`)), "invalid additional property: url [json-pointer:/blocks/0/accessory/options/0]"},
		{"menu option in mrkdwn", menu(`{"text":` + mrkdwnText("o") + `,"value":"v"}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/options/0/text/type]"},
		{"checkbox option in mrkdwn", accessory(`{"type":"checkboxes","options":[{"text":` + mrkdwnText("o") + `,"value":"v"}]}`), ""},
		{"menu without options", accessory(`{"type":"static_select"}`), "must define either `options` or `option_groups` [json-pointer:/blocks/0/accessory]"},
		{"menu with both", accessory(`{"type":"static_select","options":[` + opt + `],"option_groups":[{"label":` + plainText("b") + `,"options":[` + opt2 + `]}]}`), "must define either `options` or `option_groups` [json-pointer:/blocks/0/accessory]"},
		{"initial option", accessory(`{"type":"static_select","options":[` + opt + `],"initial_option":` + opt + `}`), ""},
		{"initial option in a group", accessory(`{"type":"static_select","option_groups":[{"label":` + plainText("a") + `,"options":[` + opt + `]}],"initial_option":` + opt + `}`), ""},
		{"initial option not offered", accessory(`{"type":"static_select","options":[` + opt + `],"initial_option":` + opt2 + `}`), "must exactly match one of the options [json-pointer:/blocks/0/accessory/initial_option]"},
		{"initial option with another text", accessory(`{"type":"radio_buttons","options":[` + opt + `],"initial_option":{"text":` + plainText("z") + `,"value":"v"}}`), "must exactly match one of the options [json-pointer:/blocks/0/accessory/initial_option]"},
		{"initial options twice", accessory(`{"type":"checkboxes","options":[` + opt + `],"initial_options":[` + opt + `,` + opt + `]}`), "must be unique [json-pointer:/blocks/0/accessory/initial_options/1/value]"},
		{"more initial options than selectable", accessory(`{"type":"multi_static_select","options":[` + opt + `,` + opt2 + `],"max_selected_items":1,"initial_options":[` + opt + `,` + opt2 + `]}`), "no more than 1 items allowed [json-pointer:/blocks/0/accessory/initial_options]"},
		{"none selectable", accessory(`{"type":"multi_users_select","max_selected_items":0}`), "must be greater than 0 [json-pointer:/blocks/0/accessory/max_selected_items]"},
		{"external menu", accessory(`{"type":"external_select","min_query_length":0,"initial_option":` + opt + `}`), ""},
		{"external menu with options", accessory(`{"type":"external_select","options":[` + opt + `]}`), "invalid additional property: options [json-pointer:/blocks/0/accessory]"},
		{"negative query", accessory(`{"type":"external_select","min_query_length":-1}`), "must be greater than -1 [json-pointer:/blocks/0/accessory/min_query_length]"},
		{"query of one and a half", accessory(`{"type":"external_select","min_query_length":1.5}`), "must be an integer [json-pointer:/blocks/0/accessory/min_query_length]"},
		{"query as text", accessory(`{"type":"external_select","min_query_length":"1"}`), "must be an integer [json-pointer:/blocks/0/accessory/min_query_length]"},
		{"initial user", accessory(`{"type":"users_select","initial_user":"U123"}`), ""},
		{"initial user by name", accessory(`{"type":"users_select","initial_user":"@sam"}`), "invalid id [json-pointer:/blocks/0/accessory/initial_user]"},
		{"initial users", accessory(`{"type":"multi_users_select","initial_users":["sam"]}`), "invalid value [json-pointer:/blocks/0/accessory/initial_users/0]"},
		{"initial users twice", accessory(`{"type":"multi_users_select","initial_users":["U12","U12"]}`), "must be unique [json-pointer:/blocks/0/accessory/initial_users/1]"},
		{"filter", accessory(`{"type":"conversations_select","filter":{"include":["public","im"],"exclude_bot_users":true}}`), ""},
		{"empty filter", accessory(`{"type":"conversations_select","filter":{}}`), "must define at least one filter [json-pointer:/blocks/0/accessory/filter]"},
		{"unknown kind of conversation", accessory(`{"type":"conversations_select","filter":{"include":["channel"]}}`), "invalid value [json-pointer:/blocks/0/accessory/filter/include/0]"},
		{"response url in a modal", inModal(`{"type":"conversations_select","response_url_enabled":true}`), ""},
		{"response url in a message", accessory(`{"type":"conversations_select","response_url_enabled":true}`), "only available in input blocks of modals [json-pointer:/blocks/0/accessory/response_url_enabled]"},
		{"date", accessory(`{"type":"datepicker","initial_date":"2026-02-28"}`), ""},
		{"no such day", accessory(`{"type":"datepicker","initial_date":"2026-02-29"}`), "must be a date like YYYY-MM-DD [json-pointer:/blocks/0/accessory/initial_date]"},
		{"time", accessory(`{"type":"timepicker","initial_time":"09:05","timezone":"Europe/Berlin"}`), ""},
		{"short time", accessory(`{"type":"timepicker","initial_time":"9:05"}`), "must be a time like HH:mm [json-pointer:/blocks/0/accessory/initial_time]"},
		{"no such zone", accessory(`{"type":"timepicker","timezone":"Mars/Olympus"}`), "must be an IANA time zone [json-pointer:/blocks/0/accessory/timezone]"},
		{"moment", messageOf(actionsWith(`{"type":"datetimepicker","initial_date_time":1628633820}`)), ""},
		{"moment in milliseconds", messageOf(actionsWith(`{"type":"datetimepicker","initial_date_time":1628633820000}`)), "must be less than 10000000000 [json-pointer:/blocks/0/elements/0/initial_date_time]"},

		{"minimum above maximum", inModal(`{"type":"plain_text_input","min_length":5,"max_length":4}`), "must not be greater than `max_length` [json-pointer:/view/blocks/0/element/min_length]"},
		{"initial value too short", inModal(`{"type":"plain_text_input","min_length":5,"initial_value":"abc"}`), "must be more than 4 characters [json-pointer:/view/blocks/0/element/initial_value]"},
		{"dispatch on enter", inModal(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_enter_pressed"]}}`), ""},
		{"dispatch on what", inModal(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_blur"]}}`), "invalid value [json-pointer:/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0]"},
		{"number without decimals said", inModal(`{"type":"number_input"}`), "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]"},
		{"number", inModal(`{"type":"number_input","is_decimal_allowed":false,"min_value":"-1","max_value":"7","initial_value":"0"}`), ""},
		{"number as number", inModal(`{"type":"number_input","is_decimal_allowed":false,"min_value":1}`), "must be a string [json-pointer:/view/blocks/0/element/min_value]"},
		{"decimal where whole", inModal(`{"type":"number_input","is_decimal_allowed":false,"min_value":"1.5"}`), "must be a number [json-pointer:/view/blocks/0/element/min_value]"},
		{"endless number", inModal(`{"type":"number_input","is_decimal_allowed":true,"min_value":"1e999999999"}`), "must be a number [json-pointer:/view/blocks/0/element/min_value]"},
		{"number bounds crossed", inModal(`{"type":"number_input","is_decimal_allowed":true,"min_value":"2.5","max_value":"2.25"}`), "must not be greater than `max_value` [json-pointer:/view/blocks/0/element/min_value]"},
		{"number out of bounds", inModal(`{"type":"number_input","is_decimal_allowed":false,"max_value":"7","initial_value":"8"}`), "must be from `min_value` to `max_value` [json-pointer:/view/blocks/0/element/initial_value]"},
		{"email", inModal(`{"type":"email_text_input","initial_value":"sam@example.com"}`), ""},
		{"no email", inModal(`{"type":"email_text_input","initial_value":"sam"}`), "must be an email address [json-pointer:/view/blocks/0/element/initial_value]"},
		{"no url", inModal(`{"type":"url_text_input","initial_value":"example.com"}`), "invalid url [json-pointer:/view/blocks/0/element/initial_value]"},
		{"file types", inModal(`{"type":"file_input","filetypes":["jpg","png"]}`), ""},
		{"file input that dispatches", modalOf(withField(inputWith(`{"type":"file_input"}`), `"dispatch_action":true`)), "unsupported type: file_input [json-pointer:/view/blocks/0/element/type]"},
		{"line bounds crossed", inModal(`{"type":"rich_text_input","min_lines":5,"max_lines":4}`), "must not be greater than `max_lines` [json-pointer:/view/blocks/0/element/min_lines]"},
		{"rich start value", inModal(`{"type":"rich_text_input","initial_value":` + richTextWith(`{"type":"text","text":"x"}`) + `}`), ""},
		{"label in mrkdwn", modalOf(`{"type":"input","label":` + mrkdwnText("l") + `,"element":` + plainText1 + `}`), "unsupported type: mrkdwn [json-pointer:/view/blocks/0/label/type]"},
		{"input without element", modalOf(`{"type":"input","label":` + plainText("l") + `}`), "missing required field: element [json-pointer:/view/blocks/0]"},
		{"focus", inModal(`{"type":"plain_text_input","focus_on_load":true}`), ""},
		{"focus in a message", accessory(`{"type":"users_select","focus_on_load":true}`), "invalid additional property: focus_on_load [json-pointer:/blocks/0/accessory]"},
		{"two with focus", modalOf(many(2, inputWith(`{"type":"plain_text_input","focus_on_load":true}`))), "only one element can have `focus_on_load` [json-pointer:/view/blocks/1/element/focus_on_load]"},

		{"modal without title", `{"type":"modal","blocks":[` + someText + `]}`, "missing required field: title [json-pointer:/view]"},
		{"modal without blocks", `{"type":"modal","title":` + plainText("t") + `}`, "missing required field: blocks [json-pointer:/view]"},
		{"view without type", `{"title":` + plainText("t") + `,"blocks":[` + someText + `]}`, "missing required field: type [json-pointer:/view]"},
		{"workflow step", `{"type":"workflow_step","blocks":[` + someText + `]}`, "value must be one of [modal home] [json-pointer:/view/type]"},
		{"title in mrkdwn", fill(modalOf(someText), plainText("Title"), mrkdwnText("Title")), "unsupported type: mrkdwn [json-pointer:/view/title/type]"},
		{"submit_disabled", withField(modalOf(someText), `"submit_disabled":true`), "invalid additional property: submit_disabled [json-pointer:/view]"},
		{"view sent back with its id", withField(modalOf(someText), `"id":"V1"`), "invalid additional property: id [json-pointer:/view]"},
		{"input without submit", `{"type":"modal","title":` + plainText("t") + `,"blocks":[` + someText + `,` + inputWith(plainText1) + `]}`, "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]"},
		{"information without submit", `{"type":"modal","title":` + plainText("t") + `,"blocks":[` + someText + `]}`, ""},
		{"Home with title", withField(homeOf(someText), `"title":`+plainText("t")), "invalid additional property: title [json-pointer:/view]"},
		{"Home with submit", withField(homeOf(someText), `"submit":`+plainText("t")), "invalid additional property: submit [json-pointer:/view]"},
		{"Home with input", homeOf(inputWith(plainText1)), ""},
		{"notify_on_close as text", withField(modalOf(someText), `"notify_on_close":"true"`), "must be a boolean [json-pointer:/view/notify_on_close]"},

		{"list in a section", messageOf(richTextWith(`{"type":"rich_text_list","style":"bullet","elements":[]}`)), "unsupported type: rich_text_list [json-pointer:/blocks/0/elements/0/elements/0/type]"},
		{"list without style", messageOf(`{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]}`), "missing required field: style [json-pointer:/blocks/0/elements/0]"},
		{"list indented too far", messageOf(`{"type":"rich_text","elements":[{"type":"rich_text_list","style":"ordered","indent":9,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]}`), "must be less than 9 [json-pointer:/blocks/0/elements/0/indent]"},
		{"mention in preformatted", messageOf(`{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"user","user_id":"U123"}]}]}`), "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]"},
		{"unknown style", messageOf(richTextWith(`{"type":"text","text":"x","style":{"blink":true}}`)), "invalid additional property: blink [json-pointer:/blocks/0/elements/0/elements/0/style]"},
		{"user by name", messageOf(richTextWith(`{"type":"user","user_id":"sam"}`)), "invalid id [json-pointer:/blocks/0/elements/0/elements/0/user_id]"},
		{"broadcast to nobody", messageOf(richTextWith(`{"type":"broadcast","range":"nobody"}`)), "value must be one of [here channel everyone] [json-pointer:/blocks/0/elements/0/elements/0/range]"},
		{"date without token", messageOf(richTextWith(`{"type":"date","timestamp":1,"format":"soon"}`)), "must have a date token [json-pointer:/blocks/0/elements/0/elements/0/format]"},
		{"script link", messageOf(richTextWith(`{"type":"link","url":"javascript:alert(1)"}`)), "invalid url [json-pointer:/blocks/0/elements/0/elements/0/url]"},
		{"mail link", messageOf(richTextWith(`{"type":"link","url":"mailto:hr@example.com","text":"HR"}`)), ""},
		{"emoji with colons", messageOf(richTextWith(`{"type":"emoji","name":":wave:"}`)), "invalid id [json-pointer:/blocks/0/elements/0/elements/0/name]"},

		{"empty card", messageOf(`{"type":"card","subtitle":` + mrkdwnText("s") + `}`), "must define one of `hero_image`, `title`, `actions` or `body` [json-pointer:/blocks/0]"},
		{"section in a carousel", messageOf(`{"type":"carousel","elements":[` + someText + `]}`), "unsupported type: section [json-pointer:/blocks/0/elements/0/type]"},
		{"container in a container", messageOf(`{"type":"container","title":` + plainText("t") + `,"child_blocks":[{"type":"container"}]}`), "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]"},
		{"feedback", messageOf(`{"type":"context_actions","elements":[{"type":"feedback_buttons","positive_button":{"text":` + plainText("y") + `,"value":"y"},"negative_button":{"text":` + plainText("n") + `,"value":"n"}}]}`), ""},
		{"alert level", modalOf(`{"type":"alert","level":"fatal","text":` + plainText("x") + `}`), "value must be one of [default info warning error success] [json-pointer:/view/blocks/0/level]"},
		{"http video", messageOf(fill(video, "https://example.com/v", "http://example.com/v")), "invalid url [json-pointer:/blocks/0/video_url]"},
		{"chart without a point", messageOf(`{"type":"data_visualization","title":"t","chart":{"type":"bar","axis_config":{"categories":["a","b"]},"series":[{"name":"s","data":[{"label":"a","value":1}]}]}}`), "must have one point for every category [json-pointer:/blocks/0/chart/series/0/data]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.want == "" {
				wantValid(t, tc.payload)
				return
			}
			wantProblem(t, tc.payload, tc.want)
		})
	}
}

func TestErrorCodes(t *testing.T) {
	table := `{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}`
	bigSections := many(4, `{"type":"section","text":{"type":"plain_text","text":"`+letters(3000)+`"}}`)
	pad := func(n int) string { // a valid message of n characters
		last := `{"type":"section","text":{"type":"plain_text","text":"$P"}}`
		rest := "[" + bigSections + "," + last + "]"
		return fill(rest, "$P", letters(n-len(rest)+len("$P")))
	}
	for _, tc := range []struct{ name, payload, code string }{
		{"nothing", "", "invalid_blocks_format"},
		{"broken JSON", `[{"type":`, "invalid_blocks_format"},
		{"text after the blocks", `[] []`, "invalid_blocks_format"},
		{"not UTF-8", "[\"\xff\"]", "invalid_blocks_format"},
		{"a string", `"[]"`, "invalid_blocks_format"},
		{"bad block", `[{}]`, "invalid_blocks"},
		{"no blocks", `[]`, ""},
		{"largest message", pad(blockcheck.MaxMessageSize), ""},
		{"too large a message", pad(blockcheck.MaxMessageSize + 1), "msg_blocks_too_long"},
		{"two tables", messageOf(table, table), "invalid_attachments"},
		{"broken view", `{`, "invalid_arguments"},
		{"bad view", `{"type":"modal"}`, "invalid_arguments"},
		{"too large a view", modalOf(many(84, `{"type":"section","text":{"type":"plain_text","text":"`+letters(3000)+`"}}`)), "view_too_large"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := check(tc.payload)
			var e *blockcheck.Error
			switch {
			case tc.code == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.code != "" && (!errors.As(err, &e) || e.Code != tc.code):
				t.Errorf("got %v, want %s", err, tc.code)
			}
		})
	}
	if err := blockcheck.View(json.RawMessage(`[]`)); err == nil || !strings.Contains(err.Error(), "must provide an object") {
		t.Errorf("an array as view: %v", err)
	}
}

// Limits over a whole message.
func TestTotals(t *testing.T) {
	markdown := func(n int) string { return `{"type":"markdown","text":"` + letters(n) + `"}` }
	chart := `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"l","value":1}]}}`
	table := func(n int) string { // rows of 20 cells of 50 characters: 1,000 each
		return `{"type":"table","rows":[` + many(n, `[`+many(20, `{"type":"raw_text","text":"`+letters(50)+`"}`)+`]`) + `]}`
	}
	headings := func(n int) string { return `{"type":"markdown","text":"` + strings.Repeat(`# h\ntext\n`, n) + `"}` }
	for _, tc := range []struct{ name, payload, want string }{
		{"markdown together", messageOf(markdown(6000), markdown(6000)), ""},
		{"too much markdown together", messageOf(markdown(6000), markdown(6001)), "markdown must be less than 12001 characters in all [json-pointer:/blocks]"},
		{"markdown that becomes 50 blocks", messageOf(headings(25)), ""},
		{"markdown that becomes 51 blocks", messageOf(headings(25), `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"two charts", messageOf(chart, chart), ""},
		{"three charts", messageOf(chart, chart, chart), "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.want == "" {
				wantValid(t, tc.payload)
				return
			}
			wantProblem(t, tc.payload, tc.want)
		})
	}
	// A table of 10,000 characters is over the size of a message with its JSON,
	// so one long cell has to do.
	cells := func(n int) string {
		return messageOf(`{"type":"table","rows":[[{"type":"raw_text","text":"` + letters(n) + `"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"1234567890"}]}]}]]}`)
	}
	wantValid(t, cells(9990))
	wantProblem(t, cells(9991), "tables must be less than 10001 characters in all [json-pointer:/blocks]")
	wantValid(t, messageOf(table(6)))
}
