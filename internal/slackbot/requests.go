package slackbot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot/inbox"
)

// whisperTime is how long a response URL is tried before the person is written
// to directly.
const whisperTime = 5 * time.Second

// requestTask is the work of answering a mention or a direct message.
const requestTask = "request"

// answerRequest answers a mention or a direct message, privately.
func (g *Gateway) answerRequest(ctx context.Context, t Task, req Request) error {
	if req.Shared && g.opts.External != nil {
		external, err := g.opts.External(ctx, req.UserID)
		if external || err != nil {
			return err
		}
	}
	var reply Reply
	err := g.protected(func() (err error) {
		reply, err = g.router.Ask(ctx, req)
		return err
	})
	if err != nil {
		return fmt.Errorf("answering a %s: %w", req.Surface, err)
	}
	gone, err := g.inbox.Known(ctx, deletedMark(req.ChannelID, req.TS))
	if gone || err != nil {
		return err // taken back: no answer is wanted
	}
	if reply.Task != nil {
		if err := g.store(ctx, "task:"+t.ID, inbox.Task{Name: reply.Task.Name, Payload: reply.Task.Payload}); err != nil {
			return err
		}
	}
	if reply.Message.Text == "" && len(reply.Message.Blocks) == 0 {
		return nil
	}
	answer := g.answerMention
	if req.Surface == DirectMessage {
		answer = g.answerDirect
	}
	sent, err := answer(ctx, t, req, reply.Message)
	if err != nil || !sent || reply.After == nil {
		return err
	}
	return g.store(ctx, "after:"+t.ID, inbox.Task{Name: reply.After.Name, Payload: reply.After.Payload})
}

// deletedMark notes that a post was deleted, before or after it arrived.
func deletedMark(channel, ts string) string { return "deleted:" + channel + ":" + ts }

// answerDirect answers in the conversation, and the thread, it was asked in.
func (g *Gateway) answerDirect(ctx context.Context, t Task, req Request, m blockkit.Message) (sent bool, err error) {
	_, err = g.send.Post(ctx, t.ID+"/answer", req.ChannelID, req.ThreadTS, m)
	if errors.Is(err, ErrThreadNotFound) {
		_, err = g.send.Post(ctx, t.ID+"/answer", req.ChannelID, "", m)
	}
	if errors.Is(err, ErrDoubtful) {
		g.log.Warn("an answer to a direct message may not have arrived", zap.String("task", t.ID))
		return false, nil
	}
	return err == nil, err
}

// answerMention shows the answer in the channel to the one who asked. It is an
// ephemeral message, shown at most once: in doubt the person is told directly.
func (g *Gateway) answerMention(ctx context.Context, t Task, req Request, m blockkit.Message) (sent bool, err error) {
	err = g.send.Ephemeral(ctx, t.ID+"/answer", req.ChannelID, req.ThreadTS, req.UserID, m)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrDoubtful):
		_, err = g.send.Direct(ctx, t.ID+"/lost", req.UserID, say(fmt.Sprintf(sayLost, req.ChannelID)))
	case refusedThere(err):
		_, err = g.send.Direct(ctx, t.ID+"/direct", req.UserID, m)
		sent = err == nil
	}
	if errors.Is(err, ErrDoubtful) {
		return false, nil
	}
	return sent, err
}

// whisper tells a person privately, where they acted if there is a response URL,
// else directly. It is best effort.
func (g *Gateway) whisper(ctx context.Context, intent, userID, responseURL string, m blockkit.Message) {
	err := errors.New("no way to reach them")
	if responseURL != "" {
		limited, cancel := context.WithTimeout(ctx, whisperTime)
		err = g.send.Whisper(limited, responseURL, m)
		cancel()
	}
	if err != nil && !errors.Is(err, ErrDoubtful) && userID != "" {
		_, err = g.send.Direct(ctx, intent, userID, m)
	}
	if err != nil {
		g.log.Warn("a person could not be told", zap.Error(err))
	}
}
