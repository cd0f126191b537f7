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

// maxPaused is how often one call is tried again after Slack asked to slow down.
const maxPaused = 5

// maxLost is how many tries of one message may end without a clear answer before
// it is left to whoever sends the same intent later.
const maxLost = 4

// errUnreadable means that the bot cannot read the conversation back.
var errUnreadable = errors.New("the bot cannot read that conversation")

// delivery is one message to be sent effectively once.
type delivery struct {
	intent  string
	method  string
	channel string
	// args makes the call's arguments around the record's id.
	args func(id string) url.Values
	// find looks for a message sent by an earlier try; nil where nothing can be
	// looked up.
	find func(ctx context.Context, r record) (slackbot.Posted, bool, error)
}

// posted is the answer of chat.postMessage and chat.postEphemeral.
type posted struct {
	Channel   string `json:"channel"`
	TS        string `json:"ts"`
	MessageTS string `json:"message_ts"` // of an ephemeral
}

// deliver sends d unless the same intent was sent before. Each round either
// learns from the record that the message is out, waits for whoever is sending
// it, settles a try in doubt, or makes the call.
func (s *Sender) deliver(ctx context.Context, d delivery) (slackbot.Posted, error) {
	if s.outbox == nil {
		return slackbot.Posted{}, fmt.Errorf("%s: messages that must not be sent twice need redis", d.method)
	}
	key := s.outbox.key(d.intent)
	owner, id := s.newID(), s.newID()
	var (
		inDoubt bool // the record is "sending", by us or somebody before us
		absent  bool // we looked: the try in doubt was not carried out
		paused  int
		lost    int
		wait    = 20 * time.Millisecond
	)
	r, err := s.outbox.peek(ctx, key)
	if err != nil {
		return slackbot.Posted{}, fmt.Errorf("%s: %w", d.method, err)
	}
	switch r.State {
	case stateSent:
		return r.posted(), nil
	case stateDoubtful:
		return slackbot.Posted{}, slackbot.ErrDoubtful
	case stateSending:
		inDoubt = true
	}
	for {
		inLine := !inDoubt || absent
		if inLine {
			if err := s.limits.wait(ctx, d.method, d.channel); err != nil {
				s.release(ctx, key, owner)
				return slackbot.Posted{}, err
			}
		}
		lease := s.client.timeout + leaseMargin
		if inDoubt && !absent {
			lease = s.settleAfter + 3*s.client.timeout + leaseMargin
		}
		// The call's time begins before the claim, so that it ends before the lease.
		call, cancel := context.WithTimeout(ctx, s.client.timeout)
		attempt := s.newID()
		r, left, err := s.outbox.claim(ctx, key, claim{owner: owner, id: id, attempt: attempt, channel: d.channel, lease: lease, absent: absent})
		if err != nil {
			cancel()
			if !inDoubt {
				// The record may have been written, but no call was made for it.
				_ = s.outbox.mark(ctx, key, owner, stateIdle, record{Attempt: attempt})
			}
			return slackbot.Posted{}, fmt.Errorf("%s: %w", d.method, err)
		}
		switch r.State {
		case stateSent:
			cancel()
			return r.posted(), nil
		case stateDoubtful:
			cancel()
			return slackbot.Posted{}, slackbot.ErrDoubtful
		case verdictHeld:
			cancel()
			inDoubt, absent = true, false
			if err := sleep(ctx, min(left, wait)); err != nil {
				return slackbot.Posted{}, fmt.Errorf("%s: waiting for another replica: %w", d.method, err)
			}
			wait = min(2*wait, 250*time.Millisecond)
		case verdictResume:
			cancel()
			p, found, err := s.settle(ctx, d, r)
			switch {
			case errors.Is(err, errUnreadable):
				return slackbot.Posted{}, s.giveUp(ctx, d, key, owner, r)
			case err != nil:
				s.release(ctx, key, owner)
				return slackbot.Posted{}, err
			case found:
				s.metrics.found.WithLabelValues(d.method).Inc()
				s.sent(ctx, d, key, owner, p)
				return p, nil
			}
			s.metrics.retried.WithLabelValues(d.method).Inc()
			inDoubt, absent = true, true
		case verdictMine:
			if !inLine { // whoever was at it gave up: no call yet, our turn to wait in line
				cancel()
				inDoubt, absent = false, false
				if err := s.outbox.mark(ctx, key, owner, stateIdle, record{Attempt: attempt}); err != nil {
					return slackbot.Posted{}, fmt.Errorf("%s: %w", d.method, err)
				}
				continue
			}
			var out posted
			err := s.once(call, d.method, d.args(r.ID), &out)
			cancel()
			switch {
			case err == nil:
				if out.TS == "" {
					out.TS = out.MessageTS
				}
				if out.Channel == "" {
					out.Channel = d.channel
				}
				p := slackbot.Posted{ChannelID: out.Channel, TS: out.TS}
				s.sent(ctx, d, key, owner, p)
				return p, nil
			case doubtful(err):
				s.metrics.doubtful.WithLabelValues(d.method).Inc()
				s.log.Warn("no clear answer to a message", zap.String("method", d.method), zap.String("id", r.ID), zap.Error(err))
				inDoubt, absent = true, false
				if d.find == nil {
					return slackbot.Posted{}, s.giveUp(ctx, d, key, owner, r)
				}
				if lost++; ctx.Err() != nil || lost == maxLost {
					s.release(ctx, key, owner)
					return slackbot.Posted{}, err
				}
			case limited(err) && paused < maxPaused:
				paused++
				inDoubt, absent = false, false
				if err := s.outbox.mark(ctx, key, owner, stateIdle, r); err != nil {
					return slackbot.Posted{}, fmt.Errorf("%s: %w", d.method, err)
				}
			default:
				if err := s.outbox.mark(ctx, key, owner, markForget, r); err != nil {
					s.log.Warn("could not clear the record of a refused message", zap.String("method", d.method), zap.Error(err))
				}
				return slackbot.Posted{}, err
			}
		default:
			cancel()
			return slackbot.Posted{}, fmt.Errorf("%s: the outbox holds an unknown state", d.method)
		}
	}
}

// leaseMargin is what a lease lasts longer than the call it is for.
const leaseMargin = 2 * time.Second

// settle waits until the last try has either landed or never will, and looks.
func (s *Sender) settle(ctx context.Context, d delivery, r record) (slackbot.Posted, bool, error) {
	if d.find == nil {
		return slackbot.Posted{}, false, errUnreadable
	}
	if left := r.Tried.Add(s.settleAfter).Sub(s.now()); left > 0 {
		// A clock set back must not make this wait for ever.
		if err := sleep(ctx, min(left, s.settleAfter)); err != nil {
			return slackbot.Posted{}, false, fmt.Errorf("%s: waiting to look for the message: %w", d.method, err)
		}
	}
	return d.find(ctx, r)
}

// sent records that the message is out. Without the record the same intent
// would look for the message first, so a failure costs no duplicate.
func (s *Sender) sent(ctx context.Context, d delivery, key, owner string, p slackbot.Posted) {
	if err := s.outbox.mark(ctx, key, owner, stateSent, record{Channel: p.ChannelID, TS: p.TS}); err != nil {
		s.log.Error("a message was sent, but not recorded as sent", zap.String("method", d.method), zap.Error(err))
	}
}

// giveUp remembers that nobody can tell whether the message was posted.
func (s *Sender) giveUp(ctx context.Context, d delivery, key, owner string, r record) error {
	if err := s.outbox.mark(ctx, key, owner, stateDoubtful, r); err != nil {
		s.log.Error("a doubtful message was not recorded as doubtful", zap.String("method", d.method), zap.Error(err))
	}
	return fmt.Errorf("%s: %w", d.method, slackbot.ErrDoubtful)
}

func (s *Sender) release(ctx context.Context, key, owner string) {
	if err := s.outbox.mark(ctx, key, owner, "", record{}); err != nil {
		s.log.Warn("could not give back the lease of a message", zap.Error(err))
	}
}

func (r record) posted() slackbot.Posted {
	return slackbot.Posted{ChannelID: r.Channel, TS: r.TS}
}
