package blockcheck_test

import (
	"strings"
	"testing"
)

// Which block may stand on which surface.
func TestBlocksOnSurfaces(t *testing.T) {
	for _, tc := range []struct{ block, surfaces string }{
		{actionsWith(button), "message modal home"},
		{`{"type":"alert","text":` + plainText("x") + `}`, "modal"},
		{someCard, "message home"},
		{`{"type":"carousel","elements":[` + someCard + `]}`, "message home"},
		{`{"type":"container","title":` + plainText("t") + `,"child_blocks":[` + someText + `]}`, "message"},
		{`{"type":"context","elements":[` + mrkdwnText("x") + `]}`, "message modal home"},
		{`{"type":"context_actions","elements":[{"type":"icon_button","icon":"trash","text":` + plainText("d") + `}]}`, "message"},
		{`{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"l","value":1}]}}`, "message"},
		{`{"type":"divider"}`, "message modal home"},
		{`{"type":"header","text":` + plainText("x") + `}`, "message modal home"},
		{picture, "message modal home"},
		{inputWith(plainText1), "message modal home"},
		{`{"type":"markdown","text":"x"}`, "message"},
		{richTextWith(`{"type":"text","text":"x"}`), "message modal home"},
		{someText, "message modal home"},
		{`{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}`, "message"},
		{video, "message modal home"},
		{`{"type":"file","external_id":"x","source":"remote"}`, ""},
		{`{"type":"call","call_id":"R1"}`, ""},
		{`{"type":"data_table"}`, ""},
		{`{"type":"task_card"}`, ""},
		{`{"type":"plan"}`, ""},
	} {
		onSurfaces(t, tc.block, tc.surfaces)
	}
}

func onSurfaces(t *testing.T, block, surfaces string) {
	t.Helper()
	for name, payload := range map[string]string{"message": messageOf(block), "modal": modalOf(block), "home": homeOf(block)} {
		err := check(payload)
		if allowed := strings.Contains(surfaces, name); allowed != (err == nil) {
			t.Errorf("on %s: %v, allowed on %q\n%s", name, err, surfaces, block)
		}
	}
}

// Which element may stand in which block, and there on which surface.
func TestElementsInBlocks(t *testing.T) {
	const menu = `"options":[{"text":{"type":"plain_text","text":"o"},"value":"v"}]`
	const everywhere = "message modal home"
	for _, tc := range []struct{ element, blocks, surfaces string }{
		{button, "section actions", everywhere},
		{`{"type":"checkboxes",` + menu + `}`, "section actions input", everywhere},
		{`{"type":"datepicker"}`, "section actions input", everywhere},
		{`{"type":"datetimepicker"}`, "actions input", "message modal"},
		{`{"type":"email_text_input"}`, "input", "modal"},
		{`{"type":"file_input"}`, "input", "modal"},
		{picture, "section", everywhere},
		{`{"type":"number_input","is_decimal_allowed":true}`, "input", "modal"},
		{`{"type":"overflow",` + menu + `}`, "section actions", everywhere},
		{plainText1, "input", everywhere},
		{`{"type":"radio_buttons",` + menu + `}`, "section actions input", everywhere},
		{`{"type":"rich_text_input"}`, "input", "modal home"},
		{`{"type":"timepicker"}`, "section actions input", everywhere},
		{`{"type":"url_text_input"}`, "input", "modal"},
		{`{"type":"workflow_button","action_id":"a","text":` + plainText("b") + `,"workflow":{"trigger":{"url":"https://slack.com/shortcuts/x"}}}`, "section actions", "message"},
		{`{"type":"static_select",` + menu + `}`, "section actions input", everywhere},
		{`{"type":"external_select"}`, "section actions input", everywhere},
		{`{"type":"users_select"}`, "section actions input", everywhere},
		{`{"type":"conversations_select"}`, "section actions input", everywhere},
		{`{"type":"channels_select"}`, "section actions input", everywhere},
		{`{"type":"multi_static_select",` + menu + `}`, "section actions input", everywhere},
		{`{"type":"multi_external_select"}`, "section actions input", everywhere},
		{`{"type":"multi_users_select"}`, "section actions input", everywhere},
		{`{"type":"multi_conversations_select"}`, "section actions input", everywhere},
		{`{"type":"multi_channels_select"}`, "section actions input", everywhere},
		{`{"type":"feedback_buttons"}`, "", everywhere},
		{`{"type":"icon_button"}`, "", everywhere},
		{`{"type":"submit_button"}`, "", everywhere},
	} {
		for name, block := range map[string]string{"section": sectionWith(tc.element), "actions": actionsWith(tc.element), "input": inputWith(tc.element)} {
			surfaces := ""
			if strings.Contains(tc.blocks, name) {
				surfaces = tc.surfaces
			}
			onSurfaces(t, block, surfaces)
		}
	}
}
