package credit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// layout is the version of the keys, members and scores. A program that changes
// them raises it and adds a migration; one that only adds a field to the record
// does not.
const layout = 1

// migration brings the keys from one version of the layout to the next. It can be
// interrupted and begun again, and several replicas can run it at once: each of
// its steps is atomic, checks what it finds, and is harmless when repeated.
type migration func(context.Context, *Ledger) error

// migrations[i] leads from version i+1 to i+2.
var migrations []migration

// schemaStep moves the version on, if it is still what it was.
//
//	KEYS[1] schema
//	ARGV[1] version before, empty for none
//	ARGV[2] version after
//
// It returns the version that is there then.
const schemaStep = `
local v = redis.call('GET', KEYS[1])
if (v or '') == ARGV[1] then
  v = ARGV[2]
end
if v then
  redis.call('SET', KEYS[1], v)
end
return v or ''`

// Prepare makes the layout of the keys that of this program: it marks an empty
// database, and runs the migrations one after the other. With a layout newer than
// the program it returns ErrNewer. It is called by the first write of a process,
// and by the first after another replica moved the layout on; while it fails
// nothing is written.
//
// The version is a number, or "1>2" while a migration is under way: from then on
// the programs before it do not write any more.
func (l *Ledger) Prepare(ctx context.Context) error {
	current := strconv.Itoa(l.layout)
	v, err := l.step(ctx, "", current)
	for err == nil && v != current {
		v, err = l.migrate(ctx, v)
	}
	if err != nil {
		return fmt.Errorf("preparing the credits: %w", err)
	}
	l.prepared.Store(true)
	return nil
}

// migrate does what the version says is next and returns the version after.
func (l *Ledger) migrate(ctx context.Context, version string) (string, error) {
	before, after, underWay := strings.Cut(version, ">")
	from, err := strconv.Atoi(before)
	if err != nil || from < 1 {
		return "", errors.New("the version of the layout cannot be read")
	}
	if underWay {
		if to, err := strconv.Atoi(after); err != nil || to != from+1 {
			return "", ErrNewer
		}
	}
	if from >= l.layout || from > len(l.migrations) {
		return "", ErrNewer
	}
	next := strconv.Itoa(from + 1)
	if !underWay {
		return l.step(ctx, version, before+">"+next)
	}
	if err := l.migrations[from-1](ctx, l); err != nil {
		return "", fmt.Errorf("changing the layout from %d to %s: %w", from, next, err)
	}
	return l.step(ctx, version, next)
}

func (l *Ledger) step(ctx context.Context, from, to string) (string, error) {
	var cmd *redis.Cmd
	err := l.db.Durable(ctx, l.key("schema"), func(p redis.Pipeliner) {
		cmd = p.Eval(ctx, schemaStep, []string{l.key("schema")}, from, to)
	})
	if err != nil {
		return "", err
	}
	return cmd.Text()
}

// ready prepares the layout once.
func (l *Ledger) ready(ctx context.Context) error {
	if l.prepared.Load() {
		return nil
	}
	return l.Prepare(ctx)
}
