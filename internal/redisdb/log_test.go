package redisdb

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestTheClientIsHeardAtDebugLevelWithoutPasswords(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	db, err := Open("redis+sentinel://:hunter2@127.0.0.1:1,127.0.0.1:2/0?master=m&sentinel_password=hunter3", WithLogger(zap.New(core)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Ping(t.Context()); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("err = %v, want one line", err)
	}
	if _, err := db.Durability(t.Context()); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("err = %v, want one line", err)
	}
	if logs.Len() == 0 {
		t.Error("nothing is heard of the client's trouble")
	}
	chatter{log: zap.New(core), hide: secretsOf(target{password: "hunter2", sentinelPassword: "hunter3"})}.
		Printf(t.Context(), "auth %s failed", "hunter2/hunter3")
	for _, l := range logs.All() {
		if l.Level != zap.DebugLevel {
			t.Errorf("logged at %v", l.Level)
		}
		if s := fmt.Sprint(l.Message, l.ContextMap()); strings.Contains(s, "hunter") {
			t.Errorf("the password is logged: %s", s)
		}
	}
}

// What the client prints by itself goes to the process' standard error, so a
// process of its own is asked.
func TestTheClientPrintsNothing(t *testing.T) {
	if os.Getenv("REDISDB_ALONE") != "" {
		db, err := Open("redis://:hunter2@127.0.0.1:1/0")
		if err != nil {
			t.Fatal(err)
		}
		_ = db.Ping(t.Context())
		_ = db.Close()
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheClientPrintsNothing$")
	cmd.Env = append(os.Environ(), "REDISDB_ALONE=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if stderr.Len() > 0 {
		t.Errorf("printed: %s", stderr.String())
	}
}
