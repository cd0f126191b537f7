package slackbot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"

	"allybot/internal/slackbot/inbox"
	"allybot/internal/slackbot/socket"
)

// command answers a slash command in its acknowledgement.
func (g *Gateway) command(ctx context.Context, e socket.Envelope) {
	req := decodeCommand(e.Payload)
	if req.UserID == "" {
		g.ack(e, nil)
		return
	}
	ctx, cancel := beforeAck(ctx, e)
	defer cancel()
	reply, err := within(ctx, g, func(ctx context.Context) (Reply, error) { return g.router.Ask(ctx, req) })
	if err == nil && reply.Task != nil {
		err = g.storeFor(ctx, e, req.TriggerID, *reply.Task)
	}
	if err != nil {
		reply = Reply{Message: g.explain("command", err)}
	}
	payload := private(reply.Message)
	sent := g.answer(e, payload, private(say(sayTooLarge)))
	if payload == nil || sent && time.Since(e.Received) < slackWaits {
		g.storeAfter(ctx, e, req.TriggerID, reply)
		return
	}
	// The socket broke under the answer, or it came too late. Slack told the
	// person of a time-out; the words still reach them by the other way.
	if url := parse(e.Payload).str("response_url"); url != "" {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), whisperTime)
		defer cancel()
		if err := g.send.Whisper(late, url, reply.Message); err != nil {
			g.log.Warn("an answer was lost with its socket", zap.Error(err))
			return
		}
		g.storeAfter(ctx, e, req.TriggerID, reply)
	}
}

// storeAfter stores what follows an answer that was sent, as far as that is
// possible: the person has what they asked for.
func (g *Gateway) storeAfter(ctx context.Context, e socket.Envelope, triggerID string, reply Reply) {
	if reply.After == nil {
		return
	}
	t := inbox.Task{Name: reply.After.Name, Payload: reply.After.Payload}
	if err := g.store(context.WithoutCancel(ctx), markOf(e, triggerID)+"/after", t); err != nil {
		g.log.Warn("what follows an answer could not be stored", zap.String("name", t.Name), zap.Error(err))
	}
}

// answer acknowledges with a payload, and with another one should that be too
// large for Slack. It returns false if none was sent.
func (g *Gateway) answer(e socket.Envelope, payload, instead any) bool {
	err := e.Ack(context.Background(), payload)
	if errors.Is(err, socket.ErrTooLarge) {
		g.log.Error("an answer was too large for Slack", zap.String("type", e.Type))
		err = e.Ack(context.Background(), instead)
	}
	if err != nil {
		g.log.Warn("an answer could not be sent in its acknowledgement", zap.String("type", e.Type), zap.Error(err))
		return false
	}
	g.metrics.acked(e)
	return true
}

// storeFor stores what is to be done after an act of a person.
func (g *Gateway) storeFor(ctx context.Context, e socket.Envelope, triggerID string, t Task) error {
	return g.store(ctx, markOf(e, triggerID)+"/task", inbox.Task{Name: t.Name, Payload: t.Payload})
}

func (g *Gateway) interaction(ctx context.Context, e socket.Envelope) {
	in := decodeInteraction(e.Payload)
	switch in.Kind {
	case blockActions:
		g.actions(ctx, e, in)
	case viewSubmission:
		g.submission(ctx, e, in)
	case messageShortcut, globalShortcut:
		g.shortcut(ctx, e, in)
	case blockSuggestion:
		g.suggestion(ctx, e, in)
	default: // view_closed and whatever Slack thinks of
		g.ack(e, nil)
	}
}

// actions stores presses and acknowledges them. With Redis away, what needs no
// state is done at once.
func (g *Gateway) actions(ctx context.Context, e socket.Envelope, in interaction) {
	mark := markOf(e, in.TriggerID)
	stranger, refused := g.stranger(in), false
	var tasks []inbox.Task
	for i, a := range in.actions() {
		name := "action/" + routeOf(a.ActionID)
		if !g.router.Handles(name) {
			continue // a link button, or a button of an earlier version
		}
		if stranger && !g.router.work[name].anyone {
			refused = true
			continue
		}
		payload, err := json.Marshal(a)
		if err != nil {
			g.log.Error("an action cannot be stored", zap.String("name", name), zap.Error(err))
			continue
		}
		tasks = append(tasks, inbox.Task{ID: inbox.ID(mark, i), Name: name, Payload: payload})
	}
	if len(tasks) == 0 {
		g.ack(e, nil)
		if refused {
			g.whisper(ctx, "", "", in.Origin.ResponseURL, say(sayNotYours))
		}
		return
	}
	err := g.store(ctx, mark, tasks...)
	g.ack(e, nil)
	if err == nil {
		return
	}
	refused = false
	for _, t := range tasks {
		if !g.router.work[t.Name].stateless {
			refused = true
			continue
		}
		if err := g.doNow(ctx, t); err != nil {
			g.whisper(ctx, t.ID+"/failed", in.UserID, in.Origin.ResponseURL, g.explain(t.Name, err))
		}
	}
	if refused {
		g.whisper(ctx, tasks[0].ID+"/away", in.UserID, in.Origin.ResponseURL, g.explain("action", err))
	}
}

// routeOf is what an action is registered as: its id without the suffix.
func routeOf(actionID string) string {
	id, _, _ := strings.Cut(actionID, ":")
	return id
}

// stranger says whether somebody of another organisation acted: in a channel
// shared by Slack Connect they see the bot's buttons too. On an Enterprise Grid
// people of its other workspaces are none.
func (g *Gateway) stranger(in interaction) bool {
	self := g.opts.Self
	if in.TeamID == "" || self.TeamID == "" || in.TeamID == self.TeamID {
		return false
	}
	return self.EnterpriseID == "" || in.TeamID != self.EnterpriseID && in.payload.object("enterprise").str("id") != self.EnterpriseID
}

// shortcut is carried out before it is acknowledged and never stored: it opens a
// window within 3 s or not at all, and may hold the text of a message.
func (g *Gateway) shortcut(ctx context.Context, e socket.Envelope, in interaction) {
	s := in.shortcut()
	name := "shortcut/" + s.CallbackID
	route, ok := g.router.work[name]
	if !ok {
		g.ack(e, nil)
		return
	}
	mark := markOf(e, in.TriggerID)
	limited, cancel := beforeAck(ctx, e)
	defer cancel()
	err := g.once(limited, mark)
	if errors.Is(err, errRepeated) {
		g.ack(e, nil)
		return
	}
	if err == nil || route.stateless {
		payload, _ := json.Marshal(s)
		err = g.doNow(limited, inbox.Task{ID: inbox.ID(mark, 0), Name: name, Payload: payload})
	}
	g.ack(e, nil)
	if err != nil {
		g.whisper(ctx, inbox.ID(mark, 0)+"/failed", in.UserID, in.Origin.ResponseURL, g.explain(name, err))
	}
}

var errRepeated = errors.New("done before")

// once notes that an act is being carried out; errRepeated if it was noted before.
func (g *Gateway) once(ctx context.Context, mark string) error {
	ctx, cancel := context.WithTimeout(ctx, storeTime/3)
	defer cancel()
	fresh, err := g.inbox.Accept(ctx, mark)
	if err == nil && !fresh {
		return errRepeated
	}
	return err
}

// submission answers a modal in its acknowledgement.
func (g *Gateway) submission(ctx context.Context, e socket.Envelope, in interaction) {
	submit, ok := g.router.submissions[in.Origin.CallbackID]
	if !ok {
		g.ack(e, nil)
		return
	}
	ctx, cancel := beforeAck(ctx, e)
	defer cancel()
	reply, err := within(ctx, g, func(ctx context.Context) (SubmissionReply, error) { return submit(ctx, in.submission()) })
	if err == nil && reply.Task != nil {
		err = g.storeFor(ctx, e, in.TriggerID, *reply.Task)
	}
	if err != nil {
		// The window stays open under the message: nothing typed is lost.
		reply = SubmissionReply{Push: notice(g.explain("submission "+in.Origin.CallbackID, err))}
	}
	g.answer(e, submissionPayload(reply), submissionPayload(SubmissionReply{Push: notice(say(sayTooLarge))}))
}

// suggestion answers an external select while somebody types.
func (g *Gateway) suggestion(ctx context.Context, e socket.Envelope, in interaction) {
	s := in.suggestion()
	id := routeOf(s.ActionID)
	suggest, ok := g.router.suggestions[s.ActionID]
	if !ok {
		suggest, ok = g.router.suggestions[id]
	}
	var options []Option
	if ok && !g.stranger(in) {
		ctx, cancel := beforeAck(ctx, e)
		defer cancel()
		var err error
		if options, err = within(ctx, g, func(ctx context.Context) ([]Option, error) { return suggest(ctx, s) }); err != nil {
			g.log.Warn("no suggestions", zap.String("action", id), zap.Error(err))
		}
	}
	g.answer(e, optionsPayload(options), optionsPayload(nil))
}
