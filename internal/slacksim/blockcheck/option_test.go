package blockcheck_test

import (
	"encoding/json"
	"testing"

	"allybot/internal/slacksim/blockcheck"
)

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
