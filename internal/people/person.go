package people

import (
	"slices"

	"allybot/internal/blockkit"
)

// Person is one person as Slack knows them.
type Person struct {
	ID     string
	TeamID string // their own team
	// Name is their display name, or their real name without one: one line of
	// plain text without control or direction characters. It is neither unique
	// nor stable.
	Name string
	// TZ is an IANA zone, empty if unknown. Locale is like "en-US".
	TZ     string
	Locale string

	Guest    bool // single- or multi-channel guest
	External bool // of another organisation (Slack Connect)
	Bot      bool // bots, workflows and Slackbot
	Deleted  bool // deactivated
	Admin    bool // workspace admin or owner
}

// Member says whether this is a full member: somebody who may be measured,
// nudged or enrolled if they agree.
func (p Person) Member() bool {
	return p.ID != "" && !p.Guest && !p.External && !p.Bot && !p.Deleted
}

// user is what the bot reads of Slack's user object.
type user struct {
	ID                string `json:"id"`
	TeamID            string `json:"team_id"`
	Name              string `json:"name"`
	RealName          string `json:"real_name"`
	Deleted           bool   `json:"deleted"`
	TZ                string `json:"tz"`
	Locale            string `json:"locale"`
	IsBot             bool   `json:"is_bot"`
	IsWorkflowBot     bool   `json:"is_workflow_bot"`
	IsConnectorBot    bool   `json:"is_connector_bot"`
	IsRestricted      bool   `json:"is_restricted"`
	IsUltraRestricted bool   `json:"is_ultra_restricted"`
	IsStranger        bool   `json:"is_stranger"`
	IsAdmin           bool   `json:"is_admin"`
	IsOwner           bool   `json:"is_owner"`
	IsPrimaryOwner    bool   `json:"is_primary_owner"`
	Enterprise        struct {
		Teams []string `json:"teams"`
	} `json:"enterprise_user"`
	Profile struct {
		DisplayName string `json:"display_name"`
		RealName    string `json:"real_name"`
	} `json:"profile"`
}

func (u user) person(teamID string) Person {
	p := Person{
		ID: u.ID, TeamID: u.TeamID, TZ: u.TZ, Locale: u.Locale, Deleted: u.Deleted,
		Guest: u.IsRestricted || u.IsUltraRestricted,
		Bot:   u.IsBot || u.IsWorkflowBot || u.IsConnectorBot || u.ID == slackbotUser,
		// On Enterprise Grid a person of this workspace may have another as home.
		External: u.IsStranger || u.TeamID != teamID && !slices.Contains(u.Enterprise.Teams, teamID),
	}
	p.Admin = !p.External && !p.Deleted && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner)
	for _, name := range []string{u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name} {
		if p.Name = blockkit.Line(name); p.Name != "" {
			break
		}
	}
	return p
}
