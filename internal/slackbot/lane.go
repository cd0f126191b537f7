package slackbot

import (
	"context"
	"sync"

	"allybot/internal/slackbot/socket"
)

// lane is a bounded queue with its own workers, so that a flood of events does
// not hold up people.
type lane struct {
	queue   chan socket.Envelope
	workers int

	mu      *sync.Mutex
	pending *sync.WaitGroup
	closed  *bool
}

func newLane(room, workers int) lane {
	return lane{queue: make(chan socket.Envelope, room), workers: workers, mu: &sync.Mutex{}, pending: &sync.WaitGroup{}, closed: new(bool)}
}

// put never blocks; it returns false when the lane is full or closed.
func (l lane) put(e socket.Envelope) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *l.closed {
		return false
	}
	l.pending.Add(1)
	select {
	case l.queue <- e:
		return true
	default:
		l.pending.Done()
		return false
	}
}

// work handles what is put until ctx ends.
func (l lane) work(ctx context.Context, handle func(context.Context, socket.Envelope)) {
	var wg sync.WaitGroup
	for range l.workers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case e := <-l.queue:
					handle(ctx, e)
					l.pending.Done()
				}
			}
		})
	}
	wg.Wait()
}

// drain closes the lane and waits until it is empty; false if ctx ends first.
func (l lane) drain(ctx context.Context) bool {
	l.mu.Lock()
	*l.closed = true
	l.mu.Unlock()
	done := make(chan struct{})
	go func() { l.pending.Wait(); close(done) }()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}
