package blockcheck

import (
	"regexp"
	"slices"
)

// Ids as Slack writes them.
var (
	userID         = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`).MatchString
	channelID      = regexp.MustCompile(`^C[A-Z0-9]{1,30}$`).MatchString
	conversationID = regexp.MustCompile(`^[CDGUW][A-Z0-9]{1,30}$`).MatchString
	usergroupID    = regexp.MustCompile(`^S[A-Z0-9]{1,30}$`).MatchString
	teamID         = regexp.MustCompile(`^[TE][A-Z0-9]{1,30}$`).MatchString
)

// id reads an optional id.
func (n node) id(name string, ok func(string) bool) {
	if s, present := n.str(name, 1, maxID); present && !ok(s) {
		n.c.fail(n.at(name), "invalid id")
	}
}

func (n node) placeholder() { n.text("placeholder", plain, 150) }

// choice reads what all menus, pickers, checkboxes and radio buttons share.
func (n node) choice() {
	n.confirm()
	n.focus()
}

func (c *checker) checkboxes(n node) {
	n.require("options")
	all := n.options("options", choiceOptions, map[string]bool{})
	n.initialOptions(choiceOptions, all, false, choiceOptions.most)
	n.choice()
}

func (c *checker) radioButtons(n node) {
	n.require("options")
	all := n.options("options", choiceOptions, map[string]bool{})
	n.initialOption(choiceOptions, all, false)
	n.choice()
}

func (c *checker) staticSelect(n node) {
	n.placeholder()
	n.initialOption(menuOptions, n.menu(), false)
	n.choice()
}

func (c *checker) externalSelect(n node) {
	n.placeholder()
	n.integer("min_query_length", 0, maxText)
	n.initialOption(menuOptions, nil, true)
	n.choice()
}

func (c *checker) usersSelect(n node) {
	n.placeholder()
	n.id("initial_user", userID)
	n.choice()
}

func (c *checker) conversationsSelect(n node) {
	n.placeholder()
	n.id("initial_conversation", conversationID)
	n.boolean("default_to_current_conversation")
	n.responseURL()
	n.filter()
	n.choice()
}

func (c *checker) channelsSelect(n node) {
	n.placeholder()
	n.id("initial_channel", channelID)
	n.responseURL()
	n.choice()
}

func (c *checker) multiStaticSelect(n node) {
	n.placeholder()
	n.initialOptions(menuOptions, n.menu(), false, n.maxSelected(100*100))
	n.choice()
}

func (c *checker) multiExternalSelect(n node) {
	n.placeholder()
	n.integer("min_query_length", 0, maxText)
	n.initialOptions(menuOptions, nil, true, n.maxSelected(100))
	n.choice()
}

func (c *checker) multiUsersSelect(n node) {
	n.placeholder()
	n.stringList("initial_users", 1, n.maxSelected(100), userID)
	n.choice()
}

func (c *checker) multiConversationsSelect(n node) {
	n.placeholder()
	n.stringList("initial_conversations", 1, n.maxSelected(100), conversationID)
	n.boolean("default_to_current_conversation")
	n.filter()
	n.choice()
}

func (c *checker) multiChannelsSelect(n node) {
	n.placeholder()
	n.stringList("initial_channels", 1, n.maxSelected(100), channelID)
	n.choice()
}

// maxSelected reads max_selected_items; without it most applies.
func (n node) maxSelected(most int) int {
	if i, ok := n.integer("max_selected_items", 1, 10_000); ok {
		return int(i)
	}
	return most
}

// responseURL reads response_url_enabled, which works in the inputs of modals.
func (n node) responseURL() {
	if n.boolean("response_url_enabled") && (n.c.surface != onModal || !n.c.block.input) {
		n.c.fail(n.at("response_url_enabled"), "only available in input blocks of modals")
	}
}

// filter reads the filter of a menu of conversations.
func (n node) filter() {
	f, ok := n.child("filter")
	if !ok {
		return
	}
	if len(f.fields) == 0 {
		n.c.fail(f.path, "must define at least one filter")
	}
	f.stringList("include", 1, 4, func(s string) bool {
		return slices.Contains([]string{"im", "mpim", "private", "public"}, s)
	})
	f.boolean("exclude_external_shared_channels")
	f.boolean("exclude_bot_users")
	f.end()
}
