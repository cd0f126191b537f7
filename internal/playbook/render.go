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
	for _, w := range s.Words {
		renderPart(&b, headingOf(w.Tone), w.Text)
	}
	renderPart(&b, headPushBack, s.PushBack)
	renderPart(&b, headFollowUp, s.FollowUp)
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

func renderPart(b *strings.Builder, heading, text string) {
	with, without := Fill(text, "Sam"), Fill(text, "")
	fmt.Fprintf(b, "\n%s\n", heading)
	if with != without {
		fmt.Fprintf(b, "  with a name:    %s\n  without a name: %s\n", with, without)
		return
	}
	fmt.Fprintf(b, "  %s\n", with)
}

func joinRoles(roles []Role) string {
	var all []string
	for _, r := range roles {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}
