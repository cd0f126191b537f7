package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"allybot/internal/when"
)

// recordVersion is raised when an older program must not read, or write back,
// what this one writes.
const recordVersion = 1

// errUnreadable names no part of the record.
var (
	errUnreadable = errors.New("a subscription cannot be read")
	errNewer      = errors.New("a subscription was written by a newer version of Ally")
)

// row is a subscription as it is stored, without its id, which is in the key.
// Names are short because there may be a hundred thousand of them.
type row struct {
	Version      int       `json:"v"`
	On           int       `json:"on,omitempty"`
	Day          int       `json:"d,omitempty"`
	Minute       int       `json:"m,omitempty"`
	Zone         string    `json:"z,omitempty"`
	Next         when.Date `json:"n,omitempty"`
	Last         when.Date `json:"l,omitempty"`
	Resume       when.Date `json:"p,omitempty"`
	Group        string    `json:"g,omitempty"`
	Conversation string    `json:"c,omitempty"`
	By           string    `json:"b,omitempty"`
	Sending      string    `json:"x,omitempty"`
	// Shown are five characters each: the code, and the marks as a digit.
	Shown string `json:"s,omitempty"`
	// Recalls are separated by commas: the code, a digit (1 asked, 2 again), and
	// the date.
	Recalls string `json:"r,omitempty"`
}

// codeLength is the length of a lesson's code.
const codeLength = 4

func encode(s Subscription) (string, error) {
	r := row{
		Version: recordVersion, Day: int(s.Slot.Day), Minute: s.Slot.Minute, Zone: s.Zone, Next: s.Next, Last: s.Last,
		Resume: s.Resume, Group: s.Group, Conversation: s.ConversationID, By: s.By,
		Sending: s.Sending,
	}
	if s.On {
		r.On = 1
	}
	var shown strings.Builder
	for _, l := range s.Shown {
		if len(l.Code) != codeLength || l.Marks > 9 {
			return "", errors.New("a lesson shown needs a code of four characters")
		}
		fmt.Fprintf(&shown, "%s%d", l.Code, l.Marks)
	}
	r.Shown = shown.String()
	var recalls []string
	for _, q := range s.Recalls {
		if len(q.Code) != codeLength {
			return "", errors.New("a question needs a code of four characters")
		}
		state := 0
		if q.Asked {
			state |= 1
		}
		if q.Again {
			state |= 2
		}
		recalls = append(recalls, fmt.Sprintf("%s%d%d", q.Code, state, q.From))
	}
	r.Recalls = strings.Join(recalls, ",")
	b, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("writing a subscription: %w", err)
	}
	return string(b), nil
}

func decode(id, value string) (Subscription, error) {
	var r row
	if err := json.Unmarshal([]byte(value), &r); err != nil || r.Version < 1 {
		return Subscription{}, errUnreadable
	}
	if r.Version > recordVersion {
		return Subscription{}, errNewer
	}
	s := Subscription{
		ID: id, On: r.On != 0, Slot: Slot{Day: time.Weekday(r.Day), Minute: r.Minute}, Zone: r.Zone, Next: r.Next, Last: r.Last,
		Resume: r.Resume, Group: r.Group, ConversationID: r.Conversation, By: r.By,
		Sending: r.Sending,
	}
	if len(r.Shown)%(codeLength+1) != 0 {
		return Subscription{}, errUnreadable
	}
	for i := 0; i < len(r.Shown); i += codeLength + 1 {
		s.Shown = append(s.Shown, Shown{Code: r.Shown[i : i+codeLength], Marks: Mark(r.Shown[i+codeLength] - '0')})
	}
	if r.Recalls == "" {
		return s, nil
	}
	for q := range strings.SplitSeq(r.Recalls, ",") {
		if len(q) < codeLength+2 {
			return Subscription{}, errUnreadable
		}
		date, err := strconv.Atoi(q[codeLength+1:])
		if err != nil {
			return Subscription{}, errUnreadable
		}
		state := q[codeLength] - '0'
		s.Recalls = append(s.Recalls, Recall{Code: q[:codeLength], From: when.Date(date), Asked: state&1 != 0, Again: state&2 != 0})
	}
	return s, nil
}
