package sender

import "time"

// Slack's tiers, calls a minute for one method of one app in one workspace
// (https://docs.slack.dev/apis/web-api/rate-limits/).
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
	// special is "several hundred" a minute.
	special = 200
)

// tiers by method; a method not named here is treated as tier 2. chat.postMessage
// has limits of its own: see limiter.rules.
var tiers = map[string]int{
	"auth.test":                    special,
	"bots.info":                    tier3,
	"chat.getPermalink":            special,
	"chat.postEphemeral":           tier4,
	"chat.update":                  tier3,
	"chat.delete":                  tier3,
	"chat.deleteScheduledMessage":  tier3,
	"chat.scheduleMessage":         tier3,
	"conversations.history":        tier3,
	"conversations.info":           tier3,
	"conversations.join":           tier3,
	"conversations.leave":          tier3,
	"conversations.list":           tier2,
	"conversations.members":        tier4,
	"conversations.open":           tier3,
	"conversations.replies":        tier3,
	"dnd.info":                     tier3,
	"dnd.teamInfo":                 tier2,
	"files.completeUploadExternal": tier4,
	"files.getUploadURLExternal":   tier4,
	"reactions.add":                tier3,
	"reactions.get":                tier3,
	"reactions.remove":             tier2,
	"team.info":                    tier3,
	"usergroups.list":              tier2,
	"users.conversations":          tier3,
	"users.info":                   tier4,
	"users.list":                   tier2,
	"users.profile.get":            tier4,
	"views.open":                   tier4,
	"views.publish":                tier4,
	"views.push":                   tier4,
	"views.update":                 tier4,
}

// rule is one bucket: interval between calls in the long run, burst at once.
type rule struct {
	key      string
	interval time.Duration
	burst    int
}

// tierRule allows 80 % of the tier steadily and a burst of another 15 %: with
// both, no minute holds more than 95 % of the tier.
func tierRule(method string) rule {
	n := tiers[method]
	if n == 0 {
		n = tier2
	}
	return rule{
		key:      method,
		interval: time.Minute * 100 / time.Duration(80*n),
		burst:    max(1, n*15/100),
	}
}

// channelInterval keeps to one message a second and channel with some room for
// the network, which can bring two calls closer together than they were sent.
const channelInterval = 1200 * time.Millisecond
