package lessons

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"allybot/internal/channels"
	"allybot/internal/jobs"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

var tuesdayTen = Slot{Day: time.Tuesday, Minute: 10 * 60}

// A year through the calendar, the gate and the records, over a real Redis: people
// in many zones get exactly one lesson a week at their minute, none twice.
func TestAYearIsDelivered(t *testing.T) {
	for _, begin := range []time.Time{
		time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC),
		time.Date(2018, 7, 7, 12, 0, 0, 0, time.UTC), // São Paulo changed its clocks at midnight then
		time.Date(2011, 7, 2, 12, 0, 0, 0, time.UTC), // Apia left out a day
	} {
		t.Run(fmt.Sprint(begin.Year()), func(t *testing.T) {
			t.Parallel()
			const weeks = 53
			s := deliveries(t)
			s.clock = begin
			// What Apia left out was a Friday, so that week's lesson comes on a Saturday.
			hours := officeHours
			hours.Working = [7]bool{true, true, true, true, true, true, true}
			s.Gate = nudge.New(nudge.Options{DB: s.Book.db, People: s.people, Send: s.mail, Hours: hours, Now: s.Now})
			minutes := []int{10 * 60, 9 * 60, 17*60 + 59, 2*60 + 30, 30, 23*60 + 59}
			type pupil struct {
				id, zone string
				slot     Slot
			}
			var class []pupil
			for i, zone := range []string{
				"Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo",
				"Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Chatham",
				"Asia/Tokyo", "Europe/Dublin", "Australia/Sydney", "Asia/Gaza", "Antarctica/Troll", "UTC",
			} {
				p := pupil{id: fmt.Sprintf("U0P%02d", i), zone: zone, slot: Slot{Day: time.Weekday(1 + i%5), Minute: minutes[i%len(minutes)]}}
				class = append(class, p)
				s.people.all[p.id] = people.Person{ID: p.id, TZ: zone}
				s.subscribe(p.id, p.zone, p.slot)
			}
			s.until(begin.AddDate(0, 0, 7*weeks))
			for _, p := range class {
				zone, last, seen := when.Zone(p.zone), when.Date(0), map[string]bool{}
				n := 0
				for _, d := range s.mail.posts {
					if !strings.HasSuffix(d.to, p.id) {
						continue
					}
					n++
					date := when.DateOf(d.at.In(zone))
					if last != 0 {
						date = last + 7
					}
					shown, ok := firstShown(zone, date, p.slot.Minute)
					if !ok { // the clocks skipped it
						shown = date.At(p.slot.Minute, zone)
					}
					if !d.at.Equal(shown) {
						t.Errorf("%s, %v: a lesson at %v, want %v", p.zone, p.slot, d.at.In(zone), shown.In(zone))
					}
					if seen[d.text] {
						t.Errorf("%s: the same lesson twice within a year: %s", p.zone, d.text)
					}
					seen[d.text], last = true, date
				}
				if n < weeks-1 || n > weeks {
					t.Errorf("%s, %v: %d lessons in %d weeks", p.zone, p.slot, n, weeks)
				}
			}
		})
	}
}

func TestALessonThatIsLate(t *testing.T) {
	for name, c := range map[string]struct {
		slot       Slot
		back, want string // when the bot is back, and when the lesson comes
		next       string
	}{
		"an hour":                 {tuesdayTen, "Tue 24 Nov 11:00", "Tue 24 Nov 11:00", "2026-12-01"},
		"into the evening":        {tuesdayTen, "Tue 24 Nov 20:00", "Wed 25 Nov 09:00", "2026-12-01"},
		"a day and a minute":      {tuesdayTen, "Wed 25 Nov 10:01", "", "2026-12-01"},
		"two weeks":               {tuesdayTen, "Tue 8 Dec 10:30", "", "2026-12-15"},
		"over the weekend":        {Slot{time.Friday, 16*60 + 30}, "Fri 27 Nov 19:00", "", "2026-12-04"},
		"an evening lesson":       {Slot{time.Tuesday, 21 * 60}, "Tue 24 Nov 21:40", "Tue 24 Nov 21:40", "2026-12-01"},
		"an evening lesson later": {Slot{time.Tuesday, 21 * 60}, "Tue 24 Nov 22:30", "Wed 25 Nov 09:00", "2026-12-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deliveries(t)
			s.subscribe("U0NOOR", "Europe/Berlin", c.slot)
			berlin := when.Zone("Europe/Berlin")
			back, err := time.ParseInLocation("Mon 2 Jan 15:04 2006", c.back+" 2026", berlin)
			if err != nil {
				t.Fatal(err)
			}
			s.clock = back // until then nothing looked
			s.due()
			s.until(back.Add(25 * time.Hour))
			if got := strings.Join(s.got("U0NOOR", "Europe/Berlin"), ", "); got != c.want {
				t.Errorf("came at %q, want %q", got, c.want)
			}
			if got := s.find("U0NOOR").Next.String(); got != c.next {
				t.Errorf("the next is on %s, want %s", got, c.next)
			}
		})
	}
}

// What was sent and not recorded is found when it is tried again.
func TestALessonSentByAReplicaThatDiedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
	ctx := t.Context()
	before, err := s.Book.read(ctx, "U0NOOR")
	if err != nil {
		t.Fatal(err)
	}
	s.until(before[0].Due())
	if err := s.Book.db.Client.Set(ctx, s.Book.key("U0NOOR"), before[0].raw, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.deliver(ctx, []string{"U0NOOR"}); err != nil {
		t.Fatal(err)
	}
	if got := s.got("U0NOOR", "Europe/Berlin"); len(got) != 1 {
		t.Errorf("got lessons at %v", got)
	}
	if sub := s.find("U0NOOR"); sub.Last != before[0].Next || sub.Next != before[0].Next+7 || len(sub.Shown) != 1 {
		t.Errorf("the record: %+v", sub)
	}
}

func TestWhoChangesTheTimeWhileALessonIsSentGetsOneThatWeek(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
	due := s.find("U0NOOR").Due()
	s.mail.during = func() { s.subscribe("U0NOOR", "Europe/Berlin", Slot{Day: time.Thursday, Minute: 9 * 60}) }
	s.until(due)
	s.mail.during = nil
	s.until(due.AddDate(0, 0, 9))
	if got := strings.Join(s.got("U0NOOR", "Europe/Berlin"), ", "); got != "Tue 24 Nov 10:00, Thu 3 Dec 09:00" {
		t.Errorf("lessons at %s", got)
	}
	if n := len(s.find("U0NOOR").Shown); n != 2 {
		t.Errorf("%d are noted as shown", n)
	}
}

func TestWhoLeftIsDropped(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.people.all["U0GONE"] = people.Person{ID: "U0GONE", Deleted: true}
	for _, id := range []string{"U0NOOR", "U0GONE", "U0STRANGE"} {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	s.mail.refuse = func(to string) error { return slackbot.ErrCannotDirect }
	s.until(s.find("U0NOOR").Due())
	for id, stays := range map[string]bool{"U0NOOR": true, "U0GONE": false, "U0STRANGE": false} {
		if got := s.find(id); got.On != stays {
			t.Errorf("%s still takes lessons: %v", id, got.On)
		}
	}
	if next := s.find("U0NOOR").Next.String(); next != "2026-12-01" {
		t.Errorf("whom Slack did not let the bot write to is tried again on %s", next)
	}
}

// A conversation can be another one after a while, for instance on Enterprise Grid.
func TestAConversationThatIsGoneIsLookedForAnew(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
	if _, err := s.Book.Change(t.Context(), "U0NOOR", func(sub *Subscription) error { sub.ConversationID = "D0OLD"; return nil }); err != nil {
		t.Fatal(err)
	}
	s.mail.refuse = func(to string) error {
		if to == "D0OLD" {
			return slackbot.ErrChannelNotFound
		}
		return nil
	}
	s.until(s.find("U0NOOR").Due())
	if got := s.find("U0NOOR"); got.ConversationID != "DU0NOOR" || len(s.mail.posts) != 1 {
		t.Errorf("%d posts, and the conversation is %s", len(s.mail.posts), got.ConversationID)
	}
}

// One that fails does not keep the others from theirs.
func TestAFailureLosesNothing(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	ids := []string{"U0P01", "U0P02", "U0P03"}
	for _, id := range ids {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	s.clock = s.find(ids[0]).Due()
	down := errors.New("Slack is out")
	s.mail.refuse = func(to string) error {
		if to == "DU0P02" {
			return down
		}
		return nil
	}
	if err := s.deliver(t.Context(), ids); !errors.Is(err, down) {
		t.Errorf("the error is %v", err)
	}
	if s.find("U0P01").Last == 0 || s.find("U0P02").Last != 0 || s.find("U0P03").Last == 0 {
		t.Error("what was sent is not recorded, or what failed is")
	}
	s.mail.refuse = nil
	if err := s.deliver(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if len(s.mail.posts) != 3 {
		t.Errorf("%d posts for three people", len(s.mail.posts))
	}
}

func TestPeopleAreFollowed(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
	s.subscribe("U0SAM", "Europe/Berlin", tuesdayTen)
	s.people.all["U0NOOR"] = people.Person{ID: "U0NOOR", TZ: "America/New_York"}
	s.people.all["U0SAM"] = people.Person{ID: "U0SAM", Guest: true}
	for _, id := range []string{"U0NOOR", "U0SAM", "U0OUT"} {
		if err := s.personChanged(t.Context(), slackbot.Task{}, slackbot.PersonChanged{UserID: id}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.find("U0NOOR"); got.Zone != "America/New_York" || !got.Due().Equal(time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("who moved gets it at %v", got.Due())
	}
	if s.find("U0SAM").On {
		t.Error("a guest still takes lessons")
	}
	s.until(s.clock.AddDate(0, 0, 7))
	if got := strings.Join(s.got("U0NOOR", "America/New_York"), ", "); got != "Tue 24 Nov 10:00" {
		t.Errorf("lessons at %s", got)
	}
}

// What an event did not tell, the daily look at Slack's list of people finds.
func TestTheDailyLook(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	for _, id := range []string{"U0NOOR", "U0SAM", "U0P03"} {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	follow := jobs.Calendar{DB: s.Book.db, Key: s.Book.followKey()}
	if at, ok, err := follow.Next(t.Context()); err != nil || !ok || !at.Equal(s.clock.Add(24*time.Hour)) {
		t.Fatalf("the first look is at %v (%v, %v)", at, ok, err)
	}
	pages := map[string][]people.Person{
		"":   {{ID: "U0NOOR", TZ: "Asia/Tokyo"}, {ID: "U0ELSE", TZ: "Asia/Tokyo"}},
		"p2": {{ID: "U0SAM", Deleted: true}, {ID: "U0P03", TZ: "Europe/Berlin"}},
	}
	s.People = paged{fakePeople: s.people, pages: pages}
	var later []slackbot.Task
	s.Later = func(_ context.Context, _ string, t slackbot.Task) error { later = append(later, t); return nil }
	s.registerFollow(s.router)
	s.clock = s.clock.Add(24 * time.Hour)
	start, err := slackbot.NewTask(taskFollow, slackbot.Due{Member: followAll, At: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	for later = append(later, *start); len(later) > 0; later = later[1:] {
		if err := s.router.Do(t.Context(), later[0]); err != nil {
			t.Fatal(err)
		}
	}
	if z := s.find("U0NOOR").Zone; z != "Asia/Tokyo" {
		t.Errorf("who moved is still in %s", z)
	}
	if s.find("U0SAM").On || !s.find("U0P03").On || s.find("U0ELSE").On {
		t.Error("who left stays, or who stayed left, or somebody was signed up")
	}
	if at, ok, err := follow.Next(t.Context()); err != nil || !ok || !at.Equal(s.clock.Add(24*time.Hour)) {
		t.Errorf("the next look is at %v (%v, %v)", at, ok, err)
	}
}

type paged struct {
	*fakePeople
	pages map[string][]people.Person
}

func (p paged) Page(_ context.Context, cursor string) ([]people.Person, string, error) {
	next := ""
	if cursor == "" {
		next = "p2"
	}
	return p.pages[cursor], next, nil
}

func (f *fakePeople) Forget(string) {}

func TestSnoozeAndPause(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
	s.subscribe("U0SAM", "Europe/Berlin", tuesdayTen)
	berlin := when.Zone("Europe/Berlin")
	if err := s.Gate.Snooze(t.Context(), "U0NOOR", time.Date(2026, 12, 2, 0, 0, 0, 0, berlin)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Book.Change(t.Context(), "U0SAM", func(sub *Subscription) error {
		sub.PauseUntil(when.DateOf(time.Date(2026, 12, 9, 0, 0, 0, 0, berlin)), s.clock)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.until(time.Date(2026, 12, 20, 0, 0, 0, 0, berlin))
	// The lesson of the 1st would come less than a day late, on the 2nd.
	if got := strings.Join(s.got("U0NOOR", "Europe/Berlin"), ", "); got != "Wed 2 Dec 09:00, Tue 8 Dec 10:00, Tue 15 Dec 10:00" {
		t.Errorf("who snoozed got lessons at %s", got)
	}
	if got := strings.Join(s.got("U0SAM", "Europe/Berlin"), ", "); got != "Tue 15 Dec 10:00" {
		t.Errorf("who paused got lessons at %s", got)
	}
}

// Whoever stops while a batch is under way gets nothing any more.
func TestOffIsOffAtOnce(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	for _, id := range []string{"U0P01", "U0P02"} {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	s.clock = s.find("U0P01").Due()
	s.mail.during = func() {
		s.mail.during = nil
		if _, err := s.Book.Change(t.Context(), "U0P02", func(sub *Subscription) error { sub.Stop(); return nil }); err != nil {
			t.Error(err)
		}
	}
	if err := s.deliver(t.Context(), []string{"U0P01", "U0P02"}); err != nil {
		t.Fatal(err)
	}
	if len(s.mail.posts) != 1 || s.find("U0P02").On {
		t.Errorf("%d lessons, and who stopped is on: %v", len(s.mail.posts), s.find("U0P02").On)
	}
}

// A replica sent a lesson and died before it said so; the person reacts to the
// lesson before anybody finds out.
func TestWhatIsPressedAfterADeath(t *testing.T) {
	for name, press := range map[string]func(*Subscription, *sending){
		"another time": func(sub *Subscription, s *sending) {
			sub.Start(Slot{Day: time.Wednesday, Minute: 10 * 60}, "Europe/Berlin", s.clock)
		},
		"tried it": func(sub *Subscription, s *sending) { sub.SetMark(content().Lessons()[0].ID, Tried) },
		"a pause":  func(sub *Subscription, s *sending) { sub.PauseUntil(sunday+4, s.clock) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deliveries(t)
			s.subscribe("U0NOOR", "Europe/Berlin", tuesdayTen)
			s.clock = s.find("U0NOOR").Due()
			// Everything Redis is told from the moment of sending on is lost.
			var begun string
			s.mail.during = func() {
				begun = s.Book.db.Client.Get(t.Context(), s.Book.key("U0NOOR")).Val()
			}
			if err := s.deliver(t.Context(), []string{"U0NOOR"}); err != nil {
				t.Fatal(err)
			}
			s.mail.during = nil
			if err := s.Book.db.Client.Set(t.Context(), s.Book.key("U0NOOR"), begun, 0).Err(); err != nil {
				t.Fatal(err)
			}
			if err := s.calendar().Set(t.Context(), jobs.Entry{Member: "U0NOOR", At: s.clock}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Book.Change(t.Context(), "U0NOOR", func(sub *Subscription) error { press(sub, s); return nil }); err != nil {
				t.Fatal(err)
			}
			s.until(s.clock.AddDate(0, 0, 6))
			if n := len(s.mail.posts); n != 1 {
				t.Errorf("%d lessons in a week: %v", n, s.got("U0NOOR", "Europe/Berlin"))
			}
			for _, shown := range s.find("U0NOOR").Shown {
				if shown.Code != CodeOf(content().Lessons()[0].ID) {
					t.Error("a lesson is noted that was never sent")
				}
			}
		})
	}
}

// A lesson that Slack refuses for what is in it is passed over.
func TestALessonThatSlackRefusesIsPassedOver(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	for _, id := range []string{"U0P01", "U0P02"} {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	due := s.find("U0P01").Due()
	s.mail.refuse = func(to string) error {
		if to == "DU0P01" {
			return slackbot.ErrInvalidContent
		}
		return nil
	}
	s.until(due)
	if len(s.mail.posts) != 1 {
		t.Errorf("%d lessons for the other", len(s.mail.posts))
	}
	s.mail.refuse = nil
	s.until(due.AddDate(0, 0, 7))
	if got := s.got("U0P01", "Europe/Berlin"); len(got) != 1 || strings.Contains(s.mail.posts[1].text, content().Lessons()[0].Title) {
		t.Errorf("after that they got %v, %s", got, s.mail.posts[1].text)
	}
}

func TestARecordThatCannotBeReadHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	for _, id := range []string{"U0P01", "U0P02"} {
		s.subscribe(id, "Europe/Berlin", tuesdayTen)
	}
	due := s.find("U0P02").Due()
	if err := s.Book.db.Client.Set(t.Context(), s.Book.key("U0P01"), `{"v":9}`, 0).Err(); err != nil {
		t.Fatal(err)
	}
	s.until(due)
	if got := s.got("U0P02", "Europe/Berlin"); len(got) != 1 {
		t.Errorf("the other got %v", got)
	}
	if next, ok, err := s.calendar().Next(t.Context()); err != nil || !ok || !next.Equal(due.Add(unreadableFor)) {
		t.Errorf("it is looked at again at %v (%v, %v)", next, ok, err)
	}
}

// Nobody waits for a channel that cannot be looked at.
func TestAChannelThatCannotBeLookedAtHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	ids := []string{"U0P01", "C0TEAM", "U0P02"}
	for _, id := range ids {
		_, err := s.Book.Change(t.Context(), id, func(sub *Subscription) error {
			if id[0] == 'C' {
				sub.By = "U0NOOR"
			}
			sub.Start(tuesdayTen, "Europe/Berlin", s.clock)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.clock = s.find("C0TEAM").Due()
	s.Channels = unreachable{s.Channels}
	if err := s.deliverFew(t.Context(), ids); !errors.Is(err, errUnreachable) {
		t.Errorf("the error is %v", err)
	}
	if len(s.mail.posts) != 2 || s.find("U0P02").Last == 0 || s.find("C0TEAM").Last != 0 {
		t.Errorf("%d lessons were sent to the two others", len(s.mail.posts))
	}
}

var errUnreachable = errors.New("Slack does not answer")

type unreachable struct{ Channels }

func (unreachable) Find(context.Context, string) (channels.Channel, error) {
	return channels.Channel{}, errUnreachable
}

// People of another organisation came to a channel, or the bot was taken out of it.
func TestAChannelThatMayHaveNoLessonsAnyMore(t *testing.T) {
	for name, now := range map[string]channels.Channel{
		"shared":   {ID: "C0TEAM", BotIn: true, Shared: true},
		"archived": {ID: "C0TEAM", BotIn: true, Archived: true},
		"left":     {ID: "C0TEAM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deliveries(t)
			_, err := s.Book.Change(t.Context(), "C0TEAM", func(sub *Subscription) error {
				sub.By = "U0NOOR"
				sub.Start(tuesdayTen, "Europe/Berlin", s.clock)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			// Where she lives by now it is night then.
			s.people.all["U0NOOR"] = people.Person{ID: "U0NOOR", TZ: "Australia/Sydney"}
			s.until(s.find("C0TEAM").Due())
			if len(s.mail.posts) != 1 {
				t.Fatalf("%d posts", len(s.mail.posts))
			}
			s.Channels = fakeChannels{"C0TEAM": now}
			s.until(s.find("C0TEAM").Due().Add(24 * time.Hour))
			if s.find("C0TEAM").On {
				t.Error("it still takes lessons")
			}
			if len(s.mail.posts) != 2 || !strings.Contains(s.mail.posts[1].text, "<#C0TEAM>") {
				t.Fatalf("posts: %+v", s.mail.posts)
			}
			if got := s.got("U0NOOR", "Australia/Sydney"); len(got) != 1 || !strings.HasSuffix(got[0], "09:00") {
				t.Errorf("who asked for it was told at %v", got)
			}
		})
	}
}

// Whoever chose a day that is no working day any more gets the lesson on the next.
func TestADayThatIsNoWorkingDayAnyMore(t *testing.T) {
	t.Parallel()
	s := deliveries(t)
	s.subscribe("U0NOOR", "Europe/Berlin", Slot{Day: time.Friday, Minute: 10 * 60})
	hours := officeHours
	hours.Working[time.Friday] = false
	s.Hours = hours
	s.Gate = nudge.New(nudge.Options{DB: s.Book.db, People: s.people, Send: s.mail, Hours: hours, Now: s.Now})
	s.until(s.clock.AddDate(0, 0, 17))
	if got := strings.Join(s.got("U0NOOR", "Europe/Berlin"), ", "); got != "Mon 30 Nov 09:00, Mon 7 Dec 09:00" {
		t.Errorf("lessons at %s", got)
	}
}
