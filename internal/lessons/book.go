package lessons

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
)

// Book holds the subscriptions, and when the next lesson of each is due.
//
//	…lessons:of:ID     the record of a person or a channel
//	…lessons:due       when the next lesson of each is due, in milliseconds
//	…lessons:channels  the channels among them
//	…lessons:follow    when Slack's list of people is looked through next
//
// All share one slot of a cluster, so that a record and its time change together.
type Book struct {
	db  *redisdb.DB
	now func() time.Time
}

// NewBook makes a Book in db.
func NewBook(db *redisdb.DB, now func() time.Time) *Book { return &Book{db: db, now: now} }

func (b *Book) key(id string) string { return b.db.Key("lessons", "of", id) }
func (b *Book) due() string          { return b.db.Key("lessons", "due") }
func (b *Book) channels() string     { return b.db.Key("lessons", "channels") }

// CalendarKey is the sorted set of what is due.
func (b *Book) CalendarKey() string { return b.due() }

// entry is a subscription as it was read.
type entry struct {
	Subscription
	raw string // "" if there is none
	err error  // it cannot be read
}

// Find returns what is kept of a person or channel: of nobody, a subscription that
// is off.
func (b *Book) Find(ctx context.Context, id string) (Subscription, error) {
	e, err := b.one(ctx, id)
	return e.Subscription, err
}

// one reads one.
func (b *Book) one(ctx context.Context, id string) (entry, error) {
	read, err := b.read(ctx, id)
	if err != nil {
		return entry{}, err
	}
	return read[0], read[0].err
}

// read reads several at once, in their order. That one cannot be read is said of
// that one alone.
func (b *Book) read(ctx context.Context, ids ...string) ([]entry, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = b.key(id)
	}
	values, err := b.db.Client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, fmt.Errorf("reading subscriptions: %w", err)
	}
	out := make([]entry, len(ids))
	for i, id := range ids {
		out[i].ID = id
		raw, _ := values[i].(string)
		if raw == "" {
			continue
		}
		s, err := decode(id, raw)
		s.ID = id
		out[i] = entry{Subscription: s, raw: raw, err: err}
	}
	return out, nil
}

// update is one record to be written, if it still is what was read.
type update struct {
	from entry
	to   Subscription
	// at is when it has to be looked at next, if not when it is due; with stay
	// nothing changes about that.
	at   time.Time
	stay bool
	// gone removes it.
	gone bool
	// conflict is what a round does if somebody changed the record meanwhile.
	conflict func(context.Context) error
}

// writeScript writes a record and its time, if the record is still what was read.
//
//	KEYS[1] record, KEYS[2] calendar, KEYS[3] channels, KEYS[4] when people are
//	        looked after, set if nobody ever did
//	ARGV    what was read ("" for none), what is to be there ("" for none), id, when it
//	        is due ("" for never, "stay" for no change), "1" for a channel, the time for
//	        KEYS[4]
//
// It returns 1, or 0 if somebody changed it meanwhile. Repeated, it changes nothing.
var writeScript = redis.NewScript(`
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] and now ~= ARGV[2] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
elseif now ~= ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[2])
end
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[3])
elseif ARGV[4] ~= 'stay' then
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
  redis.call('ZADD', KEYS[4], 'NX', ARGV[6], 'people')
end
if ARGV[5] == '1' then
  redis.call(ARGV[2] == '' and 'SREM' or 'SADD', KEYS[3], ARGV[3])
end
return 1
`)

// write writes several at once, durably, and says which somebody else had changed.
func (b *Book) write(ctx context.Context, updates []update) (changed []bool, err error) {
	type call struct {
		keys []string
		args []any
	}
	calls := make([]call, len(updates))
	for i, u := range updates {
		id := u.from.ID
		value, at := "", ""
		if !u.gone {
			if value, err = encode(u.to); err != nil {
				return nil, err
			}
			due := u.at
			if due.IsZero() {
				due = u.to.Due()
			}
			if !due.IsZero() {
				at = strconv.FormatInt(due.UnixMilli(), 10)
			}
			if u.stay {
				at = "stay"
			}
		}
		channel := "0"
		if u.to.Channel() || u.from.Channel() {
			channel = "1"
		}
		calls[i] = call{
			keys: []string{b.key(id), b.due(), b.channels(), b.followKey()},
			args: []any{u.from.raw, value, id, at, channel, b.now().Add(followEach).UnixMilli()},
		}
	}
	cmds := make([]*redis.Cmd, len(updates))
	err = b.db.Durable(ctx, b.due(), func(p redis.Pipeliner) {
		for i, c := range calls {
			cmds[i] = writeScript.Eval(ctx, p, c.keys, c.args...)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("writing subscriptions: %w", err)
	}
	changed = make([]bool, len(updates))
	for i, c := range cmds {
		n, err := c.Int()
		if err != nil {
			return nil, fmt.Errorf("writing subscriptions: %w", err)
		}
		changed[i] = n == 0
	}
	return changed, nil
}

// lookAgain puts off what is due of a record that cannot be read.
func (b *Book) lookAgain(ctx context.Context, id string, at time.Time) error {
	err := b.db.Durable(ctx, b.due(), func(p redis.Pipeliner) {
		p.ZAddXX(ctx, b.due(), redis.Z{Score: float64(at.UnixMilli()), Member: id})
	})
	if err != nil {
		return fmt.Errorf("putting off a subscription: %w", err)
	}
	return nil
}

// errUnchanged may be returned by what Change calls, to leave all as it is.
var errUnchanged = errors.New("nothing to change")

// maxConflicts is how often a change is tried while others change the same record.
const maxConflicts = 20

// Change changes what is kept of a person or channel. The function may be called
// more than once; its error ends the change and is returned.
func (b *Book) Change(ctx context.Context, id string, change func(*Subscription) error) (Subscription, error) {
	for range maxConflicts {
		now, err := b.one(ctx, id)
		if err != nil {
			return Subscription{}, err
		}
		to := now.clone()
		if err := change(&to); errors.Is(err, errUnchanged) {
			return now.Subscription, nil
		} else if err != nil {
			return Subscription{}, err
		}
		changed, err := b.write(ctx, []update{{from: now, to: to}})
		if err != nil {
			return Subscription{}, err
		}
		if !changed[0] {
			return to, nil
		}
	}
	return Subscription{}, errors.New("a subscription is changed too often at once")
}

// Remove removes all that is kept of a person or channel.
func (b *Book) Remove(ctx context.Context, id string) error {
	for range maxConflicts {
		now, err := b.one(ctx, id)
		if errors.Is(err, errUnreadable) || errors.Is(err, errNewer) {
			now.By, err = byOf(id), nil // it goes all the same
		}
		if err != nil {
			return err
		}
		changed, err := b.write(ctx, []update{{from: now, gone: true}})
		if err != nil || !changed[0] {
			return err
		}
	}
	return errors.New("a subscription is changed too often at once")
}

// byOf makes a channel's record known as one by its id alone.
func byOf(id string) string {
	if strings.HasPrefix(id, "C") || strings.HasPrefix(id, "G") {
		return "?"
	}
	return ""
}

// Channels lists the subscriptions of channels.
func (b *Book) Channels(ctx context.Context) ([]Subscription, error) {
	ids, err := b.db.Client.SMembers(ctx, b.channels()).Result()
	if err != nil {
		return nil, fmt.Errorf("listing channels with lessons: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	read, err := b.read(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var out []Subscription
	for _, e := range read {
		if e.raw != "" && e.err == nil {
			out = append(out, e.Subscription)
		}
	}
	return out, nil
}

func (s Subscription) clone() Subscription {
	s.Shown, s.Recalls = slices.Clone(s.Shown), slices.Clone(s.Recalls)
	return s
}
