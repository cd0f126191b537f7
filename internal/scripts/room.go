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
	// These two need Redis, but say themselves when it is away.
	r.Action(actionSave, m.save, slackbot.Stateless)
	r.Action(actionRemove, m.remove, slackbot.Stateless)
	r.Suggest(actionSearch, m.suggest)
	slackbot.Handle(r, slackbot.WordsOpen, m.openWords, slackbot.Stateless)
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
		name = spoken(m.Names.Name(ctx, n.UserID, n.Label))
	}
	s := answer(c.lib, found, shownName(name))
	if s.Name != "" {
		s.UserID = n.UserID
	}
	return s
}

// page is an answer for somebody, with what is known of them in time.
func (m *room) page(ctx context.Context, userID string, s state) page {
	p := page{content: m.content(ctx, userID), contacts: m.Contacts}
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
	if err := m.Send.OpenModal(ctx, c.TriggerID, m.page(asking, c.UserID, s).modal()); err != nil {
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

// save saves the words for the person and says so in their place.
func (m *room) save(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := current(m.Library(), decode(a.Value))
	return m.change(ctx, a, s, savedNotice, func(ctx context.Context) error {
		return m.Favourites.Save(ctx, a.UserID, Favourite{Script: s.Script, Tone: s.Tone, Role: s.Role, Written: s.Written})
	})
}

// remove takes them off again.
func (m *room) remove(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := current(m.Library(), decode(a.Value))
	return m.change(ctx, a, s, removedNotice, func(ctx context.Context) error {
		return m.Favourites.Remove(ctx, a.UserID, s.Script)
	})
}

// change changes the favourites and says what came of it. With Redis away that
// is all that happens: the words stay where they are.
func (m *room) change(ctx context.Context, a slackbot.Action, s state, done string, do func(context.Context) error) error {
	if s.Script == "" { // gone since the answer was given
		return m.put(ctx, a, s, "")
	}
	saving, cancel := context.WithTimeout(ctx, maxSaving)
	defer cancel()
	err := do(saving)
	switch {
	case errors.Is(err, errFull):
		done = fmt.Sprintf(fullNotice, maxFavourites)
	case err != nil:
		done = awayNotice
	}
	if err := m.put(ctx, a, s, done); err != nil {
		return err
	}
	if err == nil && a.Origin.ViewType != "" {
		m.freshHome(ctx, a.UserID) // it may be open below the window
	}
	return nil
}

// carried is the state in the block that holds a list.
func carried(a slackbot.Action) state {
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
		err = m.Send.UpdateModal(ctx, a.Origin.ViewID, p.modal())
	case "home":
		if err = m.Send.OpenModal(ctx, a.TriggerID, p.modal()); err == nil {
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

func (m *room) favourites(ctx context.Context, userID string) ([]Favourite, error) {
	ctx, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	return m.Favourites.List(ctx, userID)
}
