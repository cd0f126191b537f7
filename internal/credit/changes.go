package credit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// What can change while a credit stands: its words, who saw it too, where it is
// posted, and what others delete.

const (
	actionEdit     = "credit.edit"     // the value is the credit's id, as below
	actionWithdraw = "credit.withdraw" // by the giver
	actionPlace    = "credit.place"    // the suffix says where

	callbackEdit = "credit.edit"
	changeTask   = "credit.change"
	dueTask      = "credit.due"
)

const (
	editTitle      = "Edit credit"
	editNote       = "The post changes too, and so does what those credited see."
	editDone       = "Changed."
	withdrawTick   = "Withdraw it instead: the post goes, and nobody has this credit any more"
	withdrawnDone  = "Withdrawn. Nobody has this credit any more."
	placedDone     = "Thank you. It is on its way."
	ownVoice       = "It is about you, so you don’t need to say that you saw it."
	giverVoice     = "You gave it, so everybody knows that you saw it."
	voiceKnown     = "Your name is on it already."
	voiceBack      = "Take it back"
	voiceTaken     = "Your name is off it again."
	voicesFull     = "So many have said so already that there is no room for another name."
	fieldWithdraw  = "credit_withdraw"
	withdrawOption = "yes"
)

func (m *room) registerChanges(r *slackbot.Router) {
	r.Action(actionVoice, m.voice)
	r.Action(actionUnvoice, m.unvoice)
	r.Action(actionMore, m.more, slackbot.Anyone)
	r.Action(actionEdit, m.edit)
	r.Action(actionWithdraw, m.withdrawn)
	r.Action(actionPlace, m.placed)
	r.Submission(callbackEdit, m.submitEdit)
	slackbot.Handle(r, changeTask, m.changed)
	slackbot.Handle(r, dueTask, m.due)
	r.Calendar(m.Ledger.Due(), dueTask)
}

// foundAt is a credit whose post somebody acted on, which tells where it is.
func (m *room) foundAt(ctx context.Context, id string, o slackbot.Origin) (Credit, error) {
	c, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
		if c.Posting == Doubtful && o.ChannelID == c.Dest.ChannelID && o.MessageTS != "" && !o.Ephemeral {
			c.Posting, c.Post, c.Painted = Posted, Place{ChannelID: o.ChannelID, TS: o.MessageTS, ThreadTS: o.ThreadTS}, 0
			c.Rev++
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	here := o.ChannelID != "" && o.MessageTS != "" && !o.Ephemeral && o.ViewID == ""
	if here && c.Posting != Sending && (c.Post.ChannelID != o.ChannelID || c.Post.TS != o.MessageTS) {
		// A second post of the same credit, or one that should be gone.
		m.Log.Info("a post that no credit knows of is deleted")
		if err := m.Send.Delete(ctx, o.ChannelID, o.MessageTS); err != nil && !noPlace(err) && !spent(err) && !errors.Is(err, slackbot.ErrCannotUpdate) {
			return c, fmt.Errorf("deleting a stray post: %w", err)
		}
	}
	return c, m.carryOut(ctx, id, "")
}

// voice is "I saw this too".
func (m *room) voice(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	if _, err := m.foundAt(ctx, a.Value, a.Origin); errors.Is(err, ErrNoCredit) {
		return m.whisper(ctx, a, say(nothingHere))
	} else if err != nil {
		return err
	}
	var answer blockkit.Message
	_, err := m.Ledger.Change(ctx, a.Value, func(c *Credit) error {
		answer = blockkit.Message{}
		switch r := c.Receiver(a.UserID); {
		case !c.Stands(), c.Posting != Posted:
			answer = say(nothingHere)
		case r != nil && r.holds():
			answer = say(ownVoice)
		case a.UserID == c.GiverID:
			answer = say(giverVoice)
		case slices.Contains(c.Voices, a.UserID):
			answer = saidAlready(c.ID)
		case len(c.Voices) >= maxVoices:
			answer = say(voicesFull)
		default:
			c.Voices = append(c.Voices, a.UserID)
			c.Rev++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if answer.Text != "" {
		return m.whisper(ctx, a, answer)
	}
	return m.carryOut(ctx, a.Value, a.UserID)
}

// unvoice takes it back.
func (m *room) unvoice(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	c, err := m.Ledger.Change(ctx, a.Value, func(c *Credit) error {
		if i := slices.Index(c.Voices, a.UserID); i >= 0 {
			c.Voices = slices.Delete(c.Voices, i, i+1)
			c.Rev++
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrNoCredit) {
		return err
	}
	if err == nil {
		if err := m.carryOut(ctx, c.ID, a.UserID); err != nil {
			return err
		}
	}
	return m.replaceWith(ctx, a, voiceTaken)
}

func say(line string) blockkit.Message {
	return blockkit.Message{Text: line, Blocks: []slack.Block{blockkit.Section(line)}}
}

// saidAlready answers a second press: a double click must not take back the first.
func saidAlready(id string) blockkit.Message {
	return blockkit.Message{Text: voiceKnown, Blocks: []slack.Block{
		blockkit.SectionWith(voiceKnown, blockkit.Button{Label: voiceBack, ActionID: actionUnvoice, Value: id}),
	}}
}

// edit opens the words of a credit for its giver.
func (m *room) edit(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	c, err := m.Ledger.Find(ctx, a.Value)
	if errors.Is(err, ErrNoCredit) || err == nil && !c.Stands() {
		return m.replaceWith(ctx, a, nothingHere)
	}
	if err != nil {
		return err
	}
	if c.GiverID != a.UserID {
		return m.whisper(ctx, a, say(notYours))
	}
	return m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", editWindow(c))
}

func editWindow(c Credit) blockkit.Modal {
	var kinds []blockkit.Option
	for _, k := range Kinds() {
		kinds = append(kinds, blockkit.Option{Label: k.Label(), Value: string(k)})
	}
	return blockkit.Modal{
		CallbackID: callbackEdit, Title: editTitle, Submit: "Save", Close: "Cancel", PrivateMetadata: c.ID,
		Blocks: []slack.Block{
			blockkit.Input{
				BlockID: fieldReason, Label: reasonLabel,
				Element: blockkit.TextInput{ActionID: fieldReason, Initial: c.Reason, Multiline: true, Max: MaxReason},
			}.Block(),
			blockkit.Input{
				BlockID: fieldKind, Label: kindLabel,
				Element: blockkit.StaticSelect{ActionID: fieldKind, Options: kinds, Initial: string(c.Kind)},
			}.Block(),
			blockkit.Input{
				BlockID: fieldWithdraw, Label: withdrawLabel, Optional: true,
				Element: blockkit.Checkboxes{ActionID: fieldWithdraw, Options: []blockkit.Option{{Label: withdrawTick, Value: withdrawOption}}},
			}.Block(),
			blockkit.Context(editNote),
		},
	}
}

// change is what a giver wants of a credit they gave.
type change struct {
	ID       string `json:"id"`
	Giver    string `json:"user"`
	Reason   string `json:"reason,omitempty"`
	Kind     Kind   `json:"kind,omitempty"`
	Withdraw bool   `json:"withdraw,omitempty"`
}

func (m *room) submitEdit(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	ch := change{ID: s.Origin.PrivateMetadata, Giver: s.UserID, Reason: blockkit.Clean(s.State[fieldReason].Value)}
	if o := s.State[fieldKind].Options; len(o) > 0 {
		ch.Kind = Kind(o[0])
	}
	ch.Withdraw = slices.Contains(s.State[fieldWithdraw].Options, withdrawOption)
	if !ch.Withdraw {
		switch CheckReason(ch.Reason) {
		case Missing:
			return slackbot.SubmissionReply{Errors: map[string]string{fieldReason: noReason}}, nil
		case TooShort:
			return slackbot.SubmissionReply{Errors: map[string]string{fieldReason: shortReason}}, nil
		case TooLong:
			return slackbot.SubmissionReply{Errors: map[string]string{fieldReason: fmt.Sprintf(longReason, MaxReason)}}, nil
		}
	}
	done := editDone
	if ch.Withdraw {
		done = withdrawnDone
	}
	v := blockkit.Modal{Title: editTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(done)}}
	t, err := slackbot.NewTask(changeTask, ch)
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// withdrawn is the giver's press on Withdraw.
func (m *room) withdrawn(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	if err := m.changed(ctx, t, change{ID: a.Value, Giver: a.UserID, Withdraw: true}); err != nil {
		return err
	}
	return m.replaceWith(ctx, a, withdrawnDone)
}

// changed carries out what a giver wants.
func (m *room) changed(ctx context.Context, _ slackbot.Task, ch change) error {
	c, err := m.Ledger.Change(ctx, ch.ID, func(c *Credit) error {
		switch {
		case c.GiverID != ch.Giver || !c.Stands():
		case ch.Withdraw:
			c.end(m.Now())
		case ch.Kind.Known() && (c.Kind != ch.Kind || c.Reason != ch.Reason):
			c.Kind, c.Reason = ch.Kind, ch.Reason
			c.Rev++
		}
		return nil
	})
	if errors.Is(err, ErrNoCredit) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.everywhere(ctx, c, ch.Giver)
}

// end withdraws a credit: what it said is gone at once.
func (c *Credit) end(now time.Time) {
	c.Withdrawn, c.Reason, c.Voices, c.Source = now, "", nil, Place{}
	c.Rev++
}

// everywhere brings a change to everywhere the credit is seen; by is as for
// carryOut.
func (m *room) everywhere(ctx context.Context, c Credit, by string) error {
	if err := m.carryOut(ctx, c.ID, by); err != nil {
		return err
	}
	c, err := m.Ledger.Find(ctx, c.ID)
	if errors.Is(err, ErrNoCredit) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.freshCards(ctx, c)
}

// withdraw ends a credit whose post somebody deleted.
func (m *room) withdraw(ctx context.Context, id string, post Place) (Credit, error) {
	c, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
		if c.Posting != Posted || c.Post.ChannelID != post.ChannelID || c.Post.TS != post.TS {
			return nil
		}
		c.Posting, c.Post = Unposted, Place{}
		if c.Stands() {
			c.end(m.Now())
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	return c, m.freshCards(ctx, c)
}

// deleted follows a message that somebody deleted: a credit loses the link to it,
// or, if it was the post, is withdrawn.
func (m *room) deleted(ctx context.Context, _ slackbot.Task, e slackbot.MessageDeleted) error {
	sources, posts, err := m.Ledger.At(ctx, e.ChannelID, e.TS)
	if err != nil {
		return err
	}
	for _, id := range posts {
		if _, err := m.withdraw(ctx, id, Place{ChannelID: e.ChannelID, TS: e.TS}); err != nil && !errors.Is(err, ErrNoCredit) {
			return err
		}
	}
	for _, id := range sources {
		c, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
			if c.Source.ChannelID == e.ChannelID && c.Source.TS == e.TS {
				c.loseSource()
			}
			return nil
		})
		if errors.Is(err, ErrNoCredit) {
			continue
		}
		if err != nil {
			return err
		}
		if err := m.everywhere(ctx, c, ""); err != nil {
			return err
		}
	}
	return nil
}

// placed is the giver's answer to where a credit should go, or whether its post
// is there.
func (m *room) placed(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	_, choice, _ := strings.Cut(a.ActionID, ":")
	team, err := m.Ledger.Channel(ctx)
	if err != nil {
		return err
	}
	id, tried, _ := strings.Cut(a.Value, ":")
	c, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
		if c.GiverID != a.UserID || !c.Stands() || c.Posting != Unplaced && c.Posting != Doubtful {
			return nil
		}
		if tried != strconv.Itoa(c.Tries) {
			return nil // this answer was carried out before, and there is another question
		}
		switch {
		case choice == choosePrivate:
			c.alone()
		case choice == chooseTeam && team != "":
			c.Dest = Place{ChannelID: team}
			c.again()
		default:
			c.Posting = Unposted
			c.Tries++
		}
		return nil
	})
	if errors.Is(err, ErrNoCredit) || err == nil && !c.Stands() {
		return m.replaceWith(ctx, a, nothingHere)
	}
	if err != nil {
		return err
	}
	if err := m.carryOut(ctx, c.ID, a.UserID); err != nil {
		return err
	}
	return m.replaceWith(ctx, a, placedDone)
}

// alone keeps a credit from being posted: those who would be named have it
// privately. Of a post in doubt the place is kept, should it turn up.
func (c *Credit) alone() {
	for i, r := range c.Receivers {
		if r.Standing == Named || r.Standing == Asked && !r.Told {
			c.Receivers[i].Standing = Private
		}
	}
	if c.Posting == Unplaced {
		c.Posting, c.Dest = Unposted, Place{}
	}
	c.Rev++
}

// again has everybody not told yet decided for anew: it goes elsewhere now.
func (c *Credit) again() {
	c.Posting = Unposted
	c.Tries++
	for i, r := range c.Receivers {
		if !r.Told && (r.Standing == Named || r.Standing == Asked) {
			c.Receivers[i].Standing = Waiting
		}
	}
	c.Rev++
}

// due takes up what is left to do: a delivery that did not come to its end, a
// question that the giver did not answer in a day, a card nobody answered in a
// week.
func (m *room) due(ctx context.Context, _ slackbot.Task, d slackbot.Due) error {
	if channel, ok := strings.CutPrefix(d.Member, digestPrefix); ok {
		return m.digestDue(ctx, channel, d.At)
	}
	if act, ok := strings.CutPrefix(d.Member, sharePrefix); ok {
		return m.shareDue(ctx, act)
	}
	c, err := m.Ledger.Find(ctx, d.Member)
	_, more := c.Due()
	switch {
	case errors.Is(err, ErrNoCredit):
		return m.Ledger.Drop(ctx, d.Member)
	case err != nil:
		return err
	case !c.Stands() && !more: // nothing is left to do but to say so, if nobody got round to it
		if err := m.freshCards(ctx, c); err != nil {
			return err
		}
		return m.Ledger.Drop(ctx, d.Member)
	}
	now := m.Now()
	if c.Stands() && c.Posting == Sending && c.late(now) {
		err := m.tellGiver(ctx, c, "late", "", lateMessage(c))
		if until, ok := asleep(err); ok {
			_, err = m.giverNotBefore(ctx, c, until)
			return err
		}
		if err != nil {
			return err
		}
	}
	lapsed := false
	c, err = m.Ledger.Change(ctx, d.Member, func(c *Credit) error {
		lapsed = false
		if !c.Stands() {
			return nil
		}
		for i, r := range c.Receivers {
			if r.Standing == Asked && r.Told && !now.Before(r.AskedAt.Add(AnswerWithin)) {
				c.Receivers[i].Standing = Private
				lapsed = true
			}
		}
		if c.late(now) {
			c.alone()
			if c.Posting == Sending {
				c.Posting, c.Since, c.NotBefore = Doubtful, now, time.Time{} // the last try may have got through
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, ErrNoCredit):
		return nil
	case err != nil:
		return err
	case lapsed:
		return m.everywhere(ctx, c, "")
	}
	return m.carryOut(ctx, c.ID, "")
}

// late says whether those to be named have waited for the post for a day.
func (c *Credit) late(now time.Time) bool {
	waits := c.Posting == Sending || c.Posting == Unplaced || c.Posting == Doubtful
	return waits && len(c.With(Named)) > 0 && !now.Before(c.giveUp())
}

// readPayload reads what a task was to work on.
func readPayload(t slackbot.Task, into any) bool { return json.Unmarshal(t.Payload, into) == nil }
