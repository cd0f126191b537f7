package blockcheck

import "regexp"

func (c *checker) richText(n node) {
	n.require("elements")
	for i, v := range n.array("elements", 1, maxText) {
		c.richTextElement(item(n.at("elements"), i), v)
	}
}

// richTextObject checks a rich_text inside something else: the start value of
// an input, the cell of a table.
func (c *checker) richTextObject(path string, v any) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type")
	n.enum("type", "rich_text")
	c.richText(n)
	n.end()
}

func (c *checker) richTextElement(path string, v any) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type", "elements")
	typ, ok := n.str("type", 1, maxText)
	if !ok {
		return
	}
	switch typ {
	case "rich_text_section":
		n.inlines(nil)
	case "rich_text_quote":
		n.inlines(nil)
		n.integer("border", 0, 1)
	case "rich_text_preformatted":
		n.inlines(map[string]bool{"text": true, "link": true})
		n.integer("border", 0, 1)
	case "rich_text_list":
		n.require("style")
		n.enum("style", "bullet", "ordered")
		n.integer("indent", 0, 8)
		n.integer("border", 0, 1)
		c.listItems(n)
	default:
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	n.end()
}

func (c *checker) listItems(n node) {
	for i, v := range n.array("elements", 1, maxText) {
		at := item(n.at("elements"), i)
		s, ok := c.node(at, v)
		if !ok {
			continue
		}
		s.require("type", "elements")
		s.enum("type", "rich_text_section")
		s.inlines(nil)
		s.end()
	}
}

// inlines reads the parts of a paragraph, of the types in only or of all.
func (n node) inlines(only map[string]bool) {
	for i, v := range n.array("elements", 1, maxText) {
		n.c.inline(item(n.at("elements"), i), v, only)
	}
}

var (
	emojiName = regexp.MustCompile(`^[a-z0-9_'+-]{1,100}$`).MatchString
	hexColor  = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`).MatchString
	codepoint = regexp.MustCompile(`^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$`).MatchString
	// dateToken has one of the tokens that a date is written with.
	dateToken = regexp.MustCompile(`\{(day_divider_pretty|date_num|date_slash|date_long|date_long_full|` +
		`date_long_pretty|date|date_pretty|date_short|date_short_pretty|time|time_secs|ago)\}`).MatchString
)

func (c *checker) inline(path string, v any, only map[string]bool) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type")
	typ, ok := n.str("type", 1, maxText)
	if !ok {
		return
	}
	if only != nil && !only[typ] {
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	switch typ {
	case "text":
		n.require("text")
		n.str("text", 1, MaxMessageSize)
		n.textStyle("bold", "italic", "strike", "code")
	case "link":
		n.require("url")
		n.link("url", "https", "http", "mailto")
		n.str("text", 1, maxText)
		n.boolean("unsafe")
		n.textStyle("bold", "italic", "strike", "code")
	case "user":
		n.mention("user_id", userID)
	case "channel":
		n.mention("channel_id", channelID)
	case "usergroup":
		n.mention("usergroup_id", usergroupID)
	case "team":
		n.require("team_id")
		n.id("team_id", teamID)
	case "broadcast":
		n.require("range")
		n.enum("range", "here", "channel", "everyone")
	case "emoji":
		n.require("name")
		n.id("name", emojiName)
		n.id("unicode", codepoint)
	case "color":
		n.require("value")
		n.id("value", hexColor)
	case "date":
		n.require("timestamp", "format")
		n.integer("timestamp", 0, 9_999_999_999)
		if s, ok := n.str("format", 1, maxText); ok && !dateToken(s) {
			c.fail(n.at("format"), "must have a date token")
		}
		n.link("url", "https", "http")
		n.str("fallback", 1, maxText)
	default:
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	n.end()
}

func (n node) mention(name string, ok func(string) bool) {
	n.require(name)
	n.id(name, ok)
	n.textStyle("bold", "italic", "strike")
}

func (n node) textStyle(names ...string) {
	s, ok := n.child("style")
	if !ok {
		return
	}
	for _, name := range names {
		s.boolean(name)
	}
	s.end()
}
