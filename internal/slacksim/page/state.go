package page

import (
	"encoding/json"
	"net/http"
	"sort"
	"time"

	"allybot/internal/slacksim"
)

// State is the workspace as one person sees it, with the messages of the
// conversation they are looking at.
type State struct {
	Now       time.Time          `json:"now"`
	Movable   bool               `json:"movable"` // the clock can be moved
	Workspace string             `json:"workspace"`
	Me        string             `json:"me"`
	App       App                `json:"app"`
	People    map[string]Someone `json:"people"`
	Switch    []string           `json:"switch"`
	Channels  []Conversation     `json:"channels"`
	Commands  []Command          `json:"commands"`
	Shortcuts []Shortcut         `json:"shortcuts"`
	Tries     []Try              `json:"tries"`
	Channel   string             `json:"channel"`
	Messages  []slacksim.Message `json:"messages"`
	Thread    []slacksim.Message `json:"thread"`
	Views     []slacksim.View    `json:"views"`
	Home      *slacksim.View     `json:"home"`
	Huddles   []Huddle           `json:"huddles"`
}

// App is the one app of the workspace.
type App struct {
	ID   string `json:"id"`
	User string `json:"user"`
	Bot  string `json:"bot"`
	Name string `json:"name"`
	DM   string `json:"dm"` // this person's conversation with it
}

// Someone is a person or bot.
type Someone struct {
	ID       string `json:"id"`
	Handle   string `json:"handle"` // what follows @
	Name     string `json:"name"`   // the name shown
	RealName string `json:"real_name"`
	Title    string `json:"title,omitempty"`
	Pronouns string `json:"pronouns,omitempty"`
	TZ       string `json:"tz"`
	Locale   string `json:"locale,omitempty"`
	Admin    bool   `json:"admin,omitempty"`
	Guest    bool   `json:"guest,omitempty"`
	External bool   `json:"external,omitempty"`
	Bot      bool   `json:"bot,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
	Huddle   bool   `json:"huddle,omitempty"` // in a huddle now
}

// Conversation is a channel or direct message in the sidebar.
type Conversation struct {
	slacksim.ChannelInfo
	App bool `json:"app,omitempty"` // the conversation with the app
}

// Command is a slash command of the app.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	Usage       string `json:"usage"`
}

// Shortcut is a shortcut of the app; Type is "message" or "global".
type Shortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

// Huddle is a huddle that runs in a conversation this person sees.
type Huddle struct {
	Room         string   `json:"room"`
	Channel      string   `json:"channel"`
	Participants []string `json:"participants"`
}

func (s *server) state(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	as := q.Get("as")
	seats := s.seats()
	if as == "" && len(seats) > 0 {
		as = seats[0]
	}
	if !s.canSignIn(as) {
		refuse(w, http.StatusNotFound, "nobody with this id can sign in")
		return
	}
	writeJSON(w, http.StatusOK, s.seenBy(as, q.Get("channel"), q.Get("thread"), seats))
}

func (s *server) seenBy(as, channelID, threadTS string, seats []string) State {
	actor := s.sim.As(as)
	st := State{
		Now: s.now(), Movable: s.opts.Clock != nil, Workspace: s.opts.Workspace, Me: as,
		People: map[string]Someone{}, Switch: seats, Channels: []Conversation{}, Commands: []Command{},
		Shortcuts: []Shortcut{}, Tries: s.opts.Tries, Messages: []slacksim.Message{}, Thread: []slacksim.Message{},
		Views: actor.Views(), Home: actor.Home(), Huddles: []Huddle{},
		App: App{ID: s.sim.AppID(), User: s.sim.BotUserID(), Bot: s.sim.BotID(), Name: "App", DM: s.appDM(actor)},
	}
	if st.Tries == nil {
		st.Tries = []Try{}
	}
	if st.Views == nil {
		st.Views = []slacksim.View{}
	}
	for _, p := range s.sim.People() {
		st.People[p.ID] = s.someone(p)
	}
	if bot, ok := st.People[st.App.User]; ok {
		st.App.Name = bot.Name
	}
	s.conversations(&st, actor)
	for _, c := range s.sim.Commands() {
		st.Commands = append(st.Commands, Command{c.Command, c.Description, c.UsageHint})
	}
	for _, c := range s.sim.Shortcuts() {
		st.Shortcuts = append(st.Shortcuts, Shortcut{c.Name, c.Type, c.CallbackID, c.Description})
	}
	return withMessages(st, actor, channelID, threadTS)
}

func (s *server) conversations(st *State, actor *slacksim.Actor) {
	for _, c := range actor.Channels() {
		if c.Members == nil {
			c.Members = []string{}
		}
		conv := Conversation{ChannelInfo: c, App: c.ID == st.App.DM}
		st.Channels = append(st.Channels, conv)
		if c.Huddle == "" {
			continue
		}
		h := Huddle{Room: c.Huddle, Channel: c.ID, Participants: participants(actor.Messages(c.ID), c.Huddle)}
		for _, id := range h.Participants {
			if p, ok := st.People[id]; ok {
				p.Huddle = true
				st.People[id] = p
			}
		}
		st.Huddles = append(st.Huddles, h)
	}
	sort.SliceStable(st.Channels, func(i, j int) bool { return st.Channels[i].Name < st.Channels[j].Name })
}

// appDM is the person's conversation with the app. It is opened only once:
// opening counts as a change, which would have every page ask again.
func (s *server) appDM(actor *slacksim.Actor) string {
	for _, c := range actor.Channels() {
		if c.DM && c.With == s.sim.BotUserID() {
			return c.ID
		}
	}
	return actor.DM()
}

// withMessages adds what is said in the conversation looked at, if the person
// may see it.
func withMessages(st State, actor *slacksim.Actor, channelID, threadTS string) State {
	for _, c := range st.Channels {
		if c.ID != channelID {
			continue
		}
		st.Channel = channelID
		if m := actor.Messages(channelID); m != nil {
			st.Messages = m
		}
		if threadTS != "" {
			if t := actor.Thread(channelID, threadTS); t != nil {
				st.Thread = t
			}
		}
	}
	return st
}

// participants reads who is in a room from the huddle's message.
func participants(messages []slacksim.Message, room string) []string {
	for i := len(messages) - 1; i >= 0; i-- {
		var r struct {
			ID           string   `json:"id"`
			Participants []string `json:"participants"`
		}
		if len(messages[i].Room) > 0 && json.Unmarshal(messages[i].Room, &r) == nil && r.ID == room && r.Participants != nil {
			return r.Participants
		}
	}
	return []string{}
}

func (s *server) someone(p slacksim.Person) Someone {
	name := p.DisplayName
	if name == "" {
		name = p.RealName
	}
	if name == "" {
		name = p.Name
	}
	return Someone{
		ID: p.ID, Handle: p.Name, Name: name, RealName: p.RealName, Title: p.Title, Pronouns: p.Pronouns, TZ: p.TZ, Locale: p.Locale,
		Admin: p.Admin || p.Owner, Guest: p.Guest || p.SingleChannelGuest, Bot: p.Bot || p.ID == s.sim.BotUserID(), Deleted: p.Deleted,
		External: p.TeamID != "" && p.TeamID != s.sim.TeamID(),
	}
}

// seats are the people of the switch.
func (s *server) seats() []string {
	if len(s.opts.People) > 0 {
		return s.opts.People
	}
	seats := []string{}
	for _, p := range s.sim.People() {
		if s.canSignIn(p.ID) {
			seats = append(seats, p.ID)
		}
	}
	return seats
}

func (s *server) canSignIn(userID string) bool {
	for _, p := range s.sim.People() {
		if p.ID == userID {
			return !p.Bot && !p.Deleted && p.ID != s.sim.BotUserID() && p.ID != "USLACKBOT"
		}
	}
	return false
}
