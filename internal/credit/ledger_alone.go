package credit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// errBusy means that somebody else had a credit to themselves all the time.
var errBusy = errors.New("somebody else is at the same credit")

// leaveAlone removes a key that still has the value given.
const leaveAlone = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

// alone waits until the caller has a credit to themselves, among all replicas, for
// as long as the lease or until release is called. Who waits longer than two
// leases gets errBusy. The key is alone:<id>.
func (l *Ledger) alone(ctx context.Context, id string, lease time.Duration) (release func(), err error) {
	key, mine := l.key("alone", id), rand.Text()
	for begun := time.Now(); ; {
		got, err := l.db.Client.SetNX(ctx, key, mine, lease).Result()
		if err != nil {
			return nil, fmt.Errorf("having a credit to oneself: %w", err)
		}
		if got {
			break
		}
		if time.Since(begun) > 2*lease {
			return nil, errBusy
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(10+int(rand.Text()[0])%32) * time.Millisecond): // apart from the others
		}
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = l.db.Client.Eval(ctx, leaveAlone, []string{key}, mine).Err() // or its lease runs out
	}, nil
}
