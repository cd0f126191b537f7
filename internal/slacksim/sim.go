package slacksim

import (
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Sim is a running workspace with one app installed. Its methods may be called
// from any goroutine.
type Sim struct {
	opts     Options
	manifest manifest
	mux      *http.ServeMux
	server   *http.Server
	base     string // http://127.0.0.1:PORT
	started  time.Time
	stop     chan struct{}
	done     sync.WaitGroup

	teamID, teamName, domain        string
	appID, botUserID, botID         string
	botToken, appToken, verifyToken string

	mu sync.Mutex // guards everything below
	state
}

// Start starts a workspace. Close it when done.
func Start(o Options) (*Sim, error) {
	if len(o.Manifest) == 0 {
		return nil, errors.New("slacksim: Options.Manifest is empty; give the app's manifest as JSON")
	}
	m, err := parseManifest(o.Manifest)
	if err != nil {
		return nil, fmt.Errorf("slacksim: reading the manifest: %w", err)
	}
	o = o.withDefaults()
	if err := loopback(o.Addr); err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("slacksim: listening on %s: %w", o.Addr, err)
	}

	s := newSim(o, m, "http://"+ln.Addr().String())
	s.mux.HandleFunc("/api/", s.serveAPI)
	s.mux.HandleFunc("GET /link/", s.serveSocket)
	s.mux.HandleFunc("POST /commands/", s.serveResponseURL)
	s.mux.HandleFunc("POST /actions/", s.serveResponseURL)
	s.mux.HandleFunc("POST /upload/", s.serveUpload)
	s.mux.HandleFunc("GET /avatar/", s.serveAvatar)
	s.server = &http.Server{
		Handler:           onlyLoopbackHost(s.mux),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	s.done.Add(2)
	go func() { defer s.done.Done(); _ = s.server.Serve(ln) }()
	go func() { defer s.done.Done(); s.runClock() }()
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.PingInterval == 0 {
		o.PingInterval = 5 * time.Second
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.TriggerLife == 0 {
		o.TriggerLife = 3 * time.Second
	}
	return o
}

// newSim is a workspace with the app installed, reached by nobody yet.
func newSim(o Options, m manifest, base string) *Sim {
	s := &Sim{
		opts: o, manifest: m, mux: http.NewServeMux(), base: base,
		started: time.Now(), stop: make(chan struct{}),
		teamName: "Wattle & Co", domain: "wattle",
	}
	s.state = newState(rand.New(rand.NewPCG(o.Seed, 0x5ac1)))
	s.limitsOff = o.NoRateLimits
	s.editWindow = o.EditWindow
	s.teamID, s.appID = s.newID("T"), s.newID("A")
	s.botUserID, s.botID = s.newID("U"), s.newID("B")
	s.botToken = "xoxb-" + s.digits(12) + "-" + s.digits(13) + "-" + s.secret(24)
	s.appToken = "xapp-1-" + s.appID + "-" + s.digits(13) + "-" + s.secret(64)
	s.verifyToken = s.secret(24)
	s.addBuiltInPeople()
	return s
}

// loopback refuses addresses that others could reach: a page that acts for
// every person has no place on a network.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("slacksim: Addr %q is not host:port: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("slacksim: Addr %q is not a loopback address; use 127.0.0.1:PORT", addr)
	}
	return nil
}

// onlyLoopbackHost turns away web pages that reached us by a name of their own
// (DNS rebinding).
func onlyLoopbackHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "reach the simulated workspace by a loopback address", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Close stops the workspace: open sockets and calls are cut.
func (s *Sim) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.stop)
	for _, k := range s.sockets {
		k.kill()
	}
	for _, e := range s.envelopes.all() {
		e.stopTimer()
		if e.pending {
			e.pending = false
			e.fail(ErrDispatchFailed)
		}
	}
	s.mu.Unlock()
	_ = s.server.Close()
	s.done.Wait()
}

// BaseURL is http://127.0.0.1:PORT.
func (s *Sim) BaseURL() string { return s.base }

// APIURL is what method names are appended to.
func (s *Sim) APIURL() string { return s.base + "/api/" }

// Mount serves h on the workspace's own address, beside its APIs.
func (s *Sim) Mount(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// BotToken is the app's xoxb token.
func (s *Sim) BotToken() string { return s.botToken }

// AppToken is the app-level xapp token, with connections:write.
func (s *Sim) AppToken() string { return s.appToken }

// BotUserID is the user id of the app's bot.
func (s *Sim) BotUserID() string { return s.botUserID }

// BotID is the bot id (B…) that the bot's messages carry.
func (s *Sim) BotID() string { return s.botID }

// AppID is the app's id.
func (s *Sim) AppID() string { return s.appID }

// TeamID is the workspace's id.
func (s *Sim) TeamID() string { return s.teamID }

// runClock does what falls due by the workspace's clock, which may be moved.
func (s *Sim) runClock() {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
			s.mu.Lock()
			s.postScheduled()
			s.mu.Unlock()
		}
	}
}
