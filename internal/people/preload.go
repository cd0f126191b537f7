package people

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

const (
	// listPage is how many people are asked for at a time; listPages bounds the
	// pages to what is remembered.
	listPage  = 1000
	listPages = remembered / listPage
	// listAgain is how long the people once listed are not listed again. It is
	// shorter than they are believed, so that none is asked for one by one.
	listAgain = fresh / 2
)

// listing is the state of Preload.
type listing struct {
	gate  chan struct{} // holds one while somebody lists
	until time.Time
	// changed are those of whom Slack said so while they were listed.
	changed map[string]bool
}

// Preload learns of all people of the workspace by users.list, for when many have
// to be known at once. It asks at most every five minutes, and one caller at a
// time; each page waits for its turn under Slack's tier 2 (20 a minute). Of a
// workspace of more than 20,000 people only the first are learnt. People of other
// organisations are not in Slack's list.
func (d *Directory) Preload(ctx context.Context) error {
	select {
	case d.listing.gate <- struct{}{}:
		defer func() { <-d.listing.gate }()
	case <-ctx.Done():
		return fmt.Errorf("listing people: %w", ctx.Err())
	}
	d.mu.Lock()
	known := d.o.Now().Before(d.listing.until)
	d.listing.changed = map[string]bool{}
	d.mu.Unlock()
	if known {
		return nil
	}
	begun := d.o.Now()
	cursor := ""
	for range listPages {
		next, err := d.list(ctx, cursor)
		if err != nil {
			return fmt.Errorf("listing people: %w", err)
		}
		if next == "" {
			break
		}
		if next == cursor {
			return errors.New("listing people: Slack turns no page")
		}
		cursor = next
	}
	d.mu.Lock()
	d.listing.until = begun.Add(listAgain)
	d.mu.Unlock()
	return nil
}

// Page lists people of the workspace, a thousand at a time, deactivated ones too:
// those at cursor, "" for the first, and where the next page begins, "" at the end.
// Each page waits for its turn under Slack's tier 2 (20 a minute).
func (d *Directory) Page(ctx context.Context, cursor string) (page []Person, next string, err error) {
	users, next, err := d.listed(ctx, cursor)
	if err != nil {
		return nil, "", fmt.Errorf("listing people: %w", err)
	}
	for _, u := range users {
		page = append(page, u.person(d.o.TeamID))
	}
	return page, next, nil
}

// list learns one page of people and returns where the next one begins.
func (d *Directory) list(ctx context.Context, cursor string) (next string, err error) {
	users, next, err := d.listed(ctx, cursor)
	if err != nil {
		return "", err
	}
	until := d.o.Now().Add(fresh)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range users {
		if plausible(u.ID) && !d.listing.changed[u.ID] {
			d.cache.Add(u.ID, remark{person: u.person(d.o.TeamID), known: true, until: until})
		}
	}
	return next, nil
}

// listed asks Slack for one page.
func (d *Directory) listed(ctx context.Context, cursor string) (users []user, next string, err error) {
	args := url.Values{"limit": {strconv.Itoa(listPage)}, "include_locale": {"true"}}
	if cursor != "" {
		args.Set("cursor", cursor)
	}
	var out struct {
		Members  []user `json:"members"`
		Metadata struct {
			NextCursor string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	if err := d.o.Slack.Call(ctx, "users.list", args, &out); err != nil {
		return nil, "", err
	}
	return out.Members, out.Metadata.NextCursor, nil
}
