// Package people knows the people of the workspace: what they are called, their
// time zone, and whether they belong to it.
//
// It asks Slack by users.info, or by users.list for all at once, and remembers
// the answers in memory for some minutes, or until Slack says that the person
// changed. Nothing is stored.
package people

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

const (
	// fresh is how long a person is believed. Of several replicas only one hears
	// that somebody changed; the others know this long later.
	fresh = 10 * time.Minute
	// unknownFor is how long it is remembered that Slack knows no such person.
	unknownFor = 5 * time.Minute
	// remembered bounds the memory, in people.
	remembered = 20_000
	// lookupTime bounds one question to Slack, which several callers may share.
	lookupTime = 10 * time.Second
)

// ErrUnknown means that Slack knows no such person, or hides them from the bot.
var ErrUnknown = errors.New("nobody the bot knows has that id")

// slackbotUser is a pseudo-user that Slack does not mark as a bot.
const slackbotUser = "USLACKBOT"

// Caller asks Slack something under the rate limits; sender.Sender is one.
type Caller interface {
	Call(ctx context.Context, method string, args url.Values, out any) error
}

// Options of a directory. Slack and TeamID are required.
type Options struct {
	Slack  Caller
	TeamID string
	// Now is the clock that answers age by.
	Now func() time.Time
}

// Directory finds people by their id. It is safe for use by several goroutines.
type Directory struct {
	o     Options
	cache *lru.Cache[string, remark]

	mu      sync.Mutex
	asking  map[string]*question
	listing listing
}

// remark is what was learned about an id, and until when it counts.
type remark struct {
	person Person
	known  bool
	until  time.Time
}

// question is one being asked, for all who want to know.
type question struct {
	done   chan struct{}
	person Person
	err    error
	stale  bool // the person changed while Slack was asked
}

// New makes an empty directory.
func New(o Options) *Directory {
	if o.Now == nil {
		o.Now = time.Now
	}
	cache, _ := lru.New[string, remark](remembered) // fails only for a size below 1
	return &Directory{
		o: o, cache: cache, asking: map[string]*question{},
		listing: listing{gate: make(chan struct{}, 1), changed: map[string]bool{}},
	}
}

// Register keeps the directory up to date with what Slack tells.
func (d *Directory) Register(r *slackbot.Router) {
	slackbot.On(r, func(_ context.Context, _ slackbot.Task, e slackbot.PersonChanged) error {
		d.Forget(e.UserID)
		return nil
	}, slackbot.Stateless)
}

// Forget drops what is known of a person.
func (d *Directory) Forget(userID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if q := d.asking[userID]; q != nil {
		q.stale = true
	}
	if len(d.listing.gate) > 0 {
		d.listing.changed[userID] = true
	}
	d.cache.Remove(userID)
}

// Find returns a person, ErrUnknown, or why Slack could not be asked. It waits
// no longer than ctx; the answer is kept for the next who asks.
func (d *Directory) Find(ctx context.Context, userID string) (Person, error) {
	if !plausible(userID) {
		return Person{}, ErrUnknown
	}
	d.mu.Lock()
	if r, ok := d.cache.Get(userID); ok && d.o.Now().Before(r.until) {
		d.mu.Unlock()
		if !r.known {
			return Person{}, ErrUnknown
		}
		return r.person, nil
	}
	q := d.asking[userID]
	if q == nil {
		q = &question{done: make(chan struct{})}
		d.asking[userID] = q
		// The question outlives who asked first: others may be waiting for it.
		go d.ask(context.WithoutCancel(ctx), userID, q)
	}
	d.mu.Unlock()
	select {
	case <-q.done:
		return q.person, q.err
	case <-ctx.Done():
		return Person{}, fmt.Errorf("looking a person up: %w", ctx.Err())
	}
}

func (d *Directory) ask(ctx context.Context, userID string, q *question) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	var out struct {
		User user `json:"user"`
	}
	err := d.o.Slack.Call(ctx, "users.info", url.Values{"user": {userID}, "include_locale": {"true"}}, &out)
	r := remark{}
	switch {
	case err == nil && out.User.ID == userID:
		r = remark{person: out.User.person(d.o.TeamID), known: true, until: d.o.Now().Add(fresh)}
		q.person = r.person
	case err == nil, errors.Is(err, slackbot.ErrUserNotFound):
		r.until = d.o.Now().Add(unknownFor)
		q.err = ErrUnknown
	default:
		q.err = fmt.Errorf("looking a person up: %w", err)
	}
	d.mu.Lock()
	delete(d.asking, userID)
	if !r.until.IsZero() && !q.stale {
		d.cache.Add(userID, r)
	}
	d.mu.Unlock()
	close(q.done)
}

// External says whether somebody is of another organisation (Slack Connect), as
// is whoever Slack does not know here.
func (d *Directory) External(ctx context.Context, userID string) (bool, error) {
	p, err := d.Find(ctx, userID)
	if errors.Is(err, ErrUnknown) {
		return true, nil
	}
	return p.External, err
}

// Name is what to call a person: their name, or the label that came with the
// mention if Slack cannot be asked in time. It never fails, but may be empty. It
// is plain text: escape it before it goes into mrkdwn.
func (d *Directory) Name(ctx context.Context, userID, fallbackLabel string) string {
	if p, err := d.Find(ctx, userID); err == nil && p.Name != "" {
		return p.Name
	}
	return blockkit.Line(fallbackLabel)
}

// plausible keeps made-up ids from costing a call: user ids begin with U or W.
func plausible(id string) bool {
	if len(id) < 2 || len(id) > 32 || (id[0] != 'U' && id[0] != 'W') {
		return false
	}
	for _, c := range id[1:] {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
