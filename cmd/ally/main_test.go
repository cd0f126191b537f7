package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ally": main})
}

// TestCommandLine runs the scripts in testdata against the program, with an
// environment that holds nothing of Ally.
func TestCommandLine(t *testing.T) {
	w := &world{t: t}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			for _, kv := range os.Environ() {
				name, _, _ := strings.Cut(kv, "=")
				if strings.HasPrefix(name, "ALLY_") || strings.HasPrefix(name, "SLACK_") || name == "REDIS_URL" {
					e.Setenv(name, "")
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"fetch":     fetch,
			"freeport":  freeport,
			"taken":     w.taken,
			"terminate": terminate,
			"types":     w.types,
			"workspace": w.workspace,
		},
	})
}

// exits CODE PROGRAM ARGS… wants this exit code and, unless it is 0, one line
// of error that begins with the program's name.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	stderr := ts.ReadFile("stderr")
	if got != want {
		ts.Fatalf("exit code %d, not %d; stderr: %s", got, want, stderr)
	}
	if want != 0 && (!strings.HasPrefix(stderr, "ally: ") || strings.Count(stderr, "\n") != 1) {
		ts.Fatalf("stderr should be one line of ally's: %q", stderr)
	}
}
