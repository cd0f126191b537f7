package redistest

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster starts a Redis Cluster of one master that holds all slots, and
// returns its URL. Commands on keys of different slots fail as in a large one.
func Cluster(t testing.TB, flags ...string) (url string) {
	t.Helper()
	s := New(t, append([]string{"--cluster-enabled", "yes", "--cluster-port", clusterPort(t)}, flags...)...)
	c := redis.NewClient(&redis.Options{Addr: s.addr, DisableIdentity: true})
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatalf("making a cluster: %v", err)
	}
	for !strings.Contains(c.ClusterInfo(ctx).Val(), "cluster_state:ok") {
		select {
		case <-ctx.Done():
			t.Fatal("the cluster did not get ready")
		case <-time.After(10 * time.Millisecond):
		}
	}
	return "redis+cluster://" + s.addr + "/"
}

// clusterPort is the port of the cluster's bus: the usual one, 10000 above, may
// be no port at all.
func clusterPort(t testing.TB) string {
	_, port, _ := net.SplitHostPort(freeAddr(t))
	return port
}
