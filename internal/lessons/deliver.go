package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// keepEvery is how long what was sent waits to be recorded while a batch goes on,
// and for how long the gate's word counts.
const keepEvery = 2 * time.Second

// round is one batch of subscriptions whose lesson may be due.
type round struct {
	*room
	shelf   shelf
	updates []update
	kept    time.Time
}

// deliver sends the lessons of those who are due, and gives each the time of the
// next one. It can be stopped anywhere and repeated: what was sent is sent once for
// each date.
func (m *room) deliver(ctx context.Context, ids []string) error {
	read, err := m.Book.read(ctx, ids...)
	if err != nil {
		return err
	}
	r := &round{room: m, shelf: m.shelves.of(m.Library()), kept: m.Now()}
	verdicts, err := r.ask(ctx, read)
	if err != nil {
		return err
	}
	asked := m.Now()
	var failure error
	for i, e := range read {
		if failure = r.one(ctx, e, verdicts[i], asked); failure != nil {
			break
		}
		if m.Now().Sub(r.kept) > keepEvery {
			if failure = r.keep(ctx); failure != nil {
				return failure
			}
		}
	}
	// What was done is recorded whatever came after it.
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	return errors.Join(failure, r.keep(saving))
}

// ask asks the gate about all that are due.
func (m *room) ask(ctx context.Context, read []entry) ([]nudge.Verdict, error) {
	occasions := make([]nudge.Occasion, len(read))
	for i, e := range read {
		occasions[i] = e.occasion()
	}
	return m.Gate.Ask(ctx, occasions...)
}

// occasion is the lesson that comes next. It is named by its date, so that there
// can be but one of each date wherever somebody travels.
func (s Subscription) occasion() nudge.Occasion {
	o := nudge.Occasion{
		Class: nudge.Subscribed, Intent: fmt.Sprintf("lesson/%s/%s", s.ID, s.Next), UserID: s.ID, ChannelID: s.ConversationID,
		Consent: s.On, Chosen: s.Due(), Zone: when.Zone(s.Zone),
	}
	if s.Channel() {
		o.UserID, o.ChannelID = s.By, s.ID
	}
	return o
}

// one does what is to be done about one subscription. Its error ends the batch.
func (r *round) one(ctx context.Context, e entry, v nudge.Verdict, asked time.Time) error {
	now := r.Now()
	switch {
	case e.raw == "":
		r.updates = append(r.updates, update{from: e, gone: true})
		return nil
	case !e.On || e.Due().After(now): // stopped, or sent by an earlier try
		r.updates = append(r.updates, update{from: e, to: e.Subscription})
		return nil
	case e.TooLate(now) || v.Never:
		r.miss(e)
		return nil
	}
	if now.Sub(asked) > keepEvery {
		fresh, err := r.ask(ctx, []entry{e})
		if err != nil {
			return err
		}
		v = fresh[0]
	}
	if !v.Open() {
		r.wait(e, v.At)
		return nil
	}
	return r.send(ctx, e, v)
}

// miss moves a lesson that cannot come in time to the next slot.
func (r *round) miss(e entry) {
	to, date := e.clone(), e.Next
	to.Missed(r.Now())
	r.change(e, to, func(s *Subscription) {
		if s.On && s.Next == date {
			s.Missed(r.Now())
		}
	})
}

// wait leaves a lesson until it may come, if that is soon enough.
func (r *round) wait(e entry, until time.Time) {
	if until.After(e.Due().Add(LateBy)) {
		r.miss(e)
		return
	}
	r.updates = append(r.updates, update{from: e, to: e.Subscription, at: until})
}

// send sends the lesson that comes next to somebody who may have it now.
func (r *round) send(ctx context.Context, e entry, v nudge.Verdict) error {
	today := when.DateOf(r.Now().In(when.Zone(e.Zone)))
	l := e.Pick(r.shelf.year)
	if l == nil {
		r.miss(e)
		return nil
	}
	var recall *playbook.Lesson
	if !e.Channel() {
		recall = e.Question(today, r.shelf.find)
	}
	say := r.shelf.message(e.Subscription, l, recall)
	if e.Channel() {
		say = channelLesson(l, r.asker(ctx, e.Subscription))
	}
	posted, err := v.Send(ctx, say)
	if errors.Is(err, slackbot.ErrChannelNotFound) && e.ConversationID != "" {
		o := e.occasion()
		o.ChannelID = "" // it is looked for anew
		posted, err = r.Gate.Direct(ctx, o, say)
	}
	switch {
	case err == nil, errors.Is(err, slackbot.ErrDoubtful): // they may have it; twice would be worse
		r.sent(e, l, recall, today, posted)
		return nil
	case refused(err):
		return r.drop(ctx, e)
	}
	var later nudge.NotNow
	if errors.As(err, &later) {
		r.wait(e, later.Until)
		return nil
	}
	return fmt.Errorf("sending a lesson: %w", err)
}

// sent records that a lesson was sent.
func (r *round) sent(e entry, l, recall *playbook.Lesson, today when.Date, posted slackbot.Posted) {
	now := r.Now()
	record := func(s *Subscription) {
		s.Delivered(now) // also if they changed the time meanwhile: it is one a week
		s.Show(l, today, !s.Channel())
		if recall != nil {
			s.Asked(recall.ID, today)
		}
		if posted.ChannelID != "" && !s.Channel() {
			s.ConversationID = posted.ChannelID
		}
	}
	to := e.clone()
	record(&to)
	r.change(e, to, record)
}

// change writes a record with the others, or by itself if somebody changes it
// meanwhile.
func (r *round) change(e entry, to Subscription, apply func(*Subscription)) {
	id := e.ID
	r.updates = append(r.updates, update{from: e, to: to, conflict: func(ctx context.Context) error {
		_, err := r.Book.Change(ctx, id, func(s *Subscription) error {
			if s.Zone == "" && !s.On {
				return errUnchanged // it was removed
			}
			apply(s)
			return nil
		})
		return err
	}})
}

// keep records what was done so far.
func (r *round) keep(ctx context.Context) error {
	r.kept = r.Now()
	if len(r.updates) == 0 {
		return nil
	}
	updates := r.updates
	r.updates = nil
	changed, err := r.Book.write(ctx, updates)
	if err != nil {
		return err
	}
	for i, u := range updates {
		if changed[i] && u.conflict != nil {
			if err := u.conflict(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// refused says whether the bot may not write there, now or later.
func refused(err error) bool {
	for _, e := range []error{
		slackbot.ErrCannotDirect, slackbot.ErrUserNotFound, slackbot.ErrNotInChannel, slackbot.ErrChannelNotFound,
		slackbot.ErrChannelArchived, slackbot.ErrPostingForbidden,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// drop ends the subscription of a channel that the bot was taken out of, and of
// somebody who left. Whoever is still there gets the next lesson.
func (r *round) drop(ctx context.Context, e entry) error {
	if e.Channel() {
		r.Log.Info("a channel takes no lessons any more: the bot may not post there", zap.String("channel", e.ID))
		r.updates = append(r.updates, update{from: e, gone: true})
		return r.tellStopped(ctx, e.Subscription)
	}
	r.People.Forget(e.ID)
	p, err := r.People.Find(ctx, e.ID)
	switch {
	case errors.Is(err, people.ErrUnknown) || err == nil && !p.Member():
		r.updates = append(r.updates, update{from: e, gone: true})
	case err != nil:
		return err
	default:
		r.Log.Warn("a lesson could not be delivered to somebody", zap.String("user", e.ID))
		r.miss(e)
	}
	return nil
}

// tellStopped tells who asked for a channel's lessons that they ended.
func (m *room) tellStopped(ctx context.Context, s Subscription) error {
	line := fmt.Sprintf(channelEnded, s.ID)
	_, err := m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: fmt.Sprintf("lesson/%s/%s/ended", s.ID, s.Next), UserID: s.By, Answers: true,
	}, blockkit.Message{Text: line})
	if err != nil && ctx.Err() != nil {
		return err
	}
	return nil // it is not worth the lessons of others
}
