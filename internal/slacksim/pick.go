package slacksim

import (
	"fmt"
	"slices"
	"strings"
)

// offeredTo refuses what a client does not list for this person: conversations
// they are not in and cannot see, archived ones, and what the element's filter
// leaves out.
func (a *Actor) offeredTo(e element, value any) error {
	channels := strings.HasSuffix(e.kind(), "channels_select")
	if !channels && !strings.HasSuffix(e.kind(), "conversations_select") {
		return nil
	}
	var ids []string
	switch v := value.(type) {
	case string:
		ids = []string{v}
	case []string:
		ids = v
	case []any:
		for _, x := range v {
			ids = append(ids, fmt.Sprint(x))
		}
	}
	for _, id := range ids {
		c := a.sim.channels[id]
		if c == nil {
			continue // what is no conversation is refused elsewhere
		}
		if !a.listed(c, e) || channels && c.kindInFilter() != "public" {
			return fmt.Errorf("%s does not offer %s to %s", e.actionID(), id, a.id)
		}
	}
	return nil
}

func (a *Actor) listed(c *channel, e element) bool {
	if c.archived || !a.reads(c) {
		return false
	}
	filter, _ := e.obj["filter"].(obj)
	if include, ok := filter["include"].([]any); ok && !slices.Contains(include, any(c.kindInFilter())) {
		return false
	}
	if filter["exclude_external_shared_channels"] == true && c.extShared {
		return false
	}
	other := a.sim.people[c.other(a.id)]
	return filter["exclude_bot_users"] != true || !c.im || other == nil || !other.Bot
}

// kindInFilter is what a conversation is called in a filter.
func (c *channel) kindInFilter() string {
	switch {
	case c.im:
		return "im"
	case c.mpim:
		return "mpim"
	case c.private:
		return "private"
	}
	return "public"
}
