package slackbot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"go.uber.org/zap"

	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/socket"
)

// storeTime is how long storing may take before an envelope counts as not
// stored; Slack waits 3 s in all.
const storeTime = 1500 * time.Millisecond

const (
	// slackWaits is how long Slack waits for an acknowledgement.
	slackWaits = 3 * time.Second
	// ackWithin leaves some of that for the way back.
	ackWithin = 2700 * time.Millisecond
)

// handle deals with one envelope, up to its acknowledgement.
func (g *Gateway) handle(ctx context.Context, e socket.Envelope) {
	defer func() {
		if p := recover(); p != nil {
			g.log.Error("handling an envelope panicked", zap.String("type", e.Type), zap.ByteString("stack", debug.Stack()))
		}
	}()
	if e.Received.IsZero() {
		e.Received = time.Now()
	}
	switch e.Type {
	case socket.Events:
		g.event(ctx, e)
	case socket.SlashCommand:
		g.command(ctx, e)
	case socket.Interactive:
		g.interaction(ctx, e)
	default:
		g.ack(e, nil) // nothing we know, but Slack need not repeat it
	}
}

// event stores what is left of an event and acknowledges it. Not stored, it is
// not acknowledged: Slack sends it again for about six minutes.
func (g *Gateway) event(ctx context.Context, e socket.Envelope) {
	if removed(e.Payload) {
		g.log.Error("Slack says that the app was removed or its bot token revoked: install it again, and set SLACK_BOT_TOKEN")
	}
	ev, ok := reduce(g.opts.Self, e.Payload)
	if !ok {
		g.ack(e, nil)
		return
	}
	if deleted, ok := ev.payload.(MessageDeleted); ok {
		// Whatever was asked in it need not be answered any more.
		if err := g.store(ctx, deletedMark(deleted.ChannelID, deleted.TS)); err != nil {
			g.log.Warn("a deletion could not be stored; Slack sends it again", zap.Error(err))
			return
		}
	}
	names := g.router.subscribersOf(ev)
	if ev.name == requestTask {
		names = []string{requestTask}
	}
	if len(names) == 0 {
		g.ack(e, nil)
		return
	}
	payload, err := json.Marshal(ev.payload)
	if err != nil {
		g.log.Error("an event cannot be stored", zap.Error(err))
		g.ack(e, nil)
		return
	}
	mark := either(ev.mark, "envelope:"+e.ID)
	tasks := make([]inbox.Task, len(names))
	stateless := true
	for i, name := range names {
		tasks[i] = inbox.Task{ID: inbox.ID(mark, i), Name: name, Payload: payload}
		stateless = stateless && g.router.work[name].stateless
	}
	if err := g.store(ctx, mark, tasks...); err != nil {
		if !stateless {
			g.log.Warn("an event could not be stored; Slack sends it again", zap.Error(err))
			return
		}
		// Done before it is acknowledged, so that nothing acknowledged is lost.
		for _, t := range tasks {
			if err := g.doNow(ctx, t); err != nil {
				g.log.Warn("an event could not be handled; Slack sends it again", zap.String("name", t.Name), zap.Error(err))
				return
			}
		}
	}
	g.ack(e, nil)
}

// beforeAck bounds what is done before an envelope is acknowledged.
func beforeAck(ctx context.Context, e socket.Envelope) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, e.Received.Add(ackWithin))
}

// store makes tasks durable, once for each mark.
func (g *Gateway) store(ctx context.Context, mark string, tasks ...inbox.Task) error {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	_, err := g.inbox.Accept(ctx, mark, tasks...)
	return err
}

// within runs a handler for at most HandlerTime, and makes errors of its panics.
// One that takes no notice of its context is left behind with what it returns.
func within[T any](ctx context.Context, g *Gateway, f func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, g.opts.HandlerTime)
	done := make(chan result, 1)
	go func() {
		defer cancel()
		var r result
		r.err = g.protected(func() (err error) {
			r.value, err = f(ctx)
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		select {
		case r := <-done:
			return r.value, r.err
		default:
			return result{}.value, errSlow
		}
	}
}

// doNow works off a task without storing it.
func (g *Gateway) doNow(ctx context.Context, t inbox.Task) error {
	_, err := within(ctx, g, func(ctx context.Context) (struct{}, error) { return struct{}{}, g.do(ctx, t) })
	return err
}

func (g *Gateway) protected(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			// Of a panic only the place is logged: its value may hold text.
			g.log.Error("a handler panicked", zap.ByteString("stack", debug.Stack()))
			err = fmt.Errorf("a handler panicked")
		}
	}()
	return f()
}

// ack answers an envelope; it must not depend on the time its handler used up.
func (g *Gateway) ack(e socket.Envelope, payload any) {
	err := e.Ack(context.Background(), payload)
	if err == nil {
		g.metrics.acked(e)
		return
	}
	g.log.Warn("an envelope could not be acknowledged", zap.String("type", e.Type), zap.Duration("after", time.Since(e.Received)), zap.Error(err))
}

// markOf tells repetitions of a person's act: each has a trigger of its own.
func markOf(e socket.Envelope, triggerID string) string {
	if triggerID == "" {
		return "envelope:" + e.ID
	}
	return "trigger:" + triggerID
}

func task(t inbox.Task) Task { return Task{ID: t.ID, Name: t.Name, Payload: t.Payload} }

// do works off one task, unless it is of somebody from outside.
func (g *Gateway) do(ctx context.Context, t inbox.Task) error {
	if strings.HasPrefix(t.Name, reactionEvent+"/") && g.opts.External != nil {
		if e := parse(t.Payload); e.truth("shared") {
			external, err := g.opts.External(ctx, e.str("user"))
			if external || err != nil {
				return err
			}
		}
	}
	return g.router.Do(ctx, task(t))
}

var reactionEvent = eventName[ReactionAdded]()

// patience is how often an act of a person is tried: after some seconds, to be
// told that it failed serves them better than a late surprise.
const patience = 4

// work works off a stored task. While Slack does not answer, nobody could be told
// anything either: that is no reason to give up early.
func (g *Gateway) work(ctx context.Context, t inbox.Task) error {
	err := g.do(ctx, t)
	if err != nil && ctx.Err() == nil && t.Attempt >= patience && personal(t.Name) && !errors.Is(err, ErrUnavailable) {
		return fmt.Errorf("%w: %w", errFinal, err)
	}
	return err
}

func personal(name string) bool { return name == requestTask || strings.HasPrefix(name, "action/") }

// giveUp tells the person whose act could not be carried out.
func (g *Gateway) giveUp(ctx context.Context, t inbox.Task, err error) {
	if tell := g.router.work[t.Name].orElse; tell != nil {
		_ = g.protected(func() error { tell(ctx, task(t)); return nil })
		return
	}
	if errors.Is(err, inbox.ErrExpired) {
		return // nobody waits any more
	}
	if !personal(t.Name) {
		return
	}
	p := parse(t.Payload)
	said := g.explain(t.Name, err)
	g.whisper(ctx, t.ID+"/failed", p.str("user"), p.at("origin").str("response_url"), said)
}
