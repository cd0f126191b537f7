package slacksim

import (
	"slices"
	"strings"
	"time"
)

func authTest(s *Sim, _ *apiCall) (obj, error) {
	return obj{
		"url": "https://" + s.domain + ".slack.com/", "team": s.teamName, "user": s.people[s.botUserID].Name,
		"team_id": s.teamID, "user_id": s.botUserID, "bot_id": s.botID, "is_enterprise_install": false,
	}, nil
}

func appsConnectionsOpen(s *Sim, _ *apiCall) (obj, error) {
	for t, made := range s.tickets {
		if time.Since(made) > ticketLife {
			delete(s.tickets, t)
		}
	}
	ticket := s.envelopeID()
	s.tickets[ticket] = time.Now()
	return obj{"url": "ws" + strings.TrimPrefix(s.base, "http") + "/link/?ticket=" + ticket + "&app_id=" + s.appID}, nil
}

func teamInfo(s *Sim, c *apiCall) (obj, error) {
	if t := c.get("team"); t != "" && t != s.teamID {
		return nil, fail("team_not_found")
	}
	return obj{"team": obj{
		"id": s.teamID, "name": s.teamName, "domain": s.domain, "url": "https://" + s.domain + ".slack.com/",
		"email_domain": "", "icon": obj{"image_default": true}, "avatar_base_url": s.base + "/avatar/", "is_verified": false,
	}}, nil
}

func botsInfo(s *Sim, c *apiCall) (obj, error) {
	if b := c.get("bot"); b != "" && b != s.botID {
		return nil, fail("bot_not_found")
	}
	return obj{"bot": obj{
		"id": s.botID, "app_id": s.appID, "user_id": s.botUserID, "name": s.manifest.DisplayInformation.Name,
		"deleted": false, "updated": s.started.Unix(), "icons": obj{},
	}}, nil
}

// known is a person the bot may ask about.
func (s *Sim) known(id string) (*person, error) {
	p := s.people[id]
	if p == nil {
		return nil, fail("user_not_found")
	}
	if s.external(id) && !s.sharesChannel(id) {
		return nil, fail("user_not_visible")
	}
	return p, nil
}

func (s *Sim) localised(p *person, locale bool) obj {
	u := s.userObject(p, false)
	if locale && !p.Deleted && !s.external(p.ID) {
		u["locale"] = p.Locale
	}
	return u
}

func usersInfo(s *Sim, c *apiCall) (obj, error) {
	p, err := s.known(c.get("user"))
	if err != nil {
		return nil, err
	}
	return obj{"user": s.localised(p, c.truth("include_locale"))}, nil
}

func usersList(s *Sim, c *apiCall) (obj, error) {
	limit, err := c.number("limit", 200, 1, 1000)
	if err != nil {
		return nil, err
	}
	var all []obj
	for _, id := range s.peopleOrder {
		if !s.external(id) {
			all = append(all, s.localised(s.people[id], c.truth("include_locale")))
		}
	}
	from, to, next, err := page(c.get("cursor"), len(all), limit)
	if err != nil {
		return nil, err
	}
	return obj{"members": all[from:to], "cache_ts": s.now().Unix(), "response_metadata": cursorObject(next)}, nil
}

func usersProfileGet(s *Sim, c *apiCall) (obj, error) {
	id := c.get("user")
	if id == "" {
		id = s.botUserID
	}
	p, err := s.known(id)
	if err != nil {
		return nil, err
	}
	return obj{"profile": s.userObject(p, true)["profile"]}, nil
}

func dndInfo(s *Sim, c *apiCall) (obj, error) {
	id := c.get("user")
	if id == "" {
		id = s.botUserID
	}
	p, err := s.known(id)
	if err != nil {
		return nil, err
	}
	return s.dnd(p), nil
}

func dndTeamInfo(s *Sim, c *apiCall) (obj, error) {
	ids := strings.Split(c.get("users"), ",")
	if len(ids) > 50 {
		return nil, fail("too_many_users")
	}
	users := obj{}
	for _, id := range slices.Compact(ids) {
		if p, err := s.known(id); err == nil {
			users[id] = s.dnd(p)
		}
	}
	return obj{"users": users, "cached": true}, nil
}
