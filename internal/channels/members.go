package channels

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// roster is who is in a conversation, as far as it was read. The gate is for the
// rest of it.
type roster struct {
	gate
	list
}

type list struct {
	ids    []string
	in     map[string]bool
	cursor string
	pages  int
	whole  bool
	err    error // ErrHidden or ErrUnknown
	until  time.Time
}

// Has says of each of the users whether they are in the conversation. It returns
// ErrHidden, ErrUnknown (also of direct messages) or why Slack could not be
// asked.
func (d *Directory) Has(ctx context.Context, id string, users ...string) (map[string]bool, error) {
	out := make(map[string]bool, len(users))
	if len(users) == 0 {
		return out, nil
	}
	err := d.read(ctx, id, func(r *roster) bool {
		return !slices.ContainsFunc(users, func(u string) bool { return !r.in[u] })
	}, func(r *roster) {
		for _, u := range users {
			out[u] = r.in[u]
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Members lists who is in the conversation, bots among them: at most 20,000,
// ErrUnknown for more. Other errors are those of Has.
func (d *Directory) Members(ctx context.Context, id string) ([]string, error) {
	var out []string
	err := d.read(ctx, id, func(*roster) bool { return false }, func(r *roster) { out = slices.Clone(r.ids) })
	return out, err
}

// read reads on in the list of members until it is enough or whole, and then
// uses it.
func (d *Directory) read(ctx context.Context, id string, enough func(*roster) bool, use func(*roster)) error {
	if direct(id) {
		return ErrUnknown
	}
	if !plausible(id) {
		return ErrHidden
	}
	d.mu.Lock()
	r, ok := d.rosters.Get(id)
	if !ok {
		r = &roster{gate: newGate()}
		d.rosters.Add(id, r)
	}
	d.mu.Unlock()
	leave, err := r.enter(ctx)
	if err != nil {
		return fmt.Errorf("looking up who is in a conversation: %w", err)
	}
	defer leave()
	if !d.o.Now().Before(r.until) {
		r.list = list{in: map[string]bool{}, until: d.o.Now().Add(fresh)}
	}
	for !r.whole && r.err == nil && !enough(r) {
		if r.pages == maxPages {
			return ErrUnknown // but of those seen it can be told
		}
		if err := d.turn(ctx, id, r); err != nil {
			return fmt.Errorf("looking up who is in a conversation: %w", err)
		}
	}
	if r.err != nil {
		return r.err
	}
	use(r)
	return nil
}

// turn reads one page more.
func (d *Directory) turn(ctx context.Context, id string, r *roster) error {
	args := url.Values{"channel": {id}, "limit": {strconv.Itoa(pageSize)}}
	if r.cursor != "" {
		args.Set("cursor", r.cursor)
	}
	var out struct {
		Members  []string `json:"members"`
		Metadata struct {
			NextCursor string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	err := verdict(d.o.Slack.Call(ctx, "conversations.members", args, &out))
	if settled(err) {
		r.err = err
		return nil
	}
	if err != nil {
		return err
	}
	for _, u := range out.Members {
		if !r.in[u] {
			r.in[u] = true
			r.ids = append(r.ids, u)
		}
	}
	if out.Metadata.NextCursor != "" && out.Metadata.NextCursor == r.cursor {
		return errors.New("conversations.members: Slack turns no page")
	}
	r.cursor = out.Metadata.NextCursor
	r.pages++
	r.whole = r.cursor == ""
	return nil
}
