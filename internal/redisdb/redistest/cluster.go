package redistest

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// nodeTimeout is after how many milliseconds a node of a Cluster counts as
// failed: short for the tests, long enough for a busy machine.
const nodeTimeout = "1500"

const slots = 16384

// Cluster starts a Redis Cluster of three masters with a replica each.
func Cluster(t testing.TB, flags ...string) *Group {
	t.Helper()
	const masters = 3
	g := &Group{t: t}
	for range 2 * masters {
		g.servers = append(g.servers, start(t, true, flags...))
	}
	for i, s := range g.servers {
		s.cluster("set-config-epoch", i+1)
		if i < masters {
			s.cluster("addslotsrange", slots*i/masters, slots*(i+1)/masters-1)
		}
	}
	for _, s := range g.servers[1:] {
		host, port, _ := net.SplitHostPort(g.servers[0].addr)
		s.cluster("meet", host, port, g.servers[0].bus)
	}
	all := func(what string, ok func(*Server) bool) {
		for _, s := range g.servers {
			waitFor(t, what, func() bool { return ok(s) })
		}
	}
	all("the nodes to know each other", func(s *Server) bool {
		nodes := s.cluster("nodes")
		return strings.Count(nodes, "\n") == len(g.servers) && !strings.Contains(nodes, "handshake")
	})
	for i, s := range g.servers[masters:] {
		s.cluster("replicate", g.servers[i].cluster("myid"))
	}
	all("the cluster to be ready", func(s *Server) bool {
		return strings.Contains(s.cluster("info"), "cluster_state:ok") && strings.Count(s.cluster("nodes"), "slave ") == masters
	})
	for _, s := range g.servers[:masters] {
		waitFor(t, "the replicas to be up to date", s.replicates)
	}
	// Not the whole list: the rest is for the client to find.
	g.url = "redis+cluster://" + g.servers[0].addr + "," + g.servers[1].addr + "/"
	return g
}

// SmallCluster starts a Redis Cluster of one master that holds all slots, which
// is faster, and returns its URL. Commands on keys of different slots fail as in
// a large one.
func SmallCluster(t testing.TB, flags ...string) (url string) {
	t.Helper()
	s := start(t, true, flags...)
	s.cluster("addslotsrange", 0, slots-1)
	waitFor(t, "the cluster to be ready", func() bool { return strings.Contains(s.cluster("info"), "cluster_state:ok") })
	return "redis+cluster://" + s.addr + "/"
}

// cluster runs a CLUSTER command on this very node.
func (s *Server) cluster(args ...any) (answer string) {
	s.t.Helper()
	err := s.ask(func(ctx context.Context, c *redis.Client) (err error) {
		answer, err = c.Do(ctx, append([]any{"cluster"}, args...)...).Text()
		return err
	})
	if err != nil {
		s.t.Fatalf("making a cluster: %v: %v", args[0], err)
	}
	return answer
}
