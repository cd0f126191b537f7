package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/nudge"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// The monthly list of credit in a channel that asked for it: turned on and off by
// its full members, and posted when it is due.

// actionDigest turns a list on or off: the value is what is wanted, a colon, and
// the channel.
const (
	actionDigest  = "credit.digest"
	wantOn        = "on"
	wantOff       = "off"
	wantNoticeOff = "end" // off, pressed on the notice that it is on
)

const (
	// channelTime is how long the answer to `/ally credits` waits for what it says
	// of the channel.
	channelTime = 700 * time.Millisecond
	// tellAgain is how long after a list was turned on the channel is still told
	// of it, for whoever was interrupted: longer than work is tried again, shorter
	// than what was sent is remembered.
	tellAgain = 90 * time.Minute
)

func (m *room) registerDigest(r *slackbot.Router) {
	r.Action(actionDigest, m.digestSwitch, slackbot.OrElse(m.digestNotSwitched))
}

// channelPart is what the answer to `/ally credits` says of the channel it was
// typed in; nothing in direct messages, where Ally is not a member, and to guests.
func (m *room) channelPart(ctx context.Context, userID, channelID string) []slack.Block {
	ctx, cancel := context.WithTimeout(ctx, channelTime)
	defer cancel()
	ch, err := m.Channels.Find(ctx, channelID)
	if err != nil || ch.Direct || !ch.BotIn || ch.Archived {
		return nil
	}
	if ok, err := m.fullMember(ctx, userID, channelID); err != nil || !ok {
		return nil
	}
	d, on, err := m.Ledger.Digest(ctx, channelID)
	if err != nil {
		return nil
	}
	may, err := m.maySeeSpread(ctx, userID, channelID)
	return channelView(d, on, err == nil && may, channelID)
}

// fullMember says whether somebody is a full member of the workspace and in the
// channel.
func (m *room) fullMember(ctx context.Context, userID, channelID string) (bool, error) {
	p, err := m.People.Find(ctx, userID)
	if errors.Is(err, people.ErrUnknown) || err == nil && !p.Member() {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking who somebody is: %w", err)
	}
	in, err := m.Channels.Has(ctx, channelID, userID)
	if hidden(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking who is in a channel: %w", err)
	}
	return in[userID], nil
}

// digestSwitch turns the list of a channel on or off for a full member of it.
func (m *room) digestSwitch(ctx context.Context, _ slackbot.Task, a slackbot.Action) error {
	want, channelID, _ := strings.Cut(a.Value, ":")
	ok, err := m.fullMember(ctx, a.UserID, channelID)
	switch {
	case err != nil:
		return err
	case !ok:
		return m.whisper(ctx, a, say(digestFull))
	case want == wantOn:
		return m.digestOn(ctx, a, channelID)
	}
	if err := m.Ledger.StopDigest(ctx, channelID); err != nil {
		return err
	}
	if want == wantNoticeOff {
		err := m.Send.Update(ctx, a.Origin.ChannelID, a.Origin.MessageTS, say(digestEnded))
		if err != nil && !spent(err) && !noPlace(err) && !errors.Is(err, slackbot.ErrCannotUpdate) {
			return fmt.Errorf("changing the notice of a digest: %w", err)
		}
	}
	return m.whisper(ctx, a, say(digestIsOff))
}

// digestOn turns a list on and tells the channel, once for each time it is turned
// on, however many press at the same time.
func (m *room) digestOn(ctx context.Context, a slackbot.Action, channelID string) error {
	now := m.Now()
	d, on, err := m.Ledger.Digest(ctx, channelID)
	if err != nil {
		return err
	}
	if on && now.Sub(d.Since) > tellAgain {
		return m.whisper(ctx, a, say(fmt.Sprintf(digestWasOn, day(d.Next))))
	}
	if !on {
		zone := "UTC"
		if p, err := m.People.Find(ctx, a.UserID); err == nil && p.TZ != "" {
			zone = p.TZ
		}
		d = Digest{ChannelID: channelID, AskedBy: a.UserID, Zone: zone, Since: now, Next: nextDigest(now, zoneOf(zone))}
		mine, err := m.Ledger.SwapDigest(ctx, channelID, Digest{}, d)
		if err != nil {
			return err
		}
		if !mine { // somebody else pressed it just now
			if d, on, err = m.Ledger.Digest(ctx, channelID); err != nil || !on {
				return err
			}
		}
	}
	intent := fmt.Sprintf("credit/digest/%s/on/%d", channelID, d.Since.UnixMilli())
	_, err = m.Gate.Direct(ctx, nudge.Occasion{
		Class: nudge.Notice, Intent: intent, UserID: a.UserID, ChannelID: channelID, Answers: true,
	}, noticeMessage(m.name(ctx, d.AskedBy), channelID))
	switch {
	case noPlace(err):
		if _, err := m.Ledger.SwapDigest(ctx, channelID, d, Digest{}); err != nil {
			return err
		}
		return m.whisper(ctx, a, say(digestNoPlace))
	case err != nil && !errors.Is(err, slackbot.ErrDoubtful):
		return fmt.Errorf("telling a channel of its digest: %w", err)
	}
	return m.whisper(ctx, a, say(fmt.Sprintf(digestIsOn, day(d.Next))))
}

// digestNotSwitched takes back a list that the channel could not be told of.
func (m *room) digestNotSwitched(ctx context.Context, t slackbot.Task) {
	var a slackbot.Action
	if !readPayload(t, &a) {
		return
	}
	want, channelID, _ := strings.Cut(a.Value, ":")
	if want != wantOn {
		return
	}
	d, on, err := m.Ledger.Digest(ctx, channelID)
	if err == nil && on && d.AskedBy == a.UserID && m.Now().Sub(d.Since) <= tellAgain {
		_, _ = m.Ledger.SwapDigest(ctx, channelID, d, Digest{})
	}
	_ = m.replyTo(ctx, t.ID+"/failed", a.UserID, say(fmt.Sprintf(digestNotDone, channelID)))
}

// digestDue posts the list of a channel when it is due, and sets the next date.
func (m *room) digestDue(ctx context.Context, channelID string, _ time.Time) error {
	d, on, err := m.Ledger.Digest(ctx, channelID)
	if err != nil {
		return err
	}
	if !on { // it was turned off meanwhile; what is left in the calendar goes
		_, err := m.Ledger.SwapDigest(ctx, channelID, Digest{}, Digest{})
		return err
	}
	now := m.Now()
	if now.Before(d.due()) { // done already; the calendar gets its date back
		_, err := m.Ledger.SwapDigest(ctx, channelID, d, d)
		return err
	}
	next := d
	next.Next, next.Wait = nextDigest(now, zoneOf(d.Zone)), time.Time{}
	if now.Sub(d.due()) <= digestLate {
		err = m.postDigest(ctx, d)
	}
	if noPlace(err) {
		err = m.digestRefused(ctx, d)
		if _, ok := asleep(err); !ok {
			return err
		}
	}
	if until, ok := asleep(err); ok {
		wait := d
		wait.Wait = until
		_, err := m.Ledger.SwapDigest(ctx, channelID, d, wait)
		return err
	}
	if err != nil && !errors.Is(err, slackbot.ErrDoubtful) { // a doubtful one may be there; twice would be worse
		return fmt.Errorf("posting a digest: %w", err)
	}
	// If it was changed meanwhile, whoever changed it set the date.
	_, err = m.Ledger.SwapDigest(ctx, channelID, d, next)
	return err
}

// postDigest posts the credits of the month before that still stand, if there are
// any. Out of working hours it returns a nudge.NotNow.
func (m *room) postDigest(ctx context.Context, d Digest) error {
	begin, end := monthBefore(d.Next, zoneOf(d.Zone))
	intent := fmt.Sprintf("credit/digest/%s/%s", d.ChannelID, begin.Format("2006-01"))
	v, err := m.Gate.Ask(ctx, d.occasion(intent))
	switch {
	case err != nil:
		return err
	case !v[0].Open(): // before everything is looked up
		return nudge.NotNow{Until: v[0].At}
	}
	all, err := m.postedIn(ctx, d.ChannelID, begin, end)
	if err != nil {
		return err
	}
	slices.Reverse(all) // oldest first
	hears := m.Hears != nil && m.Hears(d.ChannelID)
	var lines []digestLine
	for len(all) > 0 && len(lines) < digestShown {
		c := all[0]
		all = all[1:]
		named := c.With(Named)
		if len(named) == 0 {
			continue
		}
		gone := false
		if !hears { // then nobody told the bot of posts deleted
			if gone, err = m.isGone(ctx, c.Post); err != nil {
				return err
			}
		}
		if gone {
			if _, err := m.withdraw(ctx, c.ID, c.Post); err != nil && !errors.Is(err, ErrNoCredit) {
				return err
			}
			continue
		}
		l := digestLine{Giver: m.name(ctx, c.GiverID), Reason: c.Reason, Link: m.link(c.Post)}
		if l.Giver == "" && c.GiverID != "" {
			l.Giver = somebody
		}
		for _, id := range named {
			l.To = append(l.To, m.name(ctx, id))
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil
	}
	_, err = v[0].Send(ctx, digestMessage(d.ChannelID, begin, lines, len(all)))
	return err
}

// occasion is a list of the channel, which asked for it; its days and hours are
// those of who asked on its behalf.
func (d Digest) occasion(intent string) nudge.Occasion {
	return nudge.Occasion{
		Class: nudge.Subscribed, Intent: intent, UserID: d.AskedBy, ChannelID: d.ChannelID, Consent: true, Zone: zoneOf(d.Zone),
	}
}

// postedIn lists the credits posted in a channel that stand, the newest first.
func (m *room) postedIn(ctx context.Context, channelID string, since, until time.Time) ([]Credit, error) {
	var all []Credit
	q := Query{In: channelID, Since: since, Until: until, Limit: maxPage}
	for {
		p, err := m.Ledger.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Credits...)
		if p.Next == "" {
			return all, nil
		}
		q.After = p.Next
	}
}

// digestRefused ends the list of a channel in which the bot may not post, and
// tells whoever asked for it. In their quiet hours it returns a nudge.NotNow.
func (m *room) digestRefused(ctx context.Context, d Digest) error {
	if d.AskedBy != "" {
		intent := fmt.Sprintf("credit/digest/%s/stopped/%d", d.ChannelID, d.Next.Unix())
		_, err := m.Gate.Direct(ctx, nudge.Occasion{Class: nudge.Notice, Intent: intent, UserID: d.AskedBy}, say(fmt.Sprintf(digestStopped, d.ChannelID)))
		switch {
		case err == nil, errors.Is(err, nudge.ErrNever), errors.Is(err, slackbot.ErrDoubtful), errors.Is(err, slackbot.ErrCannotDirect), errors.Is(err, slackbot.ErrUserNotFound):
		default:
			return fmt.Errorf("telling who asked for a digest: %w", err)
		}
	}
	_, err := m.Ledger.SwapDigest(ctx, d.ChannelID, d, Digest{})
	return err
}
