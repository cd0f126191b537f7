package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allybot/internal/redisdb/redistest"
)

// rush is how many lessons are due in the same minute.
const rush = 5000

// BenchmarkLessonRush measures a replica, in a process of its own and over a real
// Redis with its append-only file, when 5,000 lessons are due in the same minute.
//
// "paced" sends at ALLY_POSTS_PER_SECOND (default 2, which takes 42 minutes) to the
// simulated Slack, which enforces Slack's limits; LESSONS=n ends it after so many.
// "ceiling" has no limit of its own, and a Slack that only says ok: what it measures
// is the engine and Redis.
func BenchmarkLessonRush(b *testing.B) {
	b.Run("paced", func(b *testing.B) {
		pace, err := strconv.ParseFloat(os.Getenv("ALLY_POSTS_PER_SECOND"), 64)
		if err != nil {
			pace = 2
		}
		lessons, err := strconv.Atoi(os.Getenv("LESSONS"))
		if err != nil {
			lessons = rush
		}
		w := newWorkspace(b)
		r := newRush(b, w, rush, time.Now().Add(20*time.Second).Truncate(time.Minute).Add(time.Minute))
		replica := w.start(replicaEnv+"="+onlyLessons, "ALLY_QUIET_HOURS=none", "ALLY_WORKING_DAYS=mon-sun",
			fmt.Sprintf("ALLY_POSTS_PER_SECOND=%g", pace), "ALLY_LOG_LEVEL=error")
		w.eventually("the sockets", func() bool { return len(w.openSockets()) == 2 })
		claimed := r.claimed(b)
		sent := func() (n int) {
			for _, id := range r.people {
				for _, m := range w.As(id).Messages(r.dms[id]) {
					if m.BotID != "" {
						n++
					}
				}
			}
			return n
		}
		// The first half minute goes without counting: there is a burst in it.
		waitUntil(b, time.Minute, func() bool { return sent() > 0 })
		time.Sleep(30 * time.Second)
		before, begun := sent(), time.Now()
		for sent() < lessons {
			time.Sleep(200 * time.Millisecond)
		}
		rate := float64(sent()-before) / time.Since(begun).Seconds()
		refused := 0
		for _, c := range w.Calls("") {
			if c.Status == http.StatusTooManyRequests {
				refused++
			}
		}
		b.ReportMetric(claimed.Seconds(), "s-to-claim-5000")
		b.ReportMetric(rate, "lessons/s")
		b.ReportMetric(100*rate/pace, "%-of-the-pace")
		b.ReportMetric(float64(refused), "429s")
		b.ReportMetric(peakMemory(b, replica), "MB-of-the-bot")
	})
	b.Run("ceiling", func(b *testing.B) {
		w := newWorkspace(b)
		w.LiftRateLimits()
		var posts atomic.Int64
		ok := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) {
			method := strings.TrimPrefix(q.URL.Path, "/")
			if method == "chat.postMessage" {
				n := posts.Add(1)
				body, _ := io.ReadAll(q.Body)
				_, channel, _ := strings.Cut(string(body), "channel=")
				channel, _, _ = strings.Cut(channel, "&")
				fmt.Fprintf(rw, `{"ok":true,"channel":%q,"ts":"1700000000.%06d"}`, channel, n)
				return
			}
			// All else is answered by the simulated Slack.
			body := new(bytes.Buffer)
			_, _ = body.ReadFrom(q.Body)
			req, _ := http.NewRequestWithContext(q.Context(), q.Method, w.APIURL()+method, body)
			req.Header = q.Header
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				http.Error(rw, err.Error(), http.StatusBadGateway)
				return
			}
			defer func() { _ = res.Body.Close() }()
			for k, v := range res.Header {
				rw.Header()[k] = v
			}
			body.Reset()
			_, _ = body.ReadFrom(res.Body)
			rw.WriteHeader(res.StatusCode)
			_, _ = rw.Write(body.Bytes())
		}))
		b.Cleanup(ok.Close)
		r := newRush(b, w, 4*rush, time.Now().Add(-2*time.Minute).Truncate(time.Minute))
		replica := w.start(replicaEnv+"="+onlyLessons, unlimitedEnv+"=1", "ALLY_QUIET_HOURS=none", "ALLY_WORKING_DAYS=mon-sun",
			"SLACK_API_URL="+ok.URL+"/", "ALLY_LOG_LEVEL=error")
		waitUntil(b, time.Minute, func() bool { return posts.Load() > 1000 })
		before, begun := posts.Load(), time.Now()
		waitUntil(b, 10*time.Minute, func() bool { return posts.Load() >= 4*rush })
		b.ReportMetric(float64(posts.Load()-before)/time.Since(begun).Seconds(), "lessons/s")
		b.ReportMetric(peakMemory(b, replica), "MB-of-the-bot")
		waitUntil(b, time.Minute, func() bool { left, err := r.waiting(w.now()); return err == nil && left == 0 })
		if n := posts.Load(); n != 4*rush {
			b.Errorf("%d lessons for %d people", n, 4*rush)
		}
	})
}

// newRush subscribes people whose lesson is due at a full minute.
func newRush(b *testing.B, w *workspace, size int, due time.Time) *class {
	b.Helper()
	w.redis = redistest.New(b, "--appendonly", "yes")
	return newClass(b, w, w.redis.URL(), size, due)
}

// claimed is how long it takes from the moment they are due until all are claimed.
func (c *class) claimed(b *testing.B) time.Duration {
	b.Helper()
	s, err := c.book.Find(context.Background(), c.people[0])
	if err != nil {
		b.Fatal(err)
	}
	due := s.Due()
	if time.Until(due) < 0 {
		b.Fatal("they were due before the bot was there")
	}
	time.Sleep(time.Until(due))
	waitUntil(b, time.Minute, func() bool {
		n, err := c.unclaimed(time.Now())
		return err == nil && n == 0
	})
	return time.Since(due)
}

func waitUntil(b *testing.B, atMost time.Duration, ok func() bool) {
	b.Helper()
	for end := time.Now().Add(atMost); !ok(); {
		if time.Now().After(end) {
			b.Fatal("it takes too long")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// peakMemory is the most that a process had resident, in megabytes.
func peakMemory(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		return 0 // not Linux
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n / 1024
		}
	}
	return 0
}
