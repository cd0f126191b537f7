package slacksim

// eventScopes are the bot events the workspace can send, each with the scopes
// of which one is needed (https://docs.slack.dev/reference/events).
var eventScopes = map[string][]string{
	"app_home_opened":       nil,
	"app_mention":           {"app_mentions:read"},
	"app_uninstalled":       nil,
	"tokens_revoked":        nil,
	"app_rate_limited":      nil,
	"channel_archive":       {"channels:read"},
	"channel_unarchive":     {"channels:read"},
	"channel_created":       {"channels:read"},
	"channel_deleted":       {"channels:read"},
	"channel_left":          {"channels:read"},
	"channel_rename":        {"channels:read"},
	"channel_id_changed":    {"channels:read", "groups:read"},
	"group_archive":         {"groups:read"},
	"group_left":            {"groups:read"},
	"group_rename":          {"groups:read"},
	"group_deleted":         {"groups:read"},
	"group_unarchive":       {"groups:read"},
	"member_joined_channel": {"channels:read", "groups:read"},
	"member_left_channel":   {"channels:read", "groups:read"},
	"message.channels":      {"channels:history"},
	"message.groups":        {"groups:history"},
	"message.im":            {"im:history"},
	"message.mpim":          {"mpim:history"},
	"reaction_added":        {"reactions:read"},
	"reaction_removed":      {"reactions:read"},
	"team_join":             {"users:read"},
	"user_change":           {"users:read"},
	"user_huddle_changed":   {"users:read"},
	"user_status_changed":   {"users:read"},
	"user_profile_changed":  {"users:read"},
}

// scopeKind is the part of a scope that names a kind of conversation.
func (c *channel) scopeKind() string {
	switch {
	case c.mpim:
		return "mpim"
	case c.im:
		return "im"
	case c.private:
		return "groups"
	}
	return "channels"
}

// missingScope is the error of a call that lacks all of the scopes, nil when it
// holds one of them.
func (s *Sim) missingScope(scopes ...string) error {
	if len(scopes) == 0 || s.manifest.hasAnyScope(scopes...) {
		return nil
	}
	return &apiError{code: "missing_scope", extra: obj{
		"needed": join(scopes), "provided": join(s.manifest.OAuthConfig.Scopes.Bot),
	}}
}
