package doctor

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/manifest"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slacksim"
)

// installation is a workspace with the app installed, and a Redis as it should be.
func installation(t *testing.T, with ...manifest.Feature) config.Config {
	t.Helper()
	doc, err := manifest.JSON(with...)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := slacksim.Start(slacksim.Options{Manifest: doc})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	cfg := config.Default()
	cfg.BotToken = config.NewSecret(sim.BotToken())
	cfg.AppToken = config.NewSecret(sim.AppToken())
	cfg.APIURL = config.APIURL(sim.APIURL())
	cfg.RedisURL = config.NewSecret(redistest.Start(t, "--appendonly", "yes", "--maxmemory-policy", "noeviction"))
	return cfg
}

func examine(t *testing.T, cfg config.Config, o Options) string {
	t.Helper()
	var lines []string
	for f := range Examine(context.Background(), cfg, o) {
		line := f.String()
		if strings.ContainsAny(line, "\r\n") {
			t.Errorf("a finding of more than one line: %q", line)
		}
		if s := cfg.BotToken.Reveal(); s != "" && strings.Contains(line, s) {
			t.Errorf("a finding shows the token: %q", line)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// want checks that there is a line of this level with this text.
func want(t *testing.T, report string, level Level, text string) {
	t.Helper()
	if !slices.ContainsFunc(strings.Split(report, "\n"), func(line string) bool {
		return strings.HasPrefix(line, string(level)+" ") && strings.Contains(line, text)
	}) {
		t.Errorf("no line %q with %q in\n%s", level, text, report)
	}
}

func TestAHealthyInstallation(t *testing.T) {
	cfg := installation(t, manifest.Meetings)
	report := examine(t, cfg, Options{With: []manifest.Feature{manifest.Meetings}, Environ: []string{"ALLY_SOKETS=3"}})
	if strings.Contains(report, "fix ") {
		t.Errorf("nothing is wrong, but:\n%s", report)
	}
	for _, text := range []string{"bot token: ", "scopes: all that words", "needs", "clock: agrees", "app token: ", "append-only file is on", "noeviction", "playbooks: "} {
		want(t, report, OK, text)
	}
	want(t, report, Note, "reactions is off")
	want(t, report, Note, "events: ")
	want(t, report, Note, "no replica")
	want(t, report, Note, "ALLY_SOKETS is set, but")
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	good := installation(t)
	plain := config.NewSecret(redistest.Start(t, "--appendonly", "no", "--maxmemory-policy", "allkeys-lru"))
	locked := config.NewSecret(redistest.Start(t, "--requirepass", "canary"))
	content := t.TempDir()
	if err := os.MkdirAll(filepath.Join(content, "scripts"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(content, "scripts", "broken.md"), []byte("nothing of use"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		change func(*config.Config, *Options)
		wants  []string
	}{
		{"a wrong bot token", func(c *config.Config, _ *Options) { c.BotToken = config.NewSecret("xoxb-wrong") }, []string{"SLACK_BOT_TOKEN is not valid"}},
		{"a wrong app token", func(c *config.Config, _ *Options) { c.AppToken = config.NewSecret("xapp-wrong") }, []string{"SLACK_APP_TOKEN is not valid"}},
		{"no tokens", func(c *config.Config, _ *Options) { c.BotToken, c.AppToken = config.Secret{}, config.Secret{} }, []string{"SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set"}},
		{"nobody at the address", func(c *config.Config, _ *Options) { c.APIURL = "http://127.0.0.1:1/api/" }, []string{"Slack cannot be reached"}},
		{"a feature without its scopes", func(_ *config.Config, o *Options) { o.With = []manifest.Feature{manifest.Listening} }, []string{"listening needs channels:history, groups:history"}},
		{"an emoji nobody can notice", func(c *config.Config, _ *Options) { c.CreditEmoji = "raised_hands" }, []string{"ALLY_CREDIT_EMOJI is set, but the token lacks reactions:read"}},
		{"a clock ahead", func(_ *config.Config, o *Options) {
			o.Now = func() time.Time { return time.Now().Add(5 * time.Minute) }
		}, []string{"clock: this machine is 5m", "ahead: "}},
		{"a clock behind", func(_ *config.Config, o *Options) {
			o.Now = func() time.Time { return time.Now().Add(-time.Hour) }
		}, []string{"behind: "}},
		{"a Redis that forgets", func(c *config.Config, _ *Options) { c.RedisURL = plain }, []string{"set appendonly yes", "(allkeys-lru): set maxmemory-policy noeviction"}},
		{"no Redis", func(c *config.Config, _ *Options) { c.RedisURL = config.NewSecret("redis://:canary@127.0.0.1:1/0") }, []string{"Redis does not answer"}},
		{"a Redis with a password", func(c *config.Config, _ *Options) { c.RedisURL = locked }, []string{"Redis refuses the password"}},
		{"no address of Redis", func(c *config.Config, _ *Options) { c.RedisURL = config.Secret{} }, []string{"REDIS_URL is not set"}},
		{"a mistake in the content", func(c *config.Config, _ *Options) { c.PlaybooksDir = content }, []string{"playbooks: "}},
		{"no contacts", func(c *config.Config, _ *Options) { c.ContactsFile = "/nowhere/at/all" }, []string{"ALLY_CONTACTS_FILE"}},
		{"no folder", func(c *config.Config, _ *Options) { c.PlaybooksDir = "/nowhere/at/all" }, []string{"ALLY_PLAYBOOKS_DIR"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg, o := good, Options{}
			tc.change(&cfg, &o)
			report := examine(t, cfg, o)
			for _, text := range tc.wants {
				want(t, report, Fix, text)
			}
			if strings.Contains(report, "canary") {
				t.Errorf("the report shows a password:\n%s", report)
			}
		})
	}
}

// What Slack may answer that the simulated workspace does not.
func TestOtherAnswers(t *testing.T) {
	for _, tc := range []struct {
		name, scopes, body string
		status             int
		level              Level
		text               string
	}{
		{"an org-wide token", "", `{"ok":true,"bot_id":"B1","is_enterprise_install":true}`, 200, Fix, "org-wide"},
		{"a user's token", "", `{"ok":true,"user":"esme"}`, 200, Fix, "not a bot's"},
		{"a revoked token", "", `{"ok":false,"error":"token_revoked"}`, 200, Fix, "no longer works"},
		{"a proxy's page", "", `<html>`, 502, Fix, "HTTP status 502"},
		{"no word about scopes", "", `{"ok":true,"bot_id":"B1","user":"ally","team":"T"}`, 200, Note, "did not say"},
		{"before credit, of channels", "app_mentions:read,chat:write,commands,im:history,im:write,users:read", `{"ok":true,"bot_id":"B1","user":"ally","team":"T"}`, 200, Note, "asks everybody before it names them"},
		{"before credit, of files", "app_mentions:read,chat:write,commands,im:history,im:write,users:read", `{"ok":true,"bot_id":"B1","user":"ally","team":"T"}`, 200, Note, "cannot be exported"},
		{"an old installation", "commands,chat:write", `{"ok":true,"bot_id":"B1","user":"ally","team":"T"}`, 200, Fix, "app_mentions:read, channels:read, files:write, groups:read, im:history, im:write, users:read missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tc.scopes != "" {
					w.Header().Set("X-OAuth-Scopes", tc.scopes)
				}
				w.WriteHeader(tc.status)
				_, _ = w.Write([]byte(tc.body))
			}))
			defer slack.Close()
			cfg := config.Default()
			cfg.APIURL = config.APIURL(slack.URL + "/")
			cfg.BotToken = config.NewSecret("xoxb-canary")
			want(t, examine(t, cfg, Options{}), tc.level, tc.text)
		})
	}
}

func TestTheEmojiForCreditIsNoticed(t *testing.T) {
	cfg := installation(t, manifest.Reactions)
	cfg.CreditEmoji = "raised_hands"
	report := examine(t, cfg, Options{Environ: []string{"ALLY_CREDIT_EMOJI=raised_hands"}})
	want(t, report, OK, "offered to whoever reacts with :raised_hands:")
	want(t, report, Note, "reaction_added")
	if strings.Contains(report, "fix ") || strings.Contains(report, "no such setting") {
		t.Errorf("nothing is wrong, but:\n%s", report)
	}
}

func TestWhenPeopleAreLeftAlone(t *testing.T) {
	cfg := installation(t)
	environ := []string{"ALLY_QUIET_HOURS=18:00-09:00", "ALLY_WORKING_DAYS=mon-fri"}
	report := examine(t, cfg, Options{Environ: environ})
	want(t, report, OK, "nobody is written to unasked in 18:00-09:00, by the clock where they live")
	want(t, report, OK, "on working days: Monday to Friday")
	if strings.Contains(report, "no such setting") {
		t.Errorf("known settings are taken for mistakes:\n%s", report)
	}
	cfg.QuietHours = config.QuietHours{}
	cfg.WorkingDays = config.Days{true, true, true, true, true, true, true}
	report = examine(t, cfg, Options{Environ: environ})
	want(t, report, OK, "there are no quiet hours")
	want(t, report, OK, "on working days: every day")
}

func TestRecent(t *testing.T) {
	for version, want := range map[string]bool{
		"6.2.0": true, "7.0.15": true, "8.0": true, "6.0.20": false, "5.9.1": false, "": false, "valkey": false,
	} {
		if recent(version) != want {
			t.Errorf("recent(%q) = %v", version, !want)
		}
	}
}
