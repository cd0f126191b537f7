//go:build bolt

package bolttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"allybot/internal/slacksim"
)

const (
	appDir  = "testdata/app"
	minNode = 20
	// patience is how long anything may take before the test gives up; on an
	// idle machine it takes milliseconds.
	patience = time.Minute
)

// report is one line of what the app saw.
type report map[string]any

// boltApp is the running app.
type boltApp struct {
	t       *testing.T
	reports chan report
	cmd     *exec.Cmd
	stderr  *bytes.Buffer
}

// install makes sure, once, of Node.js and of the packages in the lock file.
// Its error is one line that says what to do.
var install = sync.OnceValue(func() error {
	version, err := exec.Command("node", "--version").Output()
	major, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(version)), "v"), ".")
	if n, convErr := strconv.Atoi(major); err != nil || convErr != nil || n < minNode {
		return fmt.Errorf("this test needs Node.js %d or later: install it with \"apt-get install nodejs npm\", \"brew install node\" or from nodejs.org", minNode)
	}
	if upToDate() {
		return nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("this test needs npm: install it with \"apt-get install npm\" or \"brew install node\"")
	}
	npm := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	npm.Dir = appDir
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in %s: %w; it needs a package registry it can reach\n%s", appDir, err, out)
	}
	return nil
})

// upToDate is whether the installed packages are those of the lock file: npm
// leaves a lock of its own behind when it is done.
func upToDate() bool {
	done, err := os.Stat(filepath.Join(appDir, "node_modules", ".package-lock.json"))
	if err != nil {
		return false
	}
	lock, err := os.Stat(filepath.Join(appDir, "package-lock.json"))
	return err == nil && !lock.ModTime().After(done.ModTime())
}

// start runs the app against the workspace until the test ends.
func start(t *testing.T, sim *slacksim.Sim) *boltApp {
	t.Helper()
	if err := install(); err != nil {
		t.Fatal(err)
	}
	app := &boltApp{t: t, reports: make(chan report, 100), stderr: &bytes.Buffer{}, cmd: exec.Command("node", "app.js")}
	app.cmd.Dir = appDir
	app.cmd.Env = append(os.Environ(),
		"SLACK_API_URL="+sim.APIURL(),
		"SLACK_BOT_TOKEN="+sim.BotToken(),
		"SLACK_APP_TOKEN="+sim.AppToken(),
	)
	app.cmd.Stderr = app.stderr
	stdout, err := app.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := app.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(app.reports)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			r := report{}
			if json.Unmarshal(lines.Bytes(), &r) != nil {
				r = report{"saw": "error", "message": lines.Text()}
			}
			app.reports <- r
		}
	}()
	t.Cleanup(func() { app.stop(read) })
	app.expect("started")
	return app
}

// stop asks the app to end and insists after a while.
func (a *boltApp) stop(read <-chan struct{}) {
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		a.t.Errorf("ending the app: %v", err)
	}
	insist := time.AfterFunc(patience, func() { _ = a.cmd.Process.Kill() })
	defer insist.Stop()
	<-read
	if err := a.cmd.Wait(); err != nil {
		a.t.Errorf("the app ended badly: %v", err)
	}
	if a.t.Failed() && a.stderr.Len() > 0 {
		a.t.Logf("the app's log:\n%s", a.stderr)
	}
}

// expect waits for the next report and asserts what the app saw.
func (a *boltApp) expect(saw string) report {
	a.t.Helper()
	select {
	case r, open := <-a.reports:
		if !open {
			a.t.Fatalf("the app ended; waited for %q", saw)
		}
		if r["saw"] != saw {
			a.t.Fatalf("the app saw %v, want %q", r, saw)
		}
		return r
	case <-time.After(patience):
		a.t.Fatalf("the app never saw %q", saw)
	}
	return nil
}
