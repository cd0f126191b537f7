package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

const (
	// triggerLife is how long a trigger id opens a view.
	triggerLife = 3 * time.Second
	// triggerCall leaves room for a second try within it.
	triggerCall = 1300 * time.Millisecond
)

// OpenModal opens v; the trigger is good for 3 s, once.
func (s *Sender) OpenModal(ctx context.Context, triggerID string, v blockkit.Modal) error {
	return s.trigger(ctx, "views.open", triggerID, v)
}

// PushModal puts v on top of an open modal.
func (s *Sender) PushModal(ctx context.Context, triggerID string, v blockkit.Modal) error {
	return s.trigger(ctx, "views.push", triggerID, v)
}

// trigger uses a trigger id. A try without a clear answer may have used it:
// then the next one is told so, and the window is open.
func (s *Sender) trigger(ctx context.Context, method, triggerID string, v blockkit.Modal) error {
	view, err := json.Marshal(v.Request())
	if err != nil {
		return fmt.Errorf("%s: encoding the view: %w", method, err)
	}
	args := url.Values{"trigger_id": {triggerID}, "view": {string(view)}}
	alive, cancel := context.WithTimeout(ctx, triggerLife)
	defer cancel()
	used := false
	for tries := 1; ; tries++ {
		if err := s.limits.wait(alive, method, ""); err != nil {
			return late(ctx, method, err)
		}
		call, done := context.WithTimeout(alive, triggerCall)
		err := s.once(call, method, args, nil)
		done()
		if err == nil || used && errors.Is(err, slackbot.ErrTriggerUsed) {
			return nil
		}
		if !passing(err) {
			return err
		}
		used = used || doubtful(err)
		if alive.Err() != nil {
			return late(ctx, method, err)
		}
		if tries == maxTries {
			return err
		}
		s.metrics.retried.WithLabelValues(method).Inc()
		if sleep(alive, backoff(tries)/4) != nil {
			return late(ctx, method, err)
		}
	}
}

// late says that the trigger's time ran out, unless it was the caller who left.
func late(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%s: %w: %w", method, slackbot.ErrTriggerExpired, err)
}

// UpdateModal replaces an open modal.
func (s *Sender) UpdateModal(ctx context.Context, viewID string, v blockkit.Modal) error {
	view, err := json.Marshal(v.Request())
	if err != nil {
		return fmt.Errorf("views.update: encoding the view: %w", err)
	}
	return s.Call(ctx, "views.update", url.Values{"view_id": {viewID}, "view": {string(view)}}, nil)
}

// PublishHome publishes the Home tab of a person.
func (s *Sender) PublishHome(ctx context.Context, userID string, v blockkit.Home) error {
	view, err := json.Marshal(v.Request())
	if err != nil {
		return fmt.Errorf("views.publish: encoding the view: %w", err)
	}
	return s.Call(ctx, "views.publish", url.Values{"user_id": {userID}, "view": {string(view)}}, nil)
}
