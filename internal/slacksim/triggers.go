package slacksim

import (
	"fmt"
	"time"
)

// trigger lets the app open or push one view for a person, for 3 s.
type trigger struct {
	user   string
	inView bool // came from within a modal: may push
	used   bool
	at     time.Time // by the workspace's clock
	real   time.Time // by the machine's, so that a clock standing still prolongs nothing
}

func (s *Sim) newTrigger(user string, inView bool) string {
	id := fmt.Sprintf("%s.%s.%s", s.digits(13), s.digits(12), s.random(32, "0123456789abcdef"))
	s.triggers.put(id, &trigger{user: user, inView: inView, at: s.now(), real: time.Now()}, func(t *trigger) bool { return t.used || s.expired(t) })
	return id
}

func (s *Sim) expired(t *trigger) bool {
	return s.now().Sub(t.at) > s.opts.TriggerLife || time.Since(t.real) > s.opts.TriggerLife
}

// takeTrigger uses a trigger up: whether the view that comes with it is fit to be
// shown is looked at afterwards.
func (s *Sim) takeTrigger(id string) (*trigger, error) {
	t := s.triggers.get(id)
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case s.expired(t):
		return nil, fail("expired_trigger_id")
	}
	t.used = true
	return t, nil
}
