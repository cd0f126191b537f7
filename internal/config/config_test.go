package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// clear unsets every variable of Ally, so that tests see only what they set.
func clear(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "ALLY_") || strings.HasPrefix(name, "SLACK_") || strings.HasPrefix(name, "REDIS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
}

func TestAnEmptyEnvironmentHasSafeDefaults(t *testing.T) {
	clear(t)
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.APIURL != "https://slack.com/api/" || c.HTTPAddr != "127.0.0.1:9090" || !c.HTTPAddr.Loopback() ||
		c.Sockets != 2 || c.PostsPerSecond != 2 || c.QuietHours.String() != "18:00-09:00" || c.WorkingDays != MondayToFriday || zapcore.Level(c.LogLevel) != zapcore.InfoLevel {
		t.Errorf("defaults: %+v", c)
	}
	err = c.ForServe()
	if err == nil || !strings.Contains(err.Error(), "SLACK_BOT_TOKEN, SLACK_APP_TOKEN and REDIS_URL are not set") {
		t.Errorf("ForServe: %v", err)
	}
}

func TestAnEmptyVariableLeavesItsDefault(t *testing.T) {
	clear(t)
	for _, name := range []string{
		"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "REDIS_URL", "REDIS_URL_FILE", "ALLY_HTTP_ADDR", "ALLY_LOG_LEVEL",
		"ALLY_ADMINS", "ALLY_SOCKETS", "ALLY_POSTS_PER_SECOND", "ALLY_PLAYBOOKS_DIR", "ALLY_CONTACTS_FILE",
		"ALLY_CREDIT_EMOJI", "ALLY_QUIET_HOURS", "ALLY_WORKING_DAYS",
	} {
		t.Setenv(name, "")
	}
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.APIURL != Default().APIURL || c.Sockets != 2 || c.PostsPerSecond != 2 || c.QuietHours != Default().QuietHours || c.WorkingDays != MondayToFriday || c.BotToken.Set() || len(c.Admins) != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestValues(t *testing.T) {
	for _, tc := range []struct {
		name, value string
		wrong       string // part of the error; empty: the value is right
	}{
		{"SLACK_BOT_TOKEN", "xoxb-1-2-abc", ""},
		{"SLACK_BOT_TOKEN", " xoxb-1-2-abc\n", ""},
		{"SLACK_BOT_TOKEN", "xoxp-1-2-canary", "user token (xoxp-)"},
		{"SLACK_BOT_TOKEN", "xapp-1-canary", "app-level token (xapp-); it takes the Bot User OAuth Token"},
		{"SLACK_BOT_TOKEN", "xoxe.xoxb-1-canary", "token rotation"},
		{"SLACK_BOT_TOKEN", "canary", "no Slack token"},
		{"SLACK_BOT_TOKEN", "xoxb-1 canary", "space"},
		{"SLACK_APP_TOKEN", "xapp-1-A1-2-abc", ""},
		{"SLACK_APP_TOKEN", "xoxb-canary", "bot token (xoxb-)"},
		{"SLACK_API_URL", "https://slack-gov.com/api/", ""},
		{"SLACK_API_URL", "http://127.0.0.1:8080/api", ""},
		{"SLACK_API_URL", "http://localhost:8080/api", ""},
		{"SLACK_API_URL", "http://[::1]:8080/api/", ""},
		{"SLACK_API_URL", "http://slack.com/api/", "unencrypted"},
		{"SLACK_API_URL", "http://127.0.0.1.example.com/api/", "unencrypted"},
		{"SLACK_API_URL", "https://user:canary@slack.com/api/", "plain address"},
		{"SLACK_API_URL", "ftp://slack.com/api/", "https://"},
		{"SLACK_API_URL", "slack.com/api", "plain address"},
		{"REDIS_URL", "redis://:pw@127.0.0.1:6379/0", ""},
		{"REDIS_URL", "rediss://h:6380", ""},
		{"REDIS_URL", "unix:///run/redis.sock", ""},
		{"REDIS_URL", "redis+cluster://a:1,b:2/", ""},
		{"REDIS_URL", "rediss+cluster://a:1,b:2/", ""},
		{"REDIS_URL", "redis+sentinel://a:1,b:2/0?master=m", ""},
		{"REDIS_URL", "http://:canary@host", "redis://"},
		{"REDIS_URL", "canary:6379", "redis://"},
		{"ALLY_HTTP_ADDR", ":9090", ""},
		{"ALLY_HTTP_ADDR", "[::1]:0", ""},
		{"ALLY_HTTP_ADDR", "9090", "host and a port"},
		{"ALLY_HTTP_ADDR", "127.0.0.1:99999", "host and a port"},
		{"ALLY_LOG_LEVEL", "DEBUG", ""},
		{"ALLY_LOG_LEVEL", "loud", "debug, info, warn or error"},
		{"ALLY_SOCKETS", "10", ""},
		{"ALLY_SOCKETS", "11", "1 to 10"},
		{"ALLY_SOCKETS", "0", "1 to 10"},
		{"ALLY_SOCKETS", "two", "1 to 10"},
		{"ALLY_POSTS_PER_SECOND", "0.5", ""},
		{"ALLY_POSTS_PER_SECOND", "0", "0.1 to 1000"},
		{"ALLY_POSTS_PER_SECOND", "NaN", "0.1 to 1000"},
		{"ALLY_POSTS_PER_SECOND", "100000", "0.1 to 1000"},
		{"ALLY_ADMINS", "U012AB3CD, W045EF6GH", ""},
		{"ALLY_ADMINS", "@esme", "user ids"},
		{"ALLY_QUIET_HOURS", "22:00-07:30", ""},
		{"ALLY_QUIET_HOURS", "none", ""},
		{"ALLY_QUIET_HOURS", "late", "18:00-09:00, or none"},
		{"ALLY_QUIET_HOURS", "09:00-09:00", "none for no quiet hours"},
		{"ALLY_WORKING_DAYS", "sun-thu", ""},
		{"ALLY_WORKING_DAYS", "some", "days such as mon-fri"},
	} {
		t.Run(tc.name+"="+tc.value, func(t *testing.T) {
			clear(t)
			t.Setenv(tc.name, tc.value)
			_, err := Load()
			if tc.wrong == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil {
				t.Fatal("accepted")
			}
			line := err.Error()
			if !strings.HasPrefix(line, tc.name+": ") || !strings.Contains(line, tc.wrong) {
				t.Errorf("error %q should begin with the variable and contain %q", line, tc.wrong)
			}
			if strings.Contains(line, "\n") || strings.Contains(line, "canary") {
				t.Errorf("error %q holds a line break or the secret", line)
			}
		})
	}
}

func TestSlashIsAdded(t *testing.T) {
	clear(t)
	t.Setenv("SLACK_API_URL", "http://127.0.0.1:1/api")
	c, err := Load()
	if err != nil || c.APIURL != "http://127.0.0.1:1/api/" {
		t.Errorf("got %q, %v", c.APIURL, err)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	clear(t)
	t.Setenv("SLACK_BOT_TOKEN_FILE", file)

	write("xoxb-from-file\n")
	if c, err := Load(); err != nil || c.BotToken.Reveal() != "xoxb-from-file" {
		t.Errorf("from the file: %q, %v", c.BotToken.Reveal(), err)
	}
	write("\n")
	if _, err := Load(); err == nil || err.Error() != "SLACK_BOT_TOKEN_FILE: the file is empty" {
		t.Errorf("an empty file: %v", err)
	}
	write("canary")
	if _, err := Load(); err == nil || !strings.HasPrefix(err.Error(), "SLACK_BOT_TOKEN: ") || strings.Contains(err.Error(), "canary") {
		t.Errorf("no token in the file: %v", err)
	}
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-too")
	if _, err := Load(); err == nil || !strings.Contains(err.Error(), "both set") {
		t.Errorf("both: %v", err)
	}
	t.Setenv("SLACK_BOT_TOKEN", "")
	t.Setenv("SLACK_BOT_TOKEN_FILE", file+"-missing")
	if _, err := Load(); err == nil || !strings.HasPrefix(err.Error(), "SLACK_BOT_TOKEN_FILE: the file cannot be read") {
		t.Errorf("missing file: %v", err)
	}
}

func TestASecretNeverPrintsItself(t *testing.T) {
	type deep struct {
		Exported Secret
		inner    Secret
	}
	const value = "xoxb-canary"
	s := NewSecret(value)
	d := deep{Exported: s, inner: s}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p"} {
		for _, v := range []any{s, &s, d, &d, []Secret{s}, map[string]Secret{"k": s}, Config{BotToken: s}} {
			if out := fmt.Sprintf(format, v); strings.Contains(out, "canary") || strings.Contains(out, fmt.Sprintf("%x", value)) {
				t.Errorf("%s of %T prints %s", format, v, out)
			}
		}
	}
	js, err := json.Marshal(Config{BotToken: s, RedisURL: s})
	if err != nil || strings.Contains(string(js), "canary") || !strings.Contains(string(js), hidden) {
		t.Errorf("JSON: %s, %v", js, err)
	}
	core, logs := observer.New(zap.DebugLevel)
	log := zap.New(core)
	log.Info("start", zap.Any("config", Config{BotToken: s}), zap.Stringer("token", s), zap.Reflect("secret", s))
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	for _, e := range logs.All() {
		buf, err := enc.EncodeEntry(e.Entry, e.Context)
		if err != nil || strings.Contains(buf.String(), "canary") {
			t.Errorf("zap: %s, %v", buf, err)
		}
	}
	if s.Reveal() != value || (Secret{}).String() != "" {
		t.Error("Reveal and the empty secret")
	}
}

func TestTheEmojiForCredit(t *testing.T) {
	for value, want := range map[string]Emoji{
		"":                      "",
		" ":                     "",
		"raised_hands":          "raised_hands",
		":raised_hands:":        "raised_hands",
		" :Raised_Hands: ":      "raised_hands",
		"+1":                    "+1",
		":+1::skin-tone-3:":     "+1",
		"thumbsup::skin-tone-2": "thumbsup",
		"non-potable_water":     "non-potable_water",
		"kudos2":                "kudos2",
		"größe":                 "error",
		"🙌":                     "error",
		"raised hands":          "error",
		"a,b":                   "error",
		"::":                    "error",
		":":                     "error",
		":skin-tone-2:":         "error",
		"a\nb":                  "error",
	} {
		var e Emoji
		err := e.Decode(value)
		if err != nil {
			if e = "error"; strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q: an error of more than one line: %q", value, err)
			}
		}
		if e != want {
			t.Errorf("%q: %q, want %q", value, e, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("xoxb-1", "xapp-1", "https://slack.com/api", "redis://h", "2", "1.5", "U12345", ":1", "info", "18:00-09:00", "mon-fri")
	f.Add("", "\x00", "http://127.0.0.1:%zz/", "redis+sentinel://", "1e9", "-Inf", "U1,,", "[::1", "\n", "24:00 to 0", "to mon -")
	f.Fuzz(func(t *testing.T, bot, app, api, redis, sockets, rate, admins, addr, level, quiet, days string) {
		c := Default()
		for _, d := range []struct {
			into  interface{ Decode(string) error }
			value string
		}{
			{&c.BotToken, bot},
			{&c.AppToken, app},
			{&c.APIURL, api},
			{&c.RedisURL, redis},
			{&c.Sockets, sockets},
			{&c.PostsPerSecond, rate},
			{&c.Admins, admins},
			{&c.HTTPAddr, addr},
			{&c.LogLevel, level},
			{&c.QuietHours, quiet},
			{&c.WorkingDays, days},
		} {
			if err := d.into.Decode(d.value); err != nil {
				if strings.ContainsAny(err.Error(), "\r\n") {
					t.Errorf("error of more than one line: %q", err)
				}
			}
		}
		if err := c.check(); err != nil && strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("error of more than one line: %q", err)
		}
		if q := c.QuietHours; q.From < 0 || q.From >= aDay || q.To < 0 || q.To >= aDay || c.WorkingDays == (Days{}) {
			t.Errorf("%q and %q make %+v, %v", quiet, days, q, c.WorkingDays)
		}
		if c.Sockets < 1 || c.Sockets > maxSockets || !(c.PostsPerSecond > 0) || !strings.HasSuffix(string(c.APIURL), "/") {
			t.Errorf("out of bounds: %+v", c)
		}
		if strings.HasPrefix(string(c.APIURL), "http://slack") {
			t.Errorf("unencrypted: %s", c.APIURL)
		}
	})
}

func TestTypingMistakesInNamesAreFound(t *testing.T) {
	got := Unknown([]string{"PATH=/bin", "ALLY_SOCKETS=2", "ALLY_SOKETS=2", "ALLY_LOGLEVEL=info", "SLACK_BOT_TOKEN=x", "ALLY_CONTACTS_FILE="})
	if want := []string{"ALLY_LOGLEVEL", "ALLY_SOKETS"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
