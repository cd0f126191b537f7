package slacksim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// obj is a JSON object on its way out.
type obj = map[string]any

// state is everything that changes; Sim.mu guards it.
type state struct {
	closed bool
	rng    *rand.Rand
	lastTS int64 // microseconds since 1970 of the newest ts

	people      map[string]*person
	peopleOrder []string
	channels    map[string]*channel
	ims         map[string]*channel // by the ids of both, sorted
	chanOrder   []string
	groups      []*Usergroup
	emoji       map[string]bool // the workspace's own
	scheduled   []*scheduled

	views    map[string]*view   // open modals and Home tabs by id
	stacks   map[string][]*view // open modals of a person, top last
	homes    map[string]*view
	triggers recent[*trigger]
	urls     recent[*responseURL]
	uploads  map[string]*upload
	rooms    map[string]*room
	huddles  HuddleStyle

	sockets     []*Socket
	socketCount int
	tickets     map[string]time.Time
	flood       int // new sockets still to be disconnected at once
	envelopes   recent[*envelope]
	retries     []time.Duration
	holding     bool
	held        []*envelope
	sentEvents  []time.Time // deliveries of the last hour
	limitedSent int64       // the minute app_rate_limited was last sent for

	limits     limits
	posts      map[string]*bucket
	limitsOff  bool
	editWindow time.Duration
	faults     []*Fault
	calls      []Call
	violations []string

	subs map[chan struct{}]bool
}

func newState(rng *rand.Rand) state {
	return state{
		rng:    rng,
		people: map[string]*person{}, channels: map[string]*channel{}, ims: map[string]*channel{},
		views: map[string]*view{}, stacks: map[string][]*view{}, homes: map[string]*view{},
		uploads: map[string]*upload{}, rooms: map[string]*room{},
		tickets: map[string]time.Time{}, emoji: map[string]bool{},
		retries: []time.Duration{0, time.Minute, 5 * time.Minute},
		limits:  limits{}, posts: map[string]*bucket{}, subs: map[chan struct{}]bool{},
	}
}

const (
	upper  = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
	alnum  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	digits = "0123456789"
)

func (s *state) random(n int, from string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = from[s.rng.IntN(len(from))]
	}
	return string(b)
}

func (s *state) newID(prefix string) string { return prefix + "0" + s.random(9, upper) }
func (s *state) secret(n int) string        { return s.random(n, alnum) }
func (s *state) digits(n int) string        { return "1" + s.random(n-1, digits) }
func (s *state) envelopeID() string {
	h := s.random(32, "0123456789abcdef")
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (s *Sim) now() time.Time { return s.opts.Now() }

// nextTS is a timestamp of now that no message had before. It does not run
// ahead of the order in which things happened, even if the clock was set back.
func (s *Sim) nextTS() string {
	us := s.now().UnixMicro()
	if us <= s.lastTS {
		us = s.lastTS + 1
	}
	s.lastTS = us
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

// touch tells subscribers that something changed.
func (s *Sim) touch() {
	for c := range s.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// violate records what a strict Slack would have refused.
func (s *Sim) violate(format string, args ...any) {
	s.violations = last(append(s.violations, fmt.Sprintf(format, args...)))
	s.touch()
}

// Violations lists what the app did that a strict Slack would have refused or
// dropped without an error the app could see (the last 10,000 at least).
func (s *Sim) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.violations...)
}

// Subscribe returns a channel that gets a value after changes of state (several
// may be told as one), and how to stop that.
func (s *Sim) Subscribe() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	s.subs[c] = true
	s.mu.Unlock()
	return c, func() {
		s.mu.Lock()
		delete(s.subs, c)
		s.mu.Unlock()
	}
}

// WaitFor evaluates ok now, after every change of state, and now and then in
// between, until it holds; false when it did not within timeout.
func (s *Sim) WaitFor(timeout time.Duration, ok func() bool) bool {
	changed, stop := s.Subscribe()
	defer stop()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-deadline.C:
			return ok()
		}
	}
}

// LiftRateLimits switches rate limits off for the rest of the workspace's life.
func (s *Sim) LiftRateLimits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limitsOff = true
}

func toJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("slacksim: " + err.Error())
	}
	return b
}
