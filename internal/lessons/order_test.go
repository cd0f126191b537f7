package lessons

import (
	"errors"
	"strings"
	"testing"
	"time"

	"allybot/internal/when"
)

func TestParseOrder(t *testing.T) {
	today := dateOf(t, "2026-11-22") // a Sunday
	slot := func(text string) Order {
		s, err := when.ParseSlot(text)
		if err != nil {
			t.Fatal(err)
		}
		return Order{Kind: OrderSlot, Slot: s}
	}
	until := func(text string) Order { return Order{Kind: OrderPause, Until: dateOf(t, text)} }
	for text, want := range map[string]Order{
		"":                                    {Kind: OrderShow},
		"  ":                                  {Kind: OrderShow},
		"please":                              {Kind: OrderShow},
		"on":                                  {Kind: OrderOn},
		"ON!":                                 {Kind: OrderOn},
		"on please":                           {Kind: OrderOn},
		"turn on":                             {Kind: OrderOn},
		"off":                                 {Kind: OrderOff},
		"Off.":                                {Kind: OrderOff},
		"stop":                                {Kind: OrderOff},
		"stop it":                             {Kind: OrderOff},
		"please stop":                         {Kind: OrderOff},
		"stop them please":                    {Kind: OrderOff},
		"turn it off":                         {Kind: OrderOff},
		"tue 9:30 please, thanks":             slot("tue 9:30"),
		"unsubscribe":                         {Kind: OrderOff},
		"now":                                 {Kind: OrderNow},
		"next":                                {Kind: OrderNext},
		"next?":                               {Kind: OrderNext},
		"resume":                              {Kind: OrderResume},
		"go on":                               {Kind: OrderResume},
		"Unpause":                             {Kind: OrderResume},
		"tue 9:30":                            slot("tue 9:30"),
		"Tuesdays at 09.30":                   slot("tue 9:30"),
		"TUE 9:30":                            slot("tue 9:30"),
		"on tuesdays at 9:30":                 slot("tue 9:30"),
		"start on tuesday 9:30":               slot("tue 9:30"),
		"every friday 4pm":                    slot("fri 16:00"),
		"every week on friday, at 4pm please": slot("fri 16:00"),
		"on fridays":                          slot("fri"),
		"fridays":                             slot("fri"),
		"at 9":                                slot("at 9"),
		"noon":                                slot("noon"),
		"tue 9 a.m.":                          slot("tue 9:00"),
		"pause":                               {Kind: OrderPause},
		"pause please":                        {Kind: OrderPause},
		"pause it":                            {Kind: OrderPause},
		"Pause until 12 January":              until("2027-01-12"),
		"pause until jan 12":                  until("2027-01-12"),
		"pause till 12.1.":                    until("2027-01-12"),
		"pause untill 12 jan 2027":            until("2027-01-12"),
		"pause for two weeks":                 until("2026-12-06"),
		"pause 2 weeks":                       until("2026-12-06"),
		"pause 3d":                            until("2026-11-25"),
		"pause 12 jan":                        until("2027-01-12"),
		"pause until next week":               until("2026-11-23"),
		"pause until tuesday":                 until("2026-11-24"),
		"off until 12 jan":                    until("2027-01-12"),
		"stop for two weeks":                  until("2026-12-06"),
		"pause until 2027-01-12!":             until("2027-01-12"),
	} {
		got, err := ParseOrder(text, today)
		if got != want || err != nil {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseOrderSaysWhatIsWrong(t *testing.T) {
	today := dateOf(t, "2026-11-22")
	for text, want := range map[string]string{
		"tuseday 9:30":          "“tuseday” isn’t a day I know: is it Tuesday?",
		"on tuseday 9:30":       "“tuseday” isn’t a day I know: is it Tuesday?",
		"tue 25:00":             "“25:00” isn’t a time of day",
		"Tue 25:10":             "“25:10” isn’t a time of day",
		"on tue 25:00":          "“25:00” isn’t a time of day",
		"start tue 25:00":       "“25:00” isn’t a time of day",
		"Tue Thu 9:30":          "“Tue” and “Thu” are two days, and it can only be one",
		"9":                     "“9” alone could be anything; a time is written like 9:30 or 4 pm",
		"daily 9:30":            "“daily” isn’t one day of the week, like Tuesday",
		"maandag":               "“maandag” isn’t a day I know: is it Monday?",
		"next week":             "that’s a day but not of every week; for a pause write “pause until 23 November”",
		"until 12 jan":          "that’s a day but not of every week; for a pause write “pause until 12 January”",
		"two weeks":             "that’s a day but not of every week; for a pause write “pause until 6 December”",
		"tomorrow":              "that’s a day but not of every week; for a pause write “pause until 23 November”",
		"pause next week":       "say until when, like “pause until 23 November”",
		"pause tuesday":         "say until when, like “pause until 24 November”",
		"pause for next week":   "“for” takes a number of days or weeks; otherwise say until when",
		"pause until 03/04":     "“03/04” can be two different days; write the month as a word, like 12 January",
		"pause until christmas": "“christmas” isn’t a day I can read; write it like 12 January",
		"pause until":           "there’s no day in it, like 12 January",
		"pause untl 31 feb":     "February has no day 31",
		"pause 0 days":          "that’s no time at all",
		"stop until 1 nov":      "1 November is over; write the year too if you mean another one",
		"pause for two years":   "that’s more than a year ahead",
	} {
		got, err := ParseOrder(text, today)
		if err == nil || err.Error() != want || errors.Is(err, ErrNoOrder) || got != (Order{}) {
			t.Errorf("%q is %+v, %v; want %q", text, got, err, want)
		}
	}
}

func TestSearchesAreNoOrders(t *testing.T) {
	for _, text := range []string{
		"learned from this meeting", "on how to interrupt", "learned in march", "from my boss", "on 1:1 meetings", "one on one", "pause for effect",
		"pause is powerful", "pause the meeting", "stop interrupting me", "stop interrupting them", "how to go on", "stop for a moment and listen", "now and then", "next steps for allies", "off the record", "go on and on",
		"start with listening", "on time", "101", "2020", "for managers", "on being an ally",
		"on monday’s meeting somebody took my idea", "cancel culture", "continue the conversation", "about tuesday’s joke", "stop it now or else",
	} {
		_, err := ParseOrder(text, dateOf(t, "2026-11-22"))
		if !errors.Is(err, ErrNoOrder) {
			t.Errorf("%q is no search: %v", text, err)
		}
	}
}

func FuzzParseOrder(f *testing.F) {
	for _, seed := range []string{"", "on", "pause until 12 jan", "on tue 25:00", "please please", "stop it it", "lessons lessons", "pause  for", "go on!", "tue\xff 9", "!!! on", "Ⅸ:30 tue"} {
		f.Add(seed)
	}
	today := when.DateOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOrder(text, today)
		switch {
		case err != nil && (o != Order{} || err.Error() == ""):
			t.Fatalf("%q is %+v, %v", text, o, err)
		case err != nil:
			return
		case (o.Kind == OrderSlot) != (o.Slot.HasDay || o.Slot.HasMinute), o.Kind != OrderPause && o.Until != 0, o.Until != 0 && o.Until <= today:
			t.Fatalf("%q is %+v", text, o)
		}
		again := map[OrderKind]string{OrderSlot: o.Slot.String(), OrderPause: strings.TrimSuffix("pause until "+o.Until.String(), " until ")}[o.Kind]
		if got, err := ParseOrder(again, today); again != "" && got != o {
			t.Fatalf("%q is %+v, and %q is %+v, %v", text, o, again, got, err)
		}
	})
}
