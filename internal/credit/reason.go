package credit

import (
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
func CheckReason(text string) Verdict {
	text = strings.TrimSpace(emojiCode.ReplaceAllString(blockkit.Clean(text), " "))
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return Missing
	}
	if blockkit.Len(text) > MaxReason {
		return TooLong
	}
	return Fine
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
// something specific. "…" stands where the person goes on.
func Suggestions(k Kind) []string {
	switch k {
	case Idea:
		return []string{"suggesting that we …", "spotting … before it shipped", "asking why we …, which led to …", "finding a simpler way to …"}
	case Amplified:
		return []string{"coming back to what … said about …", "making sure that …’s idea got heard when …", "saying whose idea … was"}
	case Help:
		return []string{"sitting down with me to …", "getting … unstuck when …", "explaining … so that I could …", "taking over … while I …"}
	case UnseenWork:
		return []string{"writing down … so that everybody could …", "keeping … running while we …", "showing … around in their first week", "cleaning up … before it bit us"}
	case MadeRoom:
		return []string{"asking … what they think when …", "handing … over to … so that they could …", "holding the floor for … when they got interrupted"}
	}
	return []string{"spotting … before it shipped", "staying with … until it worked", "explaining … to …"}
}
