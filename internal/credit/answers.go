package credit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/slackbot"
)

// What those credited decide.

const callbackNaming = "credit.naming"

const (
	namingTitle   = "Being credited"
	namingLead    = "When a colleague credits me:"
	namingNote    = "It holds for all credit to come. Nobody else sees what you choose. You can always take a single post down."
	namingPublic  = "Name me in public"
	namingPublic2 = "where my colleague posts it"
	namingPrivate = "Tell me privately"
	namingAlone   = "nothing with my name is posted"
	namingAsk     = "Ask me first"
	namingAsk2    = "each time, before anything is posted"
	namingSaved   = "Saved."
	notYours      = "Only the person who gave this credit and those credited can change it."
	nothingHere   = "This credit is not there any more."
	notNamed      = "Your name is not on it."
)

func (m *room) registerAnswers(r *slackbot.Router) {
	// Somebody of another organisation who is credited decides as well.
	for action, to := range map[string]Standing{actionPost: Named, actionPrivate: Private, actionDecline: Declined, actionDown: Private} {
		r.Action(action, func(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
			return m.decide(ctx, a, a.Value, to)
		}, slackbot.Anyone)
	}
	r.Action(actionNaming, m.openNaming, slackbot.Anyone)
	r.Submission(callbackNaming, m.submitNaming)
}

// stand changes how one person's part of a credit stands, as they wish, and makes
// Slack agree. It changes nothing for those who are not credited, or not any more.
func (m *room) stand(ctx context.Context, userID, id string, to Standing) (Credit, error) {
	c, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
		r := c.Receiver(userID)
		if !c.Stands() || r == nil || r.Standing == Left || r.Standing == Declined || r.Standing == to {
			return nil
		}
		if to == Named && c.Dest.ChannelID == "" {
			return nil // there is nowhere to post it
		}
		if to == Named && c.Posting == Doubtful && len(c.With(Named)) == 0 {
			// It was kept private after a post in doubt: this is another one.
			c.Posting = Unposted
			c.Tries++
		}
		r.Standing, r.Told, r.NotBefore = to, true, time.Time{}
		c.Rev++
		return nil
	})
	if err != nil || c.Receiver(userID) == nil {
		return c, err
	}
	if err := m.carryOut(ctx, id, userID); err != nil {
		return c, err
	}
	now, err := m.Ledger.Find(ctx, id)
	if errors.Is(err, ErrNoCredit) {
		return c, nil
	}
	return now, err
}

// decide is a press of somebody credited on what should become of their part.
func (m *room) decide(ctx context.Context, a slackbot.Action, id string, to Standing) error {
	c, err := m.stand(ctx, a.UserID, id, to)
	if errors.Is(err, ErrNoCredit) {
		return m.replaceWith(ctx, a, nothingHere)
	}
	if err != nil {
		return err
	}
	r := c.Receiver(a.UserID)
	if r == nil {
		return m.whisper(ctx, a, say(notYours))
	}
	if !inDirect(a.Origin) { // acted on in the post: it is the notice that shows it
		return m.freshCard(ctx, c, *r)
	}
	if err := m.knowCard(ctx, c, *r, a.Origin); err != nil {
		return err
	}
	if err := m.Send.Replace(ctx, a.Origin, m.noticeOf(c, *r).message()); err != nil && !spent(err) {
		return fmt.Errorf("showing what became of a credit: %w", err)
	}
	return nil
}

// knowCard notes where somebody has their notice if nobody knew whether it had
// reached them.
func (m *room) knowCard(ctx context.Context, c Credit, r Receiver, o slackbot.Origin) error {
	if r.CardTS != "" {
		return nil
	}
	_, err := m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if now := c.Receiver(r.UserID); now != nil && now.CardTS == "" {
			now.CardChannel, now.CardTS = o.ChannelID, o.MessageTS
		}
		return nil
	})
	if errors.Is(err, ErrNoCredit) {
		return nil
	}
	return err
}

// inDirect says whether somebody acted on a message in their conversation with Ally.
func inDirect(o slackbot.Origin) bool {
	return strings.HasPrefix(o.ChannelID, "D") && o.MessageTS != "" && !o.Ephemeral
}

// freshCards shows the private notices of everybody credited anew.
func (m *room) freshCards(ctx context.Context, c Credit) error {
	for _, r := range c.Receivers {
		if err := m.freshCard(ctx, c, r); err != nil {
			return err
		}
	}
	return nil
}

// freshCard shows the private notice of somebody credited anew.
func (m *room) freshCard(ctx context.Context, c Credit, r Receiver) error {
	if r.CardTS == "" {
		return nil
	}
	err := m.Send.Update(ctx, r.CardChannel, r.CardTS, m.noticeOf(c, r).message())
	switch {
	case err == nil, spent(err), noPlace(err):
		return nil // they deleted it, or left
	case errors.Is(err, slackbot.ErrCannotUpdate):
		return m.newCard(ctx, c, r)
	}
	return fmt.Errorf("changing the notice of a credit: %w", err)
}

// newCard takes the place of a private notice that Slack no longer lets be
// changed. Of a credit that is over nothing is left.
func (m *room) newCard(ctx context.Context, c Credit, r Receiver) error {
	var fresh slackbot.Posted
	if c.Stands() && r.holds() {
		var err error
		intent := fmt.Sprintf("credit/%s/to/%s/%d", c.ID, r.UserID, c.Rev)
		fresh, err = m.Gate.Direct(ctx, nudge.Occasion{Class: nudge.Notice, Intent: intent, UserID: r.UserID}, m.noticeOf(c, r).message())
		if until, ok := asleep(err); ok { // until then they have the old one
			_, err := m.notBefore(ctx, c.ID, r.UserID, until)
			return err
		}
		if err != nil && !errors.Is(err, slackbot.ErrDoubtful) && !errors.Is(err, nudge.ErrNever) {
			return fmt.Errorf("telling somebody anew of their credit: %w", err)
		}
	}
	if err := m.Send.Delete(ctx, r.CardChannel, r.CardTS); err != nil && !spent(err) && !noPlace(err) && !errors.Is(err, slackbot.ErrCannotUpdate) {
		return fmt.Errorf("deleting an old notice of a credit: %w", err)
	}
	_, err := m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if now := c.Receiver(r.UserID); now != nil && now.CardTS == r.CardTS {
			now.CardChannel, now.CardTS = fresh.ChannelID, fresh.TS
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrNoCredit) {
		return err
	}
	return nil
}

// replaceWith puts one line in the place of a private message acted in.
func (m *room) replaceWith(ctx context.Context, a slackbot.Action, line string) error {
	err := m.Send.Replace(ctx, a.Origin, say(line))
	if err == nil || spent(err) {
		return nil
	}
	return fmt.Errorf("answering a press: %w", err)
}

// whisper answers who pressed something in a channel, privately.
func (m *room) whisper(ctx context.Context, a slackbot.Action, answer blockkit.Message) error {
	err := m.Send.Whisper(ctx, a.Origin.ResponseURL, answer)
	if err == nil || spent(err) || errors.Is(err, slackbot.ErrDoubtful) {
		return nil
	}
	return fmt.Errorf("answering a press: %w", err)
}

// openNaming asks somebody how they want to be credited.
func (m *room) openNaming(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	return m.askNaming(ctx, a)
}

func (m *room) askNaming(ctx context.Context, a slackbot.Action) error {
	naming, err := m.Ledger.Naming(ctx, a.UserID)
	if err != nil {
		return err
	}
	return m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", namingWindow(naming[a.UserID]))
}

// namingOptions are the three ways, in the order people pick from.
func namingOptions() []blockkit.Option {
	return []blockkit.Option{
		{Label: namingPublic, About: namingPublic2, Value: string(InPublic)},
		{Label: namingPrivate, About: namingAlone, Value: string(InPrivate)},
		{Label: namingAsk, About: namingAsk2, Value: string(AskFirst)},
	}
}

func namingWindow(now Naming) blockkit.Modal {
	return blockkit.Modal{
		CallbackID: callbackNaming, Title: namingTitle, Submit: "Save", Close: "Cancel",
		Blocks: []slack.Block{
			blockkit.Input{
				BlockID: callbackNaming, Label: namingLead,
				Element: blockkit.RadioButtons{ActionID: callbackNaming, Options: namingOptions(), Initial: string(now)},
			}.Block(),
			blockkit.Context(namingNote),
		},
	}
}

func (m *room) submitNaming(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	picked := s.State[callbackNaming].Options
	if len(picked) == 0 {
		return slackbot.SubmissionReply{}, nil
	}
	n := Naming(picked[0])
	if n != InPublic && n != InPrivate && n != AskFirst {
		return slackbot.SubmissionReply{}, nil
	}
	if err := m.Ledger.SetNaming(ctx, s.UserID, n); err != nil {
		return slackbot.SubmissionReply{}, err
	}
	v := blockkit.Modal{Title: namingTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(namingSaved)}}
	return slackbot.SubmissionReply{Update: &v, Task: m.homeTask(s.UserID)}, nil
}

// homeTask has the Home of a person published anew.
func (m *room) homeTask(userID string) *slackbot.Task {
	if !m.router.Handles(homeRefresh) {
		return nil
	}
	t, _ := slackbot.NewTask(homeRefresh, slackbot.HomeOpened{UserID: userID, Tab: "home"})
	return t
}

// more is the menu of a post.
func (m *room) more(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	want, id, _ := strings.Cut(a.Value, ":")
	c, err := m.foundAt(ctx, id, a.Origin)
	if errors.Is(err, ErrNoCredit) {
		return m.whisper(ctx, a, say(nothingHere))
	}
	if err != nil {
		return err
	}
	mine := c.Receiver(a.UserID)
	switch {
	case want == wantNaming:
		return m.askNaming(ctx, a)
	case want == wantDown && mine != nil && mine.Standing == Named:
		return m.decide(ctx, a, id, Private)
	case want == wantDown:
		return m.whisper(ctx, a, say(notNamed))
	case want == wantChange && c.GiverID == a.UserID:
		return m.open(ctx, a.TriggerID, false, editWindow(c))
	}
	return m.whisper(ctx, a, say(notYours))
}
