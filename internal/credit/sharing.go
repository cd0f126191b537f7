package credit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"allybot/internal/nudge"
	"allybot/internal/slackbot"
)

// How shared credit reaches the person picked: at once, or once their quiet hours
// are over. Until then its ids wait in Redis, with a place in the calendar. A note
// does not: it may be kept for an hour, and a night is longer.

// outcomes are what whoever shares is told; nothing if it arrived.
const (
	shareEmpty     = "nothing"
	shareInDoubt   = "doubt"
	shareForbidden = "refused"
	shareGivenUp   = "failed"
	shareAsleep    = "asleep"
)

// outcomeLine says how it went.
func (w sharing) outcomeLine() string {
	switch w.Left {
	case shareInDoubt:
		return fmt.Sprintf(shareDoubt, w.To)
	case shareForbidden:
		return fmt.Sprintf(shareRefused, w.To)
	case shareGivenUp:
		return fmt.Sprintf(shareFailed, w.To)
	case shareAsleep:
		return fmt.Sprintf(shareTooLate, w.To, w.Opens)
	}
	return shareNothingLeft
}

// shared sends what somebody shared just now, or keeps it until it can be sent. With
// a note it is not kept: they are told to share it later.
func (m *room) shared(ctx context.Context, _ slackbot.Task, w sharing) error {
	err := m.share(ctx, &w, true)
	until, wait := asleep(err)
	switch {
	case wait && w.Note != "":
		w.Note, w.Left, w.Opens = "", shareAsleep, until.Format(clockTime)
		return m.share(ctx, &w, true)
	case wait:
		return m.Ledger.KeepSharing(ctx, w, until)
	}
	return err
}

// noteWaits says that a note cannot be kept until the person picked may be written
// to, and "" if they may be now, or if that is not known in time: then it is seen
// when it is sent.
func (m *room) noteWaits(ctx context.Context, w sharing) string {
	verdicts, err := m.Gate.Ask(ctx, nudge.Occasion{Class: nudge.Notice, Intent: "credit/share/" + w.Act, UserID: w.To})
	if err != nil || verdicts[0].Open() || verdicts[0].Never {
		return ""
	}
	p, err := m.People.Find(ctx, w.To)
	if err != nil {
		return ""
	}
	opens := verdicts[0].At
	return fmt.Sprintf(shareNoteWaits, hourFor(m.Now().In(opens.Location()), p.Name), opens.Format(clockTime))
}

// clockTime is how a time of day is written.
const clockTime = "15:04"

// hourFor says what part of the day somebody’s quiet hours are in.
func hourFor(local time.Time, name string) string {
	switch h := local.Hour(); {
	case h >= 22 || h < 5:
		return fmt.Sprintf(shareAtNight, name)
	case h < 9:
		return fmt.Sprintf(shareEarly, name)
	case h >= 17:
		return fmt.Sprintf(shareEvening, name)
	}
	return fmt.Sprintf(shareQuiet, name)
}

// shareDue sends what has waited, for a day at most. Without an error it is over.
func (m *room) shareDue(ctx context.Context, act string) error {
	w, err := m.Ledger.sharing(ctx, act)
	if err != nil {
		return err
	}
	switch {
	case w.Act == "":
		return m.Ledger.DropSharing(ctx, act)
	case m.Now().Sub(w.Until) > giveUpAfter:
		w.Left = shareGivenUp
	}
	err = m.share(ctx, &w.sharing, false)
	if until, ok := asleep(err); ok {
		return m.Ledger.KeepSharing(ctx, w.sharing, until)
	}
	if err != nil {
		return err
	}
	return m.Ledger.DropSharing(ctx, act)
}

// share sends what somebody shares: each message once, however often it is tried.
// It returns a nudge.NotNow if it has to wait, w.Left saying what for; fresh says
// that they shared it just now, so that they are answered at any hour.
func (m *room) share(ctx context.Context, w *sharing, fresh bool) error {
	if w.Left == "" {
		if err := m.sendShared(ctx, w); err != nil || w.Left == "" {
			return err
		}
	}
	_, err := m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: "credit/share/" + w.Act + "/" + w.Left, UserID: w.From, Answers: fresh,
	}, say(w.outcomeLine()))
	if errors.Is(err, slackbot.ErrDoubtful) || errors.Is(err, nudge.ErrNever) {
		return nil
	}
	return err
}

// sendShared sends it to the person picked, and notes what is to be told of it.
func (m *room) sendShared(ctx context.Context, w *sharing) error {
	all, err := m.received(ctx, w.From, w.IDs)
	if err != nil {
		return err
	}
	if all, err = m.stillThere(ctx, all); err != nil {
		return err
	}
	if len(all) == 0 {
		w.Left = shareEmpty
		return nil
	}
	links := m.linksFor(ctx, w.From, all)
	parts := w.messages(all, func(c *Credit) string { return links[c.ID] })
	// All pass the gate if the first did, also when the last are tried again later:
	// whoever has the beginning gets the rest with it.
	begun, err := m.Ledger.shareBegun(ctx, w.Act)
	if err != nil {
		return err
	}
	for i, say := range parts {
		_, err := m.Gate.Direct(ctx, nudge.Occasion{
			Class: nudge.Notice, Intent: fmt.Sprintf("credit/share/%s/%d", w.Act, i), UserID: w.To, Answers: begun,
		}, say)
		switch {
		case err == nil && !begun && len(parts) > 1:
			if err := m.Ledger.beginShare(ctx, w.Act); err != nil {
				return err
			}
			begun = true
		case err == nil:
		case errors.Is(err, slackbot.ErrDoubtful):
			w.Left = shareInDoubt
			return nil
		case errors.Is(err, nudge.ErrNever), errors.Is(err, slackbot.ErrCannotDirect), errors.Is(err, slackbot.ErrUserNotFound), errors.Is(err, slackbot.ErrChannelNotFound):
			w.Left = shareForbidden
			return nil
		default:
			return fmt.Errorf("sharing credit: %w", err)
		}
	}
	return nil
}

// notShared tells somebody that what they wanted to share was not sent.
func (m *room) notShared(ctx context.Context, t slackbot.Task) {
	var w sharing
	if readPayload(t, &w) {
		_ = m.replyTo(ctx, "credit/share/"+w.Act+"/failed", w.From, say(fmt.Sprintf(shareFailed, w.To)))
	}
}
