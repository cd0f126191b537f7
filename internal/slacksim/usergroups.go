package slacksim

import (
	"slices"
	"strings"
)

// AddUsergroup adds a group and returns its id. Members that do not exist and a
// handle that is taken panic.
func (s *Sim) AddUsergroup(g Usergroup) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.ID == "" {
		g.ID = s.newID("S")
	}
	for _, id := range g.Users {
		if s.people[id] == nil {
			panic("slacksim: group " + g.Handle + ": there is no person " + id)
		}
	}
	if g.Handle == "" || slices.ContainsFunc(s.groups, func(o *Usergroup) bool { return o.ID == g.ID || strings.EqualFold(o.Handle, g.Handle) }) {
		panic("slacksim: group " + g.ID + ": the handle " + g.Handle + " is empty or taken")
	}
	if g.Name == "" {
		g.Name = g.Handle
	}
	g.Users = slices.Clone(g.Users)
	s.groups = append(s.groups, &g)
	s.touch()
	return g.ID
}

// Usergroups lists the workspace's groups in the order they were added.
func (s *Sim) Usergroups() []Usergroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Usergroup{}
	for _, g := range s.groups {
		x := *g
		x.Users = slices.Clone(g.Users)
		out = append(out, x)
	}
	return out
}

func usergroupsList(s *Sim, c *apiCall) (obj, error) {
	all := []obj{}
	for _, g := range s.groups {
		o := obj{
			"id": g.ID, "team_id": s.teamID, "is_usergroup": true, "is_subteam": true, "is_external": false,
			"name": g.Name, "description": "", "handle": g.Handle, "auto_type": nil, "auto_provision": false,
			"enterprise_subteam_id": "", "date_create": s.started.Unix(), "date_update": s.started.Unix(), "date_delete": 0,
			"created_by": slackbot, "updated_by": slackbot, "deleted_by": nil,
			"prefs": obj{"channels": []string{}, "groups": []string{}},
		}
		if c.truth("include_users") {
			o["users"] = slices.Clone(g.Users)
		}
		if c.truth("include_count") {
			o["user_count"] = len(g.Users)
		}
		all = append(all, o)
	}
	return obj{"usergroups": all}, nil
}
