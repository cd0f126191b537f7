package credit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// Names of the ways to give.
const (
	actionForm = "credit.form" // opens the form; the value is a giving, or empty
	actionGive = "credit.give" // gives; the value is a giving; the suffix says where
)

func (m *room) registerGiving(r *slackbot.Router) {
	r.Command(slackbot.Command{
		Word: "credit", Aliases: []string{"thanks", "kudos", "shoutout"},
		Usage: "`/ally credit @sam for …`", Summary: "credit a colleague for an idea or their work",
		Parse:  func(rest string) slackbot.Parsed { _, parsed := ParseCommand(rest); return parsed },
		Answer: m.command,
	})
	// Windows open with Redis away too; they say themselves what does not work.
	r.Shortcut("credit_message", m.onMessage, slackbot.Stateless)
	r.Shortcut("give_credit", m.fromAnywhere, slackbot.Stateless)
	r.Action(actionForm, m.openForm, slackbot.Stateless)
	r.Action(actionGive, m.press)
	r.Action(actionBack, m.back, slackbot.Stateless)
	r.Submission(callbackForm, m.submitForm)
	r.Submission(callbackPreview, m.submitPreview)
	slackbot.Handle(r, giveTask, m.given, slackbot.OrElse(m.notGiven))
	slackbot.Handle(r, slackbot.CreditOpen, m.openFor, slackbot.Stateless)
}

// command answers /ally credit.
func (m *room) command(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	d, _ := ParseCommand(q.Rest)
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	g := giving{
		ID: idOf(orElse(q.TriggerID, q.ChannelID+" "+q.TS)), To: d.Receivers, Reason: m.reasonOf(asking, d.Reason),
		Kind: guessKind(q.Text), Here: q.ChannelID, ThreadTS: q.ThreadTS,
	}
	if d.Problem != "" {
		return slackbot.Reply{Message: correction(g, q.Text, []string{problemText(d)})}, nil
	}
	j, err := m.judge(ctx, q.UserID, g)
	if err != nil {
		return slackbot.Reply{Message: awayMessage(q.Text)}, nil //nolint:nilerr // what was typed must not be lost
	}
	say, accepted := m.answer(g, q.Text, j)
	if !accepted {
		return slackbot.Reply{Message: say}, nil
	}
	t, err := g.task(q.UserID)
	return slackbot.Reply{Message: say, Task: t}, err
}

// guessKind guesses the kind from the words: what /ally thanks is mostly for.
func guessKind(typed string) Kind {
	if word, _, _ := strings.Cut(strings.TrimSpace(typed), " "); strings.EqualFold(word, "thanks") {
		return Help
	}
	return Idea
}

// answer is what the giver is told, and whether the credit is accepted.
func (m *room) answer(g giving, typed string, j judgement) (say blockkit.Message, accepted bool) {
	switch {
	case len(j.Troubles) > 0:
		var lines []string
		for _, t := range j.Troubles {
			lines = append(lines, t.Text)
		}
		return correction(g, typed, lines), false
	case j.NoPlace != "":
		return whereMessage(g, j), false
	case j.Doubt != "":
		return doubtfulPraise(g, j.Doubt), false
	}
	return delivered(g), true
}

// press is a button that gives: after a question was answered, or a place found.
func (m *room) press(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	g, ok := decodeGiving(a.Value)
	if !ok {
		return nil
	}
	_, choice, _ := strings.Cut(a.ActionID, ":")
	switch choice {
	case choosePrivate:
		g.Where = privately
	case chooseTeam:
		g.Where = creditChannel
	case chooseSure:
		g.Sure = true
	case chooseAgain:
		m.Channels.Forget(g.Here) // Ally may have been invited
		m.Channels.Forget(g.Other)
	}
	say, accepted := delivered(g), true
	switch _, err := m.Ledger.Find(ctx, g.ID); {
	case errors.Is(err, ErrNoCredit):
		j, err := m.judge(ctx, a.UserID, g)
		if err != nil {
			return err
		}
		say, accepted = m.answer(g, g.Reason, j)
	case err != nil:
		return err
	} // given already, by a press before this one: it counts for the limits itself
	if accepted {
		if err := m.give(ctx, asked{Giver: a.UserID, Giving: g}); err != nil {
			return err
		}
	}
	if err := m.Send.Replace(ctx, a.Origin, say); err != nil && !spent(err) {
		return fmt.Errorf("answering who gives credit: %w", err)
	}
	return nil
}

// spent says whether a message cannot be replaced any more, which changes nothing
// of what was done.
func spent(err error) bool {
	return errors.Is(err, slackbot.ErrResponseSpent) || errors.Is(err, slackbot.ErrResponseURL) || errors.Is(err, slackbot.ErrMessageNotFound)
}

// given carries out a credit that was acknowledged.
func (m *room) given(ctx context.Context, _ slackbot.Task, a asked) error { return m.give(ctx, a) }

// give records a credit and carries it out.
func (m *room) give(ctx context.Context, a asked) error {
	team, err := m.Ledger.Channel(ctx)
	if err != nil {
		return err
	}
	c := Credit{
		ID: a.Giving.ID, Rev: 1, GiverID: a.Giver, Kind: a.Giving.Kind, Reason: a.Giving.Reason, Given: m.Now(),
		Source: a.Giving.source(), Dest: a.Giving.dest(team),
	}
	for _, id := range a.Giving.To {
		c.Receivers = append(c.Receivers, Receiver{UserID: id})
	}
	_, _, err = m.Ledger.Open(ctx, c)
	var pair *PairFull
	switch {
	case errors.Is(err, ErrDayFull):
		return m.tellGiver(ctx, c, "full", a.Giver, correction(a.Giving, a.Giving.Reason, []string{fmt.Sprintf(sayDayFull, PerDay)}))
	case errors.As(err, &pair):
		return m.tellGiver(ctx, c, "full", a.Giver, correction(a.Giving, a.Giving.Reason,
			[]string{fmt.Sprintf(sayPairFull, orElse(m.name(ctx, pair.UserID), somebody), PerDayToOne)}))
	case errors.Is(err, ErrNoCredit):
		return nil // given before, withdrawn and gone
	case err != nil:
		return err
	}
	return m.carryOut(ctx, c.ID, a.Giver)
}

// notGiven tells a giver whose credit could not even be recorded. One that was
// recorded is taken up again by itself.
func (m *room) notGiven(ctx context.Context, t slackbot.Task) {
	var a asked
	if !readPayload(t, &a) {
		return
	}
	if _, err := m.Ledger.Find(ctx, a.Giving.ID); err == nil {
		return
	}
	_ = m.tellGiver(ctx, Credit{ID: a.Giving.ID, GiverID: a.Giver}, "failed", a.Giver, failedMessage(a.Giving))
}

// onMessage is "Give credit" in the menu of a message.
func (m *room) onMessage(ctx context.Context, _ slackbot.Task, s slackbot.Shortcut) error {
	g := giving{
		ID: idOf(rand.Text()), Kind: Idea, Here: s.Origin.ChannelID, SourceTS: s.Origin.MessageTS,
	}
	if s.Origin.ThreadTS != s.Origin.MessageTS {
		g.ThreadTS = s.Origin.ThreadTS
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	if s.MessageUser != "" && s.MessageUser != s.UserID {
		if p, err := m.People.Find(asking, s.MessageUser); err != nil || !p.Bot && !p.Deleted {
			g.To = []string{s.MessageUser}
		}
	}
	return m.open(ctx, s.TriggerID, false, m.form(asking, g, blockkit.Decode(s.MessageText)))
}

// fromAnywhere is the global shortcut.
func (m *room) fromAnywhere(ctx context.Context, _ slackbot.Task, s slackbot.Shortcut) error {
	return m.open(ctx, s.TriggerID, false, m.form(ctx, giving{ID: idOf(rand.Text()), Kind: Idea}, ""))
}

// openForm is a button that leads to the form.
func (m *room) openForm(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	g, ok := decodeGiving(a.Value)
	if !ok {
		g = giving{Kind: Idea}
		if a.Origin.ViewType == "" {
			g.Here = a.Origin.ChannelID
		}
	}
	g.ID = idOf(rand.Text()) // a form sent is a credit of its own
	return m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", m.form(ctx, g, ""))
}

// openFor opens the form for another room.
func (m *room) openFor(ctx context.Context, _ slackbot.Task, o slackbot.CreditToGive) error {
	g := giving{
		ID: idOf(rand.Text()), To: o.Receivers, Reason: o.Reason, Kind: Kind(o.Kind), Here: o.ChannelID, SourceTS: o.TS, ThreadTS: o.ThreadTS,
	}
	if !g.Kind.Known() {
		g.Kind = Idea
	}
	return m.open(ctx, o.TriggerID, o.OnTop, m.form(ctx, g, o.Excerpt))
}

func (m *room) open(ctx context.Context, triggerID string, onTop bool, v blockkit.Modal) error {
	open := m.Send.OpenModal
	if onTop {
		open = m.Send.PushModal
	}
	if err := open(ctx, triggerID, v); err != nil && !errors.Is(err, slackbot.ErrTriggerUsed) { // it is open
		return fmt.Errorf("opening a window of credit: %w", err)
	}
	return nil
}

// submitForm shows what the credit will look like, or what is to be mended.
func (m *room) submitForm(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	g, ok := decodeGiving(s.Origin.PrivateMetadata)
	if !ok {
		return slackbot.SubmissionReply{}, nil
	}
	g = filledIn(g, s.State)
	if g.Where == otherChannel && g.Other == "" {
		return slackbot.SubmissionReply{Errors: map[string]string{fieldOther: otherMissing}}, nil
	}
	j, err := m.judge(ctx, s.UserID, g)
	if err != nil {
		return slackbot.SubmissionReply{Errors: map[string]string{fieldReason: formAway}}, nil //nolint:nilerr // what was typed stays
	}
	if wrong := fieldErrors(g, j); len(wrong) > 0 {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	v := m.preview(asking, s.UserID, g, j)
	return slackbot.SubmissionReply{Update: &v}, nil
}

// submitPreview gives the credit.
func (m *room) submitPreview(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	g, ok := decodeGiving(s.Origin.PrivateMetadata)
	if !ok {
		return slackbot.SubmissionReply{}, nil
	}
	g.Sure = true // what was worth asking stood in the preview
	j, err := m.judge(ctx, s.UserID, g)
	if err != nil {
		j.Troubles = []trouble{{fieldReason, formAway}} // what was typed stays
	}
	if len(j.Troubles) > 0 || j.NoPlace != "" {
		v := m.form(ctx, g, "")
		v.Blocks = append(troubleBlocks(j), v.Blocks...)
		return slackbot.SubmissionReply{Update: &v}, nil
	}
	t, err := g.task(s.UserID)
	v := deliveredWindow(g)
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// back leads from the preview to the form.
func (m *room) back(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	g, ok := decodeGiving(a.Origin.PrivateMetadata)
	if !ok {
		return nil
	}
	if err := m.Send.UpdateModal(ctx, a.Origin.ViewID, m.form(ctx, g, "")); err != nil && !errors.Is(err, slackbot.ErrViewNotFound) {
		return fmt.Errorf("going back to the form: %w", err)
	}
	return nil
}
