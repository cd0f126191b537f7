package playbook

// Match is a script that fits. Score only orders.
type Match struct {
	Script *Script
	Score  float64
}

// Name is who a text is about. All of it is empty when nobody is named, or when
// the one named is who did it.
type Name struct {
	UserID  string // of a mention, <@U1|sam>
	Label   string // of a mention; a username, so look up the display name
	Written string // as written: "Dr. Nguyễn"; "sam" gets its capital, "Sam"
}

// Result is what Find makes of a text.
type Result struct {
	Query string // the text as given
	// Confident is false when nothing fits; Matches may then hold near misses.
	Confident bool
	// Harm means that somebody was hurt or is in danger: show whom to turn to
	// first, and no clever line. A moment of harm is Confident.
	Harm    bool
	Matches []Match // best first, at most 5
	Name    Name
}

// Find picks the scripts for a text in Slack's own form (&amp;, <@U1|sam>).
func (l *Library) Find(text string) Result {
	return Result{Query: text, Matches: []Match{}}
}

type index struct{}
