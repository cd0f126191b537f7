package slackbot

import (
	"context"
	"time"
)

// CalendarEntry says that what is due is held in a sorted set, and which task
// handles an entry of it.
type CalendarEntry struct {
	// Key is the full name of the sorted set in Redis; its scores are seconds
	// since 1970, its members whatever the room puts there.
	Key string
	// Task is the name of the work: its payload is a Due.
	Task string
}

// Due is an entry of a calendar whose time has come.
type Due struct {
	Member string    `json:"member"`
	At     time.Time `json:"at"` // when it was due
}

// Calendar says where a room keeps what is due later, and the name of the work
// that handles an entry. A key registered twice is a mistake and panics.
func (r *Router) Calendar(key, task string) {
	for _, c := range r.calendars {
		if c.Key == key {
			panic("slackbot: calendar " + key + " registered twice")
		}
	}
	r.calendars = append(r.calendars, CalendarEntry{Key: key, Task: task})
}

// Calendars lists what was registered.
func (r *Router) Calendars() []CalendarEntry { return r.calendars }

// subscribersOf names the work that wants an event.
func (r *Router) subscribersOf(e reduced) []string {
	var names []string
	for _, name := range r.subscribers[e.name] {
		if wanted := r.work[name].wanted; wanted == nil || wanted(e.payload) {
			names = append(names, name)
		}
	}
	return names
}

// QueueEntry says that a calendar may have thousands of entries due at once: they
// are worked off in batches, and not as tasks of the inbox.
type QueueEntry struct {
	// Name of the queue: "lessons".
	Name string
	// Key is the full name of the sorted set in Redis; its scores are milliseconds
	// since 1970.
	Key string
	// Do works off members that were due: each it removes from the calendar or gives
	// another time. It is repeated after an error or a crash.
	Do func(ctx context.Context, members []string) error
}

// Queue says where a room keeps what is due by the thousand.
func (r *Router) Queue(q QueueEntry) { r.queues = append(r.queues, q) }

// Queues lists what was registered.
func (r *Router) Queues() []QueueEntry { return r.queues }
