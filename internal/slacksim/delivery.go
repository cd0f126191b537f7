package slacksim

import (
	"encoding/json"
	"slices"
	"time"
)

// envelope is something on its way to the app, or that was.
type envelope struct {
	id, kind, eventID string
	payload           json.RawMessage
	accepts           bool // takes a payload in the acknowledgement
	attempts          []attempt
	pending           bool // waits for an acknowledgement
	ackedAt           time.Time
	ex                *Exchange
	timer             *time.Timer
	onAck             func(payload json.RawMessage) error // what the person sees of it
	onFail            func(error)
}

type attempt struct {
	socket *Socket // nil: there was none
	at     time.Time
	// answered: an acknowledgement came for it, in time or not.
	answered bool
}

// EnvelopeRecord is the fate of an envelope so far.
type EnvelopeRecord struct {
	ID       string
	Type     string // events_api, slash_commands or interactive
	EventID  string
	Attempts int
	SentAt   []time.Time // by the workspace's clock, one per attempt
	AckedAt  time.Time   // zero while it was not acknowledged in time
	SocketID string      // of the last attempt; "" when there was no socket
	Payload  json.RawMessage
}

// Envelopes lists what was sent to the app, in order: all that is still under way
// and the last 10,000 at least.
func (s *Sim) Envelopes() []EnvelopeRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []EnvelopeRecord{}
	for _, e := range s.envelopes.all() {
		r := EnvelopeRecord{ID: e.id, Type: e.kind, EventID: e.eventID, Attempts: len(e.attempts), AckedAt: e.ackedAt, Payload: e.payload}
		for _, a := range e.attempts {
			r.SentAt, r.SocketID = append(r.SentAt, a.at), ""
			if a.socket != nil {
				r.SocketID = a.socket.ID
			}
		}
		out = append(out, r)
	}
	return out
}

// SetRetrySchedule sets when an event that was not acknowledged is sent again;
// default at once, after 1 min and after 5 min.
func (s *Sim) SetRetrySchedule(waits []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retries = slices.Clone(waits)
}

// Redeliver sends an envelope again, of whatever type.
func (s *Sim) Redeliver(envelopeID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.envelopes.get(envelopeID); e != nil {
		e.stopTimer()
		s.send(e)
	}
}

// HoldEvents keeps events back until ReleaseEvents, so that a test can choose
// their order.
func (s *Sim) HoldEvents() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = true
}

// HeldEvents lists the payloads of the events kept back, in the order they
// happened.
func (s *Sim) HeldEvents() []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []json.RawMessage{}
	for _, e := range s.held {
		out = append(out, slices.Clone(e.payload))
	}
	return out
}

// ReleaseEvents sends the events kept back in the order of the indexes given
// (those not named follow), and keeps none back any more.
func (s *Sim) ReleaseEvents(order ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.held
	s.holding, s.held = false, nil
	sent := map[int]bool{}
	for i := range held {
		order = append(order, i)
	}
	for _, i := range order {
		if i >= 0 && i < len(held) && !sent[i] {
			sent[i] = true
			s.send(held[i])
		}
	}
}

// dispatch sends a new envelope.
func (s *Sim) dispatch(e *envelope) *Exchange {
	e.id = s.envelopeID()
	e.ex = newExchange(e.id)
	s.envelopes.put(e.id, e, func(e *envelope) bool { return !e.pending && e.ex.over() })
	if s.holding && e.kind == "events_api" {
		s.held = append(s.held, e)
		return e.ex
	}
	s.send(e)
	return e.ex
}

// send makes one attempt at an arbitrary socket.
func (s *Sim) send(e *envelope) {
	k := s.pick()
	e.attempts = append(e.attempts, attempt{socket: k, at: s.now()})
	e.pending = true
	s.touch()
	if k == nil {
		s.unanswered(e, ErrDispatchFailed)
		return
	}
	n := len(e.attempts) - 1
	body := obj{"envelope_id": e.id, "type": e.kind, "payload": e.payload, "accepts_response_payload": e.accepts}
	if e.kind == "events_api" {
		body["retry_attempt"], body["retry_reason"] = n, ""
		if n > 0 {
			body["retry_reason"] = "timeout"
		}
	}
	k.push(opText, toJSON(body))
	e.timer = s.later(s.opts.AckTimeout, func() {
		if e.pending && len(e.attempts) == n+1 {
			s.unanswered(e, ErrTimeout)
		}
	})
}

func (s *Sim) pick() *Socket {
	var open []*Socket
	for _, k := range s.sockets {
		if k.open && !k.leaving {
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return open[s.rng.IntN(len(open))]
}

// unanswered ends an attempt that failed: events are tried again, commands and
// interactions are not.
func (s *Sim) unanswered(e *envelope, why error) {
	e.pending = false
	if n := len(e.attempts) - 1; e.kind == "events_api" && n < len(s.retries) {
		e.timer = s.later(s.retries[n], func() { s.send(e) })
		return
	}
	e.fail(why)
	s.touch()
}

func (e *envelope) fail(why error) {
	if e.ex.finish(nil, why) && e.onFail != nil {
		e.onFail(why)
	}
}

func (e *envelope) stopTimer() {
	if e.timer != nil {
		e.timer.Stop()
	}
}

// acknowledge takes an acknowledgement that came over k.
func (s *Sim) acknowledge(k *Socket, id string, payload json.RawMessage) {
	e := s.envelopes.get(id)
	if e == nil {
		s.violate("socket %s: acknowledged the unknown envelope %s", k.ID, id)
		return
	}
	if len(e.attempts) == 0 {
		s.violate("socket %s: acknowledged envelope %s before it was sent", k.ID, id)
		return
	}
	last := e.attempts[len(e.attempts)-1]
	got := slices.ContainsFunc(e.attempts, func(a attempt) bool { return a.socket == k })
	// Each attempt may be answered once; which one an answer is to, it does not say.
	answered := slices.IndexFunc(e.attempts, func(a attempt) bool { return a.socket == k && !a.answered })
	switch {
	case !got:
		s.violate("socket %s: acknowledged envelope %s, which went to another socket", k.ID, id)
		return
	case answered < 0:
		s.violate("socket %s: acknowledged envelope %s twice", k.ID, id)
		return
	}
	e.attempts[answered].answered = true
	switch {
	case last.socket != k:
		return // too late: it was sent to another socket meanwhile
	case !e.pending:
		return // too late: the person has seen an error, or the next attempt is due
	}
	e.pending = false
	e.stopTimer()
	e.ackedAt = s.now()
	if isNothing(payload) {
		payload = nil
	}
	if payload != nil && !e.accepts {
		s.violate("envelope %s of type %s takes no payload in its acknowledgement", id, e.kind)
		payload = nil
	}
	var err error
	if e.onAck != nil {
		err = e.onAck(payload)
	}
	e.ex.finish(payload, err)
	s.touch()
}

// isNothing says whether an acknowledgement's payload is none; the official Node
// client sends {}.
func isNothing(payload json.RawMessage) bool {
	switch string(payload) {
	case "", "null", "{}", `""`:
		return true
	}
	return false
}
