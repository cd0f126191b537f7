package prep

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

const (
	// maxReading is how long a window waits for the kept pages, maxAsking for
	// all that Slack knows of people. Slack gives 3 s in all.
	maxReading = 250 * time.Millisecond
	maxAsking  = 600 * time.Millisecond
	// maxWriting is how long keeping may take before the person is told that it
	// did not work.
	maxWriting = 1200 * time.Millisecond
)

// Names knows what people are called.
type Names interface {
	// Name is the display name of a user, or fallback if there is none to be had.
	Name(ctx context.Context, userID, fallback string) string
}

// Deps is what the room needs of the house.
type Deps struct {
	// Library is the content of this moment; it may change between calls.
	Library func() *playbook.Library
	Names   Names
	// Zone is a person's time zone and Locale their language, nil and "" if they
	// are not known in time.
	Zone   func(ctx context.Context, userID string) *time.Location
	Locale func(ctx context.Context, userID string) string
	Send   slackbot.Sender
	Pages  *Pages
	// Contacts is whom to turn to after harm, in mrkdwn, paragraphs separated by
	// empty lines. Empty: careful words that hold anywhere.
	Contacts string
	Now      func() time.Time
	// NewID names pages; default random.
	NewID func() string
}

type room struct {
	Deps
	router *slackbot.Router
}

// Register adds the room to the router.
func Register(r *slackbot.Router, deps Deps) {
	if deps.NewID == nil {
		deps.NewID = rand.Text
	}
	m := &room{Deps: deps, router: r}
	r.Command(slackbot.Command{
		Word: "prep", Usage: "`/ally prep [what happened]`", Summary: summaryLine,
		Parse:  func(string) slackbot.Parsed { return slackbot.Parses },
		Answer: m.answer,
	})
	// All need nothing stored, or say themselves when they cannot reach it.
	r.Action(actionOpen, m.opened, slackbot.Stateless)
	r.Action(actionView, m.view, slackbot.Stateless)
	r.Action(actionDelete, m.delete, slackbot.Stateless)
	r.Submission(callbackForm, m.submitForm)
	r.Submission(callbackCare, m.submitCare)
	r.Submission(callbackPage, m.submitPage)
	r.Submission(callbackKept, m.submitKept)
	r.Section(slackbot.Section{
		Order:    20,
		Launcher: func(context.Context, string) []slack.Block { return []slack.Block{entry()} },
		Home:     m.home,
	})
	r.Personal(slackbot.Personal{Name: "prepared conversations", Export: deps.Pages.Export, Erase: deps.Pages.Erase})
}

// answer answers /ally prep with a window. In a mention or a direct message there
// is nothing to open one with, so it answers with a button.
func (m *room) answer(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	if q.TriggerID == "" {
		return slackbot.Reply{Message: m.instead(q.Rest, askTitle)}, nil
	}
	err := m.Send.OpenModal(ctx, q.TriggerID, m.first(ctx, q.UserID, q.Rest))
	switch {
	case errors.Is(err, slackbot.ErrTriggerUsed): // Slack sent the command twice
	case err != nil:
		// Whatever it was, a press of a button is a new chance.
		return slackbot.Reply{Message: m.instead(q.Rest, lateLine)}, nil
	}
	return slackbot.Reply{}, nil
}

// instead is an answer with a button that opens the window.
func (m *room) instead(text, line string) blockkit.Message {
	if m.harm(text) {
		return careMessage(m.Contacts, text).Fitted()
	}
	return ask(text, line).Fitted()
}

// opened opens the window for a button.
func (m *room) opened(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	open := m.Send.OpenModal
	if a.Origin.ViewType == "modal" {
		open = m.Send.PushModal
	}
	window := m.first
	if strings.HasSuffix(a.ActionID, afterCare) {
		window = m.afterCare
	}
	if err := open(ctx, a.TriggerID, window(ctx, a.UserID, a.Value)); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) {
		return fmt.Errorf("opening the form: %w", err)
	}
	return nil
}

// first is the window for a text in Slack's own form: whom to turn to after harm,
// else the form.
func (m *room) first(ctx context.Context, userID, text string) blockkit.Modal {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	d := m.prefilled(asking, text, userID)
	if m.harm(text) {
		return careWindowFor(m.Contacts, carried{Draft: &draft{What: d.What}})
	}
	return m.form(ctx, asking, userID, d, carried{})
}

// afterCare is the form for a text beside which whom to turn to was shown.
func (m *room) afterCare(ctx context.Context, userID, text string) blockkit.Modal {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	return m.form(ctx, asking, userID, draft{What: m.readable(asking, text)}, carried{Cared: true})
}

func (m *room) harm(text string) bool {
	return strings.TrimSpace(text) != "" && m.Library().Find(text).Harm
}

// prefilled is what a text in Slack's own form says of the conversation already.
func (m *room) prefilled(ctx context.Context, text, asker string) draft {
	if strings.TrimSpace(text) == "" {
		return draft{}
	}
	found := m.Library().Find(text)
	d := draft{What: m.readable(ctx, text), UserID: partnerIn(text, found, asker)}
	if found.Role == playbook.Doer {
		d.Goal = goalFor(m.Library().Goals(), playbook.Doer)
		if d.UserID == "" {
			d.Name = shownName(found.Name.Written)
		}
	}
	return d
}

// readable is a text as people read it, mentions by the name.
func (m *room) readable(ctx context.Context, text string) string {
	text = mention.ReplaceAllStringFunc(text, func(token string) string {
		part := mention.FindStringSubmatch(token)
		if name := shownName(people.Spoken(m.Names.Name(ctx, part[1], part[2]))); name != "" {
			return blockkit.Escape(name)
		}
		return token
	})
	return blockkit.Cut(blockkit.Decode(text), blockkit.MaxTyped)
}

// form waits for Redis as long as ctx allows, for Slack as long as asking does.
func (m *room) form(ctx, asking context.Context, userID string, d draft, c carried) blockkit.Modal {
	return form(m.Library().Goals(), d, m.kept(ctx, asking, userID), c)
}

// submitForm hands back the page, on top of the form, so that Back leads to what
// was typed.
func (m *room) submitForm(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	d := draftOf(s.State)
	ctx, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	if wrong := m.check(ctx, s.UserID, d); len(wrong) > 0 {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	found := m.Library().Find(blockkit.Escape(d.What))
	if found.Harm && !readCarried(s.Origin.PrivateMetadata).Cared {
		d.What = "" // the page has no use for it
		v := careWindowFor(m.Contacts, carried{Draft: &d, ToPage: true})
		return slackbot.SubmissionReply{Push: &v}, nil
	}
	v := m.page(ctx, s.UserID, d, found)
	return slackbot.SubmissionReply{Push: &v}, nil
}

// submitCare goes on after whom to turn to was shown.
func (m *room) submitCare(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	c := readCarried(s.Origin.PrivateMetadata)
	d := draft{}
	if c.Draft != nil {
		d = *c.Draft
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	if c.ToPage && d.goal(m.Library().Goals()) != nil {
		v := m.page(asking, s.UserID, d, playbook.Result{})
		return slackbot.SubmissionReply{Update: &v}, nil
	}
	v := m.form(ctx, asking, s.UserID, d, carried{Cared: true})
	return slackbot.SubmissionReply{Update: &v}, nil
}

// submitPage keeps the page as it was changed.
func (m *room) submitPage(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	c := readCarried(s.Origin.PrivateMetadata)
	text := blockkit.Clean(s.State[fieldPage].Value)
	wrong := func(line string) (slackbot.SubmissionReply, error) {
		return slackbot.SubmissionReply{Errors: map[string]string{fieldPage: line}}, nil
	}
	if blank(text) {
		return wrong(keptNothing)
	}
	if !pageID.MatchString(c.ID) {
		c.ID = m.NewID()
	}
	k := Kept{ID: c.ID, Title: c.Title, Text: text}
	writing, cancel := context.WithTimeout(ctx, maxWriting)
	defer cancel()
	var err error
	k.Until, err = m.Pages.Keep(writing, s.UserID, k)
	switch {
	case errors.Is(err, errFull):
		return wrong(fmt.Sprintf(keptFull, maxKept))
	case errors.Is(err, errLarge):
		return wrong(keptLarge)
	case err != nil:
		return wrong(keptAway)
	}
	v := done(k, m.zoneOrUTC(ctx, s.UserID))
	reply := slackbot.SubmissionReply{Update: &v}
	// Home may be open behind the window.
	if m.router.Handles(homeRefresh) {
		reply.Task, _ = slackbot.NewTask(homeRefresh, slackbot.HomeOpened{UserID: s.UserID, Tab: "home"})
	}
	return reply, nil
}

// submitKept changes a kept page. It stays for as long as it would have.
func (m *room) submitKept(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	c := readCarried(s.Origin.PrivateMetadata)
	text := blockkit.Clean(s.State[fieldPage].Value)
	wrong := func(line string) (slackbot.SubmissionReply, error) {
		return slackbot.SubmissionReply{Errors: map[string]string{fieldPage: line}}, nil
	}
	if blank(text) {
		return wrong(keptNothing)
	}
	writing, cancel := context.WithTimeout(ctx, maxWriting)
	defer cancel()
	k, err := m.Pages.Change(writing, s.UserID, c.ID, text)
	switch {
	case errors.Is(err, errGone):
		return wrong(viewGone)
	case errors.Is(err, errLarge):
		return wrong(keptLarge)
	case err != nil:
		return wrong(changeAway)
	}
	v := view(k, m.zoneOrUTC(ctx, s.UserID), c, changed)
	return slackbot.SubmissionReply{Update: &v}, nil
}

// homeRefresh publishes Home anew: a slackbot.HomeOpened.
const homeRefresh = "home.refresh"

// pageID is what names a page.
var pageID = regexp.MustCompile(`^[A-Za-z0-9]{1,40}$`)

func (m *room) page(ctx context.Context, userID string, d draft, found playbook.Result) blockkit.Modal {
	zone, _ := m.zone(ctx, userID)
	goal := d.goal(m.Library().Goals())
	p := compose(m.Library(), goal, found, m.partner(ctx, d), d.when(zone), m.locale(ctx, userID))
	return page(p, carried{ID: m.NewID(), Title: p.title() + " · " + p.Goal})
}

// partner is what to call whom they talk to: as typed, else by the display name.
func (m *room) partner(ctx context.Context, d draft) string {
	if name := shownName(d.Name); name != "" || d.UserID == "" {
		return name
	}
	return shownName(people.Spoken(m.Names.Name(ctx, d.UserID, "")))
}

func (m *room) check(ctx context.Context, userID string, d draft) map[string]string {
	zone, known := m.zone(ctx, userID)
	return d.check(m.Library().Goals(), userID, m.Now().In(zone), known)
}

// earliest is where a day ends last: what is over there is over everywhere.
var earliest = time.FixedZone("", -12*60*60)

func (m *room) zone(ctx context.Context, userID string) (zone *time.Location, known bool) {
	if m.Zone != nil {
		ctx, cancel := context.WithTimeout(ctx, maxAsking)
		defer cancel()
		if zone := m.Zone(ctx, userID); zone != nil {
			return zone, true
		}
	}
	return earliest, false
}

func (m *room) zoneOrUTC(ctx context.Context, userID string) *time.Location {
	if zone, known := m.zone(ctx, userID); known {
		return zone
	}
	return time.UTC
}

func (m *room) locale(ctx context.Context, userID string) string {
	if m.Locale == nil {
		return ""
	}
	return m.Locale(ctx, userID)
}

// kept is what somebody kept, as far as it can be read in time.
func (m *room) kept(ctx, asking context.Context, userID string) kept {
	reading, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	pages, err := m.Pages.List(reading, userID)
	k := kept{pages: pages, away: err != nil, zone: time.UTC}
	if len(pages) > 0 {
		k.zone = m.zoneOrUTC(asking, userID)
	}
	return k
}

// home is the room's part of App Home.
func (m *room) home(ctx context.Context, userID string) []slack.Block {
	return append([]slack.Block{entry()}, m.kept(ctx, ctx, userID).blocks()...)
}

func draftOf(state map[string]slackbot.Value) draft {
	d := draft{
		What: state[fieldWhat].Value, Name: state[fieldName].Value,
		Day: state[fieldDay].Value, Time: state[fieldTime].Value,
	}
	if users := state[fieldWho].Users; len(users) > 0 {
		d.UserID = users[0]
	}
	if options := state[fieldGoal].Options; len(options) > 0 {
		d.Goal = options[0]
	}
	return d
}

// view opens a kept page.
func (m *room) view(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	c := carried{}
	open := m.Send.OpenModal
	if a.Origin.ViewType == "modal" {
		open = m.Send.PushModal
		if a.Origin.CallbackID == callbackForm {
			c.Form, c.Cared = a.Origin.ViewID, readCarried(a.Origin.PrivateMetadata).Cared
		}
	}
	reading, cancel := context.WithTimeout(ctx, maxWriting)
	defer cancel()
	k, err := m.Pages.Find(reading, a.UserID, a.Value)
	var v blockkit.Modal
	switch {
	case errors.Is(err, errGone):
		v = note(viewGone)
	case err != nil:
		v = note(viewAway)
	default:
		v = view(k, m.zoneOrUTC(ctx, a.UserID), c, "")
	}
	if err := open(ctx, a.TriggerID, v); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) {
		return fmt.Errorf("opening a kept page: %w", err)
	}
	if strings.HasSuffix(a.ActionID, fromList) {
		// A list keeps what was picked, and picking the same again would do nothing.
		switch {
		case c.Form != "":
			m.freshForm(ctx, a.UserID, c)
		case a.Origin.ViewType == "home":
			m.freshHome(ctx, a.UserID)
		}
	}
	return nil
}

// delete deletes a kept page and says so in its window. What lists it is shown
// anew: the form below, and Home.
func (m *room) delete(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	writing, cancel := context.WithTimeout(ctx, maxWriting)
	defer cancel()
	said := deleteDone
	err := m.Pages.Delete(writing, a.UserID, a.Value)
	if err != nil {
		said = deleteAway
	}
	if err := m.Send.UpdateModal(ctx, a.Origin.ViewID, note(said)); err != nil && !errors.Is(err, slackbot.ErrViewNotFound) {
		return fmt.Errorf("saying what became of a page: %w", err)
	}
	if err != nil {
		return nil
	}
	if c := readCarried(a.Origin.PrivateMetadata); c.Form != "" {
		m.freshForm(ctx, a.UserID, c)
	}
	m.freshHome(ctx, a.UserID)
	return nil
}

// freshForm shows the form anew with what is kept now. What was typed into it
// stays: Slack keeps it for the same inputs.
func (m *room) freshForm(ctx context.Context, userID string, c carried) {
	_ = m.Send.UpdateModal(ctx, c.Form, m.form(ctx, ctx, userID, draft{}, c))
}

// freshHome publishes Home anew, as far as that is possible: the page is deleted
// already.
func (m *room) freshHome(ctx context.Context, userID string) {
	if t, err := slackbot.NewTask(homeRefresh, slackbot.HomeOpened{UserID: userID, Tab: "home"}); err == nil && m.router.Handles(t.Name) {
		_ = m.router.Do(ctx, *t)
	}
}
