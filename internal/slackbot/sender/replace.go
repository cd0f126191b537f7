package sender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// responseURL is the name that response URLs go by in metrics, limits and errors.
const responseURL = "response_url"

// hooksHost is where Slack's response URLs are.
const hooksHost = "hooks.slack.com"

// response is what a response URL is sent.
type response struct {
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
	ReplaceOriginal bool          `json:"replace_original"`
	ResponseType    string        `json:"response_type,omitempty"`
}

// Replace puts m in place of the message acted in, through its response URL.
// When that is missing or spent, a message everybody sees is updated instead.
func (s *Sender) Replace(ctx context.Context, o slackbot.Origin, m blockkit.Message) error {
	r := response{ReplaceOriginal: true}
	if o.Ephemeral {
		r.ResponseType = slack.ResponseTypeEphemeral
	}
	err := s.respond(ctx, o.ResponseURL, r, m)
	byUpdate := !o.Ephemeral && o.ChannelID != "" && o.MessageTS != ""
	if byUpdate && (o.ResponseURL == "" || errors.Is(err, slackbot.ErrResponseSpent)) {
		return s.Update(ctx, o.ChannelID, o.MessageTS, m)
	}
	return err
}

// Whisper adds m for the person who acted, through a response URL, at most once:
// one that may have arrived returns slackbot.ErrDoubtful.
func (s *Sender) Whisper(ctx context.Context, responseURL string, m blockkit.Message) error {
	return s.respond(ctx, responseURL, response{ResponseType: slack.ResponseTypeEphemeral}, m)
}

func (s *Sender) respond(ctx context.Context, address string, r response, m blockkit.Message) error {
	if strings.TrimSpace(m.Text) == "" {
		return fmt.Errorf("%s: %w", responseURL, slackbot.ErrNoText)
	}
	if err := s.checkResponseURL(address); err != nil {
		return fmt.Errorf("%s: %w", responseURL, err)
	}
	m = m.Fitted()
	r.Text, r.Blocks = m.Text, m.Blocks
	if r.Blocks == nil {
		r.Blocks = []slack.Block{} // left out, those of the original would stay
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("%s: encoding the message: %w", responseURL, err)
	}
	return s.repeat(ctx, responseURL, func(ctx context.Context) error {
		start := time.Now()
		err := s.client.respond(ctx, address, body)
		s.judge(ctx, responseURL, start, err)
		if !r.ReplaceOriginal && doubtful(err) {
			return fmt.Errorf("%w: %s", slackbot.ErrDoubtful, err.Error()) // not wrapped: it would be repeated
		}
		return err
	})
}

// respond posts JSON to a response URL. It carries no token.
func (c *client) respond(ctx context.Context, address string, body []byte) error {
	req, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", responseURL, slackbot.ErrResponseURL)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	header, answer, _, err := c.do(ctx, responseURL, req)
	if err != nil {
		return err
	}
	// The answer is "ok", or JSON.
	var st status
	if json.Unmarshal(answer, &st) == nil && !st.OK && st.Error != "" {
		return refusal(responseURL, st, header)
	}
	return nil
}

// checkResponseURL lets the bot post to Slack alone, wherever a forged payload
// points: to https://hooks.slack.com, or, when the Web API itself is on
// loopback (a simulated workspace), to that very address.
func (s *Sender) checkResponseURL(address string) error {
	if !s.ofSlack(address, func(host string) bool { return host == hooksHost }) {
		return slackbot.ErrResponseURL
	}
	return nil
}

// ofSlack says whether an address is on one of Slack's hosts, by https, or on
// that of the Web API if this is on loopback.
func (s *Sender) ofSlack(address string, host func(string) bool) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme == "https" && host(u.Host) {
		return true
	}
	api, err := url.Parse(s.client.base)
	return err == nil && loopback(api.Hostname()) && u.Scheme == api.Scheme && u.Host == api.Host
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
