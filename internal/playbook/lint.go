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

	maxPractices = 3
	maxSee       = 2
)

// lintValues are filled into every text to see that the sentence still reads:
// nothing known, somebody, and somebody with a long name (25 characters).
var lintValues = []Values{{}, {Name: "Sam"}, {Topic: "the pricing page"}, {Name: "Oluwaseun Adébáyọ̀-Thomson", Topic: "the pricing page"}}

var (
	idPattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	localePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	pingPattern   = regexp.MustCompile(`<[!@#]|@(?:channel|here|everyone)\b`)
	lowerStart    = regexp.MustCompile(`(?:[.!?]|\.["”’)]) +(\p{Ll}\S*)`) // but “Really?” said she
	badSpace      = regexp.MustCompile(`\s[,.;:!?]|,[.;:!?,]`)
	roles         = []Role{Bystander, Affected, Doer, Host, Manager}
	required      = []string{"title", "practices", "moment", "roles", "phrases"}
	requiredParts = []Part{Gentle, Direct, PushBack, FollowUp}
	// inherited is what a translation takes from the script it translates.
	inherited = []string{"practices", "roles", "family", "see"}
)

// lint checks all that can be checked in one file alone.
func (d *draft) lint() {
	s := &d.script
	if !idPattern.MatchString(s.ID) || len(s.ID) > 60 {
		d.problem(0, "name the file in small letters, digits and hyphens, like offensive-joke.md")
	}
	if d.translates != "" && !localePattern.MatchString(d.translates) {
		d.problem(0, "name a translation after its script and its language, like offensive-joke.fr.md or offensive-joke.pt-BR.md")
	}
	if d.hide || d.unread {
		return
	}
	d.lintKeys()
	d.lintPhrases()
	d.lintTexts()
	d.lintAvoid()
}

// lintKeys checks the block at the top.
func (d *draft) lintKeys() {
	s := &d.script
	for _, key := range required {
		_, given := d.lines[key]
		if !given && (d.translates == "" || !slices.Contains(inherited, key)) {
			d.problem(1, "%s is missing; add it to the block at the top", key)
		}
	}
	d.plain("title", s.Title, maxTitle)
	d.plain("moment", s.Moment, maxMoment)
	d.plain("source", s.Source, maxSource)
	d.plain("why", s.Why, maxSource)
	line := d.lines["locale"]
	switch {
	case !localePattern.MatchString(s.Locale) && line > 0:
		d.problem(line, "locale is a language like en, fr or pt-BR, not %q", s.Locale)
	case d.translates != "" && s.Locale != d.translates:
		d.problem(line, "locale is %q, but the file is named for %q; take the line out", s.Locale, d.translates)
	}
	if d.translates != "" {
		for _, key := range inherited {
			if line, ok := d.lines[key]; ok {
				d.problem(line, "take %s out; a translation has that of %s.md", key, s.ID)
			}
		}
		return
	}
	d.lintList("practices", s.Practices, "name at least one of practices.yaml", maxPractices)
	var named []string
	for i, r := range s.Roles {
		named = append(named, string(r))
		if !slices.Contains(roles, r) {
			d.problem(d.lines[fmt.Sprintf("roles/%d", i)], "unknown role %q; use bystander, affected, doer, host or manager", r)
		}
	}
	d.lintList("roles", named, "name at least one: bystander, affected, doer, host or manager", len(roles))
	d.lintList("see", s.See, "name a script or take the line out", maxSee)
	if line, ok := d.lines["family"]; ok && !idPattern.MatchString(s.Family) {
		d.problem(line, "family is one word in small letters, digits and hyphens, the same in all scripts of the moment")
	}
}

// lintList checks a list of ids.
func (d *draft) lintList(key string, items []string, empty string, most int) {
	line, ok := d.lines[key]
	switch {
	case !ok:
	case len(items) == 0:
		d.problem(line, "%s is empty; %s", key, empty)
	case len(items) > most:
		d.problem(line, "%s has %d entries; keep the %d that fit best", key, len(items), most)
	}
	for i, item := range items {
		if slices.Contains(items[:i], item) {
			d.problem(d.lines[fmt.Sprintf("%s/%d", key, i)], "%s names %s twice; take one out", key, item)
		}
	}
}

// lintTexts checks the parts: that they are there, in order, and read well.
func (d *draft) lintTexts() {
	s := &d.script
	has := func(p Part) bool {
		return slices.ContainsFunc(s.Texts, func(t Text) bool { return t.Part == p && t.Role == "" && !t.Written })
	}
	for _, p := range requiredParts {
		if !has(p) {
			d.problem(0, "the part ## %s is missing; add it", p.Heading())
		}
	}
	if !has(AskFirst) && !has(Humour) {
		d.problem(0, "a third way to say it is missing; add ## %s or ## %s", AskFirst.Heading(), Humour.Heading())
	}
	for i, t := range s.Texts {
		line, heading := d.lines[t.Heading()], t.Heading()
		plain := func(t2 Text) bool { return t2.Part == t.Part && t2.Role == "" && !t2.Written }
		spoken := func(t2 Text) bool { return t2.Part == t.Part && t2.Role == t.Role && !t2.Written }
		switch {
		case slices.ContainsFunc(s.Texts[i+1:], plain):
			d.problem(line, "put ## %s above ## %s", t.Part.Heading(), heading)
		case t.Written && !slices.ContainsFunc(s.Texts[:i], plain) && !slices.ContainsFunc(s.Texts[:i], spoken):
			d.problem(line, "add ## %s, how it is said, above ## %s", Text{Part: t.Part, Role: t.Role}.Heading(), heading)
		case t.Role != "" && d.translates == "" && len(s.Roles) > 0 && !slices.Contains(s.Roles, t.Role):
			d.problem(line, "## %s is for a role that the script is not for; add %s to roles, or take this part out", heading, t.Role)
		}
		limit := maxWording
		if t.Part == Gentle && t.Role == "" && !t.Written {
			limit = maxFirst // shown first, large
		}
		d.spoken(t, limit)
		if t.Part == FollowUp && t.Text != "" && d.isTo(t) && !strings.ContainsAny(t.Text, "?？؟") {
			d.problem(line, "the follow-up asks the person what they want; add a question")
		}
	}
	if d.translates == "" {
		d.lintRoles(s)
	}
}

// isTo says whether a follow-up goes to the person affected. What they write
// themselves, or who did it, need not ask anything.
func (d *draft) isTo(t Text) bool {
	from := t.Role
	if from == "" && len(d.script.Roles) > 0 {
		from = d.script.Roles[0]
	}
	return side(from) == Bystander
}

// ownParts are the parts without which wordings of a role's own leave it alone.
// Beside the two in the moment, nobody has to hold out against anything.
func ownParts(r Role) []Part {
	if side(r) == Bystander {
		return []Part{Gentle, Direct}
	}
	return requiredParts
}

// lintRoles checks that a role with wordings of its own has all that it needs:
// the plain texts are then not for it.
func (d *draft) lintRoles(s *Script) {
	for _, r := range s.Roles {
		var own *Text
		for i, t := range s.Texts {
			if t.Role == r && slices.Contains(tones, t.Part) {
				own = &s.Texts[i]
				break
			}
		}
		if own == nil || side(r) == side(s.Roles[0]) {
			continue
		}
		for _, p := range ownParts(r) {
			if _, ok := s.Text(p, r, false); !ok {
				d.problem(d.lines[own.Heading()], "add ## %s too; the plain one is for %s", Text{Part: p, Role: r}.Heading(), s.Roles[0])
			}
		}
	}
}

// lintCost: whoever is told how to say it upwards is told what it may cost. The
// words are good all the same.
func (d *draft) lintCost() {
	up := slices.IndexFunc(d.script.Texts, func(t Text) bool { return t.Part == Upwards })
	if up >= 0 && !slices.ContainsFunc(d.script.Texts, func(t Text) bool { return t.Part == Cost }) {
		d.problem(d.lines[d.script.Texts[up].Heading()], "speaking up to a boss or customer may cost the speaker; add ## %s with a safer way", Cost.Heading())
	}
}

func (d *draft) lintAvoid() {
	line, ok := d.lines[headAvoid]
	switch {
	case !ok:
		d.problem(0, "the part ## %s is missing; add it", headAvoid)
	case len(d.script.Avoid) == 0:
		d.problem(line, `## Avoid is empty; add at least one line that begins with "- "`)
	}
	for i, a := range d.script.Avoid {
		line := d.lines[fmt.Sprintf("Avoid/%d", i)]
		d.sentence(line, "this line", a, maxAvoid)
		if strings.ContainsAny(a, "{}") {
			d.problem(line, "slots don't work below ## Avoid; write it without a name")
		}
	}
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
func (d *draft) spoken(t Text, limit int) {
	line, heading := d.lines[t.Heading()], t.Heading()
	if t.Text == "" {
		d.problem(line, "## %s is empty; write what to say", heading)
		return
	}
	before := len(d.problems)
	d.slots(line, heading, t.Text)
	done := map[string]bool{}
	for _, with := range lintValues {
		if len(d.problems) > before {
			return // one mistake would be reported for every name
		}
		if text := Fill(t.Text, with); !done[text] {
			done[text] = true
			d.sentence(line, "## "+heading, text, limit)
		}
	}
}

func (d *draft) slots(line int, heading, text string) {
	const known = "{name|them}, {name's|their} or {topic|this}"
	rest := slotPattern.ReplaceAllStringFunc(text, func(slot string) string {
		part := slotPattern.FindStringSubmatch(slot)
		switch {
		case part[1] != "name" && part[1] != "name's" && part[1] != "topic":
			d.problem(line, "unknown slot %s in ## %s; use %s", slot, heading, known)
		case strings.TrimSpace(part[2]) != part[2] || part[2] == "":
			d.problem(line, "the slot %s in ## %s needs words after the | for when nothing is known, without spaces around them", slot, heading)
		case part[1] == "name's" && !d.english():
			d.problem(line, "the slot %s in ## %s would add the English 's; use {name|…}", slot, heading)
		}
		return ""
	})
	if strings.ContainsAny(rest, "{}") {
		d.problem(line, "a slot in ## %s is not complete; write %s, with what to say when nothing is known", heading, known)
	}
}

func (d *draft) english() bool {
	return d.script.Locale == "en" || strings.HasPrefix(d.script.Locale, "en-")
}

// sentence checks a text that is ready to be said.
func (d *draft) sentence(line int, what, text string, limit int) {
	if n := utf8.RuneCountInString(text); n > limit {
		d.problem(line, "%s has %d characters with a name in it; shorten it to %d", what, n, limit)
	}
	if strings.Contains(text, "  ") {
		d.problem(line, "%s has two spaces in a row: %q; take one out", what, text)
	}
	if badSpace.MatchString(text) && d.english() { // French has a space before ? and !
		d.problem(line, "%s has a space before a comma or stop, or two in a row: %q", what, text)
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, `"“‘'(¿¡«„ `))
	if unicode.IsLower(first) {
		d.problem(line, "%s begins with a small letter: %q; write it as a sentence", what, text)
	}
	if m := lowerStart.FindStringSubmatch(text); m != nil {
		d.problem(line, "%s has a sentence that begins with a small letter: %q", what, m[1])
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "\"”’)»\u00a0\u202f "))
	if !strings.ContainsRune(".?!…。？！؟।", last) && !noStops(last) {
		d.problem(line, "%s ends without a full stop or question mark; add one", what)
	}
	d.pings(line, text)
}

// noStops: a letter of a script that may end a sentence without a stop, as Thai.
func noStops(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M) && !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

func (d *draft) pings(line int, text string) {
	if m := pingPattern.FindString(text); m != "" {
		d.problem(line, "%q would notify people in Slack; write it in words", m)
	}
}
