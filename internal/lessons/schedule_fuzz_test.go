package lessons

import (
	"testing"
	"time"

	"allybot/internal/when"
)

// Whatever happens in whatever order, at whatever distance: the next lesson is on
// its day of the week, at least four days after the last, not within a pause, and
// yet to come unless it is late; none comes twice.
func FuzzSchedule(f *testing.F) {
	f.Add([]byte{0, 9, 0, 40, 2, 1, 1, 2, 3, 0, 41, 5, 7, 80, 2, 2, 4, 3, 90, 6, 0, 1})
	f.Add([]byte{0, 250, 9, 3, 255, 3, 0, 1, 2, 0, 0, 4, 1, 1, 4, 2, 2, 2, 0, 0, 7, 1, 1})
	f.Add([]byte("0123456789 the quick brown fox jumps over the lazy dog 0000000000 1111111 9999"))
	zones := []string{"Europe/Berlin", "Pacific/Apia", "Etc/GMT+12", "Pacific/Kiritimati", "America/Sao_Paulo", "Australia/Lord_Howe", "", "nowhere"}
	f.Fuzz(func(t *testing.T, acts []byte) {
		now := time.Date(2011, 10, 1, 0, 0, 0, 0, time.UTC)
		var s Subscription
		var sent []when.Date
		acts = acts[:min(len(acts), 1200)] // some ten years
		for ; len(acts) >= 3; acts = acts[3:] {
			act, a, b := acts[0]%8, int(acts[1]), int(acts[2])
			now = now.Add(time.Duration(a) * 11 * time.Minute)
			before := s
			due := s.Due()
			planned := true // anew
			switch act {
			case 0:
				s.Start(Slot{Day: time.Weekday(b % 7), Minute: b * 5}, zones[a%len(zones)], now)
				planned = before.Next == 0 || s.Slot != before.Slot || s.Zone != before.Zone
			case 1:
				s.Stop()
			case 2, 3:
				planned = false
				if s.On && !due.After(now) && !s.TooLate(now) {
					s.Delivered(now)
					sent = append(sent, s.Last)
					planned = true
					if s.Last != before.Next || s.Last < before.Resume || len(sent) > 1 && s.Last-sent[len(sent)-2] < apart {
						t.Fatalf("sent for %v after %+v", sent, before)
					}
				}
			case 4:
				planned = s.TooLate(now)
				if planned {
					s.Missed(now)
				}
			case 5:
				s.Moved(zones[b%len(zones)], now)
				planned = false
				if s.TooLate(now) {
					t.Fatalf("moved at %v it is too late: %+v", now, s)
				}
			case 6:
				s.PauseUntil(when.DateOf(now)+when.Date(b%40), now)
			case 7:
				s.GoOn(now)
				planned = false
				if s.Resume != 0 {
					t.Fatalf("it goes on but is paused: %+v", s)
				}
			}
			switch {
			case s.On != (s.Next != 0) || s.On == s.Due().IsZero():
				t.Fatalf("after %d at %v it is half on: %+v", act, now, s)
			case s.Last < before.Last:
				t.Fatalf("after %d at %v the last was on %s, no longer on %s", act, now, s.Last, before.Last)
			case !s.On:
			case s.Next.Weekday() != s.Slot.Day:
				t.Fatalf("after %d at %v it comes on a %s: %+v", act, now, s.Next.Weekday(), s)
			case s.Last != 0 && s.Next < s.Last+apart || s.Next < s.Resume:
				t.Fatalf("after %d at %v it comes on %s, too early: %+v", act, now, s.Next, s)
			case planned && !s.Due().After(now):
				t.Fatalf("after %d at %v it comes at %v, in the past", act, now, s.Due())
			case planned && s.Slot.first(max(s.Resume, s.Last+apart), when.Zone(s.Zone), now) != s.Next && s.Last != 0:
				t.Fatalf("after %d at %v it comes on %s, later than it could", act, now, s.Next)
			}
		}
	})
}
