package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// move is how the visitor moves the clock: one of the three fields.
type move struct {
	As string `json:"as"`
	// Advance is a duration such as "1h" or "24h".
	Advance string `json:"advance"`
	// Local is a moment in the person's time zone, "2026-11-23T09:00".
	Local string `json:"local"`
	// Next is "morning" or "monday": the next morning or Monday, 09:00 in the
	// person's time zone.
	Next string `json:"next"`
}

// farthest keeps a visitor from moving the clock where dates stop making sense.
const farthest = 2 * 366 * 24 * time.Hour

func (s *server) clock(w http.ResponseWriter, r *http.Request) {
	var m move
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m); err != nil {
		refuse(w, http.StatusBadRequest, "the request is not readable")
		return
	}
	if s.opts.Clock == nil {
		refuse(w, http.StatusConflict, "this workspace runs on the real time")
		return
	}
	now := s.opts.Clock.Now()
	to, err := m.target(now, s.zone(m.As))
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, err.Error())
		return
	case to.Before(now):
		refuse(w, http.StatusBadRequest, "The clock only moves forward.")
		return
	case to.Sub(now) > farthest:
		refuse(w, http.StatusBadRequest, "The clock moves at most two years at a time.")
		return
	}
	if m.Advance != "" {
		s.opts.Clock.Advance(to.Sub(now))
	} else {
		s.opts.Clock.Set(to)
	}
	s.moved.wake()
	writeJSON(w, http.StatusOK, outcome{OK: true})
}

func (m move) target(now time.Time, zone *time.Location) (time.Time, error) {
	switch {
	case m.Advance != "":
		d, err := time.ParseDuration(m.Advance)
		if err != nil {
			return time.Time{}, fmt.Errorf("%q is not a duration", m.Advance)
		}
		return now.Add(d), nil
	case m.Local != "":
		t, err := time.ParseInLocation("2006-01-02T15:04", m.Local, zone)
		if err != nil {
			return time.Time{}, fmt.Errorf("%q is not a date and time", m.Local)
		}
		return t, nil
	case m.Next == "morning":
		return nextMorning(now.In(zone)), nil
	case m.Next == "monday":
		return nextMonday(now.In(zone)), nil
	}
	return time.Time{}, fmt.Errorf("say where to move the clock")
}

// nextMorning is the first 09:00 after now, in now's time zone.
func nextMorning(now time.Time) time.Time {
	t := time.Date(now.Year(), now.Month(), now.Day(), 9, 0, 0, 0, now.Location())
	if !t.After(now) {
		t = time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location())
	}
	return t
}

// nextMonday is the first Monday 09:00 after now, in now's time zone.
func nextMonday(now time.Time) time.Time {
	days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
	t := time.Date(now.Year(), now.Month(), now.Day()+days, 9, 0, 0, 0, now.Location())
	if !t.After(now) {
		t = time.Date(now.Year(), now.Month(), now.Day()+days+7, 9, 0, 0, 0, now.Location())
	}
	return t
}

// zone is the time zone of a person, UTC if it is not known.
func (s *server) zone(userID string) *time.Location {
	for _, p := range s.sim.People() {
		if p.ID == userID {
			if loc, err := time.LoadLocation(p.TZ); err == nil {
				return loc
			}
		}
	}
	return time.UTC
}
