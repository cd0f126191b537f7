package credit

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

const longDate = "2 January 2006"

// Markdown is an export for documents: by kind, newest first, under a heading that
// says whose credits they are, how many and of when. What people typed stays text:
// it makes no links, images, HTML or headings, and tells no service to ping anybody.
func Markdown(entries []Entry, owner string, zone *time.Location) []byte {
	list := inOrder(entries, zone)
	var out bytes.Buffer
	heading := "Credits"
	if who := names([]string{owner}); len(who) > 0 {
		heading += ": " + inline(who[0])
	}
	fmt.Fprintf(&out, "# %s\n\n", heading)
	if len(list) == 0 {
		out.WriteString("No credits.\n")
		return out.Bytes()
	}
	first, last := list[len(list)-1].Given.Format(longDate), list[0].Given.Format(longDate)
	if first == last {
		fmt.Fprintf(&out, "%s, given on %s.\n", counted(len(list)), first)
	} else {
		fmt.Fprintf(&out, "%s, given from %s to %s.\n", counted(len(list)), first, last)
	}
	for _, kind := range kindsOf(list) {
		of := slices.DeleteFunc(slices.Clone(list), func(e Entry) bool { return e.Kind != kind })
		title := inline(kind)
		if kind == "" {
			title = "Other"
		}
		fmt.Fprintf(&out, "\n## %s (%d)\n", title, len(of))
		for _, e := range of {
			out.WriteString("\n")
			e.writeMarkdown(&out)
		}
	}
	return out.Bytes()
}

// kindsOf lists the labels there are: the known ones in their order, then others.
func kindsOf(list []Entry) []string {
	var known, others []string
	for _, k := range Kinds() {
		known = append(known, k.Label())
	}
	for _, e := range list {
		if !slices.Contains(known, e.Kind) && !slices.Contains(others, e.Kind) {
			others = append(others, e.Kind)
		}
	}
	slices.Sort(others)
	return slices.DeleteFunc(append(known, others...), func(label string) bool {
		return !slices.ContainsFunc(list, func(e Entry) bool { return e.Kind == label })
	})
}

func (e Entry) writeMarkdown(out *bytes.Buffer) {
	fmt.Fprintf(out, "- %s", e.Given.Format(longDate))
	if len(e.From) > 0 {
		out.WriteString(", from " + inlineNames(e.From))
	}
	if len(e.To) > 0 {
		out.WriteString(", to " + inlineNames(e.To))
	}
	if e.Channel != "" {
		out.WriteString(", in " + inline(e.Channel))
	}
	if e.Private {
		out.WriteString(", private")
	}
	if e.Link != "" {
		fmt.Fprintf(out, " ([message](%s))", e.Link)
	}
	out.WriteString("\n")
	if e.Reason != "" {
		out.WriteString("\n")
		for line := range strings.Lines(e.Reason) {
			out.WriteString(strings.TrimRight("  > "+inline(strings.TrimSpace(line)), " ") + "\n")
		}
	}
	if len(e.Voices) > 0 {
		fmt.Fprintf(out, "\n  Seen too by %s.\n", inlineNames(e.Voices))
	}
}

func inlineNames(list []string) string {
	var out []string
	for _, n := range list {
		out = append(out, inline(n))
	}
	if last := len(out) - 1; last > 0 {
		return strings.Join(out[:last], ", ") + " and " + out[last]
	}
	return strings.Join(out, "")
}

var (
	// The signs that mean something anywhere. HTML by entities, as the oldest
	// dialects know no backslash before it.
	signs = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`,
		"#", `\#`, "|", `\|`, "~", `\~`, "$", `\$`, "^", `\^`, "!", `\!`, "&", "&amp;", "<", "&lt;", ">", "&gt;")
	// What makes a list, a rule or a heading at the beginning of a line.
	lineStart = regexp.MustCompile(`^([-+=:]|\d+[.)])`)
	// Addresses that many programs turn into links by themselves, and mentions
	// that some turn into pings, come apart by an invisible word joiner.
	address = regexp.MustCompile(`(?i)(:)(//)|(www)(\.)|(mailto|xmpp|tel)(:)|(@)([\pL\pN])`)
)

// inline makes one line of text mean itself in Markdown.
func inline(text string) string {
	text = address.ReplaceAllString(text, "$1$3$5$7\u2060$2$4$6$8")
	text = signs.Replace(text)
	if at := lineStart.FindStringIndex(text); at != nil {
		text = text[:at[1]-1] + `\` + text[at[1]-1:]
	}
	return text
}
