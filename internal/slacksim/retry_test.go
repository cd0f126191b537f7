package slacksim

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"
)

// offline is a workspace that nobody reaches over the network, for tests with a
// clock of their own.
func offline(t *testing.T, change func(*Options)) *Sim {
	t.Helper()
	m, err := parseManifest([]byte(tinyManifest))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{}
	if change != nil {
		change(&o)
	}
	return newSim(o.withDefaults(), m, "http://127.0.0.1:1")
}

// silent adds a socket of an app that reads and never acknowledges.
func silent(s *Sim) *Socket {
	k := &Socket{ID: "1", sim: s, out: make(chan frame, 100), gone: make(chan struct{}), open: true}
	s.sockets = append(s.sockets, k)
	return k
}

func TestAnEventIsTriedAtOnceAfterAMinuteAndAfterFive(t *testing.T) {
	for name, c := range map[string]struct {
		socket bool
		at     []time.Duration // of the attempts, since the event
		end    time.Duration
	}{
		"nobody there":       {false, []time.Duration{0, 0, time.Minute, 6 * time.Minute}, 6 * time.Minute},
		"no acknowledgement": {true, []time.Duration{0, 3 * time.Second, 66 * time.Second, 369 * time.Second}, 372 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := offline(t, nil)
				if c.socket {
					silent(s)
				}
				start := time.Now()
				ex := s.SendEvent(json.RawMessage(`{"type":"team_join"}`))
				<-ex.Done()
				if got := time.Since(start); got != c.end {
					t.Errorf("given up after %s, want %s", got, c.end)
				}
				time.Sleep(time.Hour) // of the bubble's clock: nothing more comes
				sent := s.Envelopes()[0].SentAt
				if len(sent) != len(c.at) {
					t.Fatalf("%d attempts at %v, want %d", len(sent), sent, len(c.at))
				}
				for i, at := range sent {
					if got := at.Sub(start); got != c.at[i] {
						t.Errorf("attempt %d after %s, want %s", i, got, c.at[i])
					}
				}
			})
		})
	}
}

func TestAnAcknowledgedEventIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, nil)
		k := silent(s)
		ex := s.SendEvent(json.RawMessage(`{"type":"team_join"}`))
		time.Sleep(4 * time.Second) // the second attempt is under way
		s.mu.Lock()
		k.acked(toJSON(obj{"envelope_id": ex.EnvelopeID}))
		s.mu.Unlock()
		if err := ex.Wait(time.Second); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if n := s.Envelopes()[0].Attempts; n != 2 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestACommandIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, nil)
		silent(s)
		sam := s.AddPerson(Person{Name: "sam"})
		general := s.AddChannel(Channel{Name: "general", Members: []string{sam}})
		start := time.Now()
		ex := s.As(sam).Command(general, "/a", "x")
		<-ex.Done()
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("given up after %s", got)
		}
		time.Sleep(time.Hour)
		if n := s.Envelopes()[0].Attempts; n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// The 30,001st delivery within an hour does not come; the app is told so once a
// minute, and events come again when the hour has passed.
func TestThirtyThousandEventsAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := offline(t, nil)
		s.SetRetrySchedule(nil)
		s.mu.Lock()
		for range maxEventsPerHour - 1 {
			if s.overEventLimit() {
				t.Fatal("over the limit too early")
			}
		}
		s.mu.Unlock()
		kinds := func() (events, limited int) {
			for _, e := range s.Envelopes() {
				var p struct {
					Type   string `json:"type"`
					Minute int64  `json:"minute_rate_limited"`
				}
				if err := json.Unmarshal(e.Payload, &p); err != nil {
					t.Fatal(err)
				}
				switch p.Type {
				case "event_callback":
					events++
				case "app_rate_limited":
					limited++
					if p.Minute%60 != 0 || p.Minute > time.Now().Unix() {
						t.Errorf("minute_rate_limited %d", p.Minute)
					}
				}
			}
			return events, limited
		}
		for step, c := range []struct {
			wait            time.Duration
			events, limited int
		}{
			{0, 1, 0},           // the last that comes
			{0, 1, 1},           // held back, and said so
			{time.Second, 1, 1}, // the same minute
			{time.Minute, 1, 2}, // the next one
			{time.Hour, 2, 2},   // the hour has passed
			{time.Second, 3, 2},
		} {
			time.Sleep(c.wait)
			s.SendEvent(json.RawMessage(`{"type":"team_join"}`))
			if events, limited := kinds(); events != c.events || limited != c.limited {
				t.Errorf("step %d: %d events and %d warnings, want %d and %d", step, events, limited, c.events, c.limited)
			}
		}
		s.limitsOff = true
		s.mu.Lock()
		for range maxEventsPerHour + 1 {
			if s.overEventLimit() {
				t.Fatal("a limit where they are lifted")
			}
		}
		s.mu.Unlock()
	})
}
