// Package manifest writes the Slack app manifest: what Ally is called, which
// commands and shortcuts it has, and which permissions it asks for, each with
// its reason. By default it asks for the least that words, credit and lessons
// need; listening, meetings and reactions are added by name.
package manifest

import (
	"encoding/json"
	"fmt"
)

// description is what people see in Slack before they install. The manifest
// schema wants 175 to 4,000 characters.
const description = `Ally helps you say the right thing in meetings, at the moment it matters. Type /ally and what happened, such as "sam keeps getting talked over", and you privately get words to say, with a follow-up and what to answer if somebody pushes back.

Only you see what you ask and what Ally answers. Ally never corrects, ranks or praises anybody in public on its own, and it never speaks in your name: you choose the words and you say them.

By default Ally does not read any channel. It sees what you type after /ally, what you write to it directly, messages that mention it, and a message you choose "Find words for this" on.`

type document struct {
	Metadata struct {
		Major int `json:"major_version"`
		Minor int `json:"minor_version"`
	} `json:"_metadata"`
	Display  display  `json:"display_information"`
	Features features `json:"features"`
	OAuth    struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings settings `json:"settings"`
}

type display struct {
	Name            string `json:"name"`
	Description     string `json:"description"`
	LongDescription string `json:"long_description"`
	BackgroundColor string `json:"background_color"`
}

type features struct {
	AppHome struct {
		HomeTab          bool `json:"home_tab_enabled"`
		MessagesTab      bool `json:"messages_tab_enabled"`
		MessagesReadOnly bool `json:"messages_tab_read_only_enabled"`
	} `json:"app_home"`
	BotUser struct {
		DisplayName  string `json:"display_name"`
		AlwaysOnline bool   `json:"always_online"`
	} `json:"bot_user"`
	Shortcuts []shortcut `json:"shortcuts"`
	Commands  []command  `json:"slash_commands"`
}

type shortcut struct {
	Name        string `json:"name"` // at most 24 characters
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

type command struct {
	Command      string `json:"command"`
	Description  string `json:"description"`
	UsageHint    string `json:"usage_hint"`
	ShouldEscape bool   `json:"should_escape"`
}

type settings struct {
	Events struct {
		Bot []string `json:"bot_events"`
	} `json:"event_subscriptions"`
	Interactivity struct {
		Enabled bool `json:"is_enabled"`
	} `json:"interactivity"`
	OrgDeploy     bool `json:"org_deploy_enabled"`
	SocketMode    bool `json:"socket_mode_enabled"`
	TokenRotation bool `json:"token_rotation_enabled"`
}

// JSON returns the manifest of the basics and the features given, ready to be
// pasted into "Create an app from a manifest".
func JSON(with ...Feature) ([]byte, error) {
	var d document
	d.Metadata.Major, d.Metadata.Minor = 2, 1
	d.Display = display{
		Name:            "Ally",
		Description:     "Words for the moment: speak up for a colleague, kindly and in private.",
		LongDescription: description,
		BackgroundColor: "#2f4858",
	}
	d.Features.AppHome.HomeTab = true
	d.Features.AppHome.MessagesTab = true // otherwise direct messages fail with messages_tab_disabled
	d.Features.BotUser.DisplayName = "Ally"
	d.Features.BotUser.AlwaysOnline = true
	d.Features.Shortcuts = []shortcut{
		{Name: "Find words for this", Type: "message", CallbackID: "find_words", Description: "What to say about this message. Only you see it."},
		{Name: "Give credit", Type: "message", CallbackID: "credit_message", Description: "Credit whoever wrote this. You see what is posted, and where, first."},
		{Name: "Give credit", Type: "global", CallbackID: "give_credit", Description: "Credit a colleague for an idea or their work."},
		{Name: "Open Ally", Type: "global", CallbackID: "open_ally", Description: "Find words for a moment. Only you see it."},
	}
	d.Features.Commands = []command{{
		Command:      "/ally",
		Description:  "Words for a hard moment. Only you see the answer.",
		UsageHint:    "what happened, e.g. @sam keeps getting talked over",
		ShouldEscape: true, // mentions arrive as <@U…|name>
	}}
	d.OAuth.Scopes.Bot = Scopes(with...)
	d.Settings.Events.Bot = Events(with...)
	d.Settings.Interactivity.Enabled = true
	d.Settings.SocketMode = true

	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the manifest: %w", err)
	}
	return append(b, '\n'), nil
}
