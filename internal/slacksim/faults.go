package slacksim

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Fault is trouble with Web API calls that a test orders.
type Fault struct {
	// Method is the method it hits, "response_url" for response URLs; "" is any.
	Method string
	// Times is how many calls it hits; 0 means one, less than 0 all.
	Times      int
	Kind       FaultKind
	RetryAfter time.Duration // of RateLimited; default 1 s
	Delay      time.Duration // of Slow
	// Match narrows it to calls with such arguments; nil is all.
	Match func(url.Values) bool
}

// Inject orders a fault. The one ordered first comes first.
func (s *Sim) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// ClearFaults withdraws all faults.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Call is one call of a Web API method, or of a response URL
// (Method "response_url").
type Call struct {
	Method string
	Args   url.Values // without the token; objects as JSON
	Time   time.Time  // by the workspace's clock
	Token  string
	Error  string // Slack's error code; "" for ok
	Status int    // HTTP; 0 when never answered
	Fault  FaultKind
}

// Calls lists the calls of a method so far, "" for all. The last 10,000 calls of
// all methods are kept at least.
func (s *Sim) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Call{}
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

func (s *Sim) logCall(c Call) {
	s.calls = last(append(s.calls, c))
	s.touch()
}

func (s *Sim) takeFault(method string, args url.Values) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && (f.Method == "" || f.Method == method) && (f.Match == nil || f.Match(args)) {
			if f.Times > 0 {
				f.Times--
			}
			return f
		}
	}
	return nil
}

// faultBefore does what a fault does before the call is carried out, and says
// whether that was all.
func (s *Sim) faultBefore(w http.ResponseWriter, r *http.Request, method string, args url.Values, f *Fault) bool {
	if f == nil {
		return false
	}
	log := func(status int, code string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logCall(Call{Method: method, Args: args, Time: s.now(), Token: tokenOf(r), Error: code, Status: status, Fault: f.Kind})
	}
	switch f.Kind {
	case RateLimited:
		log(http.StatusTooManyRequests, "ratelimited")
		wait := f.RetryAfter
		if wait == 0 {
			wait = time.Second
		}
		tooMany(w, retryAfter(wait))
		return true
	case ServerError:
		log(http.StatusInternalServerError, "internal_error")
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return true
	case HangUp:
		log(0, "")
		select {
		case <-r.Context().Done():
		case <-s.stop:
		}
		panic(http.ErrAbortHandler)
	case Slow:
		wait := time.NewTimer(f.Delay)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-s.stop:
		}
	}
	return false
}

func tooMany(w http.ResponseWriter, seconds int) {
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write(toJSON(obj{"ok": false, "error": "ratelimited"}))
}
