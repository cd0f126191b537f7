package slacksim

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var (
	typedURL = regexp.MustCompile(`^https?://[^\s<>|]+`)
	token    = regexp.MustCompile(`<(@|#|!)?([^<>|]+)(?:\|([^<>]*))?>`)
)

// typed turns what a person types into Slack's own form: "@sam", "@design-team"
// and "#general" become tokens where such a person, group or channel exists, and &, < and > entities.
// Slash commands carry the name in the token, messages only the id.
func (s *Sim) typed(text, by string, names bool) string {
	var out strings.Builder
	atWord := true
	for text != "" {
		if atWord {
			if url := typedURL.FindString(text); url != "" {
				url = strings.TrimRight(url, ".,;:!?)")
				out.WriteString("<" + escaper.Replace(url) + ">")
				text = text[len(url):]
				continue
			}
			if replaced, n := s.mention(text, by, names); n > 0 {
				out.WriteString(replaced)
				text = text[n:]
				atWord = false
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(text)
		atWord = !unicode.IsLetter(r) && !unicode.IsDigit(r)
		out.WriteString(escaper.Replace(text[:n]))
		text = text[n:]
	}
	return out.String()
}

// mention reads @name or #name at the beginning of text: the longest name wins.
func (s *Sim) mention(text, by string, names bool) (string, int) {
	if len(text) < 2 || (text[0] != '@' && text[0] != '#') {
		return "", 0
	}
	type candidate struct{ name, token string }
	var all []candidate
	if text[0] == '@' {
		for _, w := range []string{"here", "channel", "everyone"} {
			all = append(all, candidate{w, "<!" + w + ">"})
		}
		for _, g := range s.groups {
			all = append(all, candidate{g.Handle, "<!subteam^" + g.ID + "|@" + g.Handle + ">"})
		}
		for _, id := range s.peopleOrder {
			p := s.people[id]
			if p.Deleted {
				continue
			}
			tok := "<@" + id + ">"
			if names {
				tok = "<@" + id + "|" + p.Name + ">"
			}
			for _, n := range []string{p.Name, p.DisplayName, p.RealName} {
				if n != "" {
					all = append(all, candidate{n, tok})
				}
			}
		}
	} else {
		for _, id := range s.chanOrder {
			c := s.channels[id]
			if c.im || c.mpim || (c.private && !c.has(by)) {
				continue
			}
			tok := "<#" + id + "|" + c.name + ">"
			if c.private {
				tok = "<#" + id + "|>"
			}
			all = append(all, candidate{c.name, tok})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return len(all[i].name) > len(all[j].name) })
	for _, c := range all {
		rest := text[1:]
		if len(rest) < len(c.name) || !strings.EqualFold(rest[:len(c.name)], c.name) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest[len(c.name):])
		if len(rest) > len(c.name) && (unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_') {
			continue
		}
		return c.token, 1 + len(c.name)
	}
	return "", 0
}

// richText is the block that a client makes of what a person typed.
func richText(text string) []any {
	var parts []any
	plain := func(t string) {
		if t != "" {
			parts = append(parts, obj{"type": "text", "text": unescape(t)})
		}
	}
	for {
		at := token.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		plain(text[:at[0]])
		sigil, id := "", text[at[4]:at[5]]
		if at[2] >= 0 {
			sigil = text[at[2]:at[3]]
		}
		switch sigil {
		case "@":
			parts = append(parts, obj{"type": "user", "user_id": id})
		case "#":
			parts = append(parts, obj{"type": "channel", "channel_id": id})
		case "!":
			if group, ok := strings.CutPrefix(id, "subteam^"); ok {
				parts = append(parts, obj{"type": "usergroup", "usergroup_id": group})
				break
			}
			parts = append(parts, obj{"type": "broadcast", "range": id})
		default:
			parts = append(parts, obj{"type": "link", "url": unescape(id)})
		}
		text = text[at[1]:]
	}
	plain(text)
	return []any{obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": parts}}}}
}

func unescape(t string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(t)
}

// mentions says whether text in Slack's own form mentions the person.
func mentions(text, userID string) bool {
	return slices.ContainsFunc(token.FindAllStringSubmatch(text, -1), func(m []string) bool {
		return m[1] == "@" && m[2] == userID
	})
}
