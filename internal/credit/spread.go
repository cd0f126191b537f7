package credit

// MinGroup is the smallest group anything is said about.
const MinGroup = 5

// minTold is how many people have to stand behind whatever is told.
const minTold = 3

// Summary says how far credit reaches in a group. It holds no names and no
// counts.
type Summary struct {
	// Share is who was credited: "about half of this group".
	Share string
	// Most are the kinds that most people were credited for (several if they are
	// as many), Also the others, in the order of Kinds.
	Most, Also []Kind
}

// Spread sums up the credits of a period for a group; false if the group is too
// small for that. Only what everybody could read counts: people of the group who
// are named in a post that is there.
//
// What the words must not do is point at somebody, also not for a reader who is
// in the group and takes themselves out of the reckoning. So
//   - the share is in steps, each of which at least three numbers of people fall
//     into: five people have two steps, fourteen have five, thirty and more have
//     tens;
//   - the lowest and the highest step never mean "nobody", "all", or "all but one";
//   - a kind is told if three people or more were credited for it, and none are
//     where so few were credited at all that a kind would give the number away;
//   - people are counted and not credits, so one person with many sets no tone.
//
// Who looks often enough sees a step change when one more person is credited. The
// post has told them who.
func Spread(members []string, credits []Credit) (s Summary, ok bool) {
	group := map[string]bool{}
	for _, id := range members {
		if id != "" {
			group[id] = true
		}
	}
	if len(group) < MinGroup {
		return Summary{}, false
	}
	credited := map[string]bool{}
	by := map[Kind]map[string]bool{}
	for i := range credits {
		c := &credits[i]
		if !c.Stands() || c.Posting != Posted {
			continue
		}
		for _, id := range c.With(Named) {
			if !group[id] {
				continue
			}
			credited[id] = true
			if by[c.Kind] == nil {
				by[c.Kind] = map[string]bool{}
			}
			by[c.Kind][id] = true
		}
	}
	step, words := stepOf(len(credited), len(group))
	s.Share = words
	if step == 0 {
		return s, true
	}
	top := 0
	for _, k := range Kinds() {
		top = max(top, len(by[k]))
	}
	for _, k := range Kinds() {
		switch n := len(by[k]); {
		case n < minTold:
		case n == top:
			s.Most = append(s.Most, k)
		default:
			s.Also = append(s.Also, k)
		}
	}
	return s, true
}

// The words for the steps, by how many there are.
var (
	twoSteps   = []string{"up to half of this group", "more than half of this group"}
	threeSteps = []string{"up to a third of this group", "roughly half of this group", "most of this group"}
	fiveSteps  = []string{
		"up to a fifth of this group", "about a third of this group", "about half of this group",
		"about two thirds of this group", "nearly everyone in this group",
	}
	tens = []string{
		"about one in ten of this group or fewer", "about one in five of this group", "about three in ten of this group",
		"about two in five of this group", "about half of this group", "about three in five of this group",
		"about seven in ten of this group", "about four in five of this group", "nearly everyone in this group",
	}
)

// stepOf is the step that k of n people fall into, and its words.
func stepOf(k, n int) (step int, words string) {
	if n >= 30 {
		step = min(max((10*k+n/2)/n, 1), 9) - 1
		return step, tens[step]
	}
	steps := twoSteps
	switch {
	case n >= 14:
		steps = fiveSteps
	case n >= 8:
		steps = threeSteps
	}
	step = k * len(steps) / (n + 1)
	return step, steps[step]
}
