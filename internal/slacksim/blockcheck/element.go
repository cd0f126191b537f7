package blockcheck

// place is where in a block an element stands, as a set.
type place uint8

const (
	inSection place = 1 << iota
	inActions
	inInput
	inContext
	inContextActions
	inCard

	inControls = inSection | inActions
	inForms    = inControls | inInput
)

// elementType is one row of the table of elements.
type elementType struct {
	places   place
	surfaces surface
	passive  bool // has no action_id
	check    func(c *checker, n node)
}

// elementTypes follows the tables "Blocks" and "Surfaces" of
// docs.slack.dev/reference/block-kit/block-elements; rich_text_input and
// workflow_button keep to the narrower of two listings.
var elementTypes = map[string]elementType{
	"button":           {places: inControls | inCard, surfaces: onAll, check: (*checker).button},
	"checkboxes":       {places: inForms, surfaces: onAll, check: (*checker).checkboxes},
	"datepicker":       {places: inForms, surfaces: onAll, check: (*checker).datepicker},
	"datetimepicker":   {places: inActions | inInput, surfaces: onMessage | onModal, check: (*checker).datetimepicker},
	"email_text_input": {places: inInput, surfaces: onModal, check: (*checker).emailInput},
	"feedback_buttons": {places: inContextActions, surfaces: onMessage, check: (*checker).feedbackButtons},
	"file_input":       {places: inInput, surfaces: onModal, check: (*checker).fileInput},
	"icon_button":      {places: inContextActions, surfaces: onMessage, check: (*checker).iconButton},
	"image":            {places: inSection | inContext, surfaces: onAll, passive: true, check: func(_ *checker, n node) { n.image() }},
	"number_input":     {places: inInput, surfaces: onModal, check: (*checker).numberInput},
	"overflow":         {places: inControls, surfaces: onAll, check: (*checker).overflow},
	"plain_text_input": {places: inInput, surfaces: onAll, check: (*checker).plainTextInput},
	"radio_buttons":    {places: inForms, surfaces: onAll, check: (*checker).radioButtons},
	"rich_text_input":  {places: inInput, surfaces: onViews, check: (*checker).richTextInput},
	"timepicker":       {places: inForms, surfaces: onAll, check: (*checker).timepicker},
	"url_text_input":   {places: inInput, surfaces: onModal, check: (*checker).urlInput},
	"workflow_button":  {places: inControls, surfaces: onMessage, check: (*checker).workflowButton},

	"static_select":              {places: inForms, surfaces: onAll, check: (*checker).staticSelect},
	"external_select":            {places: inForms, surfaces: onAll, check: (*checker).externalSelect},
	"users_select":               {places: inForms, surfaces: onAll, check: (*checker).usersSelect},
	"conversations_select":       {places: inForms, surfaces: onAll, check: (*checker).conversationsSelect},
	"channels_select":            {places: inForms, surfaces: onAll, check: (*checker).channelsSelect},
	"multi_static_select":        {places: inForms, surfaces: onAll, check: (*checker).multiStaticSelect},
	"multi_external_select":      {places: inForms, surfaces: onAll, check: (*checker).multiExternalSelect},
	"multi_users_select":         {places: inForms, surfaces: onAll, check: (*checker).multiUsersSelect},
	"multi_conversations_select": {places: inForms, surfaces: onAll, check: (*checker).multiConversationsSelect},
	"multi_channels_select":      {places: inForms, surfaces: onAll, check: (*checker).multiChannelsSelect},
}

// elements reads an optional array of elements.
func (n node) elements(name string, where place, low, high int) {
	for i, v := range n.array(name, low, high) {
		n.c.element(item(n.at(name), i), v, where)
	}
}

func (c *checker) element(path string, v any, where place) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type")
	typ, ok := n.str("type", 1, maxText)
	if !ok {
		return
	}
	kind, exists := elementTypes[typ]
	if !exists || kind.places&where == 0 || kind.surfaces&c.surface == 0 {
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	if !kind.passive {
		n.actionID()
	}
	kind.check(c, n)
	n.end()
}

// actionID reads action_id, which is unique within its block. Slack makes one
// up when it is absent.
func (n node) actionID() {
	id, ok := n.str("action_id", 1, maxID)
	if ok && n.c.block.actionIDs[id] {
		n.c.fail(n.at("action_id"), "`action_id` %q already exists", clip(id))
	}
	if ok {
		n.c.block.actionIDs[id] = true
	}
}

func (c *checker) button(n node) {
	n.require("text")
	n.text("text", plain, 75)
	n.str("value", 1, 2000)
	n.link("url", "https", "http")
	n.style()
	n.confirm()
	n.str("accessibility_label", 1, 75)
}

func (c *checker) workflowButton(n node) {
	n.require("text", "workflow", "action_id")
	n.text("text", plain, 75)
	n.style()
	n.str("accessibility_label", 1, 75)
	w, ok := n.child("workflow")
	if !ok {
		return
	}
	w.require("trigger")
	if t, ok := w.child("trigger"); ok {
		t.require("url")
		t.link("url", "https")
		for i, v := range t.array("customizable_input_parameters", 1, 100) {
			if p, ok := c.node(item(t.at("customizable_input_parameters"), i), v); ok {
				p.require("name", "value")
				p.str("name", 1, maxText)
				p.str("value", 1, maxText)
				p.end()
			}
		}
		t.end()
	}
	w.end()
}

func (c *checker) overflow(n node) {
	n.require("options")
	n.options("options", overflowOptions, map[string]bool{})
	n.confirm()
}

func (c *checker) feedbackButtons(n node) {
	n.require("positive_button", "negative_button")
	for _, name := range []string{"positive_button", "negative_button"} {
		b, ok := n.child(name)
		if !ok {
			continue
		}
		b.require("text", "value")
		b.text("text", plain, 75)
		b.str("value", 1, 2000)
		b.str("accessibility_label", 1, 75)
		b.end()
	}
}

func (c *checker) iconButton(n node) {
	n.require("icon", "text")
	n.enum("icon", "trash") // the only icon the reference names
	n.text("text", plain, 75)
	n.str("value", 1, 2000)
	n.stringList("visible_to_user_ids", 1, 10, userID)
	n.str("accessibility_label", 1, 75)
	n.confirm()
}
