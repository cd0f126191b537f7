package channels

// Channel is one conversation as Slack tells of it.
type Channel struct {
	ID string
	// Name is without the #, empty for direct conversations. That of a private
	// channel is for its members alone.
	Name     string
	Private  bool
	Shared   bool // people of other organisations are or may be in it
	Archived bool
	// Direct says that it is a direct message or a group one. Of a direct message
	// nothing else is known, BotIn neither: Slack is not asked.
	Direct  bool
	BotIn   bool
	Creator string // user id; empty if unknown
}

// conversation is what the bot reads of Slack's conversation object.
type conversation struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	Creator         string `json:"creator"`
	IsIM            bool   `json:"is_im"`
	IsMPIM          bool   `json:"is_mpim"`
	IsPrivate       bool   `json:"is_private"`
	IsArchived      bool   `json:"is_archived"`
	IsMember        bool   `json:"is_member"`
	IsExtShared     bool   `json:"is_ext_shared"`
	IsPendingShared bool   `json:"is_pending_ext_shared"`
	PendingShared   []any  `json:"pending_shared"`
}

func (c conversation) channel() Channel {
	out := Channel{
		ID: c.ID, Name: c.Name, Creator: c.Creator, Archived: c.IsArchived,
		Direct: c.IsIM || c.IsMPIM,
		// Slack shows a private conversation to its members alone.
		BotIn:   c.IsMember || c.IsPrivate || c.IsIM || c.IsMPIM,
		Private: c.IsPrivate || c.IsIM || c.IsMPIM,
		Shared:  c.IsExtShared || c.IsPendingShared || len(c.PendingShared) > 0,
	}
	if out.Direct {
		out.Name = ""
	}
	return out
}
