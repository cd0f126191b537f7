package credit

import (
	"context"
	"errors"
	"slices"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// What can be changed of a credit on one's list: a giver edits or withdraws it, a
// receiver decides about their part.

const (
	callbackStanding = "credit.standing"
	standTask        = "credit.stand"
	fieldStanding    = "credit_standing"
)

const (
	standingTitle  = "Credit you received"
	standingLabel  = "What should happen with it?"
	standingNote   = "The person who gave it is not told what you choose."
	isPosted       = "It is posted, and you are named in the post."
	isPosting      = "Your name goes on the post, which is not there yet."
	isAsked        = "It is waiting for your answer. Until then nobody else sees it."
	isPrivate      = "It is private: only the person who gave it and you see it."
	choosePost     = "Post it"
	choosePost2    = "with my name, where it was meant to be"
	chooseKeep     = "Keep it private"
	chooseKeep2    = "it stays on my list, and nothing is posted with my name"
	chooseOff      = "Take my name off the post"
	chooseOff2     = "it stays on my list, as a private one"
	chooseRemove   = "Remove it from my list"
	chooseRemove2  = "my name goes from the post too; this can’t be undone"
	standingDone   = "Done. Open your list anew to see it: `/ally credits`."
	standingFailed = "I could not change the credit on your list: something I need did not answer for a long time. Please try again: `/ally credits`."
)

// openChange opens what a person can change of a credit on their list. One that
// went away meanwhile is gone from the list then.
func (m *room) openChange(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	s := decodeListing(a.Value)
	c, err := m.Ledger.Find(ctx, s.ID)
	if errors.Is(err, ErrNoCredit) || err == nil && !listed(&c, a.UserID) {
		s.ID = ""
		return m.showList(ctx, a, s, listGone)
	}
	if err != nil {
		return err
	}
	onTop := a.Origin.ViewType == "modal"
	if c.GiverID == a.UserID {
		return m.open(ctx, a.TriggerID, onTop, editWindow(c))
	}
	return m.open(ctx, a.TriggerID, onTop, standingWindow(c, a.UserID, m.link(linked(&c, a.UserID))))
}

// standingWindow shows somebody credited how it stands and what they can choose.
func standingWindow(c Credit, userID, link string) blockkit.Modal {
	r := c.Receiver(userID)
	small := kindLine(c.Kind)
	if link != "" {
		small += " · <" + link + "|" + seeIt + ">"
	}
	now, choices := choicesOf(&c, *r)
	return blockkit.Modal{
		CallbackID: callbackStanding, Title: standingTitle, Submit: "Save", Close: "Cancel", PrivateMetadata: c.ID,
		Blocks: []slack.Block{
			blockkit.Verbatim("From "+giverOf(&c)+" · "+dateToken(&c)+"\n"+quote(c.Reason), nil),
			blockkit.Context(small),
			blockkit.Section(now),
			blockkit.Input{
				BlockID: fieldStanding, Label: standingLabel,
				Element: blockkit.RadioButtons{ActionID: fieldStanding, Options: choices},
			}.Block(),
			blockkit.Context(standingNote),
			blockkit.Actions("", blockkit.Button{Label: namingLabel, ActionID: actionNaming, Value: c.ID}),
		},
	}
}

// choicesOf are how a part stands, in words, and what can be made of it.
func choicesOf(c *Credit, r Receiver) (now string, choices []blockkit.Option) {
	post := blockkit.Option{Label: choosePost, About: choosePost2, Value: string(Named)}
	keep := blockkit.Option{Label: chooseKeep, About: chooseKeep2, Value: string(Private)}
	off := blockkit.Option{Label: chooseOff, About: chooseOff2, Value: string(Private)}
	remove := blockkit.Option{Label: chooseRemove, About: chooseRemove2, Value: string(Declined)}
	switch r.Standing {
	case Named:
		if c.Posting != Posted {
			return isPosting, []blockkit.Option{keep, remove}
		}
		return isPosted, []blockkit.Option{off, remove}
	case Asked, Waiting:
		now, choices = isAsked, []blockkit.Option{post, keep, remove}
	default:
		now, choices = isPrivate, []blockkit.Option{post, remove}
	}
	if c.Dest.ChannelID == "" {
		choices = slices.DeleteFunc(choices, func(o blockkit.Option) bool { return o == post })
	}
	return now, choices
}

// standing is what somebody credited chose for their part.
type standing struct {
	ID string   `json:"id"`
	By string   `json:"user"`
	To Standing `json:"to"`
}

func (m *room) submitStanding(_ context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	picked := s.State[fieldStanding].Options
	if len(picked) == 0 {
		return slackbot.SubmissionReply{}, nil
	}
	to := Standing(picked[0])
	if to != Named && to != Private && to != Declined {
		return slackbot.SubmissionReply{}, nil
	}
	v := blockkit.Modal{Title: standingTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(standingDone)}}
	t, err := slackbot.NewTask(standTask, standing{ID: s.Origin.PrivateMetadata, By: s.UserID, To: to})
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// stood carries out what somebody credited chose, and shows their notice anew.
func (m *room) stood(ctx context.Context, _ slackbot.Task, s standing) error {
	c, err := m.stand(ctx, s.By, s.ID, s.To)
	if errors.Is(err, ErrNoCredit) {
		return nil // withdrawn meanwhile; the list says so
	}
	if err != nil {
		return err
	}
	if r := c.Receiver(s.By); r != nil {
		return m.freshCard(ctx, c, *r)
	}
	return nil
}
