package home

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

const (
	modalTitle = "Ally"
	orType     = "Or type it: `/ally sam keeps getting talked over`. `/ally help` shows the rest. Only you can see this."
	modalNote  = "In any channel you can also type it: `/ally sam keeps getting talked over`. Only you can see this."

	helpTitle = "What Ally can do"
	helpWords = "*Find words for a hard moment*\nType what is going on, in your own words: `/ally sam keeps getting talked over`. You get one sentence to say now."
	helpWays  = "*Other ways in*\n" +
		"• On any message, in threads too: More actions → *Find words for this*\n" +
		"• From anywhere: the shortcut *Open Ally*\n" +
		"• Write to Ally in a direct message, or mention it in a channel it is in"
	helpPrivate = "Answers are for you alone. Ally posts only what somebody asked it to post, credit or a lesson for a channel, and never speaks in your name."

	homeTitle = "Words for hard moments"
	homeHow   = "• In any conversation, type `/ally` and what is going on: `/ally sam keeps getting talked over`\n" +
		"• On a message, open its menu and choose *Find words for this*\n" +
		"• Here, type what happened or pick a moment"
	homeGets    = "You get one sentence to say now. Other tones, the words for somebody else in the room, and what to do if they push back are one tap away."
	homePrivacy = "Only you see what Ally answers. What you type, or the message you use *Find words* on, waits encrypted until you have your answer, " +
		"an hour at most, and is then gone. Nothing else from your channels is stored. " +
		"Where Ally wrote to you it remembers for a day, names from Slack for a few minutes. What you save as a favourite stays until you remove it, without any names. " +
		"A page you keep stays for seven days, encrypted, or until you delete it. Credit stays until it is withdrawn, " +
		"and of the message it is about only the link. Of lessons Ally keeps your time, which ones you saw and what you marked, for nobody but you. People who run the server could technically read all of it."
)

// launcherParts are the rooms' parts of the launcher.
func (m *room) launcherParts(ctx context.Context, userID string) []slack.Block {
	var blocks []slack.Block
	for _, s := range m.router.Sections() {
		if s.Launcher != nil {
			blocks = append(blocks, s.Launcher(ctx, userID)...)
		}
	}
	return blocks
}

// homeParts are the rooms' parts of App Home.
func (m *room) homeParts(ctx context.Context, userID string) []slack.Block {
	var blocks []slack.Block
	for _, s := range m.router.Sections() {
		if s.Home == nil {
			continue
		}
		if part := s.Home(ctx, userID); len(part) > 0 {
			blocks = append(append(blocks, blockkit.Divider()), part...)
		}
	}
	return blocks
}

func launcherMessage(parts []slack.Block) blockkit.Message {
	return blockkit.Message{Blocks: append(parts, blockkit.Context(orType))}
}

func launcherModal(parts []slack.Block) blockkit.Modal {
	return blockkit.Modal{
		CallbackID: "home.launcher", Title: modalTitle, Close: "Close",
		Blocks: append(parts, blockkit.Context(modalNote)),
	}
}

func helpMessage(commands []*slackbot.Command) blockkit.Message {
	lines := []string{"*Commands*"}
	for _, c := range commands {
		lines = append(lines, fmt.Sprintf("• %s: %s", c.Usage, c.Summary))
	}
	return blockkit.Message{Blocks: []slack.Block{
		blockkit.Header(helpTitle),
		blockkit.Section(helpWords),
		blockkit.Section(strings.Join(lines, "\n")),
		blockkit.Section(helpWays),
		blockkit.Context(helpPrivate),
	}}
}

func homeTab(parts []slack.Block) blockkit.Home {
	blocks := []slack.Block{blockkit.Header(homeTitle), blockkit.Section(homeHow), blockkit.Context(homeGets)}
	blocks = append(blocks, parts...)
	return blockkit.Home{Blocks: append(blocks, blockkit.Divider(), blockkit.Context(homePrivacy))}
}
