package nudge

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever it runs
)

var (
	office  = [7]bool{false, true, true, true, true, true, false}
	evening = Hours{QuietFrom: 18 * 60, QuietTo: 9 * 60, Working: office}
)

// minutes is a time of day.
func minutes(hour, minute int) int { return hour*60 + minute }

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// local reads a time in the location, with the offset where it comes twice.
func local(t testing.TB, z *time.Location, s string) time.Time {
	t.Helper()
	if at, err := time.Parse("2006-01-02 15:04 -0700", s); err == nil {
		return at.In(z)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s+":00", z)
	if err != nil {
		if at, err = time.ParseInLocation("2006-01-02 15:04:05", s, z); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

func TestNext(t *testing.T) {
	for name, tc := range map[string]struct {
		zone     string
		from, to int
		at, want string
		working  bool
	}{
		"by day":                     {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-24 12:00", "2026-11-24 12:00", false},
		"in the evening":             {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-24 18:00", "2026-11-25 09:00", false},
		"a second before":            {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-24 17:59:59", "2026-11-24 17:59:59", false},
		"before dawn":                {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-24 05:30:10", "2026-11-24 09:00", false},
		"at nine":                    {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-24 09:00", "2026-11-24 09:00", false},
		"not over midnight":          {"Europe/Berlin", minutes(12, 0), minutes(13, 30), "2026-11-24 12:30", "2026-11-24 13:30", false},
		"until midnight":             {"Europe/Berlin", minutes(18, 0), 0, "2026-11-24 20:00", "2026-11-25 00:00", false},
		"from midnight":              {"Europe/Berlin", 0, minutes(9, 0), "2026-11-24 23:59", "2026-11-24 23:59", false},
		"none":                       {"Europe/Berlin", 0, 0, "2026-11-24 03:00", "2026-11-24 03:00", false},
		"none, said another way":     {"Europe/Berlin", 0, minutes(24, 0), "2026-11-24 03:00", "2026-11-24 03:00", false},
		"Friday evening":             {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-27 20:00", "2026-11-30 09:00", true},
		"Friday evening, a notice":   {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-27 20:00", "2026-11-28 09:00", false},
		"Saturday noon":              {"Europe/Berlin", minutes(18, 0), minutes(9, 0), "2026-11-28 12:00", "2026-11-30 09:00", true},
		"Saturday, no quiet hours":   {"Europe/Berlin", 0, 0, "2026-11-28 12:00", "2026-11-30 00:00", true},
		"the end of them is skipped": {"Europe/Berlin", minutes(18, 0), minutes(2, 30), "2026-03-29 01:00", "2026-03-29 03:00", false},
		"the end of them comes twice": {
			"Europe/Berlin", minutes(18, 0), minutes(2, 30), "2026-10-25 01:00", "2026-10-25 02:30 +0200", false,
		},
		"quiet once more": {
			"Europe/Berlin", minutes(18, 0), minutes(2, 30), "2026-10-25 02:10 +0100", "2026-10-25 02:30 +0100", false,
		},
		"all of them is skipped":        {"Europe/Berlin", minutes(2, 0), minutes(3, 0), "2026-03-29 01:59:59", "2026-03-29 01:59:59", false},
		"they begin in the skip":        {"Europe/Berlin", minutes(2, 30), minutes(4, 0), "2026-03-29 03:00", "2026-03-29 04:00", false},
		"half an hour is skipped":       {"Australia/Lord_Howe", minutes(18, 0), minutes(2, 15), "2026-10-04 01:00", "2026-10-04 02:30", false},
		"half an hour comes twice":      {"Australia/Lord_Howe", minutes(18, 0), minutes(1, 45), "2026-04-05 01:40 +1030", "2026-04-05 01:45 +1030", false},
		"midnight is skipped":           {"America/Santiago", 0, 0, "2026-09-05 12:00", "2026-09-07 00:00", true},
		"a day is skipped":              {"Pacific/Apia", minutes(18, 0), minutes(9, 0), "2011-12-29 20:00", "2011-12-31 09:00", false},
		"a quarter of an hour off":      {"Asia/Kathmandu", minutes(18, 0), minutes(9, 0), "2026-11-24 03:00", "2026-11-24 09:00", false},
		"clocks change while they hold": {"America/St_Johns", minutes(18, 0), minutes(9, 0), "2026-03-07 20:00", "2026-03-09 09:00", true},
		"Casablanca in Ramadan":         {"Africa/Casablanca", minutes(18, 0), minutes(9, 0), "2026-02-14 20:00", "2026-02-15 09:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			z := place(t, tc.zone)
			h := Hours{QuietFrom: tc.from, QuietTo: tc.to, Working: office}
			at, want := local(t, z, tc.at), local(t, z, tc.want)
			got := h.Next(at, tc.working)
			if !got.Equal(want) || got.Location() != z {
				t.Errorf("after %s: %s, want %s", at, got, want)
			}
		})
	}
}

func TestNobodyWaitsForeverForAWorkingDay(t *testing.T) {
	at := time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)
	if got := (Hours{}).Next(at, true); !got.Equal(at) {
		t.Errorf("%s, want %s", got, at)
	}
}

// asks judges an occasion minute by minute, as a person with a calendar and a
// clock on the wall would.
func asks(h Hours, o Occasion, t time.Time) bool {
	shown := t.Hour()*60 + t.Minute()
	quiet := h.QuietFrom < h.QuietTo && shown >= h.QuietFrom && shown < h.QuietTo ||
		h.QuietFrom > h.QuietTo && (shown >= h.QuietFrom || shown < h.QuietTo)
	switch {
	case o.Class == Notice:
		return o.Answers || !quiet
	case !o.Chosen.IsZero() && !t.Before(o.Chosen) && t.Sub(o.Chosen) < time.Hour:
		return h.Working[o.Chosen.In(t.Location()).Weekday()]
	}
	return !quiet && h.Working[t.Weekday()]
}

var zones = []string{
	"UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
	"Pacific/Apia", "America/Sao_Paulo", "America/Santiago", "Africa/Cairo", "Pacific/Chatham", "Pacific/Kiritimati", "Antarctica/Troll",
}

// What is let through is open, and no minute before it was.
func FuzzNext(f *testing.F) {
	// Around changes of the clocks, a skipped day, the year's end.
	for i, at := range []int64{1774746000, 1792886400, 1325239200, 1798761599, 1775314800, 1757127600, 1777060800, 1771120800} {
		f.Add(at, uint8(i), uint16(18*60), uint16(9*60), uint8(62), int16(i*40-100), uint8(i))
		f.Add(at, uint8(i+3), uint16(23*60+59), uint16(2*60+30), uint8(31), int16(-20), uint8(2))
	}
	f.Fuzz(func(t *testing.T, unix int64, zone uint8, from, to uint16, days uint8, chosen int16, kind uint8) {
		const years = 200 * 365 * 24 * 60 * 60
		unix %= years
		z := place(t, zones[int(zone)%len(zones)])
		h := Hours{QuietFrom: int(from) % 1440, QuietTo: int(to) % 1440}
		for d := range 7 {
			h.Working[d] = days>>d&1 == 1
		}
		if h.Working == [7]bool{} {
			h.Working[unix&3] = true
		}
		at := time.Unix(unix, 0).In(z)
		o := []Occasion{{Class: Notice}, {Class: Notice, Answers: true}, {Class: Subscribed}, {Class: Subscribed, Chosen: at.Add(time.Duration(chosen) * time.Minute)}}[kind%4]
		got := o.next(h, at)
		if got.Before(at) || !asks(h, o, got) || !o.next(h, got).Equal(got) {
			t.Fatalf("%+v of %+v at %s waits until %s, which is not open", h, o, at, got)
		}
		// A day before 1900 may begin in the middle of a minute.
		for m, n := at, 0; m.Before(got) && n < 12*24*60; m, n = m.Truncate(time.Minute).Add(time.Minute), n+1 {
			if asks(h, o, m) {
				t.Fatalf("%+v of %+v at %s waits until %s, but %s is open", h, o, at, got, m)
			}
		}
	})
}
