package playbook

import (
	"fmt"
	"strings"
)

// Render shows a script as plain text, for authors to read aloud: every part for
// each role and form, with each value and without it. What with leaves empty is
// filled with examples.
func Render(s *Script, with Values) string {
	if with.Name == "" {
		with.Name = "Sam"
	}
	if with.Topic == "" {
		with.Topic = "the pricing page"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s)\n%s\n", s.Title, s.ID, s.Moment)
	fmt.Fprintf(&b, "practices: %s · roles: %s · locale: %s\n", strings.Join(s.Practices, ", "), joinRoles(s.Roles), s.Locale)
	for _, line := range []struct{ key, value string }{
		{"family", s.Family},
		{"why", s.Why},
		{"source", s.Source},
		{"often next", strings.Join(s.See, ", ")},
		{"translations", joinLocales(s.translations)},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", line.key, line.value)
		}
	}
	for _, t := range s.Texts {
		renderText(&b, t, with)
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

func renderText(b *strings.Builder, t Text, with Values) {
	fmt.Fprintf(b, "\n%s\n", t.Heading())
	if !strings.ContainsRune(t.Text, '{') {
		fmt.Fprintf(b, "  %s\n", t.Text)
		return
	}
	seen := map[string]bool{}
	for _, v := range []struct {
		label string
		with  Values
	}{
		{"without", Values{}},
		{"with a name", Values{Name: with.Name}},
		{"with a topic", Values{Topic: with.Topic}},
		{"with both", with},
	} {
		if text := Fill(t.Text, v.with); !seen[text] {
			seen[text] = true
			fmt.Fprintf(b, "  %-14s %s\n", v.label+":", text)
		}
	}
}

func joinLocales(translations []*Script) string {
	var all []string
	for _, t := range translations {
		all = append(all, t.Locale)
	}
	return strings.Join(all, ", ")
}

func joinRoles(roles []Role) string {
	var all []string
	for _, r := range roles {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}
