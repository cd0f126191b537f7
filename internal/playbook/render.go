package playbook

import (
	"fmt"
	"strings"
)

// Render shows a script as plain text, every part with and without a name, for
// authors to read aloud.
func Render(s *Script) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s)\n%s\n", s.Title, s.ID, s.Moment)
	fmt.Fprintf(&b, "practices: %s · roles: %s · locale: %s\n", strings.Join(s.Practices, ", "), joinRoles(s.Roles), s.Locale)
	if s.Source != "" {
		fmt.Fprintf(&b, "source: %s\n", s.Source)
	}
	for _, t := range s.Texts {
		renderText(&b, t)
	}
	fmt.Fprintf(&b, "\n%s\n", headAvoid)
	for _, a := range s.Avoid {
		fmt.Fprintf(&b, "  - %s\n", a)
	}
	b.WriteString("\nHow people describe it\n")
	for _, p := range s.Phrases {
		fmt.Fprintf(&b, "  - %s\n", p)
	}
	return b.String()
}

func renderText(b *strings.Builder, t Text) {
	fmt.Fprintf(b, "\n%s\n", t.Heading())
	plain := Fill(t.Text, Values{})
	variants := []struct {
		label string
		with  Values
	}{
		{"with a name", Values{Name: "Sam"}},
		{"with a topic", Values{Topic: "the pricing page"}},
		{"with both", Values{Name: "Sam", Topic: "the pricing page"}},
	}
	seen := map[string]bool{plain: true}
	for _, v := range variants {
		if text := Fill(t.Text, v.with); !seen[text] {
			seen[text] = true
			fmt.Fprintf(b, "  %-14s %s\n", v.label+":", text)
		}
	}
	label := ""
	if len(seen) > 1 {
		label = fmt.Sprintf("%-14s ", "without:")
	}
	fmt.Fprintf(b, "  %s%s\n", label, plain)
}

func joinRoles(roles []Role) string {
	var all []string
	for _, r := range roles {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}
