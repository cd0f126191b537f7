package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// list answers users.list page by page and counts what it was asked.
type list struct {
	mu    sync.Mutex
	names []string // by number: U0, U1, …
	delay time.Duration
	fail  int // this many calls fail
	calls map[string]int
}

func (l *list) Call(ctx context.Context, method string, args url.Values, out any) error {
	time.Sleep(l.delay)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[method]++
	if l.fail > 0 {
		l.fail--
		return slackbot.ErrUnavailable
	}
	object := func(i int) map[string]any {
		return map[string]any{"id": fmt.Sprint("U", i), "team_id": "T1", "name": l.names[i]}
	}
	answer := map[string]any{"ok": true}
	switch method {
	case "users.info":
		i, err := strconv.Atoi(args.Get("user")[1:])
		if err != nil || i >= len(l.names) {
			return slackbot.ErrUserNotFound
		}
		answer["user"] = object(i)
	case "users.list":
		from, _ := strconv.Atoi(args.Get("cursor"))
		limit, _ := strconv.Atoi(args.Get("limit"))
		var members []any
		for i := from; i < min(from+limit, len(l.names)); i++ {
			members = append(members, object(i))
		}
		answer["members"] = members
		if from+limit < len(l.names) {
			answer["response_metadata"] = map[string]string{"next_cursor": fmt.Sprint(from + limit)}
		}
	}
	b, _ := json.Marshal(answer)
	return json.Unmarshal(b, out)
}

func (l *list) asked(method string) int { l.mu.Lock(); defer l.mu.Unlock(); return l.calls[method] }

func newList(n int) *list {
	l := &list{names: make([]string, n), calls: map[string]int{}}
	for i := range l.names {
		l.names[i] = fmt.Sprint("name", i)
	}
	return l
}

func TestPreloadKnowsEverybodyInAFewCalls(t *testing.T) {
	l := newList(2500)
	d := people.New(people.Options{Slack: l, TeamID: "T1"})
	for range 3 {
		if err := d.Preload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2500 {
		if p, err := d.Find(t.Context(), fmt.Sprint("U", i)); err != nil || p.Name != fmt.Sprint("name", i) {
			t.Fatalf("%d: %+v, %v", i, p, err)
		}
	}
	if l.asked("users.list") != 3 || l.asked("users.info") != 0 {
		t.Errorf("calls: %v", l.calls)
	}
}

func TestPreloadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newList(1)
		d := people.New(people.Options{Slack: l, TeamID: "T1"})
		l.fail = 1
		if err := d.Preload(t.Context()); !errors.Is(err, slackbot.ErrUnavailable) {
			t.Errorf("a failure: %v", err)
		}
		for range 2 {
			if err := d.Preload(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if n := l.asked("users.list"); n != 2 {
			t.Errorf("listed %d times: a failure counts as none, a second time soon after as enough", n)
		}
		time.Sleep(5 * time.Minute)
		if err := d.Preload(t.Context()); err != nil || l.asked("users.list") != 3 {
			t.Errorf("after five minutes: %v, %v", err, l.calls)
		}
	})
}

// What Slack said while people were listed is newer than the list.
func TestPreloadBelievesNoOldList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newList(2)
		l.delay = time.Second
		d := people.New(people.Options{Slack: l, TeamID: "T1"})
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := d.Preload(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		d.Forget("U1")
		hasty, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := d.Preload(hasty); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who cannot wait: %v", err)
		}
		wg.Wait()
		if n := l.asked("users.list"); n != 1 {
			t.Errorf("three at once listed %d times", n)
		}
		for i, asked := range []int{0, 1} {
			if _, err := d.Find(t.Context(), fmt.Sprint("U", i)); err != nil || l.asked("users.info") != asked {
				t.Errorf("U%d: %v, asked %v", i, err, l.calls)
			}
		}
	})
}
