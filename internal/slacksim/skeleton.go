package slacksim

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

type Sim struct{}

func Start(Options) (*Sim, error)                                 { return nil, errors.New("not built yet") }
func (s *Sim) Close()                                             {}
func (s *Sim) BaseURL() string                                    { return "" }
func (s *Sim) APIURL() string                                     { return "" }
func (s *Sim) Mount(pattern string, h http.Handler)               {}
func (s *Sim) BotToken() string                                   { return "" }
func (s *Sim) AppToken() string                                   { return "" }
func (s *Sim) BotUserID() string                                  { return "" }
func (s *Sim) BotID() string                                      { return "" }
func (s *Sim) AppID() string                                      { return "" }
func (s *Sim) TeamID() string                                     { return "" }
func (s *Sim) AddPerson(Person) string                            { return "" }
func (s *Sim) UpdatePerson(userID string, change func(*Person))   {}
func (s *Sim) AddChannel(Channel) string                          { return "" }
func (s *Sim) People() []Person                                   { return nil }
func (s *Sim) Channels() []ChannelInfo                            { return nil }
func (s *Sim) Commands() []CommandInfo                            { return nil }
func (s *Sim) Shortcuts() []ShortcutInfo                          { return nil }
func (s *Sim) Violations() []string                               { return nil }
func (s *Sim) LiftRateLimits()                                    {}
func (s *Sim) As(userID string) *Actor                            { return &Actor{} }
func (s *Sim) Subscribe() (<-chan struct{}, func())               { return nil, nil }
func (s *Sim) WaitFor(timeout time.Duration, ok func() bool) bool { return false }
func (s *Sim) Inject(Fault)                                       {}
func (s *Sim) Calls(method string) []Call                         { return nil }
func (s *Sim) Sockets() []*Socket                                 { return nil }
func (s *Sim) DisconnectEveryNewSocket(n int)                     {}
func (s *Sim) Envelopes() []EnvelopeRecord                        { return nil }
func (s *Sim) Redeliver(envelopeID string)                        {}
func (s *Sim) SendEvent(inner json.RawMessage) *Exchange          { return nil }
func (s *Sim) SetRetrySchedule([]time.Duration)                   {}

// ChannelInfo is a conversation as one person sees it.
type ChannelInfo struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"` // without #; of a direct message the other's name
	Topic     string   `json:"topic"`
	Private   bool     `json:"is_private"`
	DM        bool     `json:"is_im"`
	GroupDM   bool     `json:"is_mpim"`
	ExtShared bool     `json:"is_ext_shared"`
	Archived  bool     `json:"is_archived"`
	Member    bool     `json:"is_member"`
	With      string   `json:"with,omitempty"` // the other person of a direct message
	Members   []string `json:"members"`
	Unread    int      `json:"unread"`
	Huddle    string   `json:"huddle,omitempty"` // room id of the huddle running here
}

// CommandInfo is a slash command of the app's manifest.
type CommandInfo struct {
	Command, Description, UsageHint string
	ShouldEscape                    bool
}

// ShortcutInfo is a shortcut of the app's manifest.
type ShortcutInfo struct{ Name, Type, CallbackID, Description string }

type Fault struct {
	Method     string
	Times      int
	Kind       FaultKind
	RetryAfter time.Duration
	Delay      time.Duration
	Match      func(url.Values) bool
}

type Call struct {
	Method string
	Args   url.Values
	Time   time.Time
	Token  string
	Error  string // "" for ok
	Status int
}

type EnvelopeRecord struct {
	ID, Type string
	EventID  string
	Attempts int
	AckedAt  time.Time
	SocketID string
	Payload  json.RawMessage
}

type Socket struct{ ID string }

func (k *Socket) Disconnect(reason string) {}
func (k *Socket) Kill()                    {}
func (k *Socket) Stall()                   {}
func (k *Socket) Pings(on bool)            {}
func (k *Socket) SendRaw([]byte)           {}

type Exchange struct{ EnvelopeID string }

func (e *Exchange) Wait(timeout time.Duration) error { return nil }
func (e *Exchange) Payload() json.RawMessage         { return nil }
func (e *Exchange) Errors() map[string]string        { return nil }

type Actor struct{}

func (a *Actor) DM() string                                                            { return "" }
func (a *Actor) OpenDM(userIDs ...string) string                                       { return "" }
func (a *Actor) Command(channelID, command, text string) *Exchange                     { return nil }
func (a *Actor) Post(channelID, threadTS, text string) (string, error)                 { return "", nil }
func (a *Actor) Say(channelID, text string) string                                     { return "" }
func (a *Actor) Reply(channelID, threadTS, text string) string                         { return "" }
func (a *Actor) Edit(channelID, ts, text string)                                       {}
func (a *Actor) Delete(channelID, ts string)                                           {}
func (a *Actor) React(channelID, ts, emoji string)                                     {}
func (a *Actor) Unreact(channelID, ts, emoji string)                                   {}
func (a *Actor) Join(channelID string)                                                 {}
func (a *Actor) Leave(channelID string)                                                {}
func (a *Actor) Invite(channelID, userID string)                                       {}
func (a *Actor) Press(m Message, actionID string) *Exchange                            { return nil }
func (a *Actor) PressWith(m Message, actionID string, values map[string]any) *Exchange { return nil }
func (a *Actor) Select(m Message, actionID, value string) *Exchange                    { return nil }
func (a *Actor) SelectMany(m Message, actionID string, values ...string) *Exchange     { return nil }
func (a *Actor) TypeIn(m Message, actionID string, value any)                          {}
func (a *Actor) PressView(viewID, actionID string) *Exchange                           { return nil }
func (a *Actor) SelectView(viewID, actionID, value string) *Exchange                   { return nil }
func (a *Actor) SelectManyView(viewID, actionID string, values ...string) *Exchange    { return nil }
func (a *Actor) Suggest(m *Message, viewID, actionID, query string) ([]Option, error) {
	return nil, nil
}
func (a *Actor) Type(viewID, actionID string, value any)                    {}
func (a *Actor) Submit(viewID string) *Exchange                             { return nil }
func (a *Actor) CloseView(viewID string) *Exchange                          { return nil }
func (a *Actor) MessageShortcut(callbackID, channelID, ts string) *Exchange { return nil }
func (a *Actor) GlobalShortcut(callbackID string) *Exchange                 { return nil }
func (a *Actor) OpenHome() *Exchange                                        { return nil }
func (a *Actor) OpenMessagesTab() *Exchange                                 { return nil }
func (a *Actor) Channels() []ChannelInfo                                    { return nil }
func (a *Actor) Messages(channelID string) []Message                        { return nil }
func (a *Actor) Thread(channelID, ts string) []Message                      { return nil }
func (a *Actor) MarkRead(channelID string)                                  {}
func (a *Actor) Views() []View                                              { return nil }
func (a *Actor) Home() *View                                                { return nil }
func (a *Actor) StartHuddle(channelID string) string                        { return "" }
func (a *Actor) JoinHuddle(room string)                                     {}
func (a *Actor) LeaveHuddle(room string)                                    {}
func (a *Actor) EndHuddle(room string)                                      {}
