package prep

// The sentences and labels of this room. Labels of buttons stay within 30
// characters, where Slack's clients clip them; titles of windows within 24.
const (
	entryTitle = "*A hard conversation ahead?*\nPlan it in two minutes: how to open, what to ask, how to close."
	entryLabel = "Prepare a conversation"

	formTitle  = "Prepare a conversation"
	formIntro  = "You get one page to take with you. Ally forgets what you type here as soon as you close the window."
	formSubmit = "Make my page"
	whatLabel  = "What happened?"
	whatHint   = "In your own words, as you would tell a friend."
	whoLabel   = "Who do you want to talk to?"
	whoPick    = "Pick a person"
	whoHint    = "They are not told."
	nameLabel  = "What do you call them?"
	nameHint   = "A first name, for instance. It goes into the words."
	goalLabel  = "What do you want most?"
	goalHint   = "Pick one"
	dayLabel   = "When?"
	timeLabel  = "At what time?"

	needWhat    = "Say in a few words what happened."
	needGoal    = "Pick what you want most. You can come back and pick another."
	notYourself = "That's you. Pick somebody else, or leave it empty."
	needDay     = "Pick the day too, or clear the time."
	badDay      = "I can't read that day. Pick it again, or leave it empty."
	pastDay     = "That day is over. Pick today or a later day, or leave it empty."
	badTime     = "I can't read that time. Pick it again, or leave it empty."
	pastTime    = "That time is over. Pick a later one, or leave it empty."

	pageTitle    = "Your page"
	noNameTitle  = "Your conversation"
	withTitle    = "Your conversation with "
	openTitle    = "Open with"
	listenTitle  = "Then listen"
	pushTitle    = "If they push back"
	closeTitle   = "Close with"
	checkInTitle = "Check in"
	checkInLater = "a week after you talked"
	leadMoment   = "Words for this moment"
	leadWritten  = "If you'd rather begin in writing"
	costTitle    = "If it could cost you"
	copyLabel    = "The whole page, to change and copy"
	keepLabel    = "Keep for seven days"
	keepHonest   = "*Keep* stores the page above, encrypted, on your organisation's Ally server for seven days; delete it whenever you like. " +
		"People who run that server could technically read it. Slack's own rules apply to what is shown in Slack. " +
		"Without Keep it is gone when you close this window."

	keptTitle   = "Kept"
	keptDone    = "*Your page is kept until %s.*\nYou find it under `/ally prep` and on Ally's Home tab, and you can delete it there at any time."
	keptUntil   = "Kept until %s. Only you see it here."
	keptNothing = "There is nothing on the page. Write something first, or close the window."
	keptFull    = "You have kept %d pages, the most I can keep. Delete one, then press Keep again. Nothing is lost meanwhile."
	keptAway    = "I can't keep it right now. Copy what you need, or press Keep again in a minute."
	keptLarge   = "That is too long for me to keep. Shorten it, or copy it to a place of your own."

	listTitle   = "*Pages you kept*"
	listAll     = "All %d are in the list."
	listHint    = "Pick a page"
	listAway    = "I can't reach the pages you kept right now. They come back by themselves, and planning works all the same."
	seeLabel    = "Open"
	listUntil   = "until %s"
	viewTitle   = "A page you kept"
	saveLabel   = "Save changes"
	changeLabel = "To change and copy"
	changed     = "*Your changes are saved.*"
	keptHonest  = "It is stored encrypted on your organisation's Ally server. People who run that server could technically read it. Slack's own rules apply to what is shown in Slack."
	changeAway  = "I can't save it right now. Copy what you need, or press Save again in a minute."
	viewGone    = "This page is not there any more. It was deleted, or its seven days are over."
	viewAway    = "I can't reach the pages you kept right now. Please try again in a minute."
	deleteLabel = "Delete it now"
	deleteDone  = "Deleted. It is gone for good."
	deleteAway  = "I can't delete it right now. Please try again in a minute. It goes by itself when its seven days are over."

	askTitle = "*Let's plan that conversation.*\nSlack lets me open the page only when you press a button."
	lateLine = "Slack didn't let me open the window in time. Press the button, and it opens."

	careWindow  = "You are not alone"
	careGoOn    = "You don't owe anybody a conversation about this. If you want one all the same, you can go on from here."
	careSubmit  = "Plan it anyway"
	careLabel   = "Plan a conversation anyway"
	backLabel   = "Back"
	closeLabel  = "Close"
	summaryLine = "plan a hard conversation"
)

// The fields of the form, each block and action by the same name.
const (
	fieldWhat = "what"
	fieldWho  = "who"
	fieldName = "name"
	fieldGoal = "goal"
	fieldDay  = "day"
	fieldTime = "time"
	fieldPage = "page"
)
