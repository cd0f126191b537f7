package redisdb

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Durability is what the health page and the doctor tell of Redis. In a Cluster
// it is that of the worst master.
type Durability struct {
	Version string
	// AppendOnly says whether the append-only file is on.
	AppendOnly bool
	// Eviction is the maxmemory-policy; only noeviction never drops our keys.
	Eviction string
	// Replicas is the number of connected replicas of the master.
	Replicas int
	// Embedded is the Redis inside the process, which keeps nothing.
	Embedded bool
}

// Durable says whether what was stored survives a crash of Redis.
func (d Durability) Durable() bool { return d.AppendOnly && d.Eviction == "noeviction" }

// Durability asks Redis how safe it keeps what it is given. It uses INFO alone,
// since hosted servers often forbid CONFIG.
func (d *DB) Durability(ctx context.Context) (Durability, error) {
	if d.embedded != nil {
		return Durability{Version: "embedded", Embedded: true, Eviction: "noeviction"}, nil
	}
	cc, ok := d.Client.(*redis.ClusterClient)
	if !ok {
		node, _, err := d.master(ctx, "")
		if err != nil {
			return Durability{}, err
		}
		return durabilityOf(ctx, node)
	}
	var (
		mu    sync.Mutex
		worst *Durability
	)
	err := cc.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		got, err := durabilityOf(ctx, node)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if worst == nil {
			worst = &got
			return nil
		}
		worst.AppendOnly = worst.AppendOnly && got.AppendOnly
		worst.Replicas = min(worst.Replicas, got.Replicas)
		if worst.Eviction == "noeviction" {
			worst.Eviction = got.Eviction
		}
		return nil
	})
	if err != nil {
		return Durability{}, fmt.Errorf("asking the masters of the redis cluster: %w", oneLine{err})
	}
	if worst == nil {
		return Durability{}, fmt.Errorf("the redis cluster has no master")
	}
	return *worst, nil
}

func durabilityOf(ctx context.Context, node *redis.Client) (Durability, error) {
	sections := []string{"server", "persistence", "memory", "replication"}
	pipe := node.Pipeline()
	answers := make([]*redis.StringCmd, len(sections))
	for i, s := range sections {
		answers[i] = pipe.Info(ctx, s)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Durability{}, fmt.Errorf("asking redis for its settings: %w", oneLine{err})
	}
	all := map[string]string{}
	for _, a := range answers {
		for k, v := range infoFields(a.Val()) {
			all[k] = v
		}
	}
	replicas, _ := strconv.Atoi(all["connected_slaves"])
	return Durability{
		Version:    all["redis_version"],
		AppendOnly: all["aof_enabled"] == "1",
		Eviction:   all["maxmemory_policy"],
		Replicas:   replicas,
	}, nil
}
