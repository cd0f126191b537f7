package playbook

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"allybot/internal/playbook/wordkin"
)

// Explanation says why Find answers as it does, for authors of content.
type Explanation struct {
	Result
	Fixed   []string // misspelt words and what they were taken for: "interuptd → interrupted"
	Ours    Weighing // whether it is Ally's business
	Danger  Weighing // whether it is a moment of harm
	Reasons []Reason // of Matches, in their order
}

// Weighing is what was found and from where on the answer is yes.
type Weighing struct {
	Sum, From               float64
	Linear, Bayes, Nearest  float64 // what each learner says
	WordsOfHarm, SoundsLike bool    // of Danger: words of harm.yaml are in the text
}

// Reason is why a script fits.
type Reason struct {
	For     []string // what in the text speaks for it, the strongest first
	Against []string // and what against it
	Like    []string // examples of it that are most like the text
}

// maxReasons of each kind are given.
const maxReasons = 5

// Explain finds as Find does and says why.
func (l *Library) Explain(text string) Explanation {
	f := l.finder()
	q := f.ask(text)
	e := Explanation{
		Result: l.Find(text),
		Ours:   Weighing{Sum: q.isOurs(), From: oursFrom, Linear: q.doubt.linear, Bayes: q.doubt.bayes, Nearest: q.doubt.nearest},
		Danger: Weighing{Sum: q.inDanger(), From: harmFrom, Linear: q.danger.linear, Bayes: q.danger.bayes, Nearest: q.danger.nearest, WordsOfHarm: q.reading.harm == hasHarm, SoundsLike: q.reading.harm == hasHarmless},
	}
	for _, w := range slices.Sorted(maps.Keys(q.fixed)) {
		e.Fixed = append(e.Fixed, w+" → "+q.fixed[w])
	}
	for _, m := range e.Matches {
		e.Reasons = append(e.Reasons, f.reason(q, slices.Index(f.scripts, m.Script.ID)))
	}
	return e
}

func (f *finder) reason(q question, class int) Reason {
	var r Reason
	shares := f.Linear.Shares(f.Space, q.text, class)
	for _, s := range shares {
		if s.Value > 0 && len(r.For) < maxReasons {
			r.For = append(r.For, fmt.Sprintf("%s %+.2f", f.spelledOut(q, s.Feature), s.Value))
		}
	}
	for i := len(shares) - 1; i >= 0 && shares[i].Value < 0 && len(r.Against) < maxReasons; i-- {
		r.Against = append(r.Against, fmt.Sprintf("%s %+.2f", f.spelledOut(q, shares[i].Feature), shares[i].Value))
	}
	for _, i := range f.Nearest.Of(q.text, class, 2) {
		r.Like = append(r.Like, f.texts[i])
	}
	return r
}

// spelledOut says a feature in words.
func (f *finder) spelledOut(q question, feature string) string {
	switch mark, rest := feature[:1], feature[1:]; mark {
	case "~", "?":
		return "says in other words: " + strings.ReplaceAll(rest, "-", " ")
	case "@":
		switch rest {
		case string(Doer):
			return "the asker did it"
		case string(Affected):
			return "it happened to the asker"
		case "others":
			return "it is about others only"
		case "name":
			return "somebody is named"
		}
		return "no word of who the asker is in it"
	}
	if rest, ok := strings.CutPrefix(feature, "≈"); ok {
		return f.kin(q, rest, func(g wordkin.Groups) uint16 { return g.Coarse })
	}
	if rest, ok := strings.CutPrefix(feature, "="); ok {
		return f.kin(q, rest, func(g wordkin.Groups) uint16 { return g.Fine })
	}
	return strconv.Quote(strings.ReplaceAll(feature, stemName, "somebody"))
}

// kin names the words of a text that are in a group.
func (f *finder) kin(q question, group string, of func(wordkin.Groups) uint16) string {
	var in []string
	like := ""
	for _, w := range q.words {
		if g, ok := wordkin.Of(w.norm); ok && strconv.Itoa(int(of(g))) == group && !slices.Contains(in, w.norm) {
			in = append(in, w.norm)
			like = strings.Join(wordkin.Fine(g.Fine, 3), ", ")
		}
	}
	return fmt.Sprintf("words like %s (%s)", strings.Join(in, ", "), like)
}
