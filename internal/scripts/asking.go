package scripts

import (
	"context"

	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// find says what to show somebody who typed a text.
func (m *room) find(ctx context.Context, text, asker string) state {
	c := content{lib: m.Library(), finder: m.finder}
	found := c.find(text)
	return m.about(ctx, c, found, asker, asker)
}

// findFor says what to show somebody for a message. Of somebody else's they are a
// witness: "I" is its author, whom it happened to if they say so.
func (m *room) findFor(ctx context.Context, text, author, asker string) state {
	c := content{lib: m.Library(), finder: m.finder}
	found := c.find(text)
	if author != "" && author != asker {
		if found.Role == playbook.Affected && found.Name == (playbook.Name{}) {
			found.Name.UserID = author
		}
		found.Role = playbook.Bystander
	}
	return m.about(ctx, c, found, author, asker)
}

// about is what was found with the name of who it is about: by their display
// name, else as the text has it. Who mentions themselves speaks of themselves.
func (m *room) about(ctx context.Context, c content, found playbook.Result, author, asker string) state {
	n := found.Name
	if n.UserID == asker || n.UserID == author && found.Role != playbook.Bystander {
		n.UserID, n.Label = "", ""
	}
	name := n.Written
	if n.UserID != "" {
		name = people.Spoken(m.Names.Name(ctx, n.UserID, n.Label))
	}
	s := answer(c.lib, found, shownName(name))
	if s.Name != "" {
		s.UserID = n.UserID
	}
	return s
}

// page is an answer for somebody, with what is known of them in time.
func (m *room) page(ctx context.Context, userID string, s state) page {
	p := page{content: m.content(ctx, userID), contacts: m.Contacts, credit: m.router.Handles(slackbot.CreditOpen)}
	p.state = current(p.lib, s)
	if p.Show != showWords {
		return p
	}
	ctx, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	p.saved, _ = m.Favourites.Has(ctx, userID, p.Script) // in doubt it can be saved again
	return p
}

// content is what there is to show somebody. Their language is asked for only if
// there is more than one.
func (m *room) content(ctx context.Context, userID string) content {
	c := content{lib: m.Library(), finder: m.finder}
	if m.Locale != nil && translated(c.lib) {
		ctx, cancel := context.WithTimeout(ctx, maxAsking/2)
		defer cancel()
		c.locale = m.Locale(ctx, userID)
	}
	return c
}

func translated(lib *playbook.Library) bool {
	for _, s := range lib.Scripts() {
		if len(s.Translations()) > 0 {
			return true
		}
	}
	return false
}
