package playbook

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits in characters. The first wording is shown as a header block, the title
// as an option of a select: Slack's limits are 150 and 75. The moment is a
// line. The rest must be short enough to be said.
const (
	maxFirst   = 150
	maxWording = 600
	maxTitle   = 75
	maxMoment  = 150
	maxAvoid   = 200
	maxPhrase  = 150
	maxSource  = 300
	minPhrases = 8
)

// lintNames are filled into every slot to see that the sentence still reads:
// nobody, somebody, and somebody with a long name (25 characters).
var lintNames = []string{"", "Sam", "Oluwaseun Adébáyọ̀-Thomson"}

var (
	idPattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	localePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	pingPattern   = regexp.MustCompile(`<[!@#]|@(?:channel|here|everyone)\b`)
	lowerStart    = regexp.MustCompile(`[.!?]["”’)]? +(\p{Ll}\S*)`)
	badSpace      = regexp.MustCompile(`\s[,.;:!?]|,[.;:!?,]`)
	roles         = []Role{Bystander, Affected, Doer, Host, Manager}
	required      = []string{"title", "practices", "moment", "roles", "phrases"}
	requiredHeads = []string{"Gentle", "Direct", "Ask first", headPushBack, headFollowUp, headAvoid}
)

// lint checks all that can be checked in one file alone.
func (d *draft) lint() {
	s := &d.script
	if !idPattern.MatchString(s.ID) || len(s.ID) > 60 {
		d.problem(0, "name the file in small letters, digits and hyphens, like offensive-joke.md")
	}
	if d.hide || d.unread {
		return
	}
	for _, key := range required {
		if _, ok := d.lines[key]; !ok {
			d.problem(1, "%s is missing; add it to the block at the top", key)
		}
	}
	for _, h := range requiredHeads {
		if _, ok := d.lines[h]; !ok {
			d.problem(0, "the part ## %s is missing; add it", h)
		}
	}
	d.plain("title", s.Title, maxTitle)
	d.plain("moment", s.Moment, maxMoment)
	if _, ok := d.lines["source"]; ok {
		d.plain("source", s.Source, maxSource)
	}
	if !localePattern.MatchString(s.Locale) {
		d.problem(d.lines["locale"], "locale is a language like en, fr or pt-BR, not %q", s.Locale)
	}
	for i, r := range s.Roles {
		if !slices.Contains(roles, r) {
			d.problem(d.lines[fmt.Sprintf("roles/%d", i)], "unknown role %q; use bystander, affected, doer, host or manager", r)
		}
	}
	d.lintPhrases()
	for i, w := range s.Words {
		limit := maxWording
		if i == 0 {
			limit = maxFirst
		}
		d.spoken(headingOf(w.Tone), w.Text, limit)
	}
	d.spoken(headPushBack, s.PushBack, maxWording)
	d.spoken(headFollowUp, s.FollowUp, maxWording)
	if line, ok := d.lines[headFollowUp]; ok && s.FollowUp != "" && !strings.Contains(s.FollowUp, "?") {
		d.problem(line, "the follow-up asks the person what they want; add a question")
	}
	if line, ok := d.lines[headAvoid]; ok && len(s.Avoid) == 0 {
		d.problem(line, `## Avoid is empty; add at least one line that begins with "- "`)
	}
	for i, a := range s.Avoid {
		line := d.lines[fmt.Sprintf("Avoid/%d", i)]
		d.sentence(line, "this line", a, maxAvoid)
		if strings.ContainsAny(a, "{}") {
			d.problem(line, "slots don't work below ## Avoid; write it without a name")
		}
	}
}

func headingOf(t Tone) string {
	for h, tone := range headings {
		if tone == t {
			return h
		}
	}
	return ""
}

// plain checks a line of the front matter, which has no slots.
func (d *draft) plain(key, text string, limit int) {
	line, ok := d.lines[key]
	if !ok {
		return
	}
	n := utf8.RuneCountInString(text)
	switch {
	case text == "":
		d.problem(line, "%s is empty; write it", key)
	case n > limit:
		d.problem(line, "%s has %d characters; shorten it to %d", key, n, limit)
	case strings.ContainsAny(text, "{}\n"):
		d.problem(line, "%s is one line without slots; take out the { } or the line break", key)
	}
	d.pings(line, text)
}

func (d *draft) lintPhrases() {
	s := &d.script
	if line, ok := d.lines["phrases"]; ok && len(s.Phrases) < minPhrases {
		d.problem(line, "there are %d phrases; add more ways in which people would type it, at least %d in all", len(s.Phrases), minPhrases)
	}
	seen := map[string]bool{}
	for i, p := range s.Phrases {
		line := d.lines[fmt.Sprintf("phrases/%d", i)]
		key := strings.ToLower(p)
		switch {
		case p == "":
			d.problem(line, "this phrase is empty; write it or remove the line")
		case seen[key]:
			d.problem(line, "this phrase is there twice; remove one")
		case utf8.RuneCountInString(p) > maxPhrase:
			d.problem(line, "this phrase has more than %d characters; shorten it", maxPhrase)
		case strings.ContainsAny(p, "{}"):
			d.problem(line, "slots don't work in phrases; write somebody, she or he")
		}
		seen[key] = true
		d.pings(line, p)
	}
}

// spoken checks a text with slots in every way it can be filled.
func (d *draft) spoken(heading, text string, limit int) {
	line, ok := d.lines[heading]
	if !ok {
		return
	}
	if text == "" {
		d.problem(line, "## %s is empty; write what to say", heading)
		return
	}
	before := len(d.problems)
	d.slots(line, heading, text)
	for _, name := range lintNames {
		if len(d.problems) > before {
			return // one mistake would be reported three times
		}
		d.sentence(line, "## "+heading, Fill(text, name), limit)
	}
}

func (d *draft) slots(line int, heading, text string) {
	rest := slotPattern.ReplaceAllStringFunc(text, func(slot string) string {
		part := slotPattern.FindStringSubmatch(slot)
		switch {
		case part[1] != "name" && part[1] != "name's":
			d.problem(line, "unknown slot %s in ## %s; use {name|them} or {name's|their}", slot, heading)
		case strings.TrimSpace(part[2]) != part[2] || part[2] == "":
			d.problem(line, "the slot %s in ## %s needs words after the | for when no name is known, without spaces around them", slot, heading)
		}
		return ""
	})
	if strings.ContainsAny(rest, "{}") {
		d.problem(line, "a slot in ## %s is not complete; write {name|them} or {name's|their}, with what to say when no name is known", heading)
	}
}

// sentence checks a text that is ready to be said.
func (d *draft) sentence(line int, what, text string, limit int) {
	if n := utf8.RuneCountInString(text); n > limit {
		d.problem(line, "%s has %d characters with a name in it; shorten it to %d", what, n, limit)
	}
	if strings.Contains(text, "  ") {
		d.problem(line, "%s has two spaces in a row: %q; take one out", what, text)
	}
	if badSpace.MatchString(text) {
		d.problem(line, "%s has a space before a comma or stop, or two in a row: %q", what, text)
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, `"“‘'(`))
	if unicode.IsLower(first) {
		d.problem(line, "%s begins with a small letter: %q; write it as a sentence", what, text)
	}
	if m := lowerStart.FindStringSubmatch(text); m != nil {
		d.problem(line, "%s has a sentence that begins with a small letter: %q", what, m[1])
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, `"”’')`))
	if !strings.ContainsRune(".?!…。？！؟।", last) {
		d.problem(line, "%s ends without a full stop or question mark; add one", what)
	}
	d.pings(line, text)
}

func (d *draft) pings(line int, text string) {
	if m := pingPattern.FindString(text); m != "" {
		d.problem(line, "%q would notify people in Slack; write it in words", m)
	}
}
