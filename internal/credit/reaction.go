package credit

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

const (
	offerLine  = "You marked what <@%s> wrote with :%s:. Would you like to turn that into credit?"
	offerNote  = "Only you see this. Nothing happens unless you give it."
	offerLabel = "Give credit"
)

// reacted offers whoever reacted with the chosen emoji, privately and once, to
// give credit for the message.
func (m *room) reacted(ctx context.Context, t slackbot.Task, e slackbot.ReactionAdded) error {
	if e.AuthorID == "" || e.AuthorID == e.UserID {
		return nil
	}
	for _, id := range []string{e.UserID, e.AuthorID} {
		p, err := m.People.Find(ctx, id)
		if errors.Is(err, people.ErrUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		if p.Bot || p.Deleted || id == e.UserID && p.External {
			return nil
		}
	}
	given, err := m.gave(ctx, e)
	if given || err != nil {
		return err
	}
	thread, gone, err := m.threadOf(ctx, e.ChannelID, e.TS)
	if gone || err != nil {
		return err
	}
	g := giving{ID: idOf(t.ID), To: []string{e.AuthorID}, Kind: Idea, Here: e.ChannelID, SourceTS: e.TS, ThreadTS: thread}
	line := fmt.Sprintf(offerLine, e.AuthorID, m.Emoji)
	offer := blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Section(line),
		blockkit.Context(offerNote),
		blockkit.Actions("", blockkit.Button{Label: offerLabel, ActionID: actionForm, Value: g.encode()}),
	}}
	// Once for each message, however often somebody takes the emoji off and on.
	intent := fmt.Sprintf("credit/offer/%s/%s/%s", e.ChannelID, e.TS, e.UserID)
	err = m.Send.Ephemeral(ctx, intent, e.ChannelID, thread, e.UserID, offer)
	if noPlace(err) || errors.Is(err, slackbot.ErrDoubtful) || errors.Is(err, slackbot.ErrUserNotInChannel) || errors.Is(err, slackbot.ErrThreadNotFound) {
		return nil // an offer is not worth a second try
	}
	if err != nil {
		return fmt.Errorf("offering to give credit: %w", err)
	}
	return nil
}

// gave says whether somebody gave credit for a message already.
func (m *room) gave(ctx context.Context, e slackbot.ReactionAdded) (bool, error) {
	sources, _, err := m.Ledger.At(ctx, e.ChannelID, e.TS)
	if err != nil || len(sources) == 0 {
		return false, err
	}
	all, err := m.Ledger.FindAll(ctx, sources...)
	for _, c := range all {
		if c.GiverID == e.UserID && c.Stands() {
			return true, nil
		}
	}
	return false, err
}

// threadOf asks Slack for the thread that a message is in, which the link to it
// names, and whether the message is still there.
func (m *room) threadOf(ctx context.Context, channelID, ts string) (thread string, gone bool, err error) {
	var out struct {
		Permalink string `json:"permalink"`
	}
	err = m.Slack.Call(ctx, "chat.getPermalink", url.Values{"channel": {channelID}, "message_ts": {ts}}, &out)
	if errors.Is(err, slackbot.ErrMessageNotFound) || errors.Is(err, slackbot.ErrChannelNotFound) {
		return "", true, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("asking for the link to a message: %w", err)
	}
	if link, err := url.Parse(out.Permalink); err == nil {
		thread = link.Query().Get("thread_ts")
	}
	if thread == ts {
		thread = ""
	}
	return thread, false, nil
}
