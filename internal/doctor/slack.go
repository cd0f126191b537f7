package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"allybot/internal/config"
	"allybot/internal/manifest"
)

// maxSkew is how far the clocks may be apart. The Date header counts whole
// seconds and the answer travels, so less cannot be told reliably.
const maxSkew = 30 * time.Second

// answer is what Slack says to auth.test and apps.connections.open.
type answer struct {
	OK            bool   `json:"ok"`
	Error         string `json:"error"`
	Team          string `json:"team"`
	User          string `json:"user"`
	BotID         string `json:"bot_id"`
	OrgWide       bool   `json:"is_enterprise_install"`
	header        http.Header
	sent, arrived time.Time
}

// call makes one call without retries: the doctor reports what it sees.
func call(ctx context.Context, cfg config.Config, o Options, method string, token config.Secret) (answer, error) {
	var a answer
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, string(cfg.APIURL)+method, http.NoBody)
	if err != nil {
		return a, err
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a.sent = o.Now()
	res, err := o.HTTP.Do(req)
	if err != nil {
		var why *url.Error
		if errors.As(err, &why) {
			err = why.Err
		}
		return a, err
	}
	defer func() { _ = res.Body.Close() }()
	a.arrived, a.header = o.Now(), res.Header
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("the answer is not Slack's (HTTP status %d)", res.StatusCode)
	}
	return a, nil
}

// slackSide looks at the bot token, and at what its answer tells of scopes and
// of the clock.
func slackSide(ctx context.Context, cfg config.Config, o Options) []Finding {
	if !cfg.BotToken.Set() {
		return []Finding{fix("SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-) from \"OAuth & Permissions\"")}
	}
	a, err := call(ctx, cfg, o, "auth.test", cfg.BotToken)
	switch {
	case err != nil:
		return []Finding{fix("Slack cannot be reached at %s: %v", cfg.APIURL, err)}
	case a.Error != "":
		return []Finding{refused("SLACK_BOT_TOKEN", a.Error), clock(a)}
	case a.OrgWide:
		return []Finding{fix("SLACK_BOT_TOKEN is of an org-wide installation: install Ally into one workspace and use its token"), clock(a)}
	case a.BotID == "":
		return []Finding{fix("SLACK_BOT_TOKEN is not a bot's: copy the Bot User OAuth Token (xoxb-) from \"OAuth & Permissions\""), clock(a)}
	}
	findings := []Finding{ok("bot token: %s in the workspace %s", a.User, a.Team)}
	findings = append(findings, scopes(a.header.Get("X-OAuth-Scopes"), o.With)...)
	findings = append(findings, emoji(a.header.Get("X-OAuth-Scopes"), cfg.CreditEmoji)...)
	return append(findings, events(cfg, o.With), clock(a))
}

// refused explains an error of Slack about a token.
func refused(variable, code string) Finding {
	switch code {
	case "invalid_auth", "not_authed":
		return fix("%s is not valid: copy it again, with nothing before or after it", variable)
	case "token_revoked", "token_expired", "account_inactive":
		return fix("%s no longer works (%s): install the app again and copy the new token", variable, code)
	case "not_allowed_token_type":
		return fix("%s is of the wrong kind (%s)", variable, code)
	case "missing_scope":
		return fix("%s lacks a scope (%s): make an app-level token with connections:write", variable, code)
	case "ratelimited":
		return fix("Slack asks to wait (%s): try again in a minute", code)
	default:
		return fix("%s: Slack answers %s", variable, code)
	}
}

// scopes compares what the token may do with what the features need.
func scopes(header string, with []manifest.Feature) []Finding {
	if header == "" {
		return []Finding{note("scopes: Slack did not say which ones the token has; compare with: ally manifest --explain")}
	}
	var granted []string
	for _, s := range strings.Split(header, ",") {
		granted = append(granted, strings.TrimSpace(s))
	}
	lacks := func(with ...manifest.Feature) []string {
		var missing []string
		for _, s := range manifest.Scopes(with...) {
			if !slices.Contains(granted, s) {
				missing = append(missing, s)
			}
		}
		return missing
	}
	var out []Finding
	basics := lacks()
	if len(basics) > 0 {
		out = append(out, fix("scopes: %s missing: paste the output of ally manifest into the app's manifest and install it again", strings.Join(basics, ", ")))
	} else {
		out = append(out, ok("scopes: all that words, credit and lessons need"))
	}
	for _, m := range missed {
		if slices.ContainsFunc(basics, func(s string) bool { return slices.Contains(m.scopes, s) }) {
			out = append(out, note("%s", m.meanwhile))
		}
	}
	for _, f := range manifest.Optional() {
		missing := slices.DeleteFunc(lacks(f), func(s string) bool { return slices.Contains(basics, s) })
		switch {
		case len(missing) == 0:
			out = append(out, ok("scopes: all that %s needs", f))
		case slices.Contains(with, f):
			out = append(out, fix("scopes: %s needs %s: paste the output of ally manifest --with %s and install the app again", f, strings.Join(missing, ", "), f))
		default:
			out = append(out, note("%s is off: to use it, ally manifest --with %s", f, f))
		}
	}
	return out
}

// missed is what Ally does while a scope is missing that came later than the
// first version.
var missed = []struct {
	scopes    []string
	meanwhile string
}{
	{[]string{"channels:read", "groups:read"}, "credit: until then Ally cannot see who is in a channel, and asks everybody before it names them"},
	{[]string{"files:write"}, "credit: until then credits cannot be exported as a file"},
}

// emoji looks whether the emoji for credit can be noticed.
func emoji(header string, e config.Emoji) []Finding {
	switch {
	case e == "":
		return nil
	case header == "":
		return []Finding{note("ALLY_CREDIT_EMOJI: :%s: is noticed if the token has reactions:read", e)}
	case !slices.Contains(strings.Split(strings.ReplaceAll(header, " ", ""), ","), "reactions:read"):
		return []Finding{fix("ALLY_CREDIT_EMOJI is set, but the token lacks reactions:read and the app the event reaction_added: paste the output of ally manifest --with reactions and install the app again")}
	}
	return []Finding{ok("credit: offered to whoever reacts with :%s:", e)}
}

// events says what cannot be known: no method tells a bot its subscriptions.
func events(cfg config.Config, with []manifest.Feature) Finding {
	if cfg.CreditEmoji != "" {
		with = append(slices.Clone(with), manifest.Reactions)
	}
	return note("events: Slack does not tell an app what it is subscribed to; \"Event Subscriptions\" should list %s",
		strings.Join(manifest.Events(with...), ", "))
}

// clock compares this machine's with Slack's.
func clock(a answer) Finding {
	theirs, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return note("clock: Slack's answer carries no date to compare with")
	}
	// The header was written somewhere between sending and arriving.
	skew := a.sent.Add(a.arrived.Sub(a.sent) / 2).Sub(theirs)
	if skew.Abs() > maxSkew {
		return fix("clock: this machine is %s %s: switch on time synchronisation (NTP)", skew.Abs().Round(time.Second), direction(skew))
	}
	return ok("clock: agrees with Slack's")
}

func direction(skew time.Duration) string {
	if skew > 0 {
		return "ahead"
	}
	return "behind"
}

// appToken asks for the address of a socket. It does not connect to it: for as
// long as it stood, Slack would send it what people type.
func appToken(ctx context.Context, cfg config.Config, o Options) []Finding {
	if !cfg.AppToken.Set() {
		return []Finding{fix("SLACK_APP_TOKEN is not set: make an app-level token (xapp-) with connections:write in \"Basic Information\"")}
	}
	a, err := call(ctx, cfg, o, "apps.connections.open", cfg.AppToken)
	switch {
	case err != nil:
		return []Finding{fix("Slack cannot be reached at %s: %v", cfg.APIURL, err)}
	case a.Error == "forbidden_team" || a.Error == "insecure_request":
		return []Finding{fix("SLACK_APP_TOKEN: Slack answers %s: is Socket Mode switched on in the app's settings?", a.Error)}
	case a.Error != "":
		return []Finding{refused("SLACK_APP_TOKEN", a.Error)}
	}
	return []Finding{ok("app token: Slack opens a socket for it")}
}
