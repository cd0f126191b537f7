package slacksim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// stateValues is state.values: inputs by block_id and action_id.
type stateValues = map[string]map[string]obj

type message struct {
	ch                    *channel
	replies               []*message // in a root: its thread, oldest first
	ts, threadTS          string
	userID, botID, appID  string
	text, subtype         string
	blocks                []any // block_id and action_id filled in
	blocksJSON            json.RawMessage
	hasInputs             bool
	attachments, metadata json.RawMessage
	clientMsgID           string
	ephemeralTo           string // the only person who sees it
	editedTS, editedBy    string
	reactions             []Reaction
	room                  *room
	files                 []*File
	broadcast             bool
	values                map[string]stateValues // by person
	url                   *responseURL
	extra                 obj                 // fields of its subtype
	offered               map[string][]Option // what external selects suggested, by person and action
}

func (m *message) visibleTo(userID string) bool {
	return m.ephemeralTo == "" || m.ephemeralTo == userID
}

// post adds m to the conversation and tells the app.
func (s *Sim) post(c *channel, m *message) *message {
	m.ch, m.ts = c, s.nextTS()
	if m.values == nil {
		m.values = map[string]stateValues{}
	}
	s.settle(m)
	c.msgs, c.byTS[m.ts] = append(c.msgs, m), m
	if m.ephemeralTo == "" {
		if root := c.byTS[m.threadTS]; root != nil {
			root.replies = append(root.replies, m)
		}
		s.emitMessage(m)
	}
	s.touch()
	return m
}

func (c *channel) find(ts string) *message { return c.byTS[ts] }

// take removes m from its conversation without a word to anybody.
func (c *channel) take(m *message) {
	same := func(x *message) bool { return x == m }
	c.msgs = slices.DeleteFunc(c.msgs, same)
	delete(c.byTS, m.ts)
	if root := c.byTS[m.threadTS]; root != nil {
		root.replies = slices.DeleteFunc(root.replies, same)
	}
}

func (s *Sim) edit(m *message, by string, change func()) {
	before := s.messageObject(m, false)
	change()
	m.editedTS, m.editedBy = s.nextTS(), by
	s.settle(m)
	s.emitChanged(m, before)
	s.touch()
}

// settle completes a message's blocks and forgets what people entered into
// inputs that it no longer has.
func (s *Sim) settle(m *message) {
	s.identify(m.blocks)
	m.blocksJSON = nil
	if m.blocks != nil {
		m.blocksJSON = toJSON(m.blocks)
	}
	initial := initialValues(m.blocks)
	m.hasInputs = len(initial) > 0
	for user, old := range m.values {
		m.values[user] = keepValues(initialValues(m.blocks), old)
	}
}

// remove deletes m. The root of a thread with replies stays as a tombstone until
// the last reply is gone, as on Slack.
func (s *Sim) remove(m *message) {
	before := s.messageObject(m, false)
	if len(m.replies) > 0 {
		m.subtype, m.text, m.userID, m.botID, m.appID = "tombstone", "This message was deleted.", slackbot, "", ""
		m.blocks, m.attachments, m.metadata, m.reactions, m.files, m.room = nil, nil, nil, nil, nil, nil
		s.settle(m)
		s.emitChanged(m, before)
		s.touch()
		return
	}
	m.ch.take(m)
	if m.ephemeralTo == "" {
		s.emitDeleted(m, before)
	}
	if root := m.ch.find(m.threadTS); root != nil && root.subtype == "tombstone" && len(root.replies) == 0 {
		s.remove(root)
	}
	s.touch()
}

// messageObject is the message as the Web API and payloads show it. Metadata is
// only for those who asked for it.
func (s *Sim) messageObject(m *message, metadata bool) obj {
	o := obj{"type": "message", "ts": m.ts, "text": m.text, "team": s.teamID}
	if m.userID != "" {
		o["user"] = m.userID
		if p := s.people[m.userID]; p != nil {
			o["team"] = p.TeamID
		}
	}
	if m.subtype != "" {
		o["subtype"] = m.subtype
	}
	if m.botID != "" {
		o["bot_id"], o["app_id"] = m.botID, m.appID
		o["bot_profile"] = obj{
			"id": m.botID, "app_id": m.appID, "user_id": s.botUserID, "name": s.manifest.DisplayInformation.Name,
			"deleted": false, "updated": s.started.Unix(), "team_id": s.teamID, "icons": obj{},
		}
	}
	if m.clientMsgID != "" {
		o["client_msg_id"] = m.clientMsgID
	}
	if m.blocks != nil {
		o["blocks"] = m.blocks
	}
	if m.attachments != nil {
		o["attachments"] = m.attachments
	}
	if m.editedTS != "" {
		o["edited"] = obj{"user": m.editedBy, "ts": m.editedTS}
	}
	if len(m.reactions) > 0 {
		o["reactions"] = m.reactionObjects()
	}
	if metadata && m.metadata != nil {
		o["metadata"] = m.metadata
	}
	if len(m.files) > 0 {
		var files []obj
		for _, f := range m.files {
			files = append(files, s.fileObject(f))
		}
		o["files"], o["upload"] = files, false
	}
	if m.room != nil {
		o["room"] = s.roomObject(m.room)
		o["no_notifications"], o["permalink"] = true, "https://"+s.domain+".slack.com/call/"+m.room.id
	}
	if m.subtype == "tombstone" {
		o["hidden"] = true
	}
	maps.Copy(o, m.extra)
	if m.threadTS != "" {
		o["thread_ts"] = m.threadTS
		if m.ts != m.threadTS {
			if root := m.ch.find(m.threadTS); root != nil {
				o["parent_user_id"] = root.userID
			}
		}
	}
	if replies := m.replies; len(replies) > 0 {
		var users []string
		for _, r := range replies {
			if !slices.Contains(users, r.userID) && len(users) < 5 {
				users = append(users, r.userID)
			}
		}
		o["thread_ts"], o["reply_count"], o["reply_users_count"] = m.ts, len(replies), len(users)
		o["reply_users"], o["latest_reply"] = users, replies[len(replies)-1].ts
		o["is_locked"], o["subscribed"] = false, false
	}
	return o
}

func (m *message) reactionObjects() []obj {
	out := []obj{}
	for _, r := range m.reactions {
		out = append(out, obj{"name": r.Name, "users": slices.Clone(r.Users), "count": len(r.Users)})
	}
	return out
}

// The documentation names the errors (too_many_emoji, too_many_reactions) and not
// the numbers; these are the workspace's own.
const (
	maxEmoji     = 50 // different ones under a message
	maxReactions = 23 // of one person under a message
)

func (s *Sim) react(m *message, userID, name string) string {
	i := slices.IndexFunc(m.reactions, func(r Reaction) bool { return r.Name == name })
	own := 0
	for _, r := range m.reactions {
		if slices.Contains(r.Users, userID) {
			own++
		}
	}
	switch {
	case i >= 0 && slices.Contains(m.reactions[i].Users, userID):
		return "already_reacted"
	case own >= maxReactions:
		return "too_many_reactions"
	case i < 0 && len(m.reactions) >= maxEmoji:
		return "too_many_emoji"
	case i < 0:
		m.reactions = append(m.reactions, Reaction{Name: name})
		i = len(m.reactions) - 1
	}
	m.reactions[i].Users = append(m.reactions[i].Users, userID)
	s.emitReaction("reaction_added", m, userID, name)
	s.touch()
	return ""
}

func (s *Sim) unreact(m *message, userID, name string) string {
	i := slices.IndexFunc(m.reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 || !slices.Contains(m.reactions[i].Users, userID) {
		return "no_reaction"
	}
	r := &m.reactions[i]
	r.Users = slices.DeleteFunc(r.Users, func(u string) bool { return u == userID })
	if len(r.Users) == 0 {
		m.reactions = slices.Delete(m.reactions, i, i+1)
	}
	s.emitReaction("reaction_removed", m, userID, name)
	s.touch()
	return ""
}

// seen is the message as one person's client has it.
func (s *Sim) seen(m *message, userID string) Message {
	out := Message{
		ChannelID: m.ch.id, TS: m.ts, ThreadTS: m.threadTS, UserID: m.userID, BotID: m.botID, AppID: m.appID,
		Text: m.text, Attachments: slices.Clone(m.attachments), Ephemeral: m.ephemeralTo != "",
		Edited: m.editedTS != "" && m.subtype != "huddle_thread" && (m.botID == "" || len(m.blocks) == 0), Metadata: slices.Clone(m.metadata),
		ClientMsgID: m.clientMsgID, Subtype: m.subtype,
	}
	out.Blocks = m.blocksJSON
	for _, r := range m.reactions {
		out.Reactions = append(out.Reactions, Reaction{Name: r.Name, Users: slices.Clone(r.Users), Count: len(r.Users)})
	}
	for _, f := range m.files {
		out.Files = append(out.Files, *f)
	}
	for _, r := range m.replies {
		out.ReplyCount++
		if !slices.Contains(out.ReplyUsers, r.userID) {
			out.ReplyUsers = append(out.ReplyUsers, r.userID)
		}
	}
	if m.room != nil {
		out.Room = toJSON(s.roomObject(m.room))
	}
	if v := m.stateFor(userID); len(v) > 0 {
		out.Values = toJSON(v)
	}
	if m.url != nil {
		out.ResponseURL = m.url.url
	}
	return out
}

// stateFor is what the person picked and typed in the message so far.
func (m *message) stateFor(userID string) stateValues {
	if v := m.values[userID]; v != nil {
		return v
	}
	if !m.hasInputs {
		return stateValues{}
	}
	m.values[userID] = initialValues(m.blocks)
	return m.values[userID]
}

func join(list []string) string { return strings.Join(list, ",") }
