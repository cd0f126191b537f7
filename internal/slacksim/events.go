package slacksim

import (
	"encoding/json"
	"time"
)

// Deliveries to one app within an hour before Slack holds events back
// (https://docs.slack.dev/apis/events-api#rate-limiting).
const maxEventsPerHour = 30_000

// emit sends an event to the app if it subscribed to it with its scope and, for
// an event of a conversation, its bot is a member there.
func (s *Sim) emit(event string, c *channel, inner obj) {
	if !s.manifest.subscribed(event) || (c != nil && !c.has(s.botUserID)) {
		return
	}
	if inner["event_ts"] == nil {
		inner["event_ts"] = s.nextTS()
	}
	s.sendEvent(toJSON(inner), c)
}

func (s *Sim) sendEvent(inner json.RawMessage, c *channel) *Exchange {
	if s.overEventLimit() {
		return settled(ErrNotSent)
	}
	id := s.newID("Ev")
	return s.dispatch(&envelope{kind: "events_api", eventID: id, payload: toJSON(obj{
		"token": s.verifyToken, "team_id": s.teamID, "context_team_id": s.teamID, "context_enterprise_id": nil,
		"api_app_id": s.appID, "event": inner, "type": "event_callback", "event_id": id, "event_time": s.now().Unix(),
		"authorizations":        []obj{{"enterprise_id": nil, "team_id": s.teamID, "user_id": s.botUserID, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": c != nil && c.extShared,
		"event_context":         "4-" + s.secret(40),
	})})
}

// overEventLimit counts a delivery; over the limit it tells the app once a
// minute instead.
func (s *Sim) overEventLimit() bool {
	now := s.now()
	for len(s.sentEvents) > 0 && now.Sub(s.sentEvents[0]) >= time.Hour {
		s.sentEvents = s.sentEvents[1:]
	}
	if s.limitsOff || len(s.sentEvents) < maxEventsPerHour {
		s.sentEvents = append(s.sentEvents, now)
		return false
	}
	if minute := now.Unix() / 60 * 60; minute != s.limitedSent {
		s.limitedSent = minute
		s.appRateLimited(minute)
	}
	return true
}

func (s *Sim) appRateLimited(minute int64) *Exchange {
	return s.dispatch(&envelope{kind: "events_api", payload: toJSON(obj{
		"type": "app_rate_limited", "token": s.verifyToken, "team_id": s.teamID,
		"minute_rate_limited": minute, "api_app_id": s.appID,
	})})
}

// SendAppRateLimited tells the app that its events are held back for the minute
// that begins at the given second since 1970.
func (s *Sim) SendAppRateLimited(minute int64) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.appRateLimited(minute)
}

// SendEvent sends the app any inner event in a proper envelope, subscribed to or
// not, well-formed or not (but it must be JSON).
func (s *Sim) SendEvent(inner json.RawMessage) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sendEvent(inner, nil)
}

// SendPayload sends the app any payload in an envelope of the type.
func (s *Sim) SendPayload(kind string, payload json.RawMessage) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dispatch(&envelope{kind: kind, payload: payload, accepts: kind != "events_api"})
}

// TouchMessage sends the message_changed that an unfurled link or a new reply
// causes: the text is the same.
func (s *Sim) TouchMessage(channelID, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil {
		if m := c.find(ts); m != nil && m.ephemeralTo == "" {
			s.emitChanged(m, s.messageObject(m, false))
		}
	}
}

func messageEvent(c *channel) string {
	return map[string]string{"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}[c.kind()]
}

func (s *Sim) emitMessage(m *message) {
	o := s.messageObject(m, false)
	o["channel"], o["channel_type"], o["event_ts"] = m.ch.id, m.ch.kind(), m.ts
	if s.external(m.userID) {
		o["user_team"], o["source_team"] = s.people[m.userID].TeamID, s.people[m.userID].TeamID
	}
	s.emit(messageEvent(m.ch), m.ch, o)
	if m.subtype == "" && m.botID == "" && !m.ch.im && mentions(m.text, s.botUserID) {
		mention := obj{
			"type": "app_mention", "user": m.userID, "text": m.text, "ts": m.ts, "channel": m.ch.id,
			"event_ts": m.ts, "client_msg_id": m.clientMsgID, "team": s.teamID, "blocks": m.blocks,
		}
		if m.threadTS != "" {
			mention["thread_ts"] = m.threadTS
		}
		s.emit("app_mention", m.ch, mention)
	}
}

func (s *Sim) emitChanged(m *message, before obj) {
	if m.ephemeralTo != "" {
		return
	}
	ts := s.nextTS()
	s.emit(messageEvent(m.ch), m.ch, obj{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": m.ch.id, "channel_type": m.ch.kind(),
		"ts": ts, "event_ts": ts, "message": s.messageObject(m, false), "previous_message": before,
	})
}

func (s *Sim) emitDeleted(m *message, before obj) {
	ts := s.nextTS()
	s.emit(messageEvent(m.ch), m.ch, obj{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": m.ch.id, "channel_type": m.ch.kind(),
		"ts": ts, "event_ts": ts, "deleted_ts": m.ts, "previous_message": before,
	})
}

func (s *Sim) emitReaction(event string, m *message, userID, name string) {
	s.emit(event, m.ch, obj{
		"type": event, "user": userID, "reaction": name, "item_user": m.userID,
		"item": obj{"type": "message", "channel": m.ch.id, "ts": m.ts},
	})
}
