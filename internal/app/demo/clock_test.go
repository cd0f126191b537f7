package demo

import (
	"testing"
	"time"

	"allybot/internal/config"
)

func TestThePlaygroundBeginsWhenPeopleWork(t *testing.T) {
	quiet := config.Default().QuietHours
	for day := range 370 {
		now := time.Date(2026, 11, 20, 23, 59, 0, 0, time.UTC).AddDate(0, 0, day)
		begin := workingMorning(now)
		if off := begin.Sub(now); off < -24*time.Hour || off > 3*24*time.Hour {
			t.Fatalf("at %s it begins at %s", now, begin)
		}
		for _, name := range []string{"Europe/London", "Europe/Dublin", "Asia/Kolkata", "Asia/Ho_Chi_Minh", "Asia/Riyadh", "Asia/Shanghai"} {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			local := begin.In(zone)
			if minute := local.Hour()*60 + local.Minute(); minute < quiet.To || minute >= quiet.From || !config.MondayToFriday[local.Weekday()] {
				t.Fatalf("on %s it begins at %s", now, local)
			}
		}
	}
}

func TestClockRunsOnFromWhereItWasMoved(t *testing.T) {
	base := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	passed := time.Duration(0)
	c := NewClock(func() time.Time { return base.Add(passed) })
	if !c.Now().Equal(base) {
		t.Errorf("at the start: %s", c.Now())
	}
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c.Set(monday)
	passed = time.Minute
	if want := monday.Add(time.Minute); !c.Now().Equal(want) {
		t.Errorf("a minute after the move: %s", c.Now())
	}
	c.Advance(24 * time.Hour)
	if want := monday.Add(24*time.Hour + time.Minute); !c.Now().Equal(want) {
		t.Errorf("a day on: %s", c.Now())
	}
}
