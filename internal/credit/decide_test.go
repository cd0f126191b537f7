package credit

import (
	"slices"
	"strings"
	"testing"
)

func TestDecide(t *testing.T) {
	const user = "U1"
	bools := []bool{false, true}
	for _, n := range []Naming{Undecided, InPublic, InPrivate, AskFirst, "nonsense"} {
		for _, private := range bools {
			for _, wider := range bools {
				for _, known := range bools {
					for _, member := range bools {
						c := Circle{Private: private, Wider: wider, Known: known, Members: map[string]bool{"U9": true, user: member}}
						want := Asked
						switch {
						case private:
							want = Private
						case n == InPrivate:
							want = Private
						case n == InPublic:
							want = Named
						case n == Undecided && !wider && known && member:
							want = Named
						}
						if got := Decide(n, user, c); got != want {
							t.Errorf("%q in %+v: %s, want %s", n, c, got, want)
						}
					}
				}
			}
		}
	}
	if got := Decide(Undecided, user, Circle{Known: true}); got != Asked {
		t.Errorf("a conversation without members: %s", got)
	}
}

func TestDecideInWords(t *testing.T) {
	here := Circle{Known: true, Members: map[string]bool{"U1": true}}
	wide := Circle{Known: true, Members: map[string]bool{"U1": true}, Wider: true}
	for name, tc := range map[string]struct {
		got, want Standing
	}{
		"undecided, in their channel":         {Decide(Undecided, "U1", here), Named},
		"undecided, not in the channel":       {Decide(Undecided, "U2", here), Asked},
		"undecided, in the credit channel":    {Decide(Undecided, "U1", wide), Asked},
		"undecided, members not to be learnt": {Decide(Undecided, "U1", Circle{Members: here.Members}), Asked},
		"public, in the credit channel":       {Decide(InPublic, "U1", wide), Named},
		"public, members not to be learnt":    {Decide(InPublic, "U1", Circle{}), Named},
		"public, nowhere to post":             {Decide(InPublic, "U1", Circle{Private: true}), Private},
		"ask first, in their channel":         {Decide(AskFirst, "U1", here), Asked},
		"private, in their channel":           {Decide(InPrivate, "U1", here), Private},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", name, tc.got, tc.want)
		}
	}
}

func TestRefuse(t *testing.T) {
	sam := Person{ID: "U1", Name: "Sam"}
	noor := Person{ID: "U2", Name: "Noor"}
	with := func(p Person, change func(*Person)) Person { change(&p); return p }
	bot := func(p *Person) { p.Bot = true }
	gone := func(p *Person) { p.Deleted = true }
	guest := func(p *Person) { p.Guest = true }
	away := func(p *Person) { p.External = true }
	nobody := func(p *Person) { p.Unknown = true; p.Name = "" }
	in := Circle{Known: true, Members: map[string]bool{"U1": true}}
	for name, tc := range map[string]struct {
		people  []Person
		members Circle
		want    []Refused
		say     string // of the first
	}{
		"members, in or not":        {[]Person{sam, noor}, in, nil, ""},
		"members, nobody can tell":  {[]Person{sam, noor}, Circle{}, nil, ""},
		"oneself":                   {[]Person{{ID: "UG"}, sam}, in, []Refused{Oneself}, "take yourself off the list"},
		"oneself, a guest":          {[]Person{{ID: "UG", Guest: true}}, in, []Refused{Oneself}, ""},
		"a bot":                     {[]Person{with(sam, bot)}, in, []Refused{ABot}, "Sam is an app"},
		"two bots":                  {[]Person{with(sam, bot), with(noor, bot)}, in, []Refused{ABot}, "Sam and Noor are apps"},
		"the same bot twice":        {[]Person{with(sam, bot), with(sam, bot)}, in, []Refused{ABot}, "Sam is an app"},
		"deactivated":               {[]Person{with(sam, gone), noor}, in, []Refused{Deactivated}, "Sam has no active account"},
		"unknown":                   {[]Person{with(sam, nobody)}, in, []Refused{NobodyKnown}, "I can’t find this person"},
		"two unknown":               {[]Person{with(sam, nobody), with(noor, nobody)}, in, []Refused{NobodyKnown}, "I can’t find these people"},
		"a guest inside":            {[]Person{with(sam, guest)}, in, nil, ""},
		"an external person inside": {[]Person{with(sam, away)}, in, nil, ""},
		"a guest outside":           {[]Person{with(noor, guest)}, in, []Refused{NotInside}, "Noor is a guest here and not in this conversation. Give the credit in a channel"},
		"external and outside":      {[]Person{with(noor, away)}, in, []Refused{NotInside}, "Noor is from another organisation"},
		"a guest, nobody can tell":  {[]Person{with(sam, guest)}, Circle{Members: in.Members}, []Refused{CannotTell}, "I can’t see who is in"},
		"a guest, privately, given where they are":     {[]Person{with(sam, guest)}, Circle{Private: true, Known: true, Members: in.Members}, nil, ""},
		"a guest, privately, given where they are not": {[]Person{with(noor, guest)}, Circle{Private: true, Known: true, Members: in.Members}, []Refused{NotInside}, ""},
		"a deactivated guest inside":                   {[]Person{with(with(sam, guest), gone)}, in, []Refused{Deactivated}, ""},
		"mixed": {
			[]Person{with(noor, guest), {ID: "U3", Bot: true, Name: "Deploys"}, {ID: "UG"}, {ID: "U4", External: true, Name: "Kim"}, {ID: "U5", Deleted: true}},
			in,
			[]Refused{Oneself, ABot, Deactivated, NotInside},
			"",
		},
	} {
		got := Refuse("UG", tc.people, tc.members)
		var why []Refused
		for _, r := range got {
			why = append(why, r.Why)
			if r.Sentence == "" || !strings.HasSuffix(r.Sentence, ".") || len(r.People) == 0 || strings.Contains(r.Sentence, "UG") {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if !slices.Equal(why, tc.want) {
			t.Errorf("%s: %v, want %v", name, why, tc.want)
		} else if len(got) > 0 && !strings.Contains(got[0].Sentence, tc.say) {
			t.Errorf("%s: %q, want %q in it", name, got[0].Sentence, tc.say)
		}
	}
}

func TestRefusalNamesPeople(t *testing.T) {
	for want, who := range map[string][]Person{
		"Sam":                   {{Name: "Sam"}},
		"this person":           {{}},
		"Sam, Noor and Kim":     {{Name: "Sam"}, {Name: "Noor"}, {Name: "Kim"}},
		"Sam and somebody else": {{}, {Name: "Sam"}},
		"Sam, Noor and others":  {{}, {Name: "Sam"}, {}, {Name: "Noor"}},
		"these people":          {{}, {}},
	} {
		if got := nameAll(who); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	mixed := []Person{{Name: "Sam", Guest: true}, {Name: "Noor", External: true}}
	if got := sentence(NotInside, mixed); !strings.HasPrefix(got, "Sam and Noor are guests here or from another organisation") {
		t.Error(got)
	}
}
