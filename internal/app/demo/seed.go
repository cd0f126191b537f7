package demo

import (
	"fmt"
	"time"

	"allybot/internal/slacksim"
	"allybot/internal/slacksim/page"
)

// pace is the time between two lines of the seeded talk.
const pace = 4 * time.Minute

// World is what was seeded, by the names used in talk.go and people.go.
type World struct {
	People   map[string]string // user id by handle
	Channels map[string]string // channel id by name
	Lines    map[string]string // message ts by key
	Visitors []string          // whom a visitor can be
	Tries    []page.Try
}

// seed fills the workspace. The talk ends at the present: the clock is set back
// for it and runs with it.
func seed(sim *slacksim.Sim, clock *Clock) (World, error) {
	w := World{People: map[string]string{}, Channels: map[string]string{}, Lines: map[string]string{}}
	for _, p := range cast {
		w.People[p.Name] = sim.AddPerson(p)
		w.Visitors = append(w.Visitors, w.People[p.Name])
	}
	lines := 0
	for _, c := range conversations {
		var members []string
		for _, m := range c.members {
			if w.People[m] == "" {
				return w, fmt.Errorf("#%s: nobody is called %q", c.name, m)
			}
			members = append(members, w.People[m])
		}
		w.Channels[c.name] = sim.AddChannel(slacksim.Channel{
			Name: c.name, Topic: c.topic, Private: c.private, ExtShared: c.shared, Members: members, WithBot: true,
		})
		lines += len(c.lines)
	}
	back := time.Duration(lines) * pace
	clock.Advance(-back)
	for _, c := range conversations {
		for _, l := range c.lines {
			ts, err := sim.As(w.People[l.who]).Post(w.Channels[c.name], w.Lines[l.in], l.says)
			if err != nil {
				return w, fmt.Errorf("#%s, %q: %w", c.name, l.says, err)
			}
			if l.key != "" {
				w.Lines[l.key] = ts
			}
			clock.Advance(pace)
		}
	}
	w.Tries = w.tries()
	return w, nil
}

// tries are the five things that show in a minute what Ally is for.
func (w World) tries() []page.Try {
	return []page.Try{
		{
			Title:    "Sam keeps getting talked over",
			Why:      "Words to say now, with Sam's name in them. Only you see them.",
			PersonID: w.People["esme"], ChannelID: w.Channels["product"], MessageTS: w.Lines["talked-over"],
			Text: "/ally @sam keeps getting talked over",
			How:  "Press Enter. Then try the other tones, and what to say if they push back.",
		},
		{
			Title:    "An idea came back without its author",
			Why:      "Mai said it first. A message's menu works in threads too, where commands don't.",
			PersonID: w.People["priya"], ChannelID: w.Channels["product"], MessageTS: w.Lines["repeat"],
			How: "Open the menu of the marked message and choose “Find words for this”.",
		},
		{
			Title:    "Asked to take notes, again",
			Why:      "The same question from the other side: saying no, kindly.",
			PersonID: w.People["siobhan"], ChannelID: w.Channels["design-reviews"], MessageTS: w.Lines["notes"],
			Text: "/ally they asked me to take notes again",
			How:  "Press Enter.",
		},
		{
			Title:    "I got a name wrong",
			Why:      "For your own mistakes: a direct message to Ally works like /ally.",
			PersonID: w.People["dave"],
			Text:     "I keep mispronouncing Siobhán's name",
			How:      "Press Enter.",
		},
		{
			Title:    "Just look around",
			Why:      "Search, or browse the moments by what an ally does.",
			PersonID: w.People["lilei"], ChannelID: w.Channels["general"],
			Text: "/ally",
			How:  "Press Enter and pick a moment.",
		},
	}
}
