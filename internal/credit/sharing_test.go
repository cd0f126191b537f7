package credit

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/slackbot"
)

func TestHourFor(t *testing.T) {
	for clock, want := range map[string]string{
		"17:00": "It is evening for Priya", "21:59": "It is evening for Priya", "22:00": "It is night for Priya", "04:59": "It is night for Priya",
		"05:00": "It is early for Priya", "08:59": "It is early for Priya", "12:30": "Priya has quiet hours now",
	} {
		at, err := time.Parse(clockTime, clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := hourFor(at, "Priya"); got != want {
			t.Errorf("at %s: %q", clock, got)
		}
	}
}

// A post that nobody could make for a day is left alone until its giver is awake to
// be told, not looked at every few minutes.
func TestALateGiverIsToldWhenTheyWake(t *testing.T) {
	given := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	c := Credit{GiverID: "U1", Given: given, Posting: Sending, Receivers: []Receiver{{UserID: "U2", Standing: Named, Told: true}}}
	over := given.Add(giveUpAfter)
	if at, due := c.Due(); !due || at.After(over) || !c.late(over) {
		t.Fatalf("due %s (%v), late %v", at, due, c.late(over))
	}
	c.NotBefore = over.Add(13 * time.Hour)
	if at, due := c.Due(); !due || !at.Equal(c.NotBefore) {
		t.Errorf("due %s (%v)", at, due)
	}
	if !c.late(c.NotBefore) {
		t.Error("it begins another day")
	}
}

// oneTry is a Slack that fails in passing at one message.
type oneTry struct {
	slackbot.Sender
	fails string // its intent; "" for none any more
	sent  map[string]string
}

func (s *oneTry) Direct(_ context.Context, intent, userID string, m blockkit.Message) (slackbot.Posted, error) {
	if intent == s.fails {
		s.fails = ""
		return slackbot.Posted{}, slackbot.ErrUnavailable
	}
	s.sent[intent] = userID + ": " + m.Text
	return slackbot.Posted{ChannelID: "D1", TS: "1.1"}, nil
}

// Two messages of a share belong together: if quiet hours begin after the first, the
// second comes all the same, and if nothing came yet both wait.
func TestAShareThatHasBegunIsFinished(t *testing.T) {
	t.Parallel()
	everyRedis(t, func(t *testing.T, l *Ledger, c *ledgerClock) {
		evening := time.Date(2026, 11, 24, 16, 59, 0, 0, time.UTC) // 17:59 in Paris
		c.ms.Store(evening.UnixMilli())
		var ids []string
		for i := range maxShareBlocks + 1 {
			one := given(i, "spotting that the retry had no limit")
			if _, opened, err := l.Open(t.Context(), one); err != nil || !opened {
				t.Fatal(opened, err)
			}
			ids = append(ids, one.ID)
		}
		send := &oneTry{}
		m := &room{Deps: Deps{
			Ledger: l, People: &knownPeople{}, Channels: &knownChannels{}, Now: c.now, TeamURL: "https://acme.slack.com/",
			Hears: func(string) bool { return true },
			Gate: nudge.New(nudge.Options{
				DB: l.db, People: &knownPeople{}, Send: send, Now: c.now, Hours: nudge.Hours{QuietFrom: 18 * 60, QuietTo: 9 * 60},
			}),
		}}
		for fails, want := range map[int][]string{1: {"0", "1"}, 0: {"asleep"}} {
			c.ms.Store(evening.UnixMilli())
			act := fmt.Sprintf("act-%d", fails)
			send.fails, send.sent = fmt.Sprintf("credit/share/%s/%d", act, fails), map[string]string{}
			w := sharing{Act: act, From: "USAM0000000", To: "UPRIYA", IDs: ids, Note: "for you"}
			if err := m.shared(t.Context(), slackbot.Task{}, w); err == nil {
				t.Fatalf("message %d did not fail: %v", fails, send.sent)
			}
			c.advance(3 * time.Minute)
			if err := m.shared(t.Context(), slackbot.Task{}, w); err != nil {
				t.Fatal(err)
			}
			if len(send.sent) != len(want) {
				t.Errorf("message %d failed: sent %v", fails, send.sent)
			}
			for _, part := range want {
				if send.sent["credit/share/"+act+"/"+part] == "" {
					t.Errorf("message %d failed: %s is not there: %v", fails, part, send.sent)
				}
			}
		}
		// Without a note it would wait for the morning; begun, it does not either.
		c.ms.Store(evening.UnixMilli())
		send.fails, send.sent = "credit/share/act-2/1", map[string]string{}
		w := sharing{Act: "act-2", From: "USAM0000000", To: "UPRIYA", IDs: ids}
		_ = m.shared(t.Context(), slackbot.Task{}, w)
		c.advance(3 * time.Minute)
		if err := m.shared(t.Context(), slackbot.Task{}, w); err != nil || len(send.sent) != 2 {
			t.Errorf("sent %v, %v", send.sent, err)
		}
		if got, err := l.sharing(t.Context(), "act-2"); err != nil || got.Act != "" {
			t.Errorf("it waits: %+v, %v", got, err)
		}
		for intent, said := range send.sent {
			if !strings.HasPrefix(said, "UPRIYA: ") {
				t.Errorf("%s: %s", intent, said)
			}
		}
	})
}
