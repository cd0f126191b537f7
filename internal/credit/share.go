package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/slackbot"
)

// Credit one received, shown to a person one picks.

const (
	actionShare   = "credit.share"
	callbackShare = "credit.share"
	shareTask     = "credit.share"

	fieldShareTo   = "credit_share_to"
	fieldShareWhat = "credit_share_what"
	fieldShareAll  = "credit_share_all"
	fieldShareNote = "credit_share_note"
)

const (
	// SharesPerDay is how often one person can share credit in 24 hours.
	SharesPerDay = 5
	// maxShared is how many credits one can pick from.
	maxShared = blockkit.MaxOptions
	// maxShareMessages is how many messages the person picked gets at most.
	maxShareMessages = 3
	// maxShareNote is how long the note may be, in UTF-16 units.
	maxShareNote = 300
)

func (m *room) registerShare(r *slackbot.Router) {
	r.Action(actionShare, m.openShare)
	r.Submission(callbackShare, m.submitShare)
	slackbot.Handle(r, shareTask, m.shared, slackbot.OrElse(m.notShared))
}

// openShare asks with whom to share what.
func (m *room) openShare(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	s := decodeListing(a.Value).first()
	s.Given = false
	p, err := m.Ledger.Page(ctx, s.query(a.UserID, m.Now(), maxShared))
	if err != nil {
		return err
	}
	if len(p.Credits) == 0 {
		return m.showList(ctx, a, s, listGone)
	}
	return m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", shareWindow(t.ID, s, p))
}

// sharing is what somebody wants to share.
type sharing struct {
	Act  string   `json:"x"`
	From string   `json:"user"`
	To   string   `json:"to"`
	IDs  []string `json:"ids"`
	Note string   `json:"note,omitempty"` // plain text
	// Left is what is left to do but to tell whoever shares it how it went: one of
	// the outcomes.
	Left string `json:"left,omitempty"`
	// Opens is when the quiet hours of the person picked end, "09:00" where they are.
	Opens string `json:"opens,omitempty"`
}

// submitShare judges what was picked. Whatever is wrong is said in the window,
// where everything stays as it was entered.
func (m *room) submitShare(ctx context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	f, ok := decodeFromList(s.Origin.PrivateMetadata)
	if !ok {
		return slackbot.SubmissionReply{}, nil
	}
	wrong := map[string]string{}
	w := sharing{Act: f.Act, From: s.UserID, Note: blockkit.Clean(s.State[fieldShareNote].Value)}
	if blockkit.Len(w.Note) > maxShareNote {
		wrong[fieldShareNote] = fmt.Sprintf(shareLongNote, maxShareNote)
	}
	if to := s.State[fieldShareTo].Users; len(to) > 0 {
		w.To = to[0]
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	if line := m.cannotShareWith(asking, s.UserID, w.To); line != "" {
		wrong[fieldShareTo] = line
	} else if w.Note != "" && wrong[fieldShareNote] == "" {
		if line := m.noteWaits(asking, w); line != "" {
			wrong[fieldShareNote] = line
		}
	}
	what, field, line := m.toShare(ctx, f, s)
	if line != "" {
		wrong[field] = line
	}
	if len(wrong) > 0 {
		return slackbot.SubmissionReply{Errors: wrong}, nil
	}
	for i := range what {
		w.IDs = append(w.IDs, what[i].ID)
	}
	switch room, err := m.Ledger.NoteShare(ctx, s.UserID, f.Act); {
	case err != nil:
		return slackbot.SubmissionReply{Errors: map[string]string{fieldShareTo: shareAway}}, nil //nolint:nilerr // what was entered stays
	case !room:
		return slackbot.SubmissionReply{Errors: map[string]string{fieldShareTo: fmt.Sprintf(shareDayFull, SharesPerDay)}}, nil
	}
	t, err := slackbot.NewTask(shareTask, w)
	v := sharedWindow(w.To)
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// cannotShareWith says why credit cannot be shared with somebody, plain, and ""
// if it can.
func (m *room) cannotShareWith(ctx context.Context, from, to string) string {
	switch to {
	case "":
		return shareNobody
	case from:
		return shareSelf
	}
	m.People.Forget(to) // they may have left
	p, err := m.People.Find(ctx, to)
	switch {
	case errors.Is(err, people.ErrUnknown):
		return shareUnknown
	case err != nil:
		return shareAway
	case p.Bot:
		return shareBot
	case p.Deleted:
		return shareDeleted
	case p.External:
		return shareExternal
	case p.Guest:
		return shareGuest
	}
	return ""
}

// toShare are the credits picked that are still there, or what is wrong and the
// field it is about.
func (m *room) toShare(ctx context.Context, f fromList, s slackbot.Submission) (what []Credit, field, wrong string) {
	if len(s.State[fieldShareAll].Options) > 0 {
		p, err := m.Ledger.Page(ctx, f.List.query(s.UserID, m.Now(), maxPage))
		switch {
		case err != nil:
			return nil, fieldShareAll, shareAway
		case len(p.Credits) == 0:
			return nil, fieldShareAll, shareGone
		}
		if n := m.fitting(s.UserID, p.Credits); n < len(p.Credits) || p.Next != "" {
			return nil, fieldShareAll, fmt.Sprintf(shareTooLong, n)
		}
		return p.Credits, "", ""
	}
	picked := s.State[fieldShareWhat].Options
	if len(picked) == 0 {
		return nil, fieldShareWhat, shareNothing
	}
	all, err := m.received(ctx, s.UserID, picked)
	switch n := m.fitting(s.UserID, all); {
	case err != nil:
		return nil, fieldShareWhat, shareAway
	case len(all) == 0:
		return nil, fieldShareWhat, shareGone
	case n < len(all):
		return nil, fieldShareWhat, fmt.Sprintf(shareTooLong, n)
	}
	return all, "", ""
}

// received are those of the credits that are on the list of what somebody
// received, newest first.
func (m *room) received(ctx context.Context, userID string, ids []string) ([]Credit, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !idForm.MatchString(id) })
	all, err := m.Ledger.FindAll(ctx, ids...)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c Credit) bool { return c.Receiver(userID) == nil || !listed(&c, userID) })
	slices.SortStableFunc(all, func(a, b Credit) int { return b.Given.Compare(a.Given) })
	return all, nil
}

// fitting is how many of the credits fit into the messages that may be sent.
func (m *room) fitting(userID string, credits []Credit) int {
	n := 0
	link := func(c *Credit) string { return m.link(linked(c, userID)) }
	for _, part := range (sharing{From: userID, Note: longestNote}).split(credits, link, maxShareMessages) {
		n += len(part)
	}
	return n
}

// linksFor are the links of credits by their ids, as somebody else may see them:
// to the post, or to a message in a public channel.
func (m *room) linksFor(ctx context.Context, userID string, credits []Credit) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, namesWithin)
	defer cancel()
	links, public := map[string]string{}, map[string]bool{}
	for i := range credits {
		c := &credits[i]
		at := linked(c, userID)
		open, known := public[at.ChannelID]
		switch {
		case at == c.Post:
			open = true
		case !known && at.ChannelID != "" && len(public) < maxChannelsAsked:
			ch, err := m.Channels.Find(ctx, at.ChannelID)
			open = err == nil && !ch.Private && !ch.Direct
			public[at.ChannelID] = open
		}
		if open {
			links[c.ID] = m.link(at)
		}
	}
	return links
}
