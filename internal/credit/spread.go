package credit

// MinGroup is the smallest group anything is said about.
const MinGroup = 5

// Summary says how far credit reaches in a group. It holds no names and no
// counts.
type Summary struct {
	// Share fits before "of this group": "about half".
	Share string
	// Most are the kinds that most people were credited for (several if they are
	// as many), Also the others, in the order of Kinds.
	Most, Also []Kind
}

// Spread sums up the credits of a period for a group; false if the group is too
// small for that.
func Spread(members []string, credits []Credit) (s Summary, ok bool) {
	_, _ = members, credits
	return Summary{}, false
}
