package sender

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.uber.org/zap"

	"allybot/internal/slackbot"
)

const (
	// maxPaused is how often one call is tried again after Slack asked to slow
	// down.
	maxPaused = 5
	// maxLost is how many tries of one message may end without a clear answer
	// before it is left to whoever sends the same intent later.
	maxLost = 4
	// leaseMargin is what a lease lasts longer than the call it is for.
	leaseMargin = 2 * time.Second
)

// errUnreadable means that the bot cannot read the conversation back.
var errUnreadable = errors.New("the bot cannot read that conversation")

// delivery is one message to be sent effectively once.
type delivery struct {
	intent  string
	method  string
	channel string
	// args makes the call's arguments around the record's id.
	args func(id string) url.Values
	// lookup looks for a message sent by an earlier try; nil where nothing can be
	// looked up.
	lookup func(ctx context.Context, r record) (slackbot.Posted, bool, error)
}

// posted is the answer of chat.postMessage and chat.postEphemeral.
type posted struct {
	Channel   string `json:"channel"`
	TS        string `json:"ts"`
	MessageTS string `json:"message_ts"` // of an ephemeral
}

// sending is the work on one delivery.
type sending struct {
	*Sender
	delivery
	key, owner, id string
	// inDoubt: as far as we know the record says "sending", ours or another's.
	inDoubt bool
	// absent: we looked, and the try in doubt was not carried out.
	absent bool
	paused int
	lost   int
	poll   time.Duration
}

// deliver sends d unless the same intent was sent before. Each round either
// learns from the record that the message is out, waits for whoever is sending
// it, settles a try in doubt, or makes the call.
func (s *Sender) deliver(ctx context.Context, d delivery) (slackbot.Posted, error) {
	if s.outbox == nil {
		return slackbot.Posted{}, fmt.Errorf("%s: messages that must not be sent twice need redis", d.method)
	}
	w := &sending{
		Sender: s, delivery: d, key: s.outbox.key(d.intent), owner: s.newID(), id: s.newID(), poll: 20 * time.Millisecond,
	}
	r, err := s.outbox.peek(ctx, w.key)
	if err != nil {
		return slackbot.Posted{}, fmt.Errorf("%s: %w", d.method, err)
	}
	switch r.State {
	case stateSent:
		return r.posted(), nil
	case stateDoubtful:
		return slackbot.Posted{}, slackbot.ErrDoubtful
	}
	w.inDoubt = r.State == stateSending
	for {
		p, done, err := w.round(ctx)
		if done || err != nil {
			return p, err
		}
	}
}

func (w *sending) round(ctx context.Context) (_ slackbot.Posted, done bool, err error) {
	mayCall := !w.inDoubt || w.absent
	lease := w.client.timeout + leaseMargin
	if mayCall {
		if err := w.limits.wait(ctx, w.method, w.channel); err != nil {
			w.mark(ctx, "", record{})
			return slackbot.Posted{}, true, err
		}
	} else {
		lease = w.settleAfter + 3*w.client.timeout + leaseMargin
	}
	// The call's time begins before the claim, so that it ends before the lease.
	call, cancel := context.WithTimeout(ctx, w.client.timeout)
	defer cancel()
	c := claim{owner: w.owner, id: w.id, attempt: w.newID(), channel: w.channel, lease: lease, absent: w.absent}
	r, left, err := w.outbox.claim(ctx, w.key, c)
	if err != nil {
		// The record may have been written, but no call was made for it.
		w.mark(ctx, stateIdle, record{Attempt: c.attempt})
		return slackbot.Posted{}, true, fmt.Errorf("%s: %w", w.method, err)
	}
	switch r.State {
	case stateSent:
		return r.posted(), true, nil
	case stateDoubtful:
		return slackbot.Posted{}, true, slackbot.ErrDoubtful
	case verdictHeld:
		return slackbot.Posted{}, false, w.stepBack(ctx, left)
	case verdictResume:
		return w.resume(ctx, r)
	case verdictMine:
		if mayCall {
			return w.call(ctx, call, r)
		}
		// Whoever was at it gave up; we have not waited in line yet.
		w.inDoubt, w.absent = false, false
		w.mark(ctx, stateIdle, record{Attempt: c.attempt})
		return slackbot.Posted{}, false, nil
	}
	return slackbot.Posted{}, true, fmt.Errorf("%s: the outbox holds an unknown state", w.method)
}

// stepBack gives whoever holds the lease a little time.
func (w *sending) stepBack(ctx context.Context, left time.Duration) error {
	w.inDoubt, w.absent = true, false
	if err := sleep(ctx, min(left, w.poll)); err != nil {
		return fmt.Errorf("%s: waiting for another replica: %w", w.method, err)
	}
	w.poll = min(2*w.poll, 250*time.Millisecond)
	return nil
}

// resume settles an earlier try: the lease is ours, nobody else is at it.
func (w *sending) resume(ctx context.Context, r record) (slackbot.Posted, bool, error) {
	p, found, err := w.settle(ctx, r)
	switch {
	case errors.Is(err, errUnreadable):
		return slackbot.Posted{}, true, w.giveUp(ctx)
	case err != nil:
		w.mark(ctx, "", record{})
		return slackbot.Posted{}, true, err
	case found:
		w.metrics.found.WithLabelValues(w.method).Inc()
		w.sent(ctx, p)
		return p, true, nil
	}
	w.metrics.retried.WithLabelValues(w.method).Inc()
	w.inDoubt, w.absent = true, true
	return slackbot.Posted{}, false, nil
}

// settle waits until the last try has either landed or never will, and looks.
func (w *sending) settle(ctx context.Context, r record) (slackbot.Posted, bool, error) {
	if w.lookup == nil {
		return slackbot.Posted{}, false, errUnreadable
	}
	if left := r.Tried.Add(w.settleAfter).Sub(w.now()); left > 0 {
		// A clock set back must not make this wait for ever.
		if err := sleep(ctx, min(left, w.settleAfter)); err != nil {
			return slackbot.Posted{}, false, fmt.Errorf("%s: waiting to look for the message: %w", w.method, err)
		}
	}
	return w.lookup(ctx, r)
}

// call makes the call within its own time and records how it ended.
func (w *sending) call(ctx, call context.Context, r record) (slackbot.Posted, bool, error) {
	var out posted
	err := w.once(call, w.method, w.args(r.ID), &out)
	switch {
	case err == nil:
		p := slackbot.Posted{ChannelID: out.Channel, TS: out.TS}
		if p.TS == "" {
			p.TS = out.MessageTS
		}
		if p.ChannelID == "" {
			p.ChannelID = w.channel
		}
		w.sent(ctx, p)
		return p, true, nil
	case doubtful(err):
		w.metrics.doubtful.WithLabelValues(w.method).Inc()
		w.log.Warn("no clear answer to a message", zap.String("method", w.method), zap.String("id", r.ID), zap.Error(err))
		w.inDoubt, w.absent = true, false
		if w.lookup == nil {
			return slackbot.Posted{}, true, w.giveUp(ctx)
		}
		if w.lost++; w.lost == maxLost || ctx.Err() != nil {
			w.mark(ctx, "", record{})
			return slackbot.Posted{}, true, err
		}
		return slackbot.Posted{}, false, nil
	case limited(err) && w.paused < maxPaused:
		w.paused++
		w.inDoubt, w.absent = false, false
		w.mark(ctx, stateIdle, record{})
		return slackbot.Posted{}, false, nil
	default:
		w.mark(ctx, markForget, record{})
		return slackbot.Posted{}, true, err
	}
}

// sent records that the message is out. Without the record the same intent
// would look for the message first, so a failure costs no duplicate.
func (w *sending) sent(ctx context.Context, p slackbot.Posted) {
	w.mark(ctx, stateSent, record{Channel: p.ChannelID, TS: p.TS})
}

// giveUp remembers that nobody can tell whether the message was posted.
func (w *sending) giveUp(ctx context.Context) error {
	w.mark(ctx, stateDoubtful, record{})
	return fmt.Errorf("%s: %w", w.method, slackbot.ErrDoubtful)
}

// mark ends a try in the record; a failure leaves it "sending", which is the
// careful reading.
func (w *sending) mark(ctx context.Context, state string, r record) {
	if err := w.outbox.mark(ctx, w.key, w.owner, state, r); err != nil {
		w.log.Error("could not record what became of a message",
			zap.String("method", w.method), zap.String("state", state), zap.Error(err))
	}
}

func (r record) posted() slackbot.Posted {
	return slackbot.Posted{ChannelID: r.Channel, TS: r.TS}
}
