package credit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// Looking at the credit one received and gave.

// Names of the actions on the list. Values are a listing.
const (
	actionList   = "credit.list"   // shows the listing; the suffix only tells buttons apart
	actionPeriod = "credit.period" // a period picked; the listing is in the block's id
	actionKind   = "credit.kind"   // a kind picked; the same
	actionChange = "credit.change" // opens what can be changed of the credit with ID
)

// pageSize is how many credits a page of the list has at most.
const pageSize = 6

// listing is which credits of their own somebody looks at. It travels in buttons,
// windows, and the id of the block around a list.
type listing struct {
	Given bool `json:"g,omitempty"` // what they gave; else what they received
	Days  int  `json:"d,omitempty"` // given within so many days, 0 for all
	Kind  Kind `json:"k,omitempty"`
	// After is the cursor of the page before.
	After string `json:"a,omitempty"`
	// ID is the credit that a button is about.
	ID string `json:"i,omitempty"`
}

// periods are the days one can choose from.
var periods = []int{30, 90, 365}

var (
	cursorForm = regexp.MustCompile(`^[0-9]{1,15}\.[a-z-][A-Za-z0-9_-]{1,24}$`)
	idForm     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,24}$`)
)

func (s listing) encode() string {
	j, _ := json.Marshal(s) // cannot fail
	return string(j)
}

// decodeListing reads what encode wrote. What is not as it should be is left out.
func decodeListing(v string) listing {
	var s listing
	if json.Unmarshal([]byte(v), &s) != nil {
		return listing{}
	}
	return s.sound()
}

func (s listing) sound() listing {
	known := false
	for _, d := range periods {
		known = known || s.Days == d
	}
	if !known {
		s.Days = 0
	}
	if !s.Kind.Known() {
		s.Kind = ""
	}
	if !cursorForm.MatchString(s.After) {
		s.After = ""
	}
	if !idForm.MatchString(s.ID) {
		s.ID = ""
	}
	return s
}

// first is the first page of the same.
func (s listing) first() listing { s.After, s.ID = "", ""; return s }

func (s listing) query(userID string, now time.Time, limit int) Query {
	q := Query{To: userID, Kind: s.Kind, After: s.After, Limit: limit}
	if s.Given {
		q.To, q.By = "", userID
	}
	if s.Days > 0 {
		q.Since = now.AddDate(0, 0, -s.Days)
	}
	return q
}

// cursorOf is the cursor of the page that follows after a credit.
func cursorOf(c Credit) string {
	return strconv.FormatInt(c.Given.UnixMilli(), 10) + "." + letter(c.Kind) + c.ID
}

func (m *room) registerList(r *slackbot.Router) {
	r.Command(slackbot.Command{
		Word: "credits", Usage: "`/ally credits`", Summary: "the credit you received and gave, to look at, export or share",
		Answer: m.credits,
	})
	r.Action(actionList, m.turn)
	r.Action(actionPeriod, m.turn)
	r.Action(actionKind, m.turn)
	r.Action(actionChange, m.openChange)
	r.Submission(callbackStanding, m.submitStanding)
	slackbot.Handle(r, standTask, m.stood, slackbot.OrElse(func(ctx context.Context, t slackbot.Task) {
		var s standing
		if readPayload(t, &s) {
			_ = m.replyTo(ctx, t.ID+"/failed", s.By, say(standingFailed))
		}
	}))
	m.registerExport(r)
	m.registerShare(r)
}

// credits answers /ally credits: one's own list, and below it what there is to say
// of the channel it was typed in.
func (m *room) credits(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	channel := make(chan []slack.Block, 1)
	go func() { channel <- m.channelPart(asking, q.UserID, q.ChannelID) }()
	p, err := m.page(asking, q.UserID, listing{})
	if err != nil {
		return slackbot.Reply{Message: say(listAway)}, nil //nolint:nilerr // there is nothing else to be said of it
	}
	p.Channel = <-channel // never longer than channelTime
	return slackbot.Reply{Message: p.message()}, nil
}

// page reads a page of the list: two round trips, or four where the page asked for
// went away meanwhile.
func (m *room) page(ctx context.Context, userID string, s listing) (listPage, error) {
	got, err := m.Ledger.Page(ctx, s.query(userID, m.Now(), pageSize))
	if err == nil && len(got.Credits) == 0 && s.After != "" {
		s = s.first()
		got, err = m.Ledger.Page(ctx, s.query(userID, m.Now(), pageSize))
	}
	return listPage{listing: s, UserID: userID, Page: got, link: m.link}, err
}

// turn shows another part of the list: another page, direction, period or kind.
func (m *room) turn(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	name, _, _ := strings.Cut(a.ActionID, ":")
	var s listing
	switch name {
	case actionPeriod:
		s = decodeListing(a.BlockID).first()
		s.Days, _ = strconv.Atoi(a.Value) // "all" is none
	case actionKind:
		s = decodeListing(a.BlockID).first()
		s.Kind = Kind(a.Value) // "all" is none
	default:
		s = decodeListing(a.Value)
	}
	return m.showList(ctx, a, s.sound(), "")
}

// showList puts the list where the person acted, with a notice in mrkdwn that may
// be empty. From App Home it opens on top.
func (m *room) showList(ctx context.Context, a slackbot.Action, s listing, notice string) error {
	p, err := m.page(ctx, a.UserID, s)
	if err != nil {
		return err
	}
	p.Notice = notice
	switch a.Origin.ViewType {
	case "modal":
		if err = m.Send.UpdateModal(ctx, a.Origin.ViewID, p.modal()); errors.Is(err, slackbot.ErrViewNotFound) {
			err = nil // it was closed meanwhile
		}
	case "home":
		if err = m.Send.OpenModal(ctx, a.TriggerID, p.modal()); errors.Is(err, slackbot.ErrTriggerUsed) {
			err = nil // it is open
		}
	default:
		if err = m.Send.Replace(ctx, a.Origin, p.message()); spent(err) {
			err = nil // they can ask for it anew
		}
	}
	if err != nil {
		return fmt.Errorf("showing a list of credit: %w", err)
	}
	return nil
}

// size is how large blocks are as JSON, in bytes and in UTF-16 units.
func size(blocks any) (bytesLong, units int) {
	var b bytes.Buffer
	if json.NewEncoder(&b).Encode(blocks) != nil {
		return 1 << 30, 1 << 30
	}
	return b.Len(), blockkit.Len(b.String())
}

// listed says whether a credit is on the person's lists.
func listed(c *Credit, userID string) bool {
	r := c.Receiver(userID)
	return c.Stands() && (c.GiverID == userID || r != nil && r.holds())
}

// linked is the message to show for a credit to one of those it concerns: the
// post, if they gave it or are named in it, else the message it is about.
func linked(c *Credit, userID string) Place {
	r := c.Receiver(userID)
	if c.Posting == Posted && (r == nil || r.Standing == Named) {
		return c.Post
	}
	return c.Source
}
