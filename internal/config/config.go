// Package config reads the environment into one struct. It is the only place
// that knows the names of the variables.
//
// A wrong value is an error of one line that names the variable and says what
// to put there. It never repeats the value of a secret.
package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/kelseyhightower/envconfig"
	"go.uber.org/zap/zapcore"
)

// Config is the environment of the bot. An empty variable counts as not set.
type Config struct {
	// BotToken (xoxb-…) acts as the bot, AppToken (xapp-…) opens its sockets.
	BotToken     Secret `envconfig:"SLACK_BOT_TOKEN"`
	BotTokenFile string `envconfig:"SLACK_BOT_TOKEN_FILE"`
	AppToken     Secret `envconfig:"SLACK_APP_TOKEN"`
	AppTokenFile string `envconfig:"SLACK_APP_TOKEN_FILE"`
	// APIURL is what Slack's method names are appended to; it ends in a slash.
	APIURL APIURL `envconfig:"SLACK_API_URL"`
	// RedisURL may hold a password, so it is a secret as a whole.
	RedisURL     Secret `envconfig:"REDIS_URL"`
	RedisURLFile string `envconfig:"REDIS_URL_FILE"`

	// HTTPAddr is where health and metrics are served.
	HTTPAddr Addr     `envconfig:"ALLY_HTTP_ADDR"`
	LogLevel LogLevel `envconfig:"ALLY_LOG_LEVEL"`
	// PlaybooksDir is an organisation's own content, laid over the built-in.
	PlaybooksDir string `envconfig:"ALLY_PLAYBOOKS_DIR"`
	// Admins are the ids of people who may do what Slack's workspace admins may.
	Admins UserIDs `envconfig:"ALLY_ADMINS"`
	// CreditEmoji is the name of the emoji that offers to give credit, without
	// colons; empty for none.
	CreditEmoji Emoji `envconfig:"ALLY_CREDIT_EMOJI"`
	// Sockets is the number of Socket Mode connections of this process.
	Sockets Sockets `envconfig:"ALLY_SOCKETS"`
	// PostsPerSecond is the pace of messages to the whole workspace, over all
	// replicas.
	PostsPerSecond Rate `envconfig:"ALLY_POSTS_PER_SECOND"`
	// QuietHours are when nobody is written to unasked, WorkingDays the days on
	// which people get what they subscribed to.
	QuietHours  QuietHours `envconfig:"ALLY_QUIET_HOURS"`
	WorkingDays Days       `envconfig:"ALLY_WORKING_DAYS"`
	// ContactsFile says whom to turn to after harm.
	ContactsFile string `envconfig:"ALLY_CONTACTS_FILE"`
}

// Default is the configuration of an empty environment.
func Default() Config {
	return Config{
		APIURL:         "https://slack.com/api/",
		HTTPAddr:       "127.0.0.1:9090",
		LogLevel:       LogLevel(zapcore.InfoLevel),
		Sockets:        2,
		PostsPerSecond: 2,
		QuietHours:     QuietHours{From: 18 * 60, To: 9 * 60},
		WorkingDays:    MondayToFriday,
	}
}

// Load reads the environment of the process, and the files that its …_FILE
// variables name.
func Load() (Config, error) {
	c := Default()
	if err := envconfig.Process("", &c); err != nil {
		var wrong *envconfig.ParseError
		if errors.As(err, &wrong) {
			// Its own text would repeat the value, which may be a token
			// pasted into the wrong variable.
			return c, fmt.Errorf("%s: %w", wrong.KeyName, wrong.Err)
		}
		return c, err
	}
	for _, s := range []struct {
		name string
		to   *Secret
		file string
	}{
		{"SLACK_BOT_TOKEN", &c.BotToken, c.BotTokenFile},
		{"SLACK_APP_TOKEN", &c.AppToken, c.AppTokenFile},
		{"REDIS_URL", &c.RedisURL, c.RedisURLFile},
	} {
		if err := fromFile(s.name, s.to, s.file); err != nil {
			return c, err
		}
	}
	return c, c.check()
}

// fromFile fills a secret from the file that NAME_FILE names.
func fromFile(name string, to *Secret, file string) error {
	switch {
	case file == "":
		return nil
	case to.Set():
		return fmt.Errorf("%s and %s_FILE are both set: keep one", name, name)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		var why *os.PathError
		if errors.As(err, &why) {
			err = why.Err
		}
		return fmt.Errorf("%s_FILE: the file cannot be read: %w", name, err)
	}
	*to = NewSecret(strings.TrimSpace(string(b)))
	if !to.Set() {
		return fmt.Errorf("%s_FILE: the file is empty", name)
	}
	return nil
}

// check judges the secrets, wherever they came from.
func (c Config) check() error {
	for _, t := range []struct {
		name, prefix, what string
		token              Secret
	}{
		{"SLACK_BOT_TOKEN", "xoxb-", "the Bot User OAuth Token from \"OAuth & Permissions\"", c.BotToken},
		{"SLACK_APP_TOKEN", "xapp-", "an app-level token with the scope connections:write from \"Basic Information\"", c.AppToken},
	} {
		if !t.token.Set() || strings.HasPrefix(t.token.Reveal(), t.prefix) {
			continue
		}
		return fmt.Errorf("%s: this is %s; it takes %s, which begins with %s", t.name, kind(t.token.Reveal()), t.what, t.prefix)
	}
	if c.RedisURL.Set() {
		if err := checkRedisURL(c.RedisURL.Reveal()); err != nil {
			return fmt.Errorf("REDIS_URL: %w", err)
		}
	}
	return nil
}

// kind names the kind of a Slack token by its prefix, which is no secret.
func kind(token string) string {
	for _, k := range []struct{ prefix, kind string }{
		{"xoxb-", "a bot token (xoxb-)"},
		{"xapp-", "an app-level token (xapp-)"},
		{"xoxp-", "a user token (xoxp-)"},
		{"xoxe", "a refresh or rotating token (xoxe), which Ally does not use: leave token rotation off"},
		{"xoxc-", "a token of a browser session (xoxc-)"},
	} {
		if strings.HasPrefix(token, k.prefix) {
			return k.kind
		}
	}
	return "no Slack token"
}

// ForServe says in one line what the bot cannot run without.
func (c Config) ForServe() error {
	var missing []string
	for _, s := range []struct {
		name string
		is   Secret
	}{
		{"SLACK_BOT_TOKEN", c.BotToken},
		{"SLACK_APP_TOKEN", c.AppToken},
		{"REDIS_URL", c.RedisURL},
	} {
		if !s.is.Set() {
			missing = append(missing, s.name)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s is not set: set it or %s_FILE", missing[0], missing[0])
	default:
		last := len(missing) - 1
		return fmt.Errorf("%s and %s are not set: set them or their _FILE variants (to look around without: ally demo)",
			strings.Join(missing[:last], ", "), missing[last])
	}
}

// Unknown lists the variables in environ ("NAME=value") that begin with ALLY_
// and are no settings: typing mistakes, mostly.
func Unknown(environ []string) []string {
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		known[field.Tag.Get("envconfig")] = true
	}
	var unknown []string
	for _, variable := range environ {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ALLY_") && !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
