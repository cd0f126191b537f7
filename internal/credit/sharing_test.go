package credit

import (
	"testing"
	"time"
)

func TestHourFor(t *testing.T) {
	for clock, want := range map[string]string{
		"17:00": "It is evening for Priya", "21:59": "It is evening for Priya", "22:00": "It is night for Priya", "04:59": "It is night for Priya",
		"05:00": "It is early for Priya", "08:59": "It is early for Priya", "12:30": "Priya has quiet hours now",
	} {
		at, err := time.Parse(clockTime, clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := hourFor(at, "Priya"); got != want {
			t.Errorf("at %s: %q", clock, got)
		}
	}
}

// A post that nobody could make for a day is left alone until its giver is awake to
// be told, not looked at every few minutes.
func TestALateGiverIsToldWhenTheyWake(t *testing.T) {
	given := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	c := Credit{GiverID: "U1", Given: given, Posting: Sending, Receivers: []Receiver{{UserID: "U2", Standing: Named, Told: true}}}
	over := given.Add(giveUpAfter)
	if at, due := c.Due(); !due || at.After(over) || !c.late(over) {
		t.Fatalf("due %s (%v), late %v", at, due, c.late(over))
	}
	c.NotBefore = over.Add(13 * time.Hour)
	if at, due := c.Due(); !due || !at.Equal(c.NotBefore) {
		t.Errorf("due %s (%v)", at, due)
	}
	if !c.late(c.NotBefore) {
		t.Error("it begins another day")
	}
}
