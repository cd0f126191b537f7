package redisdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNotReplicated means that the write was made on the master but that no
// replica confirmed it in time: it may be lost with the master, so what caused
// it must not be acknowledged.
var ErrNotReplicated = errors.New("redis: no replica confirmed the write")

const (
	// replicasFresh is how long the number of a master's replicas is believed.
	replicasFresh = time.Second
	// replicasMissed is how long a master that lost its last replica is still
	// asked for a confirmation: it may be cut off and about to be replaced.
	replicasMissed = 5 * time.Minute
)

// replication is what is known of one master's replicas.
type replication struct {
	id       string // changes when another node becomes master
	replicas int
	checked  time.Time
	seen     time.Time // when it last had one
}

func (r *replication) wanted(now time.Time) bool {
	return r.replicas > 0 || (!r.seen.IsZero() && now.Sub(r.seen) < replicasMissed)
}

// Durable sends the writes that write queues to the master that holds key, in
// one pipeline on one connection and, where this master has replicas, follows
// them by WAIT 1 in the same round trip. An error means that the writes are not
// known to be safe: what they record must not be acknowledged. They may have
// been carried out, and are sent again after a network error, so they must be
// harmless when repeated.
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

func (d *DB) durable(ctx context.Context, key string, write func(redis.Pipeliner)) error {
	if d.embedded != nil {
		_, err := d.Client.Pipelined(ctx, func(p redis.Pipeliner) error { write(p); return nil })
		return err
	}
	node, name, err := d.master(ctx, key)
	if err != nil {
		return err
	}
	known := d.replication(name)
	if known.checked.IsZero() {
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
		if c.Err() != nil {
			return c.Err()
		}
	}
	if len(cmds) < writes {
		return err
	}
	if info != nil && info.Err() == nil {
		known = d.learn(name, info.Val())
	}
	if wait != nil && !confirmed(wait) && known.wanted(time.Now()) {
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

func (d *DB) learn(name, info string) replication {
	now := time.Now()
	fields := infoFields(info)
	n, _ := strconv.Atoi(fields["connected_slaves"])
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.nodes[name]
	if r == nil || r.id != fields["master_replid"] {
		r = &replication{id: fields["master_replid"]}
		d.nodes[name] = r
	}
	r.replicas, r.checked = n, now
	if n > 0 {
		r.seen = now
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
