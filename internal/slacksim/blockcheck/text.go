package blockcheck

import (
	"net/netip"
	"net/url"
	"strings"
)

// size is the length of s in UTF-16 code units.
func size(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// textKind is the set of types a text object may have.
type textKind uint8

const (
	plain textKind = 1 << iota
	mrkdwn
	anyText = plain | mrkdwn
)

// maxText is the most a text object holds where nothing stricter is said.
const maxText = 3000

// text reads an optional text object of 1 to most characters.
func (n node) text(name string, kind textKind, most int) {
	if v, present := n.get(name); present {
		n.c.text(n.at(name), v, kind, most)
	}
}

func (c *checker) text(path string, v any, kind textKind, most int) {
	t, ok := c.node(path, v)
	if !ok {
		return
	}
	t.require("type", "text")
	if s, ok := t.str("text", 1, most); ok && strings.TrimSpace(s) == "" {
		c.fail(t.at("text"), "must be more than 0 characters") // Slack trims before it counts
	}
	typ, isString := t.str("type", 1, maxText)
	switch {
	case !isString:
	case typ == "plain_text" && kind&plain != 0:
		t.boolean("emoji")
	case typ == "mrkdwn" && kind&mrkdwn != 0:
		t.boolean("verbatim")
	default:
		c.fail(t.at("type"), "unsupported type: %s", clip(typ))
	}
	t.end()
}

// confirm reads an optional confirmation dialog.
func (n node) confirm() {
	d, ok := n.child("confirm")
	if !ok {
		return
	}
	d.require("title", "text", "confirm", "deny")
	d.text("title", plain, 100)
	d.text("text", plain, 300)
	d.text("confirm", plain, 30)
	d.text("deny", plain, 30)
	d.style()
	d.end()
}

func (n node) style() { n.enum("style", "primary", "danger") }

// maxURL is the most characters of any URL.
const maxURL = 3000

// link reads an optional URL that must have one of the schemes.
func (n node) link(name string, schemes ...string) {
	s, ok := n.str(name, 1, maxURL)
	if !ok {
		return
	}
	if !validURL(s, schemes...) {
		n.c.fail(n.at(name), "invalid url")
	}
}

func validURL(s string, schemes ...string) bool {
	if strings.ContainsAny(s, " \t\r\n<>\"") {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	for _, scheme := range schemes {
		if strings.EqualFold(u.Scheme, scheme) {
			return u.Hostname() != "" || (scheme == "mailto" && strings.Contains(u.Opaque, "@"))
		}
	}
	return false
}

// image reads the picture of an image block or element: image_url or
// slack_file, and never both.
func (n node) image() {
	switch {
	case n.has("image_url") && n.has("slack_file"):
		n.c.fail(n.path, "must define either `image_url` or `slack_file`")
	case !n.has("slack_file"):
		n.require("image_url")
	}
	n.require("alt_text")
	n.str("alt_text", 1, 2000)
	n.link("image_url", "https", "http")
	if s, ok := n.fields["image_url"].(string); ok && !reachable(s) {
		n.c.fail(n.at("image_url"), "downloading image failed")
	}
	if f, ok := n.child("slack_file"); ok {
		if f.has("id") == f.has("url") {
			n.c.fail(f.path, "invalid slack file")
		}
		f.str("id", 1, 255)
		f.link("url", "https")
		f.end()
	}
}

// reachable is false for hosts that Slack's servers cannot fetch from.
func reachable(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return true // reported as an invalid URL
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && strings.Contains(host, ".")
}
