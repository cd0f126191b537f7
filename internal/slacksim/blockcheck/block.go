package blockcheck

// maxID is the most characters of block_id, action_id and callback_id.
const maxID = 255

// blockType is one row of the table of blocks.
type blockType struct {
	surfaces surface
	check    func(c *checker, n node)
}

// blockTypes says which block may appear where. A block that the reference
// page and the list of surfaces (docs.slack.dev/blocks.json) place differently,
// or that was seen refused on a surface, is allowed on the smaller set: tables
// and data visualizations on messages only, cards and alerts as named.
var blockTypes map[string]blockType

func init() { // a container holds blocks: the table cannot refer to itself
	blockTypes = map[string]blockType{
		"actions":            {onAll, (*checker).actions},
		"alert":              {onModal, (*checker).alert},
		"card":               {onMessage | onHome, (*checker).card},
		"carousel":           {onMessage | onHome, (*checker).carousel},
		"container":          {onMessage, (*checker).container},
		"context":            {onAll, (*checker).context},
		"context_actions":    {onMessage, (*checker).contextActions},
		"data_visualization": {onMessage, (*checker).dataVisualization},
		"divider":            {onAll, func(*checker, node) {}},
		"header":             {onAll, (*checker).header},
		"image":              {onAll, (*checker).imageBlock},
		"input":              {onAll, (*checker).input},
		"markdown":           {onMessage, (*checker).markdown},
		"rich_text":          {onAll, (*checker).richText},
		"section":            {onAll, (*checker).section},
		"table":              {onMessage, (*checker).table},
		"video":              {onAll, (*checker).video},
	}
}

func (c *checker) blocks(path string, list []any) {
	if c.blockIDs == nil {
		c.blockIDs = map[string]bool{}
	}
	for i, v := range list {
		c.oneBlock(item(path, i), v, nil)
	}
}

// oneBlock checks a block of any of the types in only, or of all types the
// surface allows when only is nil.
func (c *checker) oneBlock(path string, v any, only map[string]bool) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type")
	typ, ok := n.str("type", 1, maxText)
	if !ok {
		return
	}
	kind, exists := blockTypes[typ]
	if !exists || kind.surfaces&c.surface == 0 || (only != nil && !only[typ]) {
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	c.blockCount++
	n.blockID()
	outer := c.block
	c.block = &blockContext{actionIDs: map[string]bool{}}
	kind.check(c, n)
	c.block = outer
	n.end()
}

// blockID reads block_id, which is unique in the whole payload.
func (n node) blockID() {
	id, ok := n.str("block_id", 1, maxID)
	if ok && n.c.blockIDs[id] {
		n.c.fail(n.at("block_id"), "`block_id` %q already exists", clip(id))
	}
	if ok {
		n.c.blockIDs[id] = true
	}
}

func (c *checker) actions(n node) {
	n.require("elements")
	n.elements("elements", inActions, 1, 25)
}

func (c *checker) context(n node) {
	n.require("elements")
	for i, v := range n.array("elements", 1, 10) {
		at := item(n.at("elements"), i)
		if fields, ok := v.(map[string]any); ok && fields["type"] == "image" {
			c.element(at, v, inContext)
			continue
		}
		c.text(at, v, anyText, maxText)
	}
}

func (c *checker) contextActions(n node) {
	n.require("elements")
	n.elements("elements", inContextActions, 1, 5)
}

func (c *checker) header(n node) {
	n.require("text")
	n.text("text", plain, 150)
	n.integer("level", 1, 4)
}

func (c *checker) imageBlock(n node) {
	n.image()
	n.text("title", plain, 2000)
}

func (c *checker) section(n node) {
	if !n.has("text") && !n.has("fields") {
		c.fail(n.at("type"), "must define either `text` or `fields`")
	}
	n.text("text", anyText, maxText)
	for i, v := range n.array("fields", 1, 10) {
		c.text(item(n.at("fields"), i), v, anyText, 2000)
	}
	if v, ok := n.get("accessory"); ok {
		c.element(n.at("accessory"), v, inSection)
	}
	n.boolean("expand")
}

func (c *checker) input(n node) {
	n.require("label", "element")
	n.text("label", plain, 2000)
	n.text("hint", plain, 2000)
	c.block.input = true
	n.boolean("optional")
	c.block.dispatch = n.boolean("dispatch_action")
	c.inputAt = append(c.inputAt, n.path)
	if v, ok := n.get("element"); ok {
		c.element(n.at("element"), v, inInput)
	}
}

func (c *checker) video(n node) {
	n.require("alt_text", "title", "video_url", "thumbnail_url")
	n.str("alt_text", 1, 2000)
	n.text("title", plain, 199)
	n.text("description", plain, 2000)
	n.link("video_url", "https")
	n.link("title_url", "https")
	n.link("thumbnail_url", "https", "http")
	n.link("provider_icon_url", "https", "http")
	n.str("author_name", 1, 49)
	n.str("provider_name", 1, 49)
}

func (c *checker) alert(n node) {
	n.require("text")
	n.text("text", anyText, 200)
	n.enum("level", "default", "info", "warning", "error", "success")
}

func (c *checker) card(n node) {
	if !n.has("hero_image") && !n.has("title") && !n.has("actions") && !n.has("body") {
		c.fail(n.path, "must define one of %s", "`hero_image`, `title`, `actions` or `body`")
	}
	for _, name := range []string{"hero_image", "icon"} {
		if v, ok := n.get(name); ok {
			c.element(n.at(name), v, inContext)
		}
	}
	n.text("title", mrkdwn, 150)
	n.text("subtitle", mrkdwn, 150)
	n.text("body", mrkdwn, 200)
	n.text("subtext", mrkdwn, 200)
	n.elements("actions", inCard, 1, 3)
}

func (c *checker) carousel(n node) {
	n.require("elements")
	for i, v := range n.array("elements", 1, 10) {
		c.oneBlock(item(n.at("elements"), i), v, map[string]bool{"card": true})
	}
}

// inContainer are the blocks that a container may hold.
var inContainer = map[string]bool{
	"actions": true, "context": true, "divider": true, "header": true, "image": true, "input": true,
	"rich_text": true, "section": true, "table": true, "video": true,
}

func (c *checker) container(n node) {
	n.require("title", "child_blocks")
	n.text("title", plain, 150)
	n.text("subtitle", anyText, 150)
	if v, ok := n.get("icon"); ok {
		c.element(n.at("icon"), v, inContext)
	}
	n.enum("width", "narrow", "standard", "wide", "full")
	collapsible := n.boolean("is_collapsible")
	if n.boolean("default_collapsed") && !collapsible {
		c.fail(n.at("default_collapsed"), "must define `is_collapsible` to use `default_collapsed`")
	}
	if n.boolean("has_header_divider") && collapsible {
		c.fail(n.at("has_header_divider"), "must not define `has_header_divider` with `is_collapsible`")
	}
	for i, v := range n.array("child_blocks", 1, 10) {
		c.oneBlock(item(n.at("child_blocks"), i), v, inContainer)
	}
}

// focus counts focus_on_load, of which a view may have one.
func (n node) focus() {
	if !n.has("focus_on_load") {
		return
	}
	if n.c.surface == onMessage {
		return // left for end: there is nothing to load in a message
	}
	if n.boolean("focus_on_load") {
		n.c.focused++
		if n.c.focused > 1 {
			n.c.fail(n.at("focus_on_load"), "only one element can have `focus_on_load`")
		}
	}
}
