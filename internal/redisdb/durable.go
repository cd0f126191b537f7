package redisdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNotReplicated means that the write was made on the master but that no
// replica confirmed it in time: it may be lost with the master, so what caused
// it must not be acknowledged.
var ErrNotReplicated = errors.New("redis: no replica confirmed the write")

const (
	// replicasFresh is how long the number of a master's replicas is believed;
	// older, it is asked for along with the next write.
	replicasFresh = time.Second
	// replicasStale is when it is asked for before the next write: by then
	// another server may be master.
	replicasStale = 10 * time.Second
	// replicasMissed is how long a master that lost its last replica is still
	// asked for a confirmation: it may be cut off and about to be replaced.
	replicasMissed = 5 * time.Minute
)

// replication is what is known of one master's replicas.
type replication struct {
	id       string // changes when another node becomes master
	replicas int    // that are connected and copied everything once
	checked  time.Time
	expected bool      // it has or had a replica, or should soon get one
	missing  time.Time // since when none confirmed anything, zero if one does
}

func (r replication) wanted(now time.Time) bool {
	return r.replicas > 0 || (r.expected && now.Sub(r.missing) < replicasMissed)
}

// Durable sends the writes that write queues to the master that holds key, in
// one pipeline on one connection and, where this master has replicas, follows
// them by WAIT 1 in the same round trip. An error means that the writes are not
// known to be safe: what they record must not be acknowledged. They may have
// been carried out, and are sent again after a network error, so they must be
// harmless when repeated. An answer of nil, as of SET NX, is no error.
//
// A script that sees that its work was done before must still write something
// (such as a new time to live): WAIT speaks only of writes of its connection.
func (d *DB) Durable(ctx context.Context, key string, write func(redis.Pipeliner)) error {
	var err error
	for attempt := range 3 {
		if attempt > 0 {
			if cc, ok := d.Client.(*redis.ClusterClient); ok {
				cc.ReloadState(ctx)
			}
			select {
			case <-ctx.Done():
				return err
			case <-time.After(time.Duration(attempt) * 100 * time.Millisecond):
			}
		}
		if err = d.durable(ctx, key, write); !topologyChanged(err) {
			return err
		}
	}
	return err
}

// Confirm is for an answer that rests on what somebody wrote before and was not
// told to be safe: it returns once a replica has all that the master of key took
// until now, or ErrNotReplicated. Where no replica is expected it costs nothing.
// It writes to key, which should be for that alone and ends after a minute.
func (d *DB) Confirm(ctx context.Context, key string) error {
	if d.embedded != nil {
		return nil
	}
	_, name, err := d.master(ctx, key)
	if err != nil {
		return err
	}
	known := d.replication(name)
	if now := time.Now(); now.Sub(known.checked) <= replicasStale && !known.wanted(now) {
		return nil
	}
	return d.Durable(ctx, key, func(p redis.Pipeliner) { p.Set(ctx, key, "", time.Minute) })
}

func (d *DB) durable(ctx context.Context, key string, write func(redis.Pipeliner)) error {
	if d.embedded != nil {
		_, err := d.Client.Pipelined(ctx, func(p redis.Pipeliner) error { write(p); return nil })
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	}
	node, name, err := d.master(ctx, key)
	if err != nil {
		return err
	}
	known := d.replication(name)
	if time.Since(known.checked) > replicasStale {
		text, err := node.Info(ctx, "replication").Result()
		if err != nil {
			return fmt.Errorf("asking redis for its replicas: %w", err)
		}
		known = d.learn(name, text)
	}

	pipe := node.Pipeline()
	write(pipe)
	writes := pipe.Len()
	var wait *redis.Cmd
	if known.wanted(time.Now()) {
		wait = pipe.Do(ctx, "wait", 1, waitTimeout.Milliseconds())
	}
	var info *redis.StringCmd
	if time.Since(known.checked) > replicasFresh {
		info = pipe.Info(ctx, "replication")
	}
	cmds, err := pipe.Exec(ctx)
	for _, c := range cmds[:min(writes, len(cmds))] {
		if err := c.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
	if len(cmds) < writes {
		return err
	}
	safe := wait == nil || confirmed(wait)
	if wait != nil {
		known = d.waited(name, safe)
	}
	if info != nil && info.Err() == nil {
		known = d.learn(name, info.Val())
	}
	if !safe && known.wanted(time.Now()) {
		return ErrNotReplicated
	}
	return nil
}

// master is the client of the node that holds key, and the name its
// replication is remembered by.
func (d *DB) master(ctx context.Context, key string) (*redis.Client, string, error) {
	switch c := d.Client.(type) {
	case *redis.ClusterClient:
		node, err := c.MasterForKey(ctx, key)
		if err != nil {
			return nil, "", fmt.Errorf("finding the redis node of a key: %w", err)
		}
		return node, node.Options().Addr, nil
	case *redis.Client:
		return c, "", nil
	default:
		return nil, "", fmt.Errorf("unexpected kind of redis client %T", d.Client)
	}
}

// Node is a client for the one server that holds key, for blocking commands
// that need a connection of their own.
func (d *DB) Node(ctx context.Context, key string) (*redis.Client, error) {
	node, _, err := d.master(ctx, key)
	return node, err
}

func (d *DB) replication(name string) replication {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.nodes[name]; r != nil {
		return *r
	}
	return replication{}
}

// learn notes what INFO replication says of a master.
func (d *DB) learn(name, info string) replication {
	now := time.Now()
	fields := infoFields(info)
	if fields["role"] != "master" {
		// It was replaced a moment ago. What it took last may be lost.
		return replication{replicas: 1}
	}
	n := 0
	for field, value := range fields {
		if strings.HasPrefix(field, "slave") && strings.Contains(value, "state=online") {
			n++
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.nodes[name]
	if r == nil || r.id != fields["master_replid"] {
		// After a failover the other replicas come to the new master soon.
		others := 0
		for _, node := range d.nodes {
			others = max(others, node.replicas-1)
		}
		r = &replication{id: fields["master_replid"], expected: others > 0}
		d.nodes[name] = r
	}
	r.replicas, r.checked = n, now
	r.expected = r.expected || n > 0
	if n == 0 && r.missing.IsZero() {
		r.missing = now
	}
	return *r
}

// waited notes whether a replica of the master confirmed a write.
func (d *DB) waited(name string, confirmed bool) replication {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.nodes[name]
	if r == nil {
		return replication{replicas: 1}
	}
	switch {
	case confirmed:
		r.missing = time.Time{}
	case r.missing.IsZero():
		r.missing = time.Now()
	}
	return *r
}

func confirmed(wait *redis.Cmd) bool {
	n, err := wait.Int()
	return err == nil && n >= 1
}

// topologyChanged says whether an error means that another node is to be asked.
func topologyChanged(err error) bool {
	if err == nil {
		return false
	}
	for _, p := range []string{"MOVED ", "ASK ", "READONLY ", "CLUSTERDOWN ", "TRYAGAIN ", "LOADING ", "MASTERDOWN "} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}

func infoFields(text string) map[string]string {
	fields := map[string]string{}
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		if k, v, ok := strings.Cut(s.Text(), ":"); ok {
			fields[k] = strings.TrimSpace(v)
		}
	}
	return fields
}
