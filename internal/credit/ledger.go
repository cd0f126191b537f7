package credit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
)

// How long things stay that are not a credit that stands, in Redis's own time.
const (
	// dropAfter is when a withdrawn credit that nobody dropped comes up again in
	// the calendar of what is due.
	dropAfter = 24 * time.Hour
	// dropDoubtfulAfter is the same for one that has a post nobody could find: if
	// somebody uses a button on it meanwhile, it can still be taken down.
	dropDoubtfulAfter = 14 * 24 * time.Hour
	// keepMark is for how long a write is known to have been made: longer than
	// the client sends it again.
	keepMark = time.Minute
	// limitsOver is the time that PerDay and PerDayToOne are about.
	limitsOver = 24 * time.Hour
)

var (
	// ErrNoCredit means that there is no such credit, or not any more.
	ErrNoCredit = errors.New("there is no such credit")
	// ErrDayFull means that the giver gave PerDay credits in the last 24 hours.
	ErrDayFull = errors.New("the giver gave as much credit today as one person can")
	// ErrPairFull means that the giver gave PerDayToOne credits to one of the
	// receivers in the last 24 hours. The error is a *PairFull that says to whom.
	ErrPairFull = errors.New("the giver credited the same person often enough today")
	// ErrUnchanged is for a function given to Change that has nothing to change.
	ErrUnchanged = errors.New("nothing to change")
	// ErrNewer means that a newer program wrote what is there.
	ErrNewer = errors.New("the credits in Redis were written by a newer version of this program: update it")
)

// PairFull is ErrPairFull with the receiver it is about.
type PairFull struct{ UserID string }

func (e *PairFull) Error() string { return ErrPairFull.Error() }

// Is makes it an ErrPairFull.
func (e *PairFull) Is(target error) bool { return target == ErrPairFull }

// Ledger keeps the credits and what is needed to list them. It is safe for use
// by several replicas.
//
// All keys are in one slot, so that a credit and its indexes change together:
//
//	c:<id>        the credit, see ledger_record.go
//	to:<user>     sorted set by when given: what they received and hold
//	by:<user>     the same of what they gave and that stands
//	in:<channel>  the same of what stands and is posted there
//	also:<user>   text of the other credits that hold their id, each with a comma
//	              after it: r<id> as receiver who declined or left, or of a
//	              withdrawn one, g<id> as giver of a withdrawn one, v<id> as a voice
//	ref:<time>    sorted set of the messages of about three hours that credits
//	              know: <hash>s<id> the source, <hash>p<id> the post
//	due           sorted set by when to look at it next: <id>, digest:<channel>
//	day:<user>    sorted set of what they gave in 24 hours, withdrawn or not:
//	              <id>/<receiver>,<receiver>
//	shares:<user> sorted set of what they shared in 24 hours
//	begun:<act>   that the first of several messages of a share arrived, for two
//	              days
//	naming        hash of how people want to be credited
//	settings      hash: channel
//	digests       hash by channel
//	alone:<id>    who has a credit to themselves, for the time of a lease
//	schema        version of this layout
//	w:<nonce>     mark of a write, for a minute; w:read to confirm those before
//
// Members of to, by and in are the first letter of the kind and the id, so that
// a page can be filtered without reading the credits. The messages are by time
// and not by channel, because Redis stores sorted sets of up to 128 members in a
// quarter of the memory. What one credit takes, with all of these, is what
// "make bench-credit" measures.
//
// Nothing ends by itself but marks, leases, days and shares begun: a credit withdrawn is in the
// calendar until Drop takes it away with its indexes.
//
// Indexes are a function of the record (see entries). A write says what the
// record was; the script does it only while that is so, and notes that it did,
// so that a repetition by the network is neither a loss nor a second time.
type Ledger struct {
	db         *redisdb.DB
	now        func() time.Time
	prepared   atomic.Bool
	layout     int
	migrations []migration
}

// NewLedger keeps credits in db; now is the clock of limits and of listing.
func NewLedger(db *redisdb.DB, now func() time.Time) *Ledger {
	return &Ledger{db: db, now: now, layout: layout, migrations: migrations}
}

// Due is the key of the calendar of what has to be looked at: ids of credits,
// and of digests "digest:" and the channel. An entry whose credit is gone, or
// withdrawn and without a post, is to be dropped.
func (l *Ledger) Due() string { return l.key("due") }

// Open records a credit just given, with its indexes, and returns it as it is
// stored. The same ID again returns what is there, opened being false; given
// within the last day and dropped since, it is ErrNoCredit. At the giver's limits
// it returns ErrDayFull or a *PairFull. It is durable.
func (l *Ledger) Open(ctx context.Context, c Credit) (now Credit, opened bool, err error) {
	if err := checkNew(&c); err != nil {
		return Credit{}, false, fmt.Errorf("recording a credit: %w", err)
	}
	value, err := encode(&c)
	if err != nil {
		return Credit{}, false, fmt.Errorf("recording a credit: %w", err)
	}
	users := make([]string, len(c.Receivers))
	for i, r := range c.Receivers {
		users[i] = r.UserID
	}
	keys := []string{l.record(c.ID), l.mark(), l.key("day", c.GiverID), l.key("schema")}
	args := []any{
		value, c.ID, strings.Join(users, ","), c.Given.UnixMilli(), l.now().Add(-limitsOver).UnixMilli(),
		PerDay, PerDayToOne, l.layout, keepMark.Milliseconds(), limitsOver.Milliseconds(),
	}
	for _, e := range entries(&c) {
		keys = append(keys, l.key(e.key...))
		args = append(args, e.args()...)
	}
	answer, err := l.write(ctx, openScript, keys, args)
	if err != nil {
		return Credit{}, false, fmt.Errorf("recording a credit: %w", err)
	}
	switch answer.code {
	case done:
		now, err = decode(c.ID, value)
		return now, true, err
	case there:
		now, err = decode(c.ID, answer.value)
		return now, false, err
	case dayFull:
		return Credit{}, false, ErrDayFull
	case pairFull:
		return Credit{}, false, &PairFull{answer.value}
	default:
		return Credit{}, false, ErrNoCredit
	}
}

// Room says whether the giver can credit the receivers now: nil, ErrDayFull or a
// *PairFull. It only looks.
func (l *Ledger) Room(ctx context.Context, giver string, receivers []string) error {
	given, err := l.db.Client.ZRangeByScore(ctx, l.key("day", giver), &redis.ZRangeBy{
		Min: "(" + fmt.Sprint(l.now().Add(-limitsOver).UnixMilli()), Max: "+inf",
	}).Result()
	if err != nil {
		return fmt.Errorf("reading what somebody gave today: %w", err)
	}
	if len(given) >= PerDay {
		return ErrDayFull
	}
	to := map[string]int{}
	for _, g := range given {
		_, users, _ := strings.Cut(g, "/")
		for u := range strings.SplitSeq(users, ",") {
			to[u]++
		}
	}
	for _, r := range receivers {
		if to[r] >= PerDayToOne {
			return &PairFull{r}
		}
	}
	return nil
}

// Find returns one credit, or ErrNoCredit.
func (l *Ledger) Find(ctx context.Context, id string) (Credit, error) {
	c, _, err := l.read(ctx, id)
	return c, err
}

// FindAll returns the credits that are there, in the order of ids.
func (l *Ledger) FindAll(ctx context.Context, ids ...string) ([]Credit, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = l.record(id)
	}
	values, err := l.db.Client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, fmt.Errorf("reading credits: %w", err)
	}
	out := make([]Credit, 0, len(ids))
	for i, id := range ids[:len(values)] {
		s, ok := values[i].(string)
		if !ok {
			continue
		}
		c, err := decode(id, s)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Change applies f to the newest state of a credit, stores it with its indexes
// and returns it as stored. When others change it at the same time f is called
// again, so it must not do anything but change the credit. If f returns
// ErrUnchanged or changes nothing, nothing is written; another error is
// returned as it is. Rev is left to f. It is durable, and an unchanged credit is
// too when it returns.
func (l *Ledger) Change(ctx context.Context, id string, f func(*Credit) error) (Credit, error) {
	var out Credit
	err := l.again(ctx, func() (bool, error) {
		old, was, err := l.read(ctx, id)
		if err != nil {
			return false, err
		}
		// f gets a copy of its own: it may change lists in place.
		c, err := decode(id, was)
		if err != nil {
			return false, err
		}
		switch err := f(&c); {
		case errors.Is(err, ErrUnchanged):
			out = old
			return true, l.confirm(ctx)
		case err != nil:
			return false, err
		}
		c.ID = id
		value, err := encode(&c)
		if err != nil {
			return false, fmt.Errorf("changing a credit: %w", err)
		}
		if value == was {
			out = old
			return true, l.confirm(ctx)
		}
		if out, err = decode(id, value); err != nil {
			return false, err
		}
		return l.swap(ctx, &old, &out, was, value)
	})
	if err != nil {
		return Credit{}, err
	}
	return out, nil
}

// confirm makes what was read safe: whoever wrote it may have been told that no
// replica has it, and then it is tried again here and nothing is left to change.
func (l *Ledger) confirm(ctx context.Context) error {
	if err := l.db.Confirm(ctx, l.key("w", "read")); err != nil {
		return fmt.Errorf("confirming a credit: %w", err)
	}
	return nil
}

// Drop removes a credit and all its indexes. One that is not there is dropped
// already.
func (l *Ledger) Drop(ctx context.Context, id string) error {
	return l.again(ctx, func() (bool, error) {
		old, was, err := l.read(ctx, id)
		if errors.Is(err, ErrNoCredit) {
			// What may be left is its place in the calendar.
			err := l.db.Durable(ctx, l.Due(), func(p redis.Pipeliner) { p.ZRem(ctx, l.Due(), id) })
			if err != nil {
				return false, fmt.Errorf("dropping a credit: %w", err)
			}
			return true, nil
		}
		if err != nil {
			return false, err
		}
		return l.swap(ctx, &old, nil, was, "")
	})
}

// swap writes a credit and the difference in its indexes, or deletes it. It
// returns false when the record is not any more what it was.
func (l *Ledger) swap(ctx context.Context, old, c *Credit, was, value string) (bool, error) {
	keys := []string{l.record(old.ID), l.mark(), l.key("schema")}
	before, after := entries(old), []entry(nil)
	if c != nil {
		after = entries(c)
	}
	var gone, added []any
	for _, e := range before {
		if !slices.ContainsFunc(after, e.samePlace) {
			keys = append(keys, l.key(e.key...))
			gone = append(gone, e.args()...)
		}
	}
	for _, e := range after {
		// An entry of the calendar that was moved on stays where it is, unless
		// the credit is due at another time than before.
		if !slices.ContainsFunc(before, e.same) {
			keys = append(keys, l.key(e.key...))
			added = append(added, e.args()...)
		}
	}
	args := append([]any{was, value, l.layout, keepMark.Milliseconds(), len(gone) / 2}, gone...)
	answer, err := l.write(ctx, swapScript, keys, append(args, added...))
	if err != nil {
		return false, fmt.Errorf("changing a credit: %w", err)
	}
	return answer.code == done, nil
}

func (l *Ledger) read(ctx context.Context, id string) (c Credit, value string, err error) {
	value, err = l.db.Client.Get(ctx, l.record(id)).Result()
	if errors.Is(err, redis.Nil) {
		return Credit{}, "", ErrNoCredit
	}
	if err != nil {
		return Credit{}, "", fmt.Errorf("reading a credit: %w", err)
	}
	c, err = decode(id, value)
	return c, value, err
}

// again calls try until it did not lose against another writer.
func (l *Ledger) again(ctx context.Context, try func() (bool, error)) error {
	for n := range 50 {
		ok, err := try()
		if ok || err != nil {
			return err
		}
		if n < 3 {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(1+int(rand.Text()[0])%8) * time.Millisecond): // apart from the others
		}
	}
	return errors.New("too many change the same credit at the same time")
}

// mark is the key that notes that one write was made.
func (l *Ledger) mark() string { return l.key("w", rand.Text()[:16]) }

func (l *Ledger) record(id string) string { return l.key("c", id) }

func (l *Ledger) key(parts ...string) string {
	return l.db.Key(append([]string{"credit"}, parts...)...)
}
