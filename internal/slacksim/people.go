package slacksim

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // people's zones, wherever the workspace runs
)

const slackbot = "USLACKBOT"

type person struct {
	Person
	updated     int64
	huddleState string
	huddleCall  string
	huddleUntil int64
	appUser     bool // the app's own bot
}

func (s *Sim) addBuiltInPeople() {
	s.addPerson(Person{ID: slackbot, Name: "slackbot", RealName: "Slackbot", DisplayName: "Slackbot", TZ: "America/Los_Angeles"})
	name := s.manifest.Features.BotUser.DisplayName
	s.addPerson(Person{ID: s.botUserID, Name: strings.ToLower(strings.ReplaceAll(name, " ", "_")), RealName: name, Bot: true, TZ: "America/Los_Angeles"})
	s.people[s.botUserID].appUser = true
}

// AddPerson adds somebody and returns their id. Once the app was connected, new
// people of the workspace are announced to it by team_join. A time zone that
// does not exist panics.
func (s *Sim) AddPerson(p Person) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.addPerson(p)
	if s.socketCount > 0 && !s.external(id) && !p.Deleted {
		s.emit("team_join", nil, obj{"type": "team_join", "user": s.userObject(s.people[id], true), "cache_ts": s.now().Unix()})
	}
	s.touch()
	return id
}

func (s *Sim) addPerson(p Person) string {
	if p.ID == "" {
		p.ID = s.newID("U")
	}
	if s.people[p.ID] != nil {
		panic("slacksim: there is a person " + p.ID + " already")
	}
	if p.Name == "" {
		p.Name = strings.ToLower(strings.ReplaceAll(p.RealName, " ", "."))
	}
	if p.RealName == "" {
		p.RealName = p.Name
	}
	if p.TZ == "" {
		p.TZ = "Etc/UTC"
	}
	if _, err := time.LoadLocation(p.TZ); err != nil {
		panic(fmt.Sprintf("slacksim: person %s: %v", p.Name, err))
	}
	if p.Locale == "" {
		p.Locale = "en-US"
	}
	if p.TeamID == "" {
		p.TeamID = s.teamID
	}
	s.people[p.ID] = &person{Person: p, updated: s.now().Unix(), huddleState: "default_unset"}
	s.peopleOrder = append(s.peopleOrder, p.ID)
	return p.ID
}

// UpdatePerson changes somebody's profile; the app gets user_change.
func (s *Sim) UpdatePerson(userID string, change func(*Person)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[userID]
	if p == nil {
		panic("slacksim: there is no person " + userID)
	}
	change(&p.Person)
	p.ID = userID
	if _, err := time.LoadLocation(p.TZ); err != nil {
		panic(fmt.Sprintf("slacksim: person %s: %v", p.Name, err))
	}
	p.updated = s.now().Unix()
	s.emitUser("user_change", p)
	s.touch()
}

func (s *Sim) emitUser(event string, p *person) {
	if s.external(p.ID) && !s.sharesChannel(p.ID) {
		return
	}
	s.emit(event, nil, obj{"type": event, "user": s.userObject(p, true), "cache_ts": s.now().Unix()})
}

// People lists everybody, the app's bot and Slackbot included, in the order they
// were added.
func (s *Sim) People() []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Person{}
	for _, id := range s.peopleOrder {
		out = append(out, s.people[id].Person)
	}
	return out
}

func (s *Sim) external(userID string) bool {
	p := s.people[userID]
	return p != nil && p.TeamID != s.teamID
}

// sharesChannel says whether the person is in any channel of the workspace.
func (s *Sim) sharesChannel(userID string) bool {
	for _, c := range s.channels {
		if !c.im && slices.Contains(c.members, userID) {
			return true
		}
	}
	return false
}

// shownName is what a client shows: the display name, else the real name.
func (p *person) shownName() string {
	if p.DisplayName != "" {
		return p.DisplayName
	}
	return p.RealName
}

// userObject is the user as users.info and events show it. Events carry the
// quirk of a list for fields where the person has it.
func (s *Sim) userObject(p *person, event bool) obj {
	external := s.external(p.ID)
	var fields any = obj{}
	if event && p.FieldsAsList {
		fields = []any{}
	}
	first, last, _ := strings.Cut(p.RealName, " ")
	image := func(size int) string { return fmt.Sprintf("%s/avatar/%s?size=%d", s.base, p.ID, size) }
	profile := obj{
		"title": p.Title, "phone": "", "skype": "",
		"real_name": p.RealName, "real_name_normalized": p.RealName,
		"display_name": p.DisplayName, "display_name_normalized": p.DisplayName,
		"first_name": first, "last_name": last,
		"fields": fields, "status_text": "", "status_emoji": "", "status_expiration": 0,
		"status_emoji_display_info": []any{}, "status_text_canonical": "", "avatar_hash": strings.ToLower(p.ID),
		"image_24": image(24), "image_32": image(32), "image_48": image(48),
		"image_72": image(72), "image_192": image(192), "image_512": image(512),
		"team": p.TeamID, "always_active": p.Bot,
		"huddle_state": p.huddleState, "huddle_state_expiration_ts": p.huddleUntil,
	}
	if p.huddleCall != "" {
		profile["huddle_state_call_id"] = p.huddleCall
	}
	if p.Pronouns != "" {
		profile["pronouns"] = p.Pronouns
	}
	if p.Bot {
		profile["bot_id"], profile["api_app_id"] = "", ""
		if p.appUser {
			profile["bot_id"], profile["api_app_id"] = s.botID, s.appID
		}
	}
	u := obj{
		"id": p.ID, "team_id": p.TeamID, "name": p.Name, "deleted": p.Deleted,
		"profile": profile, "is_bot": p.Bot, "is_app_user": false, "updated": p.updated,
	}
	if p.Deleted {
		return u // deactivated: no zone and no roles any more
	}
	loc, _ := time.LoadLocation(p.TZ)
	abbreviation, offset := s.now().In(loc).Zone()
	u["color"], u["real_name"] = color(p.ID), p.RealName
	u["tz"], u["tz_label"], u["tz_offset"] = p.TZ, zoneLabel(abbreviation, offset), offset
	u["is_admin"], u["is_owner"], u["is_primary_owner"] = p.Admin || p.Owner, p.Owner, false
	u["is_restricted"], u["is_ultra_restricted"] = p.Guest || p.SingleChannelGuest, p.SingleChannelGuest
	u["is_email_confirmed"], u["who_can_share_contact_card"] = !p.Bot, "EVERYONE"
	if external {
		u["is_stranger"] = !s.sharesChannel(p.ID)
		for _, k := range []string{"is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"} {
			u[k] = false
		}
	}
	return u
}

// zoneLabel is a readable name of a zone at a moment: its abbreviation where it
// has one of letters.
func zoneLabel(abbreviation string, offset int) string {
	if abbreviation != "" && abbreviation[0] != '+' && abbreviation[0] != '-' {
		return abbreviation
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, offset/3600, offset%3600/60)
}

// dnd is the person's schedule as dnd.info shows it to others.
func (s *Sim) dnd(p *person) obj {
	if !p.DND {
		return obj{"dnd_enabled": false, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
	}
	from, to := p.DNDFrom, p.DNDTo
	if from == "" {
		from = "22:00"
	}
	if to == "" {
		to = "08:00"
	}
	loc, _ := time.LoadLocation(p.TZ)
	now := s.now().In(loc)
	at := func(day int, clock string) time.Time {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			panic(fmt.Sprintf("slacksim: do-not-disturb time of %s: %v", p.Name, err))
		}
		return time.Date(now.Year(), now.Month(), now.Day()+day, t.Hour(), t.Minute(), 0, 0, loc)
	}
	for day := -1; ; day++ {
		start, end := at(day, from), at(day, to)
		if !end.After(start) {
			end = at(day+1, to)
		}
		if end.After(now) {
			return obj{"dnd_enabled": true, "next_dnd_start_ts": start.Unix(), "next_dnd_end_ts": end.Unix()}
		}
	}
}

func color(id string) string {
	palette := []string{"9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836"}
	n := 0
	for _, r := range id {
		n = n*31 + int(r)
	}
	return palette[(n%len(palette)+len(palette))%len(palette)]
}

// serveAvatar draws a person's initial, so that no picture comes from outside.
func (s *Sim) serveAvatar(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/avatar/")
	s.mu.Lock()
	p := s.people[id]
	letter := ""
	if p != nil {
		letter = string([]rune(p.shownName() + "?")[:1])
	}
	s.mu.Unlock()
	if p == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="8" fill="#%s"/>`+
		`<text x="24" y="32" text-anchor="middle" font-family="sans-serif" font-size="24" fill="#fff">%s</text></svg>`,
		color(id), html.EscapeString(strings.ToUpper(letter)))
}
