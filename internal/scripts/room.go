package scripts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// maxNaming is how long an answer waits for somebody's display name before it
// takes the one in the mention: Slack gives a command 3 s in all.
const maxNaming = 800 * time.Millisecond

// Names knows what people are called.
type Names interface {
	// Name is the display name of a user, or fallback if there is none to be
	// had: unknown, deactivated, or Slack did not say in time.
	Name(ctx context.Context, userID, fallback string) string
}

// Deps is what the room needs of the house.
type Deps struct {
	// Library is the content of this moment; it may change between calls.
	Library func() *playbook.Library
	Names   Names
	Send    slackbot.Sender
	// Contacts is whom to turn to after harm, in mrkdwn, paragraphs separated
	// by empty lines. Empty: careful words that hold anywhere.
	Contacts string
}

type room struct {
	Deps
	router *slackbot.Router
}

// Register adds the room to the router.
func Register(r *slackbot.Router, deps Deps) {
	m := &room{Deps: deps, router: r}
	r.FreeText(m.freeText)
	r.Shortcut("find_words", m.findWords, slackbot.Stateless)
	r.Action(actionShow, m.show, slackbot.Stateless)
	r.Action(actionPick, m.pick, slackbot.Stateless)
	r.Action(actionSearch, m.pick, slackbot.Stateless)
	r.Action(actionGroup, m.group, slackbot.Stateless)
	r.Suggest(actionSearch, m.suggest)
	r.Section(slackbot.Section{
		Order:    10,
		Launcher: func(context.Context, string) []slack.Block { return launcher(m.Library()) },
		Home:     func(context.Context, string) []slack.Block { return home(m.Library()) },
	})
}

// freeText answers what somebody typed after /ally, in a mention or in a direct
// message.
func (m *room) freeText(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	lib := m.Library()
	s := state{Show: showOther}
	if strings.TrimSpace(q.Text) != "" {
		s = m.find(ctx, lib, q.Text, q.UserID)
	}
	answer := message(lib, s, m.Contacts)
	if q.DidYouMean != "" && s.Show != showCare {
		answer.Blocks = append(answer.Blocks, blockkit.Context(fmt.Sprintf(didYouMeanLine, blockkit.Escape(q.DidYouMean))))
	}
	return slackbot.Reply{Message: answer.Fitted()}, nil
}

// find says what to show for a text.
func (m *room) find(ctx context.Context, lib *playbook.Library, text, asker string) state {
	found := lib.Find(text)
	return answer(found, m.name(ctx, found.Name, asker))
}

// name is how to call who the text is about: by the display name, else as the
// text has it. People who mention themselves speak for themselves.
func (m *room) name(ctx context.Context, n playbook.Name, asker string) string {
	name := n.Written
	if n.UserID != "" {
		if n.UserID == asker {
			return ""
		}
		ctx, cancel := context.WithTimeout(ctx, maxNaming)
		defer cancel()
		name = spoken(m.Names.Name(ctx, n.UserID, n.Label))
	}
	return shownName(name)
}

// findWords opens the words for a message, also one in a thread.
func (m *room) findWords(ctx context.Context, _ slackbot.Task, c slackbot.Shortcut) error {
	lib := m.Library()
	s := state{Show: showOther}
	if strings.TrimSpace(c.MessageText) != "" {
		s = m.find(ctx, lib, c.MessageText, c.UserID)
	}
	if err := m.Send.OpenModal(ctx, c.TriggerID, modal(lib, s, m.Contacts)); err != nil {
		return fmt.Errorf("opening the words for a message: %w", err)
	}
	return nil
}

// show puts what a button stands for in the place of what was there.
func (m *room) show(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.put(ctx, a, decode(a.Value))
}

// pick shows the words of a moment picked from a list or a search.
func (m *room) pick(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.put(ctx, a, picked(a.Value, carried(a)))
}

// group shows the moments of a group.
func (m *room) group(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := carried(a)
	s.Show, s.Group = showGroup, a.Value
	return m.put(ctx, a, s)
}

// carried is the state in the block that holds a list.
func carried(a slackbot.Action) state {
	if !strings.HasPrefix(a.BlockID, "{") {
		return state{}
	}
	return decode(a.BlockID)
}

// put shows a state where the person acted. App Home stays as it is: there the
// answer opens on top.
func (m *room) put(ctx context.Context, a slackbot.Action, s state) error {
	lib := m.Library()
	var err error
	switch a.Origin.ViewType {
	case "modal":
		err = m.Send.UpdateModal(ctx, a.Origin.ViewID, modal(lib, s, m.Contacts))
	case "home":
		if err = m.Send.OpenModal(ctx, a.TriggerID, modal(lib, s, m.Contacts)); err == nil {
			m.freshHome(ctx, a.UserID)
		}
	default:
		err = m.Send.Replace(ctx, a.Origin, message(lib, s, m.Contacts).Fitted())
	}
	if err != nil {
		return fmt.Errorf("showing the words: %w", err)
	}
	return nil
}

// freshHome publishes Home anew after a pick. A list keeps what was picked, and
// picking the same again would do nothing; Slack gives new blocks an empty one.
// The words are open already, so a failure here is not worth a word.
func (m *room) freshHome(ctx context.Context, userID string) {
	if t, err := slackbot.NewTask("home.refresh", slackbot.HomeOpened{UserID: userID, Tab: "home"}); err == nil && m.router.Handles(t.Name) {
		_ = m.router.Do(ctx, *t)
	}
}

// suggest offers moments while somebody types.
func (m *room) suggest(_ context.Context, q slackbot.Suggestion) ([]slackbot.Option, error) {
	var out []slackbot.Option
	for _, o := range suggest(m.Library(), q.Query) {
		out = append(out, slackbot.Option{Label: o.Label, Value: o.Value})
	}
	return out, nil
}
