package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// metadataType marks the bot's own messages; the payload is an opaque random
// id and nothing else, since every member can read metadata.
const metadataType = "ally_message"

// Post sends m to a channel or thread, effectively once per intent.
func (s *Sender) Post(ctx context.Context, intent, channelID, threadTS string, m blockkit.Message) (slackbot.Posted, error) {
	args, err := messageArgs(m)
	if err != nil {
		return slackbot.Posted{}, fmt.Errorf("chat.postMessage: %w", err)
	}
	args.Set("channel", channelID)
	if threadTS != "" {
		args.Set("thread_ts", threadTS)
	}
	// What the bot says is not dressed up with previews of other sites.
	args.Set("unfurl_links", "false")
	args.Set("unfurl_media", "false")
	return s.deliver(ctx, delivery{
		intent:  intent,
		method:  "chat.postMessage",
		channel: channelID,
		args: func(id string) url.Values {
			metadata, _ := json.Marshal(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"id": id}})
			args.Set("metadata", string(metadata))
			args.Set("client_msg_id", id)
			return args
		},
		lookup: func(ctx context.Context, r record) (slackbot.Posted, bool, error) {
			return s.find(ctx, r, threadTS)
		},
	})
}

// Direct sends m to one person in their conversation with the bot.
func (s *Sender) Direct(ctx context.Context, intent, userID string, m blockkit.Message) (slackbot.Posted, error) {
	channel, cached, err := s.conversation(ctx, userID)
	if err != nil {
		return slackbot.Posted{}, err
	}
	p, err := s.Post(ctx, intent, channel, "", m)
	if !cached || !errors.Is(err, slackbot.ErrChannelNotFound) {
		return p, err
	}
	s.forgetConversation(ctx, userID)
	if channel, _, err = s.conversation(ctx, userID); err != nil {
		return slackbot.Posted{}, err
	}
	return s.Post(ctx, intent, channel, "", m)
}

// Ephemeral shows m to one person in a channel, at most once per intent.
func (s *Sender) Ephemeral(ctx context.Context, intent, channelID, threadTS, userID string, m blockkit.Message) error {
	args, err := messageArgs(m)
	if err != nil {
		return fmt.Errorf("chat.postEphemeral: %w", err)
	}
	args.Set("channel", channelID)
	args.Set("user", userID)
	if threadTS != "" {
		args.Set("thread_ts", threadTS)
	}
	_, err = s.deliver(ctx, delivery{
		intent:  intent,
		method:  "chat.postEphemeral",
		channel: channelID,
		args:    func(string) url.Values { return args },
	})
	return err
}

// Update replaces a message the bot posted. Its metadata stays.
func (s *Sender) Update(ctx context.Context, channelID, ts string, m blockkit.Message) error {
	args, err := messageArgs(m)
	if err != nil {
		return fmt.Errorf("chat.update: %w", err)
	}
	args.Set("channel", channelID)
	args.Set("ts", ts)
	if len(m.Blocks) == 0 {
		args.Set("blocks", "[]") // left out, the old ones would stay
	}
	return s.Call(ctx, "chat.update", args, nil)
}

// Delete removes a message the bot posted; one that is gone already is no error.
func (s *Sender) Delete(ctx context.Context, channelID, ts string) error {
	err := s.Call(ctx, "chat.delete", url.Values{"channel": {channelID}, "ts": {ts}}, nil)
	if errors.Is(err, slackbot.ErrMessageNotFound) {
		return nil
	}
	return err
}

func messageArgs(m blockkit.Message) (url.Values, error) {
	if strings.TrimSpace(m.Text) == "" {
		return nil, slackbot.ErrNoText
	}
	m = m.Fitted()
	args := url.Values{"text": {m.Text}}
	blocks, err := m.EncodedBlocks()
	if err != nil {
		return nil, err
	}
	if blocks != "" {
		args.Set("blocks", blocks)
	}
	return args, nil
}

// conversationLife is how long Redis remembers a person's conversation with the
// bot: its id does not change, but who wrote to the bot is kept no longer than it
// saves calls.
const conversationLife = 24 * time.Hour

// conversation finds a person's conversation with the bot, in memory, in Redis,
// or by opening it. cached says that Slack was not asked.
func (s *Sender) conversation(ctx context.Context, userID string) (id string, cached bool, err error) {
	if id, ok := s.dms.Get(userID); ok {
		return id, true, nil
	}
	if s.db != nil {
		if id, err := s.db.Client.Get(ctx, s.dmKey(userID)).Result(); err == nil && id != "" {
			s.dms.Add(userID, id)
			return id, true, nil
		}
	}
	var out struct {
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
	}
	if err := s.Call(ctx, "conversations.open", url.Values{"users": {userID}}, &out); err != nil {
		return "", false, err
	}
	if out.Channel.ID == "" {
		return "", false, errors.New("conversations.open: Slack named no conversation")
	}
	s.dms.Add(userID, out.Channel.ID)
	if s.db != nil {
		if err := s.db.Client.Set(ctx, s.dmKey(userID), out.Channel.ID, conversationLife).Err(); err != nil {
			s.log.Warn("could not remember a conversation", zap.Error(err))
		}
	}
	return out.Channel.ID, false, nil
}

func (s *Sender) forgetConversation(ctx context.Context, userID string) {
	s.dms.Remove(userID)
	if s.db != nil {
		if err := s.db.Client.Del(ctx, s.dmKey(userID)).Err(); err != nil {
			s.log.Warn("could not forget a conversation", zap.Error(err))
		}
	}
}

func (s *Sender) dmKey(userID string) string { return s.db.Key("dm", "{"+userID+"}") }
