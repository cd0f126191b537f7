package scripts

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// maxLinking is how long the window waits for the link to a message: Slack gives
// it 3 s in all.
const maxLinking = 600 * time.Millisecond

// maxChatName is how long a name can be to fit into the label of a button.
const maxChatName = 8

// follow opens the words for afterwards, to edit and copy. In a conversation
// they open over it, in a window on top of it.
func (m *room) follow(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	p := m.page(ctx, a.UserID, decode(a.Value))
	p.state = current(p.lib, p.state)
	script := p.script()
	if script == nil || !has(script, playbook.FollowUp, p.Role) {
		return m.put(ctx, a, p.at(showOther), "") // gone since the answer was given
	}
	p.Written = true // it is sent, not said
	if p.Role == playbook.Affected && !names(script, playbook.FollowUp, p.state) {
		p.Name, p.UserID = "", "" // it is for who did it; the name is of who they stood up for
	}
	return m.openWords(ctx, slackbot.Task{}, slackbot.WordsToUse{
		TriggerID: a.TriggerID, OnTop: a.Origin.ViewType == "modal", TeamID: a.TeamID,
		Title: followLabel, Text: words(script, playbook.FollowUp, p.state),
		ToUserID: p.UserID, ToName: p.Name, ChannelID: p.Channel, TS: p.TS,
	})
}

// openWords opens the window for words to edit and copy. Sending it does
// nothing: what was typed into it goes nowhere.
func (m *room) openWords(ctx context.Context, _ slackbot.Task, w slackbot.WordsToUse) error {
	v := wordsWindow(w, m.permalink(ctx, w.ChannelID, w.TS))
	open := m.Send.OpenModal
	if w.OnTop {
		open = m.Send.PushModal
	}
	if err := open(ctx, w.TriggerID, v); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) { // it is open
		return fmt.Errorf("opening the words to copy: %w", err)
	}
	return nil
}

// openScript opens the words of a script that another room led to. One that is
// gone leads to other moments.
func (m *room) openScript(ctx context.Context, _ slackbot.Task, to slackbot.ScriptToShow) error {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	open := m.Send.OpenModal
	if to.OnTop {
		open = m.Send.PushModal
	}
	err := open(ctx, to.TriggerID, m.page(asking, to.UserID, decode(to.Script)).modal())
	if err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) { // it is open
		return fmt.Errorf("opening the words of a script: %w", err)
	}
	return nil
}

// permalink is the address of a message, "" if Slack does not tell: the bot has
// to see the channel.
func (m *room) permalink(ctx context.Context, channel, ts string) string {
	if m.Slack == nil || channel == "" || ts == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, maxLinking)
	defer cancel()
	var out struct {
		Permalink string `json:"permalink"`
	}
	if err := m.Slack.Call(ctx, "chat.getPermalink", url.Values{"channel": {channel}, "message_ts": {ts}}, &out); err != nil {
		return "" // the words are worth having without it
	}
	return out.Permalink
}

// wordsWindow is what the window looks like; permalink may be empty.
func wordsWindow(w slackbot.WordsToUse, permalink string) blockkit.Modal {
	intro := windowHow
	name := shownName(w.ToName)
	if name != "" {
		intro = fmt.Sprintf(windowTo, blockkit.Isolate(blockkit.Escape(name))) + intro
	}
	var links []blockkit.Element
	if chat := chatLink(w.TeamID, w.ToUserID); chat != "" {
		label := windowChatAny
		if name != "" && blockkit.Len(name) <= maxChatName {
			label = fmt.Sprintf(windowChat, blockkit.Isolate(name))
		}
		links = append(links, blockkit.Button{Label: label, ActionID: actionLink + ":chat", Value: "chat", URL: chat})
	}
	if permalink != "" {
		links = append(links, blockkit.Button{Label: windowMessage, ActionID: actionLink + ":message", Value: "message", URL: permalink})
	}
	return blockkit.Modal{
		CallbackID: "script.words", Title: w.Title, Submit: windowDone, Close: "Close",
		Blocks: []slack.Block{
			blockkit.Section(intro),
			blockkit.Input{
				BlockID: "words", Label: windowInput,
				Element: blockkit.TextInput{ActionID: "words", Initial: blockkit.Plain(w.Text), Multiline: true},
			}.Block(),
			blockkit.Actions("", links...),
		},
	}
}

// chatLink opens the conversation with a person. It is the form of Slack's "Deep
// linking into Slack" that works in a browser as well; buttons take no slack://.
func chatLink(teamID, userID string) string {
	if !place.MatchString(userID) {
		return ""
	}
	q := url.Values{"channel": {userID}}
	if place.MatchString(teamID) {
		q.Set("team", teamID)
	}
	return "https://slack.com/app_redirect?" + q.Encode()
}
