package sender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// uploadURL stands for a file's upload address where a method is named; the
// address itself is a secret.
const uploadURL = "upload_url"

// maxFileName bounds the name and the title of a file.
const maxFileName = 255

// errUploadURL means that Slack named an address to upload to that is not Slack's.
var errUploadURL = errors.New("no usable upload address")

// Upload posts a file, at most once per intent. Its bytes may be sent several
// times, as nobody sees a file before it is shared; sharing it is not repeated.
func (s *Sender) Upload(ctx context.Context, intent, channelID, threadTS string, f slackbot.File) error {
	if s.outbox == nil {
		return errors.New("files.completeUploadExternal: files that must not be sent twice need redis")
	}
	r, err := s.outbox.peek(ctx, s.outbox.key(intent))
	switch {
	case err != nil:
		return fmt.Errorf("files.completeUploadExternal: %w", err)
	case r.State == stateSent:
		return nil
	case r.State == stateDoubtful:
		return slackbot.ErrDoubtful
	}
	id, err := s.bring(ctx, f)
	if err != nil {
		return err
	}
	title := blockkit.Cut(blockkit.Line(f.Title), maxFileName)
	files, err := json.Marshal([]map[string]string{{"id": id, "title": title}})
	if err != nil {
		return fmt.Errorf("files.completeUploadExternal: encoding the title: %w", err)
	}
	args := url.Values{"files": {string(files)}, "channel_id": {channelID}}
	if threadTS != "" {
		args.Set("thread_ts", threadTS)
	}
	if f.Comment != "" {
		args.Set("initial_comment", blockkit.Message{Text: f.Comment}.Fitted().Text)
	}
	_, err = s.deliver(ctx, delivery{
		intent: intent, method: "files.completeUploadExternal", channel: channelID,
		args: func(string) url.Values { return args },
	})
	return err
}

// bring sends the bytes of a file to Slack and returns its id. After a failure
// that passes it asks for another address: one is good for one file.
func (s *Sender) bring(ctx context.Context, f slackbot.File) (id string, err error) {
	name := blockkit.Cut(blockkit.Line(f.Name), maxFileName)
	for tries := 1; ; tries++ {
		var out struct {
			UploadURL string `json:"upload_url"`
			FileID    string `json:"file_id"`
		}
		args := url.Values{"filename": {name}, "length": {strconv.Itoa(len(f.Content))}}
		if err := s.Call(ctx, "files.getUploadURLExternal", args, &out); err != nil {
			return "", err
		}
		if out.FileID == "" || !s.ofSlack(out.UploadURL, isSlackHost) {
			return "", fmt.Errorf("files.getUploadURLExternal: %w", errUploadURL)
		}
		if err := s.limits.sitOut(ctx, uploadURL); err != nil {
			return "", err
		}
		start := time.Now()
		err := s.client.upload(ctx, out.UploadURL, f.Content)
		s.judge(ctx, uploadURL, start, err)
		if err == nil {
			return out.FileID, nil
		}
		if !passing(err) || tries == maxTries || sleep(ctx, backoff(tries)) != nil {
			return "", err
		}
		s.metrics.retried.WithLabelValues(uploadURL).Inc()
	}
}

// upload posts bytes to an upload address. It carries no token.
func (c *client) upload(ctx context.Context, address string, content []byte) error {
	req, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("%s: %w", uploadURL, errUploadURL) // the error holds the address
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	_, _, _, err = c.do(ctx, uploadURL, req)
	return err
}

func isSlackHost(host string) bool {
	return host == "slack.com" || strings.HasSuffix(host, ".slack.com")
}
