package when

import (
	"strings"
	"testing"
	"time"
)

func TestParseSlot(t *testing.T) {
	for text, want := range map[string]string{
		"tue 9:30":                            "Tuesday 09:30",
		"Tuesdays at 09.30":                   "Tuesday 09:30",
		"9:30 tuesday":                        "Tuesday 09:30",
		"every friday 4pm":                    "Friday 16:00",
		"Fri 16h":                             "Friday 16:00",
		"fri 16h30":                           "Friday 16:30",
		"fridays at 16:00":                    "Friday 16:00",
		"tuesday":                             "Tuesday",
		"at 9:30":                             "09:30",
		"9:30":                                "09:30",
		"tue 9":                               "Tuesday 09:00",
		"at 9":                                "09:00",
		"@ 9":                                 "09:00",
		"@9":                                  "09:00",
		"tue @9:30":                           "Tuesday 09:30",
		"9 am":                                "09:00",
		"9pm":                                 "21:00",
		"9 p.m.":                              "21:00",
		"tue 9:30 am":                         "Tuesday 09:30",
		"tue 9:30 a.m.":                       "Tuesday 09:30",
		"tue 9:30PM":                          "Tuesday 21:30",
		"12am":                                "00:00",
		"12pm":                                "12:00",
		"12:30 am":                            "00:30",
		"12:30 pm":                            "12:30",
		"noon":                                "12:00",
		"fridays at noon":                     "Friday 12:00",
		"fri 12 noon":                         "Friday 12:00",
		"midnight":                            "00:00",
		"16:00 pm":                            "16:00",
		"TUES, 9:30!":                         "Tuesday 09:30",
		"weds 9:30":                           "Wednesday 09:30",
		"thurs. 9:30":                         "Thursday 09:30",
		"Thur at 7:05":                        "Thursday 07:05",
		"tue. 9:30 please":                    "Tuesday 09:30",
		"tue: 9:30.":                          "Tuesday 09:30",
		"on tuesday’s at 9:30":                "Tuesday 09:30",
		"tuesday's 9:30":                      "Tuesday 09:30",
		"Tuesday 9：30":                        "Tuesday 09:30",
		"tue 9․30":                            "Tuesday 09:30",
		"tue 9∶30":                            "Tuesday 09:30",
		"“tue 9:30”":                          "Tuesday 09:30",
		"`tue 9:30`":                          "Tuesday 09:30",
		"*tue* 9:30":                          "Tuesday 09:30",
		"tue\u00a09:30":                       "Tuesday 09:30",
		"ｔｕｅ ９:３０":                            "Tuesday 09:30",
		"tue-9:30":                            "Tuesday 09:30",
		"tue 0930":                            "Tuesday 09:30",
		"tue 930":                             "Tuesday 09:30",
		"at 1630":                             "16:30",
		"tuesday morning at 9":                "Tuesday 09:00",
		"tuesday evenings at 7":               "Tuesday 19:00",
		"9 in the morning":                    "09:00",
		"every week on tuesday, at 9 o'clock": "Tuesday 09:00",
		"tuesday tue 9:30":                    "Tuesday 09:30",
		"0:00 mon":                            "Monday 00:00",
		"sun 23:59":                           "Sunday 23:59",
		"move it to thursday":                 "Thursday",
		"make it 9:30 on thursdays please":    "Thursday 09:30",
		"sat 9:30 thanks":                     "Saturday 09:30",
	} {
		got, err := ParseSlot(text)
		if err != nil || got.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
		if !LooksLike(text) {
			t.Errorf("%q does not look like a time", text)
		}
	}
}

func TestParseSlotSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"24:00":                          "“24:00” isn’t a time of day",
		"tue 25:10":                      "“25:10” isn’t a time of day",
		"tue 9:75":                       "“9:75” isn’t a time of day",
		"tue 9:3":                        "“9:3” isn’t a time of day",
		"tue 9:30:00":                    "“9:30:00” isn’t a time of day",
		"tue 13am":                       "“13am” isn’t a time of day",
		"tue 13:00 AM":                   "“13:00 am” isn’t a time of day",
		"tue 0pm":                        "“0pm” isn’t a time of day",
		"tue 9am pm":                     "“9am” isn’t a time of day",
		"tue 24":                         "“24” isn’t a time of day",
		"tue 2470":                       "“2470” isn’t a time of day",
		"tue 9:30-10:00":                 "“9:30-10:00” isn’t a time of day",
		"tue 99999999999999999":          "“99999999999999999” isn’t a time of day",
		"tue 2nd":                        "“2nd” isn’t a time of day",
		"tue thu 9:30":                   "“tue” and “thu” are two days, and it can only be one",
		"Tuesdays and Thursdays at 9:30": "“Tuesdays” and “Thursdays” are two days, and it can only be one",
		"tue-thu 9:30":                   "“tue” and “thu” are two days, and it can only be one",
		"tue/thu":                        "“tue” and “thu” are two days, and it can only be one",
		"tue 9:30 16:00":                 "“9:30” and “16:00” are two times, and it can only be one",
		"tue 9am-10am":                   "“9am” and “10am” are two times, and it can only be one",
		"tue 9:30 noon":                  "“9:30” and “noon” are two times, and it can only be one",
		"noon 9:30":                      "“noon” and “9:30” are two times, and it can only be one",
		"Maandag 9:30":                   "“Maandag” isn’t a day I know: is it Monday?",
		"mercredi":                       "“mercredi” isn’t a day I know: is it Wednesday?",
		"tuseday 9:30":                   "“tuseday” isn’t a day I know: is it Tuesday?",
		"wendesday":                      "“wendesday” isn’t a day I know: is it Wednesday?",
		"frday 9":                        "“frday” isn’t a day I know: is it Friday?",
		"thursdya's":                     "“thursdya's” isn’t a day I know: is it Thursday?",
		"satturdays":                     "“satturdays” isn’t a day I know: is it Saturday?",
		"9":                              "“9” alone could be anything; a time is written like 9:30 or 4 pm",
		"930":                            "“930” alone could be anything; a time is written like 9:30 or 4 pm",
		"":                               "there’s no day or time in it",
		"every week":                     "there’s no day or time in it",
		"...":                            "there’s no day or time in it",
		"tuesday morning":                "there’s no hour in it, like 9:30 or 4 pm",
		"9 in the morning evening":       "“evening” contradicts what stands before it",
		"daily 9:30":                     "“daily” isn’t one day of the week, like Tuesday",
		"every day at 9":                 "“day” isn’t one day of the week, like Tuesday",
		"tomorrow 9:30":                  "“tomorrow” isn’t one day of the week, like Tuesday",
		"12 january":                     "“january” isn’t a day of the week, like Tuesday",
		"tue 9:30 CET":                   "the time is meant where you live, so “CET” isn’t needed",
		"tue 9:30 sharp":                 "“sharp” is neither a day of the week nor a time",
		"how to interrupt":               "“how” is neither a day of the week nor a time",
		strings.Repeat("tue ", 99):       "that’s too long for a day and a time",
		strings.Repeat("x", 100):         "“" + strings.Repeat("x", 30) + "…” is neither a day of the week nor a time",
	} {
		got, err := ParseSlot(text)
		if err == nil || err.Error() != want || got != (Slot{}) {
			t.Errorf("%q is %v, %v; want %q", text, got, err, want)
		}
	}
}

func TestEveryTimeOfTheWeekIsRead(t *testing.T) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		for minute := range 24 * 60 {
			want := Slot{Day: d, Minute: minute, HasDay: true, HasMinute: true}
			at := time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC)
			for _, text := range []string{
				want.String(), d.String()[:3] + at.Format(" 15.04"), at.Format("3:04pm ") + d.String() + "s", at.Format("3.04 PM, ") + d.String(), d.String() + at.Format(" 1504"),
			} {
				if got, err := ParseSlot(text); got != want {
					t.Fatalf("%q is %v, %v", text, got, err)
				}
			}
		}
	}
}

func TestLooksLike(t *testing.T) {
	for _, text := range []string{
		"tuseday 9:30", "tue 25:00", "tue 9:75", "tue thu 9:30", "tues or thurs", "maandag 9:30", "9", "24:00", "tomorrow", "daily 9:30", "every day at 9:30",
		"next week", "until next week", "for two weeks", "two weeks", "3d", "3 days", "12 jan", "until january", "the 15th", "12jan", "2027-01-12", "03/04", "12.1.",
		"half past 9", "quarter to 9", "tue 9:30 cet", "from monday", "wednesday or 9:30",
	} {
		if !LooksLike(text) {
			t.Errorf("%q does not look like a time", text)
		}
	}
	for _, text := range []string{
		"", "...", "on how to interrupt", "learned in march", "from my boss", "on", "at work", "on time", "in march", "101", "2020", "for the week", "one on one", "1:1", "for 1:1s",
		"one week after the layoffs", "monday's meeting got hijacked", "may i interrupt", "every week the same", "every morning", "for a new manager",
		"in the second half", "tue 9:30 tue 9:30 tue 9:30 thu 9:30", "for sunita", "about friendship", "fried", "to set it", "to a mother", "24 7 culture",
	} {
		if LooksLike(text) {
			t.Errorf("%q looks like a time", text)
		}
	}
}

func FuzzParseSlot(f *testing.F) {
	for _, seed := range []string{
		"tue 9:30", "Tuesdays at 09.30", "@ 9", "12am", "noon", "fri 16h", "9 p.m.", "tuseday 25:10", "9：30", "tue-thu", "'s", ".:-/", "\xff 9:3", "@@@", "9am.m", "a.m 9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		looks := LooksLike(text)
		s, err := ParseSlot(text)
		if err != nil {
			if s != (Slot{}) || err.Error() == "" || len(err.Error()) > 400 {
				t.Fatalf("%q is %v, %q", text, s, err)
			}
			return
		}
		if !looks {
			t.Fatalf("%q is %v but looks like nothing", text, s)
		}
		if s.Day < 0 || s.Day > 6 || s.Minute < 0 || s.Minute >= 24*60 || !s.HasDay && !s.HasMinute {
			t.Fatalf("%q is %#v", text, s)
		}
		if again, err := ParseSlot(s.String()); again != s {
			t.Fatalf("%q is %v, which is read as %v, %v", text, s, again, err)
		}
	})
}
