package scripts

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

const (
	// maxAsking is how long an answer waits for all that others know: display
	// names, languages, favourites. Slack gives a command 3 s in all.
	maxAsking = 800 * time.Millisecond
	// maxReading is how long it waits for Redis, which only says whether
	// something is saved.
	maxReading = 250 * time.Millisecond
	// maxSaving is how long saving may take before the person is told that it
	// did not work.
	maxSaving = 2 * time.Second
)

// Names knows what people are called.
type Names interface {
	// Name is the display name of a user, or fallback if there is none to be
	// had: unknown, deactivated, or Slack did not say in time.
	Name(ctx context.Context, userID, fallback string) string
}

// Caller asks Slack something under the rate limits; sender.Sender is one.
type Caller interface {
	Call(ctx context.Context, method string, args url.Values, out any) error
}

// Deps is what the room needs of the house.
type Deps struct {
	// Library is the content of this moment; it may change between calls.
	Library func() *playbook.Library
	Names   Names
	// Locale is the language of a user as Slack writes it ("en-GB"), "" if it is
	// not known in time. It may be nil.
	Locale func(ctx context.Context, userID string) string
	Send   slackbot.Sender
	// Slack finds the address of a message. It may be nil.
	Slack      Caller
	Favourites *Favourites
	// Contacts is whom to turn to after harm, in mrkdwn, paragraphs separated
	// by empty lines. Empty: careful words that hold anywhere.
	Contacts string
}

type room struct {
	Deps
	router *slackbot.Router
	finder func(*playbook.Library, string) playbook.Result // nil: the library's own
}

// Register adds the room to the router.
func Register(r *slackbot.Router, deps Deps) { (&room{Deps: deps, router: r}).register(r) }

func (m *room) register(r *slackbot.Router) {
	r.FreeText(m.freeText)
	r.Shortcut("find_words", m.findWords, slackbot.Stateless)
	r.Action(actionShow, m.show, slackbot.Stateless)
	r.Action(actionRole, m.role, slackbot.Stateless)
	r.Action(actionPick, m.pick, slackbot.Stateless)
	r.Action(actionSearch, m.pick, slackbot.Stateless)
	r.Action(actionGroup, m.group, slackbot.Stateless)
	r.Action(actionFollow, m.follow, slackbot.Stateless)
	r.Action(actionCredit, m.giveCredit, slackbot.Stateless)
	// These two need Redis, but say themselves when it is away.
	r.Action(actionSave, m.save, slackbot.Stateless)
	r.Action(actionRemove, m.remove, slackbot.Stateless)
	r.Suggest(actionSearch, m.suggest)
	slackbot.Handle(r, slackbot.WordsOpen, m.openWords, slackbot.Stateless)
	slackbot.Handle(r, slackbot.ScriptOpen, m.openScript, slackbot.Stateless)
	r.Section(slackbot.Section{Order: 10, Launcher: m.launcher, Home: m.home})
	r.Personal(slackbot.Personal{Name: "favourites", Export: m.Favourites.Export, Erase: m.Favourites.Erase})
}

// freeText answers what somebody typed after /ally, in a mention or in a direct
// message.
func (m *room) freeText(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	s := state{Show: showOther}
	if strings.TrimSpace(q.Text) != "" {
		s = m.find(ctx, q.Text, q.UserID)
	}
	answer := m.page(ctx, q.UserID, s).message()
	if q.DidYouMean != "" && s.Show != showCare {
		answer.Blocks = append(answer.Blocks, blockkit.Context(fmt.Sprintf(didYouMeanLine, blockkit.Escape(q.DidYouMean))))
	}
	return slackbot.Reply{Message: answer.Fitted()}, nil
}

// findWords opens the words for a message, also one in a thread. There one
// writes, so the written form comes first.
func (m *room) findWords(ctx context.Context, _ slackbot.Task, c slackbot.Shortcut) error {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	s := state{Show: showOther}
	if strings.TrimSpace(c.MessageText) != "" {
		s = m.findFor(asking, c.MessageText, c.MessageUser, c.UserID)
	}
	s.Written = true
	s.Channel, s.TS = c.Origin.ChannelID, c.Origin.MessageTS
	if err := m.Send.OpenModal(ctx, c.TriggerID, m.page(asking, c.UserID, s).modal()); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) { // it is open
		return fmt.Errorf("opening the words for a message: %w", err)
	}
	return nil
}

// show puts what a button stands for in the place of what was there.
func (m *room) show(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.put(ctx, a, decode(a.Value), "")
}

// role shows the words for who somebody is in the moment.
func (m *room) role(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := carried(a)
	s.Role, s.Assumed = playbook.Role(a.Value), false
	return m.put(ctx, a, s, "")
}

// pick shows the words of a moment picked from a list or a search.
func (m *room) pick(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.put(ctx, a, picked(a.Value, carried(a)), "")
}

// group shows the moments of a group.
func (m *room) group(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := carried(a)
	s.Show, s.Group = showGroup, a.Value
	return m.put(ctx, a, s, "")
}

// carried is the state in the window around a list or, in a conversation, in the
// block that holds it.
func carried(a slackbot.Action) state {
	if a.Origin.CallbackID == callbackAnswer && strings.HasPrefix(a.Origin.PrivateMetadata, "{") {
		return decode(a.Origin.PrivateMetadata)
	}
	if !strings.HasPrefix(a.BlockID, "{") {
		return state{}
	}
	return decode(a.BlockID)
}

// put shows a state where the person acted, with a notice that may be empty. App
// Home stays as it is: there the answer opens on top.
func (m *room) put(ctx context.Context, a slackbot.Action, s state, notice string) error {
	p := m.page(ctx, a.UserID, s)
	p.notice = notice
	var err error
	switch a.Origin.ViewType {
	case "modal":
		if err = m.Send.UpdateModal(ctx, a.Origin.ViewID, p.modal()); errors.Is(err, slackbot.ErrViewNotFound) {
			err = nil // it was closed meanwhile
		}
	case "home":
		if err = m.Send.OpenModal(ctx, a.TriggerID, p.modal()); errors.Is(err, slackbot.ErrTriggerUsed) {
			err = nil // it is open
		}
		if err == nil {
			m.freshHome(ctx, a.UserID)
		}
	default:
		err = m.Send.Replace(ctx, a.Origin, p.message().Fitted())
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
func (m *room) suggest(ctx context.Context, q slackbot.Suggestion) ([]slackbot.Option, error) {
	var out []slackbot.Option
	for _, o := range m.content(ctx, q.UserID).suggest(q.Query) {
		out = append(out, slackbot.Option{Label: o.Label, Value: o.Value})
	}
	return out, nil
}

// launcher is the room's part of the launcher. Without an answer from Redis it
// has no favourites.
func (m *room) launcher(ctx context.Context, userID string) []slack.Block {
	saved, _ := m.favourites(ctx, userID)
	return m.content(ctx, userID).launcher(saved)
}

// home is the room's part of App Home.
func (m *room) home(ctx context.Context, userID string) []slack.Block {
	saved, err := m.favourites(ctx, userID)
	return m.content(ctx, userID).home(saved, err != nil)
}
