package slacksim

import (
	"slices"
	"strings"
)

type channel struct {
	id, name, topic string
	private, im     bool
	mpim            bool
	extShared       bool
	archived        bool
	adminsOnly      bool // to post in
	creator         string
	created         int64
	members         []string   // the bot's user id among them when it is in
	msgs            []*message // in order of ts
	byTS            map[string]*message
	read            map[string]string // newest ts each person has read
	huddle          *room
}

// ChannelInfo is a conversation as one person sees it.
type ChannelInfo struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"` // without #; of a direct message, who it is with
	Topic     string   `json:"topic"`
	Private   bool     `json:"is_private"`
	DM        bool     `json:"is_im"`
	GroupDM   bool     `json:"is_mpim"`
	ExtShared bool     `json:"is_ext_shared"`
	Archived  bool     `json:"is_archived"`
	Member    bool     `json:"is_member"`
	With      string   `json:"with,omitempty"` // user id of the other in a direct message
	Members   []string `json:"members"`
	Unread    int      `json:"unread"`
	Huddle    string   `json:"huddle,omitempty"` // room id of the huddle running here
}

// AddChannel adds a channel and returns its id. Members that do not exist and
// external people in a channel that is not shared panic.
func (s *Sim) AddChannel(c Channel) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = s.newID("C")
	}
	if s.channels[c.ID] != nil {
		panic("slacksim: there is a channel " + c.ID + " already")
	}
	members := slices.Clone(c.Members)
	for _, id := range members {
		if s.people[id] == nil {
			panic("slacksim: channel " + c.Name + ": there is no person " + id)
		}
		if s.external(id) && !c.ExtShared {
			panic("slacksim: channel " + c.Name + " is not shared, so " + id + " of another team cannot be in it")
		}
	}
	creator := s.botUserID
	if len(members) > 0 {
		creator = members[0]
	}
	if c.WithBot && !slices.Contains(members, s.botUserID) {
		members = append(members, s.botUserID)
	}
	s.addChannel(&channel{
		id: c.ID, name: c.Name, topic: c.Topic, private: c.Private, extShared: c.ExtShared,
		archived: c.Archived, adminsOnly: c.AdminsOnly, creator: creator, members: members,
	})
	s.touch()
	return c.ID
}

func (s *Sim) addChannel(c *channel) *channel {
	c.created, c.read, c.byTS = s.now().Unix(), map[string]string{}, map[string]*message{}
	s.channels[c.id] = c
	s.chanOrder = append(s.chanOrder, c.id)
	return c
}

// Channels lists all conversations, unread counts left out.
func (s *Sim) Channels() []ChannelInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []ChannelInfo{}
	for _, id := range s.chanOrder {
		out = append(out, s.channelInfo(s.channels[id], ""))
	}
	return out
}

func (s *Sim) channelInfo(c *channel, userID string) ChannelInfo {
	info := ChannelInfo{
		ID: c.id, Name: c.name, Topic: c.topic, Private: c.private, DM: c.im, GroupDM: c.mpim,
		ExtShared: c.extShared, Archived: c.archived, Member: c.has(userID), Members: slices.Clone(c.members),
	}
	if c.huddle != nil {
		info.Huddle = c.huddle.id
	}
	if c.im {
		info.With = c.other(userID)
		if p := s.people[info.With]; p != nil {
			info.Name = p.shownName()
		}
	}
	if userID != "" {
		for _, m := range c.msgs {
			if m.ts > c.read[userID] && m.userID != userID && m.visibleTo(userID) && (m.threadTS == "" || m.threadTS == m.ts || m.broadcast) {
				info.Unread++
			}
		}
	}
	return info
}

func (c *channel) has(userID string) bool { return slices.Contains(c.members, userID) }

// other is the other member of a direct message, or the person themselves.
func (c *channel) other(userID string) string {
	for _, id := range c.members {
		if id != userID {
			return id
		}
	}
	return userID
}

// kind is what messages call channel_type.
func (c *channel) kind() string {
	switch {
	case c.mpim:
		return "mpim"
	case c.im:
		return "im"
	case c.private:
		return "group"
	}
	return "channel"
}

// payloadName is the channel's name in commands and interactions.
func (c *channel) payloadName() string {
	switch {
	case c.im:
		return "directmessage"
	case c.private && !c.mpim:
		return "privategroup"
	}
	return c.name
}

// findDM is the direct message between the people, nil if there is none.
func (s *Sim) findDM(users ...string) *channel {
	slices.Sort(users)
	users = slices.Compact(users)
	if len(users) <= 2 {
		return s.ims[strings.Join(users, " ")] // nobody joins or leaves those
	}
	for _, id := range s.chanOrder {
		c := s.channels[id]
		if !c.mpim {
			continue
		}
		have := slices.Clone(c.members)
		slices.Sort(have)
		if slices.Equal(have, users) {
			return c
		}
	}
	return nil
}

// dm is the direct message between the people, made if there is none.
func (s *Sim) dm(users ...string) *channel {
	if c := s.findDM(users...); c != nil {
		return c
	}
	slices.Sort(users)
	users = slices.Compact(users)
	c := &channel{creator: users[0], members: users, private: true}
	if len(users) <= 2 {
		c.id, c.im = s.newID("D"), true
		s.ims[strings.Join(users, " ")] = c
	} else {
		var names []string
		for _, id := range users {
			names = append(names, s.people[id].Name)
		}
		c.id, c.mpim, c.name = s.newID("C"), true, "mpdm-"+strings.Join(names, "--")+"-1"
	}
	return s.addChannel(c)
}

// conversation is the channel object of the Web API, as the bot sees it.
func (s *Sim) conversation(c *channel) obj {
	if c.im {
		other := c.other(s.botUserID)
		return obj{
			"id": c.id, "created": c.created, "is_archived": false, "is_im": true, "is_org_shared": false,
			"is_channel": false, "is_group": false, "is_mpim": false, "is_private": true,
			"context_team_id": s.teamID, "updated": c.created * 1000, "user": other,
			"is_user_deleted": s.people[other].Deleted, "priority": 0, "is_open": true,
		}
	}
	return obj{
		"id": c.id, "name": c.name, "name_normalized": strings.ToLower(c.name), "created": c.created,
		"creator": c.creator, "is_channel": !c.private, "is_group": c.private && !c.mpim, "is_im": false,
		"is_mpim": c.mpim, "is_private": c.private, "is_archived": c.archived,
		"is_general": c.name == "general", "unlinked": 0, "is_shared": c.extShared,
		"is_org_shared": false, "is_ext_shared": c.extShared, "is_pending_ext_shared": false,
		"pending_shared": []any{}, "pending_connected_team_ids": []any{},
		"context_team_id": s.teamID, "updated": c.created * 1000, "is_member": c.has(s.botUserID),
		"topic":          obj{"value": c.topic, "creator": c.creator, "last_set": c.created},
		"purpose":        obj{"value": "", "creator": "", "last_set": 0},
		"previous_names": []any{},
	}
}

// join adds a person and tells the app if it is there, or is the one who joins.
func (s *Sim) join(c *channel, userID, inviter string) {
	if c.has(userID) {
		return
	}
	c.members = append(c.members, userID)
	ev := obj{"type": "member_joined_channel", "user": userID, "channel": c.id, "channel_type": letter(c), "team": s.people[userID].TeamID}
	if inviter != "" {
		ev["inviter"] = inviter
	}
	s.emit("member_joined_channel", c, ev)
	m := &message{userID: userID, subtype: "channel_join", text: "<@" + userID + "> has joined the channel"}
	if c.private {
		m.subtype, m.text = "group_join", "<@"+userID+"> has joined the group"
	}
	s.post(c, m)
}

func (s *Sim) leave(c *channel, userID string) {
	i := slices.Index(c.members, userID)
	if i < 0 {
		return
	}
	s.emit("member_left_channel", c, obj{"type": "member_left_channel", "user": userID, "channel": c.id, "channel_type": letter(c), "team": s.people[userID].TeamID})
	c.members = slices.Delete(c.members, i, i+1)
	if userID == s.botUserID {
		event := "channel_left"
		if c.private {
			event = "group_left"
		}
		s.emit(event, nil, obj{"type": event, "channel": c.id})
	}
}

// letter is the channel_type of membership events: G for private, C for public.
func letter(c *channel) string {
	if c.private {
		return "G"
	}
	return "C"
}
