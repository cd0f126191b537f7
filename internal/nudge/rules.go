package nudge

import "time"

// window is how long after the moment that somebody chose quiet hours do not
// count.
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
	to := from.Add(window)
	if !t.Before(to) {
		return h.Next(t, true)
	}
	usual := h.Next(t, true)
	if usual.Before(from) {
		return usual
	}
	// What they chose may run over midnight: it belongs to the day it began on.
	if h.works(from.Weekday()) {
		return later(t, from)
	}
	return later(usual, h.Next(to, true))
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
