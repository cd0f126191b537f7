package credit

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/channels"
	"allybot/internal/people"
)

// Fields of the form, which are what a trouble is about.
const (
	fieldWho    = "credit_who"
	fieldReason = "credit_reason"
	fieldKind   = "credit_kind"
	fieldWhere  = "credit_where"
	fieldOther  = "credit_other"
)

// trouble is something the giver has to mend: plain text that says how.
type trouble struct{ Field, Text string }

// judgement is what can be said of a giving before it is accepted.
type judgement struct {
	Troubles []trouble
	// NoPlace says why it cannot be posted where it should be; plain text.
	NoPlace string
	// Doubt is what is worth asking once; plain text.
	Doubt string
	// Team is the team's credit channel, "" for none.
	Team string
}

const (
	noReceiver  = "Who is it for? Pick at least one person."
	tooMany     = "That is more than ten people. Name those whose idea or work it was, or give it in two parts."
	noReason    = "What did they do? A few words are enough: spotting the missing index, taking the notes all week."
	shortReason = "Say a bit more: what exactly did they do? A few words are enough."
	longReason  = "That is longer than %d characters. Keep what matters most."
	emptyPraise = "This could be about anybody. What exactly did they do? For example: %s."
	thankedBack = "%s credited you not long ago. If you are thanking back, is there something specific you want to name?"
	sayDayFull  = "You have given credit %d times in 24 hours, which is as much as I pass on: it should stay something special. Please try again tomorrow."
	sayPairFull = "You have credited %s %d times in 24 hours. Please keep this one for tomorrow, or tell them yourself."

	placeDirect   = "I don’t post credit in direct conversations."
	placeHidden   = "I am not in that conversation, and I never join by myself."
	placeArchived = "That channel is archived."
	placeNotYours = "You are not in that channel, so I will not post there for you."
	placeNone     = "It is not clear where it should go."
	placeTeamGone = "There is no credit channel here."
)

// judge looks at a giving: who it is for, what for, and where. What cannot be
// learnt in time does not stop it; everything is looked at once more before it
// is posted. Without Redis it returns an error.
func (m *room) judge(ctx context.Context, giver string, g giving) (judgement, error) {
	var j judgement
	blame := func(field, text string) { j.Troubles = append(j.Troubles, trouble{field, text}) }
	verdict := CheckReason(g.Reason)
	switch verdict {
	case Missing:
		blame(fieldReason, noReason)
	case TooShort:
		blame(fieldReason, shortReason)
	case TooLong:
		blame(fieldReason, fmt.Sprintf(longReason, MaxReason))
	}
	if n := len(g.To); n == 0 {
		blame(fieldWho, noReceiver)
	} else if n > MaxReceivers {
		blame(fieldWho, tooMany)
	}
	var err error
	if j.Team, err = m.Ledger.Channel(ctx); err != nil {
		return j, err
	}
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	dest := g.dest(j.Team).ChannelID
	around := Circle{Private: g.Where == privately}
	if inside := orElse(dest, g.Here); inside != "" && inside[0] != 'D' {
		around.Members, err = m.Channels.Has(asking, inside, append([]string{giver}, g.To...)...)
		around.Known = err == nil
	}
	if g.Where != privately {
		j.NoPlace = m.noPlace(asking, giver, g, j.Team, around)
	}
	for _, r := range Refuse(giver, m.persons(asking, g.To), around) {
		if j.NoPlace != "" && (r.Why == NotInside || r.Why == CannotTell) {
			continue // it depends on where it will go
		}
		blame(fieldWho, r.Sentence)
	}
	if len(j.Troubles) > 0 {
		return j, nil
	}
	var pair *PairFull
	switch err := m.Ledger.Room(ctx, giver, g.To); {
	case errors.Is(err, ErrDayFull):
		blame(fieldReason, fmt.Sprintf(sayDayFull, PerDay))
		return j, nil
	case errors.As(err, &pair):
		blame(fieldWho, fmt.Sprintf(sayPairFull, orElse(m.name(asking, pair.UserID), somebody), PerDayToOne))
		return j, nil
	case err != nil:
		return j, err
	}
	if g.Sure {
		return j, nil
	}
	back, err := m.Ledger.ThankedBack(ctx, giver, g.To, 24*time.Hour)
	if err != nil {
		return j, err
	}
	switch {
	case verdict == EmptyPraise:
		j.Doubt = fmt.Sprintf(emptyPraise, Suggestions(g.Kind)[0])
	case len(back) > 0:
		j.Doubt = fmt.Sprintf(thankedBack, orElse(m.name(asking, back[0]), "They"))
	}
	return j, nil
}

// noPlace says why a credit cannot be posted where it should be, "" if it can,
// or if nobody can tell now.
func (m *room) noPlace(ctx context.Context, giver string, g giving, team string, around Circle) string {
	dest := g.dest(team).ChannelID
	switch {
	case g.Where == creditChannel && dest == "":
		return placeTeamGone
	case dest == "":
		return placeNone
	case dest[0] == 'D':
		return placeDirect
	}
	ch, err := m.Channels.Find(ctx, dest)
	switch {
	case errors.Is(err, channels.ErrHidden):
		return placeHidden
	case err != nil:
		return ""
	case ch.Direct, !ch.BotIn:
		return placeHidden
	case ch.Archived:
		return placeArchived
	case g.Where == otherChannel && around.Known && !around.Members[giver]:
		return placeNotYours
	}
	return ""
}

// persons looks up those credited, all at once. Who cannot be looked up in time
// counts as fine for now.
func (m *room) persons(ctx context.Context, ids []string) []Person {
	out := make([]Person, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			p, err := m.People.Find(ctx, id)
			out[i] = Person{ID: id, Unknown: errors.Is(err, people.ErrUnknown)}
			if err == nil {
				out[i] = Person{ID: id, Name: people.Spoken(p.Name), Bot: p.Bot, Deleted: p.Deleted, Guest: p.Guest, External: p.External}
			}
		})
	}
	wg.Wait()
	return out
}

// mention is a person in Slack's own form.
var mention = regexp.MustCompile(`<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>`)

// reasonOf is a reason in Slack's own form as plain text, with people and
// channels by name.
func (m *room) reasonOf(ctx context.Context, typed string) string {
	named := mention.ReplaceAllStringFunc(typed, func(token string) string {
		part := mention.FindStringSubmatch(token)
		if name := people.Spoken(m.People.Name(ctx, part[1], part[2])); name != "" {
			return "<@" + part[1] + "|" + blockkit.Escape(name) + ">"
		}
		return token
	})
	return ReasonText(named, m.channelName(ctx))
}

// channelName is what to call a channel that somebody typed: a private one's name
// never leaves it.
func (m *room) channelName(ctx context.Context) func(id, label string) string {
	return func(id, label string) string {
		ch, err := m.Channels.Find(ctx, id)
		if err != nil || ch.Private || ch.Direct || ch.Name == "" {
			return "a private channel"
		}
		return "#" + blockkit.Line(ch.Name)
	}
}
