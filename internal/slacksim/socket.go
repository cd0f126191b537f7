package slacksim

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Limits of Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode).
const (
	maxSockets = 10
	// maxAck is the size in bytes from which Slack drops an acknowledgement.
	maxAck     = 20 * 1024
	ticketLife = 30 * time.Second
	// After a disconnect frame the socket stays open for the rest of its acks.
	warningGrace = 10 * time.Second
	closeGrace   = time.Second
)

// Socket is one Socket Mode connection of the app.
type Socket struct {
	// ID numbers the sockets in the order they came.
	ID string

	sim  *Sim
	conn *wsConn
	out  chan frame
	gone chan struct{}

	// Guarded by Sim.mu.
	open    bool // in the list of sockets
	leaving bool // told to disconnect: gets nothing new
	stalled bool
	pings   bool
	delay   time.Duration // acks count this much later
	deaf    bool          // acks are lost on the way
	opened  time.Time
}

type frame struct {
	op      byte
	payload []byte
}

func (s *Sim) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	made, ok := s.tickets[ticket]
	delete(s.tickets, ticket)
	ok = ok && time.Since(made) < ticketLife && !s.closed
	if !ok {
		s.violate("socket: ticket unknown, used or expired")
	}
	s.mu.Unlock()
	if !ok {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	conn, err := upgrade(w, r)
	if err != nil {
		return
	}

	k := &Socket{sim: s, conn: conn, out: make(chan frame, 4096), gone: make(chan struct{}), pings: true, opened: time.Now()}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.Close()
		return
	}
	s.socketCount++
	k.ID, k.open = strconv.Itoa(s.socketCount), true
	s.sockets = append(s.sockets, k)
	s.done.Add(2)
	k.push(opText, s.hello())
	switch {
	case len(s.sockets) > maxSockets:
		k.disconnect("too_many_websockets")
	case s.flood > 0:
		s.flood--
		k.disconnect("refresh_requested")
	}
	s.touch()
	s.mu.Unlock()

	go func() { defer s.done.Done(); k.writeLoop() }()
	defer s.done.Done()
	k.readLoop()
	k.drop()
}

func (s *Sim) hello() []byte {
	return toJSON(obj{
		"type": "hello", "num_connections": len(s.sockets),
		"debug_info":      obj{"host": "applink-sim", "started": s.started.UTC().Format(time.DateTime), "build_number": 1, "approximate_connection_time": 18060},
		"connection_info": obj{"app_id": s.appID},
	})
}

// push hands a frame to the writer; Sim.mu is held.
func (k *Socket) push(op byte, payload []byte) {
	select {
	case k.out <- frame{op, payload}:
	default: // the app does not read: as good as a dead socket
		k.kill()
	}
}

func (k *Socket) writeLoop() {
	tick := time.NewTicker(k.sim.opts.PingInterval)
	defer tick.Stop()
	for {
		f := frame{op: opPing, payload: []byte("ping")}
		select {
		case <-k.gone:
			return
		case f = <-k.out:
		case <-tick.C:
		}
		k.sim.mu.Lock()
		skip := k.stalled || (f.op == opPing && !k.pings)
		k.sim.mu.Unlock()
		if skip {
			continue // half open: it goes nowhere
		}
		if err := k.conn.write(f.op, f.payload); err != nil {
			k.drop()
			return
		}
		if f.op == opClose {
			k.drop()
			return
		}
	}
}

func (k *Socket) readLoop() {
	for {
		f, err := k.conn.read()
		if err != nil {
			return
		}
		k.sim.mu.Lock()
		stalled, delay := k.stalled, k.delay
		k.sim.mu.Unlock()
		if stalled {
			continue
		}
		switch {
		case f.op == opClose:
			return
		case f.op == opPing:
			k.sim.mu.Lock()
			k.push(opPong, f.payload)
			k.sim.mu.Unlock()
		case f.op == opPong:
		case f.op != opText || !f.final:
			k.sim.mu.Lock()
			k.sim.violate("socket %s: a fragmented or binary message; Slack takes whole text frames", k.ID)
			k.push(opClose, closePayload(1003, "whole text frames only"))
			k.sim.mu.Unlock()
			<-k.gone
			return
		case delay > 0:
			k.sim.later(delay, func() { k.acked(f.payload) })
		default:
			k.sim.mu.Lock()
			k.acked(f.payload)
			k.sim.mu.Unlock()
		}
	}
}

// later runs do, with Sim.mu held, unless the workspace was closed by then.
func (s *Sim) later(d time.Duration, do func()) *time.Timer {
	return time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			do()
		}
	})
}

// acked takes what the app sent over the socket; Sim.mu is held.
func (k *Socket) acked(raw []byte) {
	s := k.sim
	if k.deaf {
		return
	}
	if len(raw) >= maxAck {
		s.violate("socket %s: an acknowledgement of %d bytes; Slack drops 20 KB and more", k.ID, len(raw))
		return
	}
	var a struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &a); err != nil || a.EnvelopeID == "" {
		s.violate("socket %s: a message that is no acknowledgement", k.ID)
		return
	}
	s.acknowledge(k, a.EnvelopeID, a.Payload)
}

// drop ends the connection and takes it off the list.
func (k *Socket) drop() {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	k.kill()
}

// kill cuts the connection; Sim.mu is held.
func (k *Socket) kill() {
	if !k.open {
		return
	}
	k.open = false
	close(k.gone)
	k.conn.Close()
	s := k.sim
	kept := []*Socket{}
	for _, other := range s.sockets {
		if other != k {
			kept = append(kept, other)
		}
	}
	s.sockets = kept
	s.touch()
}

// disconnect sends a disconnect frame; Sim.mu is held.
func (k *Socket) disconnect(reason string) {
	k.push(opText, toJSON(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "applink-sim"}}))
	grace := closeGrace
	if reason == "warning" {
		grace = warningGrace
	} else {
		k.leaving = true
	}
	k.sim.later(grace, func() {
		if k.open {
			k.leaving = true
			k.push(opClose, closePayload(1000, reason))
		}
	})
	k.sim.touch()
}

// Sockets lists the open connections, oldest first.
func (s *Sim) Sockets() []*Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Socket{}, s.sockets...)
}

// DisconnectEveryNewSocket sends the next n sockets a disconnect frame as soon
// as they said hello.
func (s *Sim) DisconnectEveryNewSocket(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flood = n
}

// Disconnect sends a disconnect frame: "warning" closes the socket 10 s later,
// other reasons ("refresh_requested", "link_disabled", "too_many_websockets")
// after 1 s without anything new.
func (k *Socket) Disconnect(reason string) {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	if k.open {
		k.disconnect(reason)
	}
}

// Kill cuts the connection without a word.
func (k *Socket) Kill() { k.drop() }

// Stall makes the connection half open: it stays up, but nothing is sent, not
// even pings, and nothing that comes in is heard. Envelopes still go to it.
func (k *Socket) Stall() {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	k.stalled = true
}

// Pings switches the server's pings on or off.
func (k *Socket) Pings(on bool) {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	k.pings = on
}

// DelayAcks makes acknowledgements over this socket count d later.
func (k *Socket) DelayAcks(d time.Duration) {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	k.delay = d
}

// LoseAcks makes acknowledgements over this socket get lost on the way, or no
// longer.
func (k *Socket) LoseAcks(lose bool) {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	k.deaf = lose
}

// SendRaw sends a text frame as it is, malformed or not.
func (k *Socket) SendRaw(payload []byte) {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	if k.open {
		k.push(opText, payload)
	}
}

// Open says whether the connection still is.
func (k *Socket) Open() bool {
	k.sim.mu.Lock()
	defer k.sim.mu.Unlock()
	return k.open
}
