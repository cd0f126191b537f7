package demo

// line is something said: who says it, and what. A line with a key is the root
// of a thread, or is pointed out by a thing to try.
type line struct {
	who  string
	says string
	key  string
	in   string // the key of the line it replies to
}

// conversation is the talk of one channel, oldest first. With no name it is the
// direct message of its two members.
type conversation struct {
	name, topic string
	private     bool
	shared      bool // with the partner
	members     []string
	lines       []line
}

// conversations are what a small team might have said this morning: kind
// people, and the moments that happen to kind people too.
var conversations = []conversation{
	{
		name: "general", topic: "Everybody, everything",
		members: []string{"priya", "esme", "sam", "siobhan", "mai", "mohammed", "lilei", "dave"},
		lines: []line{
			{who: "priya", says: "Hello, all. The heating works again."},
			{who: "siobhan", says: "Best news of the week :tada:"},
			{who: "priya", says: "Ally joined the workspace yesterday. Type `/ally` and what happened, and you get words to say. Only you see them."},
			{who: "mohammed", says: "I tried it before my one-to-one. It helped me find a calm first sentence."},
			{who: "lilei", says: "Reminder: demos on Thursday, 15:00 London time. Tell me if you want a slot."},
		},
	},
	{
		name: "product", topic: "Onboarding, autumn release",
		members: []string{"esme", "sam", "mai", "dave", "siobhan", "lilei", "priya"},
		lines: []line{
			{who: "esme", says: "Notes from Monday: sign-ups are fine, but many people stop during onboarding. Ideas welcome, here or in today's call."},
			{who: "mai", says: "In the interviews, five of eight people stopped at step three. They did not know why we ask for a phone number. We could move that question to the end.", key: "mais-idea"},
			{who: "dave", says: "We should also look at page speed. I have some numbers on that."},
			{who: "lilei", says: "Page speed is better since last week, the graphs are in the folder."},
			{who: "sam", says: "Before we go on, about the call earlier: I wanted to say something on the rollout, but"},
			{who: "dave", says: "One more on speed: the images are still too large.", key: "talked-over"},
			{who: "sam", says: "Never mind, it can wait."},
			{who: "dave", says: "Thinking about it more: what if we ask for the phone number at the very end instead of step three?", key: "repeat"},
			{who: "siobhan", says: "Love it, Dave. Simple and we can ship it this week."},
			{who: "esme", says: "Nice. Let's talk about it at two."},
			{who: "siobhan", says: "I can set up the test for it today.", in: "repeat"},
		},
	},
	{
		name: "credit", topic: "Whose idea it was, whose work it was",
		members: []string{"priya", "esme", "sam", "siobhan", "mai", "mohammed", "lilei", "dave"},
		lines: []line{
			{who: "priya", says: "This is the credit channel: what you credit a colleague for can go here. Ally asks them first."},
		},
	},
	{
		name: "design-reviews", topic: "Shared with North Sea: work in progress, kind and specific feedback", shared: true,
		members: []string{"siobhan", "jonas", "tomoko", "esme", "dave", "lilei"},
		lines: []line{
			{who: "jonas", says: "New drafts of the welcome screens are up. I would love comments by tomorrow."},
			{who: "tomoko", says: "Thank you, Jonas. The second one is very clear. Our support team will like it."},
			{who: "dave", says: "Great work. Siobhán, could you take the notes in the review again? You are so good at it."},
			{who: "siobhan", says: "That is the fourth time in a row :slightly_smiling_face:"},
			{who: "lilei", says: "I can share my screen."},
		},
	},
	{
		name: "leads", topic: "Hiring and reviews: private", private: true,
		members: []string{"priya", "esme", "dave"},
		lines: []line{
			{who: "priya", says: "Two people are left for the data role. Both did well in the interviews."},
			{who: "dave", says: "I liked the first one. I am not sure the second is a culture fit."},
			{who: "priya", says: "Let's decide tomorrow at ten. Please add your scores before."},
		},
	},
	{
		members: []string{"sam", "priya"},
		lines: []line{
			{who: "sam", says: "Did you see that in #product? Mai had the idea first, and now Dave gets the credit.", key: "noticed"},
			{who: "sam", says: "I never know what to say then."},
		},
	},
}
