package lessons

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever it runs

	"allybot/internal/when"
)

// yearZones are places to live at, each with the year that is simulated from the
// 1st of its month on, for 60 weeks, and how often its clocks change at least.
var yearZones = []struct {
	zone    string
	from    time.Month
	year    int
	changes int
}{
	{"UTC", time.January, 2026, 0},
	{"Asia/Kolkata", time.January, 2026, 0},
	{"Asia/Kathmandu", time.January, 2026, 0},
	{"Asia/Tokyo", time.January, 2026, 0},
	{"Africa/Lagos", time.January, 2026, 0},
	{"America/Sao_Paulo", time.January, 2026, 0},
	{"America/Sao_Paulo", time.July, 2018, 2}, // at midnight
	{"Australia/Lord_Howe", time.January, 2026, 2},
	{"America/St_Johns", time.January, 2026, 2},
	{"America/St_Johns", time.January, 2010, 2}, // a minute after midnight
	{"Africa/Casablanca", time.January, 2026, 2},
	{"Pacific/Apia", time.January, 2026, 0},
	{"Pacific/Apia", time.May, 2011, 3}, // without the 30th of December
	{"Pacific/Apia", time.May, 2012, 2},
	{"Europe/Dublin", time.January, 2026, 2},
	{"Europe/London", time.January, 2026, 2},
	{"Europe/Berlin", time.July, 2026, 2},
	{"Pacific/Chatham", time.January, 2026, 2},
	{"Asia/Tehran", time.January, 2021, 2}, // at midnight
	{"Antarctica/Troll", time.January, 2026, 2},
	{"America/New_York", time.January, 2026, 2},
	{"America/New_York", time.November, 2026, 2},
	{"Asia/Gaza", time.January, 2026, 2},
	{"America/Havana", time.January, 2026, 2},
	{"Pacific/Norfolk", time.January, 2026, 2},
	{"Pacific/Kiritimati", time.January, 2026, 0},
	{"Etc/GMT+12", time.January, 2026, 0},
	{"America/Caracas", time.January, 2016, 1}, // by half an hour, for good
	{"Asia/Pyongyang", time.January, 2018, 1},
}

var awkwardMinutes = []int{0, 1, 30, 2 * 60, 2*60 + 30, 3 * 60, 9 * 60, 24*60 - 1}

// A year and more of everybody who takes a lesson at any day and awkward minute:
// each week exactly one, at the right local minute.
func TestAYearOfLessons(t *testing.T) {
	const weeks = 60
	skipped := map[string]int{}
	for _, in := range yearZones {
		zone := when.Zone(in.zone)
		begin := time.Date(in.year, in.from, 1, 12, 17, 0, 0, time.UTC)
		if n := changes(zone, begin, begin.AddDate(0, 0, 7*weeks)); n < in.changes {
			t.Errorf("clocks in %s change %d times from %v on, want %d: the test is not one", in.zone, n, begin, in.changes)
		}
		for day := time.Sunday; day <= time.Saturday; day++ {
			for _, minute := range awkwardMinutes {
				slot := Slot{Day: day, Minute: minute}
				var s Subscription
				s.Start(slot, in.zone, begin)
				now := begin
				var lastDate when.Date
				var lastDue time.Time
				for week := range weeks {
					due, date := s.Due(), s.Next
					first, ok := firstShown(zone, date, minute)
					switch {
					case !due.After(now):
						t.Fatalf("%s, %v: at %v the next is due at %v, in the past", in.zone, slot, now, due)
					case date.Weekday() != day:
						t.Fatalf("%s, %v: a lesson on %s, a %s", in.zone, slot, date, date.Weekday())
					case week == 0 && due.Sub(begin) > 8*24*time.Hour:
						t.Fatalf("%s, %v: started at %v, the first comes at %v", in.zone, slot, begin, due)
					case week > 0 && date != lastDate+7:
						t.Fatalf("%s, %v: after %s comes %s", in.zone, slot, lastDate, date)
					case ok && !due.Equal(first):
						t.Fatalf("%s, %v: on %s it comes at %v, but clocks show that time at %v", in.zone, slot, date, due, first)
					case !ok:
						skipped[in.zone]++
						checkSkipped(t, zone, date, minute, due)
					}
					if apart := due.Sub(lastDue) - 7*24*time.Hour; week > 0 && apart != wanted(lastDate, minute, lastDue)-wanted(date, minute, due) {
						t.Fatalf("%s, %v: from %v to %v it is a week and %v", in.zone, slot, lastDue, due, apart)
					}
					lastDate, lastDue = date, due
					// It is claimed and sent within the hour after.
					now = due.Add(time.Duration(week*7%60) * time.Minute)
					if s.TooLate(now) {
						t.Fatalf("%s, %v: %v is too late at %v", in.zone, slot, due, now)
					}
					s.Delivered(now)
					if s.Last != date {
						t.Fatalf("%s, %v: the lesson of %s was noted for %s", in.zone, slot, date, s.Last)
					}
				}
			}
		}
	}
	// Only a few of the zones skip one of the minutes; these must have been met.
	for zone, want := range map[string]int{
		"Pacific/Apia": len(awkwardMinutes) + 3 - 1, "America/Sao_Paulo": 3, "Asia/Tehran": 3, "America/New_York": 2, "Australia/Lord_Howe": 1, "Antarctica/Troll": 2,
	} {
		if skipped[zone] < want {
			t.Errorf("in %s clocks skipped a lesson’s time %d times, want %d at least", zone, skipped[zone], want)
		}
	}
}

// changes counts how often clocks change.
func changes(zone *time.Location, from, to time.Time) int {
	n := 0
	for t := from.Truncate(time.Hour); t.Before(to); t = t.Add(time.Hour) {
		_, a := t.In(zone).Zone()
		_, b := t.Add(time.Hour).In(zone).Zone()
		if a != b {
			n++
		}
	}
	return n
}

// firstShown looks at a clock every quarter of an hour, as all changes of our time
// are on one or a minute after: when does it first show that time? False if never.
func firstShown(zone *time.Location, date when.Date, minute int) (time.Time, bool) {
	shown := date.Day().Add(time.Duration(minute) * time.Minute)
	for t := shown.Add(-15 * time.Hour); t.Before(shown.Add(15 * time.Hour)); t = t.Add(15 * time.Minute) {
		if _, offset := t.In(zone).Zone(); t.Unix()+int64(offset) == shown.Unix() {
			return t, true
		}
	}
	return time.Time{}, false
}

// wanted is the offset from UTC with which a moment shows the time of a slot.
func wanted(date when.Date, minute int, due time.Time) time.Duration {
	return date.Day().Add(time.Duration(minute) * time.Minute).Sub(due)
}

// checkSkipped checks the moment for a time that clocks never show: it shows a
// time that is later by as much as they skip.
func checkSkipped(t *testing.T, zone *time.Location, date when.Date, minute int, due time.Time) {
	t.Helper()
	start, _ := due.In(zone).ZoneBounds()
	_, before := start.Add(-time.Second).In(zone).Zone()
	_, after := due.In(zone).Zone()
	gap := time.Duration(after-before) * time.Second
	shown := time.Unix(due.Unix()+int64(after), 0)
	if later := shown.Sub(date.Day().Add(time.Duration(minute) * time.Minute)); later != gap || gap <= 0 {
		t.Fatalf("%s %s in %s is skipped, and comes %v later at %v; the gap is %v", date, when.Clock(minute), zone, later, due, gap)
	}
	if since := due.Sub(start); since < 0 || since >= gap {
		t.Fatalf("%s %s in %s comes %v after clocks change by %v", date, when.Clock(minute), zone, since, gap)
	}
}

// What people see on the days on which clocks change.
func TestLessonsOnTheDaysClocksChange(t *testing.T) {
	tests := []struct {
		zone string
		slot Slot
		date string
		want string
	}{
		{"America/New_York", Slot{time.Sunday, 150}, "2026-03-08", "2026-03-08 03:30"},
		{"America/New_York", Slot{time.Sunday, 90}, "2026-11-01", "2026-11-01 01:30 EDT"},
		{"Australia/Lord_Howe", Slot{time.Sunday, 120}, "2026-10-04", "2026-10-04 02:30"},
		{"America/Sao_Paulo", Slot{time.Sunday, 0}, "2018-11-04", "2018-11-04 01:00"},
		{"America/Sao_Paulo", Slot{time.Sunday, 30}, "2018-11-04", "2018-11-04 01:30"},
		{"America/Sao_Paulo", Slot{time.Saturday, 1439}, "2019-02-16", "2019-02-16 23:59"},
		{"Pacific/Apia", Slot{time.Friday, 540}, "2011-12-30", "2011-12-31 09:00"},
		{"Pacific/Apia", Slot{time.Friday, 540}, "2012-01-06", "2012-01-06 09:00"},
		{"Pacific/Apia", Slot{time.Saturday, 540}, "2011-12-31", "2011-12-31 09:00"},
		{"Africa/Casablanca", Slot{time.Sunday, 150}, "2026-03-22", "2026-03-22 03:30"},
		{"Europe/Dublin", Slot{time.Sunday, 90}, "2026-03-29", "2026-03-29 02:30"},
		{"Antarctica/Troll", Slot{time.Sunday, 90}, "2026-03-29", "2026-03-29 03:30"},
		{"Asia/Kathmandu", Slot{time.Tuesday, 570}, "2026-11-24", "2026-11-24 09:30"},
	}
	for _, tt := range tests {
		date := dateOf(t, tt.date)
		var s Subscription
		s.Start(tt.slot, tt.zone, date.Day().AddDate(0, 0, -3))
		if got := s.Due().Format("2006-01-02 15:04 MST"); s.Next != date || got[:len(tt.want)] != tt.want {
			t.Errorf("%s, %v: on %s it comes at %s, want %s on %s", tt.zone, tt.slot, s.Next, got, tt.want, tt.date)
		}
	}
}

// People who move: never two for one date, and none lost but what was over by more
// than a day where they came to.
func TestAYearOfMoving(t *testing.T) {
	tests := []struct {
		name  string
		zones []string
		every int // hours between moves, on average
		loses bool
	}{
		{"commuting", []string{"Europe/London", "America/New_York"}, 84, false},
		{"over the date line", []string{"America/Los_Angeles", "Australia/Sydney", "Pacific/Honolulu", "Pacific/Auckland"}, 200, false},
		{"everywhere", []string{"Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Europe/Dublin", "Pacific/Chatham"}, 50, true},
		{"from one end to the other", []string{"Etc/GMT+12", "Pacific/Kiritimati"}, 30, true},
	}
	lost := 0
	for _, tt := range tests {
		for seed := range uint64(40) {
			r := rand.New(rand.NewPCG(seed, 5))
			slot := Slot{Day: time.Weekday(r.IntN(7)), Minute: awkwardMinutes[r.IntN(len(awkwardMinutes))]}
			now := time.Date(2026, 1, 1, 0, r.IntN(60), 0, 0, time.UTC)
			end := now.AddDate(0, 0, 60*7)
			var s Subscription
			s.Start(slot, tt.zones[0], now)
			var dates []when.Date
			var last time.Time
			over := 0 // dates that were over by more than a day after a move
			for ; now.Before(end); now = now.Add(time.Hour) {
				if r.IntN(tt.every) == 0 {
					to := tt.zones[r.IntN(len(tt.zones))]
					next := s.Next
					tooLate := now.Sub(next.At(slot.Minute, when.Zone(to))) > LateBy
					s.Moved(to, now)
					if tooLate {
						over++
					}
					if tooLate == (s.Next == next) {
						t.Fatalf("%s, seed %d: moved to %s at %v, %s became %s", tt.name, seed, to, now, next, s.Next)
					}
				}
				if due := s.Due(); !due.After(now) {
					date := s.Next
					if s.TooLate(now) {
						t.Fatalf("%s, seed %d: at %v the lesson due at %v is too late", tt.name, seed, now, due)
					}
					if n := len(dates); n > 0 && (date-dates[n-1] < 7 || now.Sub(last) < 4*24*time.Hour) {
						t.Fatalf("%s, seed %d: after the lesson of %s, sent at %v, comes that of %s at %v", tt.name, seed, dates[n-1], last, date, now)
					}
					dates, last = append(dates, date), now
					s.Delivered(now)
				}
			}
			missing := int(dates[len(dates)-1]-dates[0])/7 + 1 - len(dates)
			if missing > over || !tt.loses && (missing != 0 || over != 0) || len(dates)+over < 59 {
				t.Errorf("%s, seed %d: %d lessons, %d are missing between them, %d were over", tt.name, seed, len(dates), missing, over)
			}
			lost += missing
		}
	}
	if lost == 0 {
		t.Error("nobody lost a lesson to the date line: the test is not one")
	}
}

func dateOf(t testing.TB, text string) when.Date {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.DateOf(d)
}
