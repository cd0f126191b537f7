package nudge

import (
	"testing"
	"time"

	"allybot/internal/slackbot"
	"allybot/internal/when"
)

func TestWhatIsASnooze(t *testing.T) {
	today := when.DateOf(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	for _, tc := range []struct {
		want  slackbot.Parsed
		typed []string
	}{
		{slackbot.Parses, []string{"", "3d", "until 12 jan", "Until Monday!", "2 weeks", "for 2 weeks", "tomorrow", "off", "Off!", "wake up", "end"}},
		{slackbot.Malformed, []string{
			"on", "until", "for a while", "forever", "3h", "for 2 hours", "half an hour", "until 5pm", "12.13.", "until tuseday",
			"until blursday", "until 3/4", "400 days", "3 dyas", "today", "10", "monday 9:00", "until further notice",
		}},
		{slackbot.NotACommand, []string{
			"my boss", "lessons", "alarm keeps ringing in meetings", "button in the wrong place", "until everybody in the meeting has left me alone", "h",
		}},
	} {
		for _, typed := range tc.typed {
			if got := parse(typed, today); got != tc.want {
				t.Errorf("snooze %s: %d, want %d", typed, got, tc.want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3d", "until 12 jan", "off", "half an hour", "until blursday", "10", "\xff", "…"} {
		f.Add(s, int32(20781))
	}
	f.Fuzz(func(t *testing.T, typed string, day int32) {
		today := when.Date(day % 100_000)
		d, err := when.ParseUntil(plain(typed), today)
		switch got := parse(typed, today); {
		case err == nil && got != slackbot.Parses:
			t.Errorf("%q is %s, but no snooze", typed, d)
		case err == nil && d <= today:
			t.Errorf("%q is over on %s", typed, d)
		case err != nil && whyNot(plain(typed), err) == "":
			t.Errorf("%q is wrong for no reason", typed)
		}
	})
}
