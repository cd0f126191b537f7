package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// Who is written to about a credit, and when: everybody once, and nobody in their
// quiet hours unless it answers what they did just now. What has to wait is in the
// record with its time, which is when the calendar takes it up.

// tell tells everybody credited who was not told yet, once, and the giver of those
// it could not reach.
func (m *room) tell(ctx context.Context, c Credit, by string) (Credit, error) {
	if c.Stands() && c.untold() { // whoever posted it may have been stopped before it looked
		var err error
		if c, err = m.stillPosted(ctx, c); err != nil {
			return c, err
		}
	}
	if !c.Stands() {
		return c, nil
	}
	for _, r := range slices.Clone(c.Receivers) {
		if r.Told && !r.NotBefore.IsZero() {
			var err error
			if c, err = m.tellAnew(ctx, c, r); err != nil {
				return c, err
			}
			continue
		}
		if r.Told || !r.holds() || r.Standing == Waiting || r.Standing == Named && c.Posting != Posted {
			continue
		}
		said := c.Rev
		p, reached, err := m.tellOne(ctx, c, r)
		if wait, ok := asleep(err); ok {
			if c, err = m.notBefore(ctx, c.ID, r.UserID, wait); err != nil {
				return c, err
			}
			continue
		}
		if err != nil {
			return c, err
		}
		c, err = m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
			now := c.Receiver(r.UserID)
			if now == nil || now.Told && now.CardTS != "" {
				return nil
			}
			if !reached && !now.Told {
				now.Standing = Left
				c.Rev++
				return nil
			}
			now.Told, now.CardChannel, now.CardTS, now.NotBefore = true, p.ChannelID, p.TS, time.Time{}
			if now.Standing == Asked {
				now.AskedAt = m.Now()
			}
			return nil
		})
		if err != nil {
			return c, err
		}
		if now := c.Receiver(r.UserID); now != nil && c.Rev != said {
			if err := m.freshCard(ctx, c, *now); err != nil {
				return c, err
			}
		}
	}
	c, err := m.place(ctx, c, by) // without those who turned out to have left
	if err != nil {
		return c, err
	}
	return m.tellOfLeft(ctx, c, by)
}

// stillPosted withdraws a credit whose post was deleted before those it names were
// told. Where Slack does not tell of it, it is asked once the notice has waited.
func (m *room) stillPosted(ctx context.Context, c Credit) (Credit, error) {
	c, err := m.notDeleted(ctx, c)
	waited := slices.ContainsFunc(c.Receivers, func(r Receiver) bool {
		return r.Standing == Named && !r.Told && !r.NotBefore.IsZero() && !m.Now().Before(r.NotBefore)
	})
	if err != nil || c.Posting != Posted || !waited || m.Hears != nil && m.Hears(c.Post.ChannelID) {
		return c, err
	}
	gone, err := m.isGone(ctx, c.Post)
	if !gone || err != nil {
		return c, err
	}
	return m.withdraw(ctx, c.ID, c.Post)
}

// asleep says until when somebody is not to be written to, if that is the error.
func asleep(err error) (until time.Time, ok bool) {
	var wait nudge.NotNow
	ok = errors.As(err, &wait)
	return wait.Until, ok
}

// notBefore notes from when somebody credited can be told.
func (m *room) notBefore(ctx context.Context, id, userID string, until time.Time) (Credit, error) {
	return m.Ledger.Change(ctx, id, func(c *Credit) error {
		if r := c.Receiver(userID); r != nil {
			r.NotBefore = until.UTC()
		}
		return nil
	})
}

// tellAnew replaces a notice that could not be replaced in somebody’s quiet hours.
func (m *room) tellAnew(ctx context.Context, c Credit, r Receiver) (Credit, error) {
	if m.Now().Before(r.NotBefore) {
		return c, nil
	}
	if err := m.freshCard(ctx, c, r); err != nil {
		return c, err
	}
	return m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if now := c.Receiver(r.UserID); now != nil && now.NotBefore.Equal(r.NotBefore) {
			now.NotBefore = time.Time{}
		}
		return nil
	})
}

// tellOne sends a notice. Somebody of another organisation whom the bot may not
// write to has the post; somebody deactivated has nothing, and is not reached. In
// their quiet hours it returns a nudge.NotNow.
func (m *room) tellOne(ctx context.Context, c Credit, r Receiver) (p slackbot.Posted, reached bool, err error) {
	intent := fmt.Sprintf("credit/%s/to/%s", c.ID, r.UserID)
	p, err = m.Gate.Direct(ctx, nudge.Occasion{Class: nudge.Notice, Intent: intent, UserID: r.UserID}, m.noticeOf(c, r).message())
	switch {
	case err == nil, errors.Is(err, slackbot.ErrDoubtful): // they may have it; twice would be worse
		return p, true, nil
	case errors.Is(err, nudge.ErrNever), errors.Is(err, slackbot.ErrCannotDirect), errors.Is(err, slackbot.ErrUserNotFound), errors.Is(err, slackbot.ErrChannelNotFound):
		m.People.Forget(r.UserID)
		who, err := m.People.Find(ctx, r.UserID)
		if err != nil && !errors.Is(err, people.ErrUnknown) {
			return p, false, err
		}
		return p, err == nil && !who.Deleted && r.Standing == Named, nil
	}
	return p, false, fmt.Errorf("telling somebody of their credit: %w", err)
}

// tellOfLeft tells the giver, once, whom the credit could not reach.
func (m *room) tellOfLeft(ctx context.Context, c Credit, by string) (Credit, error) {
	var left []string
	for _, r := range c.Receivers {
		if r.Standing == Left && !r.Told {
			left = append(left, r.UserID)
		}
	}
	if len(left) == 0 {
		return c, nil
	}
	err := m.tellGiver(ctx, c, "left", by, leftMessage(c, left))
	if until, ok := asleep(err); ok {
		return m.giverNotBefore(ctx, c, until)
	}
	if err != nil {
		return c, err
	}
	return m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		for i, r := range c.Receivers {
			c.Receivers[i].Told = r.Told || r.Standing == Left && slices.Contains(left, r.UserID)
		}
		c.NotBefore = time.Time{}
		return nil
	})
}

// giverNotBefore notes from when the giver can be asked or told.
func (m *room) giverNotBefore(ctx context.Context, c Credit, until time.Time) (Credit, error) {
	return m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		c.NotBefore = until.UTC()
		return nil
	})
}

// tellGiver writes to the giver, once for each what. A giver who left, or had
// themselves forgotten, need not be told. In their quiet hours it returns a
// nudge.NotNow, unless it was they who acted just now.
func (m *room) tellGiver(ctx context.Context, c Credit, what, by string, say blockkit.Message) error {
	if c.GiverID == "" {
		return nil
	}
	_, err := m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: fmt.Sprintf("credit/%s/%s", c.ID, what), UserID: c.GiverID, Answers: by == c.GiverID,
	}, say)
	switch {
	case err == nil, errors.Is(err, nudge.ErrNever), errors.Is(err, slackbot.ErrDoubtful), errors.Is(err, slackbot.ErrCannotDirect), errors.Is(err, slackbot.ErrUserNotFound):
		return nil
	}
	return fmt.Errorf("telling the giver of a credit: %w", err)
}

// ask asks the giver, once, whether the post is there, which nobody else can tell,
// or where else it should go.
func (m *room) ask(ctx context.Context, c Credit, by string) (Credit, error) {
	var say blockkit.Message
	question := c.question()
	switch question {
	case "":
		return c, nil
	case askGone:
		say = withdrawnInDoubt(c)
	case askDoubt:
		say = doubtMessage(c)
	case askWhere:
		team, err := m.Ledger.Channel(ctx)
		if err != nil {
			return c, err
		}
		say = unplacedMessage(c, team)
	}
	err := m.tellGiver(ctx, c, fmt.Sprintf("%s/%d", question, c.Tries), by, say)
	if until, ok := asleep(err); ok {
		return m.giverNotBefore(ctx, c, until)
	}
	if err != nil || c.NotBefore.IsZero() {
		return c, err
	}
	return m.Ledger.Change(ctx, c.ID, func(now *Credit) error {
		now.NotBefore = time.Time{}
		if now.Posting == c.Posting { // they have a day from now on
			now.Since = m.Now()
		}
		return nil
	})
}

// replyTo tells somebody what became of what they did just now.
func (m *room) replyTo(ctx context.Context, intent, userID string, say blockkit.Message) error {
	_, err := m.Gate.Direct(ctx, nudge.Occasion{Class: nudge.Notice, Intent: intent, UserID: userID, Answers: true}, say)
	if errors.Is(err, slackbot.ErrDoubtful) {
		return nil // they may have it; twice would be worse
	}
	return err
}
