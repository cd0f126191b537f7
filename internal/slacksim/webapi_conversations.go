package slacksim

import (
	"slices"
	"strings"
)

// visible is a conversation the bot may know of, with one of the scopes that
// end in the suffix for its kind.
func (s *Sim) visible(id, suffix string) (*channel, error) {
	c := s.channels[id]
	if c == nil || ((c.private || c.im) && !c.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	return c, s.missingScope(c.scopeKind() + ":" + suffix)
}

// canDM says whether the bot can have a direct message with p.
func (s *Sim) canDM(p *person) error {
	switch {
	case p == nil:
		return fail("user_not_found")
	case p.ID == slackbot || p.Bot:
		return fail("cannot_dm_bot")
	case p.Deleted:
		return fail("user_disabled")
	case s.external(p.ID) && !s.together(p.ID, s.botUserID):
		return fail("invalid_user_combination")
	}
	return nil
}

// together says whether there is a channel that all of them are in.
func (s *Sim) together(userIDs ...string) bool {
	for _, c := range s.channels {
		if !c.im && !c.mpim && !slices.ContainsFunc(userIDs, func(id string) bool { return !c.has(id) }) {
			return true
		}
	}
	return false
}

func conversationsOpen(s *Sim, c *apiCall) (obj, error) {
	if id := c.get("channel"); id != "" {
		ch := s.channels[id]
		if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
			return nil, fail("channel_not_found")
		}
		if !ch.im && !ch.mpim {
			return nil, fail("method_not_supported_for_channel_type")
		}
		if err := s.missingScope(ch.scopeKind() + ":write"); err != nil {
			return nil, err
		}
		return obj{"no_op": true, "already_open": true, "channel": s.conversation(ch)}, nil
	}
	users := strings.FieldsFunc(c.get("users"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(users) == 0 {
		return nil, fail("users_list_not_supplied")
	}
	if len(users) > 8 {
		return nil, fail("too_many_users")
	}
	scope := "im:write"
	if len(users) > 1 {
		scope = "mpim:write"
	}
	if err := s.missingScope(scope); err != nil {
		return nil, err
	}
	outside := []string{s.botUserID}
	for _, id := range users {
		if err := s.canDM(s.people[id]); err != nil {
			return nil, err
		}
		if s.external(id) {
			outside = append(outside, id)
		}
	}
	if len(outside) > 1 && !s.together(outside...) {
		return nil, fail("invalid_user_combination")
	}
	before := len(s.chanOrder)
	all := append(slices.Clone(users), s.botUserID)
	if c.truth("prevent_creation") && s.findDM(all...) == nil {
		return nil, fail("channel_not_found")
	}
	ch := s.dm(all...)
	out := obj{"channel": obj{"id": ch.id}}
	if c.truth("return_im") {
		out["channel"] = s.conversation(ch)
	}
	if len(s.chanOrder) == before {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

func conversationsInfo(s *Sim, c *apiCall) (obj, error) {
	ch, err := s.visible(c.get("channel"), "read")
	if err != nil {
		return nil, err
	}
	o := s.conversation(ch)
	if c.truth("include_num_members") && !ch.im {
		o["num_members"] = len(ch.members)
	}
	if c.truth("include_locale") {
		o["locale"] = "en-US"
	}
	return obj{"channel": o}, nil
}

func conversationsMembers(s *Sim, c *apiCall) (obj, error) {
	ch, err := s.visible(c.get("channel"), "read")
	if err != nil {
		return nil, err
	}
	limit, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return nil, err
	}
	from, to, next, err := page(c.get("cursor"), len(ch.members), limit)
	if err != nil {
		return nil, err
	}
	return obj{"members": slices.Clone(ch.members[from:to]), "response_metadata": cursorObject(next)}, nil
}

// conversationsOf lists the conversations that keep says yes to, by the types asked for.
func (s *Sim) conversationsOf(c *apiCall, keep func(*channel) bool) (obj, error) {
	types := strings.FieldsFunc(c.get("types"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	kinds := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
	var wanted []string
	for _, t := range types {
		kind, ok := kinds[t]
		if !ok {
			return nil, fail("invalid_types")
		}
		if err := s.missingScope(kind + ":read"); err != nil {
			return nil, err
		}
		wanted = append(wanted, kind)
	}
	limit, err := c.number("limit", 100, 1, 999)
	if err != nil {
		return nil, err
	}
	var all []obj
	for _, id := range s.chanOrder {
		ch := s.channels[id]
		if slices.Contains(wanted, ch.scopeKind()) && keep(ch) && (!ch.archived || !c.truth("exclude_archived")) {
			o := s.conversation(ch)
			if !ch.im {
				o["num_members"] = len(ch.members)
			}
			all = append(all, o)
		}
	}
	from, to, next, err := page(c.get("cursor"), len(all), limit)
	if err != nil {
		return nil, err
	}
	return obj{"channels": append([]obj{}, all[from:to]...), "response_metadata": cursorObject(next)}, nil
}

func conversationsList(s *Sim, c *apiCall) (obj, error) {
	return s.conversationsOf(c, func(ch *channel) bool {
		return ch.has(s.botUserID) || (!ch.private && !ch.im)
	})
}

func usersConversations(s *Sim, c *apiCall) (obj, error) {
	user := c.get("user")
	if user == "" {
		user = s.botUserID
	}
	if s.people[user] == nil {
		return nil, fail("user_not_found")
	}
	return s.conversationsOf(c, func(ch *channel) bool {
		return ch.has(user) && (ch.has(s.botUserID) || (!ch.private && !ch.im))
	})
}

// readable is a conversation whose messages the bot may read.
func (s *Sim) readable(id string) (*channel, error) {
	ch, err := s.visible(id, "history")
	if err != nil {
		return nil, err
	}
	if !ch.has(s.botUserID) {
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

// between says whether ts is in the range the call asks for.
func (c *apiCall) between(ts string) bool {
	inclusive := c.truth("inclusive")
	if oldest := c.get("oldest"); oldest != "" && oldest != "0" && (ts < oldest || (ts == oldest && !inclusive)) {
		return false
	}
	if latest := c.get("latest"); latest != "" && (ts > latest || (ts == latest && !inclusive)) {
		return false
	}
	return true
}

func conversationsHistory(s *Sim, c *apiCall) (obj, error) {
	ch, err := s.readable(c.get("channel"))
	if err != nil {
		return nil, err
	}
	limit, err := c.number("limit", 100, 1, 999)
	if err != nil {
		return nil, err
	}
	all := []obj{}
	for _, m := range slices.Backward(ch.msgs) {
		top := m.threadTS == "" || m.threadTS == m.ts || m.broadcast
		if m.ephemeralTo == "" && top && c.between(m.ts) {
			all = append(all, s.messageObject(m, c.truth("include_all_metadata")))
		}
	}
	from, to, next, err := page(c.get("cursor"), len(all), limit)
	if err != nil {
		return nil, err
	}
	out := obj{"messages": all[from:to], "has_more": next != "", "pin_count": 0}
	if next != "" {
		out["response_metadata"] = cursorObject(next)
	}
	return out, nil
}

func conversationsReplies(s *Sim, c *apiCall) (obj, error) {
	ch, err := s.readable(c.get("channel"))
	if err != nil {
		return nil, err
	}
	limit, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return nil, err
	}
	root := ch.find(c.get("ts"))
	if root == nil || root.ephemeralTo != "" {
		return nil, fail("thread_not_found")
	}
	metadata := c.truth("include_all_metadata")
	if root.threadTS != "" && root.threadTS != root.ts { // a reply's own ts gives just that
		return obj{"messages": []obj{s.messageObject(root, metadata)}, "has_more": false}, nil
	}
	var all []obj
	for _, m := range root.replies {
		if c.between(m.ts) {
			all = append(all, s.messageObject(m, metadata))
		}
	}
	from, to, next, err := page(c.get("cursor"), len(all), limit)
	if err != nil {
		return nil, err
	}
	out := obj{"messages": append([]obj{s.messageObject(root, metadata)}, all[from:to]...), "has_more": next != ""}
	if next != "" {
		out["response_metadata"] = cursorObject(next)
	}
	return out, nil
}

func conversationsJoin(s *Sim, c *apiCall) (obj, error) {
	ch := s.channels[c.get("channel")]
	switch {
	case ch == nil || (ch.private && !ch.has(s.botUserID)):
		return nil, fail("channel_not_found")
	case ch.private:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	}
	out := obj{}
	if ch.has(s.botUserID) {
		out["warning"], out["response_metadata"] = "already_in_channel", obj{"warnings": []string{"already_in_channel"}}
	}
	s.join(ch, s.botUserID, "")
	out["channel"] = s.conversation(ch)
	return out, nil
}

func conversationsLeave(s *Sim, c *apiCall) (obj, error) {
	ch := s.channels[c.get("channel")]
	if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	scopes := []string{ch.scopeKind() + ":write"}
	if !ch.private {
		scopes = append(scopes, "channels:manage")
	}
	if err := s.missingScope(scopes...); err != nil {
		return nil, err
	}
	switch {
	case ch.im || ch.mpim:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	case !ch.has(s.botUserID):
		return obj{"not_in_channel": true}, nil
	case ch.name == "general":
		return nil, fail("cant_leave_general")
	case len(ch.members) == 1:
		return nil, fail("last_member")
	}
	s.leave(ch, s.botUserID)
	s.touch()
	return nil, nil
}
