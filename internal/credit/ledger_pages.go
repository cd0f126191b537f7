package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Pages have usualPage credits unless asked otherwise, and at most maxPage.
const (
	usualPage = 20
	maxPage   = 500
)

// Query asks for credits: To a receiver who holds them, By a giver, or posted In
// a channel; exactly one of these.
type Query struct {
	To, By, In string
	// Kind is empty for all kinds.
	Kind Kind
	// Given at or after Since and before Until; zero for no bound.
	Since, Until time.Time
	// After is the cursor of the page before, empty for the first.
	After string
	// Limit is how many at most, 20 if it is 0; never more than 500.
	Limit int
}

// Page is a part of what was asked for.
type Page struct {
	Credits []Credit
	// Next is the cursor of the next page, empty at the end.
	Next string
}

// Page returns the newest credits that the query asks for. Credits change while
// somebody reads: a page can have fewer than Limit though another one follows,
// and nothing is on two pages. It takes two round trips.
func (l *Ledger) Page(ctx context.Context, q Query) (Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = usualPage
	}
	limit = min(limit, maxPage)
	got, err := l.look(ctx, q, limit+1, false)
	if err != nil {
		return Page{}, err
	}
	members, err := got.StringSlice()
	if err != nil {
		return Page{}, fmt.Errorf("listing credits: %w", err)
	}
	var p Page
	var ids []string
	for i := 0; i+1 < len(members); i += 2 {
		if len(ids) == limit {
			score, err := strconv.ParseFloat(members[i-1], 64)
			if err != nil {
				return Page{}, fmt.Errorf("listing credits: %w", err)
			}
			p.Next = strconv.FormatInt(int64(score), 10) + "." + members[i-2]
			break
		}
		ids = append(ids, members[i][1:])
	}
	all, err := l.FindAll(ctx, ids...)
	if err != nil {
		return Page{}, err
	}
	// Some may have changed since they were listed.
	p.Credits = slices.DeleteFunc(all, func(c Credit) bool { return !q.fits(&c) })
	return p, nil
}

// Count is how many credits the query asks for, whatever its Limit and After.
func (l *Ledger) Count(ctx context.Context, q Query) (int, error) {
	q.After = ""
	got, err := l.look(ctx, q, 0, true)
	if err != nil {
		return 0, err
	}
	n, err := got.Int()
	if err != nil {
		return 0, fmt.Errorf("counting credits: %w", err)
	}
	return n, nil
}

func (l *Ledger) look(ctx context.Context, q Query, limit int, count bool) (*redis.Cmd, error) {
	var index string
	switch {
	case q.To != "" && q.By == "" && q.In == "":
		index = l.key("to", q.To)
	case q.By != "" && q.To == "" && q.In == "":
		index = l.key("by", q.By)
	case q.In != "" && q.To == "" && q.By == "":
		index = l.key("in", q.In)
	default:
		return nil, errors.New("listing credits: exactly one of To, By and In is asked for")
	}
	kind, oldest, newest, after, counting := "", "0", "+inf", "", 0
	if q.Kind != "" {
		kind = letter(q.Kind)
	}
	if !q.Since.IsZero() {
		// Times are stored in whole milliseconds, rounded down.
		oldest = strconv.FormatInt(q.Since.Add(time.Millisecond-1).UnixMilli(), 10)
	}
	if !q.Until.IsZero() {
		newest = strconv.FormatInt(q.Until.Add(time.Millisecond-1).UnixMilli()-1, 10)
	}
	if q.After != "" {
		score, member, ok := strings.Cut(q.After, ".")
		ms, err := strconv.ParseInt(score, 10, 64)
		if err != nil || !ok || member == "" {
			return nil, errors.New("listing credits: a cursor that is none")
		}
		if q.Until.IsZero() || ms < q.Until.UnixMilli() {
			newest, after = strconv.FormatInt(ms, 10), member
		}
	}
	if count {
		counting = 1
	}
	got := l.db.Client.Eval(ctx, pageScript, []string{index}, kind, oldest, newest, after, limit, counting)
	if err := got.Err(); err != nil {
		return nil, fmt.Errorf("listing credits: %w", err)
	}
	return got, nil
}

// fits says whether a credit belongs on the pages, apart from the times.
func (q Query) fits(c *Credit) bool {
	if !c.Stands() || q.Kind != "" && c.Kind != q.Kind {
		return false
	}
	switch {
	case q.To != "":
		r := c.Receiver(q.To)
		return r != nil && r.holds()
	case q.By != "":
		return c.GiverID == q.By
	default:
		return c.Posting == Posted && c.Post.ChannelID == q.In
	}
}

// At returns the ids of the credits that a message is the source of, and of those
// it is the post of.
func (l *Ledger) At(ctx context.Context, channelID, ts string) (sources, posts []string, err error) {
	begin := messageHash(Place{ChannelID: channelID, TS: ts})
	found, err := l.db.Client.ZRangeByLex(ctx, l.key("ref", threeHours(ts)), &redis.ZRangeBy{
		Min: "[" + begin, Max: "(" + begin + "~", // ~ follows all that an id or a letter can be
	}).Result()
	if err != nil {
		return nil, nil, fmt.Errorf("looking for the credits of a message: %w", err)
	}
	for _, m := range found {
		switch m = strings.TrimPrefix(m, begin); m[:1] {
		case "s":
			sources = append(sources, m[1:])
		case "p":
			posts = append(posts, m[1:])
		}
	}
	return sources, posts, nil
}

// ThankedBack returns those receivers who credited the giver within the time
// before now, in their order. It looks at the newest 500 credits of the giver.
func (l *Ledger) ThankedBack(ctx context.Context, giver string, receivers []string, within time.Duration) ([]string, error) {
	got, err := l.Page(ctx, Query{To: giver, Since: l.now().Add(-within), Limit: maxPage})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range receivers {
		if slices.ContainsFunc(got.Credits, func(c Credit) bool { return c.GiverID == r }) {
			out = append(out, r)
		}
	}
	return out, nil
}

// IDsOf returns the ids of all credits that hold the id of a person: as receiver,
// also of those they declined, as giver, and as a voice; withdrawn ones too while
// they are there. The newest of what they hold and gave comes first.
func (l *Ledger) IDsOf(ctx context.Context, userID string) (received, given, voiced []string, err error) {
	var to, by *redis.StringSliceCmd
	var also *redis.StringCmd
	_, err = l.db.Client.Pipelined(ctx, func(p redis.Pipeliner) error {
		to = p.ZRevRange(ctx, l.key("to", userID), 0, -1)
		by = p.ZRevRange(ctx, l.key("by", userID), 0, -1)
		also = p.Get(ctx, l.key("also", userID))
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, nil, fmt.Errorf("looking for the credits of a person: %w", err)
	}
	for _, m := range to.Val() {
		received = append(received, m[1:])
	}
	for _, m := range by.Val() {
		given = append(given, m[1:])
	}
	for m := range strings.SplitSeq(strings.TrimSuffix(also.Val(), ","), ",") {
		if m == "" {
			continue
		}
		switch m[:1] {
		case "r":
			received = append(received, m[1:])
		case "g":
			given = append(given, m[1:])
		case "v":
			voiced = append(voiced, m[1:])
		}
	}
	return received, given, voiced, nil
}
