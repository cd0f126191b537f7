package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"allybot/internal/people"
	"allybot/internal/slackbot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slack answers users.info from a table of user objects.
type slack struct {
	mu    sync.Mutex
	users map[string]string
	err   error
	delay time.Duration
	calls int
}

func (s *slack) Call(ctx context.Context, method string, args url.Values, out any) error {
	s.mu.Lock()
	s.calls++
	answer, delay, err := s.users[args.Get("user")], s.delay, s.err
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case err != nil:
		return err
	case method != "users.info" || answer == "":
		return slackbot.ErrUserNotFound
	}
	return json.Unmarshal([]byte(`{"ok":true,"user":`+answer+`}`), out)
}

func (s *slack) set(id, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[id] = answer
}

func (s *slack) asked() int { s.mu.Lock(); defer s.mu.Unlock(); return s.calls }

func directory(s *slack) *people.Directory {
	return people.New(people.Options{Slack: s, TeamID: "T1"})
}

func TestWhoIsWho(t *testing.T) {
	for name, tc := range map[string]struct {
		json string
		want people.Person
	}{
		"member": {
			`{"id":"U1","team_id":"T1","real_name":"Sam Lee","tz":"Asia/Seoul","locale":"en-GB","profile":{"display_name":"sam","real_name":"Sam Lee","fields":[]}}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "sam", TZ: "Asia/Seoul", Locale: "en-GB"},
		},
		"no display name": {
			`{"id":"U1","team_id":"T1","profile":{"display_name":"","real_name":"Sam Lee"}}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "Sam Lee"},
		},
		"a display name of nothing visible": {
			`{"id":"U1","team_id":"T1","real_name":"Sam","profile":{"display_name":"\u200b\u202e "}}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "Sam"},
		},
		"a name that would turn the text round": {
			`{"id":"U1","team_id":"T1","profile":{"display_name":"\u202eevil\u202c\n name"}}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "evil name"},
		},
		"right to left": {
			`{"id":"U1","team_id":"T1","profile":{"display_name":"שירה"}}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "שירה"},
		},
		"single-channel guest": {
			`{"id":"U1","team_id":"T1","name":"g","is_restricted":true,"is_ultra_restricted":true}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "g", Guest: true},
		},
		"external, admin at home": {
			`{"id":"U1","team_id":"T2","name":"x","is_admin":true}`,
			people.Person{ID: "U1", TeamID: "T2", Name: "x", External: true},
		},
		"stranger": {
			`{"id":"U1","team_id":"T1","name":"x","is_stranger":true}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "x", External: true},
		},
		"Grid: another home": {
			`{"id":"U1","team_id":"T2","name":"x","enterprise_user":{"teams":["T2","T1"]}}`,
			people.Person{ID: "U1", TeamID: "T2", Name: "x"},
		},
		"owner": {
			`{"id":"U1","team_id":"T1","name":"x","is_owner":true}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "x", Admin: true},
		},
		"workflow": {
			`{"id":"U1","team_id":"T1","name":"x","is_workflow_bot":true}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "x", Bot: true},
		},
		"deactivated": {
			`{"id":"U1","team_id":"T1","name":"x","deleted":true,"is_admin":true}`,
			people.Person{ID: "U1", TeamID: "T1", Name: "x", Deleted: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := directory(&slack{users: map[string]string{"U1": tc.json}}).Find(t.Context(), "U1")
			if err != nil || got != tc.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tc.want)
			}
			if got.Member() != (!got.Guest && !got.External && !got.Bot && !got.Deleted) {
				t.Error("Member is wrong")
			}
		})
	}
}

func TestSlackbotIsABot(t *testing.T) {
	d := directory(&slack{users: map[string]string{"USLACKBOT": `{"id":"USLACKBOT","team_id":"T1","name":"slackbot"}`}})
	if p, err := d.Find(t.Context(), "USLACKBOT"); err != nil || !p.Bot {
		t.Errorf("%+v, %v", p, err)
	}
}

const sam = `{"id":"U1","team_id":"T1","name":"sam"}`

func TestSlackIsAskedAgainAfterTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{users: map[string]string{"U1": sam}, delay: time.Second}
		d := directory(s)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if n := d.Name(t.Context(), "U1", ""); n != "sam" {
					t.Errorf("called %q", n)
				}
			})
		}
		wg.Wait()
		if s.asked() != 1 {
			t.Errorf("asked %d times for 20 at once", s.asked())
		}
		time.Sleep(9 * time.Minute)
		d.Name(t.Context(), "U1", "")
		if s.asked() != 1 {
			t.Error("asked again within the hour")
		}
		time.Sleep(2 * time.Minute)
		d.Name(t.Context(), "U1", "")
		if s.asked() != 2 {
			t.Error("not asked again after the hour")
		}
	})
}

func TestChangeIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{users: map[string]string{"U1": sam}, delay: time.Second}
		d := directory(s)
		r := slackbot.NewRouter()
		d.Register(r)
		changed := func() {
			task, err := slackbot.NewTask("event/PersonChanged/people", slackbot.PersonChanged{UserID: "U1"})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Do(t.Context(), *task); err != nil {
				t.Fatal(err)
			}
		}
		d.Name(t.Context(), "U1", "")
		s.set("U1", `{"id":"U1","team_id":"T1","name":"Samira"}`)
		changed()
		if n := d.Name(t.Context(), "U1", ""); n != "Samira" {
			t.Errorf("called %q after the change", n)
		}
		// A change while Slack is being asked: that answer is not kept.
		changed()
		go d.Name(t.Context(), "U1", "")
		synctest.Wait()
		s.set("U1", sam)
		changed()
		time.Sleep(2 * time.Second)
		if n := d.Name(t.Context(), "U1", ""); n != "sam" {
			t.Errorf("called %q, an answer older than the change", n)
		}
	})
}

func TestUnknownIsRememberedShortly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{users: map[string]string{}}
		d := directory(s)
		for range 3 {
			if _, err := d.Find(t.Context(), "U404"); !errors.Is(err, people.ErrUnknown) {
				t.Fatal(err)
			}
		}
		if s.asked() != 1 {
			t.Errorf("asked %d times", s.asked())
		}
		time.Sleep(6 * time.Minute)
		s.set("U404", `{"id":"U404","team_id":"T1","name":"new"}`)
		if n := d.Name(t.Context(), "U404", "label"); n != "new" {
			t.Errorf("called %q", n)
		}
	})
}

func TestNameNeverFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slack{users: map[string]string{"U1": sam}, delay: 5 * time.Second}
		d := directory(s)
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if n := d.Name(short, "U1", "\u202esam lee\n"); n != "sam lee" || time.Since(start) > 300*time.Millisecond {
			t.Errorf("called %q after %s", n, time.Since(start))
		}
		// The answer that came too late serves the next.
		time.Sleep(6 * time.Second)
		if n := d.Name(short, "U1", "x"); n != "sam" || s.asked() != 1 {
			t.Errorf("called %q, asked %d times", n, s.asked())
		}
		s.err = errors.New("Slack is down")
		if n := d.Name(t.Context(), "U2", "label"); n != "label" {
			t.Errorf("called %q", n)
		}
		s.err = nil
		s.set("U2", `{"id":"U2","team_id":"T1","name":"jo"}`)
		if n := d.Name(t.Context(), "U2", "label"); n != "jo" {
			t.Errorf("a failure was remembered: %q", n)
		}
		calls := s.asked()
		for _, id := range []string{"", "U", "u1", "B1", "U1|sam", "U\n1", "C123", "<!channel>"} {
			if n := d.Name(t.Context(), id, ""); n != "" {
				t.Errorf("%q is called %q", id, n)
			}
		}
		if s.asked() != calls {
			t.Error("Slack was asked about ids that cannot be people")
		}
	})
}
