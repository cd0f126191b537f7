package nudge

import "time"

// Hours are an organisation's: when it does not want to be written to.
type Hours struct {
	// QuietFrom and QuietTo are minutes after midnight, where the person lives.
	// Quiet hours go over midnight if From is after To; equal means there are none.
	QuietFrom, QuietTo int
	// Working are the days on which people work, by time.Weekday.
	Working [7]bool
}

// Next is the first moment, not before t, that is in no quiet hours and, if
// working is asked for, on a working day; in the location of t.
func (h Hours) Next(t time.Time, working bool) time.Time { panic("to be written") }
