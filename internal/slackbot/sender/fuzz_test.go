package sender

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// answers is a network where everything answers alike.
type answers struct {
	status int
	retry  string
	body   string
	hosts  []string
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.hosts = append(a.hosts, r.URL.Scheme+"://"+r.URL.Host)
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Retry-After": {a.retry}, "Location": {"https://evil.example/"}},
		Body: io.NopCloser(strings.NewReader(a.body)), Request: r,
	}, nil
}

// Whatever Slack, or something in between, answers: no panic, one line of error,
// and nothing of what was answered but a code and places.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", `{"ok":true,"user":{"id":"U1"}}`)
	f.Add(200, "", `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["SECRET [json-pointer:/blocks/0]"]}}`)
	f.Add(200, "", `{"ok":false,"error":{"a":1}}`)
	f.Add(200, "", `[]`)
	f.Add(429, "-1e99", `SECRET`)
	f.Add(404, "", `{"error":"SECRET WORDS"}`)
	f.Add(429, "1e300", "")
	f.Add(429, "NaN", "")
	f.Add(302, "x", "")
	f.Fuzz(func(t *testing.T, status int, retry, body string) {
		if status < 200 || status > 599 {
			return
		}
		c := newClient("xoxb-token", "", &http.Client{Transport: &answers{status: status, retry: retry, body: body}}, time.Second)
		var out struct {
			User struct{ ID string } `json:"user"`
		}
		_, err := c.method(context.Background(), "users.info", url.Values{"user": {"U1"}}, &out)
		if err == nil {
			return
		}
		for _, bad := range []string{"\n", "xoxb-token", "SECRET"} {
			if strings.Contains(err.Error(), bad) {
				t.Errorf("%q holds %q", err, bad)
			}
		}
		if e := asError(err); e != nil && (e.RetryAfter < 0 || e.RetryAfter > maxRetryAfter) {
			t.Errorf("a wait of %s", e.RetryAfter)
		}
	})
}

// Whatever Slack's answer names as upload address, a file goes to Slack alone.
func FuzzUploadURL(f *testing.F) {
	for _, u := range []string{
		"https://files.slack.com/upload/v1/x", "https://files.slack.com:8443/x", "https://files.slack.com.evil.example/", "https://evilslack.com/",
		"http://files.slack.com/", "https://u@files.slack.com/", "https://evil.example/.slack.com", "https://evil.example#.slack.com", "https://.slack.com/",
	} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, address string) {
		a := &answers{status: 200, body: "OK"}
		s := New(Options{Token: "xoxb-token", HTTP: &http.Client{Transport: a}})
		if s.ofSlack(address, isSlackHost) {
			if err := s.client.upload(context.Background(), address, []byte("x")); err != nil && strings.Contains(err.Error(), address) && address != "" {
				t.Errorf("the address is in the error: %v", err)
			}
		}
		for _, h := range a.hosts {
			if host, ok := strings.CutPrefix(h, "https://"); !ok || host != "slack.com" && !strings.HasSuffix(host, ".slack.com") {
				t.Errorf("%q went to %s", address, h)
			}
		}
	})
}

// Whatever a payload names as response URL, nothing goes anywhere but to Slack.
func FuzzResponseURL(f *testing.F) {
	for _, u := range []string{
		"https://hooks.slack.com/actions/T1/2/x", "https://hooks.slack.com:443/x", "https://hooks.slack.com\\@evil.example/",
		"https://hooks.slack.com#@evil.example/", "//hooks.slack.com/", "https://HOOKS.slack.com/", "https://hooks.slack.com.",
	} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, address string) {
		a := &answers{status: 200, body: "ok"}
		s := New(Options{Token: "xoxb-token", HTTP: &http.Client{Transport: a}})
		if s.checkResponseURL(address) == nil {
			_ = s.client.respond(context.Background(), address, []byte("{}"))
		}
		for _, h := range a.hosts {
			if h != "https://hooks.slack.com" {
				t.Errorf("%q went to %s", address, h)
			}
		}
	})
}
