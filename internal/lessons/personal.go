package lessons

import (
	"context"
	"encoding/json"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// What is kept about people: how they get it, and how it is forgotten.

const personalName = "lessons"

// keptOfPerson is all that is kept about a person.
type keptOfPerson struct {
	On     bool   `json:"on"`
	Day    string `json:"day,omitempty"`
	Time   string `json:"time,omitempty"`
	Zone   string `json:"zone,omitempty"`
	Next   string `json:"next,omitempty"` // dates
	Last   string `json:"last,omitempty"`
	Paused string `json:"paused_until,omitempty"`
	Group  string `json:"first,omitempty"`
	// Conversation is theirs with Ally.
	Conversation string         `json:"conversation,omitempty"`
	Shown        []keptLesson   `json:"shown"`
	Questions    []keptQuestion `json:"questions"`
	Channels     []keptChannel  `json:"asked_for_channels"`
	// Untold are channels whose lessons did not begin, which they are told when
	// their quiet hours are over.
	Untold []string `json:"to_be_told_of,omitempty"`
}

// keptLesson is a lesson they were shown.
type keptLesson struct {
	Lesson string `json:"lesson"` // its id, or its code if it is gone
	Tried  bool   `json:"tried,omitempty"`
	Never  bool   `json:"not_for_me,omitempty"`
	Saved  bool   `json:"saved,omitempty"`
}

// keptQuestion is a question they are asked, or were and have not answered.
type keptQuestion struct {
	Lesson string `json:"lesson"`
	From   string `json:"counted_from"`
	Asked  bool   `json:"asked,omitempty"`
	Again  bool   `json:"a_second_time,omitempty"`
}

// keptChannel is a channel that gets lessons because they asked for it.
type keptChannel struct {
	Channel string `json:"channel"`
	Day     string `json:"day"`
	Time    string `json:"time"`
	Zone    string `json:"zone"`
}

// exportPerson returns all that is kept about a person; nil if there is nothing.
func (m *room) exportPerson(ctx context.Context, userID string) (any, error) {
	kept, err := m.Book.one(ctx, userID)
	if err != nil {
		return nil, err
	}
	waiting, err := m.Book.notDone(ctx)
	if err != nil {
		return nil, err
	}
	all, err := m.Book.Channels(ctx)
	if err != nil {
		return nil, err
	}
	k := keptOfPerson{Shown: []keptLesson{}, Questions: []keptQuestion{}, Channels: []keptChannel{}}
	for _, c := range all {
		if c.By == userID {
			k.Channels = append(k.Channels, keptChannel{Channel: c.ID, Day: c.Slot.Day.String(), Time: when.Clock(c.Slot.Minute), Zone: c.Zone})
		}
	}
	for _, n := range waiting {
		if n.UserID == userID {
			k.Untold = append(k.Untold, n.ChannelID)
		}
	}
	if kept.raw == "" {
		if len(k.Channels)+len(k.Untold) == 0 {
			return nil, nil //nolint:nilnil // nothing is kept
		}
		return k, nil
	}
	s := kept.Subscription
	k.On, k.Zone, k.Group, k.Conversation = s.On, s.Zone, s.Group, s.ConversationID
	k.Next, k.Last, k.Paused = s.Next.String(), s.Last.String(), s.Resume.String()
	if s.Zone != "" { // else they never had a time
		k.Day, k.Time = s.Slot.Day.String(), when.Clock(s.Slot.Minute)
	}
	find := m.shelves.of(m.Library()).find
	for _, l := range s.Shown {
		k.Shown = append(k.Shown, keptLesson{
			Lesson: nameOf(l.Code, find), Tried: l.Marks&Tried != 0, Never: l.Marks&Never != 0, Saved: l.Marks&Saved != 0,
		})
	}
	for _, q := range s.Recalls {
		k.Questions = append(k.Questions, keptQuestion{Lesson: nameOf(q.Code, find), From: q.From.String(), Asked: q.Asked, Again: q.Again})
	}
	return k, nil
}

func nameOf(code string, find func(string) *playbook.Lesson) string {
	if l := find(code); l != nil {
		return l.ID
	}
	return code
}

// erasePerson removes all of it. Channels they asked for keep their lessons: those
// are everybody's there, and any member can stop them.
func (m *room) erasePerson(ctx context.Context, userID string) error {
	if err := m.Book.Remove(ctx, userID); err != nil {
		return err
	}
	if err := m.Book.dropNotDone(ctx, func(n notDone) bool { return n.UserID == userID }); err != nil {
		return err
	}
	all, err := m.Book.Channels(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.By != userID {
			continue
		}
		_, err := m.Book.Change(ctx, c.ID, func(s *Subscription) error {
			if s.By != userID {
				return errUnchanged
			}
			s.By = somebody
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func readPayload(t slackbot.Task, into any) bool { return json.Unmarshal(t.Payload, into) == nil }
