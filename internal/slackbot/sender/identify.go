package sender

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"allybot/internal/slackbot"
)

// Identity is who the bot is, as Slack tells it.
type Identity struct {
	TeamID   string
	TeamName string
	TeamURL  string
	// EnterpriseID is empty outside an Enterprise Grid.
	EnterpriseID string
	BotUserID    string
	BotID        string
	// Scopes of the bot token; nil if Slack did not tell.
	Scopes []string
}

// Identify asks Slack whose token o.Token is. Its errors are one line that names
// the variable to mend and never holds the token.
func Identify(ctx context.Context, o Options) (Identity, error) {
	if err := checkToken(o.Token); err != nil {
		return Identity{}, err
	}
	var out struct {
		URL                 string `json:"url"`
		Team                string `json:"team"`
		TeamID              string `json:"team_id"`
		UserID              string `json:"user_id"`
		BotID               string `json:"bot_id"`
		EnterpriseID        string `json:"enterprise_id"`
		IsEnterpriseInstall bool   `json:"is_enterprise_install"`
	}
	c := newClient(o.Token, o.APIURL, o.HTTP, o.HTTPTimeout)
	for tries := 1; ; tries++ {
		header, err := c.method(ctx, "auth.test", nil, &out)
		switch {
		case err == nil && out.IsEnterpriseInstall:
			return Identity{}, errors.New("SLACK_BOT_TOKEN is of an org-wide installation: install the app in one workspace and use that token")
		case err == nil && (out.BotID == "" || out.TeamID == "" || out.UserID == ""):
			return Identity{}, errors.New("SLACK_BOT_TOKEN is not a bot token: use the one that begins with xoxb-")
		case err == nil:
			return Identity{
				TeamID: out.TeamID, TeamName: out.Team, TeamURL: out.URL, EnterpriseID: out.EnterpriseID,
				BotUserID: out.UserID, BotID: out.BotID, Scopes: scopes(header),
			}, nil
		case errors.Is(err, slackbot.ErrToken):
			return Identity{}, fmt.Errorf("SLACK_BOT_TOKEN is not accepted by Slack (%s): copy it again from the app's page OAuth & Permissions", asError(err).Code)
		case !passing(err) || tries == maxTries:
			return Identity{}, fmt.Errorf("asking Slack who the bot is: %w", err)
		}
		wait := backoff(tries)
		if e := asError(err); e != nil && e.RetryAfter > 0 {
			wait = min(e.RetryAfter, time.Minute)
		}
		if sleep(ctx, wait) != nil {
			return Identity{}, fmt.Errorf("asking Slack who the bot is: %w", err)
		}
	}
}

func checkToken(token string) error {
	switch {
	case token == "":
		return errors.New("SLACK_BOT_TOKEN is not set: use the bot token (xoxb-…) from the app's page OAuth & Permissions")
	case strings.HasPrefix(token, "xapp-"):
		return errors.New("SLACK_BOT_TOKEN holds an app-level token (xapp-…): that belongs into SLACK_APP_TOKEN; use the bot token (xoxb-…) here")
	case strings.HasPrefix(token, "xoxp-"):
		return errors.New("SLACK_BOT_TOKEN holds a user token (xoxp-…): use the bot token (xoxb-…)")
	case strings.HasPrefix(token, "xoxe"):
		return errors.New("SLACK_BOT_TOKEN holds a rotating token (xoxe…), which expires: switch token rotation off for the app and use its bot token (xoxb-…)")
	case !strings.HasPrefix(token, "xoxb-"):
		return errors.New("SLACK_BOT_TOKEN is not a bot token: use the one that begins with xoxb-")
	}
	return nil
}

// scopes reads Slack's list; nil if there is none, which is not an empty one.
func scopes(header http.Header) []string {
	const name = "X-Oauth-Scopes"
	if len(header[name]) == 0 {
		return nil
	}
	list := []string{}
	for s := range strings.SplitSeq(header.Get(name), ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
