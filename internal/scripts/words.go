package scripts

import "allybot/internal/playbook"

// The sentences and labels of this room. Labels of buttons stay within 30
// characters, where Slack's clients clip them.
const (
	launcherTitle  = "What do you need words for?"
	searchHint     = "Type what happened"
	momentHint     = "Pick a moment"
	groupHint      = "Browse by topic"
	onlyYou        = "only you can see this"
	modalTitle     = "Find words"
	pushLabel      = "If they push back"
	followLabel    = "Follow up privately"
	otherLabel     = "Not this?"
	backLabel      = "Back to the words"
	backPlain      = "Back"
	seeLabel       = "See the words"
	otherTitle     = "*Which is closer?*"
	otherNone      = "*Pick what fits better*\nSearch in your own words, or pick a moment."
	noneNear       = "*I don't have words for exactly that.* These come closest:"
	noneAtAll      = "*I don't have words for that yet.* Tell me what happened in a few plain English words, like “talked over” or “wrong name”, or pick a moment."
	browseInstead  = "Or search in your own words, or pick a moment."
	avoidTitle     = "*Keep in mind*"
	careTitle      = "You don't have to handle this alone"
	careDanger     = "*If anyone is in danger now, call your local emergency number.* That includes thoughts of hurting yourself."
	carePeople     = "*People you can turn to*\n• Someone you trust\n• Your HR or people team\n• Your employee assistance programme, if your workplace has one"
	careHonest     = "Ally reports nothing to anyone, and it is not confidential support. To be heard in confidence, talk to a person."
	careOther      = "This is about something else"
	careBack       = "Back to who can help"
	homeTitle      = "*Find words*"
	didYouMeanLine = "Did you mean `/ally %s`?"
)

// toneLabels say what pressing the button changes.
var toneLabels = map[playbook.Part]string{
	playbook.Gentle:   "Gentler",
	playbook.Direct:   "More direct",
	playbook.AskFirst: "Ask first",
	playbook.Humour:   "With humour",
	playbook.Upwards:  "To a boss or customer",
}
