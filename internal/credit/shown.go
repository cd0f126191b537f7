package credit

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// What a credit looks like to whom: the record, with names and links that are
// looked up when they are needed and never stored.

// postOf is the post of a credit as it is now.
func (m *room) postOf(ctx context.Context, c Credit) blockkit.Message {
	if !c.Stands() {
		return withdrawnMessage(c.ID)
	}
	p := post{
		ID: c.ID, Named: c.With(Named), Kind: c.Kind, Reason: c.Reason,
		Giver: m.name(ctx, c.GiverID), Link: m.publicLink(ctx, c),
	}
	for i, id := range c.Voices {
		if len(p.Voices) == maxVoicesListed { // each name may cost a question to Slack
			p.More = len(c.Voices) - i
			break
		}
		if name := m.name(ctx, id); name != "" {
			p.Voices = append(p.Voices, name)
		}
	}
	return p.message()
}

// noticeOf is what somebody credited is told.
func (m *room) noticeOf(c Credit, r Receiver) notice {
	n := notice{Credit: c, Receiver: r, Link: m.link(c.Post)}
	if n.Link == "" {
		n.Link = m.link(c.Source)
	}
	n.Lapsed = r.Standing == Private && !r.AskedAt.IsZero() && !m.Now().Before(r.AskedAt.Add(AnswerWithin))
	return n
}

func (m *room) name(ctx context.Context, userID string) string {
	if userID == "" {
		return ""
	}
	return people.Spoken(m.People.Name(ctx, userID, ""))
}

// link is the address of a message, as chat.getPermalink would give it; "" for
// none. It holds ids and no names.
func (m *room) link(p Place) string {
	if p.ChannelID == "" || p.TS == "" || m.TeamURL == "" {
		return ""
	}
	link := strings.TrimRight(m.TeamURL, "/") + "/archives/" + url.PathEscape(p.ChannelID) + "/p" + strings.ReplaceAll(p.TS, ".", "")
	if p.ThreadTS != "" && p.ThreadTS != p.TS {
		link += "?" + url.Values{"thread_ts": {p.ThreadTS}, "cid": {p.ChannelID}}.Encode()
	}
	return link
}

// publicLink links a post to the message it is about, where those who see the
// post may see that too: in the same conversation, or in a public channel.
func (m *room) publicLink(ctx context.Context, c Credit) string {
	if c.Source.ChannelID != c.Dest.ChannelID {
		ch, err := m.Channels.Find(ctx, c.Source.ChannelID)
		if err != nil || ch.Private || ch.Direct {
			return ""
		}
	}
	return m.link(c.Source)
}

// isGone asks Slack whether a message was deleted. Of one that the bot cannot
// see nobody can tell.
func (m *room) isGone(ctx context.Context, p Place) (bool, error) {
	err := m.Slack.Call(ctx, "chat.getPermalink", url.Values{"channel": {p.ChannelID}, "message_ts": {p.TS}}, nil)
	switch {
	case errors.Is(err, slackbot.ErrMessageNotFound):
		return true, nil
	case errors.Is(err, slackbot.ErrUnavailable), errors.Is(err, slackbot.ErrRateLimited), ctx.Err() != nil:
		return false, err
	}
	return false, nil
}
