package page

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// settle lets a burst of changes become one message to the browser.
	settle = 20 * time.Millisecond
	// beat keeps an idle stream from looking dead.
	beat = 15 * time.Second
)

// events tells the browser that something changed, by Server-Sent Events. It
// says no more: what changed differs from person to person.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // the stream outlives a server's write timeout
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")

	changes, stop := s.sim.Subscribe()
	defer stop()
	moved, forget := s.moved.listen()
	defer forget()

	say := func(line string) bool {
		if _, err := fmt.Fprint(w, line); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	if !say("retry: 1000\nevent: change\ndata: {}\n\n") {
		return
	}
	pulse := time.NewTicker(beat)
	defer pulse.Stop()
	var pending <-chan time.Time
	for {
		select {
		case <-r.Context().Done():
			return
		case _, open := <-changes:
			if !open {
				return // the workspace closed; the browser tries again
			}
			if pending == nil {
				pending = time.After(settle)
			}
		case <-moved:
			if pending == nil {
				pending = time.After(settle)
			}
		case <-pending:
			pending = nil
			if !say("event: change\ndata: {}\n\n") {
				return
			}
		case <-pulse.C:
			if !say(": still here\n\n") {
				return
			}
		}
	}
}

// signal wakes every listener; several calls before one looks count once.
type signal struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
}

func newSignal() *signal { return &signal{listeners: map[chan struct{}]bool{}} }

func (s *signal) listen() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, c)
	}
}

func (s *signal) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.listeners {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
