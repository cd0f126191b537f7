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

	mu      sync.Mutex
	pending int
	closed  bool
	idle    chan struct{} // signals that pending may be 0
}

func newLane(room, workers int) *lane {
	return &lane{queue: make(chan socket.Envelope, room), workers: workers, idle: make(chan struct{}, 1)}
}

// put never blocks; it returns false when the lane is full or closed.
func (l *lane) put(e socket.Envelope) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	select {
	case l.queue <- e:
		l.pending++
		return true
	default:
		return false
	}
}

// work handles what is put until ctx ends.
func (l *lane) work(ctx context.Context, handle func(context.Context, socket.Envelope)) {
	var wg sync.WaitGroup
	for range l.workers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case e := <-l.queue:
					handle(ctx, e)
					l.mu.Lock()
					l.pending--
					l.mu.Unlock()
					select {
					case l.idle <- struct{}{}:
					default:
					}
				}
			}
		})
	}
	wg.Wait()
}

// drain closes the lane at the first moment when nothing is pending, or when
// ctx ends, and then returns false. Until then it takes and handles what comes:
// while a socket is open, Slack sends to it and not to another replica.
func (l *lane) drain(ctx context.Context) bool {
	for {
		l.mu.Lock()
		if l.pending == 0 || ctx.Err() != nil {
			l.closed = true
			drained := l.pending == 0
			l.mu.Unlock()
			return drained
		}
		l.mu.Unlock()
		select {
		case <-l.idle:
		case <-ctx.Done():
		}
	}
}
