package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// manifest is what the workspace needs to know of the app.
type manifest struct {
	DisplayInformation struct {
		Name string `json:"name"`
	} `json:"display_information"`
	Features struct {
		AppHome struct {
			HomeTab     bool `json:"home_tab_enabled"`
			MessagesTab bool `json:"messages_tab_enabled"`
			ReadOnlyTab bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		BotUser *struct {
			DisplayName string `json:"display_name"`
		} `json:"bot_user"`
		Shortcuts     []ShortcutInfo `json:"shortcuts"`
		SlashCommands []CommandInfo  `json:"slash_commands"`
	} `json:"features"`
	OAuthConfig struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		EventSubscriptions struct {
			BotEvents []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `json:"is_enabled"`
		} `json:"interactivity"`
		SocketMode bool `json:"socket_mode_enabled"`
	} `json:"settings"`
}

func parseManifest(b []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("not valid JSON: %w", err)
	}
	var problems []string
	if m.DisplayInformation.Name == "" {
		problems = append(problems, "display_information.name is missing")
	}
	if m.Features.BotUser == nil {
		problems = append(problems, "features.bot_user is missing; without it there is no bot token")
	}
	if len(m.OAuthConfig.Scopes.Bot) == 0 {
		problems = append(problems, "oauth_config.scopes.bot is empty")
	}
	if !m.Settings.SocketMode {
		problems = append(problems, "settings.socket_mode_enabled is not true")
	}
	if n := len(m.Features.SlashCommands) + len(m.Features.Shortcuts); n > 0 && !m.hasScope("commands") {
		problems = append(problems, "slash commands and shortcuts need the scope commands")
	}
	for _, c := range m.Features.SlashCommands {
		if !strings.HasPrefix(c.Command, "/") {
			problems = append(problems, fmt.Sprintf("slash command %q does not begin with /", c.Command))
		}
	}
	for _, c := range m.Features.Shortcuts {
		if c.Type != "message" && c.Type != "global" {
			problems = append(problems, fmt.Sprintf("shortcut %q has type %q, not message or global", c.CallbackID, c.Type))
		}
	}
	for _, e := range m.Settings.EventSubscriptions.BotEvents {
		scopes, known := eventScopes[e]
		if !known {
			problems = append(problems, fmt.Sprintf("bot event %q is unknown to the simulated workspace", e))
		} else if len(scopes) > 0 && !m.hasAnyScope(scopes...) {
			problems = append(problems, fmt.Sprintf("bot event %q needs the scope %s", e, strings.Join(scopes, " or ")))
		}
	}
	if len(problems) > 0 {
		return m, errors.New(strings.Join(problems, "; "))
	}
	return m, nil
}

func (m manifest) hasScope(scope string) bool {
	return slices.Contains(m.OAuthConfig.Scopes.Bot, scope)
}

func (m manifest) hasAnyScope(scopes ...string) bool { return slices.ContainsFunc(scopes, m.hasScope) }

func (m manifest) subscribed(event string) bool {
	return slices.Contains(m.Settings.EventSubscriptions.BotEvents, event) &&
		(len(eventScopes[event]) == 0 || m.hasAnyScope(eventScopes[event]...))
}

// CommandInfo is a slash command of the app's manifest.
type CommandInfo struct {
	Command      string `json:"command"`
	Description  string `json:"description"`
	UsageHint    string `json:"usage_hint"`
	ShouldEscape bool   `json:"should_escape"`
}

// ShortcutInfo is a shortcut of the app's manifest; Type is message or global.
type ShortcutInfo struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

// Commands lists the app's slash commands.
func (s *Sim) Commands() []CommandInfo {
	return append([]CommandInfo{}, s.manifest.Features.SlashCommands...)
}

// Shortcuts lists the app's shortcuts.
func (s *Sim) Shortcuts() []ShortcutInfo {
	return append([]ShortcutInfo{}, s.manifest.Features.Shortcuts...)
}

// AppName is the name of the app as people see it.
func (s *Sim) AppName() string { return s.manifest.DisplayInformation.Name }
