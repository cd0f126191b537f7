package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"allybot/internal/config"
	"allybot/internal/slacksim"
	"allybot/playbooks"
)

// replicaEnv makes the test binary a replica of the bot: `ally serve`, less
// patient, so that what a killed replica held is taken over in a moment.
// With onlyLessons for a value it has no words, and starts in a moment; with
// unlimitedEnv it posts as fast as it can.
const (
	replicaEnv   = "ALLY_TEST_REPLICA"
	onlyLessons  = "lessons"
	unlimitedEnv = "ALLY_TEST_UNLIMITED"
)

func TestMain(m *testing.M) {
	if os.Getenv(replicaEnv) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := replica(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func replica(ctx context.Context) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if os.Getenv("ALLY_POSTS_PER_SECOND") == "" {
		cfg.PostsPerSecond = 100 // nobody waits a quarter of an hour for these tests
	}
	words := fewWords()
	tempo := Tempo{Lease: 500 * time.Millisecond, CallTimeout: 500 * time.Millisecond, SettleAfter: 600 * time.Millisecond}
	if os.Getenv(replicaEnv) == onlyLessons {
		words = lessonsAlone()
		// Of a post that was begun it has to be certain when it can come no more.
		tempo = Tempo{CallTimeout: 5 * time.Second, SettleAfter: 6 * time.Second, QueueHold: 2 * time.Second, Workers: 4}
	}
	if os.Getenv(unlimitedEnv) != "" {
		cfg.PostsPerSecond, tempo.Workers = config.Rate(math.Inf(1)), 0
	}
	bot, err := New(cfg, Deps{
		Words: words,
		Log:   NewLogger(os.Stderr, cfg.LogLevel),
		Tempo: tempo,
	})
	if err != nil {
		return err
	}
	return bot.Run(ctx)
}

// fewWords are enough to answer with, and quickly learnt: a replica of this test
// does not live long.
func fewWords() fs.FS {
	return someWords("*.yaml", "scripts/*interrupted.md", "scripts/*idea-ignored.md", "lessons/b*.md")
}

func lessonsAlone() fs.FS { return someWords("practices.yaml", "lessons/b*.md") }

// someWords are the files of the content that match; what they say of others is
// left out.
func someWords(patterns ...string) fs.FS {
	elsewhere := regexp.MustCompile(`(?m)^see: .*\n`)
	script := regexp.MustCompile(`(?m)^script: .*$`)
	few := fstest.MapFS{}
	for _, pattern := range patterns {
		files, err := fs.Glob(playbooks.FS, pattern)
		if err != nil {
			panic(err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(playbooks.FS, file)
			if err != nil {
				panic(err)
			}
			text = elsewhere.ReplaceAll(text, nil)
			if strings.HasPrefix(file, "lessons/") {
				text = script.ReplaceAll(text, []byte("script: interrupted"))
			}
			few[file] = &fstest.MapFile{Data: text}
		}
	}
	return few
}

// start runs a replica in a process of its own; env comes on top of what it needs.
func (w *workspace) start(env ...string) *exec.Cmd {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), replicaEnv+"=1", "SLACK_BOT_TOKEN="+w.BotToken(), "SLACK_APP_TOKEN="+w.AppToken(),
		"SLACK_API_URL="+w.APIURL(), "REDIS_URL="+w.redis.URL(), "ALLY_HTTP_ADDR=127.0.0.1:0",
		"ALLY_LOG_LEVEL=warn", "ALLY_QUIET_HOURS=none", "ALLY_WORKING_DAYS=mon-sun")
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill(); _, _ = cmd.Process.Wait() })
	return cmd
}

const (
	kills       = 100
	actsPerKill = 10
	replicas    = 2
	crowdSize   = 100
	actEvery    = 50 * time.Millisecond
	lastAnswers = 90 * time.Second // doubtful posts are looked up at Slack's pace
)

// called are the names that successive questions of one person are about, so
// that each answer tells which question it belongs to.
var called = []string{
	"Priya", "Omar", "Lena", "Kofi", "Ivan", "Sofia", "Diego", "Aiko", "Tomas", "Zainab",
	"Ines", "Nadia", "Fatima", "Anders", "Chloe", "Hassan", "Greta", "Pedro", "Yuki", "Olga",
}

// somebody is a person of the crowd and what they did.
type somebody struct {
	*slacksim.Actor
	asked    map[string]string // the message's ts by the name asked about
	mentions []string          // ts
	commands []*slacksim.Exchange
	presses  map[string]*slacksim.Exchange // by the ts of the answer pressed
}

// Two replicas, one of them killed without warning 100 times at random moments,
// while people do 1,000 things. Whatever was acknowledged has its effect, and
// nothing is posted twice.
func TestNothingLostNothingTwiceWhenKilled(t *testing.T) {
	w := newWorkspace(t)
	w.LiftRateLimits()
	w.SetRetrySchedule([]time.Duration{0, 200 * time.Millisecond, time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second})
	ids, crowd := []string{}, []*somebody{}
	for i := range crowdSize {
		id := w.AddPerson(slacksim.Person{Name: fmt.Sprintf("person%d", i), RealName: fmt.Sprintf("Person Number%d", i)})
		ids = append(ids, id)
		crowd = append(crowd, &somebody{Actor: w.As(id), asked: map[string]string{}, presses: map[string]*slacksim.Exchange{}})
	}
	busy := w.AddChannel(slacksim.Channel{Name: "busy", Members: ids, WithBot: true})

	var running [replicas]*exec.Cmd
	for i := range running {
		running[i] = w.start()
	}
	w.eventually("the sockets of both replicas", func() bool { return len(w.openSockets()) == 2*replicas })

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2)) //nolint:gosec // any moment will do
	pace := time.NewTicker(actEvery)
	defer pace.Stop()
	for round := range kills {
		strike := random.IntN(actsPerKill)
		for i := range actsPerKill {
			<-pace.C
			crowd[random.IntN(crowdSize)].act(t, busy, round*actsPerKill+i)
			if i == strike {
				<-time.After(time.Duration(random.Int64N(int64(30 * time.Millisecond)))) // the moment of the kill
				victim := running[round%replicas]
				_ = victim.Process.Kill()
				_, _ = victim.Process.Wait()
				running[round%replicas] = w.start()
			}
		}
	}

	acked := map[string]bool{} // messages by conversation and ts
	unacked := 0
	if !w.WaitFor(lastAnswers, func() bool { unacked = w.readAcks(acked); return unacked == 0 }) {
		t.Logf("%d events were given up by Slack", unacked)
	}
	settled := func() bool {
		for _, p := range crowd {
			if p.complaint(busy, acked) != "" {
				return false
			}
		}
		return true
	}
	w.WaitFor(lastAnswers, settled)
	sum := map[string]int{}
	for i, p := range crowd {
		if c := p.complaint(busy, acked); c != "" {
			t.Errorf("person %d: %s", i, c)
		}
		p.count(sum, acked)
	}
	t.Logf("%d kills, %d acts: %v; posts %d, looked for %d", kills, kills*actsPerKill, sum,
		len(w.Calls("chat.postMessage")), len(w.Calls("conversations.history")))
}

// act does the nth thing of all.
func (p *somebody) act(t *testing.T, channel string, n int) {
	switch n % 10 {
	default:
		if len(p.asked) == len(called) {
			t.Fatal("more questions than names")
		}
		name := called[len(p.asked)]
		p.asked[name] = p.Say(p.DM(), name+" keeps getting talked over")
	case 5, 6, 7:
		p.commands = append(p.commands, p.Command(channel, "/ally", "sam keeps getting talked over"))
	case 8:
		for _, m := range p.Messages(channel) {
			if m.Ephemeral && m.ThreadTS == "" && strings.Contains(string(m.Blocks), moreDirect) && p.presses[m.TS] == nil {
				p.presses[m.TS] = p.Press(m, button(t, m.Blocks, moreDirect))
				return
			}
		}
		p.OpenHome()
	case 9:
		p.mentions = append(p.mentions, p.Say(channel, "@ally my idea got ignored"))
	}
}

const moreDirect = "More direct"

// complaint says what this person has to complain about, "" for nothing.
func (p *somebody) complaint(channel string, acked map[string]bool) string {
	direct, lost := map[string]int{}, 0
	for _, m := range p.Messages(p.DM()) {
		if m.BotID == "" {
			continue
		}
		if strings.Contains(m.Text, "can’t tell whether my answer reached you") {
			lost++
			continue
		}
		for name := range p.asked {
			if strings.Contains(m.Text, name) {
				direct[name]++
			}
		}
	}
	for name, ts := range p.asked {
		if n := direct[name]; n > 1 || n == 0 && acked[p.DM()+ts] {
			return fmt.Sprintf("the question about %s was answered %d times (acknowledged: %v)", name, n, acked[p.DM()+ts])
		}
	}
	shown, pressable := 0, map[string]string{}
	for _, m := range p.Messages(channel) {
		if m.Ephemeral {
			pressable[m.TS] = string(m.Blocks)
			if strings.Contains(m.Text, "idea") {
				shown++
			}
		}
	}
	heard := 0
	for _, ts := range p.mentions {
		if acked[channel+ts] {
			heard++
		}
	}
	if shown > len(p.mentions) || shown+lost < heard {
		return fmt.Sprintf("of %d mentions acknowledged, %d were answered and %d reported as in doubt", heard, shown, lost)
	}
	for i, ex := range p.commands {
		if ex.Wait(time.Millisecond) == nil && !strings.Contains(string(ex.Payload()), "Sam's point") {
			return fmt.Sprintf("command %d was acknowledged with %.100s", i, ex.Payload())
		}
	}
	for ts, ex := range p.presses {
		if ex.Wait(time.Millisecond) == nil && strings.Contains(pressable[ts], moreDirect) {
			return "a button was acknowledged and did nothing"
		}
	}
	return ""
}

func (p *somebody) count(sum map[string]int, acked map[string]bool) {
	for _, ts := range p.asked {
		sum["direct"]++
		if acked[p.DM()+ts] {
			sum["direct acked"]++
		}
	}
	sum["mentions"] += len(p.mentions)
	for _, ex := range p.commands {
		sum["commands"]++
		if ex.Wait(time.Millisecond) == nil {
			sum["commands acked"]++
		}
	}
	for _, ex := range p.presses {
		sum["presses"]++
		if ex.Wait(time.Millisecond) == nil {
			sum["presses acked"]++
		}
	}
}

// readAcks notes which posts were acknowledged and returns how many were not.
func (w *workspace) readAcks(acked map[string]bool) (open int) {
	for _, e := range w.Envelopes() {
		var p struct {
			Event struct {
				Channel string `json:"channel"`
				TS      string `json:"ts"`
			} `json:"event"`
		}
		if e.Type != "events_api" || json.Unmarshal(e.Payload, &p) != nil {
			continue
		}
		if e.AckedAt.IsZero() {
			open++
		} else {
			acked[p.Event.Channel+p.Event.TS] = true
		}
	}
	return open
}
