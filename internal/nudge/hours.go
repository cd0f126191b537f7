package nudge

import "time"

// Hours are an organisation's: when it does not want to be written to.
type Hours struct {
	// QuietFrom and QuietTo are minutes after midnight, where the person lives.
	// Quiet hours go over midnight if From is after To; equal means there are none.
	QuietFrom, QuietTo int
	// Working are the days on which people work, by time.Weekday. None at all
	// counts as all of them: nobody waits forever.
	Working [7]bool
}

const day = 24 * 60 * 60 // seconds on a clock's face

// Next is the first moment, not before t, that is in no quiet hours and, if
// working is asked for, on a working day; in the location of t.
//
// What counts is what the clock on the wall shows: an hour that comes twice when
// the clocks go back is quiet twice, and quiet hours whose end is skipped when
// they go forward end with the skip.
func (h Hours) Next(t time.Time, working bool) time.Time {
	t = t.Round(0)
	for h.quiet(t) || working && !h.works(t.Weekday()) {
		t = h.turn(t)
	}
	return t
}

// turn is the first moment after t at which the answer can be another one: a
// midnight, the end of quiet hours, or a change of the clocks.
func (h Hours) turn(t time.Time) time.Time {
	hour, minute, second := t.Clock()
	shown := hour*3600 + minute*60 + second
	ahead := min(day-shown, until(shown, h.QuietTo*60))
	next := time.Unix(t.Unix()+int64(ahead), 0).In(t.Location())
	if _, change := t.ZoneBounds(); !change.IsZero() && change.Before(next) {
		return change
	}
	return next
}

// until is how many seconds the clock needs from what it shows to the mark, more
// than none.
func until(shown, mark int) int { return day - (shown-mark%day+day)%day }

func (h Hours) quiet(t time.Time) bool {
	minute, from, to := t.Hour()*60+t.Minute(), h.QuietFrom%(day/60), h.QuietTo%(day/60)
	if from <= to {
		return from <= minute && minute < to
	}
	return from <= minute || minute < to
}

func (h Hours) works(d time.Weekday) bool { return h.Working[d] || h.Working == [7]bool{} }
