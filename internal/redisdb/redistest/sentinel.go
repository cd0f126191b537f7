package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Sentinel starts a master and one Sentinel that watches it, and returns the URL
// that asks the Sentinel, and the master's own.
func Sentinel(t testing.TB, flags ...string) (url, master string) {
	t.Helper()
	s := New(t, flags...)
	host, port, _ := net.SplitHostPort(s.addr)
	addr := freeAddr(t)
	_, sentinelPort, _ := net.SplitHostPort(addr)
	dir := t.TempDir()
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nlogfile %s\nsentinel monitor ally %s %s 1\nsentinel down-after-milliseconds ally 500\n",
		sentinelPort, dir, filepath.Join(dir, "log"), host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", conf, "--sentinel")
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting a sentinel: %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
			return "redis+sentinel://" + addr + "/0?master=ally", s.URL()
		}
		if time.Now().After(deadline) {
			t.Fatalf("the sentinel did not start: %v", err)
		}
		<-time.After(10 * time.Millisecond)
	}
}
