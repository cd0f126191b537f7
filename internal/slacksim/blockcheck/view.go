package blockcheck

func (c *checker) view(path string, v any) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type", "blocks")
	switch n.enum("type", "modal", "home") {
	case "modal":
		c.surface = onModal
		n.require("title")
		n.text("title", plain, 24)
		n.text("submit", plain, 24)
		n.text("close", plain, 24)
		n.boolean("clear_on_close")
		n.boolean("notify_on_close")
	case "home":
		c.surface = onHome
	default:
		return
	}
	n.str("private_metadata", 0, 3000)
	n.str("callback_id", 1, maxID)
	n.str("external_id", 1, maxID)
	if n.has("blocks") {
		c.blocks(n.at("blocks"), n.array("blocks", 1, MaxViewBlocks))
	}
	if c.surface == onModal && !n.has("submit") {
		for _, at := range c.inputAt {
			c.fail(at+"/input", "must define `submit` to use an `input` block in modals")
		}
	}
	n.end()
}
