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
	Places   map[string]string // where that message is, by key
	Visitors []string          // whom a visitor can be
	Tries    []page.Try
}

// seed fills the workspace. The talk ends at the present: the clock is set back
// for it and runs with it.
func seed(sim *slacksim.Sim, clock *Clock) (World, error) {
	w := World{People: map[string]string{}, Channels: map[string]string{}, Lines: map[string]string{}, Places: map[string]string{}}
	for _, p := range cast {
		w.People[p.Name] = sim.AddPerson(p)
		w.Visitors = append(w.Visitors, w.People[p.Name])
	}
	lines := 0
	for _, c := range conversations {
		lines += len(c.lines)
	}
	clock.Advance(-time.Duration(lines) * pace)
	for _, c := range conversations {
		channel, err := w.open(sim, c)
		if err != nil {
			return w, err
		}
		for _, l := range c.lines {
			ts, err := sim.As(w.People[l.who]).Post(channel, w.Lines[l.in], l.says)
			if err != nil {
				return w, fmt.Errorf("%q: %w", l.says, err)
			}
			if l.key != "" {
				w.Lines[l.key], w.Places[l.key] = ts, channel
			}
			clock.Advance(pace)
		}
	}
	w.Tries = w.tries()
	return w, nil
}

// open makes a conversation and returns its id.
func (w World) open(sim *slacksim.Sim, c conversation) (string, error) {
	var members []string
	for _, m := range c.members {
		if w.People[m] == "" {
			return "", fmt.Errorf("#%s: nobody is called %q", c.name, m)
		}
		members = append(members, w.People[m])
	}
	if c.name == "" {
		return sim.As(members[0]).OpenDM(members[1:]...), nil
	}
	w.Channels[c.name] = sim.AddChannel(slacksim.Channel{
		Name: c.name, Topic: c.topic, Private: c.private, ExtShared: c.shared, Members: members, WithBot: true,
	})
	return w.Channels[c.name], nil
}

// tries are the things that show in a minute what Ally is for.
func (w World) tries() []page.Try {
	return []page.Try{
		{
			Title:    "Sam keeps getting talked over",
			Why:      "Words to say now, with Sam's name in them. Only you see them.",
			PersonID: w.People["esme"], ChannelID: w.Channels["product"], MessageTS: w.Lines["talked-over"],
			Text: "/ally @sam keeps getting talked over",
			How:  "Press Enter. Then try the other tones, “As a message”, and “Follow up privately”.",
		},
		{
			Title:    "An idea came back without its author",
			Why:      "A colleague noticed, and asks you. Every message's menu finds words, in threads too, where commands don't work.",
			PersonID: w.People["priya"], ChannelID: w.Places["noticed"], MessageTS: w.Lines["noticed"],
			How: "Open the menu of the marked message (the three dots) and choose “Find words for this”.",
		},
		{
			Title:    "It was your idea",
			Why:      "The same moment from Mai's side. Whoever you are in it, the words are for you.",
			PersonID: w.People["mai"], ChannelID: w.Channels["product"], MessageTS: w.Lines["repeat"],
			Text: "/ally Dave got the credit for my idea",
			How:  "Press Enter. Then change “It happened to me” to “I saw it” or “It was me”.",
		},
		{
			Title:    "Credit where it is due",
			Why:      "Said in public, with Mai's agreement, by whoever noticed. In a message's menu, “Give credit” also links to what Mai wrote.",
			PersonID: w.People["esme"], ChannelID: w.Channels["product"], MessageTS: w.Lines["mais-idea"],
			Text: "/ally credit @mai for finding out why people stop at step three",
			How:  "Press Enter. Then be Mai: a direct message from Ally says who credited her, and lets her take it down.",
		},
		{
			Title:    "Your credit, for your review",
			Why:      "What others credited you for, with links, to export or to share with your manager. Nobody is ranked.",
			PersonID: w.People["mai"], ChannelID: w.Channels["product"],
			Text: "/ally credits",
			How:  "Press Enter. First give Mai something to find: “Credit where it is due”.",
		},
		{
			Title:    "Credit while others sleep",
			Why:      "It is night where Dave lives. The credit is posted at once; Dave hears of it in the morning.",
			PersonID: w.People["siobhan"], ChannelID: w.Channels["product"],
			Text: "/ally credit @dave for the graphs that settled the page speed",
			How:  "Press Enter. Then be Dave: nothing from Ally yet. Move the clock on top to “Next morning, 09:00”, and it is there.",
		},
		{
			Title:    "Two minutes a week",
			Why:      "A short lesson once a week, for you alone: a moment, one idea, one thing to say. Only who asks for it gets it.",
			PersonID: w.People["esme"], ChannelID: w.Channels["general"],
			Text: "/ally lessons mon 9:00",
			How:  "Press Enter. Move the clock on top to “Next Monday, 09:00”: the lesson is in your messages with Ally. “One week on” brings the next.",
		},
		{
			Title:    "I got a name wrong",
			Why:      "For your own mistakes, and to keep what helps: a direct message to Ally works like /ally.",
			PersonID: w.People["dave"],
			Text:     "I keep mispronouncing Siobhán's name",
			How:      "Press Enter and choose “Save to favourites”. You find it again on Ally's Home tab.",
		},
		{
			Title:    "Just look around",
			Why:      "Search in your own words, browse the moments by what an ally does, or plan a talk that is still ahead.",
			PersonID: w.People["lilei"], ChannelID: w.Channels["general"],
			Text: "/ally",
			How:  "Press Enter. Pick a topic under “Browse by topic”, then a moment. Or choose “Prepare a conversation”.",
		},
	}
}
