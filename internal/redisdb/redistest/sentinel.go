package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Sentinel starts a master, a replica and three Sentinels that take the master
// for gone after half a second. The URL is that of the Sentinels.
func Sentinel(t testing.TB, flags ...string) *Group {
	t.Helper()
	g := Replicated(t, flags...)
	masterHost, masterPort, _ := net.SplitHostPort(g.servers[0].addr)
	_, replicaPort, _ := net.SplitHostPort(g.servers[1].addr)
	const number = 3
	var addrs, ports, ids [number]string
	for i := range number {
		addrs[i] = freeAddr(t)
		_, ports[i], _ = net.SplitHostPort(addrs[i])
		ids[i] = strings.Repeat(fmt.Sprint(i+1), 40)
	}
	for i := range number {
		dir := t.TempDir()
		lines := []string{
			"port " + ports[i], "bind 127.0.0.1", "dir " + dir, "logfile " + filepath.Join(dir, "log"),
			"sentinel myid " + ids[i],
			"sentinel monitor ally " + masterHost + " " + masterPort + " 2",
			"sentinel down-after-milliseconds ally 500", "sentinel failover-timeout ally 3000",
			// Known beforehand what they would find out within some seconds.
			"sentinel known-replica ally 127.0.0.1 " + replicaPort,
		}
		for j := range number {
			if j != i {
				lines = append(lines, "sentinel known-sentinel ally 127.0.0.1 "+ports[j]+" "+ids[j])
			}
		}
		conf := filepath.Join(dir, "sentinel.conf")
		if err := os.WriteFile(conf, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("redis-server", conf, "--sentinel")
		dieWithParent(cmd)
		if err := cmd.Start(); err != nil {
			t.Fatalf("starting a sentinel: %v", err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	}
	for _, addr := range addrs {
		waitFor(t, "a sentinel to start", func() bool {
			c, err := net.DialTimeout("tcp", addr, time.Second)
			if err == nil {
				_ = c.Close()
			}
			return err == nil
		})
	}
	g.url = "redis+sentinel://" + strings.Join(addrs[:], ",") + "/0?master=ally"
	return g
}
