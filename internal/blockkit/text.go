package blockkit

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

var (
	entities   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unentities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	// token is what Slack writes between angle brackets: mentions, commands and
	// links. A person's own < is &lt; in Slack's form, mostly.
	token = regexp.MustCompile(`<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>]*)>`)
)

// Escape makes what a person wrote safe in mrkdwn: cleaned, pinging nobody, and
// with exactly & < > escaped. Text that comes from Slack goes through Decode
// first.
func Escape(s string) string { return entities.Replace(calm(Clean(s))) }

// Plain makes what a person wrote safe in a plain_text object, where Slack
// interprets nothing: cleaned and pinging nobody.
func Plain(s string) string { return calm(Clean(s)) }

// Decode turns Slack's own form of a text into the text a reader sees:
// "<@U1|sam>" into "@sam", "<!channel>" into "@channel" that pings nobody,
// "<https://a.example|label>" into "label", "&amp;" into "&". The result is
// cleaned and belongs in plain_text, or through Escape into mrkdwn.
func Decode(s string) string {
	var b strings.Builder
	for {
		at := token.FindStringSubmatchIndex(s)
		if at == nil {
			break
		}
		b.WriteString(unentities.Replace(s[:at[0]]))
		b.WriteString(unentities.Replace(readToken(s[at[2]:at[3]])))
		s = s[at[1]:]
	}
	b.WriteString(unentities.Replace(s))
	return Plain(b.String())
}

func readToken(t string) string {
	id, label, labelled := strings.Cut(t, "|")
	labelled = labelled && label != ""
	switch {
	case strings.HasPrefix(id, "@"):
		if labelled {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return "@someone"
	case strings.HasPrefix(id, "#"):
		if labelled {
			return "#" + strings.TrimPrefix(label, "#")
		}
		return "#private-channel"
	case strings.HasPrefix(id, "!date^"):
		return label
	case strings.HasPrefix(id, "!subteam^"):
		if labelled {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return "@group"
	case strings.HasPrefix(id, "!"):
		return "@" + strings.TrimPrefix(id, "!")
	case labelled:
		return label
	case strings.HasPrefix(id, "mailto:"):
		return strings.TrimPrefix(id, "mailto:")
	}
	return id
}

const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// Isolate keeps a name written from right to left from turning the sentence
// around it. Names without such letters come back as they are.
func Isolate(name string) string {
	for _, r := range name {
		p, _ := bidi.LookupRune(r)
		if c := p.Class(); c == bidi.R || c == bidi.AL {
			return firstStrongIsolate + name + popIsolate
		}
	}
	return name
}
