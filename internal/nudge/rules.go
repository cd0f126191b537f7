package nudge

import "time"

// window is how long after a moment in quiet hours that somebody chose these do
// not count.
const window = time.Hour

// next is the first moment, not before t, at which the hours let the message
// through; in the zone where the person lives, which must be that of t.
func (o Occasion) next(h Hours, t time.Time) time.Time {
	switch {
	case o.Class == Notice && o.Answers:
		return t
	case o.Class == Notice:
		return h.Next(t, false)
	case o.Chosen.IsZero():
		return h.Next(t, true)
	}
	from := o.Chosen.In(t.Location())
	usual := h.Next(t, true)
	if h.Next(from, true).Equal(from) || !h.works(from.Weekday()) || usual.Before(from) {
		return usual // what they chose was none of the quiet hours: being late does not open these
	}
	to := from.Add(window)
	if !h.works(to.Weekday()) { // it ends with the last working day
		to = to.Truncate(time.Minute).Add(-time.Duration(to.Hour()*60+to.Minute()) * time.Minute)
	}
	if t.Before(to) {
		return later(t, from)
	}
	return usual
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// personal says whether the message is for the person alone, and not for a
// channel: what a channel asked for does not wait for the snooze of one of them.
func (o Occasion) personal() bool { return o.ChannelID == "" || o.ChannelID[0] == 'D' }
