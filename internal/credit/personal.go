package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"allybot/internal/slackbot"
)

// What is kept about people: how they get it, and how it is forgotten.

const (
	personalName = "credit"
	// forgetTask takes one person out of one credit: an oblivion.
	forgetTask = "credit.forget"
	// forgetRounds is how often forgetting is taken up anew where Slack does not
	// let it be finished; each round is tried for about half an hour.
	forgetRounds = 48
)

func (m *room) registerPersonal(r *slackbot.Router) {
	r.Personal(slackbot.Personal{Name: personalName, Export: m.exportPerson, Erase: m.forgetPerson})
	slackbot.Handle(r, forgetTask, m.forgetNow, slackbot.OrElse(m.forgetLater))
	// Profiles change all the time: every status, every huddle.
	slackbot.On(r, m.personChanged, slackbot.Only(func(e slackbot.PersonChanged) bool { return e.Deleted }))
}

// keptOfPerson is all that is kept about a person. What others decided about
// their own part of a credit is not in it: that is theirs.
type keptOfPerson struct {
	Received []keptCredit `json:"received"`
	Given    []keptCredit `json:"given"`
	SawToo   []keptCredit `json:"saw_too"`
	// Naming is how they want to be credited, empty if they never said.
	Naming Naming `json:"how_to_credit_me,omitempty"`
	// GivenToday is what the limits of a day are reckoned by.
	GivenToday []time.Time `json:"given_in_the_last_24_hours"`
	Lists      []keptList  `json:"monthly_lists_asked_for"`
	// Sharing is what they share and the other person has not got yet.
	Sharing []keptSharing `json:"waiting_to_be_shared,omitempty"`
}

// keptCredit is a credit as far as it is about one person.
type keptCredit struct {
	ID        string    `json:"id"`
	Given     time.Time `json:"given"`
	From      string    `json:"from,omitempty"` // user ids
	To        []string  `json:"to,omitempty"`
	Kind      Kind      `json:"kind,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Standing  Standing  `json:"standing,omitempty"` // of their own part
	Asked     time.Time `json:"asked,omitzero"`
	Link      string    `json:"link,omitempty"` // of the post
	Source    string    `json:"about,omitempty"`
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

// keptList is a digest they asked for.
type keptList struct {
	Channel string    `json:"channel"`
	Zone    string    `json:"zone"`
	Since   time.Time `json:"since,omitzero"`
	Next    time.Time `json:"next"`
}

// keptSharing is a share that waits for quiet hours to end.
type keptSharing struct {
	To      string    `json:"to"`
	Credits []string  `json:"credits"` // ids
	Until   time.Time `json:"until"`
}

// exportPerson returns all that is kept about a person; nil if there is nothing.
func (m *room) exportPerson(ctx context.Context, userID string) (any, error) {
	received, given, voiced, err := m.Ledger.IDsOf(ctx, userID)
	if err != nil {
		return nil, err
	}
	k := keptOfPerson{Lists: []keptList{}}
	for _, part := range []struct {
		ids  []string
		into *[]keptCredit
		show func(Credit) keptCredit
	}{
		{received, &k.Received, func(c Credit) keptCredit { return m.keptReceived(c, userID) }},
		{given, &k.Given, m.keptGiven},
		{voiced, &k.SawToo, m.keptVoiced},
	} {
		*part.into = []keptCredit{}
		for ids := range slices.Chunk(part.ids, maxPage) {
			credits, err := m.Ledger.FindAll(ctx, ids...)
			if err != nil {
				return nil, err
			}
			for _, c := range credits {
				*part.into = append(*part.into, part.show(c))
			}
		}
	}
	naming, err := m.Ledger.Naming(ctx, userID)
	if err != nil {
		return nil, err
	}
	k.Naming = naming[userID]
	if k.GivenToday, err = m.Ledger.GivenToday(ctx, userID); err != nil {
		return nil, err
	}
	digests, err := m.Ledger.DigestsOf(ctx, userID)
	if err != nil {
		return nil, err
	}
	for _, d := range digests {
		k.Lists = append(k.Lists, keptList{d.ChannelID, d.Zone, d.Since, d.Next})
	}
	sharings, err := m.Ledger.sharingsOf(ctx, userID)
	if err != nil {
		return nil, err
	}
	for _, w := range sharings {
		k.Sharing = append(k.Sharing, keptSharing{To: w.To, Credits: w.IDs, Until: w.Until})
	}
	if len(k.Received)+len(k.Given)+len(k.SawToo)+len(k.GivenToday)+len(k.Lists)+len(k.Sharing) == 0 && k.Naming == Undecided {
		return nil, nil //nolint:nilnil // nothing is kept
	}
	return k, nil
}

func (m *room) keptReceived(c Credit, userID string) keptCredit {
	k := m.keptVoiced(c)
	k.From, k.Source = c.GiverID, m.link(c.Source)
	if r := c.Receiver(userID); r != nil {
		k.Standing, k.Asked = r.Standing, r.AskedAt
	}
	return k
}

func (m *room) keptGiven(c Credit) keptCredit {
	k := m.keptVoiced(c)
	k.Source = m.link(c.Source)
	for _, r := range c.Receivers {
		k.To = append(k.To, r.UserID)
	}
	return k
}

func (m *room) keptVoiced(c Credit) keptCredit {
	return keptCredit{ID: c.ID, Given: c.Given, Kind: c.Kind, Reason: c.Reason, Link: m.link(c.Post), Withdrawn: c.Withdrawn}
}

// oblivion is the work of taking one person out of one credit.
type oblivion struct {
	ID   string `json:"id"`
	User string `json:"user"`
	// Card is the private message they were told by, which goes.
	Card Place `json:"card,omitzero"`
	// Round counts how often the work was given up and taken up anew.
	Round int `json:"round,omitempty"`
}

// forgetPerson takes a person out of all credits and removes what else is kept
// about them. In Redis it is done when this returns; in Slack soon after, by work
// that was stored before, so that whatever stops this is made good by trying it
// again.
func (m *room) forgetPerson(ctx context.Context, userID string) error {
	received, given, voiced, err := m.Ledger.IDsOf(ctx, userID)
	if err != nil {
		return err
	}
	ids := slices.Concat(received, given, voiced)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		c, err := m.Ledger.Find(ctx, id)
		if errors.Is(err, ErrNoCredit) {
			continue
		}
		if err != nil {
			return err
		}
		o := oblivion{ID: id, User: userID}
		if r := c.Receiver(userID); r != nil {
			o.Card = Place{ChannelID: r.CardChannel, TS: r.CardTS}
		}
		t, err := slackbot.NewTask(forgetTask, o)
		if err != nil {
			return err
		}
		if err := m.Later(ctx, fmt.Sprintf("credit/%s/forget/%s/%d", id, userID, c.Rev), *t); err != nil {
			return fmt.Errorf("forgetting a person: %w", err)
		}
		if _, err := m.forgetIn(ctx, id, userID); err != nil && !errors.Is(err, ErrNoCredit) {
			return err
		}
	}
	sharings, err := m.Ledger.sharingsOf(ctx, userID)
	if err != nil {
		return err
	}
	var acts []string
	for _, w := range sharings {
		acts = append(acts, w.Act)
	}
	if err := m.Ledger.DropSharing(ctx, acts...); err != nil {
		return err
	}
	return m.Ledger.Forget(ctx, userID)
}

// forgetIn takes a person out of the record of a credit.
func (m *room) forgetIn(ctx context.Context, id, userID string) (Credit, error) {
	return m.Ledger.Change(ctx, id, func(c *Credit) error {
		if !c.forget(userID, m.Now()) {
			return ErrUnchanged
		}
		return nil
	})
}

// forget takes a person out of a credit, and withdraws it if it is nobody's any
// more. A credit outlives its giver for those credited.
func (c *Credit) forget(userID string, now time.Time) (changed bool) {
	if c.Receiver(userID) != nil {
		changed = true
		c.Receivers = slices.DeleteFunc(c.Receivers, func(r Receiver) bool { return r.UserID == userID })
		if c.Stands() && !slices.ContainsFunc(c.Receivers, Receiver.holds) {
			c.end(now)
		}
	}
	if c.GiverID == userID {
		changed = true
		c.GiverID = ""
	}
	if i := slices.Index(c.Voices, userID); i >= 0 {
		changed = true
		c.Voices = slices.Delete(c.Voices, i, i+1)
	}
	if changed {
		c.Rev++
	}
	return changed
}

// forgetNow carries out in Slack what is forgotten in Redis.
func (m *room) forgetNow(ctx context.Context, _ slackbot.Task, o oblivion) error {
	if o.Card.TS != "" {
		err := m.Send.Delete(ctx, o.Card.ChannelID, o.Card.TS)
		if err != nil && !noPlace(err) && !errors.Is(err, slackbot.ErrCannotUpdate) {
			return fmt.Errorf("deleting the notice of a credit: %w", err)
		}
	}
	c, err := m.forgetIn(ctx, o.ID, o.User)
	if errors.Is(err, ErrNoCredit) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.everywhere(ctx, c, "")
}

// forgetLater takes up anew what could not be finished.
func (m *room) forgetLater(ctx context.Context, t slackbot.Task) {
	var o oblivion
	if !readPayload(t, &o) || o.Round >= forgetRounds {
		return
	}
	o.Round++
	if again, err := slackbot.NewTask(forgetTask, o); err == nil {
		_ = m.Later(ctx, "again/"+t.ID, *again)
	}
}

// personChanged ends what waits for the answer of somebody who was deactivated.
// Nothing is removed.
func (m *room) personChanged(ctx context.Context, _ slackbot.Task, e slackbot.PersonChanged) error {
	waiting, err := m.askedOf(ctx, e.UserID)
	if err != nil || len(waiting) == 0 {
		return err
	}
	m.People.Forget(e.UserID)
	p, err := m.People.Find(ctx, e.UserID)
	if err != nil || !p.Deleted {
		return nil //nolint:nilerr // their card lapses by itself
	}
	for _, id := range waiting {
		_, err := m.Ledger.Change(ctx, id, func(c *Credit) error {
			if r := c.Receiver(e.UserID); r != nil && r.Standing == Asked {
				r.Standing = Left
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrNoCredit) {
			return err
		}
		if err := m.carryOut(ctx, id, ""); err != nil {
			return err
		}
	}
	return nil
}

// askedOf lists the credits that wait for the answer of a person. Most people
// have none, so this is all that most changes of a profile cost.
func (m *room) askedOf(ctx context.Context, userID string) ([]string, error) {
	received, _, _, err := m.Ledger.IDsOf(ctx, userID)
	if err != nil {
		return nil, err
	}
	var waiting []string
	for ids := range slices.Chunk(received, maxPage) {
		credits, err := m.Ledger.FindAll(ctx, ids...)
		if err != nil {
			return nil, err
		}
		for _, c := range credits {
			if r := c.Receiver(userID); c.Stands() && r != nil && r.Standing == Asked {
				waiting = append(waiting, c.ID)
			}
		}
	}
	return waiting, nil
}
