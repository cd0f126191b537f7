package sender_test

import (
	"errors"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slackbot"
)

func TestOpenModal(t *testing.T) {
	t.Parallel()
	db := openDB(t, redistest.Start(t))
	for _, tc := range []struct {
		name   string
		faults []string
		err    error
		calls  int
	}{
		{"opens", nil, nil, 1},
		{"reply lost, then used: it is open", []string{"lost", "exchanged_trigger_id"}, nil, 2},
		{"500, then opens", []string{"500", "ok"}, nil, 2},
		{"hangs, then used", []string{"hang", "exchanged_trigger_id"}, nil, 2},
		{"too late", []string{"expired_trigger_id"}, slackbot.ErrTriggerExpired, 1},
		{"used before", []string{"exchanged_trigger_id"}, slackbot.ErrTriggerUsed, 1},
		{"asked to wait too long", []string{"429:5"}, slackbot.ErrTriggerExpired, 1},
		{"refused", []string{"invalid_arguments"}, slackbot.ErrInvalidContent, 1},
		{"three open", []string{"push_limit_reached"}, slackbot.ErrTooManyViews, 1},
	} {
		for _, method := range []string{"views.open", "views.push"} {
			f := newFake(t)
			f.next(method, tc.faults...)
			s := newSender(t, f, db)
			open := s.OpenModal
			if method == "views.push" {
				open = s.PushModal
			}
			start := time.Now()
			err := open(ctx(t), "1.2.abc", blockkit.Modal{Title: "Hi", CallbackID: "x"})
			if !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
				t.Errorf("%s, %s: %v, want %v", method, tc.name, err, tc.err)
			}
			if n := f.count(method); n != tc.calls {
				t.Errorf("%s, %s: %d calls, want %d", method, tc.name, n, tc.calls)
			}
			if d := time.Since(start); d > 3200*time.Millisecond {
				t.Errorf("%s, %s: took %s", method, tc.name, d)
			}
			if err := db.Client.Del(ctx(t), db.Key("pause", method)).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestViewsThatMayBeRepeated(t *testing.T) {
	t.Parallel()
	f, db := newFake(t), openDB(t, redistest.Start(t))
	s := newSender(t, f, db)
	f.next("views.update", "lost", "500")
	if err := s.UpdateModal(ctx(t), "V1", blockkit.Modal{Title: "Hi"}); err != nil || f.count("views.update") != 3 {
		t.Errorf("%v after %d calls", err, f.count("views.update"))
	}
	f.next("views.publish", "429:0.1", "hang")
	if err := s.PublishHome(ctx(t), "U1", blockkit.Home{}); err != nil || f.count("views.publish") != 3 {
		t.Errorf("%v after %d calls", err, f.count("views.publish"))
	}
	f.next("views.update", "not_found")
	if err := s.UpdateModal(ctx(t), "V1", blockkit.Modal{Title: "Hi"}); !errors.Is(err, slackbot.ErrViewNotFound) {
		t.Errorf("%v, want ErrViewNotFound", err)
	}
	// Not for ever.
	f.next("views.update", "500", "500", "500", "500", "500", "500", "500")
	if err := s.UpdateModal(ctx(t), "V1", blockkit.Modal{Title: "Hi"}); err == nil || f.count("views.update") != 8 {
		t.Errorf("%v after %d calls, want a failure after 8", err, f.count("views.update"))
	}
}
