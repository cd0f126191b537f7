package playbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// token is a word as the person wrote it.
type token struct {
	raw  string // without a possessive 's
	norm string // folded: case, accents, width
	poss bool   // had a possessive 's
	// first says that a sentence begins with it, so its capital says nothing.
	first   bool
	dot     bool // a title's or an initial's: "Dr."
	quoted  bool // a quotation mark stands before it
	stop    bool // not a word: a comma or the end of a sentence
	mention int  // index into the mentions, or -1
}

// word is what is matched: contractions are taken apart, names are one word.
type word struct {
	norm  string
	stem  string
	token int
}

// Stems that stand for something other than themselves.
const (
	stemName = "@name" // somebody named
	stemThis = "@this" // the one named whom a pattern asks about
	stemStop = "."     // no pattern goes across it
	stemNot  = "not"
)

// maxTokens bounds the work for one text, see also maxRead.
const maxTokens = 1000

func tokenize(text string) []token {
	var tokens []token
	first, mentions := true, 0
	rs := []rune(norm.NFKC.String(text))
	for i := 0; i < len(rs) && len(tokens) < maxTokens; {
		r := rs[i]
		switch {
		case r == mentionMark:
			tokens = append(tokens, token{mention: mentions, raw: string(r), norm: stemName})
			mentions++
			i++
			if i < len(rs)-1 && isApostrophe(rs[i]) && (rs[i+1] == 's' || rs[i+1] == 'S') {
				tokens[len(tokens)-1].poss = true
				i += 2
			}
			first = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			from := i
			if n := initials(rs[i:]); n > 0 {
				tokens = append(tokens, token{raw: string(rs[i : i+n]), norm: fold(string(rs[i : i+n])), first: first, mention: -1})
				first = false
				i += n
				continue
			}
			for i < len(rs) && (unicode.In(rs[i], unicode.L, unicode.M, unicode.Nd) || unicode.Is(unicode.Cf, rs[i]) || joins(rs, i)) {
				i++
			}
			t := newToken(string(rs[from:i]), first)
			t.quoted = from > 0 && strings.ContainsRune("\"“”„«»‘", rs[from-1])
			tokens = append(tokens, t)
			first = false
		default:
			if strings.ContainsRune(".!?;:,()\n…–—。，！？、؟،", r) {
				isTitleDot := r == '.' && len(tokens) > 0 && len(tokens[len(tokens)-1].norm) <= 4 && i+1 < len(rs) && unicode.IsSpace(rs[i+1]) && i+2 < len(rs) && unicode.IsUpper(rs[i+2]) && titleLike(tokens[len(tokens)-1])
				if isTitleDot {
					tokens[len(tokens)-1].dot = true
				}
				if !isTitleDot && len(tokens) > 0 && !tokens[len(tokens)-1].stop {
					tokens = append(tokens, token{stop: true, norm: stemStop, mention: -1})
				}
				if !isTitleDot && r != ',' {
					first = true
				}
			}
			i++
		}
	}
	return tokens
}

// initials is how long "J.P." at the beginning of rs is, or 0.
func initials(rs []rune) int {
	n := 0
	for n+1 < len(rs) && unicode.IsUpper(rs[n]) && rs[n+1] == '.' {
		n += 2
	}
	if n < 4 || n < len(rs) && unicode.IsLetter(rs[n]) {
		return 0
	}
	return n
}

// titleLike guesses that a word with a dot is a title or an initial.
func titleLike(t token) bool {
	return !t.stop && utf8.RuneCountInString(t.raw) <= 4 && unicode.IsUpper([]rune(t.raw)[0]) && t.norm != "i" && t.norm != "me"
}

// joins says that the apostrophe or hyphen at i stands inside a word.
func joins(rs []rune, i int) bool {
	return (isApostrophe(rs[i]) || rs[i] == '-' || rs[i] == '‐') && i > 0 && i+1 < len(rs) && (unicode.IsLetter(rs[i-1]) || unicode.IsMark(rs[i-1])) && unicode.IsLetter(rs[i+1])
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`' }

func newToken(raw string, first bool) token {
	raw = strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return '\''
		}
		return r
	}, raw)
	t := token{raw: raw, first: first, mention: -1}
	if len(raw) > 2 && (strings.HasSuffix(raw, "'s") || strings.HasSuffix(raw, "'S")) {
		t.raw, t.poss = raw[:len(raw)-2], true
	}
	t.norm = fold(t.raw)
	return t
}

// fold makes spellings alike that a reader takes for the same: Siobhán, SIOBHAN.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	s = strings.ToLower(s)
	if ascii {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		case r == 'ı':
			b.WriteByte('i')
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// contractions are taken apart so that "didn't" and "did not" are the same.
// People in a hurry leave the apostrophe out.
var contractions = map[string]string{
	"can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not",
	"dont": "do not", "didnt": "do not", "doesnt": "do not", "isnt": "be not", "wasnt": "be not", "arent": "be not",
	"werent": "be not", "aint": "be not", "ain't": "be not", "couldnt": "can not", "wouldnt": "would not", "shouldnt": "should not",
	"hasnt": "have not", "havent": "have not", "hadnt": "have not", "im": "i be", "i'm": "i be", "ive": "i have", "i've": "i have",
	"i'd": "i would", "i'll": "i will", "youre": "you be", "theyre": "they be", "hes": "he be", "shes": "she be", "thats": "that be",
	"gonna": "go to", "wanna": "want to", "gotta": "have to", "lemme": "let me", "nobody": "not anyone", "noone": "not anyone", "none": "not anyone", "nothing": "not anything",
	"never": "not ever", "nor": "not", "without": "not", "no": "not", "neither": "not", "refuses": "refuse not", "refuse": "refuse not",
}

// words takes tokens apart into what is matched. names holds, for each token of
// a name, the index of the name's first token.
func (rd *reader) words(tokens []token, names map[int]int) []word {
	return wordsOf(tokens, names, rd.stem)
}

func wordsOf(tokens []token, names map[int]int, stem func(string) string) []word {
	ws := make([]word, 0, len(tokens)+9)
	add := func(n string, at int) {
		if n != "" {
			ws = append(ws, word{norm: n, stem: stem(n), token: at})
		}
	}
	for i, t := range tokens {
		switch from, isName := names[i]; {
		case isName && from == i:
			ws = append(ws, word{norm: stemName, stem: stemName, token: i})
		case isName:
		case t.stop:
			ws = append(ws, word{norm: stemStop, stem: stemStop, token: i})
		case t.mention >= 0:
		default:
			n := t.norm
			if full, ok := contractions[n]; ok {
				for _, part := range strings.Fields(full) {
					add(part, i)
				}
				continue
			}
			if base, ok := strings.CutSuffix(n, "n't"); ok {
				add(base, i)
				add(stemNot, i)
				continue
			}
			if cut := strings.IndexByte(n, '\''); cut > 0 { // they're, he'll, o'clock
				n = n[:cut]
			}
			for _, part := range strings.Split(n, "-") {
				add(part, i)
			}
		}
	}
	// The end of a text is the end of a sentence too.
	if n := len(ws); n > 0 && ws[n-1].stem != stemStop {
		ws = append(ws, word{norm: stemStop, stem: stemStop, token: len(tokens)})
	}
	return ws
}

// harmStem is stem for words that may be of harm; others stay as they are, since
// stemming is what takes the time in a long text.
func (rd *reader) harmStem(n string) string {
	if s, ok := rd.stems[n]; ok {
		return s
	}
	if len(n) >= harmPrefix && !rd.harmPrefixes[n[:harmPrefix]] {
		return n
	}
	return rd.stem(n)
}

// harmPrefix is how many bytes of a word decide; stemming leaves them as they are.
const harmPrefix = 3

// stem brings the forms of a word together: interrupts, interrupted.
func (rd *reader) stem(n string) string {
	if s, ok := rd.stems[n]; ok {
		return s
	}
	if l, ok := rd.tables.lemma[n]; ok {
		n = l
	}
	s := n
	if n != "" && n[0] < utf8.RuneSelf && n[0] != '@' {
		s = english.Stem(n, true)
	}
	if rd.building {
		rd.stems[n] = s
	}
	return s
}
