package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"allybot/internal/slackbot"
)

const (
	// clockMargin is how far the bot's clock may be off Slack's.
	clockMargin = 5 * time.Minute
	lookupPage  = 200
	// maxPages bounds a search. Beyond it the message counts as not readable.
	maxPages = 50
)

// find looks for the message with the record's id among those of the time it
// was tried in: in the thread, or in the channel itself.
func (s *Sender) find(ctx context.Context, r record, threadTS string) (slackbot.Posted, bool, error) {
	if !s.mayRead(r.Channel) {
		return slackbot.Posted{}, false, errUnreadable
	}
	args := url.Values{
		"channel":              {r.Channel},
		"oldest":               {timestamp(r.First.Add(-clockMargin))},
		"latest":               {timestamp(r.Tried.Add(s.settleAfter + clockMargin))},
		"inclusive":            {"true"},
		"include_all_metadata": {"true"},
		"limit":                {fmt.Sprint(lookupPage)},
	}
	if threadTS != "" {
		args.Set("ts", threadTS)
		p, found, err := s.search(ctx, "conversations.replies", args, r)
		if found || !errors.Is(err, slackbot.ErrThreadNotFound) {
			return p, found, err
		}
		// A reply to a thread whose root is gone may have become a message.
		args.Del("ts")
	}
	return s.search(ctx, "conversations.history", args, r)
}

func (s *Sender) search(ctx context.Context, method string, args url.Values, r record) (slackbot.Posted, bool, error) {
	for range maxPages {
		var page struct {
			Messages []struct {
				TS       string `json:"ts"`
				Metadata struct {
					EventType string          `json:"event_type"`
					Payload   json.RawMessage `json:"event_payload"`
				} `json:"metadata"`
			} `json:"messages"`
			HasMore bool `json:"has_more"`
			Meta    struct {
				Cursor string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		err := s.Call(ctx, method, args, &page)
		if unreadable(err) {
			return slackbot.Posted{}, false, fmt.Errorf("%w: %w", errUnreadable, err)
		}
		if err != nil {
			return slackbot.Posted{}, false, err
		}
		for _, m := range page.Messages {
			var payload struct {
				ID string `json:"id"`
			}
			// Other apps put anything into their payloads.
			if m.Metadata.EventType == metadataType && json.Unmarshal(m.Metadata.Payload, &payload) == nil && payload.ID == r.ID {
				return slackbot.Posted{ChannelID: r.Channel, TS: m.TS}, true, nil
			}
		}
		if page.Meta.Cursor == "" {
			if page.HasMore {
				return slackbot.Posted{}, false, fmt.Errorf("%w: its history has no end", errUnreadable)
			}
			return slackbot.Posted{}, false, nil
		}
		args.Set("cursor", page.Meta.Cursor)
	}
	return slackbot.Posted{}, false, fmt.Errorf("%w: too many messages", errUnreadable)
}

func unreadable(err error) bool {
	return errors.Is(err, slackbot.ErrMissingScope) || errors.Is(err, slackbot.ErrNotInChannel) ||
		errors.Is(err, slackbot.ErrChannelNotFound) || errors.Is(err, slackbot.ErrPostingForbidden)
}

// mayRead says whether the token's scopes allow reading such a conversation.
// An id beginning with C can be of any kind but a direct message.
func (s *Sender) mayRead(channelID string) bool {
	if s.scopes == nil {
		return true // unknown: Slack will say
	}
	if strings.HasPrefix(channelID, "D") {
		return slices.Contains(s.scopes, "im:history")
	}
	return slices.ContainsFunc(s.scopes, func(scope string) bool {
		return scope == "channels:history" || scope == "groups:history" || scope == "mpim:history"
	})
}

// timestamp is t as Slack writes message timestamps.
func timestamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}
