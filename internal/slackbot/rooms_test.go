package slackbot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"allybot/internal/slackbot"
	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/socket"
	"allybot/internal/slacksim"
)

func TestReactionsReachTheRoomThatWantsThem(t *testing.T) {
	w := newWorld(t)
	lee := w.As(w.AddPerson(slacksim.Person{ID: "ULEE", Name: "lee"}))
	r := w.start()
	lee.Join(w.general)
	ts := lee.Say(w.general, "what if we cached it")
	w.sam.React(w.general, ts, "raised_hands")
	w.sam.React(w.general, ts, "+1::skin-tone-3")
	w.wait("both", func() bool {
		return w.room.count("raised_hands by USAM to ULEE") == 1 && w.room.count("+1 by USAM to ULEE") == 1
	})
	before, err := w.stored()
	if err != nil {
		t.Fatal(err)
	}
	w.sam.React(w.general, ts, "eyes")
	w.allAcked()
	w.settled(r)
	if after, err := w.stored(); err != nil || after != before || w.room.count("eyes by USAM to ULEE") != 0 {
		t.Errorf("what no room wants was stored: %d, then %d tasks, %v", before, after, err)
	}
	w.noViolations()
}

// stored is how many tasks were ever stored.
func (w *world) stored() (int64, error) {
	info, err := w.room.needs.Load().Client.XInfoStream(context.Background(), "ally:{inbox}:stream").Result()
	if err != nil {
		return 0, err
	}
	return info.EntriesAdded, nil
}

// In a shared channel an event does not say whose organisation somebody is of.
func TestReactionsOfOtherOrganisationsAreNobodysBusiness(t *testing.T) {
	w := newWorld(t)
	erin := w.As(w.AddPerson(slacksim.Person{ID: "UERIN", Name: "erin", TeamID: "T0OTHER"}))
	shared := w.AddChannel(slacksim.Channel{Name: "shared", Members: []string{"USAM", "UERIN"}, ExtShared: true, WithBot: true})
	o := w.options()
	o.External = func(_ context.Context, id string) (bool, error) { return id == "UERIN", nil }
	r := w.startWith(o)
	ts := w.sam.Say(shared, "hello")
	erin.React(shared, ts, "tada")
	w.sam.React(shared, ts, "tada")
	w.wait("sam's", func() bool { return w.room.count("tada by USAM to USAM") == 1 })
	w.allAcked()
	w.settled(r)
	if n := w.room.count("tada by UERIN to USAM"); n != 0 {
		t.Errorf("a stranger's reaction reached a room %d times", n)
	}
}

func TestADeletionIsNotedHoweverItArrives(t *testing.T) {
	w := newWorld(t)
	r := w.start()
	plain, root := w.sam.Say(w.general, "one"), w.sam.Say(w.general, "two")
	kept := w.sam.Say(w.general, "three")
	w.sam.Reply(w.general, root, "a reply, so that a tombstone stays")
	w.sam.Edit(w.general, kept, "three, with a change")
	w.sam.Delete(w.general, plain)
	w.sam.Delete(w.general, root)
	w.wait("both", func() bool { return w.room.count("deleted "+plain) == 1 && w.room.count("deleted "+root) > 0 })
	w.settled(r)
	for ts, want := range map[string]bool{plain: true, root: true, kept: false, "1.0": false} {
		if got, err := r.Deleted(t.Context(), w.general, ts); err != nil || got != want {
			t.Errorf("%s deleted: %v, %v", ts, got, err)
		}
	}
	if got, err := r.Deleted(t.Context(), "COTHER", root); err != nil || got {
		t.Errorf("in another channel: %v, %v", got, err)
	}
	w.redis.Kill()
	if _, err := r.Deleted(t.Context(), w.general, root); !errors.Is(err, inbox.ErrAway) {
		t.Errorf("without Redis: %v", err)
	}
}

func TestARoomTellsOfWorkGivenUp(t *testing.T) {
	w := newWorld(t)
	r := w.start()
	task, err := slackbot.NewTask("hopeless", "the first")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Do(t.Context(), "m", *task); err != nil {
		t.Fatal(err)
	}
	w.wait("the room to tell", func() bool { return w.room.count(`told of "the first"`) == 1 })
	w.settled(r)
	if n := w.room.count("hopeless"); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

// What the room says takes the place of what the person is told otherwise.
func TestARoomTellsOfAPressThatFailed(t *testing.T) {
	w := newWorld(t)
	r := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "words"))
	m := w.answers(w.general)[0]
	w.answered(w.SendPayload(socket.Interactive, json.RawMessage(fmt.Sprintf(
		`{"type":"block_actions","user":{"id":"USAM","team_id":%q},"trigger_id":"1.1.d","response_url":%q,"actions":[{"action_id":"doomed"}]}`, w.TeamID(), m.ResponseURL))))
	w.wait("the room to tell", func() bool { return w.room.count("told by the room") == 1 })
	w.settled(r)
	if got := w.answers(w.general); len(got) != 1 {
		t.Errorf("told twice: %+v", got)
	}
}

// A bot that was switched off finds what nobody needs any more; the room says so.
func TestARoomTellsOfWorkThatWaitedTooLong(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Inbox.SweepEvery = 50 * time.Millisecond
	old := time.Now().Add(-61 * time.Minute).UnixMilli()
	o.BotToken = "" // stored in the clear, as it is written here
	stream := "ally:{inbox}:stream"
	if err := o.DB.Client.XGroupCreateMkStream(t.Context(), stream, "ally", "$").Err(); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"hopeless", "later"} {
		id := fmt.Sprintf("%d-%d", old, i)
		if err := o.DB.Client.Do(t.Context(), "XADD", stream, id, "id", "i-"+name, "name", name, "payload", `"too late"`).Err(); err != nil {
			t.Fatal(err)
		}
	}
	// No reader is given what lies before the end of the stream.
	if err := o.DB.Client.XGroupSetID(t.Context(), stream, "ally", "$").Err(); err != nil {
		t.Fatal(err)
	}
	r := w.startWith(o)
	w.wait("the room to tell", func() bool { return w.room.count(`told of "too late"`) == 1 })
	w.settled(r)
	if w.room.count("hopeless") != 0 || w.room.count("later too late") != 0 {
		t.Errorf("done all the same: %v", w.room.seen)
	}
}

func TestCalendars(t *testing.T) {
	r := slackbot.NewRouter()
	r.Calendar("ally:{credit}:due", "credit.due")
	r.Calendar("ally:{prep}:due", "prep.due")
	want := []slackbot.CalendarEntry{{Key: "ally:{credit}:due", Task: "credit.due"}, {Key: "ally:{prep}:due", Task: "prep.due"}}
	if got := r.Calendars(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a key registered twice is taken")
		}
	}()
	r.Calendar("ally:{prep}:due", "other")
}

// What a room stores for later must be read by the version that comes after it.
func TestWhatTravelsBetweenRooms(t *testing.T) {
	for want, v := range map[string]any{
		`{"member":"c1","at":"2026-11-21T12:00:00Z"}`: slackbot.Due{Member: "c1", At: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)},
		`{"trigger_id":"1.2","user":"U1","receivers":["U2"],"reason":"for it","kind":"idea","channel":"C1","ts":"5.0","thread_ts":"4.0","excerpt":"x"}`: slackbot.CreditToGive{
			TriggerID: "1.2", UserID: "U1", Receivers: []string{"U2"}, Reason: "for it", Kind: "idea",
			ChannelID: "C1", TS: "5.0", ThreadTS: "4.0", Excerpt: "x",
		},
	} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("got  %s\nwant %s (%v)", got, want, err)
		}
	}
}

// What follows an answer is stored once it arrived, however often that was tried, and
// not at all if it never did.
func TestWhatFollowsAnAnswerWaitsForIt(t *testing.T) {
	for name, c := range map[string]struct{ fails, want int }{"it arrives at the third try": {2, 1}, "it never does": {1000, 0}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.options()
			away := &awaySender{Sender: o.Sender}
			away.left.Store(int32(c.fails))
			o.Sender, o.Inbox.Attempts = away, 4
			r := w.startWith(o)
			w.sam.Say(w.sam.DM(), "after")
			w.wait("the first try", func() bool { return w.room.count("asked") > 0 })
			w.settled(r)
			if got := w.room.count("later try 3"); got != c.want {
				t.Errorf("done %d times, want %d", got, c.want)
			}
			if n := w.room.count("later try 1") + w.room.count("later try 2"); n > 0 {
				t.Errorf("%d follow an answer that did not arrive", n)
			}
		})
	}
	w := newWorld(t)
	r := w.start()
	w.answered(w.sam.Command(w.general, "/ally", "after"))
	w.wait("what follows a command", func() bool { return w.room.count("later try 1") == 1 })
	w.settled(r)
}
