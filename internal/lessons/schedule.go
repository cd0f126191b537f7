package lessons

import (
	"time"

	"allybot/internal/when"
)

// LateBy is how long after its moment a lesson may still be sent.
const LateBy = 24 * time.Hour

// apart is how many days there are at least between the dates of two lessons,
// also when somebody changes the day.
const apart = 4

// Start turns it on, or changes when it comes. What is on already and does not
// change stays as it is, also if its lesson is just being sent; a pause stays.
func (s *Subscription) Start(slot Slot, zone string, now time.Time) {
	if s.On && s.Next != 0 && s.Slot == slot && s.Zone == zone {
		return
	}
	s.On, s.Slot, s.Zone = true, slot, zone
	s.plan(now)
}

// Stop turns it off. What was seen, and when, stays.
func (s *Subscription) Stop() {
	s.settle()
	s.On, s.Next, s.Resume = false, 0, 0
}

// Due is the moment of the next lesson, zero if none comes. Where the zone is not
// known it is UTC.
func (s Subscription) Due() time.Time {
	if !s.On || s.Next == 0 {
		return time.Time{}
	}
	return s.Next.At(s.Slot.Minute, when.Zone(s.Zone))
}

// TooLate says whether the lesson should have come so long ago that it is not
// sent any more.
func (s Subscription) TooLate(now time.Time) bool {
	due := s.Due()
	return !due.IsZero() && now.Sub(due) > LateBy
}

// Delivered notes that a lesson was sent, and plans that of the following week. If
// the time was changed while it was being sent, it counts for today.
func (s *Subscription) Delivered(now time.Time) {
	sent := s.Next
	if due := s.Due(); due.IsZero() || due.After(now) {
		sent = when.DateOf(now.In(when.Zone(s.Zone)))
	}
	s.Last = max(s.Last, sent)
	if s.Resume <= s.Last {
		s.Resume = 0
	}
	s.plan(now)
}

// Missed plans the next lesson in place of one that was not sent.
func (s *Subscription) Missed(now time.Time) { s.plan(now) }

// Moved says that they live elsewhere. The date of the next lesson stays, if it
// can still be sent there or is yet to come.
func (s *Subscription) Moved(zone string, now time.Time) {
	s.Zone = zone
	if s.TooLate(now) {
		s.plan(now)
	}
}

// PauseUntil lets no lesson come before a day.
func (s *Subscription) PauseUntil(day when.Date, now time.Time) {
	s.Resume = day
	s.plan(now)
}

// GoOn ends a pause. One that is over by itself changes nothing any more.
func (s *Subscription) GoOn(now time.Time) {
	over := s.Resume <= when.DateOf(now.In(when.Zone(s.Zone)))
	s.Resume = 0
	if !over {
		s.plan(now)
	}
}

// plan finds the date of the next lesson from all that is known; none while off.
func (s *Subscription) plan(now time.Time) {
	s.settle()
	s.Next = 0
	if !s.On {
		return
	}
	from := s.Resume
	if s.Last != 0 {
		from = max(from, s.Last+apart)
	}
	s.Next = s.Slot.first(from, when.Zone(s.Zone), now)
}

// settle takes a lesson that was begun to be sent for sent: they may have it, and
// two in a week would be worse than none.
func (s *Subscription) settle() {
	if s.Sending != "" {
		s.Last, s.Sending = max(s.Last, s.Next), ""
	}
}
