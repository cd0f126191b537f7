package scripts

import "allybot/internal/playbook"

// The sentences and labels of this room. Labels of buttons stay within 30
// characters, where Slack's clients clip them.
const (
	launcherTitle  = "What do you need words for?"
	searchHint     = "Type what happened"
	momentHint     = "Pick a moment"
	groupHint      = "Browse by topic"
	groupMore      = "There are more than this list can hold. Go back and type what happened to find them."
	roleHint       = "Who are you in this?"
	onlyYou        = "only you can see this"
	modalTitle     = "Find words"
	pushLabel      = "If they push back"
	followLabel    = "Follow up privately"
	costLabel      = "If it could cost you"
	otherLabel     = "Not what I meant"
	writeLabel     = "As a message"
	sayLabel       = "To say aloud"
	backLabel      = "Back to the words"
	backPlain      = "Back"
	seeLabel       = "See the words"
	creditLabel    = "Give credit"
	otherTitle     = "*Which is closer?*"
	otherNone      = "*Pick what fits better*\nSearch in your own words, or browse by topic."
	noneNear       = "*I don't have words for exactly that.* These come closest:"
	noneAtAll      = "*I don't have words for that yet.* Tell me what happened in a few plain English words, like “talked over” or “wrong name”, or browse by topic."
	browseInstead  = "Or search in your own words, or browse by topic."
	avoidTitle     = "*Keep in mind*"
	costHonest     = "You decide. Your safety comes first, and a quiet way counts too."
	careOther      = "This is about something else"
	careBack       = "Back to who can help"
	homeTitle      = "*Find words*"
	didYouMeanLine = "Did you mean `/ally %s`?"
)

// Favourites.
const (
	saveLabel       = "Save to favourites"
	removeLabel     = "Remove from favourites"
	favouritesTitle = "*Your favourites*"
	favouritesHint  = "Pick a favourite"
	favouritesAll   = "All %d are in the list."
	savedNotice     = "Saved. You find it again under `/ally` and on Ally's Home tab. Nobody else sees it."
	removedNotice   = "Removed from your favourites."
	fullNotice      = "You have %d favourites, the most I can keep. Remove one, then save this."
	awayNotice      = "I can't reach your favourites right now. Please try again in a minute. Everything else works."
	awayHome        = "I can't reach your favourites right now. They come back by themselves."
)

// The window with words to edit and copy.
const (
	windowInput   = "Your words"
	windowHow     = "Change the words until they sound like you, then copy them and send them yourself. *Ally sends nothing and keeps nothing of this.*"
	windowTo      = "*To %s, in private*\n"
	windowDone    = "Done"
	windowChat    = "Open your chat with %s"
	windowChatAny = "Open your chat"
	windowMessage = "Go to the message"
)

// toneLabels say what pressing the button changes.
var toneLabels = map[playbook.Part]string{
	playbook.Gentle:   "Gentler",
	playbook.Direct:   "More direct",
	playbook.AskFirst: "Ask first",
	playbook.Humour:   "With humour",
	playbook.Upwards:  "To a boss or customer",
}

// roleLabels are what somebody would say of themselves.
var roleLabels = map[playbook.Role]string{
	playbook.Bystander: "I saw it",
	playbook.Affected:  "It happened to me",
	playbook.Doer:      "It was me",
	playbook.Host:      "I run the meeting",
	playbook.Manager:   "I'm their manager",
}
