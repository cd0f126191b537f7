package credit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// giving is what a giver wants, before it is a credit. It travels in buttons and
// windows: nothing is stored until it is sure.
type giving struct {
	// ID names the credit to be: the same act repeated is the same credit.
	ID     string   `json:"i"`
	To     []string `json:"t,omitempty"`
	Reason string   `json:"r,omitempty"` // plain text
	Kind   Kind     `json:"k,omitempty"`
	Where  where    `json:"w,omitempty"`
	// Other is the channel of otherChannel.
	Other string `json:"o,omitempty"`
	// Here is the conversation it is given in, empty from the global shortcut.
	Here string `json:"h,omitempty"`
	// SourceTS is the message it is about, in Here, and ThreadTS the thread of it.
	SourceTS string `json:"s,omitempty"`
	ThreadTS string `json:"th,omitempty"`
	// Sure says that the giver was asked what is worth asking, and meant it.
	Sure bool `json:"y,omitempty"`
}

// where a credit is to be posted.
type where string

const (
	here          where = ""  // in the conversation it is given in, or the thread of its message
	creditChannel where = "c" // the team's
	otherChannel  where = "o"
	privately     where = "p"
)

// idOf makes the id of a credit out of the act that gives it: 11 characters, so
// that the members of Redis's indexes, a letter longer, take 16 bytes. 64 bits
// are enough to tell apart the credits of one workspace: among a million of them
// two are the same with a chance of one in thirty million.
func idOf(act string) string {
	sum := sha256.Sum256([]byte("credit " + act))
	return base64.RawURLEncoding.EncodeToString(sum[:8])
}

// source is the message it is about.
func (g giving) source() Place {
	if g.SourceTS == "" {
		return Place{}
	}
	return Place{ChannelID: g.Here, TS: g.SourceTS, ThreadTS: g.ThreadTS}
}

// dest is where it is to be posted; team is the team's credit channel.
func (g giving) dest(team string) Place {
	switch g.Where {
	case privately:
		return Place{}
	case creditChannel:
		return Place{ChannelID: team}
	case otherChannel:
		return Place{ChannelID: g.Other}
	}
	return Place{ChannelID: g.Here, ThreadTS: orElse(g.ThreadTS, g.SourceTS)}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// encode is the giving as it travels, "" if it is too large for a button.
func (g giving) encode() string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // or a < would take six characters
	if e.Encode(g) != nil {
		return ""
	}
	s := strings.TrimSpace(b.String())
	if blockkit.Len(s) > blockkit.MaxButtonValue {
		return ""
	}
	return s
}

func decodeGiving(s string) (giving, bool) {
	var g giving
	if json.Unmarshal([]byte(s), &g) != nil || g.ID == "" {
		return giving{}, false
	}
	if !g.Kind.Known() {
		g.Kind = Idea
	}
	return g, true
}

// asked is the work of giving a credit, after it was acknowledged.
type asked struct {
	Giver  string `json:"user"`
	Giving giving `json:"giving"`
}

const giveTask = "credit.give"

func (g giving) task(giver string) (*slackbot.Task, error) {
	return slackbot.NewTask(giveTask, asked{Giver: giver, Giving: g})
}
