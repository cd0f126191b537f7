package manifest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema compiles Slack's own schema (testdata/ORIGIN.md says where it is from).
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		// The one pattern that Go's regular expressions cannot say as written.
		if pattern == `^(?![\.\-])([-a-z0-9\.])+([a-z0-9])$` {
			pattern = `^[a-z0-9][-a-z0-9.]*[a-z0-9]$`
		}
		return regexp.Compile(pattern)
	})
	for url, file := range map[string]string{
		"https://slack.test/manifest.schema.json":                                                              "manifest.schema.json",
		"https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/manifest.schema.1.0.0.json": "manifest.schema.1.0.0.json",
		"https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/manifest.schema.2.0.0.json": "manifest.schema.2.0.0.json",
	} {
		b, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(url, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("https://slack.test/manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// combinations returns every subset of the optional features.
func combinations() [][]Feature {
	all := [][]Feature{nil}
	for _, f := range Optional() {
		for _, with := range all {
			all = append(all, append(slices.Clone(with), f))
		}
	}
	return all
}

func TestEveryCombinationIsValid(t *testing.T) {
	s := schema(t)
	if len(combinations()) != 8 {
		t.Fatalf("%d combinations", len(combinations()))
	}
	for _, with := range combinations() {
		b, err := JSON(with...)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("--with %v: %v", with, err)
		}
	}
	doc, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"_metadata":{"major_version":2},"display_information":{"name":"Ally","colour":"red"}}`))
	if s.Validate(doc) == nil {
		t.Error("the schema accepts anything: this test proves nothing")
	}
}

func TestTheDefaultReadsNoChannel(t *testing.T) {
	for _, name := range append(Scopes(), Events()...) {
		if name == "im:history" { // what people write to Ally itself
			continue
		}
		for _, bad := range []string{":history", "mpim:", "message.channels", "message.groups", "huddle", "reaction", "email", "admin", "customize"} {
			if strings.Contains(name, bad) {
				t.Errorf("the default asks for %s", name)
			}
		}
	}
	want := []string{"app_mentions:read", "chat:write", "commands", "channels:read", "files:write", "groups:read", "im:history", "im:write", "users:read"}
	if got := Scopes(); !slices.Equal(got, want) {
		t.Errorf("default scopes: %v", got)
	}
}

// Slack refuses an event whose scope is missing (SLACK_FACTS section 7).
func TestEveryEventHasItsScope(t *testing.T) {
	scope := map[string]string{
		"app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history", "user_change": "users:read",
		"message.channels": "channels:history", "message.groups": "groups:history",
		"user_huddle_changed": "users:read", "reaction_added": "reactions:read",
	}
	for _, with := range combinations() {
		for _, e := range Events(with...) {
			s, known := scope[e]
			if !known {
				t.Errorf("event %s is not in this table", e)
			}
			if s != "" && !slices.Contains(Scopes(with...), s) {
				t.Errorf("--with %v: %s without %s", with, e, s)
			}
		}
	}
}

func TestWhatPeopleSeeFitsSlack(t *testing.T) {
	b, err := JSON()
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Features struct {
			Shortcuts []struct {
				Name       string
				Type       string
				CallbackID string `json:"callback_id"`
			}
			Commands []struct {
				Command      string
				ShouldEscape bool `json:"should_escape"`
			} `json:"slash_commands"`
		}
		Settings struct {
			SocketMode bool `json:"socket_mode_enabled"`
		}
	}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if n := len(description); n < 175 || n > 4000 {
		t.Errorf("the long description has %d characters", n)
	}
	ids := map[string]string{}
	for _, s := range m.Features.Shortcuts {
		ids[s.CallbackID] = s.Type
	}
	if ids["find_words"] != "message" || ids["open_ally"] != "global" || ids["credit_message"] != "message" || ids["give_credit"] != "global" {
		t.Errorf("shortcuts: %v", ids)
	}
	if len(m.Features.Commands) != 1 || m.Features.Commands[0].Command != "/ally" || !m.Features.Commands[0].ShouldEscape {
		t.Errorf("commands: %+v", m.Features.Commands)
	}
	if !m.Settings.SocketMode {
		t.Error("Socket Mode is off")
	}
}

func TestParseFeatures(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want []Feature
		ok   bool
	}{
		{"", nil, true},
		{"all", []Feature{Listening, Meetings, Reactions}, true},
		{"reactions, Listening,listening", []Feature{Listening, Reactions}, true},
		{"meetings,all", []Feature{Listening, Meetings, Reactions}, true},
		{"huddles", nil, false},
		{"words, credit and lessons", nil, false},
	} {
		got, err := ParseFeatures(tc.in)
		if (err == nil) != tc.ok || !slices.Equal(got, tc.want) {
			t.Errorf("%q: %v, %v", tc.in, got, err)
		}
	}
}

func FuzzParseFeatures(f *testing.F) {
	f.Add("listening,meetings")
	f.Add(",,ALL ,")
	f.Fuzz(func(t *testing.T, with string) {
		got, err := ParseFeatures(with)
		if err == nil && len(got) > len(Optional()) {
			t.Errorf("%q: %v", with, got)
		}
	})
}

// The README explains every permission in the words used here.
func TestTheReadmeExplainsEveryNeed(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range Needs(Optional()...) {
		row := "| `" + n.Name + "` | " + n.Why + " | " + n.Reason() + " |"
		if !strings.Contains(string(b), row) {
			t.Errorf("README.md lacks the row\n%s", row)
		}
	}
}
