package slacksim

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// ErrNotSent means that the person's client did not let them: nothing reached
// the app.
var ErrNotSent = errors.New("not sent to the app")

// Exchange is something a person did that the app has to acknowledge.
type Exchange struct {
	// EnvelopeID is "" when nothing was sent.
	EnvelopeID string

	done chan struct{}

	mu      sync.Mutex
	ended   bool
	err     error
	payload json.RawMessage
	errors  map[string]string
}

func newExchange(id string) *Exchange { return &Exchange{EnvelopeID: id, done: make(chan struct{})} }

// settled is an exchange that is over before it began.
func settled(err error) *Exchange {
	e := newExchange("")
	e.finish(nil, err)
	return e
}

func (e *Exchange) finish(payload json.RawMessage, err error) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		return false
	}
	e.ended, e.payload, e.err = true, payload, err
	close(e.done)
	return true
}

func (e *Exchange) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

func (e *Exchange) setErrors(m map[string]string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.errors = m
}

// Wait waits for the acknowledgement: nil if it came in time and Slack could use
// it. ErrTimeout and ErrDispatchFailed are what the person sees as an error;
// ErrNotSent when their client refused; ErrWaiting when timeout passed first.
func (e *Exchange) Wait(timeout time.Duration) error {
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	select {
	case <-e.done:
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.err
	case <-limit.C:
		return ErrWaiting
	}
}

// Done is closed when the exchange is over.
func (e *Exchange) Done() <-chan struct{} { return e.done }

// Payload is what the app gave in its acknowledgement, nil if nothing.
func (e *Exchange) Payload() json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.payload)
}

// Errors are the messages shown under the inputs of a modal, by block_id,
// whether from the app or from the client.
func (e *Exchange) Errors() map[string]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.errors)
}
