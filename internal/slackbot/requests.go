package slackbot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot/inbox"
)

// requestTask is the work of answering a mention or a direct message.
const requestTask = "request"

// answerRequest answers a mention or a direct message, privately.
func (g *Gateway) answerRequest(ctx context.Context, t Task, req Request) error {
	var reply Reply
	err := g.protected(func() (err error) {
		reply, err = g.router.Ask(ctx, req)
		return err
	})
	if err != nil {
		return fmt.Errorf("answering a %s: %w", req.Surface, err)
	}
	if reply.Task != nil {
		if err := g.store(ctx, "task:"+t.ID, inbox.Task{Name: reply.Task.Name, Payload: reply.Task.Payload}); err != nil {
			return err
		}
	}
	if reply.Message.Text == "" && len(reply.Message.Blocks) == 0 {
		return nil
	}
	if req.Surface == DirectMessage {
		return g.answerDirect(ctx, t, req, reply.Message)
	}
	return g.answerMention(ctx, t, req, reply.Message)
}

// answerDirect answers in the conversation, and the thread, it was asked in.
func (g *Gateway) answerDirect(ctx context.Context, t Task, req Request, m blockkit.Message) error {
	_, err := g.send.Post(ctx, t.ID+"/answer", req.ChannelID, req.ThreadTS, m)
	if errors.Is(err, ErrDoubtful) {
		g.log.Warn("an answer to a direct message may not have arrived", zap.String("task", t.ID))
		return nil
	}
	return err
}

// answerMention shows the answer in the channel to the one who asked. It is an
// ephemeral message, shown at most once: in doubt the person is told directly.
func (g *Gateway) answerMention(ctx context.Context, t Task, req Request, m blockkit.Message) error {
	err := g.send.Ephemeral(ctx, t.ID+"/answer", req.ChannelID, req.ThreadTS, req.UserID, m)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrDoubtful):
		_, err = g.send.Direct(ctx, t.ID+"/lost", req.UserID, say(fmt.Sprintf(sayLost, req.ChannelID)))
	case refusedThere(err):
		_, err = g.send.Direct(ctx, t.ID+"/direct", req.UserID, m)
	}
	if errors.Is(err, ErrDoubtful) {
		return nil
	}
	return err
}

// whisper tells a person privately, where they acted if there is a response URL,
// else directly. It is best effort.
func (g *Gateway) whisper(ctx context.Context, intent, userID, responseURL string, m blockkit.Message) {
	err := errors.New("no way to reach them")
	if responseURL != "" {
		err = g.respond(ctx, responseURL, m)
	}
	if err != nil && userID != "" {
		_, err = g.send.Direct(ctx, intent, userID, m)
	}
	if err != nil {
		g.log.Warn("a person could not be told", zap.Error(err))
	}
}

// respond adds a private message through a response URL; it replaces nothing.
// Errors do not hold the URL: whoever has it can write as the bot.
func (g *Gateway) respond(ctx context.Context, responseURL string, m blockkit.Message) error {
	body, err := json.Marshal(m.Private(false))
	if err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, g.opts.HandlerTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the response URL cannot be read")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := g.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("using the response URL: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode >= 300 {
		return fmt.Errorf("using the response URL: Slack answered HTTP %d", resp.StatusCode)
	}
	return nil
}
