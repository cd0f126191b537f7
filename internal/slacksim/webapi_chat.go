package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// scheduled is a message waiting for its time.
type scheduled struct {
	id      string
	channel *channel
	at      int64 // seconds since 1970
	message *message
}

// body reads and checks a message's body from the call's arguments; its text is
// at most so long.
func (s *Sim) body(c *apiCall, most int) (content, error) {
	if c.has("username") || c.has("icon_emoji") || c.has("icon_url") {
		if err := s.missingScope("chat:write.customize"); err != nil {
			return content{}, err
		}
	}
	if c.has("as_user") {
		return content{}, fail("as_user_not_supported")
	}
	text, blocks := c.get("text"), json.RawMessage(c.raw("blocks"))
	if md := c.get("markdown_text"); md != "" {
		if text != "" || blocks != nil {
			return content{}, fail("markdown_text_conflict")
		}
		text, most = md, maxMarkdown
	}
	if tooLong(text, most) {
		return content{}, fail("msg_too_long")
	}
	return s.content(text, blocks, c.raw("attachments"), c.raw("metadata"))
}

// target is the conversation to post to: an id, or a person's id for their
// direct message with the bot.
func (s *Sim) target(id string) (*channel, error) {
	if p := s.people[id]; p != nil {
		if err := s.canDM(p); err != nil {
			return nil, fail("channel_not_found")
		}
		return s.dm(id, s.botUserID), nil
	}
	c := s.channels[id]
	if c == nil || ((c.private || c.im) && !c.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	return c, nil
}

func (s *Sim) canPost(c *channel, anywhere bool) error {
	if c.archived {
		return fail("is_archived")
	}
	if c.im {
		if !s.manifest.Features.AppHome.MessagesTab {
			return fail("messages_tab_disabled")
		}
		if s.people[c.other(s.botUserID)].Deleted {
			return fail("channel_not_found")
		}
	}
	if c.adminsOnly {
		return fail("restricted_action")
	}
	if c.has(s.botUserID) {
		return nil
	}
	if anywhere && s.manifest.hasScope("chat:write.public") {
		return nil
	}
	return fail("not_in_channel")
}

func (s *Sim) threadRoot(c *channel, ts string) error {
	if ts == "" {
		return nil
	}
	m := c.find(ts)
	switch {
	case m == nil || m.ephemeralTo != "":
		return fail("thread_not_found")
	case m.threadTS != "" && m.threadTS != m.ts:
		return fail("cannot_reply_to_message")
	case m.subtype == "tombstone":
		// Seen both refused and posted; documented is "this message type cannot
		// have thread replies".
		return fail("cannot_reply_to_message")
	}
	return nil
}

// draft is the message that a call would post to a channel or thread, now or
// later.
func (s *Sim) draft(ch *channel, c *apiCall) (*message, error) {
	if err := s.canPost(ch, true); err != nil {
		return nil, err
	}
	b, err := s.body(c, maxText)
	if err != nil {
		return nil, err
	}
	if err := s.threadRoot(ch, c.get("thread_ts")); err != nil {
		return nil, err
	}
	m := s.botMessage(b)
	m.threadTS = c.get("thread_ts")
	return m, nil
}

func chatPostMessage(s *Sim, c *apiCall) (obj, error) {
	ch, err := s.target(c.get("channel"))
	if err != nil {
		return nil, err
	}
	if wait := s.limitPost(ch.id); wait > 0 {
		return nil, rateLimit{wait}
	}
	m, err := s.draft(ch, c)
	if err != nil {
		return nil, err
	}
	m.clientMsgID = c.get("client_msg_id")
	m.broadcast = m.threadTS != "" && c.truth("reply_broadcast")
	if m.broadcast {
		m.subtype = "thread_broadcast"
	}
	s.post(ch, m)
	return obj{"channel": ch.id, "ts": m.ts, "message": s.messageObject(m, true)}, nil
}

func chatPostEphemeral(s *Sim, c *apiCall) (obj, error) {
	if s.people[c.get("channel")] != nil {
		return nil, fail("channel_not_found")
	}
	ch, err := s.target(c.get("channel"))
	if err != nil {
		return nil, err
	}
	if err := s.canPost(ch, false); err != nil {
		return nil, err
	}
	p := s.people[c.get("user")]
	if p == nil || p.Deleted || !ch.has(p.ID) {
		return nil, fail("user_not_in_channel")
	}
	b, err := s.body(c, maxShortText)
	if err != nil {
		return nil, err
	}
	if err := s.threadRoot(ch, c.get("thread_ts")); err != nil {
		return nil, err
	}
	m := s.botMessage(b)
	m.ephemeralTo, m.threadTS = p.ID, c.get("thread_ts")
	s.post(ch, m)
	s.forgetUnseen(m)
	return obj{"message_ts": m.ts}, nil
}

// own is a message of the app that it may change; refused and archived are the
// errors where it may not.
func (s *Sim) own(c *apiCall, refused, archived string) (*message, error) {
	ch := s.channels[c.get("channel")]
	if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	m := ch.find(c.get("ts"))
	if m == nil || m.ephemeralTo != "" || m.subtype == "tombstone" {
		return nil, fail("message_not_found")
	}
	if ch.archived {
		return nil, fail(archived)
	}
	if m.appID != s.appID {
		return nil, fail(refused)
	}
	return m, nil
}

// chatUpdate changes what the call names. Blocks stay only where neither text nor
// blocks are given; attachments and metadata stay unless given, and an empty list
// or object takes them off (https://docs.slack.dev/reference/methods/chat.update).
func chatUpdate(s *Sim, c *apiCall) (obj, error) {
	m, err := s.own(c, "cant_update_message", "is_inactive")
	if err != nil {
		return nil, err
	}
	if s.editClosed(m) {
		return nil, fail("edit_window_closed")
	}
	described := c.get("text") != "" || c.get("markdown_text") != "" || c.get("blocks") != ""
	if !described && c.get("attachments") == "" {
		return nil, fail("no_text") // metadata is not a message
	}
	var metadata obj
	noMetadata := json.Unmarshal(c.raw("metadata"), &metadata) == nil && metadata != nil && len(metadata) == 0
	if noMetadata {
		c = &apiCall{args: maps.Clone(c.args)} // the log keeps the call as it came
		c.args.Del("metadata")
	}
	b, err := s.body(c, maxShortText)
	keepsContent := !described && (m.text != "" || len(m.blocks) > 0)
	if err != nil && (asAPIError(err).code != "no_text" || !keepsContent) {
		return nil, err
	}
	text, blocks, attachments := m.text, m.blocks, m.attachments
	if described {
		text, blocks = b.text, b.blocks
	}
	if c.has("attachments") {
		attachments = b.attachments
	}
	if attachments != nil {
		if _, err := checkAttachments(attachments, toJSON(blocks)); err != nil {
			return nil, err
		}
	}
	s.edit(m, s.botUserID, func() {
		m.text, m.blocks, m.attachments = text, blocks, attachments
		if b.metadata != nil || noMetadata {
			m.metadata = b.metadata
		}
	})
	return obj{"channel": m.ch.id, "ts": m.ts, "text": m.text, "message": s.messageObject(m, true)}, nil
}

// SetEditWindow changes the workspace's setting "Message editing", see
// Options.EditWindow.
func (s *Sim) SetEditWindow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editWindow = d
}

// editClosed says whether a message is too old to be changed.
func (s *Sim) editClosed(m *message) bool {
	if s.editWindow <= 0 {
		return s.editWindow < 0
	}
	seconds, err := strconv.ParseFloat(m.ts, 64)
	return err != nil || s.now().Sub(time.UnixMicro(int64(seconds*1e6))) > s.editWindow
}

func chatDelete(s *Sim, c *apiCall) (obj, error) {
	m, err := s.own(c, "cant_delete_message", "cant_delete_message")
	if err != nil {
		return nil, err
	}
	s.remove(m)
	return obj{"channel": m.ch.id, "ts": m.ts}, nil
}

func chatGetPermalink(s *Sim, c *apiCall) (obj, error) {
	ch := s.channels[c.get("channel")]
	if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	m := ch.find(c.get("message_ts"))
	if m == nil || m.ephemeralTo != "" {
		return nil, fail("message_not_found")
	}
	return obj{"channel": ch.id, "permalink": s.permalink(m)}, nil
}

// Permalink is the link to a message, "" if there is no such message.
func (s *Sim) Permalink(channelID, ts string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil {
		if m := c.find(ts); m != nil {
			return s.permalink(m)
		}
	}
	return ""
}

func (s *Sim) permalink(m *message) string {
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", s.domain, m.ch.id, strings.ReplaceAll(m.ts, ".", ""))
	if m.threadTS != "" && m.threadTS != m.ts {
		link += "?thread_ts=" + m.threadTS + "&cid=" + m.ch.id
	}
	return link
}

func chatScheduleMessage(s *Sim, c *apiCall) (obj, error) {
	at, err := strconv.ParseInt(c.get("post_at"), 10, 64)
	if err != nil {
		return nil, fail("invalid_time")
	}
	now := s.now()
	switch {
	case at <= now.Unix():
		return nil, fail("time_in_past")
	case at > now.Add(120*24*time.Hour).Unix():
		return nil, fail("time_too_far")
	}
	ch, err := s.target(c.get("channel"))
	if err != nil {
		return nil, err
	}
	m, err := s.draft(ch, c)
	if err != nil {
		return nil, err
	}
	q := &scheduled{id: s.newID("Q"), channel: ch, at: at, message: m}
	s.scheduled = append(s.scheduled, q)
	return obj{
		"channel": ch.id, "scheduled_message_id": q.id, "post_at": at,
		"message": obj{"type": "delayed_message", "text": m.text, "user": m.userID, "bot_id": m.botID, "app_id": m.appID, "team": s.teamID},
	}, nil
}

func chatDeleteScheduledMessage(s *Sim, c *apiCall) (obj, error) {
	i := slices.IndexFunc(s.scheduled, func(q *scheduled) bool {
		return q.id == c.get("scheduled_message_id") && q.channel.id == c.get("channel")
	})
	// Slack does not take back what is due within a minute.
	if i < 0 || s.scheduled[i].at-s.now().Unix() < 60 {
		return nil, fail("invalid_scheduled_message_id")
	}
	s.scheduled = slices.Delete(s.scheduled, i, i+1)
	return nil, nil
}

// postScheduled posts what is due.
func (s *Sim) postScheduled() {
	if len(s.scheduled) == 0 {
		return
	}
	now := s.now().Unix()
	var waiting []*scheduled
	for _, q := range s.scheduled {
		if q.at > now {
			waiting = append(waiting, q)
			continue
		}
		if s.canPost(q.channel, true) == nil {
			s.post(q.channel, q.message)
		}
	}
	s.scheduled = waiting
}
