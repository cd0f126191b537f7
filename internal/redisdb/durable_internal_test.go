package redisdb

import (
	"errors"
	"strings"
	"testing"
	"time"

	"allybot/internal/redisdb/redistest"

	"github.com/redis/go-redis/v9"
)

// A bot that nobody used for an hour must not take a master that was cut off
// meanwhile for one that never had a replica.
func TestAReplicaLostWhileIdleIsMissed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := redistest.Replicated(t)
	db, err := Open(g.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	set := func() error {
		return db.Durable(ctx, "k", func(p redis.Pipeliner) { p.Set(ctx, "k", "v", 0) })
	}
	if err := set(); err != nil {
		t.Fatal(err)
	}
	g.Replica("k").Kill()
	for gone := time.Now().Add(10 * time.Second); ; {
		if d, err := db.Durability(ctx); err == nil && d.Replicas == 0 {
			break
		} else if time.Now().After(gone) {
			t.Fatal("the master still has its replica")
		}
	}
	db.mu.Lock()
	db.nodes[""].checked = time.Now().Add(-time.Hour)
	db.mu.Unlock()
	if err := set(); !errors.Is(err, ErrNotReplicated) {
		t.Errorf("err = %v, want ErrNotReplicated", err)
	}
	// Not for ever: a replica can be taken away on purpose.
	db.mu.Lock()
	db.nodes[""].missing = time.Now().Add(-replicasMissed)
	db.mu.Unlock()
	if err := set(); err != nil {
		t.Error(err)
	}
}

func TestWhoseConfirmationIsWanted(t *testing.T) {
	info := func(role, id string, states ...string) string {
		lines := []string{"# Replication", "role:" + role, "master_replid:" + id}
		for i, s := range states {
			lines = append(lines, "slave"+string(rune('0'+i))+":ip=127.0.0.1,port=1,state="+s+",offset=1,lag=0")
		}
		return strings.Join(lines, "\r\n")
	}
	for _, c := range []struct {
		name  string
		infos []string
		want  bool
	}{
		{"a server alone", []string{info("master", "a")}, false},
		{"one replica", []string{info("master", "a", "online")}, true},
		{"a replica that still copies what there is", []string{info("master", "a", "wait_bgsave")}, false},
		{"its replica is gone", []string{info("master", "a", "online"), info("master", "a")}, true},
		{"the only replica became master", []string{info("master", "a", "online"), info("master", "b")}, false},
		{"one of two replicas became master", []string{info("master", "a", "online", "online"), info("master", "b")}, true},
		{"the server is a replica itself by now", []string{info("master", "a"), info("slave", "b")}, true},
	} {
		d := &DB{nodes: map[string]*replication{}}
		var got replication
		for _, text := range c.infos {
			got = d.learn("", text)
		}
		if got.wanted(time.Now()) != c.want {
			t.Errorf("%s: wanted = %v", c.name, !c.want)
		}
	}
}
