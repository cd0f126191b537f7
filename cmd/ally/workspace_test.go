package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"allybot/internal/manifest"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slacksim"
)

// patience is how long a script waits for something to come about.
const patience = time.Minute

// world is what the scripts of one test run against.
type world struct {
	t   *testing.T
	sim *slacksim.Sim
	// esme types, sam is typed about; both are in channel.
	esme, channel string
}

// workspace starts a Slack workspace and a Redis, and sets the environment that
// the bot needs for them.
func (w *world) workspace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: workspace")
	}
	doc, err := manifest.JSON()
	ts.Check(err)
	w.sim, err = slacksim.Start(slacksim.Options{Manifest: doc})
	ts.Check(err)
	w.t.Cleanup(w.sim.Close)
	w.esme = w.sim.AddPerson(slacksim.Person{Name: "esme", RealName: "Esme Okafor"})
	sam := w.sim.AddPerson(slacksim.Person{Name: "sam", RealName: "Sam Rivera", DisplayName: "Sam"})
	w.channel = w.sim.AddChannel(slacksim.Channel{Name: "general", Members: []string{w.esme, sam}})

	ts.Setenv("SLACK_BOT_TOKEN", w.sim.BotToken())
	ts.Setenv("SLACK_APP_TOKEN", w.sim.AppToken())
	ts.Setenv("SLACK_API_URL", strings.TrimSuffix(w.sim.APIURL(), "/"))
	ts.Setenv("REDIS_URL", redistest.Start(w.t, "--appendonly", "yes", "--maxmemory-policy", "noeviction"))
	ts.Setenv("ALLY_HTTP_ADDR", freeAddr(ts))
}

// types TEXT PART… types a command in Slack and wants a private answer with all
// the parts. It waits for the bot to be connected.
func (w *world) types(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: types text part...")
	}
	if !w.sim.WaitFor(patience, func() bool { return len(w.sim.Sockets()) > 0 }) {
		ts.Fatalf("the bot did not connect")
	}
	command, text, _ := strings.Cut(args[0], " ")
	ts.Check(w.sim.As(w.esme).Command(w.channel, command, text).Wait(patience))
	var answer slacksim.Message
	if !w.sim.WaitFor(patience, func() bool {
		all := w.sim.As(w.esme).Messages(w.channel)
		if len(all) == 0 {
			return false
		}
		answer = all[len(all)-1]
		return true
	}) {
		ts.Fatalf("no answer")
	}
	if !answer.Ephemeral {
		ts.Fatalf("the answer is not private")
	}
	for _, part := range args[1:] {
		if !strings.Contains(string(answer.Blocks)+answer.Text, part) {
			ts.Fatalf("the answer lacks %q: %s", part, answer.Blocks)
		}
	}
}

// freeport NAME puts an address of loopback that nobody listens on into a variable.
func freeport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport variable")
	}
	ts.Setenv(args[0], freeAddr(ts))
}

func freeAddr(ts *testscript.TestScript) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// taken NAME puts an address into a variable that somebody else listens on.
func (w *world) taken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: taken variable")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	w.t.Cleanup(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// terminate sends SIGTERM to what runs in the background, as an orchestrator does.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: terminate")
	}
	for _, c := range ts.BackgroundCmds() {
		ts.Check(c.Process.Signal(syscall.SIGTERM))
	}
}

// fetch URL PART wants a page with this part in it within the patience.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fetch url part")
	}
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := "nothing answered"
	for {
		if res, err := http.Get(args[0]); err == nil {
			body, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			last = string(body)
			if strings.Contains(last, args[1]) {
				return
			}
		}
		select {
		case <-deadline:
			ts.Fatalf("%s lacks %q: %s", args[0], args[1], last)
		case <-tick.C:
		}
	}
}
