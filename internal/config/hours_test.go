package config

import (
	"strings"
	"testing"
)

func TestQuietHours(t *testing.T) {
	for value, want := range map[string]string{
		"18:00-09:00":              "18:00-09:00",
		" 18:00 – 9:00 ":           "18:00-09:00",
		"18-9":                     "18:00-09:00",
		"6pm-9am":                  "18:00-09:00",
		"6 PM to 9 AM":             "18:00-09:00",
		"from 22.30 until 07.15":   "22:30-07:15",
		"12am-12pm":                "00:00-12:00",
		"18:00-24:00":              "18:00-00:00",
		"00:00-07:00":              "00:00-07:00",
		"NONE":                     "none",
		"off":                      "none",
		"":                         "20:00-08:00", // what it was
		"   ":                      "20:00-08:00",
		"18:00":                    "error",
		"18:00-25:00":              "error",
		"18:60-09:00":              "error",
		"24:30-09:00":              "error",
		"13pm-9am":                 "error",
		"0am-9am":                  "error",
		"09:00-09:00":              "error",
		"00:00-24:00":              "error",
		"18:00-09:00, 12:00-13:00": "error",
		"at night":                 "error",
		"18:00\n09:00":             "error",
	} {
		q := QuietHours{From: 20 * 60, To: 8 * 60}
		var got string
		if err := q.Decode(value); err != nil {
			got = "error"
			if !strings.Contains(err.Error(), "18:00-09:00") || !strings.Contains(err.Error(), "none") {
				t.Errorf("%q: %q does not say what to put", value, err)
			}
		} else {
			got = q.String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	for value, want := range map[string]string{
		"mon-fri":                    "Monday to Friday",
		"Monday to Friday":           "Monday to Friday",
		"MON – FRI":                  "Monday to Friday",
		"sun-thu":                    "Sunday to Thursday",
		"sat through wed":            "Monday, Tuesday, Wednesday, Saturday, Sunday",
		"mon,tue,thu":                "Monday, Tuesday, Thursday",
		"Mondays, Tues. & Thursdays": "Monday, Tuesday, Thursday",
		"mo tu we th":                "Monday, Tuesday, Wednesday, Thursday",
		"weds":                       "Wednesday",
		"mon-wed, fri":               "Monday, Tuesday, Wednesday, Friday",
		"mon, wed-fri and sun":       "Monday, Wednesday, Thursday, Friday, Sunday",
		"mon-sun":                    "every day",
		"fri-mon":                    "Monday, Friday, Saturday, Sunday",
		"fri-fri":                    "Friday",
		"":                           "Saturday", // what it was
		" ":                          "Saturday",
		",":                          "error",
		"m":                          "error",
		"t":                          "error",
		"-fri":                       "error",
		"mon-":                       "error",
		"mon--fri":                   "error",
		"none":                       "error",
		"monkey":                     "error",
		"1-5":                        "error",
	} {
		d := Days{6: true}
		var got string
		if err := d.Decode(value); err != nil {
			got = "error"
			if !strings.Contains(err.Error(), "mon-fri") {
				t.Errorf("%q: %q does not say what to put", value, err)
			}
		} else {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
