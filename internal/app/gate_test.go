package app

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// night is a workspace with quiet hours, on a Tuesday at eight in the evening in
// Paris and Berlin; in Kolkata it is half past midnight.
type night struct {
	*crediting
	evening time.Time
	stop    func() // ends the bot that runs
}

// resting has the quiet hours that an organisation has without saying anything.
func resting(cfg *config.Config, _ *Deps) {
	cfg.QuietHours, cfg.WorkingDays = config.Default().QuietHours, config.Default().WorkingDays
}

func newNight(t *testing.T, with ...manifest.Feature) *night {
	t.Helper()
	w := newWorkspace(t, with...)
	w.LiftRateLimits()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	evening := w.now().In(paris).AddDate(0, 0, 1)
	for evening.Weekday() != time.Tuesday {
		evening = evening.AddDate(0, 0, 1)
	}
	evening = time.Date(evening.Year(), evening.Month(), evening.Day(), 20, 0, 0, 0, paris)
	n := &night{crediting: &crediting{workspace: w, t: t}, evening: evening}
	n.at(evening)
	db, err := redisdb.Open(w.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	n.db, n.ledger = db, credit.NewLedger(db, w.now)
	n.leads = w.AddChannel(slacksim.Channel{Name: "leads", Members: []string{w.alice, w.sam}, WithBot: true})
	n.begin()
	return n
}

// begin starts the bot.
func (n *night) begin() {
	n.t.Helper()
	cfg := n.config()
	deps := Deps{Now: n.now, Tempo: Tempo{Lease: 500 * time.Millisecond, CallTimeout: 500 * time.Millisecond, SettleAfter: 600 * time.Millisecond}}
	hasty(&cfg, &deps)
	resting(&cfg, &deps)
	bot, err := New(cfg, deps)
	if err != nil {
		n.t.Fatal(err)
	}
	before := len(n.openSockets())
	if err := bot.Start(context.Background()); err != nil {
		n.t.Fatal(err)
	}
	n.bots = []*App{bot}
	ended := false
	n.stop = func() {
		if ended {
			return
		}
		ended = true
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := bot.Stop(ctx); err != nil {
			n.t.Errorf("stopping the bot: %v", err)
		}
	}
	n.t.Cleanup(n.stop)
	n.eventually("the bot has its sockets open", func() bool { return len(n.openSockets()) == before+int(cfg.Sockets) })
}

// at moves the clock.
func (n *night) at(t time.Time) { n.later(t.Sub(n.now())) }

// looked waits until the bot has looked several times what is due.
func (n *night) looked() {
	n.t.Helper()
	n.settled()
	before := n.looks()
	n.eventually("the bot looks what is due", func() bool { return n.looks() >= before+4 })
	n.settled()
}

// looks is how often it was looked what is due.
func (n *night) looks() int {
	info, err := n.db.Client.Info(context.Background(), "commandstats").Result()
	if err != nil {
		n.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "cmdstat_zrangebyscore:calls=")
	calls, _, _ := strings.Cut(rest, ",")
	count, _ := strconv.Atoi(calls) // none yet
	return count
}

// untold fails if somebody was told of the credit.
func (n *night) untold(user, reason string) {
	n.t.Helper()
	n.looked()
	if all := withText(n.answers(user), reason); len(all) != 0 {
		n.t.Fatalf("at %s they were told of %q", n.now().UTC(), reason)
	}
}

// since fails if a message was sent before a time.
func (n *night) since(m slacksim.Message, from time.Time) {
	n.t.Helper()
	whole, _, _ := strings.Cut(m.TS, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds < from.Unix() {
		n.t.Errorf("it was sent at %s, before %s (%v)", time.Unix(seconds, 0).UTC(), from.UTC(), err)
	}
}

// The post comes at once, and each of those credited hears of it in their own
// morning, whatever becomes of the bot meanwhile.
func TestANoticeWaitsForTheMorning(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	const reason = "finding the gap in the handover plan"
	n.says(n.typing(n.alice, n.general, "credit @sam and @noor for "+reason), "Delivered.")
	n.says(n.post(n.general, reason), "<@"+n.sam+">", "<@"+n.noor+">")
	n.untold(n.sam, reason)
	n.untold(n.noor, reason)

	n.stop()
	kolkata := n.evening.Add(8*time.Hour + 30*time.Minute) // 04:30 in Paris, 09:00 there
	n.at(kolkata.Add(-time.Minute))
	n.begin()
	n.untold(n.sam, reason)
	n.at(kolkata)
	n.since(n.told(n.sam, reason), kolkata)
	n.untold(n.noor, reason)

	n.stop()
	berlin := n.evening.Add(13 * time.Hour)
	n.at(berlin.Add(10 * time.Minute)) // nobody was there at nine
	n.begin()
	n.since(n.told(n.noor, reason), berlin)
	n.looked()
	n.told(n.sam, reason) // once, still
	if all := n.seen(n.general, reason); len(all) != 1 {
		t.Errorf("%d posts", len(all))
	}
	n.at(berlin.Add(26 * time.Hour))
	n.looked()
	n.told(n.sam, reason)
	n.told(n.noor, reason)
}

func TestACardWaitsForTheMorningAndItsWeekBeginsThere(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.chose(n.noor, credit.AskFirst)
	const reason = "asking the question nobody dared to ask"
	n.says(n.typing(n.alice, n.general, "credit @noor for "+reason), "Delivered.")
	n.untold(n.noor, reason)
	n.unposted(reason)
	morning := n.evening.Add(13 * time.Hour)
	n.at(morning)
	card := n.told(n.noor, reason)
	n.since(card, morning)
	n.at(morning.Add(week - 2*time.Minute))
	n.looked()
	n.says(n.again(n.noor, card), "Decline")
	n.at(morning.Add(week + time.Minute))
	n.eventually("the card lapses", func() bool {
		return strings.Contains(string(n.again(n.noor, card).Blocks), "There was no answer in seven days")
	})
	n.unposted(reason)
}

// A credit withdrawn in the night was never told of.
func TestWhatIsWithdrawnAtNightIsNotTold(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	const reason = "writing the migration guide"
	said := n.typing(n.alice, n.general, "credit @noor for "+reason)
	n.post(n.general, reason)
	n.press(n.alice, said, "Withdraw")
	n.at(n.evening.Add(14 * time.Hour))
	n.untold(n.noor, reason)
}

// A notice that Slack no longer lets be changed is replaced by day.
func TestANoticeIsNotReplacedAtNight(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.SetEditWindow(time.Minute)
	n.at(n.evening.Add(20 * time.Hour)) // Wednesday at four in the afternoon
	const reason = "sorting the inbox of the team"
	n.typing(n.alice, n.general, "credit @noor for "+reason)
	post, card := n.post(n.general, reason), n.told(n.noor, reason)
	n.at(n.evening.Add(26 * time.Hour))
	n.press(n.sam, post, "I saw this too")
	n.unposted(reason) // what cannot say who saw it too goes
	n.looked()
	if now := n.told(n.noor, reason); now.TS != card.TS {
		t.Error("Noor is written to at ten in the evening")
	}
	morning := n.evening.Add(37 * time.Hour)
	n.at(morning)
	n.eventually("the notice is another", func() bool {
		all := withText(n.answers(n.noor), reason)
		return len(all) == 1 && all[0].TS != card.TS
	})
	now := n.told(n.noor, reason)
	n.since(now, morning)
	n.says(now, "stays between you two")
	n.looked()
	if at, due := mustFind(t, n.ledger, n.idOf(reason)).Due(); due {
		t.Errorf("it is due again at %s", at)
	}
}

// idOf is the id of the credit with this reason.
func (n *night) idOf(reason string) string {
	n.t.Helper()
	p, err := n.ledger.Page(n.t.Context(), credit.Query{To: n.noor})
	for _, c := range p.Credits {
		if c.Reason == reason {
			return c.ID
		}
	}
	n.t.Fatalf("Noor has no such credit: %v", err)
	return ""
}

// What somebody did just now is answered at any hour; what others wrote to them
// is not.
func TestWhatOneDidJustNowIsAnsweredAtNight(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	const reason = "keeping the release notes honest"
	n.typing(n.noor, n.general, "credit @alice for "+reason)
	n.post(n.general, reason)
	n.untold(n.alice, reason)
	r := &reviewing{workspace: n.workspace, t: t, bot: n.bots[0], ledger: n.ledger}

	if f := r.file(n.alice, r.list(n.alice), "csv"); !strings.Contains(string(f.Content), reason) {
		t.Errorf("the export does not hold it:\n%s", f.Content)
	}
	v := r.sharing(n.alice)
	page, err := n.ledger.Page(t.Context(), credit.Query{To: n.alice})
	if err != nil || len(page.Credits) != 1 {
		t.Fatal(len(page.Credits), err)
	}
	n.As(n.alice).Type(v.ID, "credit_share_to", n.noor)
	n.As(n.alice).Type(v.ID, "credit_share_what", []string{page.Credits[0].ID})
	n.As(n.alice).Type(v.ID, "credit_share_note", "for our talk on Monday")
	note := r.sends(n.alice, v)["credit_share_note"]
	if !strings.HasPrefix(note, "It is evening for Noor, so") || !strings.Contains(note, "would wait until 09:00 there") {
		t.Fatalf("the note is answered with %q", note)
	}
	n.As(n.alice).Type(v.ID, "credit_share_note", "")
	if wrong := r.sends(n.alice, v); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	n.untold(n.noor, "asked me to share")
	n.stop()
	morning := n.evening.Add(13 * time.Hour)
	n.at(morning)
	n.begin()
	n.since(n.told(n.noor, "asked me to share"), morning)
	n.eventually("nothing of it is kept", func() bool {
		return n.db.Client.Exists(context.Background(), redisdb.Key("credit", "sharing")).Val() == 0
	})
	n.told(n.alice, reason)
}

// Whether a post is there is asked at once of who gave the credit just now, and in
// the morning of who gave it long ago.
func TestADoubtIsAskedAboutWhenTheGiverIsThere(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.LostReply, Match: inChannels})
	const fresh = "sorting the backlog before the holidays"
	n.typing(n.alice, n.general, "credit @noor for "+fresh)
	n.eventually("Alice is asked at night", func() bool {
		return len(withText(n.answers(n.alice), "Slack did not say whether")) == 1
	})

	const old = "noticing who had not spoken yet"
	given := n.now().Add(-21 * time.Hour)
	c := credit.Credit{
		ID: "old-doubt", Rev: 1, GiverID: n.sam, Kind: credit.Idea, Reason: old, Given: given,
		Receivers: []credit.Receiver{{UserID: n.noor}}, Dest: credit.Place{ChannelID: n.general},
	}
	if _, _, err := n.ledger.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := n.ledger.Change(t.Context(), c.ID, func(c *credit.Credit) error {
		c.Receivers[0].Standing, c.Posting, c.Tries, c.Since = credit.Named, credit.Sending, 1, given
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	n.eventually("it is in doubt", func() bool {
		now, err := n.ledger.Find(t.Context(), c.ID)
		return err == nil && now.Posting == credit.Doubtful && !now.NotBefore.IsZero()
	})
	n.looked()
	if asked := n.answers(n.sam); len(asked) != 0 {
		t.Fatalf("Sam is asked at half past midnight: %s", asked[0].Blocks)
	}
	morning := n.evening.Add(8*time.Hour + 30*time.Minute)
	n.at(morning)
	n.eventually("Sam is asked", func() bool { return len(n.answers(n.sam)) == 1 })
	n.since(n.answers(n.sam)[0], morning)
	n.looked()
	// A day from then on.
	if at, due := mustFind(t, n.ledger, c.ID).Due(); !due || at.Before(morning.Add(24*time.Hour)) {
		t.Errorf("it is given up at %s", at)
	}
	n.at(morning.Add(23 * time.Hour))
	n.looked()
	if now := mustFind(t, n.ledger, c.ID); now.Posting != credit.Doubtful || len(now.With(credit.Named)) != 1 {
		t.Errorf("given up too early: %+v", now)
	}
	n.at(morning.Add(24*time.Hour + time.Minute)) // half past four in Berlin
	n.untold(n.noor, old)
	n.at(morning.Add(29 * time.Hour))
	n.told(n.noor, old) // privately
	if all := n.answers(n.sam); len(all) != 1 {
		t.Errorf("Sam got %d messages", len(all))
	}
}

func mustFind(t *testing.T, l *credit.Ledger, id string) *credit.Credit {
	t.Helper()
	c, err := l.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

// The list of a month is for a working day of the organisation.
func TestAMonthlyListWaitsForAWorkingDay(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.at(time.Date(n.evening.Year()+1, 1, 12, 12, 0, 0, 0, time.UTC))
	const reason = "drawing the plan on one page"
	n.typing(n.alice, n.general, "credit @noor for "+reason)
	n.post(n.general, reason)
	// As if the first working day were a Saturday.
	due := time.Date(n.evening.Year()+1, 2, 1, 9, 0, 0, 0, time.UTC)
	for due.Weekday() != time.Saturday {
		due = due.AddDate(0, 0, 1)
	}
	if err := n.ledger.SetDigest(t.Context(), credit.Digest{
		ChannelID: n.general, AskedBy: n.alice, Zone: "Europe/Paris", Since: n.now().UTC().Truncate(time.Second), Next: due,
	}); err != nil {
		t.Fatal(err)
	}
	n.at(due)
	n.eventually("it waits", func() bool {
		d, on, err := n.ledger.Digest(t.Context(), n.general)
		return err == nil && on && !d.Wait.IsZero()
	})
	n.looked()
	if all := n.seen(n.general, reason); len(all) != 1 { // the credit itself
		t.Fatalf("posted %d times on a Saturday", len(all))
	}
	monday := due.AddDate(0, 0, 2).Add(-time.Hour) // 09:00 in Paris
	n.at(monday.Add(-time.Minute))
	n.looked()
	if all := n.seen(n.general, reason); len(all) != 1 {
		t.Fatalf("posted %d times before Monday at nine", len(all))
	}
	n.at(monday)
	n.eventually("the list is posted", func() bool { return len(n.seen(n.general, reason)) == 2 })
	n.eventually("the next one is noted", func() bool {
		d, _, err := n.ledger.Digest(t.Context(), n.general)
		return err == nil && d.Wait.IsZero() && d.Next.After(monday)
	})
}

func TestSnoozingFromTheEveningToTheNextMonday(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.says(n.command(n.alice, n.general, "snooze"), "You are not snoozing", "A week")
	n.says(n.command(n.alice, n.general, "snooze until blursday"), "You typed:", "snooze until blursday", "snooze until 12 January")
	said := n.command(n.alice, n.general, "snooze until monday")
	n.says(said, "until *Monday*", "Wake up")
	n.As(n.alice).OpenHome()
	home := func(text string) func() bool {
		return func() bool {
			v := n.As(n.alice).Home()
			return v != nil && strings.Contains(string(v.Blocks), text)
		}
	}
	n.eventually("Home says so", home("until *Monday*"))
	// A snooze holds back no notice.
	const reason = "calling out the missing test"
	n.typing(n.noor, n.general, "credit @alice for "+reason)
	n.at(n.evening.Add(13 * time.Hour))
	n.told(n.alice, reason)
	n.press(n.alice, said, "Wake up")
	n.As(n.alice).OpenHome()
	n.eventually("Home says so", home("too busy"))
}
