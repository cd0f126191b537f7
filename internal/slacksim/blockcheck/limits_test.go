package blockcheck_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

const (
	option     = `{"text":{"type":"plain_text","text":"o"},"value":"$N"}`
	picture    = `{"type":"image","image_url":"https://example.com/a.png","alt_text":"a"}`
	button     = `{"type":"button","text":{"type":"plain_text","text":"b"}}`
	someCard   = `{"type":"card","title":{"type":"mrkdwn","text":"t"}}`
	someText   = `{"type":"section","text":{"type":"mrkdwn","text":"t"}}`
	plainText1 = `{"type":"plain_text_input"}`
)

// Every limit is tried at its last good value and one beyond.
func TestLimits(t *testing.T) {
	chars := func(n int) string { return fmt.Sprintf("must be less than %d characters", n) }
	items := func(n int) string { return fmt.Sprintf("no more than %d items allowed", n) }
	url := func(n int) string { return "https://example.com/" + letters(n-len("https://example.com/")) }
	for _, tc := range []struct {
		name    string
		limit   int
		payload func(n int) string
		problem string
		pointer string
	}{
		{"blocks of a message", 50, func(n int) string { return messageOf(many(n, `{"type":"divider"}`)) }, items(50), "/blocks"},
		{"blocks of a modal", 100, func(n int) string { return modalOf(many(n, `{"type":"divider"}`)) }, items(100), "/view/blocks"},
		{"blocks of Home", 100, func(n int) string { return homeOf(many(n, `{"type":"divider"}`)) }, items(100), "/view/blocks"},
		{"block_id", 255, func(n int) string { return messageOf(`{"type":"divider","block_id":"` + letters(n) + `"}`) }, chars(256), "/blocks/0/block_id"},
		{"action_id", 255, func(n int) string {
			return messageOf(actionsWith(fill(button, `"type":"button"`, `"type":"button","action_id":"`+letters(n)+`"`)))
		}, chars(256), "/blocks/0/elements/0/action_id"},
		{"section text", 3000, func(n int) string { return messageOf(`{"type":"section","text":` + mrkdwnText(letters(n)) + `}`) }, chars(3001), "/blocks/0/text/text"},
		{"section text in astral characters", 1500, func(n int) string {
			return messageOf(`{"type":"section","text":` + mrkdwnText(strings.Repeat("🙂", n)) + `}`)
		}, chars(3001), "/blocks/0/text/text"},
		{"section field", 2000, func(n int) string { return messageOf(`{"type":"section","fields":[` + mrkdwnText(letters(n)) + `]}`) }, chars(2001), "/blocks/0/fields/0/text"},
		{"section fields", 10, func(n int) string { return messageOf(`{"type":"section","fields":[` + many(n, plainText("f")) + `]}`) }, items(10), "/blocks/0/fields"},
		{"header", 150, func(n int) string { return messageOf(`{"type":"header","text":` + plainText(letters(n)) + `}`) }, chars(151), "/blocks/0/text/text"},
		{"context elements", 10, func(n int) string { return messageOf(`{"type":"context","elements":[` + many(n, picture) + `]}`) }, items(10), "/blocks/0/elements"},
		{"context text", 3000, func(n int) string { return messageOf(`{"type":"context","elements":[` + mrkdwnText(letters(n)) + `]}`) }, chars(3001), "/blocks/0/elements/0/text"},
		{"actions elements", 25, func(n int) string { return messageOf(actionsWith(many(n, button))) }, items(25), "/blocks/0/elements"},
		{"input label", 2000, func(n int) string {
			return modalOf(`{"type":"input","element":` + plainText1 + `,"label":` + plainText(letters(n)) + `}`)
		}, chars(2001), "/view/blocks/0/label/text"},
		{"input hint", 2000, func(n int) string {
			return modalOf(fill(inputWith(plainText1), `"label"`, `"hint":`+plainText(letters(n))+`,"label"`))
		}, chars(2001), "/view/blocks/0/hint/text"},
		{"image url", 3000, func(n int) string { return messageOf(`{"type":"image","alt_text":"a","image_url":"` + url(n) + `"}`) }, chars(3001), "/blocks/0/image_url"},
		{"image alt text", 2000, func(n int) string { return messageOf(fill(picture, `"alt_text":"a"`, `"alt_text":"`+letters(n)+`"`)) }, chars(2001), "/blocks/0/alt_text"},
		{"image title", 2000, func(n int) string {
			return messageOf(fill(picture, `"alt_text"`, `"title":`+plainText(letters(n))+`,"alt_text"`))
		}, chars(2001), "/blocks/0/title/text"},
		{"button text", 75, func(n int) string {
			return messageOf(sectionWith(`{"type":"button","text":` + plainText(letters(n)) + `}`))
		}, chars(76), "/blocks/0/accessory/text/text"},
		{"button value", 2000, func(n int) string {
			return messageOf(sectionWith(fill(button, `"text":{`, `"value":"`+letters(n)+`","text":{`)))
		}, chars(2001), "/blocks/0/accessory/value"},
		{"button url", 3000, func(n int) string {
			return messageOf(sectionWith(fill(button, `"text":{`, `"url":"`+url(n)+`","text":{`)))
		}, chars(3001), "/blocks/0/accessory/url"},
		{"button accessibility label", 75, func(n int) string {
			return messageOf(sectionWith(fill(button, `"text":{`, `"accessibility_label":"`+letters(n)+`","text":{`)))
		}, chars(76), "/blocks/0/accessory/accessibility_label"},
		{"placeholder", 150, func(n int) string {
			return messageOf(sectionWith(`{"type":"users_select","placeholder":` + plainText(letters(n)) + `}`))
		}, chars(151), "/blocks/0/accessory/placeholder/text"},
		{"option text", 75, func(n int) string { return menu(`{"text":` + plainText(letters(n)) + `,"value":"v"}`) }, chars(76), "/blocks/0/accessory/options/0/text/text"},
		{"option value", 150, func(n int) string { return menu(`{"text":` + plainText("o") + `,"value":"` + letters(n) + `"}`) }, chars(151), "/blocks/0/accessory/options/0/value"},
		{"option description", 75, func(n int) string {
			return menu(`{"text":` + plainText("o") + `,"value":"v","description":` + plainText(letters(n)) + `}`)
		}, chars(76), "/blocks/0/accessory/options/0/description/text"},
		{"options", 100, func(n int) string { return menu(many(n, option)) }, items(100), "/blocks/0/accessory/options"},
		{"option groups", 100, func(n int) string {
			return modalOf(sectionWith(`{"type":"static_select","option_groups":[` + many(n, `{"label":{"type":"plain_text","text":"g"},"options":[`+option+`]}`) + `]}`))
		}, items(100), "/view/blocks/0/accessory/option_groups"},
		{"options of a group", 100, func(n int) string {
			return modalOf(sectionWith(`{"type":"static_select","option_groups":[{"label":` + plainText("g") + `,"options":[` + many(n, option) + `]}]}`))
		}, items(100), "/view/blocks/0/accessory/option_groups/0/options"},
		{"group label", 75, func(n int) string {
			return messageOf(sectionWith(`{"type":"static_select","option_groups":[{"label":` + plainText(letters(n)) + `,"options":[` + option + `]}]}`))
		}, chars(76), "/blocks/0/accessory/option_groups/0/label/text"},
		{"overflow options", 5, func(n int) string {
			return messageOf(sectionWith(`{"type":"overflow","options":[` + many(n, option) + `]}`))
		}, items(5), "/blocks/0/accessory/options"},
		{"overflow option url", 3000, func(n int) string {
			return messageOf(sectionWith(`{"type":"overflow","options":[` + fill(option, `"value"`, `"url":"`+url(n)+`","value"`) + `]}`))
		}, chars(3001), "/blocks/0/accessory/options/0/url"},
		{"checkboxes", 10, func(n int) string {
			return messageOf(sectionWith(`{"type":"checkboxes","options":[` + many(n, option) + `]}`))
		}, items(10), "/blocks/0/accessory/options"},
		{"radio buttons", 10, func(n int) string {
			return messageOf(sectionWith(`{"type":"radio_buttons","options":[` + many(n, option) + `]}`))
		}, items(10), "/blocks/0/accessory/options"},
		{"confirm title", 100, func(n int) string { return confirmed("title", n) }, chars(101), "/blocks/0/accessory/confirm/title/text"},
		{"confirm text", 300, func(n int) string { return confirmed("text", n) }, chars(301), "/blocks/0/accessory/confirm/text/text"},
		{"confirm confirm", 30, func(n int) string { return confirmed("confirm", n) }, chars(31), "/blocks/0/accessory/confirm/confirm/text"},
		{"confirm deny", 30, func(n int) string { return confirmed("deny", n) }, chars(31), "/blocks/0/accessory/confirm/deny/text"},
		{"modal title", 24, func(n int) string { return fill(modalOf(someText), plainText("Title"), plainText(letters(n))) }, chars(25), "/view/title/text"},
		{"modal submit", 24, func(n int) string { return fill(modalOf(someText), plainText("Save"), plainText(letters(n))) }, chars(25), "/view/submit/text"},
		{"modal close", 24, func(n int) string { return withField(modalOf(someText), `"close":`+plainText(letters(n))) }, chars(25), "/view/close/text"},
		{"private_metadata", 3000, func(n int) string { return withField(modalOf(someText), `"private_metadata":"`+letters(n)+`"`) }, chars(3001), "/view/private_metadata"},
		{"callback_id", 255, func(n int) string { return withField(modalOf(someText), `"callback_id":"`+letters(n)+`"`) }, chars(256), "/view/callback_id"},
		{"external_id", 255, func(n int) string { return withField(homeOf(someText), `"external_id":"`+letters(n)+`"`) }, chars(256), "/view/external_id"},
		{"min_length", 3000, func(n int) string { return typed("min_length", n) }, "must be less than 3001", "/view/blocks/0/element/min_length"},
		{"max_length", 3000, func(n int) string { return typed("max_length", n) }, "must be less than 3001", "/view/blocks/0/element/max_length"},
		{"initial value", 3000, func(n int) string {
			return modalOf(inputWith(`{"type":"plain_text_input","initial_value":"` + letters(n) + `"}`))
		}, chars(3001), "/view/blocks/0/element/initial_value"},
		{"initial value within max_length", 5, func(n int) string {
			return modalOf(inputWith(`{"type":"plain_text_input","max_length":5,"initial_value":"` + letters(n) + `"}`))
		}, chars(6), "/view/blocks/0/element/initial_value"},
		{"rich text input min_lines", 100, func(n int) string {
			return modalOf(inputWith(`{"type":"rich_text_input","min_lines":` + strconv.Itoa(n) + `}`))
		}, "must be less than 101", "/view/blocks/0/element/min_lines"},
		{"rich text input max_lines", 100, func(n int) string {
			return modalOf(inputWith(`{"type":"rich_text_input","max_lines":` + strconv.Itoa(n) + `}`))
		}, "must be less than 101", "/view/blocks/0/element/max_lines"},
		{"file_input max_files", 10, func(n int) string {
			return modalOf(inputWith(`{"type":"file_input","max_files":` + strconv.Itoa(n) + `}`))
		}, "must be less than 11", "/view/blocks/0/element/max_files"},
		{"markdown", 12_000, func(n int) string { return messageOf(`{"type":"markdown","text":"` + letters(n) + `"}`) }, chars(12_001), "/blocks/0/text"},
		{"table rows", 100, func(n int) string {
			return messageOf(`{"type":"table","rows":[` + many(n, `[{"type":"raw_text","text":"c"}]`) + `]}`)
		}, items(100), "/blocks/0/rows"},
		{"table cells in a row", 20, func(n int) string {
			return messageOf(`{"type":"table","rows":[[` + many(n, `{"type":"raw_text","text":"c"}`) + `]]}`)
		}, items(20), "/blocks/0/rows/0"},
		{"table column settings", 20, func(n int) string {
			return messageOf(`{"type":"table","rows":[[{"type":"raw_text","text":"c"}]],"column_settings":[` + many(n, `{"align":"left"}`) + `]}`)
		}, items(20), "/blocks/0/column_settings"},
		{"alert", 200, func(n int) string { return modalOf(`{"type":"alert","text":` + plainText(letters(n)) + `}`) }, chars(201), "/view/blocks/0/text/text"},
		{"card title", 150, func(n int) string { return messageOf(`{"type":"card","title":` + mrkdwnText(letters(n)) + `}`) }, chars(151), "/blocks/0/title/text"},
		{"card subtitle", 150, func(n int) string { return messageOf(withField(someCard, `"subtitle":`+mrkdwnText(letters(n)))) }, chars(151), "/blocks/0/subtitle/text"},
		{"card body", 200, func(n int) string { return messageOf(`{"type":"card","body":` + mrkdwnText(letters(n)) + `}`) }, chars(201), "/blocks/0/body/text"},
		{"card subtext", 200, func(n int) string { return messageOf(withField(someCard, `"subtext":`+mrkdwnText(letters(n)))) }, chars(201), "/blocks/0/subtext/text"},
		{"card buttons", 3, func(n int) string { return messageOf(`{"type":"card","actions":[` + many(n, button) + `]}`) }, items(3), "/blocks/0/actions"},
		{"carousel", 10, func(n int) string { return messageOf(`{"type":"carousel","elements":[` + many(n, someCard) + `]}`) }, items(10), "/blocks/0/elements"},
		{"container children", 10, func(n int) string {
			return messageOf(`{"type":"container","title":` + plainText("t") + `,"child_blocks":[` + many(n, someText) + `]}`)
		}, items(10), "/blocks/0/child_blocks"},
		{"container title", 150, func(n int) string {
			return messageOf(`{"type":"container","title":` + plainText(letters(n)) + `,"child_blocks":[` + someText + `]}`)
		}, chars(151), "/blocks/0/title/text"},
		{"container subtitle", 150, func(n int) string {
			return messageOf(`{"type":"container","title":` + plainText("t") + `,"subtitle":` + plainText(letters(n)) + `,"child_blocks":[` + someText + `]}`)
		}, chars(151), "/blocks/0/subtitle/text"},
		{"context actions", 5, func(n int) string {
			return messageOf(`{"type":"context_actions","elements":[` + many(n, `{"type":"icon_button","icon":"trash","text":{"type":"plain_text","text":"d"}}`) + `]}`)
		}, items(5), "/blocks/0/elements"},
		{"chart title", 50, func(n int) string {
			return messageOf(`{"type":"data_visualization","title":"` + letters(n) + `","chart":{"type":"pie","segments":[{"label":"l","value":1}]}}`)
		}, chars(51), "/blocks/0/title"},
		{"chart label", 20, func(n int) string {
			return messageOf(`{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"` + letters(n) + `","value":1}]}}`)
		}, chars(21), "/blocks/0/chart/segments/0/label"},
		{"video title", 199, func(n int) string { return messageOf(fill(video, `"text":"t"`, `"text":"`+letters(n)+`"`)) }, chars(200), "/blocks/0/title/text"},
		{"video author", 49, func(n int) string { return messageOf(withField(video, `"author_name":"`+letters(n)+`"`)) }, chars(50), "/blocks/0/author_name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantValid(t, tc.payload(tc.limit))
			wantProblem(t, tc.payload(tc.limit+1), tc.problem+" [json-pointer:"+tc.pointer+"]")
		})
	}
}

const video = `{"type":"video","alt_text":"a","title":{"type":"plain_text","text":"t"},"video_url":"https://example.com/v","thumbnail_url":"https://example.com/t.png"}`

func menu(options string) string {
	return messageOf(sectionWith(`{"type":"static_select","options":[` + options + `]}`))
}

func confirmed(field string, n int) string {
	dialog := `{"title":` + plainText("title") + `,"text":` + plainText("text") + `,"confirm":` + plainText("confirm") + `,"deny":` + plainText("deny") + `}`
	return messageOf(sectionWith(withField(button, `"confirm":`+fill(dialog, plainText(field), plainText(letters(n))))))
}

func typed(field string, n int) string {
	return modalOf(inputWith(`{"type":"plain_text_input","` + field + `":` + strconv.Itoa(n) + `}`))
}

// withField adds a field to a JSON object.
func withField(object, field string) string { return object[:len(object)-1] + "," + field + "}" }

// What must not be empty is refused empty.
func TestMinimums(t *testing.T) {
	const none, empty = "no fewer than 1 items allowed", "must be more than 0 characters"
	for _, tc := range []struct{ name, payload, problem, pointer string }{
		{"text", messageOf(`{"type":"section","text":` + mrkdwnText("") + `}`), empty, "/blocks/0/text/text"},
		{"text of blanks", messageOf(`{"type":"section","fields":[` + mrkdwnText(" \n") + `]}`), empty, "/blocks/0/fields/0/text"},
		{"block_id", messageOf(`{"type":"divider","block_id":""}`), empty, "/blocks/0/block_id"},
		{"alt text", messageOf(fill(picture, `"alt_text":"a"`, `"alt_text":""`)), empty, "/blocks/0/alt_text"},
		{"option value", menu(`{"text":` + plainText("o") + `,"value":""}`), empty, "/blocks/0/accessory/options/0/value"},
		{"actions", messageOf(actionsWith("")), none, "/blocks/0/elements"},
		{"context", messageOf(`{"type":"context","elements":[]}`), none, "/blocks/0/elements"},
		{"fields", messageOf(`{"type":"section","fields":[]}`), none, "/blocks/0/fields"},
		{"options", menu(""), none, "/blocks/0/accessory/options"},
		{"overflow", messageOf(sectionWith(`{"type":"overflow","options":[]}`)), none, "/blocks/0/accessory/options"},
		{"modal", modalOf(), none, "/view/blocks"},
		{"Home", homeOf(), none, "/view/blocks"},
		{"rich text", messageOf(`{"type":"rich_text","elements":[]}`), none, "/blocks/0/elements"},
		{"carousel", messageOf(`{"type":"carousel","elements":[]}`), none, "/blocks/0/elements"},
		{"table", messageOf(`{"type":"table","rows":[]}`), none, "/blocks/0/rows"},
		{"max_length", typed("max_length", 0), "must be greater than 0", "/view/blocks/0/element/max_length"},
		{"min_length", typed("min_length", -1), "must be greater than -1", "/view/blocks/0/element/min_length"},
		{"max_files", modalOf(inputWith(`{"type":"file_input","max_files":0}`)), "must be greater than 0", "/view/blocks/0/element/max_files"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantProblem(t, tc.payload, tc.problem+" [json-pointer:"+tc.pointer+"]")
		})
	}
}
