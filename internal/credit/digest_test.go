package credit

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever it runs
)

// somewhere are zones of every kind: with and without daylight saving, on both
// sides of the equator, at the ends of the day, off the full hour, and some whose
// clocks go forward at midnight.
var somewhere = []string{
	"UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
	"Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Sao_Paulo", "Africa/Cairo", "America/Asuncion", "Asia/Beirut",
}

func TestNextDigest(t *testing.T) {
	for _, tc := range []struct{ zone, now, want string }{
		{"UTC", "2026-11-21T23:00:00Z", "2026-12-01T10:00:00Z"},           // a Tuesday
		{"UTC", "2026-12-01T09:59:59Z", "2026-12-01T10:00:00Z"},           // that morning
		{"UTC", "2026-12-01T10:00:00Z", "2027-01-01T10:00:00Z"},           // just posted; over the year
		{"UTC", "2026-07-31T12:00:00Z", "2026-08-03T10:00:00Z"},           // the 1st is a Saturday
		{"UTC", "2026-08-01T12:00:00Z", "2026-08-03T10:00:00Z"},           // on that Saturday
		{"UTC", "2026-01-31T12:00:00Z", "2026-02-02T10:00:00Z"},           // the 1st is a Sunday
		{"UTC", "2028-02-29T23:59:00Z", "2028-03-01T10:00:00Z"},           // a leap day
		{"UTC", "2027-02-28T23:59:00Z", "2027-03-01T10:00:00Z"},           // none
		{"Europe/Berlin", "2026-03-31T20:00:00Z", "2026-04-01T08:00:00Z"}, // summer
		{"Europe/Berlin", "2026-10-15T00:00:00Z", "2026-11-02T09:00:00Z"}, // winter; a Sunday
		{"America/New_York", "2026-03-01T00:00:00Z", "2026-03-02T15:00:00Z"},
		{"America/New_York", "2026-10-31T00:00:00Z", "2026-11-02T15:00:00Z"},    // the clocks went back the night before
		{"America/Los_Angeles", "2026-12-01T05:00:00Z", "2026-12-01T18:00:00Z"}, // still November there
		{"Asia/Kolkata", "2026-11-30T20:00:00Z", "2026-12-01T04:30:00Z"},
		{"Asia/Kathmandu", "2026-11-30T20:00:00Z", "2026-12-01T04:15:00Z"},
		{"Australia/Lord_Howe", "2027-03-31T12:00:00Z", "2027-03-31T23:00:00Z"},
		{"Pacific/Kiritimati", "2026-11-30T09:59:00Z", "2026-11-30T20:00:00Z"}, // December there at 10:00Z
		{"Pacific/Pago_Pago", "2026-12-01T10:30:00Z", "2026-12-01T21:00:00Z"},
		{"America/Sao_Paulo", "2018-10-31T00:00:00Z", "2018-11-01T13:00:00Z"},
		{"Africa/Cairo", "2026-04-30T23:30:00Z", "2026-05-01T07:00:00Z"},
		{"America/Asuncion", "2023-09-30T12:00:00Z", "2023-10-02T13:00:00Z"}, // no midnight on the 1st, a Sunday
		{"Asia/Beirut", "2026-12-31T23:00:00Z", "2027-01-01T08:00:00Z"},
		{"nowhere", "2026-11-21T23:00:00Z", "2026-12-01T10:00:00Z"},
		{"Local", "2026-11-21T23:00:00Z", "2026-12-01T10:00:00Z"},
		{"", "2026-11-21T23:00:00Z", "2026-12-01T10:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextDigest(now, zoneOf(tc.zone)).UTC().Format(time.RFC3339); got != tc.want {
			t.Errorf("%s after %s: %s, want %s", tc.zone, tc.now, got, tc.want)
		}
	}
}

// In every zone, over many years and from any moment: at ten on the first working
// day, strictly later, and no month is left out or listed twice.
func TestDigestsFollowEachOther(t *testing.T) {
	for _, name := range somewhere {
		zone := zoneOf(name)
		if name != "UTC" && zone == time.UTC {
			t.Fatalf("%s is not known", name)
		}
		at := nextDigest(time.Date(2015, 1, 15, 0, 0, 0, 0, time.UTC), zone)
		begin, end := monthBefore(at, zone)
		for range 12 * 20 {
			local := at.In(zone)
			if local.Hour() != digestHour || local.Minute() != 0 || local.Day() > 3 || local.Weekday() == time.Saturday || local.Weekday() == time.Sunday {
				t.Fatalf("%s: due on %s", name, local)
			}
			for d := 1; d < local.Day(); d++ {
				if w := time.Date(local.Year(), local.Month(), d, 12, 0, 0, 0, zone).Weekday(); w != time.Saturday && w != time.Sunday {
					t.Fatalf("%s: %s, but day %d works too", name, local, d)
				}
			}
			if b := begin.In(zone); b.Day() != 1 || b.Hour() > 1 || !end.After(begin) || end.After(at) {
				t.Fatalf("%s: %s lists from %s to %s", name, local, begin, end)
			}
			next := nextDigest(at, zone)
			if again := nextDigest(at.Add(time.Second), zone); !next.After(at) || !again.Equal(next) {
				t.Fatalf("%s: after %s comes %s, a second later %s", name, at, next, again)
			}
			if gap := next.Sub(at); gap < 27*24*time.Hour || gap > 34*24*time.Hour {
				t.Fatalf("%s: %s from %s to %s", name, gap, at, next)
			}
			nextBegin, nextEnd := monthBefore(next, zone)
			if !nextBegin.Equal(end) {
				t.Fatalf("%s: %s ends at %s, the next begins at %s", name, local, end, nextBegin)
			}
			at, begin, end = next, nextBegin, nextEnd
		}
	}
}

func TestMonthBefore(t *testing.T) {
	for _, tc := range []struct{ zone, due, begin, end string }{
		{"UTC", "2026-12-01T10:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
		{"UTC", "2027-01-01T10:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"Europe/Berlin", "2026-04-01T08:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"}, // an hour was left out
		{"Pacific/Kiritimati", "2026-11-30T20:00:00Z", "2026-10-31T10:00:00Z", "2026-11-30T10:00:00Z"},
		{"America/Asuncion", "2023-11-01T13:00:00Z", "2023-10-01T04:00:00Z", "2023-11-01T03:00:00Z"}, // October began at one
	} {
		due, err := time.Parse(time.RFC3339, tc.due)
		if err != nil {
			t.Fatal(err)
		}
		begin, end := monthBefore(due, zoneOf(tc.zone))
		if b, e := begin.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339); b != tc.begin || e != tc.end {
			t.Errorf("%s on %s: %s to %s, want %s to %s", tc.zone, tc.due, b, e, tc.begin, tc.end)
		}
	}
}
