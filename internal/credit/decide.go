package credit

import "strings"

// Circle is who would see the post of a credit.
type Circle struct {
	// Private says that there is no post.
	Private bool
	// Wider says that more people would see it than where it happened: it goes to
	// the credit channel, to another conversation, or to one that the giver does
	// not belong to.
	Wider bool
	// Members are the people of the conversation it goes to; of a private credit,
	// those of the conversation it is given in. Known says whether they could be
	// learnt; without that nobody counts as a member.
	Members map[string]bool
	Known   bool
}

// has says whether somebody is known to be in the conversation.
func (c Circle) has(userID string) bool { return c.Known && c.Members[userID] }

// Decide says how a person's part of a new credit stands, by what they chose.
// Who chose public is named wherever there is a post. Who never chose is named
// where they are known to be and nobody else would read along, else asked, as is
// everybody whose choice cannot be read.
func Decide(n Naming, user string, c Circle) Standing {
	switch {
	case c.Private, n == InPrivate:
		return Private
	case n == InPublic, n == Undecided && !c.Wider && c.has(user):
		return Named
	}
	return Asked
}

// Person is somebody whom a credit is meant for, as far as it matters here.
type Person struct {
	ID       string
	Name     string // plain text; may be empty
	Bot      bool   // apps, workflows, Ally itself
	Deleted  bool
	Guest    bool
	External bool // of another organisation
	Unknown  bool // Slack knows no such person
}

// Refused is why somebody cannot be credited.
type Refused string

// Why, in the order they are told.
const (
	Oneself     Refused = "self"
	NobodyKnown Refused = "unknown"
	ABot        Refused = "bot"
	Deactivated Refused = "deactivated"
	NotInside   Refused = "outside" // a guest or of another organisation, and not in the conversation
	CannotTell  Refused = "untold"  // the same, and nobody knows who is in the conversation
)

// Refusal is one reason and everybody it concerns.
type Refusal struct {
	Why    Refused
	People []Person
	// Sentence says what to do. It is plain text with names in it: escape it
	// before it goes into mrkdwn.
	Sentence string
}

// Refuse says who cannot be credited, by reason; nothing if all can. Guests and
// people of other organisations are credited only within a conversation they are
// in: members is the one the post goes to, or the one a private credit is given in.
func Refuse(giver string, people []Person, members Circle) []Refusal {
	by := map[Refused][]Person{}
	seen := map[string]bool{}
	for _, p := range people {
		if why := refused(giver, p, members); why != "" && !seen[p.ID] {
			by[why] = append(by[why], p)
		}
		seen[p.ID] = true
	}
	var out []Refusal
	for _, why := range []Refused{Oneself, NobodyKnown, ABot, Deactivated, NotInside, CannotTell} {
		if who := by[why]; len(who) > 0 {
			out = append(out, Refusal{Why: why, People: who, Sentence: sentence(why, who)})
		}
	}
	return out
}

func refused(giver string, p Person, members Circle) Refused {
	switch {
	case p.ID == giver:
		return Oneself
	case p.Unknown:
		return NobodyKnown
	case p.Bot:
		return ABot
	case p.Deleted:
		return Deactivated
	case (p.Guest || p.External) && !members.Known:
		return CannotTell
	case (p.Guest || p.External) && !members.has(p.ID):
		return NotInside
	}
	return ""
}

func sentence(why Refused, who []Person) string {
	names := nameAll(who)
	one := len(who) == 1
	pick := func(single, several string) string {
		if one {
			return names + single
		}
		return names + several
	}
	const instead = " Give the credit in a channel that they are in."
	switch why {
	case Oneself:
		return "Credit is for somebody else, so take yourself off the list. If it was your idea, a colleague can credit you."
	case NobodyKnown:
		return "I can’t find " + names + " in Slack. Pick them from the list of people, or leave them out."
	case ABot:
		return pick(" is an app, so credit would reach nobody. Name the person behind it instead.",
			" are apps, so credit would reach nobody. Name the people behind them instead.")
	case Deactivated:
		return pick(" has no active account here any more, so credit would not reach them. Leave them out here, and tell them another way.",
			" have no active accounts here any more, so credit would not reach them. Leave them out here, and tell them another way.")
	case NotInside:
		return names + from(who) + " and not in this conversation." + instead
	case CannotTell:
		return names + from(who) + ", and I can’t see who is in this conversation." + instead + " I have to be in it too."
	}
	return ""
}

// from is where people who are no full members come from.
func from(who []Person) string {
	away := 0
	for _, p := range who {
		if p.External {
			away++
		}
	}
	switch {
	case len(who) == 1 && away == 1:
		return " is from another organisation"
	case len(who) == 1:
		return " is a guest here"
	case away == len(who):
		return " are from another organisation"
	case away == 0:
		return " are guests here"
	}
	return " are guests here or from another organisation"
}

// nameAll is "Sam", "Sam and Noor", "Sam, Noor and others" if some have no name.
func nameAll(people []Person) string {
	var names []string
	nameless := 0
	for _, p := range people {
		if p.Name == "" {
			nameless++
			continue
		}
		names = append(names, p.Name)
	}
	switch {
	case nameless == 1 && len(people) == 1:
		return "this person"
	case nameless == len(people):
		return "these people"
	case nameless == 1:
		names = append(names, "somebody else")
	case nameless > 1:
		names = append(names, "others")
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
