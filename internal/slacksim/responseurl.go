package slacksim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limits of a response URL (https://docs.slack.dev/interactivity/handling-user-interaction).
const (
	responseURLUses = 5
	responseURLLife = 30 * time.Minute
)

// responseURL lets the app answer one command or interaction in its
// conversation, whether its bot is a member there or not.
type responseURL struct {
	url      string
	ch       *channel
	user     string
	threadTS string
	made     time.Time
	uses     int
	original *message // what replace_original and delete_original mean
	gone     bool     // the original was deleted
}

// newResponseURL makes one; kind is "commands" or "actions".
func (s *Sim) newResponseURL(kind string, c *channel, user string, original *message) *responseURL {
	u := &responseURL{
		url: fmt.Sprintf("%s/%s/%s/%s/%s", s.base, kind, s.teamID, s.digits(13), s.secret(24)),
		ch:  c, user: user, made: s.now(), original: original,
	}
	if original != nil && original.threadTS != original.ts {
		u.threadTS = original.threadTS
	}
	s.urls.put(u.url, u, func(u *responseURL) bool { return s.now().Sub(u.made) > responseURLLife })
	return u
}

// answer is a message given in an ack or to a response URL.
type answer struct {
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     json.RawMessage `json:"attachments"`
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal *bool           `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
	ThreadTS        string          `json:"thread_ts"`
	Metadata        json.RawMessage `json:"metadata"`
	Mrkdwn          *bool           `json:"mrkdwn"`
	Parse           string          `json:"parse"`
	LinkNames       any             `json:"link_names"`
	UnfurlLinks     *bool           `json:"unfurl_links"`
	UnfurlMedia     *bool           `json:"unfurl_media"`
	TS              any             `json:"ts"` // slack-go sends an empty one
}

func parseAnswer(raw []byte) (answer, error) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return a, &apiError{code: "invalid_payload", messages: []string{err.Error()}}
	}
	if t := a.ResponseType; t != "" && t != "ephemeral" && t != "in_channel" {
		return a, &apiError{code: "invalid_payload", messages: []string{"response_type is " + t}}
	}
	return a, nil
}

// respond carries an answer out.
func (s *Sim) respond(u *responseURL, a answer) error {
	replace := a.ReplaceOriginal != nil && *a.ReplaceOriginal
	if (replace || a.DeleteOriginal) && u.original == nil {
		return fail("message_not_found")
	}
	if a.DeleteOriginal {
		if replace || a.Text != "" {
			return &apiError{code: "invalid_payload", messages: []string{"delete_original goes alone"}}
		}
		if u.gone {
			return fail("message_not_found")
		}
		u.gone = true
		if m := u.ch.find(u.original.ts); m != nil {
			s.remove(m)
		}
		return nil
	}
	most := maxShortText
	if a.ResponseType == "in_channel" && !replace {
		most = maxText
	}
	if tooLong(a.Text, most) {
		return fail("msg_too_long")
	}
	c, err := s.content(a.Text, a.Blocks, a.Attachments, a.Metadata)
	if err != nil {
		return err
	}
	if replace {
		if u.gone {
			return fail("message_not_found")
		}
		if a.ResponseType == "in_channel" && u.original.ephemeralTo != "" {
			return &apiError{code: "invalid_payload", messages: []string{"an ephemeral message stays one"}}
		}
		m := u.ch.find(u.original.ts)
		if m == nil {
			if u.original.ephemeralTo != "" {
				return nil // the person's client forgot it meanwhile: nothing to see
			}
			return fail("message_not_found")
		}
		s.edit(m, s.botUserID, func() {
			m.text, m.blocks, m.attachments = c.text, c.blocks, c.attachments
			if c.metadata != nil {
				m.metadata = c.metadata
			}
		})
		return nil
	}
	m := s.botMessage(c)
	m.threadTS, m.url = u.threadTS, u
	if a.ThreadTS != "" {
		if err := s.threadRoot(u.ch, a.ThreadTS); err != nil {
			return err
		}
		m.threadTS = a.ThreadTS
	}
	if a.ResponseType != "in_channel" {
		m.ephemeralTo = u.user
	}
	s.post(u.ch, m)
	s.forgetUnseen(m)
	if u.original == nil {
		u.original = m
	}
	return nil
}

func (s *Sim) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	const method = "response_url"
	args := jsonArgs(body)
	f := s.takeFault(method, args)
	if s.faultBefore(w, r, method, args, f) {
		return
	}

	s.mu.Lock()
	status, code := s.useURL(s.base+r.URL.Path, r.Header.Get("Content-Type"), body)
	s.logCall(Call{Method: method, Args: args, Time: s.now(), Error: code, Status: status})
	s.mu.Unlock()
	if f != nil && f.Kind == LostReply {
		panic(http.ErrAbortHandler)
	}
	if code == "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "ok")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(toJSON(obj{"ok": false, "error": code}))
}

// useURL answers one use of a response URL: a status and an error code, "" if ok.
func (s *Sim) useURL(addr, contentType string, body []byte) (int, string) {
	u := s.urls.get(addr)
	switch {
	case u == nil:
		return http.StatusNotFound, "invalid_url"
	case s.now().Sub(u.made) > responseURLLife:
		return http.StatusNotFound, "expired_url"
	case u.uses >= responseURLUses:
		return http.StatusNotFound, "used_url"
	case !strings.HasPrefix(contentType, "application/json"):
		return http.StatusBadRequest, "invalid_payload"
	}
	u.uses++
	a, err := parseAnswer(body)
	if err == nil {
		err = s.respond(u, a)
	}
	if err != nil {
		e := asAPIError(err)
		s.violate("response URL: %s %s", e.code, strings.Join(e.messages, "; "))
		return http.StatusBadRequest, e.code
	}
	return http.StatusOK, ""
}

func jsonArgs(body []byte) url.Values {
	out := url.Values{}
	var o map[string]json.RawMessage
	if json.Unmarshal(body, &o) != nil {
		return out
	}
	for k, raw := range o {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			out.Set(k, text)
			continue
		}
		var small bytes.Buffer
		if json.Compact(&small, raw) == nil {
			out.Set(k, small.String())
		}
	}
	return out
}
