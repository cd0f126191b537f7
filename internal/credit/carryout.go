package credit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// carryOut makes Slack agree with the record: decides who is to be named, posts,
// changes or deletes the post, and tells everybody who does not know yet. It can
// be stopped anywhere, repeated, and done by several replicas at once. by is who
// acted just now, "" for nobody: they are answered at any hour, and others not.
func (m *room) carryOut(ctx context.Context, id, by string) error {
	c, err := m.Ledger.Find(ctx, id)
	if errors.Is(err, ErrNoCredit) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, Credit, string) (Credit, error){m.settle, m.place, m.ask, m.tell} {
		if c, err = step(ctx, c, by); err != nil {
			return err
		}
	}
	return nil
}

// settle decides for everybody not decided yet whether they are named, asked or
// told privately, as things are now.
func (m *room) settle(ctx context.Context, c Credit, _ string) (Credit, error) {
	waiting := c.With(Waiting)
	if !c.Stands() || len(waiting) == 0 {
		return c, nil
	}
	gone, err := m.sourceGone(ctx, c)
	if err != nil {
		return c, err
	}
	left := map[string]bool{}
	for _, id := range waiting {
		m.People.Forget(id) // what was true when it was given may not be any more
		p, err := m.People.Find(ctx, id)
		if err != nil && !errors.Is(err, people.ErrUnknown) {
			return c, err
		}
		left[id] = err != nil || p.Deleted
	}
	around, err := m.circle(ctx, c)
	if err != nil {
		return c, err
	}
	naming, err := m.Ledger.Naming(ctx, waiting...)
	if err != nil {
		return c, err
	}
	c, err = m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if gone {
			c.loseSource()
		}
		for i, r := range c.Receivers {
			switch {
			case r.Standing != Waiting:
			case left[r.UserID]:
				c.Receivers[i].Standing = Left
			default:
				c.Receivers[i].Standing = Decide(naming[r.UserID], r.UserID, around)
			}
		}
		return nil
	})
	return c, err
}

// loseSource takes away the link to a message that was deleted, and a place in
// its thread, which went with it.
func (c *Credit) loseSource() {
	if c.Source.ChannelID == "" {
		return
	}
	if c.Posting == Unposted && c.Dest.ThreadTS == c.Source.TS {
		c.Dest.ThreadTS = ""
	}
	c.Source = Place{}
	c.Rev++
}

// sourceGone says whether the message it is about was deleted meanwhile.
func (m *room) sourceGone(ctx context.Context, c Credit) (bool, error) {
	if c.Source.TS == "" {
		return false, nil
	}
	gone, err := m.Deleted(ctx, c.Source.ChannelID, c.Source.TS)
	if gone || err != nil {
		return gone, err
	}
	return m.isGone(ctx, c.Source)
}

// circle is who would see the post.
func (m *room) circle(ctx context.Context, c Credit) (Circle, error) {
	if c.Dest.ChannelID == "" {
		return Circle{Private: true}, nil
	}
	team, err := m.Ledger.Channel(ctx)
	if err != nil {
		return Circle{}, err
	}
	around := Circle{}
	ids := []string{c.GiverID}
	for _, r := range c.Receivers {
		ids = append(ids, r.UserID)
	}
	around.Members, err = m.Channels.Has(ctx, c.Dest.ChannelID, ids...)
	around.Known = err == nil
	around.Wider = c.Dest.ChannelID == team || c.Source.ChannelID != "" && c.Source.ChannelID != c.Dest.ChannelID ||
		around.Known && !around.Members[c.GiverID]
	if err != nil && ctx.Err() != nil {
		return around, fmt.Errorf("looking who is in a channel: %w", err)
	}
	return around, nil
}

// place brings the post to where the record says: posted once, saying what the
// record says, or gone.
func (m *room) place(ctx context.Context, c Credit, _ string) (Credit, error) {
	gone := false
	for range 10 {
		var err error
		switch named := c.With(Named); {
		case c.Posting == Sending || c.Posting == Unposted && c.Stands() && len(named) > 0 && c.Dest.ChannelID != "":
			c, err = m.post(ctx, c)
		case c.Posting == Removing && !c.Since.After(m.Now().Add(time.Hour)) || c.Posting == Posted && (!c.Stands() || len(named) == 0):
			c, err = m.remove(ctx, c)
		case c.Posting == Posted && c.Painted < c.Rev:
			c, err = m.paint(ctx, c)
			gone = gone || c.Posting != Posted
		default:
			if gone { // what their notices say of a post is not so any more
				return c, m.freshCards(ctx, c)
			}
			return c, nil
		}
		if err != nil {
			return c, err
		}
	}
	// So many changes at once: the task is tried again later.
	return c, fmt.Errorf("the post of a credit does not settle")
}

// post posts it. That it was begun is recorded first, so that a credit withdrawn
// meanwhile is looked for.
func (m *room) post(ctx context.Context, c Credit) (Credit, error) {
	mine := false
	c, err := m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		mine = c.Posting == Unposted && c.Stands() && len(c.With(Named)) > 0
		if mine {
			c.Posting, c.Since = Sending, m.Now()
		}
		return nil
	})
	if err != nil || c.Posting != Sending {
		return c, err
	}
	if m.Now().After(later(c.Given, c.Since).Add(resumeWithin)) {
		return m.unsure(ctx, c, Doubtful) // the sender may have forgotten what it sent
	}
	shown := c.Rev
	if !mine { // what an earlier try posted may say something older, and name who is forgotten since
		shown = 0
	}
	tries := c.Tries
	posted, err := m.Send.Post(ctx, fmt.Sprintf("credit/%s/post/%d", c.ID, c.Tries), c.Dest.ChannelID, c.Dest.ThreadTS, m.postOf(ctx, c))
	switch {
	case err == nil:
		c, err = m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
			if c.Tries == tries && (c.Posting == Sending || c.Posting == Doubtful) {
				c.Posting, c.Post, c.Painted = Posted, Place{ChannelID: posted.ChannelID, TS: posted.TS, ThreadTS: c.Dest.ThreadTS}, shown
			}
			return nil
		})
		if err != nil {
			return c, err
		}
		return m.notDeleted(ctx, c)
	case errors.Is(err, slackbot.ErrDoubtful):
		return m.unsure(ctx, c, Doubtful)
	case errors.Is(err, slackbot.ErrThreadNotFound) && c.Dest.ThreadTS != "":
		// The thread went away, and the message it is about perhaps with it.
		return m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
			c.Dest.ThreadTS = ""
			if c.Posting == Sending {
				c.Posting = Unposted
			}
			return nil
		})
	case noPlace(err):
		return m.unsure(ctx, c, Unplaced)
	}
	return c, fmt.Errorf("posting a credit: %w", err)
}

// notDeleted withdraws a credit whose post was deleted before it was recorded:
// then nobody could tell what it was the post of.
func (m *room) notDeleted(ctx context.Context, c Credit) (Credit, error) {
	if c.Posting != Posted {
		return c, nil
	}
	gone, err := m.Deleted(ctx, c.Post.ChannelID, c.Post.TS)
	if !gone || err != nil {
		return c, err
	}
	return m.withdraw(ctx, c.ID, c.Post)
}

// noPlace says whether the bot may not post there, now or later.
func noPlace(err error) bool {
	for _, refusal := range []error{
		slackbot.ErrNotInChannel, slackbot.ErrChannelNotFound, slackbot.ErrChannelArchived, slackbot.ErrPostingForbidden,
	} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// paintTime is what changing a post may take.
const paintTime = 10 * time.Second

// paint changes the post to what the record says. One at a time does: of two
// changes on their way the older could come last.
func (m *room) paint(ctx context.Context, c Credit) (Credit, error) {
	release, err := m.Ledger.alone(ctx, c.ID, paintTime+paintTime/5)
	if err != nil {
		return c, err
	}
	defer release()
	if c, err = m.Ledger.Find(ctx, c.ID); err != nil || c.Posting != Posted || !c.Stands() || c.Painted >= c.Rev {
		return c, err
	}
	painting, cancel := context.WithTimeout(ctx, paintTime)
	defer cancel()
	shown := c.Rev
	err = m.Send.Update(painting, c.Post.ChannelID, c.Post.TS, m.postOf(painting, c))
	switch {
	case err == nil:
		return m.Ledger.Change(ctx, c.ID, func(now *Credit) error {
			if now.Posting == Posted && now.Post == c.Post {
				now.Painted = max(now.Painted, shown)
			}
			return nil
		})
	case errors.Is(err, slackbot.ErrMessageNotFound):
		// Somebody deleted it, which withdraws the credit.
		return m.withdraw(ctx, c.ID, c.Post)
	case errors.Is(err, slackbot.ErrCannotUpdate), noPlace(err):
		// What cannot say what it should goes. Those named keep it privately.
		m.Log.Info("the post of a credit cannot be changed any more; it is deleted")
		return m.Ledger.Change(ctx, c.ID, func(now *Credit) error {
			if now.Posting != Posted || now.Post != c.Post {
				return nil
			}
			now.Posting, now.Since = Removing, m.Now()
			for i, r := range now.Receivers {
				if r.Standing == Named {
					now.Receivers[i].Standing = Private
				}
			}
			now.Rev++
			return nil
		})
	}
	return c, fmt.Errorf("changing the post of a credit: %w", err)
}

// remove deletes the post. That it is the bot that does is recorded first, since
// a post deleted by anybody else withdraws the credit.
func (m *room) remove(ctx context.Context, c Credit) (Credit, error) {
	c, err := m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if c.Posting == Posted && (!c.Stands() || len(c.With(Named)) == 0) {
			c.Posting, c.Since = Removing, m.Now()
		}
		return nil
	})
	if err != nil || c.Posting != Removing {
		return c, err
	}
	err = m.Send.Delete(ctx, c.Post.ChannelID, c.Post.TS)
	if err != nil && !noPlace(err) && !errors.Is(err, slackbot.ErrCannotUpdate) {
		return c, fmt.Errorf("deleting the post of a credit: %w", err)
	}
	refused := err != nil
	if refused {
		m.Log.Warn("Slack does not let the post of a credit be deleted", zap.Error(err))
	}
	return m.Ledger.Change(ctx, c.ID, func(now *Credit) error {
		switch {
		case now.Posting != Removing || now.Post != c.Post:
		case refused && m.Now().Before(now.Given.Add(removeWithin)):
			now.Since = m.Now().Add(removeAgain)
		default:
			now.Posting, now.Post, now.Painted = Unposted, Place{}, 0
			now.Tries++
		}
		return nil
	})
}

// unsure records that the giver has to be asked what to do about the post.
func (m *room) unsure(ctx context.Context, c Credit, how Posting) (Credit, error) {
	tries := c.Tries
	return m.Ledger.Change(ctx, c.ID, func(c *Credit) error {
		if c.Posting == Sending && c.Tries == tries {
			c.Posting, c.Since = how, m.Now()
		}
		return nil
	})
}
