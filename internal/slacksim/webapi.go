package slacksim

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// apiError is an error of the Web API.
type apiError struct {
	code     string
	messages []string // response_metadata.messages
	extra    obj
}

func (e *apiError) Error() string {
	if len(e.messages) == 0 {
		return e.code
	}
	return e.code + ": " + strings.Join(e.messages, "; ")
}

func fail(code string) error { return &apiError{code: code} }

func asAPIError(err error) *apiError {
	var e *apiError
	if errors.As(err, &e) {
		return e
	}
	return &apiError{code: "internal_error", messages: []string{err.Error()}}
}

// rateLimit ends a call with 429.
type rateLimit struct{ wait time.Duration }

func (rateLimit) Error() string { return "ratelimited" }

// apiMethod is one method of the Web API.
type apiMethod struct {
	do       func(*Sim, *apiCall) (obj, error)
	args     string // names allowed, by space; a * marks a required one
	scopes   []string
	perMin   int
	appToken bool // takes the app-level token, by header only
}

// apiCall is a call being answered; Sim.mu is held.
type apiCall struct {
	args url.Values
}

func (c *apiCall) get(name string) string { return c.args.Get(name) }
func (c *apiCall) has(name string) bool   { return c.args.Has(name) }
func (c *apiCall) raw(name string) []byte {
	if v := c.args.Get(name); v != "" {
		return []byte(v)
	}
	return nil
}

func (c *apiCall) truth(name string) bool {
	v := c.args.Get(name)
	return v == "true" || v == "1"
}

// number reads a whole number between low and high.
func (c *apiCall) number(name string, fallback, low, high int) (int, error) {
	v := c.get(name)
	if v == "" || v == "0" {
		return fallback, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, fail("invalid_limit")
	}
	return n, nil
}

func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	args, isForm, err := readArgs(r)
	if err != nil {
		s.reply(w, name, tokenOf(r), nil, err)
		return
	}
	tok := tokenOf(r)
	if tok == "" && isForm {
		tok = args.Get("token")
	}
	inForm := args.Has("token")
	args.Del("token")

	f := s.takeFault(name, args)
	if s.faultBefore(w, r, name, args, f) {
		return
	}
	s.mu.Lock()
	out, err := s.call(name, args, tok, inForm && tokenOf(r) == "")
	var body []byte
	if err == nil {
		if out == nil {
			out = obj{}
		}
		out["ok"] = true
		body = toJSON(out) // now: it holds parts of the state
	}
	c := Call{Method: name, Args: args, Time: s.now(), Token: tok, Status: http.StatusOK, Error: code(err)}
	var limited rateLimit
	if errors.As(err, &limited) {
		c.Status = http.StatusTooManyRequests
	}
	if f != nil {
		c.Fault = f.Kind
	}
	lost := f != nil && f.Kind == LostReply
	if lost {
		c.Status = 0
	}
	s.logCall(c)
	s.mu.Unlock()
	if lost {
		panic(http.ErrAbortHandler)
	}
	s.reply(w, name, tok, body, err)
}

// code is the error code of err, "" for none.
func code(err error) string {
	var limited rateLimit
	switch {
	case err == nil:
		return ""
	case errors.As(err, &limited):
		return limited.Error()
	}
	return asAPIError(err).code
}

// call checks what all methods have in common and carries one out.
func (s *Sim) call(name string, args url.Values, tok string, inForm bool) (obj, error) {
	m, known := apiMethods[name]
	if !known {
		return nil, &apiError{code: "unknown_method", extra: obj{"req_method": name}}
	}
	switch {
	case tok == "" || (m.appToken && inForm):
		return nil, fail("not_authed")
	case tok != s.botToken && tok != s.appToken:
		return nil, fail("invalid_auth")
	case m.appToken != (tok == s.appToken):
		return nil, fail("not_allowed_token_type")
	}
	if wait := s.limit(name, m.perMin, time.Minute); wait > 0 {
		return nil, rateLimit{wait}
	}
	if err := s.missingScope(m.scopes...); err != nil {
		return nil, err
	}
	if err := checkArguments(name, strings.Fields(m.args), args); err != nil {
		return nil, err
	}
	if team := args.Get("team_id"); team != "" && team != s.teamID {
		return nil, fail("team_not_found")
	}
	return m.do(s, &apiCall{args: args})
}

func (s *Sim) reply(w http.ResponseWriter, name, tok string, body []byte, err error) {
	var limited rateLimit
	if errors.As(err, &limited) {
		tooMany(w, retryAfter(limited.wait))
		return
	}
	if err != nil {
		e := asAPIError(err)
		out := obj{"ok": false, "error": e.code}
		for k, v := range e.extra {
			out[k] = v
		}
		if len(e.messages) > 0 {
			out["response_metadata"] = obj{"messages": e.messages}
		}
		body = toJSON(out)
	}
	switch tok {
	case s.botToken:
		w.Header().Set("X-OAuth-Scopes", join(s.manifest.OAuthConfig.Scopes.Bot))
		if m, ok := apiMethods[name]; ok && len(m.scopes) > 0 {
			w.Header().Set("X-Accepted-OAuth-Scopes", join(m.scopes))
		}
	case s.appToken:
		w.Header().Set("X-OAuth-Scopes", "connections:write")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
}

func tokenOf(r *http.Request) string {
	tok, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return tok
}

// readArgs reads a form or a JSON body as form values.
func readArgs(r *http.Request) (args url.Values, isForm bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body := http.MaxBytesReader(nil, r.Body, 4<<20)
	switch {
	case r.Method == http.MethodGet:
		args = r.URL.Query()
		args.Del("token") // not taken from addresses
		return args, false, nil
	case r.Method != http.MethodPost:
		return nil, false, fail("invalid_post_type")
	case kind == "application/json":
		raw, err := io.ReadAll(body)
		if err != nil {
			return nil, false, fail("request_timeout")
		}
		if t := strings.TrimSpace(string(raw)); t != "" && !strings.HasPrefix(t, "{") {
			return nil, false, fail("json_not_object")
		}
		if len(raw) > 0 && !json.Valid(raw) {
			return nil, false, fail("invalid_json")
		}
		return jsonArgs(raw), false, nil
	case kind == "multipart/form-data":
		r.Body = body
		if err := r.ParseMultipartForm(4 << 20); err != nil {
			return nil, true, fail("invalid_form_data")
		}
		return r.PostForm, true, nil
	case kind == "application/x-www-form-urlencoded" || kind == "":
		r.Body = body
		if err := r.ParseForm(); err != nil {
			return nil, true, fail("invalid_form_data")
		}
		return r.PostForm, true, nil
	}
	return nil, false, fail("invalid_post_type")
}

// page cuts one page out of n things by a cursor; next is "" on the last.
func page(cursor string, n, limit int) (from, to int, next string, err error) {
	if cursor != "" {
		b, err := base64.StdEncoding.DecodeString(cursor)
		if err != nil {
			return 0, 0, "", fail("invalid_cursor")
		}
		if _, err := fmt.Sscanf(string(b), "next:%d", &from); err != nil || from < 0 || from > n {
			return 0, 0, "", fail("invalid_cursor")
		}
	}
	to = min(n, from+limit)
	if to < n {
		next = base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "next:%d", to))
	}
	return from, to, next, nil
}

func cursorObject(next string) obj { return obj{"next_cursor": next} }

// apiMethods are all methods there are.
var apiMethods map[string]apiMethod

func init() { // the table mentions functions that look methods up in it
	apiMethods = map[string]apiMethod{
		"auth.test":             {do: authTest, perMin: special},
		"apps.connections.open": {do: appsConnectionsOpen, perMin: tier3, appToken: true},
		"team.info":             {do: teamInfo, args: "team domain", scopes: []string{"team:read"}, perMin: tier3},
		"bots.info":             {do: botsInfo, args: "bot team_id", scopes: []string{"users:read"}, perMin: tier3},
		"usergroups.list":       {do: usergroupsList, args: "include_count include_disabled include_users team_id", scopes: []string{"usergroups:read"}, perMin: tier2},

		"users.info":          {do: usersInfo, args: "user* include_locale", scopes: []string{"users:read"}, perMin: tier4},
		"users.list":          {do: usersList, args: "cursor limit include_locale team_id", scopes: []string{"users:read"}, perMin: tier2},
		"users.conversations": {do: usersConversations, args: "user types exclude_archived limit cursor team_id", perMin: tier3},
		"users.profile.get":   {do: usersProfileGet, args: "user include_labels", scopes: []string{"users.profile:read"}, perMin: tier4},
		"dnd.info":            {do: dndInfo, args: "user team_id", scopes: []string{"dnd:read"}, perMin: tier3},
		"dnd.teamInfo":        {do: dndTeamInfo, args: "users* team_id", scopes: []string{"dnd:read"}, perMin: tier2},

		"conversations.open":    {do: conversationsOpen, args: "users channel return_im prevent_creation", perMin: tier3},
		"conversations.info":    {do: conversationsInfo, args: "channel* include_locale include_num_members", perMin: tier3},
		"conversations.members": {do: conversationsMembers, args: "channel* cursor limit", perMin: tier4},
		"conversations.list":    {do: conversationsList, args: "types exclude_archived limit cursor team_id", perMin: tier2},
		"conversations.history": {do: conversationsHistory, args: "channel* cursor inclusive latest oldest limit include_all_metadata", perMin: tier3},
		"conversations.replies": {do: conversationsReplies, args: "channel* ts* cursor inclusive latest oldest limit include_all_metadata", perMin: tier3},
		"conversations.join":    {do: conversationsJoin, args: "channel*", scopes: []string{"channels:join"}, perMin: tier3},
		"conversations.leave":   {do: conversationsLeave, args: "channel*", perMin: tier3},

		"chat.postMessage":            {do: chatPostMessage, args: "channel* text blocks attachments metadata thread_ts reply_broadcast mrkdwn parse link_names unfurl_links unfurl_media markdown_text client_msg_id username icon_emoji icon_url as_user", scopes: []string{"chat:write"}, perMin: special},
		"chat.postEphemeral":          {do: chatPostEphemeral, args: "channel* user* text blocks attachments thread_ts parse link_names markdown_text username icon_emoji icon_url as_user", scopes: []string{"chat:write"}, perMin: tier4},
		"chat.update":                 {do: chatUpdate, args: "channel* ts* text blocks attachments metadata parse link_names reply_broadcast file_ids markdown_text as_user", scopes: []string{"chat:write"}, perMin: tier3},
		"chat.delete":                 {do: chatDelete, args: "channel* ts* as_user", scopes: []string{"chat:write"}, perMin: tier3},
		"chat.getPermalink":           {do: chatGetPermalink, args: "channel* message_ts*", perMin: special},
		"chat.scheduleMessage":        {do: chatScheduleMessage, args: "channel* post_at* text blocks attachments metadata thread_ts reply_broadcast parse link_names unfurl_links unfurl_media markdown_text as_user", scopes: []string{"chat:write"}, perMin: tier3},
		"chat.deleteScheduledMessage": {do: chatDeleteScheduledMessage, args: "channel* scheduled_message_id* as_user", scopes: []string{"chat:write"}, perMin: tier3},

		"views.open":    {do: viewsOpen, args: "trigger_id* view*", perMin: tier4},
		"views.push":    {do: viewsPush, args: "trigger_id* view*", perMin: tier4},
		"views.update":  {do: viewsUpdate, args: "view_id external_id view* hash", perMin: tier4},
		"views.publish": {do: viewsPublish, args: "user_id* view* hash", perMin: tier4},

		"reactions.add":    {do: reactionsAdd, args: "channel* timestamp* name*", scopes: []string{"reactions:write"}, perMin: tier3},
		"reactions.remove": {do: reactionsRemove, args: "channel* timestamp* name*", scopes: []string{"reactions:write"}, perMin: tier2},
		"reactions.get":    {do: reactionsGet, args: "channel* timestamp* full", scopes: []string{"reactions:read"}, perMin: tier3},

		"files.getUploadURLExternal":   {do: filesGetUploadURL, args: "filename* length* alt_txt snippet_type", scopes: []string{"files:write"}, perMin: tier4},
		"files.completeUploadExternal": {do: filesCompleteUpload, args: "files* channel_id channels thread_ts initial_comment", scopes: []string{"files:write"}, perMin: tier4},
	}
}
