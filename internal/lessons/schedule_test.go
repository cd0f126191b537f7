package lessons

import (
	"testing"
	"time"

	"allybot/internal/when"
)

var tuesdays = Slot{Day: time.Tuesday, Minute: 9*60 + 30}

// at is a moment in Berlin; the 24th of November 2026 is a Tuesday.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", text, when.Zone("Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wantNext(t *testing.T, s Subscription, want string) {
	t.Helper()
	if got := s.Next.String(); got != want {
		t.Fatalf("the next is on %q, want %q", got, want)
	}
}

func started(t *testing.T, slot Slot, now string) Subscription {
	t.Helper()
	var s Subscription
	s.Start(slot, "Europe/Berlin", at(t, now))
	return s
}

func TestStart(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-22 12:00": "2026-11-24",
		"2026-11-24 09:29": "2026-11-24",
		"2026-11-24 09:30": "2026-12-01",
		"2026-11-25 00:00": "2026-12-01",
	} {
		s := started(t, tuesdays, now)
		if s.Next.String() != want || !s.On || s.Due().Format("15:04 MST") != "09:30 CET" {
			t.Errorf("started at %s, it comes on %s at %v; want %s", now, s.Next, s.Due(), want)
		}
	}
}

// In Samoa there was no 30th of December 2011: Friday’s lesson comes on Saturday,
// and who takes it on Saturday morning still gets it.
func TestStartOnTheDayAfterOneThatNeverWas(t *testing.T) {
	apia := when.Zone("Pacific/Apia")
	for hour, want := range map[int]string{8: "2011-12-30", 10: "2012-01-06"} {
		var s Subscription
		s.Start(Slot{Day: time.Friday, Minute: 9 * 60}, "Pacific/Apia", time.Date(2011, 12, 31, hour, 0, 0, 0, apia))
		wantNext(t, s, want)
	}
}

func TestChangingTheDayDoesNotBringTwoInAWeek(t *testing.T) {
	for day, want := range map[time.Weekday]string{
		time.Tuesday: "2026-12-01", time.Wednesday: "2026-12-02", time.Thursday: "2026-12-03", time.Friday: "2026-12-04",
		time.Saturday: "2026-11-28", time.Sunday: "2026-11-29", time.Monday: "2026-11-30",
	} {
		s := started(t, tuesdays, "2026-11-22 12:00")
		s.Delivered(at(t, "2026-11-24 09:31"))
		wantNext(t, s, "2026-12-01")
		s.Start(Slot{Day: day, Minute: 600}, "Europe/Berlin", at(t, "2026-11-24 09:35"))
		if s.Next.String() != want {
			t.Errorf("after Tuesday’s lesson changed to %s it comes on %s, want %s", day, s.Next, want)
		}
		// Nor does turning it off and on.
		s.Stop()
		s.Start(Slot{Day: day, Minute: 600}, "Europe/Berlin", at(t, "2026-11-24 09:40"))
		if s.Next.String() != want {
			t.Errorf("turned off and on with %s it comes on %s, want %s", day, s.Next, want)
		}
	}
}

// What is due and just being sent is not lost because somebody says the same again.
func TestStartingTheSameAgainChangesNothing(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	s.Start(tuesdays, "Europe/Berlin", at(t, "2026-11-24 09:31"))
	wantNext(t, s, "2026-11-24")
	s.Start(Slot{Day: time.Tuesday, Minute: 600}, "Europe/Berlin", at(t, "2026-11-24 09:31"))
	wantNext(t, s, "2026-11-24")
	if got := s.Due(); !got.Equal(at(t, "2026-11-24 10:00")) {
		t.Errorf("moved to 10:00 it comes at %v", got)
	}
}

func TestStop(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	s.Delivered(at(t, "2026-11-24 09:31"))
	s.PauseUntil(dateOf(t, "2027-01-12"), at(t, "2026-11-24 12:00"))
	s.Stop()
	if s.On || s.Next != 0 || s.Resume != 0 || !s.Due().IsZero() || s.TooLate(at(t, "2028-01-01 00:00")) || s.Last.String() != "2026-11-24" || s.Slot != tuesdays {
		t.Errorf("turned off it is %+v", s)
	}
	for _, do := range []func(time.Time){
		s.Missed, s.GoOn, func(now time.Time) { s.Moved("Asia/Tokyo", now) }, func(now time.Time) { s.PauseUntil(99999, now) },
	} {
		do(at(t, "2026-11-25 12:00"))
		if s.On || s.Next != 0 || !s.Due().IsZero() {
			t.Errorf("what is off was turned on: %+v", s)
		}
	}
}

func TestDelivered(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	s.Delivered(at(t, "2026-11-25 08:00")) // late, as it had to wait
	if s.Last.String() != "2026-11-24" {
		t.Errorf("Tuesday’s lesson was noted for %s", s.Last)
	}
	wantNext(t, s, "2026-12-01")
	s.Delivered(at(t, "2026-12-20 08:00")) // whatever the caller’s reasons
	wantNext(t, s, "2026-12-22")
}

// Somebody changes the time, or turns it off, while their lesson is on its way:
// then it counts for the day on which it came.
func TestDeliveredWhileItIsChanged(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	s.Start(Slot{Day: time.Thursday, Minute: 600}, "Europe/Berlin", at(t, "2026-11-24 09:31"))
	wantNext(t, s, "2026-11-26")
	s.Delivered(at(t, "2026-11-24 09:32"))
	wantNext(t, s, "2026-12-03")
	if s.Last.String() != "2026-11-24" {
		t.Errorf("it was noted for %s", s.Last)
	}
	again := s
	again.Delivered(at(t, "2026-11-24 09:33"))
	if again.Next != s.Next || again.Last != s.Last {
		t.Errorf("noted twice it is %+v", again)
	}

	s = started(t, tuesdays, "2026-11-22 12:00")
	s.Stop()
	s.Delivered(at(t, "2026-11-24 09:32"))
	if s.On || s.Next != 0 {
		t.Errorf("being sent it was turned on again: %+v", s)
	}
	s.Start(Slot{Day: time.Thursday, Minute: 600}, "Europe/Berlin", at(t, "2026-11-24 09:40"))
	wantNext(t, s, "2026-12-03")
}

func TestMissedAndTooLate(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	for now, want := range map[string]bool{
		"2026-11-23 12:00": false, "2026-11-24 09:30": false, "2026-11-25 09:30": false, "2026-11-25 09:31": true, "2027-11-25 09:31": true,
	} {
		if got := s.TooLate(at(t, now)); got != want {
			t.Errorf("at %s it is too late: %t", now, got)
		}
	}
	s.Missed(at(t, "2026-11-26 08:00"))
	wantNext(t, s, "2026-12-01")
	s.Missed(at(t, "2026-11-26 08:00"))
	wantNext(t, s, "2026-12-01")
	s.Missed(at(t, "2027-05-05 08:00"))
	wantNext(t, s, "2027-05-11")
	if s.Last != 0 {
		t.Errorf("what was not sent was noted for %s", s.Last)
	}
}

func TestMoved(t *testing.T) {
	tests := []struct {
		from, to, now, next, due string
	}{
		{"Europe/Berlin", "Asia/Tokyo", "2026-11-22 12:00", "2026-11-24", "2026-11-24T00:30:00Z"},
		{"Europe/Berlin", "America/New_York", "2026-11-22 12:00", "2026-11-24", "2026-11-24T14:30:00Z"},
		// There it is over, but not for a day: it is late.
		{"America/Los_Angeles", "Australia/Sydney", "2026-11-24 18:00", "2026-11-24", "2026-11-23T22:30:00Z"},
		// There it is over for more than a day.
		{"Etc/GMT+12", "Pacific/Kiritimati", "2026-11-24 22:00", "2026-12-01", "2026-11-30T19:30:00Z"},
		{"Europe/Berlin", "Mars/Olympus", "2026-11-22 12:00", "2026-11-24", "2026-11-24T09:30:00Z"},
	}
	for _, tt := range tests {
		var s Subscription
		s.Start(tuesdays, tt.from, at(t, "2026-11-22 11:00"))
		s.Moved(tt.to, at(t, tt.now))
		if s.Next.String() != tt.next || s.Due().UTC().Format(time.RFC3339) != tt.due || s.Zone != tt.to {
			t.Errorf("moved from %s to %s at %s it comes on %s at %v; want %s, %s", tt.from, tt.to, tt.now, s.Next, s.Due(), tt.next, tt.due)
		}
	}
	// Where it is Tuesday again, Tuesday’s lesson does not come again.
	var s Subscription
	s.Start(tuesdays, "Australia/Sydney", at(t, "2026-11-22 11:00"))
	s.Delivered(s.Due())
	s.Moved("America/Los_Angeles", at(t, "2026-11-24 00:00"))
	wantNext(t, s, "2026-12-01")
}

func TestPause(t *testing.T) {
	s := started(t, tuesdays, "2026-11-22 12:00")
	for until, want := range map[string]string{
		"2026-11-24": "2026-11-24", "2026-11-25": "2026-12-01", "2027-01-12": "2027-01-12", "2027-01-13": "2027-01-19", "2020-01-01": "2026-11-24",
	} {
		s.PauseUntil(dateOf(t, until), at(t, "2026-11-22 12:00"))
		if s.Next.String() != want {
			t.Errorf("paused until %s it comes on %s, want %s", until, s.Next, want)
		}
	}
	s.PauseUntil(dateOf(t, "2027-01-13"), at(t, "2026-11-22 12:00"))
	// A change of the time, and a move, keep to the pause.
	s.Start(Slot{Day: time.Thursday, Minute: 600}, "Europe/Berlin", at(t, "2026-11-22 13:00"))
	wantNext(t, s, "2027-01-14")
	s.Moved("Pacific/Auckland", at(t, "2026-11-22 14:00"))
	wantNext(t, s, "2027-01-14")
	s.GoOn(at(t, "2026-11-22 15:00"))
	wantNext(t, s, "2026-11-26")
	if s.Resume != 0 {
		t.Errorf("going on it is still paused until %s", s.Resume)
	}
	s.GoOn(at(t, "2026-11-26 15:00")) // just being sent
	wantNext(t, s, "2026-11-26")

	s = started(t, tuesdays, "2026-11-22 12:00")
	s.PauseUntil(dateOf(t, "2026-12-01"), at(t, "2026-11-22 12:00"))
	going := s
	going.GoOn(at(t, "2026-12-01 09:40")) // the pause is over and the lesson just being sent
	wantNext(t, going, "2026-12-01")
	s.Delivered(at(t, "2026-12-01 09:41"))
	if s.Resume != 0 || s.Last.String() != "2026-12-01" {
		t.Errorf("after the first since the pause it is %+v", s)
	}
	wantNext(t, s, "2026-12-08")
}

func TestSlotWith(t *testing.T) {
	for text, want := range map[string]string{"fri": "Friday 09:30", "16:00": "Tuesday 16:00", "fri 16:00": "Friday 16:00"} {
		typed, err := when.ParseSlot(text)
		if got := tuesdays.With(typed).String(); got != want || err != nil {
			t.Errorf("%s with %q is %s, %v; want %s", tuesdays, text, got, err, want)
		}
	}
	if got := (Slot{}).With(when.Slot{HasMinute: true}); got != (Slot{}) {
		t.Errorf("midnight on Sundays is %v", got)
	}
}
