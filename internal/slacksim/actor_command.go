package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Command runs a slash command of the app in a conversation the person is in.
// The text is as typed; where the manifest says should_escape, "@sam" and
// "#general" reach the app as tokens, and &, < and > as entities. People of
// other organisations cannot run commands.
func (a *Actor) Command(channelID, command, text string) *Exchange {
	return a.command(channelID, command, text, false)
}

// CommandAsSent runs a slash command with a text that is in Slack's own form
// already: for mentions of people who left or never were.
func (a *Actor) CommandAsSent(channelID, command, text string) *Exchange {
	return a.command(channelID, command, text, true)
}

func (a *Actor) command(channelID, command, text string, asSent bool) *Exchange {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := a.in(channelID)
	if err != nil {
		return refuse("%v", err)
	}
	cmds := s.manifest.Features.SlashCommands
	i := slices.IndexFunc(cmds, func(x CommandInfo) bool { return x.Command == command })
	switch {
	case i < 0:
		return refuse("%s is not a valid command", command)
	case s.external(a.id):
		return refuse("people of other organisations cannot use %s", command)
	case c.archived:
		return refuse("the channel is archived")
	case c.im && c.has(s.botUserID) && s.manifest.Features.AppHome.ReadOnlyTab:
		return refuse("the app's messages tab is read-only")
	}
	text = strings.TrimSpace(text)
	if cmds[i].ShouldEscape && !asSent {
		text = s.typed(text, a.id, true)
	}
	u := s.newResponseURL("commands", c, a.id, nil)
	e := &envelope{kind: "slash_commands", accepts: true, payload: toJSON(obj{
		"token": s.verifyToken, "team_id": s.teamID, "team_domain": s.domain, "channel_id": c.id, "channel_name": c.payloadName(),
		"user_id": a.id, "user_name": s.people[a.id].Name, "command": command, "text": text, "api_app_id": s.appID,
		"is_enterprise_install": "false", "response_url": u.url, "trigger_id": s.newTrigger(a.id, false),
	})}
	e.onAck = func(payload json.RawMessage) error {
		if payload == nil {
			return nil
		}
		answer, err := parseAnswer(payload)
		if err == nil {
			answer.ReplaceOriginal, answer.DeleteOriginal = nil, false
			if answer.ResponseType == "in_channel" {
				s.post(c, &message{userID: a.id, text: strings.TrimSpace(command + " " + text)})
			}
			err = s.respond(u, answer)
		}
		if err != nil {
			s.violate("answer to %s: %v", command, err)
			s.clientSays(c, a.id, fmt.Sprintf("%s failed with the error “invalid_command_response”", command))
			return err
		}
		return nil
	}
	e.onFail = func(why error) {
		code, _, _ := strings.Cut(why.Error(), ":")
		s.clientSays(c, a.id, fmt.Sprintf("%s failed with the error “%s”", command, code))
	}
	return s.dispatch(e)
}

// clientSays is a line that a person's own client shows them.
func (s *Sim) clientSays(c *channel, userID, text string) {
	s.post(c, &message{userID: slackbot, text: text, ephemeralTo: userID})
}
