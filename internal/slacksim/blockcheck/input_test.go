package blockcheck_test

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"allybot/internal/slacksim/blockcheck"
)

func TestInputs(t *testing.T) {
	got := blockcheck.Inputs(json.RawMessage(messageOf(
		`{"type":"input","block_id":"b","optional":true,"label":`+plainText("l")+`,"element":{"type":"plain_text_input","action_id":"a","min_length":2,"max_length":9,"initial_value":"abc"}}`,
		`{"type":"input","dispatch_action":true,"label":`+plainText("l")+`,"element":{"type":"multi_users_select","max_selected_items":3}}`,
		`{"type":"input","block_id":"n","label":`+plainText("l")+`,"element":{"type":"number_input","action_id":"n","is_decimal_allowed":true,"min_value":"0.5","max_value":"9"}}`,
		`{"type":"actions","block_id":"x","elements":[{"type":"button","action_id":"press","text":`+plainText("b")+`},{"type":"external_select","action_id":"s"}]}`,
		`{"type":"section","text":`+plainText("t")+`,"accessory":`+picture+`}`,
	)))
	want := []blockcheck.Input{
		{Pointer: "/blocks/0/element", BlockID: "b", ActionID: "a", Type: "plain_text_input", InInputBlock: true, Optional: true, MinLength: 2, MaxLength: 9, State: json.RawMessage(`{"type":"plain_text_input","value":"abc"}`)},
		{Pointer: "/blocks/1/element", Type: "multi_users_select", InInputBlock: true, DispatchAction: true, MaxSelected: 3, State: json.RawMessage(`{"selected_users":[],"type":"multi_users_select"}`)},
		{Pointer: "/blocks/2/element", BlockID: "n", ActionID: "n", Type: "number_input", InInputBlock: true, MinValue: "0.5", MaxValue: "9", DecimalAllowed: true, State: json.RawMessage(`{"type":"number_input","value":null}`)},
		{Pointer: "/blocks/3/elements/0", BlockID: "x", ActionID: "press", Type: "button", DispatchAction: true},
		{Pointer: "/blocks/3/elements/1", BlockID: "x", ActionID: "s", Type: "external_select", DispatchAction: true, MinQueryLength: 3, State: json.RawMessage(`{"selected_option":null,"type":"external_select"}`)},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d inputs, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("input %d\n got %+v (%s)\nwant %+v (%s)", i, got[i], got[i].State, want[i], want[i].State)
		}
	}
	if got := blockcheck.Inputs(json.RawMessage(`{`)); got != nil {
		t.Errorf("inputs of broken JSON: %v", got)
	}
}

// Every element that keeps a value starts with an entry in state.values.
func TestInputsOfAModal(t *testing.T) {
	raw, err := os.ReadFile("testdata/valid/prepare_modal.json")
	if err != nil {
		t.Fatal(err)
	}
	var view struct{ Blocks json.RawMessage }
	if err := json.Unmarshal(raw, &view); err != nil {
		t.Fatal(err)
	}
	inputs := blockcheck.Inputs(view.Blocks)
	if len(inputs) != 10 {
		t.Errorf("got %d inputs, want 10", len(inputs))
	}
	for _, in := range inputs {
		var state struct{ Type string }
		if err := json.Unmarshal(in.State, &state); err != nil || state.Type != in.Type {
			t.Errorf("state of %s is %s", in.Type, in.State)
		}
	}
}

func TestOptions(t *testing.T) {
	group := `{"label":` + plainText("g") + `,"options":[` + option + `]}`
	for _, tc := range []struct {
		name, answer string
		valid        bool
	}{
		{"options", `{"options":[` + many(100, option) + `]}`, true},
		{"groups", `{"option_groups":[` + group + `]}`, true},
		{"nothing found", `{"options":[]}`, true},
		{"too many options", `{"options":[` + many(101, option) + `]}`, false},
		{"both", `{"options":[` + option + `],"option_groups":[` + group + `]}`, false},
		{"neither", `{}`, false},
		{"more than options", `{"options":[],"text":"x"}`, false},
		{"an array", `[]`, false},
		{"broken", `{`, false},
		{"an option url", `{"options":[` + withField(option, `"url":"https://example.com"`) + `]}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := blockcheck.Options(json.RawMessage(tc.answer)); (err == nil) != tc.valid {
				t.Errorf("got %v, valid is %v", err, tc.valid)
			}
		})
	}
}
