package channels_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"allybot/internal/channels"
	"allybot/internal/slackbot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slack answers from tables; members come as many a page as asked for.
type slack struct {
	mu      sync.Mutex
	infos   map[string]string
	members map[string][]string
	err     error
	delay   time.Duration
	calls   map[string]int
}

func (s *slack) Call(ctx context.Context, method string, args url.Values, out any) error {
	s.mu.Lock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[method]++
	info, members, err, delay := s.infos[args.Get("channel")], s.members[args.Get("channel")], s.err, s.delay
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	switch {
	case method == "conversations.info" && info != "":
		return json.Unmarshal([]byte(`{"channel":`+info+`}`), out)
	case method == "conversations.members" && members != nil:
		limit, _ := strconv.Atoi(args.Get("limit"))
		from, _ := strconv.Atoi(args.Get("cursor"))
		to, next := min(from+limit, len(members)), ""
		if to < len(members) {
			next = strconv.Itoa(to)
		}
		b, _ := json.Marshal(map[string]any{"members": members[from:to], "response_metadata": map[string]string{"next_cursor": next}})
		return json.Unmarshal(b, out)
	}
	return fmt.Errorf("%s: %w", method, slackbot.ErrChannelNotFound)
}

func (s *slack) fail(err error) { s.mu.Lock(); s.err = err; s.mu.Unlock() }

func (s *slack) asked(method string) int { s.mu.Lock(); defer s.mu.Unlock(); return s.calls[method] }

func crowd(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("U", i)
	}
	return out
}

func TestWhatKindOfConversation(t *testing.T) {
	for name, tc := range map[string]struct {
		id, json string
		want     channels.Channel
		err      error
	}{
		"public": {
			"C1", `{"id":"C1","name":"general","creator":"U1","is_channel":true,"is_member":true}`,
			channels.Channel{ID: "C1", Name: "general", Creator: "U1", BotIn: true},
			nil,
		},
		"public, without the bot": {"C1", `{"id":"C1","name":"general"}`, channels.Channel{ID: "C1", Name: "general"}, nil},
		"private with a C": {
			"C1", `{"id":"C1","name":"plans","is_private":true}`,
			channels.Channel{ID: "C1", Name: "plans", Private: true, BotIn: true},
			nil,
		},
		"shared": {"C1", `{"id":"C1","name":"x","is_ext_shared":true}`, channels.Channel{ID: "C1", Name: "x", Shared: true}, nil},
		"about to be shared": {
			"C1", `{"id":"C1","name":"x","is_pending_ext_shared":true,"pending_shared":["T2"]}`,
			channels.Channel{ID: "C1", Name: "x", Shared: true},
			nil,
		},
		"archived": {"C1", `{"id":"C1","name":"x","is_archived":true}`, channels.Channel{ID: "C1", Name: "x", Archived: true}, nil},
		"group message": {
			"G1", `{"id":"G1","name":"mpdm-sam--lee-1","is_mpim":true,"is_private":true}`,
			channels.Channel{ID: "G1", Private: true, Direct: true, BotIn: true},
			nil,
		},
		"hidden":           {"C1", "", channels.Channel{}, channels.ErrHidden},
		"nobody's":         {"general", "", channels.Channel{}, channels.ErrHidden},
		"empty":            {"", "", channels.Channel{}, channels.ErrHidden},
		"a person":         {"U1", "", channels.Channel{}, channels.ErrHidden},
		"a direct message": {"D1", "", channels.Channel{ID: "D1", Private: true, Direct: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &slack{infos: map[string]string{tc.id: tc.json}}
			d := channels.New(channels.Options{Slack: s})
			for range 2 {
				got, err := d.Find(t.Context(), tc.id)
				if got != tc.want || !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
					t.Errorf("got %+v, %v; want %+v, %v", got, err, tc.want, tc.err)
				}
			}
			want := 1
			if name == "nobody's" || name == "empty" || name == "a person" || name == "a direct message" {
				want = 0
			}
			if n := s.asked("conversations.info"); n != want {
				t.Errorf("asked Slack %d times", n)
			}
		})
	}
}

func TestWhoIsInIt(t *testing.T) {
	for name, tc := range map[string]struct {
		members []string
		ask     []string
		want    map[string]bool
		err     error
		pages   int
	}{
		"all":                      {crowd(3), []string{"U0", "U2"}, map[string]bool{"U0": true, "U2": true}, nil, 1},
		"some":                     {crowd(3), []string{"U0", "UX"}, map[string]bool{"U0": true, "UX": false}, nil, 1},
		"nobody asked about":       {crowd(3), nil, map[string]bool{}, nil, 0},
		"seen on the first page":   {crowd(5000), []string{"U1"}, map[string]bool{"U1": true}, nil, 1},
		"seen on the third":        {crowd(5000), []string{"U1", "U2999"}, map[string]bool{"U1": true, "U2999": true}, nil, 3},
		"not in a large one":       {crowd(5000), []string{"UX"}, map[string]bool{"UX": false}, nil, 5},
		"not seen in a larger one": {crowd(20_001), []string{"UX"}, nil, channels.ErrUnknown, 20},
		"seen in a larger one":     {crowd(20_001), []string{"U19999"}, map[string]bool{"U19999": true}, nil, 20},
		"hidden":                   {nil, []string{"U1"}, nil, channels.ErrHidden, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := &slack{members: map[string][]string{"C1": tc.members}}
			d := channels.New(channels.Options{Slack: s})
			for range 2 {
				got, err := d.Has(t.Context(), "C1", tc.ask...)
				if !maps.Equal(got, tc.want) || !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
					t.Errorf("got %v, %v; want %v, %v", got, err, tc.want, tc.err)
				}
			}
			if n := s.asked("conversations.members"); n != tc.pages {
				t.Errorf("%d pages were read, want %d", n, tc.pages)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	s := &slack{members: map[string][]string{"C1": crowd(2500), "C2": crowd(20_001)}}
	d := channels.New(channels.Options{Slack: s})
	if _, err := d.Has(t.Context(), "C1", "U1500"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := d.Members(t.Context(), "C1"); err != nil || !slices.Equal(got, crowd(2500)) {
			t.Errorf("%d members, %v", len(got), err)
		}
	}
	if n := s.asked("conversations.members"); n != 3 {
		t.Errorf("%d pages were read for what has three", n)
	}
	if got, err := d.Members(t.Context(), "C2"); !errors.Is(err, channels.ErrUnknown) || got != nil {
		t.Errorf("too many: %d, %v", len(got), err)
	}
	if _, err := d.Members(t.Context(), "D1"); !errors.Is(err, channels.ErrUnknown) {
		t.Errorf("a direct message: %v", err)
	}
}

func TestAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{infos: map[string]string{}, members: map[string][]string{"C1": {"U1"}}}
		d := channels.New(channels.Options{Slack: s})
		find := func(want error) {
			t.Helper()
			if _, err := d.Find(t.Context(), "C1"); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		has := func(user string, want bool) {
			t.Helper()
			if in, err := d.Has(t.Context(), "C1", user); err != nil || in[user] != want {
				t.Errorf("%s in it: %v, %v", user, in, err)
			}
		}
		find(channels.ErrHidden)
		has("U2", false)
		s.mu.Lock()
		s.infos["C1"] = `{"id":"C1","name":"x"}`
		s.members["C1"] = []string{"U2"}
		s.mu.Unlock()
		time.Sleep(59 * time.Second)
		find(channels.ErrHidden)
		has("U2", false)
		time.Sleep(time.Second)
		find(nil)
		has("U2", true)
		has("U1", false)
		s.mu.Lock()
		s.infos["C1"] = ""
		s.members["C1"] = []string{"U3"}
		s.mu.Unlock()
		find(nil)
		d.Forget("C1")
		find(channels.ErrHidden)
		has("U3", true)
	})
}

func TestWithoutTheScopeItCannotBeTold(t *testing.T) {
	s := &slack{err: fmt.Errorf("conversations.info: %w", slackbot.ErrMissingScope)}
	d := channels.New(channels.Options{Slack: s})
	for range 3 {
		if _, err := d.Find(t.Context(), "C1"); !errors.Is(err, channels.ErrUnknown) {
			t.Error(err)
		}
		if _, err := d.Has(t.Context(), "C1", "U1"); !errors.Is(err, channels.ErrUnknown) {
			t.Error(err)
		}
	}
	if s.asked("conversations.info") != 1 || s.asked("conversations.members") != 1 {
		t.Errorf("asked %v times for what cannot be told", s.calls)
	}
}

// A failure that passes is no answer: the next one asks again.
func TestFailuresAreNotRemembered(t *testing.T) {
	s := &slack{err: slackbot.ErrUnavailable, infos: map[string]string{"C1": `{"id":"C1"}`}, members: map[string][]string{"C1": {"U1"}}}
	d := channels.New(channels.Options{Slack: s})
	if _, err := d.Find(t.Context(), "C1"); !errors.Is(err, slackbot.ErrUnavailable) {
		t.Error(err)
	}
	if _, err := d.Members(t.Context(), "C1"); !errors.Is(err, slackbot.ErrUnavailable) {
		t.Error(err)
	}
	s.fail(nil)
	if _, err := d.Find(t.Context(), "C1"); err != nil {
		t.Error(err)
	}
	if m, err := d.Members(t.Context(), "C1"); err != nil || len(m) != 1 {
		t.Error(m, err)
	}
}

func TestAskedOnceByMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{delay: time.Second, infos: map[string]string{"C1": `{"id":"C1"}`}, members: map[string][]string{"C1": crowd(3000)}}
		d := channels.New(channels.Options{Slack: s})
		hasty, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if _, err := d.Find(t.Context(), "C1"); err != nil {
					t.Error(err)
				}
				if in, err := d.Has(t.Context(), "C1", fmt.Sprint("U", i*150)); err != nil || len(in) != 1 {
					t.Error(in, err)
				}
			})
		}
		synctest.Wait()
		if _, err := d.Find(hasty, "C1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who cannot wait: %v", err)
		}
		wg.Wait()
		if i, m := s.asked("conversations.info"), s.asked("conversations.members"); i != 1 || m != 3 {
			t.Errorf("asked %d and %d times", i, m)
		}
	})
}
