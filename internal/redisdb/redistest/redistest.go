// Package redistest starts real Redis servers for tests.
package redistest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Start starts a redis-server on a free port of loopback, with a directory of
// its own, until the test ends, and returns its URL. Without redis-server the
// test fails. Flags are those of redis-server: "--appendonly", "yes".
func Start(t testing.TB, flags ...string) (url string) {
	t.Helper()
	return New(t, flags...).URL()
}

// Server is a redis-server that a test can take away and bring back.
type Server struct {
	t     testing.TB
	addr  string
	bus   string // port of the cluster's bus; empty outside of a Cluster
	dir   string
	flags []string
	cmd   *exec.Cmd
}

// New is Start for a test that interferes with the server.
func New(t testing.TB, flags ...string) *Server {
	t.Helper()
	return start(t, false, flags...)
}

func start(t testing.TB, cluster bool, flags ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: run `make deps` or install the package redis-server")
	}
	s := &Server{t: t, dir: t.TempDir(), flags: flags}
	t.Cleanup(s.Kill)
	for range 5 { // a port that was free a moment ago can be taken by now
		s.addr = freeAddr(t)
		if cluster { // the usual port of the bus, 10000 above, may be none at all
			_, s.bus, _ = net.SplitHostPort(freeAddr(t))
		}
		if s.start() {
			return s
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	t.Fatalf("redis-server did not start: %s", log)
	return nil
}

// URL is the address for redisdb.Open.
func (s *Server) URL() string { return "redis://" + s.addr + "/0" }

// Addr is host:port.
func (s *Server) Addr() string { return s.addr }

// Kill ends the server at once, as a crash does.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Restart starts the server again on the same port, with what its append-only
// file holds.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if !s.start() {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		s.t.Fatalf("redis-server did not start again: %s", log)
	}
}

// Pause makes the server hang: connections stay, answers don't come.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(sig)
	}
}

func (s *Server) start() bool {
	host, port, _ := net.SplitHostPort(s.addr)
	args := append([]string{
		"--bind", host, "--port", port, "--dir", s.dir, "--save", "", "--repl-diskless-sync-delay", "0",
		"--logfile", filepath.Join(s.dir, "log"), "--loglevel", "warning",
	}, s.flags...)
	if s.bus != "" {
		args = append(args, "--cluster-enabled", "yes", "--cluster-port", s.bus, "--cluster-node-timeout", nodeTimeout)
	}
	cmd := exec.Command("redis-server", args...)
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("starting redis-server: %v", err)
	}
	s.cmd = cmd
	client := redis.NewClient(&redis.Options{Addr: s.addr, MaxRetries: -1, DisableIdentity: true})
	defer func() { _ = client.Close() }()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		// Another process on this port would answer the ping too.
		dir, err := client.ConfigGet(ctx, "dir").Result()
		cancel()
		if err == nil {
			if real, _ := filepath.EvalSymlinks(s.dir); dir["dir"] == s.dir || dir["dir"] == real {
				return true
			}
			break
		}
		if strings.Contains(err.Error(), "NOAUTH") {
			return true
		}
		if cmd.ProcessState != nil {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	s.Kill()
	return false
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("looking for a free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
