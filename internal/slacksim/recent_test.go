package slacksim

import (
	"encoding/json"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestRecentForgetsTheOldestThatAreOver(t *testing.T) {
	var r recent[int]
	for i := range 3 * keepLast {
		r.put(strconv.Itoa(i), i, func(v int) bool { return v != 7 })
	}
	if n := len(r.all()); n < keepLast || n > keepLast+keepLast/10+1 {
		t.Errorf("%d entries", n)
	}
	if r.get("7") != 7 || r.all()[0] != 7 {
		t.Error("forgot one that is still needed")
	}
	if got := r.get(strconv.Itoa(3*keepLast - 1)); got != 3*keepLast-1 {
		t.Errorf("the newest is %d", got)
	}
	if len(r.byID) != len(r.order) {
		t.Errorf("%d by id, %d in order", len(r.byID), len(r.order))
	}
	var none recent[int]
	for i := range 2 * keepLast {
		none.put(strconv.Itoa(i), i, func(int) bool { return false })
	}
	if n := len(none.all()); n != 2*keepLast {
		t.Errorf("%d entries of those still needed", n)
	}
}

// A demonstration that runs for weeks does not grow by what it logs.
func TestLogsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, func(o *Options) { o.NoRateLimits = true })
		s.SetRetrySchedule([]time.Duration{100 * time.Hour})
		waiting := s.SendEvent(json.RawMessage(`{"type":"team_join"}`)) // still to be tried again
		s.SetRetrySchedule(nil)
		sam := s.AddPerson(Person{Name: "sam"})
		general := s.AddChannel(Channel{Name: "general", Members: []string{sam}, WithBot: true})
		for range 2 * keepLast {
			s.SendEvent(json.RawMessage(`{"type":"team_join"}`))
			s.mu.Lock()
			s.logCall(Call{Method: "auth.test", Args: url.Values{}})
			s.violate("x")
			s.newTrigger(sam, false)
			s.newResponseURL("commands", s.channels[general], sam, nil)
			s.mu.Unlock()
			time.Sleep(time.Second)
		}
		for what, n := range map[string]int{
			"envelopes": len(s.Envelopes()), "calls": len(s.Calls("")), "violations": len(s.Violations()),
			"triggers": len(s.triggers.order), "response URLs": len(s.urls.order),
		} {
			if n < keepLast || n > keepLast+keepLast/10+1 {
				t.Errorf("%d %s are kept", n, what)
			}
		}
		if s.Envelopes()[0].ID != waiting.EnvelopeID {
			t.Error("forgot an event that is still to be tried again")
		}
	})
}
