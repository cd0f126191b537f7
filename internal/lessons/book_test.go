package lessons

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/when"
)

func newBook(t testing.TB) *Book { t.Helper(); return bookOn(t, redistest.Start(t)) }

func bookOn(t testing.TB, url string) *Book {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return NewBook(db, func() time.Time { return sunday.Day().Add(12 * time.Hour) })
}

func FuzzRecord(f *testing.F) {
	f.Add(true, 2, 600, "Europe/Berlin", 20417, 20410, 0, "listen", "D01", "", 3, 1)
	f.Add(false, 0, 0, "", 0, 0, 20500, "", "", "U0SAM", 0, 9)
	f.Fuzz(func(t *testing.T, on bool, day, minute int, zone string, next, last, resume int, group, conversation, by string, shown, recalls int) {
		s := Subscription{
			ID: "U0NOOR", On: on, Slot: Slot{Day: time.Weekday(day), Minute: minute}, Zone: clean(zone), Next: when.Date(next), Last: when.Date(last),
			Resume: when.Date(resume), Group: clean(group), ConversationID: clean(conversation), By: clean(by),
		}
		for i := range max(0, min(shown, 100)) {
			s.Shown = append(s.Shown, Shown{Code: CodeOf(fmt.Sprint(i)), Marks: Mark(i % 8)})
		}
		for i := range max(0, min(recalls, 20)) {
			s.Recalls = append(s.Recalls, Recall{Code: CodeOf(fmt.Sprint(i)), From: when.Date(next + i), Asked: i%2 == 0, Again: i%3 == 0})
		}
		raw, err := encode(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode("U0NOOR", raw)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%s\nread back: %+v\nwant:      %+v (%v)", raw, got, s, err)
		}
	})
}

// clean keeps what JSON can carry.
func clean(s string) string {
	var out []rune
	for _, r := range s {
		if r != '\uFFFD' {
			out = append(out, r)
		}
	}
	return string(out)
}

func FuzzRecordOfAnything(f *testing.F) {
	f.Add(`{"v":1,"s":"Ab","r":"x"}`)
	f.Add(`{"v":1,"s":"AbCd1","r":"AbCd120417"}`)
	f.Add(`{"v":2}`)
	f.Add(`nonsense`)
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := decode("U0NOOR", raw); err != nil && !errors.Is(err, errUnreadable) && !errors.Is(err, errNewer) {
			t.Errorf("%q: %v", raw, err)
		}
	})
}

// Everybody who changes a record at the same time has their change in it.
func TestChangesAtTheSameTimeAllCount(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	var changing sync.WaitGroup
	for i := range 8 {
		changing.Go(func() {
			_, err := b.Change(context.Background(), "U0NOOR", func(s *Subscription) error {
				s.SetMark(fmt.Sprint(i), Saved)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	changing.Wait()
	s, err := b.Find(t.Context(), "U0NOOR")
	if err != nil || len(s.Shown) != 8 {
		t.Errorf("%d of 8 changes are there (%v)", len(s.Shown), err)
	}
}

func TestTheCalendarFollowsTheRecord(t *testing.T) {
	t.Parallel()
	t.Run("one server", func(t *testing.T) { calendarFollows(t, newBook(t)) })
	t.Run("cluster", func(t *testing.T) { calendarFollows(t, bookOn(t, redistest.SmallCluster(t))) })
}

func calendarFollows(t *testing.T, b *Book) {
	t.Helper()
	ctx := t.Context()
	score := func() string {
		at, err := b.db.Client.ZScore(ctx, b.CalendarKey(), "U0NOOR").Result()
		if err != nil {
			return "none"
		}
		return time.UnixMilli(int64(at)).UTC().Format("Mon 2 Jan 15:04")
	}
	for i, step := range []struct {
		change func(*Subscription)
		want   string
	}{
		{func(s *Subscription) { s.SetMark("a", Saved) }, "none"},
		{func(s *Subscription) { s.Start(tuesdayTen, "Europe/Berlin", b.now()) }, "Tue 24 Nov 09:00"},
		{func(s *Subscription) { s.PauseUntil(sunday+10, b.now()) }, "Tue 8 Dec 09:00"},
		{func(s *Subscription) { s.GoOn(b.now()) }, "Tue 24 Nov 09:00"},
		{func(s *Subscription) { s.Moved("Asia/Tokyo", b.now()) }, "Tue 24 Nov 01:00"},
		{func(s *Subscription) { s.Stop() }, "none"},
	} {
		if _, err := b.Change(ctx, "U0NOOR", func(s *Subscription) error { step.change(s); return nil }); err != nil {
			t.Fatal(err)
		}
		if got := score(); got != step.want {
			t.Errorf("after step %d it is due %s, want %s", i, got, step.want)
		}
	}
	if err := b.Remove(ctx, "U0NOOR"); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Find(ctx, "U0NOOR"); err != nil || s.Zone != "" || len(s.Shown) > 0 {
		t.Errorf("after it was removed: %+v (%v)", s, err)
	}
}

func TestChannelsAreListed(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	ctx := t.Context()
	for _, id := range []string{"C0B", "C0A", "U0NOOR"} {
		if _, err := b.Change(ctx, id, func(s *Subscription) error {
			if id[0] == 'C' {
				s.By = "U0NOOR"
			}
			s.Start(tuesdayTen, "Europe/Berlin", b.now())
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Remove(ctx, "C0B"); err != nil {
		t.Fatal(err)
	}
	got, err := b.Channels(ctx)
	if err != nil || len(got) != 1 || got[0].ID != "C0A" {
		t.Errorf("channels: %+v (%v)", got, err)
	}
}

// A record that cannot be read can still be forgotten, and says nothing of itself.
func TestAnUnreadableRecordCanBeForgotten(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	ctx := t.Context()
	for raw, want := range map[string]error{`{"v":1,"s":"secret"}`: errUnreadable, `{"v":9}`: errNewer, `secret`: errUnreadable} {
		if err := b.db.Client.Set(ctx, b.key("U0NOOR"), raw, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Find(ctx, "U0NOOR"); !errors.Is(err, want) {
			t.Errorf("%s: %v", raw, err)
		}
		if err := b.Remove(ctx, "U0NOOR"); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if n := b.db.Client.Exists(ctx, b.key("U0NOOR")).Val(); n != 0 {
			t.Errorf("%s is still there", raw)
		}
	}
}

// BenchmarkSubscriptionMemory measures what 100,000 people who take lessons cost in
// Redis, after a first lesson and after a year, all indexes included.
func BenchmarkSubscriptionMemory(b *testing.B) {
	const size = 100_000
	for _, after := range []struct {
		name  string
		weeks int
	}{{"first lesson", 1}, {"a year", 52}} {
		b.Run(after.name, func(b *testing.B) {
			book := newBook(b)
			ctx := b.Context()
			before := usedMemory(b, book)
			year := content().Lessons()
			var updates []update
			for i := range size {
				s := Subscription{ID: fmt.Sprintf("U0%08X", i), ConversationID: fmt.Sprintf("D0%08X", i)}
				s.Start(Slot{Day: time.Weekday(1 + i%5), Minute: i % (24 * 60)}, "America/Argentina/Buenos_Aires", book.now())
				for w := range after.weeks {
					s.Show(year[w%len(year)], sunday+when.Date(7*w), true)
					if w%3 == 0 {
						s.SetMark(year[w%len(year)].ID, Tried)
					}
				}
				s.Last = s.Next - 7
				updates = append(updates, update{from: entry{Subscription: Subscription{ID: s.ID}}, to: s})
				if len(updates) == 500 {
					if _, err := book.write(ctx, updates); err != nil {
						b.Fatal(err)
					}
					updates = updates[:0]
				}
			}
			b.ReportMetric(float64(usedMemory(b, book)-before)/size, "B/subscriber")
		})
	}
}

func usedMemory(b *testing.B, book *Book) int64 {
	b.Helper()
	var n int64
	info, err := book.db.Client.Info(b.Context(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Sscanf(info, "# Memory\r\nused_memory:%d", &n); err != nil {
		b.Fatal(err)
	}
	return n
}
