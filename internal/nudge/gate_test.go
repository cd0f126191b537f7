package nudge

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
)

// clock is a time that tests move.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time  { return time.UnixMilli(c.ms.Load()).UTC() }
func (c *clock) set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// directory finds people in a table.
type directory map[string]people.Person

var errDown = errors.New("Slack is down")

func (d directory) Find(_ context.Context, id string) (people.Person, error) {
	if id == "UDOWN" {
		return people.Person{}, errDown
	}
	p, ok := d[id]
	if !ok {
		return people.Person{}, people.ErrUnknown
	}
	p.ID = id
	return p, nil
}

// sent notes what goes out.
type sent struct {
	slackbot.Sender
	posts, directs []string
}

func (s *sent) Post(_ context.Context, intent, channelID, _ string, _ blockkit.Message) (slackbot.Posted, error) {
	s.posts = append(s.posts, channelID+" "+intent)
	return slackbot.Posted{ChannelID: channelID, TS: "1.1"}, nil
}

func (s *sent) Direct(_ context.Context, intent, userID string, _ blockkit.Message) (slackbot.Posted, error) {
	s.directs = append(s.directs, userID+" "+intent)
	return slackbot.Posted{ChannelID: "D1", TS: "1.1"}, nil
}

// trips counts what is asked of Redis.
type trips struct{ n atomic.Int64 }

func (t *trips) DialHook(next redis.DialHook) redis.DialHook { return next }

func (t *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { t.n.Add(1); return next(ctx, cmd) }
}

func (t *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { t.n.Add(1); return next(ctx, cmds) }
}

type world struct {
	*Gate
	clock *clock
	sent  *sent
	trips *trips
}

// newWorld is a gate on a Redis of its own, on Tuesday 24 November 2026, 12:00 UTC.
func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := redisdb.Open(redistest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{clock: &clock{}, sent: &sent{}, trips: &trips{}}
	db.Client.AddHook(w.trips)
	w.clock.set(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	w.Gate = New(Options{
		DB: db, Send: w.sent, Hours: evening, Now: w.clock.now,
		People: directory{
			"U1": {TZ: "Europe/Berlin"}, "UTOKYO": {TZ: "Asia/Tokyo"}, "UNOWHERE": {}, "UODD": {TZ: "Europe/Atlantis"},
			"UGUEST": {Guest: true}, "UOTHER": {External: true}, "UBOT": {Bot: true}, "ULEFT": {Deleted: true},
		},
	})
	return w
}

func (w *world) ask(t *testing.T, o ...Occasion) []Verdict {
	t.Helper()
	v, err := w.Ask(t.Context(), o...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	open  = "open"
	never = "never"
)

func (v Verdict) said() string {
	switch {
	case v.Never:
		return never
	case v.Open():
		return open
	}
	return v.At.UTC().Format("Mon 15:04")
}

func TestWhatWaitsForWhat(t *testing.T) {
	w := newWorld(t)
	tuesday := func(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC) }
	saturday := tuesday(12, 0).AddDate(0, 0, 4)
	for name, tc := range map[string]struct {
		now  time.Time
		o    Occasion
		want string
	}{
		"a notice by day":                    {tuesday(12, 0), Occasion{Class: Notice, UserID: "U1"}, open},
		"a notice at night":                  {tuesday(20, 0), Occasion{Class: Notice, UserID: "U1"}, "Wed 08:00"},
		"by day here, at night there":        {tuesday(12, 0), Occasion{Class: Notice, UserID: "UTOKYO"}, "Wed 00:00"},
		"an answer at night":                 {tuesday(20, 0), Occasion{Class: Notice, UserID: "U1", Answers: true}, open},
		"an answer to nobody knows who":      {tuesday(20, 0), Occasion{Class: Notice, UserID: "UDOWN", Answers: true}, open},
		"a notice on Saturday":               {saturday, Occasion{Class: Notice, UserID: "U1"}, open},
		"a notice for a guest":               {tuesday(12, 0), Occasion{Class: Notice, UserID: "UGUEST"}, open},
		"for somebody of another firm":       {tuesday(12, 0), Occasion{Class: Notice, UserID: "UOTHER"}, open},
		"for somebody deactivated":           {tuesday(12, 0), Occasion{Class: Notice, UserID: "ULEFT"}, never},
		"for somebody unknown":               {tuesday(20, 0), Occasion{Class: Notice, UserID: "UWHO"}, "Wed 09:00"},
		"for somebody without a zone":        {tuesday(20, 0), Occasion{Class: Notice, UserID: "UNOWHERE"}, "Wed 09:00"},
		"a zone nobody knows":                {tuesday(20, 0), Occasion{Class: Notice, UserID: "UODD"}, "Wed 09:00"},
		"the zone is told":                   {tuesday(20, 0), Occasion{Class: Notice, UserID: "UDOWN", Zone: place(t, "America/Sao_Paulo")}, open},
		"no consent":                         {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "U1"}, never},
		"a lesson":                           {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "U1", Consent: true}, open},
		"at night":                           {tuesday(20, 0), Occasion{Class: Subscribed, UserID: "U1", Consent: true}, "Wed 08:00"},
		"on Saturday":                        {saturday, Occasion{Class: Subscribed, UserID: "U1", Consent: true}, "Mon 08:00"},
		"to a guest":                         {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "UGUEST", Consent: true}, never},
		"to somebody of another firm":        {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "UOTHER", Consent: true}, never},
		"to a bot":                           {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "UBOT", Consent: true}, never},
		"to somebody deactivated":            {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "ULEFT", Consent: true}, never},
		"to somebody unknown":                {tuesday(12, 0), Occasion{Class: Subscribed, UserID: "UWHO", Consent: true}, open},
		"chosen at night":                    {tuesday(20, 10), Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: tuesday(20, 0)}, open},
		"to the end of its hour":             {tuesday(20, 59), Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: tuesday(20, 0)}, open},
		"after its hour":                     {tuesday(21, 0), Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: tuesday(20, 0)}, "Wed 08:00"},
		"before its time, at night":          {tuesday(19, 0), Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: tuesday(20, 0)}, "Tue 20:00"},
		"chosen for Saturday":                {saturday, Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: saturday}, "Mon 08:00"},
		"chosen for working hours, and late": {tuesday(17, 10), Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: tuesday(16, 30)}, "Wed 08:00"},
		"Friday’s, before midnight": {
			time.Date(2026, 11, 27, 22, 55, 0, 0, time.UTC),
			Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: time.Date(2026, 11, 27, 22, 50, 0, 0, time.UTC)},
			open,
		},
		"Friday’s, past midnight": {
			time.Date(2026, 11, 27, 23, 10, 0, 0, time.UTC), // 00:10 in Berlin
			Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: time.Date(2026, 11, 27, 22, 50, 0, 0, time.UTC)}, "Mon 08:00",
		},
		"Tuesday’s, past midnight": {
			time.Date(2026, 11, 24, 23, 10, 0, 0, time.UTC),
			Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: time.Date(2026, 11, 24, 22, 50, 0, 0, time.UTC)},
			open,
		},
		"Sunday’s, past midnight": {
			time.Date(2026, 11, 29, 23, 10, 0, 0, time.UTC),
			Occasion{Class: Subscribed, UserID: "U1", Consent: true, Chosen: time.Date(2026, 11, 29, 22, 50, 0, 0, time.UTC)},
			"Mon 08:00",
		},
	} {
		w.clock.set(tc.now)
		if got := w.ask(t, tc.o)[0].said(); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestAskingSlackInVainIsAnError(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Ask(t.Context(), Occasion{Class: Notice, UserID: "UDOWN"}); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
	if _, err := w.Ask(t.Context(), Occasion{UserID: "U1"}); err == nil {
		t.Error("a message without a class was let through")
	}
}

func TestASnoozeHoldsBackWhatIsSubscribedTo(t *testing.T) {
	w := newWorld(t)
	lesson := Occasion{Class: Subscribed, UserID: "U1", Consent: true, ChannelID: "D1"}
	digest := lesson
	digest.ChannelID = "C1"
	other := lesson
	other.UserID = "UTOKYO"
	notice := Occasion{Class: Notice, UserID: "U1"}
	saturday := time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	for _, u := range []string{"U1", "ULEFT"} {
		if err := w.Snooze(t.Context(), u, saturday); err != nil {
			t.Fatal(err)
		}
	}
	before := w.trips.n.Load()
	for i, want := range []string{"Mon 08:00", open, open, "Wed 00:00", "Mon 08:00"} {
		if got := w.ask(t, lesson, notice, digest, other, lesson)[i].said(); got != want {
			t.Errorf("occasion %d: %s, want %s", i, got, want)
		}
	}
	if n := w.trips.n.Load() - before; n != 5 {
		t.Errorf("%d round trips for 5 questions", n)
	}
	before = w.trips.n.Load()
	w.ask(t, notice, digest, Occasion{Class: Subscribed, UserID: "U1"})
	if n := w.trips.n.Load() - before; n != 0 {
		t.Errorf("%d round trips though nothing can be snoozed", n)
	}
	if until, err := w.Snoozed(t.Context(), "U1"); err != nil || !until.Equal(saturday) {
		t.Errorf("snoozed until %s, %v", until, err)
	}
	// Its time over, it counts no more, and is removed by the next one.
	w.clock.set(saturday)
	if until, err := w.Snoozed(t.Context(), "U1"); err != nil || !until.IsZero() {
		t.Errorf("still snoozed until %s, %v", until, err)
	}
	if err := w.Snooze(t.Context(), "UTOKYO", saturday.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := w.db.Client.ZCard(t.Context(), w.key()).Val(); n != 1 {
		t.Errorf("%d snoozes are kept, 1 is under way", n)
	}
	if err := w.Snooze(t.Context(), "UTOKYO", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n := w.db.Client.ZCard(t.Context(), w.key()).Val(); n != 0 {
		t.Errorf("%d snoozes are kept after waking up", n)
	}
}

func TestSending(t *testing.T) {
	w := newWorld(t)
	now := w.clock.now()
	var notNow NotNow
	for name, tc := range map[string]struct {
		o   Occasion
		is  func(error) bool
		out string
	}{
		"to a person":     {Occasion{Class: Notice, Intent: "i", UserID: "U1"}, func(err error) bool { return err == nil }, "U1 i"},
		"where they talk": {Occasion{Class: Notice, Intent: "i", UserID: "U1", ChannelID: "D7"}, func(err error) bool { return err == nil }, "D7 i"},
		"never":           {Occasion{Class: Notice, Intent: "i", UserID: "ULEFT"}, func(err error) bool { return errors.Is(err, ErrNever) }, ""},
		"not now":         {Occasion{Class: Notice, Intent: "i", UserID: "UTOKYO"}, func(err error) bool { return errors.As(err, &notNow) && notNow.Until.Equal(now.Add(12*time.Hour)) }, ""},
	} {
		w.sent.posts, w.sent.directs = nil, nil
		_, err := w.Direct(t.Context(), tc.o, blockkit.Message{Text: "Hello"})
		if !tc.is(err) {
			t.Errorf("%s: %v", name, err)
		}
		out := append(w.sent.posts, w.sent.directs...)
		if (tc.out == "") != (len(out) == 0) || len(out) > 0 && out[0] != tc.out {
			t.Errorf("%s: sent %q", name, out)
		}
	}
}
