package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 8 << 20

// defaultRetryAfter is for a 429 without a Retry-After, which Slack always sends.
const defaultRetryAfter = 30 * time.Second

// maxRetryAfter keeps a nonsensical header from stopping a method for days.
const maxRetryAfter = time.Hour

// client makes single HTTP calls and judges how they ended. It is not slack-go's,
// whose errors do not tell whether a request was written.
type client struct {
	token   string
	base    string // ends with a slash
	http    *http.Client
	timeout time.Duration
}

func newClient(token, base string, hc *http.Client, timeout time.Duration) *client {
	if base == "" {
		base = DefaultAPIURL
	}
	if !strings.HasSuffix(base, "/") {
		base += "/"
	}
	if timeout == 0 {
		timeout = DefaultHTTPTimeout
	}
	var own http.Client
	if hc != nil {
		own = *hc
	}
	// A redirect would carry the token or the text to another host.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{token: token, base: base, http: &own, timeout: timeout}
}

// status is what every answer of the Web API holds.
type status struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Needed   string `json:"needed"`
	Metadata struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`
}

// method calls a method of the Web API; out may be nil.
func (c *client) method(ctx context.Context, method string, args url.Values, out any) (http.Header, error) {
	req, err := http.NewRequest(http.MethodPost, c.base+method, strings.NewReader(args.Encode()))
	if err != nil {
		return nil, fmt.Errorf("%s: SLACK_API_URL is not an address", method)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.token)
	header, body, code, err := c.do(ctx, method, req)
	if err != nil {
		return header, err
	}
	var st status
	if err := json.Unmarshal(body, &st); err != nil {
		return header, &Error{Method: method, Status: code, doubt: true, passing: true, cause: errors.New("not JSON")}
	}
	if !st.OK {
		return header, refusal(method, st, header)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			return header, &Error{Method: method, Status: code, doubt: true, cause: errors.New("not the expected JSON")}
		}
	}
	return header, nil
}

// do sends one request and reads its answer. It returns an error unless the
// answer is a 2xx, read to its end.
func (c *client) do(ctx context.Context, method string, req *http.Request) (http.Header, []byte, int, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	// Without a connection nothing was written, so nothing can have happened.
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		return nil, nil, 0, &Error{Method: method, doubt: connected.Load(), passing: true, cause: withoutURL(err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	e := &Error{Method: method, Status: resp.StatusCode}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		e.Code, e.passing, e.RetryAfter = "ratelimited", true, retryAfter(resp.Header)
		return resp.Header, nil, resp.StatusCode, e
	case resp.StatusCode >= 500:
		e.doubt, e.passing = true, true
		return resp.Header, nil, resp.StatusCode, e
	case resp.StatusCode >= 300:
		e.Code = code(body)
		return resp.Header, nil, resp.StatusCode, e
	case err != nil:
		e.doubt, e.passing, e.cause = true, true, withoutURL(err)
		return resp.Header, nil, resp.StatusCode, e
	}
	return resp.Header, body, resp.StatusCode, nil
}

// refusal makes an error of {"ok":false}. Of the codes marked here Slack's
// method pages say that some aspect of the operation may have succeeded.
func refusal(method string, st status, header http.Header) *Error {
	e := &Error{Method: method, Code: st.Error, Scope: st.Needed, Where: pointers(st.Metadata.Messages)}
	if e.Code == "" {
		e.Code = "an error without a name"
	}
	switch st.Error {
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		e.doubt, e.passing = true, true
	case "ratelimited", "rate_limited":
		e.passing, e.RetryAfter = true, retryAfter(header)
	}
	return e
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("Retry-After"), 64)
	if err != nil || !(seconds >= 0) { // NaN parses too
		return defaultRetryAfter
	}
	return time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
}

var (
	slackCode   = regexp.MustCompile(`^[a-z][a-z0-9_]{1,60}$`)
	jsonPointer = regexp.MustCompile(`json-pointer:(/[a-z0-9_/]*)`)
)

// code reads Slack's error code out of a failed answer, JSON or a bare word.
func code(body []byte) string {
	var st status
	word := strings.TrimSpace(string(body))
	if json.Unmarshal(body, &st) == nil {
		word = st.Error
	}
	if slackCode.MatchString(word) {
		return word
	}
	return ""
}

// pointers keeps of Slack's remarks on the content only the places: the remarks
// may quote what people wrote.
func pointers(messages []string) string {
	var places []string
	for _, m := range messages {
		for _, p := range jsonPointer.FindAllStringSubmatch(m, -1) {
			places = append(places, p[1])
		}
	}
	return strings.Join(places, ", ")
}

// withoutURL drops the address that net/http puts into its errors: response
// URLs are secrets.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
