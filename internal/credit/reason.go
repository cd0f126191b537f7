package credit

import (
	"slices"
	"strings"
	"unicode"

	"allybot/internal/blockkit"
)

// Verdict is what can be said of a reason.
type Verdict string

// The verdicts. Missing, TooShort and TooLong have to be mended before there is
// a credit; EmptyPraise is a suggestion, and the giver may leave it as it is.
const (
	Fine        Verdict = ""
	Missing     Verdict = "missing"
	TooShort    Verdict = "short"
	TooLong     Verdict = "long"
	EmptyPraise Verdict = "empty"
)

// Stops says whether a reason with this verdict cannot be used.
func (v Verdict) Stops() bool { return v == Missing || v == TooShort || v == TooLong }

// CheckReason judges a reason. The text is plain, as ReasonText makes it.
//
// A reason needs two words, and of two none may be a mere "the" or "your"; in
// scripts without spaces two letters or so count as a word. It is empty praise if
// it could be said of anybody: all its words are in the list of those that say
// nothing of what was done.
func CheckReason(text string) Verdict {
	text = strings.TrimSpace(blockkit.Clean(text))
	words, units := wordsOf(emojiCode.ReplaceAllString(text, " "))
	if len(words) == 0 {
		return Missing
	}
	if blockkit.Len(text) > MaxReason {
		return TooLong
	}
	if units < 2 || units == 2 && slices.ContainsFunc(words, func(w string) bool { return pointing[w] }) {
		return TooShort
	}
	for _, w := range words {
		if !saysNothing(w) {
			return Fine
		}
	}
	return EmptyPraise
}

// unspaced are the scripts that don't put spaces between words, and how many of
// their letters make about one word.
var unspaced = []struct {
	script  *unicode.RangeTable
	letters int
}{
	{unicode.Han, 2},
	{unicode.Hiragana, 2},
	{unicode.Katakana, 4},
	{unicode.Thai, 4},
	{unicode.Lao, 4},
	{unicode.Khmer, 4},
	{unicode.Myanmar, 4},
}

// wordsOf splits a text into words, lower case and without apostrophes, and says
// about how many words a reader of its language sees.
func wordsOf(text string) (words []string, units int) {
	words = strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && r != '\'' && r != '’' && r != 'ー'
	})
	words = slices.DeleteFunc(words, func(w string) bool { return strings.Trim(w, "'’ー") == "" })
	var spaced int
	letters := make([]int, len(unspaced))
	for i, w := range words {
		words[i] = strings.NewReplacer("'", "", "’", "").Replace(w)
		plain := true
		for _, r := range w {
			for n, u := range unspaced {
				if unicode.Is(u.script, r) {
					letters[n]++
					plain = false
				}
			}
		}
		if plain {
			spaced++
		}
	}
	units = spaced
	for n, u := range unspaced {
		units += (letters[n] + u.letters - 1) / u.letters
	}
	return words, units
}

// Label is what people read for a kind, "" for one that is not known.
func (k Kind) Label() string {
	switch k {
	case Idea:
		return "Idea"
	case Amplified:
		return "Amplified somebody’s point"
	case Help:
		return "Help"
	case UnseenWork:
		return "Unseen work"
	case MadeRoom:
		return "Made room for others"
	}
	return ""
}

// Suggestions are ways to begin a reason of this kind, for who wants to say
// something specific; the first does for any of them. "…" stands where the person
// goes on.
func Suggestions(k Kind) []string {
	switch k {
	case Idea:
		return []string{"spotting … before it shipped", "suggesting that we …", "asking why we …", "finding a simpler way to …"}
	case Amplified:
		return []string{"bringing …’s idea back when we had moved on", "coming back to what … said about …", "saying whose idea … was"}
	case Help:
		return []string{"getting me unstuck when …", "sitting down with me to …", "explaining … so that I could …", "taking over … while I …"}
	case UnseenWork:
		return []string{"keeping … running while we …", "writing down … for the next one who needs it", "showing … around in their first week", "cleaning up … before it bit us"}
	case MadeRoom:
		return []string{"asking … what they think when …", "letting … present …", "holding the floor for … when they got interrupted"}
	}
	return []string{"spotting … before it shipped", "staying with … until it worked", "explaining … to …"}
}
