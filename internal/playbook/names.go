package playbook

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foundNames is where a text names people.
type foundNames struct {
	// first holds, for every token of a name, the name's first token.
	first map[int]int
	spans []span // in the order of the text
	// shouting: all of the text is in capitals, so a capital says nothing.
	shouting bool
}

type span struct{ from, to int } // tokens, to exclusive

// findNames finds the people named: mentions, and names as written in any
// script. Ordinary words, roles and pronouns are none.
func (rd *reader) findNames(tokens []token) foundNames {
	found := foundNames{first: map[int]int{}}
	found.shouting = allCapitals(tokens)
	for i := 0; i < len(tokens); i++ {
		to := rd.nameAt(tokens, i, found.shouting)
		if to == i {
			continue
		}
		for j := i; j < to; j++ {
			found.first[j] = i
		}
		found.spans = append(found.spans, span{i, to})
		i = to - 1
	}
	return found
}

// nameAt returns where a name that begins at token i ends, or i.
func (rd *reader) nameAt(tokens []token, i int, shouting bool) int {
	t := tokens[i]
	if t.mention >= 0 {
		return i + 1
	}
	if t.stop || t.raw == "" {
		return i
	}
	if rd.tables.titles[t.norm] && i+1 < len(tokens) && !tokens[i+1].stop && !t.poss {
		next := tokens[i+1]
		if next.mention < 0 && (isCapital(next.raw) && !shouting || !rd.isKnown(next.norm)) && wordLike(next) {
			return rd.extend(tokens, i+2, shouting)
		}
	}
	if !rd.isName(tokens, i, shouting) {
		return i
	}
	return rd.extend(tokens, i+1, shouting)
}

// extend takes in second names: "Mary Ann", "Priya van der Berg".
func (rd *reader) extend(tokens []token, to int, shouting bool) int {
	for to < len(tokens) && !tokens[to-1].poss {
		next := tokens[to]
		switch {
		case next.stop || next.quoted || next.mention >= 0:
			return to
		case !shouting && isCapital(next.raw) && wordLike(next) && (!rd.isKnown(next.norm) || rd.tables.given[next.norm]):
			to++
		case rd.tables.particles[next.norm] && rd.particlesLeadToName(tokens, to):
			to++
		case !isCapital(tokens[to-1].raw) && !rd.isKnown(next.norm) && wordLike(next) && rd.looksLikeName(next.norm) && to+1 < len(tokens) && rd.tables.followers[tokens[to+1].norm]:
			to++ // "sam okafor keeps …"
		default:
			return to
		}
	}
	return to
}

func (rd *reader) particlesLeadToName(tokens []token, i int) bool {
	from := i
	for i < len(tokens) && rd.tables.particles[tokens[i].norm] {
		i++
	}
	return i > from && i < len(tokens) && isCapital(tokens[i].raw) && !rd.isKnown(tokens[i].norm)
}

// isName judges a single word by what it is and where it stands. A word nobody
// knows is a name where only a name can stand; a word of the language is one only
// if it is a first name too.
func (rd *reader) isName(tokens []token, i int, shouting bool) bool {
	t := tokens[i]
	if isInitials(t.raw) {
		return !rd.isKnown(strings.ReplaceAll(t.norm, ".", ""))
	}
	if !wordLike(t) {
		return false
	}
	if !isLatin(t.raw) {
		return rd.isForeignName(tokens, i)
	}
	known, given := rd.isKnown(t.norm), rd.tables.given[t.norm]
	capital := isCapital(t.raw) && !shouting
	switch {
	case given && !known:
		return true
	case isAcronym(t.raw) && !shouting:
		return false
	case given: // "mark", "will", "may"
		if determined(tokens, i) || rd.tables.times[t.norm] && atTime(tokens, i) {
			return false
		}
		return capital && !t.first || rd.isSubject(tokens, i)
	case known || rd.isMisspeltNoun(t.norm) || determined(tokens, i):
		return false
	case capital && !t.first:
		return t.poss || !rd.isPlace(tokens, i)
	case !rd.looksLikeName(t.norm):
		return false
	case capital && (i+1 == len(tokens) || tokens[i+1].stop || tokens[i+1].norm == "and" || tokens[i+1].norm == "or"):
		return true // "Zbynek, who …", "Zbynek and I"
	case capital && (rd.particlesLeadToName(tokens, i+1) || isCapital(tokens[i+1].raw) && wordLike(tokens[i+1]) && !rd.isKnown(tokens[i+1].norm) && !isAcronym(tokens[i+1].raw)):
		return true // "Zbynek van der Meer", "Zbynek Novotny"
	}
	return rd.isSubject(tokens, i) || rd.isObject(tokens, i)
}

func (rd *reader) isKnown(norm string) bool {
	return rd.known[norm] || rd.known[shortened(norm)] || contractions[norm] != "" || strings.Contains(norm, "'") && (strings.HasSuffix(norm, "n't") || strings.HasPrefix(norm, "i'"))
}

// shortened takes the length out of "ohhh" and "yeaaah".
func shortened(norm string) string {
	var b strings.Builder
	rs := []rune(norm)
	for i := 0; i < len(rs); {
		n := 1
		for i+n < len(rs) && rs[i+n] == rs[i] {
			n++
		}
		keep := n
		if n > 2 {
			keep = 1
		}
		b.WriteString(string(rs[i : i+keep]))
		i += n
	}
	return b.String()
}

// isMisspeltNoun: "coleague", "meting". Only words that can stand where a name
// does; Marek is no misspelt market.
func (rd *reader) isMisspeltNoun(norm string) bool {
	_, ok := rd.nouns.correct(norm)
	return ok
}

var determiners = map[string]bool{
	"the": true, "a": true, "an": true, "this": true, "these": true, "those": true, "my": true, "our": true, "your": true,
	"his": true, "her": true, "their": true, "its": true, "every": true, "each": true, "some": true, "any": true, "no": true, "another": true,
}

// determined: "the kanban", "our confluence" are things.
func determined(tokens []token, i int) bool { return i > 0 && determiners[tokens[i-1].norm] }

// atTime: "in May", "last summer".
func atTime(tokens []token, i int) bool {
	if i == 0 {
		return false
	}
	switch tokens[i-1].norm {
	case "in", "last", "next", "since", "until", "till", "by", "before", "after", "during", "late", "early", "mid", "from", "to", "every", "this", "of":
		return !tokens[i].poss
	}
	return unicode.IsDigit([]rune(tokens[i-1].norm)[0])
}

// isPlace: "in Kanban", "at Siemens", "someone from Siemens", but "bring in
// Pekka", "laughs at Pekka", "an idea from Pekka".
func (rd *reader) isPlace(tokens []token, i int) bool {
	if i == 0 {
		return false
	}
	var before string
	if i > 1 {
		before = rd.stem(tokens[i-2].norm)
	}
	switch tokens[i-1].norm {
	case "via", "using", "inside", "near":
		return true
	case "in":
		return !oneOf(before, "bring", "let", "loop", "pull", "call", "invit", rd.stem("include"), "dial", "draw")
	case "on":
		return !oneOf(before, "call", "pick", "joke", "remark", "comment", "gang", "check", "turn", "focus", "spot", "cheat", "step")
	case "at":
		return !oneOf(before, "laugh", "shout", "yell", "look", "stare", "snap", "point", "swear", "sneer", "mad", "angri", "aim", "direct")
	case "from":
		return i > 1 && rd.tables.people[tokens[i-2].norm]
	}
	return false
}

func oneOf(s string, list ...string) bool { return slices.Contains(list, s) }

// isSubject: a sentence or part of one begins with it, and a verb follows that
// people use of people ("… keeps", "… was").
func (rd *reader) isSubject(tokens []token, i int) bool {
	begins := i == 0 || tokens[i-1].stop || rd.tables.leaders[tokens[i-1].norm] ||
		i > 1 && rd.tables.people[tokens[i-1].norm] && determined(tokens, i-1) // "our intern zbynek"
	if !begins || i+1 >= len(tokens) {
		return false
	}
	next := tokens[i+1]
	if tokens[i].poss && next.mention < 0 && !next.stop {
		return true
	}
	return rd.tables.followers[next.norm] || isCapital(tokens[i].raw) && strings.HasSuffix(next.norm, "ed") && rd.isKnown(next.norm)
}

// isObject: "… interrupted by zoltan", "… keeps ignoring zoltan again", "nobody
// listens to zoltan".
func (rd *reader) isObject(tokens []token, i int) bool {
	if i == 0 || tokens[i-1].stop || tokens[i-1].mention >= 0 {
		return false
	}
	t, prev := tokens[i], tokens[i-1].norm
	if prev == "by" {
		return true
	}
	if strings.HasSuffix(t.norm, "s") && !t.poss && !isCapital(t.raw) {
		return false // "listen to podcasts"
	}
	after := rd.isKnown(prev) && (strings.HasSuffix(prev, "ing") || strings.HasSuffix(prev, "ed")) || rd.objects[rd.stem(prev)]
	for back := 1; !after && back <= 2 && i-1-back >= 0; back++ {
		phrase := rd.stem(prev)
		for j := 1; j <= back; j++ {
			phrase = rd.stem(tokens[i-1-j].norm) + " " + phrase
		}
		after = rd.objects[phrase]
	}
	if !after {
		return false
	}
	if i+1 == len(tokens) || tokens[i+1].stop || t.poss {
		return true
	}
	next := tokens[i+1].norm
	return rd.tables.leaders[next] || oneOf(next, "again", "in", "every", "all", "finish", "speak", "talk", "get", "say", "feel", "answer", "explain", "be")
}

// endings that ordinary English words have and first names mostly don't.
var endings = []string{"ing", "tion", "sion", "ment", "ness", "ed", "ly", "ers", "ors", "ies", "ity", "ous", "ful", "less", "able", "ible", "ship", "ance", "ence", "ists", "ism", "tive", "ical", "ware", "ings", "ments", "ions"}

func (rd *reader) looksLikeName(norm string) bool {
	if n := utf8.RuneCountInString(norm); n < 2 || n > 30 {
		return false
	}
	if !strings.ContainsAny(norm, "aeiouy") && isASCII(norm) && len(norm) > 2 {
		return false // "hmm", "pls"
	}
	for _, e := range endings {
		if strings.HasSuffix(norm, e) && len(norm) > len(e)+1 {
			return false
		}
	}
	return true
}

// wordLike: letters, with an apostrophe or hyphen at most. "web2" is no name.
func wordLike(t token) bool {
	if t.stop || t.mention >= 0 {
		return false
	}
	n := 0
	for _, r := range t.raw {
		switch {
		case unicode.IsLetter(r):
			n++
		case unicode.IsMark(r), unicode.Is(unicode.Cf, r), r == '\'', r == '-', r == '‐':
		default:
			return false
		}
	}
	return n > 1 || n == 1 && !isLatin(t.raw)
}

func isLatin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}

func isCapital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// isAcronym: CEO, HR, PRs. A name in capitals is taken for one if it is short.
func isAcronym(s string) bool {
	s = strings.TrimSuffix(s, "s")
	return utf8.RuneCountInString(s) <= 5 && s == strings.ToUpper(s) && isLatin(s)
}

// isInitials: J.P., A.J.
func isInitials(s string) bool {
	rs := []rune(s)
	for i, r := range rs {
		if i%2 == 0 && !unicode.IsUpper(r) || i%2 == 1 && r != '.' {
			return false
		}
	}
	return len(rs) >= 4 && len(rs) <= 6 && len(rs)%2 == 0
}

// allCapitals: A TEXT LIKE THIS, or A Heading Like This.
func allCapitals(tokens []token) bool {
	words, shouted, heading := 0, true, true
	for _, t := range tokens {
		if t.stop || t.mention >= 0 || !isLatin(t.raw) {
			continue
		}
		if t.raw != strings.ToUpper(t.raw) {
			shouted = false
		}
		heading = heading && isCapital(t.raw)
		words++
	}
	return shouted && words > 2 || heading && words > 3
}

// isForeignName judges a word in another script than Latin. Within a Latin
// sentence such a word is nearly always a name. A text wholly in another script
// is not understood; only a first name that it begins with is (محمد يُقاطَع).
func (rd *reader) isForeignName(tokens []token, i int) bool {
	latin, words := 0, 0
	for _, t := range tokens {
		if t.stop || t.mention >= 0 {
			continue
		}
		words++
		if isLatin(t.raw) {
			latin++
		}
	}
	t := tokens[i]
	if rd.tables.ordinary[t.norm] || utf8.RuneCountInString(t.norm) > 12 {
		return false
	}
	if latin > 0 {
		return latin >= words-latin-1
	}
	return i == 0 && words > 1 && rd.tables.given[t.norm]
}

// maxNames is how many of the people named are considered.
const maxNames = 8

// whoItIsAbout picks who the text is about: of those named, the first who did not
// do it. A mention goes before a name as written.
func (rd *reader) whoItIsAbout(tokens []token, ws []word, found foundNames, people []mention) Name {
	var written Name
	var told bool
	for i, s := range found.spans {
		if i == maxNames {
			break
		}
		this := asThis(ws, s.from)
		if rd.byName.any(rd, this) && !rd.toName.any(rd, this) {
			continue
		}
		if n := tokens[s.from].mention; n >= 0 && n < len(people) {
			return Name{UserID: people[n].userID, Label: people[n].label}
		}
		strong := rd.toName.any(rd, this)
		if written.Written == "" || strong && !told {
			written.Written, told = rd.write(tokens[s.from:s.to], found.shouting), strong
		}
	}
	return written
}

// asThis marks one of the names as the one patterns ask about.
func asThis(ws []word, token int) []word {
	out := make([]word, len(ws))
	copy(out, ws)
	for i := range out {
		if out[i].token == token && out[i].stem == stemName {
			out[i].stem = stemThis
		}
	}
	return out
}

// write puts a name together again. One typed all in small letters by somebody
// in a hurry gets its capitals.
func (rd *reader) write(tokens []token, shouting bool) string {
	small := true
	var parts []string
	for _, t := range tokens {
		if shouting {
			t.raw = strings.ToLower(t.raw)
		}
		small = small && t.raw == strings.ToLower(t.raw)
		raw := t.raw
		if rd.tables.titles[t.norm] && len(tokens) > 1 && len(t.norm) < 5 && !strings.HasSuffix(raw, ".") && t.dot {
			raw += "."
		}
		parts = append(parts, raw)
	}
	name := strings.Join(parts, " ")
	if small {
		name = capitals(name, rd.tables.particles)
	}
	return CleanName(name)
}

func capitals(name string, particles map[string]bool) string {
	words := strings.Split(name, " ")
	for i, w := range words {
		if particles[w] && i > 0 {
			continue
		}
		pieces := strings.Split(w, "-")
		for j, p := range pieces {
			r, size := utf8.DecodeRuneInString(p)
			if size > 0 {
				pieces[j] = string(unicode.ToTitle(r)) + p[size:]
			}
		}
		words[i] = strings.Join(pieces, "-")
	}
	return strings.Join(words, " ")
}
