// Package channels knows the conversations of the workspace: what kind they are,
// and who is in them.
//
// It asks Slack by conversations.info and conversations.members and remembers
// the answers in memory for a minute, so that an act is decided on what is so
// now. Nothing is stored and no name logged. It needs the scopes channels:read
// and groups:read; without them it cannot tell, which is no failure.
package channels

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"allybot/internal/slackbot"
)

const (
	// fresh is how long an answer is believed.
	fresh = time.Minute
	// remembered and rosters bound the memory: conversations, and lists of who is
	// in one, which can be long.
	remembered = 5000
	rosters    = 100
	// pageSize and maxPages bound how many members are looked at: 20,000.
	pageSize = 1000
	maxPages = 20
)

var (
	// ErrHidden means that the bot cannot see the conversation: it is private and
	// the bot not in it, or there is none of that id.
	ErrHidden = errors.New("the bot cannot see that conversation")
	// ErrUnknown means that it cannot be told: a scope is missing, or the
	// conversation is too large.
	ErrUnknown = errors.New("the bot cannot tell")
)

// Caller asks Slack something under the rate limits; sender.Sender is one.
type Caller interface {
	Call(ctx context.Context, method string, args url.Values, out any) error
}

// Options of a directory. Slack is required.
type Options struct {
	Slack Caller
	// Now is the clock that answers age by.
	Now func() time.Time
}

// Directory finds conversations by their id. It is safe for use by several
// goroutines; what several ask about one conversation is asked once.
type Directory struct {
	o Options

	mu      sync.Mutex
	infos   *lru.Cache[string, *info]
	rosters *lru.Cache[string, *roster]
}

// info is what was learned about one conversation, and until when it counts.
type info struct {
	gate
	channel Channel
	err     error // ErrHidden or ErrUnknown
	until   time.Time
}

// New makes an empty directory.
func New(o Options) *Directory {
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Directory{o: o}
	d.infos, _ = lru.New[string, *info](remembered) // fails only for a size below 1
	d.rosters, _ = lru.New[string, *roster](rosters)
	return d
}

// Find returns a conversation, ErrHidden, ErrUnknown, or why Slack could not be
// asked. About direct messages (D…) Slack is not asked.
func (d *Directory) Find(ctx context.Context, id string) (Channel, error) {
	if direct(id) {
		return Channel{ID: id, Private: true, Direct: true}, nil
	}
	if !plausible(id) {
		return Channel{}, ErrHidden
	}
	d.mu.Lock()
	i, ok := d.infos.Get(id)
	if !ok {
		i = &info{gate: newGate()}
		d.infos.Add(id, i)
	}
	d.mu.Unlock()
	leave, err := i.enter(ctx)
	if err != nil {
		return Channel{}, fmt.Errorf("looking a conversation up: %w", err)
	}
	defer leave()
	if d.o.Now().Before(i.until) {
		return i.channel, i.err
	}
	var out struct {
		Channel conversation `json:"channel"`
	}
	err = verdict(d.o.Slack.Call(ctx, "conversations.info", url.Values{"channel": {id}}, &out))
	switch {
	case err == nil && out.Channel.ID == "":
		err = ErrHidden
	case err != nil && !settled(err):
		return Channel{}, fmt.Errorf("looking a conversation up: %w", err)
	}
	i.channel, i.err, i.until = Channel{}, err, d.o.Now().Add(fresh)
	if err == nil {
		i.channel = out.Channel.channel()
	}
	return i.channel, i.err
}

// Forget drops what is known of a conversation.
func (d *Directory) Forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.infos.Remove(id)
	d.rosters.Remove(id)
}

// verdict turns what Slack refuses into what it says about the conversation.
func verdict(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, slackbot.ErrChannelNotFound):
		return ErrHidden
	case errors.Is(err, slackbot.ErrMissingScope), errors.Is(err, slackbot.ErrNotInChannel):
		return ErrUnknown
	}
	return err
}

// settled says whether an error is an answer.
func settled(err error) bool { return errors.Is(err, ErrHidden) || errors.Is(err, ErrUnknown) }

func direct(id string) bool { return plausible(id) && id[0] == 'D' }

// plausible keeps made-up ids from costing a call.
func plausible(id string) bool {
	if len(id) < 2 || len(id) > 32 || (id[0] != 'C' && id[0] != 'G' && id[0] != 'D') {
		return false
	}
	for _, c := range id[1:] {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// gate lets one in at a time; who waits can leave.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
