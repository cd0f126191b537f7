package lessons

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/jobs"
	"allybot/internal/nudge"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// mailbox takes messages, each intent once.
type mailbox struct {
	slackbot.Sender
	now    func() time.Time
	posts  []delivered
	once   map[string]slackbot.Posted
	refuse func(to string) error // nil for never
	during func()                // while a message is sent
}

type delivered struct {
	at       time.Time
	to, text string
	blocks   string
}

func (m *mailbox) Post(_ context.Context, intent, channelID, _ string, say blockkit.Message) (slackbot.Posted, error) {
	return m.take(intent, channelID, say)
}

func (m *mailbox) Direct(_ context.Context, intent, userID string, say blockkit.Message) (slackbot.Posted, error) {
	return m.take(intent, "D"+userID, say)
}

func (m *mailbox) take(intent, to string, say blockkit.Message) (slackbot.Posted, error) {
	if p, ok := m.once[intent]; ok {
		return p, nil
	}
	if m.refuse != nil {
		if err := m.refuse(to); err != nil {
			return slackbot.Posted{}, err
		}
	}
	if m.during != nil {
		m.during()
	}
	encoded, err := say.EncodedBlocks()
	if err != nil {
		return slackbot.Posted{}, err
	}
	m.posts = append(m.posts, delivered{at: m.now(), to: to, text: say.Text, blocks: encoded})
	m.once[intent] = slackbot.Posted{ChannelID: to, TS: fmt.Sprintf("1700000000.%06d", len(m.posts))}
	return m.once[intent], nil
}

// sending is a room that delivers into a mailbox.
type sending struct {
	*testRoom
	mail *mailbox
}

func deliveries(t *testing.T) *sending {
	t.Helper()
	r := enter(t)
	s := &sending{testRoom: r, mail: &mailbox{now: r.Now, once: map[string]slackbot.Posted{}}}
	s.Gate = nudge.New(nudge.Options{DB: r.Book.db, People: r.people, Send: s.mail, Hours: officeHours, Now: r.Now})
	s.Send, s.Log = s.mail, zap.NewNop()
	return s
}

// subscribe lets somebody take lessons.
func (s *sending) subscribe(id, zone string, slot Slot) {
	s.t.Helper()
	_, err := s.Book.Change(s.t.Context(), id, func(sub *Subscription) error {
		sub.Start(slot, zone, s.clock)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *sending) calendar() jobs.Calendar {
	return jobs.Calendar{DB: s.Book.db, Key: s.Book.CalendarKey()}
}

// until lets time pass until a moment: what falls due is delivered when it does.
func (s *sending) until(end time.Time) {
	s.t.Helper()
	for {
		next, ok, err := s.calendar().Next(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok || next.After(end) {
			s.clock = end
			return
		}
		if next.After(s.clock) {
			s.clock = next
		}
		s.due()
	}
}

// due delivers what is due now.
func (s *sending) due() {
	s.t.Helper()
	due, err := s.calendar().Claim(s.t.Context(), s.clock, 100, time.Minute)
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []string
	for _, e := range due {
		ids = append(ids, e.Member)
	}
	if len(ids) == 0 {
		return
	}
	if err := s.deliver(s.t.Context(), ids); err != nil {
		s.t.Fatal(err)
	}
}

// got are the moments at which somebody got something, as they see them.
func (s *sending) got(id, zone string) (at []string) {
	for _, p := range s.mail.posts {
		if strings.HasSuffix(p.to, id) {
			at = append(at, p.at.In(when.Zone(zone)).Format("Mon 2 Jan 15:04"))
		}
	}
	return at
}
