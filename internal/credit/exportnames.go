package credit

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"allybot/internal/slackbot"
)

// What an export needs to know of Slack, asked sparingly: each person and channel
// once, and many at a time.

const (
	// manyPeople is from how many on people are listed instead of asked for one by
	// one.
	manyPeople = 15
	// namesWithin is how long names are waited for; whoever is not known by then
	// is "a colleague".
	namesWithin = time.Minute
	// maxChannelsAsked is how many channels are asked for that the person is not in.
	maxChannelsAsked = 20
	// maxChecked is of how many credits, the newest, it is asked whether their
	// messages were deleted.
	maxChecked = 100
)

// namesOf are the names of everybody in the credits, and of the person themselves.
func (m *room) namesOf(ctx context.Context, userID string, credits []Credit) map[string]string {
	ids := map[string]bool{userID: true}
	for i := range credits {
		c := &credits[i]
		ids[c.GiverID] = true
		for _, r := range c.Receivers {
			ids[r.UserID] = true
		}
		for _, v := range c.Voices {
			ids[v] = true
		}
	}
	delete(ids, "")
	ctx, cancel := context.WithTimeout(ctx, namesWithin)
	defer cancel()
	if len(ids) > manyPeople {
		_ = m.People.Preload(ctx) // without it they are asked for one by one
	}
	names := map[string]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	few := make(chan struct{}, 8)
	for id := range ids {
		few <- struct{}{}
		wg.Go(func() {
			defer func() { <-few }()
			name := m.People.Name(ctx, id, "")
			mu.Lock()
			defer mu.Unlock()
			names[id] = name
		})
	}
	wg.Wait()
	return names
}

// channelsOf are the names of the channels the credits lead to, as far as the
// person may know them: channels they are in, and public ones.
func (m *room) channelsOf(ctx context.Context, userID string, credits []Credit) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, namesWithin)
	defer cancel()
	names := m.channelsWith(ctx, userID)
	asked := map[string]bool{}
	for i := range credits {
		id := linked(&credits[i], userID).ChannelID
		if id == "" || id[0] == 'D' || names[id] != "" || asked[id] || len(asked) == maxChannelsAsked {
			continue
		}
		asked[id] = true
		if ch, err := m.Channels.Find(ctx, id); err == nil && !ch.Private && !ch.Direct {
			names[id] = ch.Name
		}
	}
	return names
}

// channelsWith are the names of the channels that somebody is in and the bot can
// see. Without an answer there are none.
func (m *room) channelsWith(ctx context.Context, userID string) map[string]string {
	names := map[string]string{}
	args := url.Values{"user": {userID}, "types": {"public_channel,private_channel"}, "limit": {"999"}}
	for range 5 {
		var out struct {
			Channels []struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"channels"`
			Metadata struct {
				NextCursor string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		if m.Slack.Call(ctx, "users.conversations", args, &out) != nil {
			break
		}
		for _, c := range out.Channels {
			names[c.ID] = c.Name
		}
		if out.Metadata.NextCursor == "" {
			break
		}
		args.Set("cursor", out.Metadata.NextCursor)
	}
	return names
}

// stillThere leaves out credits whose post was deleted, which withdraws them, and
// takes away links to deleted messages. Slack tells of deletions by itself where
// the bot hears messages; elsewhere it is asked, about the newest credits.
func (m *room) stillThere(ctx context.Context, credits []Credit) ([]Credit, error) {
	var out []Credit
	for i, c := range credits {
		if i < maxChecked {
			var err error
			if c, err = m.looked(ctx, c); errors.Is(err, ErrNoCredit) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		if c.Stands() {
			out = append(out, c)
		}
	}
	return out, nil
}

// looked is a credit after a look whether its messages are there.
func (m *room) looked(ctx context.Context, c Credit) (Credit, error) {
	lost := false
	for _, p := range []Place{c.Post, c.Source} {
		// Of a conversation where the bot posted it is a member, and hears; of
		// others nobody knows.
		if p.TS == "" || p.ChannelID == c.Post.ChannelID && m.Hears != nil && m.Hears(p.ChannelID) {
			continue
		}
		gone, err := m.isGone(ctx, p)
		if err != nil {
			return c, err
		}
		if gone {
			lost = true
			if err := m.deleted(ctx, slackbot.Task{}, slackbot.MessageDeleted{ChannelID: p.ChannelID, TS: p.TS}); err != nil {
				return c, err
			}
		}
	}
	if !lost {
		return c, nil
	}
	return m.Ledger.Find(ctx, c.ID)
}
