package lessons

import (
	"context"
	"errors"
	"fmt"

	"allybot/internal/channels"
	"allybot/internal/nudge"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// The lesson of a channel that asked for it: turned on and off by its full members.

const (
	// taskChannelOn turns it on and tells the channel: a channelWish.
	taskChannelOn = "lessons.channel_on"
	// somebody is who asked when that is not known any more: they are forgotten, or
	// nobody asks for it now.
	somebody = "somebody"
)

// channelWish is a lesson a week that somebody wants for a channel.
type channelWish struct {
	UserID    string `json:"user"`
	ChannelID string `json:"channel"`
	Slot      Slot   `json:"slot"`
	// Last is the date of the last lesson there before the wish.
	Last when.Date `json:"last,omitempty"`
}

// set says whether the lessons are on because of this wish.
func (w channelWish) set(s Subscription) bool { return s.On && s.By == w.UserID && s.Slot == w.Slot }

func (m *room) registerChannel(r *slackbot.Router) {
	r.Action(actionChannel, m.openChannel)
	r.Action(actionEnd, m.endChannel)
	r.Submission(callbackChannel, m.submitChannel)
	slackbot.Handle(r, taskChannelOn, m.channelOn, slackbot.OrElse(m.channelNotOn))
	m.registerNotDone(r)
}

// openChannel opens the window for a channel.
func (m *room) openChannel(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	w, err := m.who(ctx, a.UserID)
	if err != nil {
		return err
	}
	if !w.Member {
		return m.tell(ctx, t, a, channelGuest)
	}
	return m.openWindow(ctx, a, channelWindow(defaultSlot(m.Hours), m.Hours, w.Zone))
}

// submitChannel has the lesson of a channel turned on, or says why not.
func (m *room) submitChannel(ctx context.Context, sub slackbot.Submission) (slackbot.SubmissionReply, error) {
	slot, wrong := slotOf(sub.State, m.Hours)
	if wrong == nil {
		wrong = map[string]string{}
	}
	channelID := ""
	if picked := sub.State[fieldChannel].Conversations; len(picked) > 0 {
		channelID = picked[0]
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	m.Channels.Forget(channelID) // they may have invited the bot just now
	problem, err := m.unfit(asking, sub.UserID, channelID)
	if err != nil {
		return slackbot.SubmissionReply{}, err
	}
	var s Subscription
	if problem == "" {
		if s, err = m.Book.Find(ctx, channelID); err != nil {
			return slackbot.SubmissionReply{}, err
		}
		if s.On {
			problem = fmt.Sprintf(channelHas, s.Slot.Day)
		}
	}
	if problem != "" {
		wrong[fieldChannel] = problem
	}
	if len(wrong) > 0 {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	v := doneWindow(channelTitle, fmt.Sprintf(channelDone, channelID))
	t, err := slackbot.NewTask(taskChannelOn, channelWish{UserID: sub.UserID, ChannelID: channelID, Slot: slot, Last: s.Last})
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// unfit says why somebody cannot have lessons in a channel; "" if they can.
func (m *room) unfit(ctx context.Context, userID, channelID string) (string, error) {
	if channelID == "" {
		return channelNeeded, nil
	}
	ch, err := m.Channels.Find(ctx, channelID)
	switch {
	case errors.Is(err, channels.ErrHidden):
		return channelInvite, nil
	case errors.Is(err, channels.ErrUnknown):
		return channelUntold, nil
	case err != nil:
		return "", fmt.Errorf("looking at a channel: %w", err)
	case ch.Direct:
		return channelDirect, nil
	case ch.Archived:
		return channelArchived, nil
	case ch.Shared:
		return channelShared, nil
	case !ch.BotIn:
		return channelInvite, nil
	}
	ok, err := m.fullMember(ctx, userID, channelID)
	if err != nil || ok {
		return "", err
	}
	return channelMembers, nil
}

// fullMember says whether somebody is a full member of the workspace and in the
// channel.
func (m *room) fullMember(ctx context.Context, userID, channelID string) (bool, error) {
	w, err := m.who(ctx, userID)
	if err != nil || !w.Member {
		return false, err
	}
	in, err := m.Channels.Has(ctx, channelID, userID)
	if errors.Is(err, channels.ErrHidden) || errors.Is(err, channels.ErrUnknown) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking who is in a channel: %w", err)
	}
	return in[userID], nil
}

// channelOn turns the lesson of a channel on and tells the channel, once however
// often it is tried.
func (m *room) channelOn(ctx context.Context, t slackbot.Task, wish channelWish) error {
	w, err := m.who(ctx, wish.UserID)
	if err != nil {
		return err
	}
	s, err := m.Book.Change(ctx, wish.ChannelID, func(s *Subscription) error {
		if s.On {
			return errUnchanged
		}
		s.By = wish.UserID
		s.Start(wish.Slot, w.Zone, m.Now())
		return nil
	})
	if err != nil {
		return err
	}
	if !wish.set(s) { // somebody else was faster
		return m.direct(ctx, t.ID+"/had", wish.UserID, fmt.Sprintf(channelHad, wish.ChannelID))
	}
	_, err = m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: t.ID + "/notice", UserID: wish.UserID, ChannelID: wish.ChannelID, Answers: true,
	}, channelNotice(s, m.asker(ctx, s)))
	switch {
	case refused(err):
		if err := m.endFor(ctx, wish.ChannelID); err != nil {
			return err
		}
		return m.direct(ctx, t.ID+"/refused", wish.UserID, fmt.Sprintf(channelNoPlace, wish.ChannelID))
	case err != nil && !errors.Is(err, slackbot.ErrDoubtful):
		return fmt.Errorf("telling a channel of its lessons: %w", err)
	}
	return nil
}

// channelNotOn takes back lessons that the channel could not be told of, unless one
// came there already: that says itself who asked for it.
func (m *room) channelNotOn(ctx context.Context, t slackbot.Task) {
	var wish channelWish
	if !readPayload(t, &wish) {
		return
	}
	came := false
	_, _ = m.Book.Change(ctx, wish.ChannelID, func(s *Subscription) error {
		came = wish.set(*s) && s.Last != wish.Last
		if came || !wish.set(*s) {
			return errUnchanged
		}
		s.end(somebody)
		return nil
	})
	if !came {
		_ = m.tellNotDone(ctx, notDone{UserID: wish.UserID, ChannelID: wish.ChannelID, Task: t.ID})
	}
}

// end ends the lessons of a channel. What was shown there stays, so that none comes
// twice should it begin again; who asked does not.
func (s *Subscription) end(by string) {
	s.Stop()
	s.By = by
}

// endFor ends the lessons of a channel.
func (m *room) endFor(ctx context.Context, channelID string) error {
	_, err := m.Book.Change(ctx, channelID, func(s *Subscription) error {
		if !s.On {
			return errUnchanged
		}
		s.end(somebody)
		return nil
	})
	return err
}

// endChannel ends the lessons of the channel in which it is pressed, for any full
// member of it, and says so there. The record names the press that ended them: of
// several at once only that one says it, however often it is tried.
func (m *room) endChannel(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	channelID := a.Origin.ChannelID
	ok, err := m.fullMember(ctx, a.UserID, channelID)
	switch {
	case err != nil:
		return err
	case !ok:
		return m.whisper(ctx, a, say(endMembers))
	}
	by := somebody + "/" + t.ID
	s, err := m.Book.Change(ctx, channelID, func(s *Subscription) error {
		if !s.On {
			return errUnchanged
		}
		s.end(by)
		return nil
	})
	if err != nil {
		return err
	}
	if s.By != by {
		return m.whisper(ctx, a, say(endedAlready))
	}
	_, err = m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: t.ID + "/ended", UserID: a.UserID, ChannelID: channelID, Answers: true,
	}, say(endedLine))
	if err != nil && !errors.Is(err, slackbot.ErrDoubtful) && !refused(err) {
		return fmt.Errorf("telling a channel that its lessons have ended: %w", err)
	}
	return nil
}

// asker is the name of who asked for the lessons of a channel, "" if it is not
// known any more.
func (m *room) asker(ctx context.Context, s Subscription) string {
	if s.By == somebody {
		return ""
	}
	return m.People.Name(ctx, s.By, "")
}

// direct tells somebody something about what they did just now.
func (m *room) direct(ctx context.Context, intent, userID, line string) error {
	_, err := m.Gate.Direct(ctx, nudge.Occasion{Class: nudge.Notice, Intent: intent, UserID: userID, Answers: true}, say(line))
	if err == nil || errors.Is(err, slackbot.ErrDoubtful) || refused(err) {
		return nil
	}
	return fmt.Errorf("telling somebody about the lessons of a channel: %w", err)
}
