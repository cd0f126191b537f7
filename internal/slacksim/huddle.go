package slacksim

import (
	"slices"
	"time"
)

// room is a huddle.
type room struct {
	id, creator  string
	ch           *channel
	message      *message
	start, end   int64
	participants []string
	history      []string
}

// HuddleStyle is how the workspace tells of huddles, where Slack was seen to do
// it in more than one way.
type HuddleStyle struct {
	// ThreadFirst sends the huddle_thread message before the person's state;
	// otherwise the state comes first.
	ThreadFirst bool
	// EmptyAtStart leaves participants empty in the first message, with the
	// creator in the history alone.
	EmptyAtStart bool
	// ChangeOnJoin sends a message_changed when somebody joins or leaves.
	ChangeOnJoin bool
	// DeleteAtEnd deletes the message when the huddle ends, instead of changing it.
	DeleteAtEnd bool
	// SilentEnd sends nothing about the message when the huddle ends.
	SilentEnd bool
	// PreviousEnded has previous_message carry the ended room too, as captured
	// from Slack.
	PreviousEnded bool
}

// SetHuddles chooses how huddles are told of from now on.
func (s *Sim) SetHuddles(style HuddleStyle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.huddles = style
}

// StartHuddle starts a huddle in the conversation, or joins the one running
// there, and returns its room id; "" where the person is no member.
func (a *Actor) StartHuddle(channelID string) string {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channelID]
	if c == nil || !c.has(a.id) || c.archived {
		return ""
	}
	if c.huddle != nil {
		s.enterHuddle(c.huddle, a.id)
		return c.huddle.id
	}
	r := &room{id: s.newID("R"), creator: a.id, ch: c, start: s.now().Unix(), history: []string{a.id}}
	s.rooms[r.id], c.huddle = r, r
	state := func() { s.setHuddleState(a.id, "in_a_huddle", r.id) }
	if !s.huddles.ThreadFirst {
		state()
	}
	if !s.huddles.EmptyAtStart {
		r.participants = []string{a.id}
	}
	r.message = &message{
		userID: slackbot, subtype: "huddle_thread", room: r,
		blocks: []any{obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "A huddle started"}}}}}},
	}
	s.post(c, r.message)
	r.participants = []string{a.id}
	if s.huddles.ThreadFirst {
		state()
	}
	s.touch()
	return r.id
}

// JoinHuddle enters a huddle in a conversation the person is a member of.
func (a *Actor) JoinHuddle(roomID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if r := a.sim.rooms[roomID]; r != nil && r.ch.has(a.id) {
		a.sim.enterHuddle(r, a.id)
	}
}

// LeaveHuddle leaves it; when the last one does, it ends.
func (a *Actor) LeaveHuddle(roomID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if r := a.sim.rooms[roomID]; r != nil {
		a.sim.exitHuddle(r, a.id)
	}
}

// EndHuddle ends it for everybody.
func (a *Actor) EndHuddle(roomID string) {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rooms[roomID]
	if r == nil || r.end != 0 {
		return
	}
	for _, id := range slices.Clone(r.participants) {
		s.exitHuddle(r, id)
	}
}

func (s *Sim) enterHuddle(r *room, userID string) {
	if r.end != 0 || slices.Contains(r.participants, userID) {
		return
	}
	s.setHuddleState(userID, "in_a_huddle", r.id)
	change := func() {
		r.participants = append(r.participants, userID)
		if !slices.Contains(r.history, userID) {
			r.history = append(r.history, userID)
		}
	}
	s.changeRoom(r, change, s.huddles.ChangeOnJoin)
}

func (s *Sim) exitHuddle(r *room, userID string) {
	i := slices.Index(r.participants, userID)
	if i < 0 {
		return
	}
	s.setHuddleState(userID, "default_unset", "")
	leave := func() { r.participants = slices.Delete(r.participants, i, i+1) }
	if len(r.participants) > 1 {
		s.changeRoom(r, leave, s.huddles.ChangeOnJoin)
		return
	}
	leave()
	if s.huddles.PreviousEnded {
		r.end = s.now().Unix()
	}
	end := func() { r.end = s.now().Unix() }
	r.ch.huddle = nil
	delete(s.rooms, r.id)
	switch {
	case s.huddles.DeleteAtEnd:
		s.changeRoom(r, end, false)
		s.remove(r.message)
	default:
		s.changeRoom(r, end, !s.huddles.SilentEnd)
	}
}

// changeRoom changes a huddle and, if told, says so by a message_changed.
func (s *Sim) changeRoom(r *room, change func(), tell bool) {
	if tell && r.ch.find(r.message.ts) != nil {
		s.edit(r.message, slackbot, change)
		return
	}
	change()
	s.touch()
}

// setHuddleState changes a person's state; Slack tells of it twice.
func (s *Sim) setHuddleState(userID, state, call string) {
	p := s.people[userID]
	p.huddleState, p.huddleCall, p.huddleUntil = state, call, 0
	if call != "" {
		p.huddleUntil = s.now().Add(8 * time.Minute).Unix()
	}
	p.updated = s.now().Unix()
	s.emitUser("user_change", p)
	s.emitUser("user_huddle_changed", p)
}

func (s *Sim) roomObject(r *room) obj {
	list := func(ids []string) []string { return append([]string{}, ids...) }
	events := obj{}
	for _, id := range r.history {
		events[id] = obj{
			"user_team": obj{}, "joined": true, "camera_on": false, "camera_off": false,
			"screenshare_on": false, "screenshare_off": false,
		}
	}
	ts := ""
	if r.message != nil {
		ts = r.message.ts
	}
	return obj{
		"id": r.id, "name": "", "media_server": "", "created_by": r.creator, "date_start": r.start, "date_end": r.end,
		"participants": list(r.participants), "participant_history": list(r.history), "participants_events": events,
		"participants_camera_on": []string{}, "participants_camera_off": []string{},
		"participants_screenshare_on": []string{}, "participants_screenshare_off": []string{},
		"canvas_thread_ts": ts, "thread_root_ts": ts, "channels": []string{r.ch.id}, "is_dm_call": r.ch.im,
		"was_rejected": false, "was_missed": false, "was_accepted": false, "has_ended": r.end != 0,
		"background_id": "GRADIENT_01", "canvas_background": "GRADIENT_01", "is_prewarmed": false, "is_scheduled": false,
		"recording": obj{"can_record_summary": "unavailable"}, "locale": "en-US", "attached_file_ids": []string{},
		"media_backend_type": "free_willy", "display_id": "", "external_unique_id": "", "app_id": "A00",
		"call_family": "huddle", "pending_invitees": obj{}, "last_invite_status_by_user": obj{}, "knocks": obj{},
		"huddle_link": "https://app.slack.com/huddle/" + s.teamID + "/" + r.ch.id,
	}
}
