package redistest

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// settleTime is how long servers may take to find each other, on a busy machine.
const settleTime = 30 * time.Second

// Group is a Redis of several servers that a test can take apart.
type Group struct {
	t       testing.TB
	url     string
	servers []*Server
}

// URL is the address for redisdb.Open.
func (g *Group) URL() string { return g.url }

// Master is the server that takes writes of key now. It waits for there to be one.
func (g *Group) Master(key string) *Server {
	g.t.Helper()
	var found *Server
	waitFor(g.t, "a master of "+key, func() bool { found = g.holder(key); return found != nil })
	return found
}

// Replica is a server that copies the master of key.
func (g *Group) Replica(key string) *Server {
	g.t.Helper()
	var found *Server
	waitFor(g.t, "a replica of the master of "+key, func() bool {
		found = nil
		if m := g.holder(key); m != nil {
			for _, s := range g.servers {
				if f := s.replication(); f["role"] == "slave" && net.JoinHostPort(f["master_host"], f["master_port"]) == m.addr {
					found = s
				}
			}
		}
		return found != nil
	})
	return found
}

func (g *Group) holder(key string) *Server {
	for _, s := range g.servers {
		if s.replication()["role"] != "master" {
			continue
		}
		// Another master of a Cluster answers MOVED.
		err := s.ask(func(ctx context.Context, c *redis.Client) error { return c.Exists(ctx, key).Err() })
		if err == nil {
			return s
		}
	}
	return nil
}

// replicates says whether a replica of the server is up to date.
func (s *Server) replicates() bool {
	return strings.Contains(s.replication()["slave0"], "state=online")
}

// replication is what INFO replication says; nil if the server does not answer.
func (s *Server) replication() map[string]string {
	var text string
	if s.cmd == nil || s.ask(func(ctx context.Context, c *redis.Client) (err error) {
		text, err = c.Info(ctx, "replication").Result()
		return err
	}) != nil {
		return nil
	}
	fields := map[string]string{}
	for line := range strings.SplitSeq(text, "\r\n") {
		if k, v, ok := strings.Cut(line, ":"); ok {
			fields[k] = v
		}
	}
	return fields
}

// ask runs something on this very server.
func (s *Server) ask(f func(context.Context, *redis.Client) error) error {
	c := redis.NewClient(&redis.Options{Addr: s.addr, MaxRetries: -1, DisableIdentity: true})
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return f(ctx, c)
}

// Replicated starts a master and a replica of it. The URL is that of the master.
func Replicated(t testing.TB, flags ...string) *Group {
	t.Helper()
	master := New(t, flags...)
	return &Group{t: t, url: master.URL(), servers: []*Server{master, replicaOf(t, master, flags...)}}
}

func replicaOf(t testing.TB, master *Server, flags ...string) *Server {
	t.Helper()
	host, port, _ := net.SplitHostPort(master.addr)
	s := New(t, append([]string{"--replicaof", host + " " + port}, flags...)...)
	waitFor(t, "the replica to be up to date", master.replicates)
	return s
}

func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(settleTime); !ok(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
