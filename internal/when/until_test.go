package when

import (
	"testing"
	"time"
)

func TestParseUntil(t *testing.T) {
	const sunday = "2026-11-22"
	tests := []struct{ today, text, want string }{
		{sunday, "3d", "2026-11-25"},
		{sunday, "3 days", "2026-11-25"},
		{sunday, "for 3 days", "2026-11-25"},
		{sunday, "three days", "2026-11-25"},
		{sunday, "1 day", "2026-11-23"},
		{sunday, "2 weeks", "2026-12-06"},
		{sunday, "2w", "2026-12-06"},
		{sunday, "2weeks", "2026-12-06"},
		{sunday, "a week", "2026-11-29"},
		{sunday, "for two weeks", "2026-12-06"},
		{sunday, "For The Next week", ""},
		{sunday, "in two weeks", "2026-12-06"},
		{sunday, "two weeks from now", "2026-12-06"},
		{sunday, "a couple of weeks", "2026-12-06"},
		{sunday, "a fortnight please", "2026-12-06"},
		{sunday, "a month", "2026-12-22"},
		{"2026-10-31", "a month", "2026-11-30"},
		{"2027-01-31", "one month", "2027-02-28"},
		{sunday, "a year", "2027-11-22"},
		{"2028-02-29", "a year", "2029-02-28"},
		{sunday, "366 days", ""},
		{sunday, "365 days", "2027-11-22"},

		{sunday, "until 12 jan", "2027-01-12"},
		{sunday, "until jan 12", "2027-01-12"},
		{sunday, "until January 12th, 2027", "2027-01-12"},
		{sunday, "until the 12th of January", "2027-01-12"},
		{sunday, "until 12 January 2027", "2027-01-12"},
		{sunday, "till 12-jan-2027", "2027-01-12"},
		{sunday, "12jan", "2027-01-12"},
		{sunday, "until 2027-01-12", "2027-01-12"},
		{sunday, "2027/1/12", "2027-01-12"},
		{sunday, "12.1.", "2027-01-12"},
		{sunday, "until 12.01.2027", "2027-01-12"},
		{sunday, "12.1.27", "2027-01-12"},
		{sunday, "until 25/12", "2026-12-25"},
		{sunday, "until 12/25", "2026-12-25"},
		{sunday, "12/12", "2026-12-12"},
		{sunday, "30 nov", "2026-11-30"},
		{sunday, "until sept 1", "2027-09-01"},
		{sunday, "until january", "2027-01-01"},
		{sunday, "until may 2027", "2027-05-01"},
		{sunday, "until tuesday 12 jan", "2027-01-12"},
		{sunday, "until Tuesday, January 12", "2027-01-12"},
		{"2027-12-01", "29 feb", "2028-02-29"},

		{sunday, "till monday", "2026-11-23"},
		{sunday, "until sunday", "2026-11-29"},
		{sunday, "mondays", "2026-11-23"},
		{sunday, "until tomorrow", "2026-11-23"},
		{sunday, "until the day after tomorrow", "2026-11-24"},
		{sunday, "until next week", "2026-11-23"},
		{"2026-11-23", "until next week", "2026-11-30"},
		{"2026-11-23", "until this friday", "2026-11-27"},
		{"2026-11-23", "until next friday", "2026-12-04"},
		{"2026-11-23", "friday next week", "2026-12-04"},
		{"2026-11-23", "next sunday", "2026-12-06"},
		{sunday, "next monday", "2026-11-23"},
		{sunday, "until next month", "2026-12-01"},
		{sunday, "until next year", "2027-01-01"},
		{sunday, "until the end of the month", "2026-12-01"},
		{sunday, "end of the year", "2027-01-01"},
		{sunday, "until the end of this week", "2026-11-23"},
		{sunday, "until the end of next week", "2026-11-30"},
		{sunday, "until the end of next month", "2027-01-01"},
		{sunday, "until the end of january", "2027-02-01"},
		{"2026-11-01", "until the end of november", "2026-12-01"},
		{sunday, "until the 15th", "2026-12-15"},
		{sunday, "the 23rd", "2026-11-23"},
		{sunday, "22nd", "2026-12-22"},
		{sunday, "until the 31st", "2026-12-31"},
		{"2027-01-31", "until the 31st", "2027-03-31"},
		{sunday, "until tuesday the 15th", "2026-12-15"},
		{sunday, "up to 12 jan", "2027-01-12"},
	}
	for _, tt := range tests {
		got, err := ParseUntil(tt.text, day(t, tt.today))
		if got.String() != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q on %s is %q, %v; want %q", tt.text, tt.today, got, err, tt.want)
		}
	}
}

func TestParseUntilSaysWhatIsWrong(t *testing.T) {
	today := day(t, "2026-11-22") // a Sunday
	for text, want := range map[string]string{
		"":                         "there’s no day in it, like 12 January",
		"until":                    "there’s no day in it, like 12 January",
		"today":                    "that’s today already",
		"until 22 nov":             "that’s today already",
		"2026-11-22":               "that’s today already",
		"until 12 jan 2026":        "12 January 2026 is over",
		"2020-01-01":               "1 January 2020 is over",
		"until 1 nov":              "1 November is over; write the year too if you mean another one",
		"until 30 sept":            "30 September is over; write the year too if you mean another one",
		"until november":           "1 November is over; write the year too if you mean another one",
		"until 23 nov 2027":        "that’s more than a year ahead",
		"two years":                "that’s more than a year ahead",
		"13 months":                "that’s more than a year ahead",
		"53 weeks":                 "that’s more than a year ahead",
		"9999999999999999999 days": "that’s more than a year ahead",
		"0 days":                   "that’s no time at all",
		"03/04":                    "“03/04” can be two different days; write the month as a word, like 12 January",
		"until 3-4-2027":           "“3-4-2027” can be two different days; write the month as a word, like 12 January",
		"25/13":                    "there’s no month 13",
		"12.13.":                   "there’s no month 13",
		"2027-13-01":               "there’s no month 13",
		"31 feb":                   "February has no day 31",
		"31.4.":                    "April has no day 31",
		"0 jan":                    "January has no day 0",
		"2027-02-29":               "February has no day 29",
		"the 32nd":                 "no month has a day 32",
		"monday 12 jan":            "12 January 2027 is a Tuesday",
		"friday the 15th":          "15 December 2026 is a Tuesday",
		"15":                       "“15” could be days or a date; write “15 days” or “15 January”",
		"for next week":            "“for” takes a number of days or weeks; otherwise say until when",
		"for monday":               "“for” takes a number of days or weeks; otherwise say until when",
		"until tuseday":            "“tuseday” isn’t a day I know: is it Tuesday?",
		"until maandag":            "“maandag” isn’t a day I know: is it Monday?",
		"until christmas":          "“christmas” isn’t a day I can read; write it like 12 January",
		"monday 9:00":              "leave the time of day out, just “Monday”: it ends as the day begins",
		"until tue at 4pm":         "leave the time of day out, just “Tuesday”: it ends as the day begins",
		"until 9:30":               "“9:30” is a time of day; I need a day, like 12 January",
		"until noon":               "“noon” is a time of day; I need a day, like 12 January",
		"3 hours":                  "“3 hours” isn’t a day I can read; write it like 12 January",
		"2 weeks and 3 days":       "“2 weeks and 3 days” isn’t a day I can read; write it like 12 January",
		"until DATE":               "“DATE” isn’t a day I can read; write it like 12 January",
	} {
		got, err := ParseUntil(text, today)
		if err == nil || err.Error() != want || got != 0 {
			t.Errorf("%q is %v, %v; want %q", text, got, err, want)
		}
	}
}

// Every day of the coming year is read in every way of writing it, on days on which
// a year, a month or a leap day begins or ends.
func TestEveryDateIsRead(t *testing.T) {
	for _, from := range []string{"2026-11-22", "2026-12-31", "2027-01-01", "2027-02-28", "2027-03-01", "2028-02-29", "2026-10-31"} {
		today := day(t, from)
		for want := today + 1; want <= today.months(12); want++ {
			d := want.Day()
			texts := []string{
				want.String(), want.Spoken(today), d.Format("2 January 2006"), d.Format("January 2, 2006"), d.Format("Mon 2 Jan 2006"), d.Format("2.1.2006"), d.Format("02.01.06"),
			}
			if want < today+300 {
				texts = append(texts, d.Format("2 Jan"), d.Format("until Jan 2"), d.Format("2.1."))
			}
			if want < today+28 {
				texts = append(texts, "until the "+d.Format("2")+"th")
			}
			for _, text := range texts {
				if got, err := ParseUntil(text, today); got != want {
					t.Fatalf("on %s %q is %q, %v; want %s", from, text, got, err, want)
				}
			}
		}
	}
}

func FuzzParseUntil(f *testing.F) {
	for _, seed := range []string{
		"3d", "until 12 jan", "12.1.", "the 31st", "end of feb", "next fri", "29 feb", "0000-00-00", "9999-12-31", "a couple of weeks", "until until for", "\xff1d", "1 couple day", "mon 12 jan 0001",
	} {
		f.Add(seed, 20779)
	}
	f.Fuzz(func(t *testing.T, text string, now int) {
		today := Date(1 + uint(now)%60000)
		d, err := ParseUntil(text, today)
		if err != nil {
			if d != 0 || err.Error() == "" || len(err.Error()) > 400 {
				t.Fatalf("%q is %v, %q", text, d, err)
			}
			return
		}
		if d <= today || d > today.months(12) {
			t.Fatalf("%q on %s is %s", text, today, d)
		}
		for _, said := range []string{d.String(), d.Spoken(today)} {
			if again, err := ParseUntil(said, today); again != d {
				t.Fatalf("%q on %s is %s, and %q is %s, %v", text, today, d, said, again, err)
			}
		}
	})
}

func TestDateOf(t *testing.T) {
	for _, text := range []string{"1969-12-31", "1970-01-01", "2000-02-29", "2026-11-22", "2100-03-01"} {
		d := day(t, text)
		if d != 0 && d.String() != text {
			t.Errorf("%s became %s", text, d)
		}
		at := d.At(23*60+59, zone(t, "Pacific/Kiritimati"))
		if DateOf(at) != d || at.Weekday() != d.Weekday() {
			t.Errorf("%s, %s, is %v", text, d.Weekday(), at)
		}
	}
	if got := DateOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.FixedZone("", 14*3600))).String(); got != "2026-11-22" {
		t.Errorf("midnight far in the east is on %s", got)
	}
}
