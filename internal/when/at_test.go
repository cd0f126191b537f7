package when

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever it runs
)

// day is a date as it is written.
func day(t testing.TB, text string) Date {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return DateOf(d)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestAt(t *testing.T) {
	tests := []struct {
		zone, date, clock, want string
	}{
		{"UTC", "2026-11-24", "09:30", "2026-11-24T09:30:00Z"},
		{"Europe/Berlin", "2026-07-07", "09:30", "2026-07-07T09:30:00+02:00"},
		// Spring: what is skipped is as much later as the clocks skip.
		{"Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T01:59:00+01:00"},
		{"Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T03:30:00+02:00"},
		{"Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T03:00:00+02:00"},
		{"America/New_York", "2026-03-08", "02:30", "2026-03-08T03:30:00-04:00"},
		{"Europe/London", "2026-03-29", "01:30", "2026-03-29T02:30:00+01:00"},
		{"Australia/Lord_Howe", "2026-10-04", "02:00", "2026-10-04T02:30:00+11:00"},
		{"Australia/Lord_Howe", "2026-10-04", "02:29", "2026-10-04T02:59:00+11:00"},
		{"Antarctica/Troll", "2026-03-29", "01:30", "2026-03-29T03:30:00+02:00"}, // two hours
		// At midnight.
		{"America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T01:30:00-02:00"},
		{"America/Sao_Paulo", "2018-11-03", "23:59", "2018-11-03T23:59:00-03:00"},
		{"America/Havana", "2026-03-08", "00:30", "2026-03-08T01:30:00-04:00"},
		{"Asia/Tehran", "2021-03-22", "00:15", "2021-03-22T01:15:00+04:30"},
		{"Asia/Beirut", "2026-03-29", "00:00", "2026-03-29T01:00:00+03:00"},
		// A day that never was.
		{"Pacific/Apia", "2011-12-30", "00:00", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-30", "09:30", "2011-12-31T09:30:00+14:00"},
		{"Pacific/Apia", "2011-12-30", "23:59", "2011-12-31T23:59:00+14:00"},
		{"Pacific/Apia", "2011-12-29", "23:59", "2011-12-29T23:59:00-10:00"},
		{"Pacific/Apia", "2011-12-31", "00:00", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Kwajalein", "1993-08-21", "12:00", "1993-08-22T12:00:00+12:00"},
		// A day that was twice.
		{"Pacific/Apia", "1892-07-04", "12:00", "1892-07-04T12:00:00+12:33"},
		// Autumn: the first of two.
		{"Europe/Berlin", "2026-10-25", "02:00", "2026-10-25T02:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25", "02:59", "2026-10-25T02:59:00+02:00"},
		{"Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T03:00:00+01:00"},
		{"America/New_York", "2026-11-01", "01:30", "2026-11-01T01:30:00-04:00"},
		{"America/Sao_Paulo", "2019-02-16", "23:30", "2019-02-16T23:30:00-02:00"},
		{"Australia/Lord_Howe", "2026-04-05", "01:30", "2026-04-05T01:30:00+11:00"},
		{"Antarctica/Troll", "2026-10-25", "01:30", "2026-10-25T01:30:00+02:00"},
		// Negative daylight saving, and far in the future.
		{"Europe/Dublin", "2026-03-29", "01:30", "2026-03-29T02:30:00+01:00"},
		{"Europe/Dublin", "2026-10-25", "01:30", "2026-10-25T01:30:00+01:00"},
		{"Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T02:30:00+01:00"},
		{"Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T03:30:00+01:00"},
		{"America/New_York", "2055-07-01", "09:30", "2055-07-01T09:30:00-04:00"},
		{"America/New_York", "2055-12-31", "23:59", "2055-12-31T23:59:00-05:00"},
		{"America/New_York", "2056-01-01", "00:00", "2056-01-01T00:00:00-05:00"},
		{"America/Adak", "2096-12-30", "20:05", "2096-12-30T20:05:00-10:00"},
		{"Pacific/Kiritimati", "2026-11-24", "00:00", "2026-11-24T00:00:00+14:00"},
		{"Etc/GMT+12", "2026-11-24", "23:59", "2026-11-24T23:59:00-12:00"},
	}
	for _, tt := range tests {
		clock, err := time.Parse("15:04", tt.clock)
		if err != nil {
			t.Fatal(err)
		}
		got := day(t, tt.date).At(clock.Hour()*60+clock.Minute(), zone(t, tt.zone))
		if got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s %s in %s is %s, want %s", tt.date, tt.clock, tt.zone, got.Format(time.RFC3339), tt.want)
		}
	}
}

// Every minute of a year in zones of all kinds: what time is shown is the one asked
// for, and it is the first such moment; unless it is skipped, and then an instant
// before the gap the clocks showed an earlier time, and after it a later one.
func TestAtIsTheFirstMomentThatShowsIt(t *testing.T) {
	for _, name := range []string{
		"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "America/Havana", "Europe/Dublin", "Asia/Gaza", "America/St_Johns",
	} {
		z := zone(t, name)
		start, end := day(t, "2026-01-01"), day(t, "2027-01-01")
		begin := start.Day().Unix() - 4*24*3600
		shown := make([]int64, int(end-start+8)*24*60) // the first moment that shows a local minute
		for m := begin + 2*24*3600; m < end.Day().Unix()+2*24*3600; m += 60 {
			_, offset := time.Unix(m, 0).In(z).Zone()
			if i := (m + int64(offset) - begin) / 60; shown[i] == 0 {
				shown[i] = m
			}
		}
		skipped := 0
		for d := start; d < end; d++ {
			for minute := 0; minute < 24*60; minute += 10 {
				local := d.Day().Unix() + int64(minute)*60
				got := d.At(minute, z)
				want := shown[(local-begin)/60]
				switch {
				case want != 0 && got.Unix() != want:
					t.Fatalf("%s %s in %s is %v, want %v", d, Clock(minute), name, got, time.Unix(want, 0).In(z))
				case want == 0:
					skipped++
					_, offset := got.Zone()
					change, _ := got.ZoneBounds()
					_, before := change.Add(-time.Second).Zone()
					if later := got.Unix() + int64(offset) - local; later != int64(offset-before) || later <= 0 {
						t.Fatalf("%s %s in %s became %v, %d s later; the gap is %d s", d, Clock(minute), name, got, later, offset-before)
					}
				}
			}
		}
		if skipped == 0 {
			t.Errorf("%s skips nothing in 2026: the test is not one", name)
		}
	}
}

func TestAtGoesOn(t *testing.T) {
	for _, name := range []string{"Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran", "Africa/Casablanca", "Europe/London"} {
		z := zone(t, name)
		for _, minute := range []int{0, 30, 150, 24*60 - 1} {
			last := time.Time{}
			for d := day(t, "1960-01-01"); d < day(t, "2040-01-01"); d += 3 {
				if at := d.At(minute, z); !at.After(last) {
					t.Fatalf("in %s %s at %s is %v, not after that of three days before", name, d, Clock(minute), at)
				} else {
					last = at
				}
			}
		}
	}
}

func TestZone(t *testing.T) {
	for name, want := range map[string]string{
		"Asia/Kolkata": "Asia/Kolkata", "": "UTC", "Local": "UTC", "Mars/Olympus": "UTC", "../../etc/passwd": "UTC", "UTC": "UTC",
	} {
		if got := Zone(name).String(); got != want {
			t.Errorf("zone %q is %s, want %s", name, got, want)
		}
		if got := Zone(name).String(); got != want {
			t.Errorf("the second time zone %q is %s, want %s", name, got, want)
		}
	}
	if got := Date(1).At(60, nil); !got.Equal(time.Date(1970, 1, 2, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("without a zone it is %v", got)
	}
}

func TestSpoken(t *testing.T) {
	today := day(t, "2026-11-22") // a Sunday
	for date, want := range map[string]string{
		"2026-11-22": "today", "2026-11-23": "tomorrow", "2026-11-24": "Tuesday", "2026-11-28": "Saturday",
		"2026-11-29": "Sunday 29 November", "2026-12-31": "Thursday 31 December", "2027-01-12": "Tuesday 12 January 2027",
		"2026-11-21": "Saturday 21 November", "2025-11-21": "Friday 21 November 2025",
	} {
		if got := day(t, date).Spoken(today); got != want {
			t.Errorf("%s is said %q, want %q", date, got, want)
		}
	}
	if got := day(t, "2027-01-01").Spoken(day(t, "2026-12-30")); got != "Friday" {
		t.Errorf("two days ahead, in the new year, is said %q", got)
	}
	if got := Date(0).Spoken(today) + Date(0).String(); got != "" {
		t.Errorf("no date is said %q", got)
	}
}
