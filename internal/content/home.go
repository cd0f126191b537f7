package content

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

const (
	// maxShown is how many mistakes are listed at once.
	maxShown = 10
	// maxLine is how much of one is shown, in UTF-16 units: ten of them fit a block.
	maxLine = 250
	// lookupTime is how long Home waits to learn whether somebody is an admin.
	lookupTime = 2 * time.Second
)

// Home is what the section of App Home needs.
type Home struct {
	Store  *Store
	People interface {
		Find(ctx context.Context, userID string) (people.Person, error)
	}
	// Admins are user ids beside Slack's workspace admins and owners.
	Admins []string
}

// Register adds the section, which only admins see, and only while there is
// something to mend.
func Register(r *slackbot.Router, h Home) {
	r.Section(slackbot.Section{Order: 900, Home: h.blocks})
}

func (h Home) blocks(ctx context.Context, userID string) []slack.Block {
	problems := h.Store.Problems()
	if len(problems) == 0 || !h.isAdmin(ctx, userID) {
		return nil
	}
	lines := []string{"*Words to mend*"}
	for _, p := range problems[:min(len(problems), maxShown)] {
		lines = append(lines, "• "+blockkit.Escape(blockkit.Cut(line(p), maxLine)))
	}
	if more := len(problems) - maxShown; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more: `ally playbooks lint` lists them all.", more))
	}
	return []slack.Block{
		blockkit.Section(strings.Join(lines, "\n")),
		blockkit.Context("Only admins see this. Ally goes on with the last good version of each file."),
	}
}

// line is a mistake as one reads it: where it is, then what to do.
func line(p playbook.Problem) string {
	if p.Line == 0 {
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s, line %d: %s", p.File, p.Line, p.What)
}

func (h Home) isAdmin(ctx context.Context, userID string) bool {
	if slices.Contains(h.Admins, userID) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	p, err := h.People.Find(ctx, userID)
	return err == nil && p.Admin
}
