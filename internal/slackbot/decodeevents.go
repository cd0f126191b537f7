package slackbot

import (
	"encoding/json"
	"strings"
)

// slackbotUser is Slack's own voice; is_bot may be false for it.
const slackbotUser = "USLACKBOT"

// Identity is who the bot is, as auth.test says.
type Identity struct {
	UserID       string // the bot user
	BotID        string
	AppID        string
	TeamID       string
	EnterpriseID string // in an Enterprise Grid
}

// reduced is what is left of an event: what is stored holds no text of a
// channel's message but for what somebody addressed to the bot.
type reduced struct {
	// mark tells a repetition: two envelopes with the same mark are one thing.
	mark    string
	name    string // of the event, as On subscribes to it, or requestTask
	payload any
}

// reduce takes from an event what the bot uses. It returns false for everything
// else, which is acknowledged and forgotten.
func reduce(self Identity, payload json.RawMessage) (reduced, bool) {
	outer := parse(payload)
	if outer.str("type") == "app_rate_limited" {
		minute := outer.integer("minute_rate_limited")
		return event("rate_limited:"+outer.str("minute_rate_limited"), RateLimited{Minute: minute}), true
	}
	inner := outer.object("event")
	mark := "event:" + outer.str("event_id")
	if outer.str("event_id") == "" {
		mark = "" // told apart by its envelope
	}
	switch inner.str("type") {
	case "message":
		return reduceMessage(self, outer, inner, mark)
	case "app_mention":
		if !addressed(self, outer, inner) {
			return reduced{}, false
		}
		return request(Mention, self, outer, inner), true
	case "app_home_opened":
		return event(mark, HomeOpened{UserID: inner.str("user"), Tab: either(inner.str("tab"), "home")}), inner.str("user") != ""
	case "user_change", "user_status_changed", "user_profile_changed":
		id := userOf(inner)
		return event(mark, PersonChanged{UserID: id, Deleted: inner.at("user").truth("deleted")}), id != ""
	case "reaction_added":
		return reaction(self, outer, inner, mark)
	case "user_huddle_changed":
		id, profile := userOf(inner), inner.at("user", "profile")
		return event(mark, HuddlePresence{
			UserID: id, RoomID: profile.str("huddle_state_call_id"),
			InHuddle: profile.str("huddle_state") == "in_a_huddle",
			Until:    profile.integer("huddle_state_expiration_ts"),
		}), id != ""
	}
	return reduced{}, false
}

// removed says whether an event is the end of the installation: the app removed,
// or the bot's token revoked.
func removed(payload json.RawMessage) bool {
	inner := parse(payload).object("event")
	switch inner.str("type") {
	case "app_uninstalled":
		return true
	case "tokens_revoked":
		return len(inner.object("tokens").strs("bot")) > 0
	}
	return false
}

func reduceMessage(self Identity, outer, inner object, mark string) (reduced, bool) {
	channel := inner.str("channel")
	switch inner.str("subtype") {
	case "huddle_thread":
		return huddle(mark, channel, inner)
	case "message_changed":
		message := inner.object("message")
		if message.str("subtype") == "tombstone" {
			// How the deletion of a root that has replies arrives.
			ts := message.str("ts")
			return event(mark, MessageDeleted{ChannelID: channel, TS: ts}), channel != "" && ts != ""
		}
		// The room is in the message inside, where slack-go loses it.
		return huddle(mark, channel, message)
	case "message_deleted":
		ts := either(inner.str("deleted_ts"), inner.at("previous_message").str("ts"))
		return event(mark, MessageDeleted{ChannelID: channel, TS: ts}), channel != "" && ts != ""
	case "", "file_share", "thread_broadcast", "me_message":
	default:
		return reduced{}, false
	}
	if !addressed(self, outer, inner) {
		return reduced{}, false
	}
	if inner.str("channel_type") == "im" || (inner.str("channel_type") == "" && strings.HasPrefix(channel, "D")) {
		return request(DirectMessage, self, outer, inner), true
	}
	if self.UserID != "" && strings.Contains(inner.str("text"), "<@"+self.UserID) {
		return request(Mention, self, outer, inner), true
	}
	return reduced{}, false
}

func reaction(self Identity, outer, inner object, mark string) (reduced, bool) {
	item := inner.object("item")
	emoji, _, _ := strings.Cut(inner.str("reaction"), "::") // a skin tone follows
	r := ReactionAdded{
		UserID: userOf(inner), Emoji: emoji, ChannelID: item.str("channel"), TS: item.str("ts"), AuthorID: inner.str("item_user"),
		Shared: outer.truth("is_ext_shared_channel"),
	}
	if item.str("type") != "message" || r.UserID == "" || r.UserID == self.UserID || r.UserID == slackbotUser ||
		r.Emoji == "" || r.ChannelID == "" || r.TS == "" || external(self, outer, inner) {
		return reduced{}, false
	}
	return event(mark, r), true
}

func huddle(mark, channel string, message object) (reduced, bool) {
	room := message.object("room")
	family := room.str("call_family")
	if message.str("subtype") != "huddle_thread" || room.str("id") == "" || (family != "" && family != "huddle") {
		return reduced{}, false
	}
	end := room.integer("date_end")
	return event(mark, Huddle{
		RoomID: room.str("id"), ChannelID: channel,
		ThreadTS:     either(room.str("thread_root_ts"), message.str("ts")),
		CreatedBy:    room.str("created_by"),
		Participants: room.strs("participants"), History: room.strs("participant_history"),
		Start: room.integer("date_start"), End: end,
		Ended: room.truth("has_ended") || end > 0,
	}), true
}

// addressed says whether a message is a person's of this workspace: not the
// bot's own, no other bot's or workflow's, not Slack's, nobody's from outside.
func addressed(self Identity, outer, m object) bool {
	user := m.str("user")
	if user == "" || user == self.UserID || user == slackbotUser ||
		m.str("bot_id") != "" || m.str("subtype") == "bot_message" || len(m["bot_profile"]) > 4 {
		return false
	}
	if app := m.str("app_id"); app != "" && app == self.AppID {
		return false
	}
	if m.str("channel") == "" || m.str("ts") == "" {
		return false
	}
	return !external(self, outer, m)
}

// external says whether the author belongs to another organisation. In a Grid,
// people of other workspaces of the same organisation are no strangers.
func external(self Identity, outer, m object) bool {
	team := either(m.str("user_team"), m.str("source_team"), m.str("team"))
	if team == "" || self.TeamID == "" || team == self.TeamID || team == self.EnterpriseID {
		return false
	}
	return self.EnterpriseID == "" || outer.truth("is_ext_shared_channel")
}

// request is what somebody asked in a message. A mention and the message that
// holds it are one post, and so have one mark.
func request(s Surface, self Identity, outer, m object) reduced {
	channel, ts := m.str("channel"), m.str("ts")
	return reduced{
		mark: "post:" + channel + ":" + ts,
		name: requestTask,
		payload: Request{
			Surface: s, UserID: m.str("user"), TeamID: either(m.str("user_team"), m.str("team"), self.TeamID),
			ChannelID: channel, TS: ts, ThreadTS: m.str("thread_ts"),
			Shared: outer.truth("is_ext_shared_channel"),
			Text:   withoutMention(m.str("text"), self.UserID),
		},
	}
}

// withoutMention takes the mentions of the bot out of a text.
func withoutMention(s, botUser string) string {
	if botUser == "" {
		return strings.TrimSpace(s)
	}
	token := "<@" + botUser
	var out strings.Builder
	for {
		i := strings.Index(s, token)
		if i < 0 {
			break
		}
		rest := s[i+len(token):]
		end := strings.IndexByte(rest, '>')
		if end < 0 || (end > 0 && rest[0] != '|') {
			out.WriteString(s[:i+len(token)])
			s = rest
			continue
		}
		out.WriteString(strings.TrimRight(s[:i], " "))
		out.WriteByte(' ')
		s = strings.TrimLeft(rest[end+1:], " ")
	}
	out.WriteString(s)
	return strings.TrimSpace(out.String())
}

func event[T any](mark string, payload T) reduced {
	return reduced{mark: mark, name: eventName[T](), payload: payload}
}

// userOf reads the person of an event, sent as an id or as an object.
func userOf(inner object) string {
	return either(inner.at("user").str("id"), inner.str("user"))
}
