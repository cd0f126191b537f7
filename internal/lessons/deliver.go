package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"allybot/internal/nudge"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

const (
	// prompt is what a few lessons may take that are read, judged, sent and recorded
	// together: for so long a change that somebody makes may come too late.
	prompt = 500 * time.Millisecond
	// unreadableFor is how long a record that cannot be read is left alone.
	unreadableFor = time.Hour
	// maxFailed is after how many failures a batch is left to a later try: one may be
	// about one person, more are about Slack or Redis.
	maxFailed = 3
)

// deliver sends the lessons of those who are due, and gives each the time of the
// next one. It can be stopped anywhere and repeated: what is sent is sent once for
// each date.
func (m *room) deliver(ctx context.Context, ids []string) error {
	var failure error
	failed := 0
	for few := 1; len(ids) > 0; {
		n := min(few, len(ids))
		begun := time.Now() // how fast Slack takes them, not a time of the product
		if err := m.deliverFew(ctx, ids[:n]); err != nil {
			failure = errors.Join(failure, err)
			if failed++; failed == maxFailed || ctx.Err() != nil {
				return failure
			}
		}
		if ids = ids[n:]; time.Since(begun) < prompt {
			few *= 2
		} else {
			few = max(1, few/2)
		}
	}
	return failure
}

// round is a few subscriptions whose lesson may be due.
type round struct {
	*room
	shelf   shelf
	parcels []parcel
	updates []update
}

// parcel is a lesson about to be sent.
type parcel struct {
	to      entry
	verdict nudge.Verdict
	lesson  *playbook.Lesson
	recall  *playbook.Lesson // whose question comes with it, or nil
	today   when.Date
}

func (m *room) deliverFew(ctx context.Context, ids []string) error {
	read, err := m.Book.read(ctx, ids...)
	if err != nil {
		return err
	}
	r := &round{room: m, shelf: m.shelves.of(m.Library())}
	occasions := make([]nudge.Occasion, len(read))
	for i, e := range read {
		occasions[i] = e.occasion()
	}
	verdicts, err := m.Gate.Ask(ctx, occasions...)
	if err != nil {
		return err
	}
	var failure error // of some, which is no reason to keep the others waiting
	for i, e := range read {
		failure = errors.Join(failure, r.judge(ctx, e, verdicts[i]))
	}
	if err := r.begin(ctx); err != nil {
		return errors.Join(failure, err)
	}
	for _, p := range r.parcels {
		if failure = errors.Join(failure, r.send(ctx, p)); ctx.Err() != nil {
			break
		}
	}
	// What was done is recorded whatever came after it.
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	return errors.Join(failure, r.keep(saving))
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

// judge decides what is to be done about one subscription now.
func (r *round) judge(ctx context.Context, e entry, v nudge.Verdict) error {
	now := r.Now()
	switch {
	case e.err != nil:
		r.Log.Error("a subscription to lessons is left alone for an hour", zap.String("of", e.ID), zap.Error(e.err))
		return r.Book.lookAgain(ctx, e.ID, now.Add(unreadableFor))
	case e.raw == "":
		r.updates = append(r.updates, update{from: e, gone: true})
		return nil
	case !e.On || e.Due().After(now): // stopped, or sent by an earlier try
		r.updates = append(r.updates, update{from: e, to: e.Subscription})
		return nil
	}
	if e.Channel() {
		fit, err := r.stillFit(ctx, e.ID)
		if err != nil {
			return err
		}
		if !fit {
			return r.drop(ctx, e)
		}
	}
	switch {
	case now.After(r.lastMoment(e)) || v.Never:
		r.miss(e)
		return nil
	case !v.Open():
		r.wait(e, v.At)
		return nil
	}
	p := parcel{to: e, verdict: v, today: when.DateOf(now.In(when.Zone(e.Zone)))}
	// What an earlier try may have sent is what is sent.
	if p.lesson = r.shelf.find(e.Sending); p.lesson == nil || e.HasMark(p.lesson.ID, Never) {
		p.lesson = e.Pick(r.shelf.year)
	}
	if p.lesson == nil { // they want none of those there are
		r.miss(e)
		return nil
	}
	if !e.Channel() {
		p.recall = e.Question(p.today, r.shelf.find)
	}
	r.parcels = append(r.parcels, p)
	return nil
}

// lastMoment is until when the lesson may come: a day after it was due, or after
// the first working day from then on, should its own not be one any more.
func (r *round) lastMoment(e entry) time.Time {
	due := e.Due()
	if w := r.Hours.Working; w != [7]bool{} && !w[due.Weekday()] {
		due = r.Hours.Next(due, true)
	}
	return due.Add(LateBy)
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
	if until.After(r.lastMoment(e)) {
		r.miss(e)
		return
	}
	r.updates = append(r.updates, update{from: e, to: e.Subscription, at: until})
}

// begin records what is about to be sent: whoever finds that must assume that it
// was. Who changed something meanwhile is in the calendar at the time that follows
// from it.
func (r *round) begin(ctx context.Context) error {
	marks := make([]update, len(r.parcels))
	for i, p := range r.parcels {
		to := p.to.clone()
		to.Sending = CodeOf(p.lesson.ID)
		marks[i] = update{from: p.to, to: to, stay: true}
	}
	if len(marks) == 0 {
		return nil
	}
	changed, err := r.Book.write(ctx, marks)
	if err != nil {
		return err
	}
	begun := r.parcels[:0]
	for i, p := range r.parcels {
		if changed[i] {
			continue
		}
		raw, err := encode(marks[i].to)
		if err != nil {
			return err
		}
		p.to = entry{Subscription: marks[i].to, raw: raw}
		begun = append(begun, p)
	}
	r.parcels = begun
	return nil
}

// send sends the lesson that comes next to somebody who may have it now.
func (r *round) send(ctx context.Context, p parcel) error {
	e := p.to
	say := r.shelf.message(e.Subscription, p.lesson, p.recall)
	if e.Channel() {
		say = channelLesson(p.lesson, r.asker(ctx, e.Subscription))
	}
	posted, err := p.verdict.Send(ctx, say)
	if errors.Is(err, slackbot.ErrChannelNotFound) && e.ConversationID != "" {
		o := e.occasion()
		o.ChannelID = "" // it is looked for anew
		posted, err = r.Gate.Direct(ctx, o, say)
	}
	var later nudge.NotNow
	var final interface{ Permanent() bool }
	switch {
	case err == nil, errors.Is(err, slackbot.ErrDoubtful): // they may have it; twice would be worse
		r.sent(p, posted)
	case refused(err):
		return r.drop(ctx, e)
	case errors.As(err, &later):
		r.wait(e, later.Until)
	case errors.As(err, &final) && final.Permanent(): // it would be the same next time, and others wait
		r.Log.Error("a lesson cannot be sent", zap.String("to", e.ID), zap.String("lesson", p.lesson.ID), zap.Error(err))
		to := e.clone()
		pass := func(s *Subscription) { s.Missed(r.Now()); s.Show(p.lesson, p.today, false) } // not this one again
		pass(&to)
		r.change(e, to, pass)
	default:
		return fmt.Errorf("sending a lesson: %w", err)
	}
	return nil
}

// sent records that a lesson was sent.
func (r *round) sent(p parcel, posted slackbot.Posted) {
	now := r.Now()
	record := func(s *Subscription) {
		s.Delivered(now) // also if they changed the time meanwhile: it is one a week
		s.Show(p.lesson, p.today, !s.Channel())
		if p.recall != nil {
			s.Asked(p.recall.ID, p.today)
		}
		if posted.ChannelID != "" && !s.Channel() {
			s.ConversationID = posted.ChannelID
		}
	}
	to := p.to.clone()
	record(&to)
	r.change(p.to, to, record)
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

// keep records what was done.
func (r *round) keep(ctx context.Context) error {
	if len(r.updates) == 0 {
		return nil
	}
	changed, err := r.Book.write(ctx, r.updates)
	if err != nil {
		return err
	}
	for i, u := range r.updates {
		if changed[i] && u.conflict != nil {
			if err := u.conflict(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
