package prep

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// draft is what somebody entered into the form.
type draft struct {
	What   string `json:"w,omitempty"`
	UserID string `json:"u,omitempty"`
	Name   string `json:"n,omitempty"`
	Goal   string `json:"g,omitempty"`
	Day    string `json:"d,omitempty"` // 2006-01-02
	Time   string `json:"t,omitempty"` // 15:04
}

// maxName is how much of a name is shown, in UTF-16 units.
const maxName = 80

// check finds what has to be corrected, by the field. today is the time now where
// the person is; known says whether that is known, or only the earliest it can be.
func (d draft) check(goals []playbook.Goal, self string, today time.Time, known bool) map[string]string {
	wrong := map[string]string{}
	if blank(d.What) {
		wrong[fieldWhat] = needWhat
	}
	if d.goal(goals) == nil {
		wrong[fieldGoal] = needGoal
	}
	if d.UserID != "" && d.UserID == self {
		wrong[fieldWho] = notYourself
	}
	at := d.when(today.Location())
	midnight := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, today.Location())
	switch {
	case d.Day == "" && d.Time != "":
		wrong[fieldDay] = needDay
	case d.Day != "" && !at.hasDay:
		wrong[fieldDay] = badDay
	case at.hasDay && at.time.Before(midnight):
		wrong[fieldDay] = pastDay
	case d.Time != "" && !at.hasTime:
		wrong[fieldTime] = badTime
	case known && at.hasTime && at.time.Before(today):
		wrong[fieldTime] = pastTime
	}
	return wrong
}

// blank says that a text has nothing in it that is seen.
func blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

func (d draft) goal(goals []playbook.Goal) *playbook.Goal {
	for i := range goals {
		if goals[i].ID == d.Goal {
			return &goals[i]
		}
	}
	return nil
}

// mention is a person in Slack's own form of a text.
var mention = regexp.MustCompile(`<@([UW][A-Z0-9]{1,30})(?:\|([^<>]*))?>`)

// partnerIn is the user id of whom a text suggests to talk to, "" if it does not:
// the only one mentioned, unless it happened to them and somebody else did it.
func partnerIn(text string, found playbook.Result, asker string) string {
	partner := ""
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		switch id := m[1]; {
		case id == asker || id == partner:
		case partner != "":
			return ""
		default:
			partner = id
		}
	}
	if partner == found.Name.UserID && found.Role != playbook.Doer {
		return ""
	}
	return partner
}

// goalFor is the goal that is for one role alone, "" if there is none.
func goalFor(goals []playbook.Goal, role playbook.Role) string {
	for _, g := range goals {
		if len(g.Roles) == 1 && g.Roles[0] == role {
			return g.ID
		}
	}
	return ""
}

// appointment is when the conversation is planned for.
type appointment struct {
	time            time.Time
	hasDay, hasTime bool
}

func (d draft) when(zone *time.Location) appointment {
	day, err := time.ParseInLocation(time.DateOnly, d.Day, zone)
	if err != nil {
		return appointment{}
	}
	a := appointment{time: day, hasDay: true}
	if clock, err := time.Parse("15:04", d.Time); err == nil {
		a.time = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
		a.hasTime = true
	}
	return a
}

// String is "Thursday 26 November, 14:00", or empty.
func (a appointment) String() string {
	switch {
	case a.hasTime:
		return a.time.Format(dayFormat + ", 15:04")
	case a.hasDay:
		return a.time.Format(dayFormat)
	}
	return ""
}

// checkIn is a week later, or empty.
func (a appointment) checkIn() string {
	if !a.hasDay {
		return ""
	}
	return a.time.AddDate(0, 0, 7).Format(dayFormat)
}

const dayFormat = "Monday 2 January"

// plan is the page.
type plan struct {
	Name      string // whom they talk to, as it is shown; may be empty
	Goal      string // its label
	When      string
	Opener    string
	Then      string
	Questions []string
	PushBack  []playbook.Answer
	Close     string
	CheckIn   string
	CheckOn   string // the day; may be empty
	Moment    *moment
}

// moment is what the words of a script add for exactly what happened.
type moment struct {
	Name     string // whom the words are about; may be empty
	Title    string
	Lead     string // what the words are
	Words    string
	PushBack string // may be empty
	Cost     string // a safer way, where speaking up may cost them; may be empty
}

// compose makes the page for a goal. found may be the zero Result.
func compose(lib *playbook.Library, goal *playbook.Goal, found playbook.Result, name string, at appointment, locale string) plan {
	say := func(text string) string { return playbook.Fill(text, playbook.Values{Name: name}) }
	p := plan{
		Name: name, Goal: goal.Label, When: at.String(),
		Opener: say(goal.Opener), Then: say(goal.Then), Close: say(goal.Close),
		CheckIn: say(goal.CheckIn), CheckOn: at.checkIn(),
		Moment: momentOf(lib, goal, found, name, locale),
	}
	for _, q := range goal.Questions {
		p.Questions = append(p.Questions, say(q))
	}
	for _, a := range goal.PushBack {
		p.PushBack = append(p.PushBack, playbook.Answer{They: say(a.They), You: say(a.You)})
	}
	return p
}

// momentOf takes words from the best script for what happened, if one fits the
// goal; nil if none does.
func momentOf(lib *playbook.Library, goal *playbook.Goal, found playbook.Result, name, locale string) *moment {
	if !found.Confident || found.Harm || len(found.Matches) == 0 {
		return nil
	}
	script, role := cast(lib, goal, found.Matches[0].Script, found.Role)
	if script == nil {
		return nil
	}
	script = script.In(locale)
	with := playbook.Values{Name: nameFor(goal, role, found.Name, name), Topic: found.Topic}
	if goal.Part == playbook.FollowUp {
		text, ok := script.Text(playbook.FollowUp, role, true)
		if !ok {
			return nil
		}
		return &moment{Name: with.Name, Title: script.Title, Lead: leadWritten, Words: playbook.Fill(text.Text, with)}
	}
	part := goal.Part
	if have := script.Tones(role); !slices.Contains(have, part) {
		part = have[0]
	}
	text, ok := script.Text(part, role, false)
	if !ok {
		return nil
	}
	m := &moment{Name: with.Name, Title: script.Title, Lead: leadMoment, Words: playbook.Fill(text.Text, with)}
	if push, ok := script.Text(playbook.PushBack, role, false); ok {
		m.PushBack = playbook.Fill(push.Text, with)
	}
	if cost, ok := script.Text(playbook.Cost, role, false); ok {
		m.Cost = playbook.Fill(cost.Text, with)
	}
	return m
}

// cast finds the script and the role whose words fit the goal: the role that the
// text tells, else one of the script's own, else another of its family.
func cast(lib *playbook.Library, goal *playbook.Goal, script *playbook.Script, told playbook.Role) (*playbook.Script, playbook.Role) {
	var order []playbook.Role
	if told != "" {
		// Who it happened to has no use for the words of who did it.
		order = []playbook.Role{told}
	} else {
		order = slices.Concat(script.Roles, goal.Roles)
	}
	for _, role := range order {
		if !slices.Contains(goal.Roles, role) {
			continue
		}
		if fit := lib.ForRole(script, role); fit != nil && len(fit.Tones(role)) > 0 {
			return fit, role
		}
	}
	return nil, ""
}

// nameFor is whom the words of a script are about. Those of a bystander are about
// who it happened to, which whom they talk to may not be.
func nameFor(goal *playbook.Goal, role playbook.Role, inText playbook.Name, partner string) string {
	written := inText.Written
	if written == "" {
		written = inText.Label
	}
	toAffected := goal.Part == playbook.FollowUp
	if toAffected || role == playbook.Affected || role == playbook.Doer {
		return partner
	}
	if strings.EqualFold(written, partner) {
		return ""
	}
	return shownName(written)
}

func shownName(name string) string {
	return blockkit.Cut(blockkit.Plain(playbook.CleanName(name)), maxName)
}

// title is what a page is called, and what it is listed as.
func (p plan) title() string {
	if p.Name == "" {
		return noNameTitle
	}
	return withTitle + p.Name
}

// isolated keeps a name written from right to left from turning the sentence
// around it. as is how the text has names: in mrkdwn they are escaped.
func (p plan) isolated(text string, as func(string) string) string {
	names := []string{p.Name}
	if p.Moment != nil && p.Moment.Name != p.Name {
		names = append(names, p.Moment.Name)
	}
	for _, name := range names {
		name = as(name)
		if safe := blockkit.Isolate(name); safe != name {
			text = strings.ReplaceAll(text, name, safe)
		}
	}
	return text
}

// subtitle is the goal and the day.
func (p plan) subtitle() string {
	if p.When == "" {
		return p.Goal
	}
	return p.Goal + " · " + p.When
}

// checkInTitle says when to check in.
func (p plan) checkInTitle() string {
	if p.CheckOn == "" {
		return checkInTitle + ", " + checkInLater
	}
	return checkInTitle + ", " + p.CheckOn
}

// text is the page as plain text, to edit, copy and keep: at most what fits into
// an input.
func (p plan) text() string {
	plain := func(name string) string { return name }
	var parts []string
	add := func(title string, lines ...string) {
		parts = append(parts, title+"\n"+strings.Join(lines, "\n"))
	}
	add(p.title(), p.subtitle())
	opening := []string{p.Opener}
	if p.Then != "" {
		opening = append(opening, "("+p.Then+")")
	}
	add(openTitle, opening...)
	var lines []string
	for _, q := range p.Questions {
		lines = append(lines, "- "+q)
	}
	add(listenTitle, lines...)
	lines = nil
	for _, a := range p.PushBack {
		lines = append(lines, "“"+a.They+"” - "+a.You)
	}
	add(pushTitle, lines...)
	add(closeTitle, p.Close)
	add(p.checkInTitle(), p.CheckIn)
	if m := p.Moment; m != nil {
		lines = []string{m.Words}
		if m.PushBack != "" {
			lines = append(lines, pushTitle+": "+m.PushBack)
		}
		if m.Cost != "" {
			lines = append(lines, costTitle+": "+m.Cost)
		}
		whole := strings.Join(append(parts, m.Lead+"\n"+strings.Join(lines, "\n")), "\n\n")
		if whole = p.isolated(whole, plain); blockkit.Len(whole) <= blockkit.MaxTyped {
			return whole
		}
	}
	return blockkit.Cut(p.isolated(strings.Join(parts, "\n\n"), plain), blockkit.MaxTyped)
}
