package lessons

import (
	"fmt"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// The sentences and labels of this room. Labels of buttons stay within 30
// characters, where Slack's clients clip them; titles of windows within 24.

// On a lesson.
const (
	planTitle  = "*Your plan for this week*"
	alikeTitle = "*If your team is alike*"

	triedLabel     = "Tried it"
	untriedLabel   = "Undo: tried it"
	wordsLabel     = "Words for this"
	anotherLabel   = "Another one"
	neverLabel     = "Not for me"
	saveLabel      = "Save"
	unsaveLabel    = "Unsave"
	pauseLabel     = "Pause"
	goOnLabel      = "Go on"
	undoLabel      = "Undo"
	subscribeLabel = "Send me one a week"

	triedLine  = "You tried it."
	savedLine  = "Saved. You find it with `/ally lessons`."
	neverLine  = "You won’t see “%s” again."
	pausedTill = "Lessons are paused until %s."
	noOther    = "There is no other one right now."

	lessonGone   = "This lesson is not there any more. Its words above are still yours to use."
	wordsGone    = "These words are not there any more. To look for others, type `/ally` and what is going on."
	questionGone = "This question is not there any more. You need not answer it."
	noLessons    = "There are no lessons here at the moment."
	lessonTitle  = "Two minutes"

	recallTitle = "*From a few weeks ago:*"
	rightLine   = "*Yes:* %s\n%s"
	wrongLine   = "You chose: %s\n%s"
	ratherLine  = "*Better:* %s\n%s"
)

// How it stands.
const (
	usageLine     = "`/ally lessons`"
	summaryLine   = "two minutes a week: one lesson, when it suits you"
	standingTitle = "A lesson a week"
	closeLabel    = "Close"

	readLabel    = "Read one now"
	slotLabel    = "Change the time"
	channelLabel = "For a channel"
	stopLabel    = "Stop"

	nextLine     = "Your next lesson comes %s."
	pausedNext   = "Lessons are paused. Your next one comes %s."
	snoozeNext   = "Your lessons come on %s. You are snoozing until *%s*, so the next one comes after that."
	pausedSnooze = "Lessons are paused, and you are snoozing until *%s*. The next one comes after that."
	snoozeNote   = "To end the snooze: `/ally snooze off`."
	offLine      = "You get no lessons right now. " + inviteLine
	guestLine    = "A weekly lesson is for full members of this workspace, so I can’t send you one. You can read one whenever you like: `/ally lessons now`."
	stoppedLine  = "No more lessons come to you."
	declinedLine = "No lessons then. Should you want one some day: `/ally lessons`."
	utcNote      = "Slack doesn’t tell me where you are, so this is UTC. Set your time zone in Slack’s preferences, under *Language & region*, and I follow it."
	groupNote    = "Lessons about “%s” come first."
	keptNote     = "I keep which lessons you saw, so that none comes twice."
	forgetNote   = "`/ally forget` removes that too."
	savedTitle   = "*Lessons you saved*"
	savedHint    = "Pick one to read"
)

// On Home and in the welcome.
const (
	homeHeading    = "*Two minutes a week*"
	homeAway       = "Your lessons can’t be shown right now. Nothing of them is lost; please look again in a minute."
	inviteLine     = "A moment you may know, one idea, and one thing to say: a short lesson, once a week, for you alone. You can stop any time."
	readFirstLabel = "Read one first"
	declineLabel   = "No, thanks"
)

// In answers to what was typed.
const (
	nextTitle    = "It is “%s”."
	readItLabel  = "Read it now"
	youTyped     = "You typed:"
	wrongOrder   = "I can’t do that: %s"
	noWorkingDay = "Ally keeps to working days, here %s. %s isn’t one of them."
	exampleLine  = "Like this: `/ally lessons %s 9:30` · `/ally lessons %ss at 16:00` · `/ally lessons pause until %s`"
)

// In windows.
const (
	cancelLabel = "Cancel"
	slotTitle   = "When it suits you"
	slotSubmit  = "Save"
	dayLabel    = "Day"
	dayHint     = "Pick a day"
	timeLabel   = "Time"
	zoneHint    = "Where you are: %s. Others may have picked the same minute, so it can take up to an hour longer."
	utcHint     = "In UTC: Slack doesn’t tell me where you are."
	groupLabel  = "What should come first?"
	groupHint   = "Pick one"
	groupNone   = "A bit of everything"
	savedSlot   = "Saved."
	needDay     = "Pick a day."
	needTime    = "Pick a time."
	notWorking  = "Ally keeps to working days, here %s. Pick one of them."

	pauseTitle     = "Pause your lessons"
	pauseSubmit    = "Pause"
	longLabel      = "For how long?"
	longOne        = "One week"
	longTwo        = "Two weeks"
	longFour       = "Four weeks"
	longUntil      = "Until a date"
	untilLabel     = "Lessons come again from"
	untilHint      = "A date here counts, whatever is picked above."
	needDate       = "Pick the date from which lessons come again."
	badDate        = "I can’t read that date. Pick it again."
	pastDate       = "That day is not ahead of you. Pick a later one."
	farDate        = "That is more than a year ahead. Pick an earlier one, or stop the lessons: you can start again at any time."
	nothingToPause = "There is nothing to pause: no lessons come to you."
)

// In a channel.
const (
	oneYourself    = "Get one yourself"
	channelAsked   = "A member of this channel asked for a lesson a week."
	channelAskedBy = "%s asked for a lesson a week in this channel."
	channelStop    = "Any member can stop it."
	channelEnded   = "The weekly lesson in <#%s> has ended: I can’t post there any more."

	channelTitle    = "A lesson for a channel"
	channelSubmit   = "Start"
	channelIntro    = "The same short lesson, once a week, for everybody in a channel. I tell the channel that you asked for it, and any member can stop it."
	channelField    = "Channel"
	channelHint     = "You and I both have to be in it. To invite me, type /invite @Ally there."
	channelPick     = "Pick a channel"
	channelZone     = "Where you are: %s."
	channelDone     = "I am telling <#%s> now. The lessons begin after that."
	channelComes    = "It comes on %ss at %s (%s), first on %s."
	channelWhat     = "A moment most of us know, one idea, and one thing to say. Nobody has to answer or do anything, and nothing is counted. Any member can stop it."
	channelNeeded   = "Pick a channel."
	channelGuest    = "Only full members of this workspace can ask for a lesson in a channel."
	channelInvite   = "I am not in that channel, and I never join by myself. Invite me there first."
	channelUntold   = "I can’t see what kind of channel that is. Pick another one."
	channelDirect   = "That is no channel. To have a lesson for yourself, use “Send me one a week”."
	channelArchived = "That channel is archived. Pick another one."
	channelShared   = "People of other organisations are in that channel. I post lessons only where you are among yourselves."
	channelMembers  = "Only full members of that channel can ask for it. Join the channel first."
	channelHas      = "That channel gets a lesson already, on %ss. To change the time, stop it on one of its posts and start it again."
	channelHad      = "Somebody was faster: <#%s> gets a weekly lesson already."
	channelNoPlace  = "I may not post in <#%s>, so no lessons come there."
	channelNotDone  = "I could not start the weekly lesson in <#%s>: something I need did not answer for a long time. Please try again."
	endedLine       = "The weekly lesson in this channel has ended. Any member can ask for it again: `/ally lessons`."
	endedAlready    = "It has ended already. Nothing more comes here."
	endMembers      = "Only full members of this channel can stop it."

	endLabel   = "Stop"
	endTitle   = "Stop the weekly lesson here?"
	endText    = "No more lessons come to this channel. A line here says so, without naming anybody."
	endConfirm = "Stop it"
	endDeny    = "Keep it"
)

func sayTitle(line string, l *playbook.Lesson) string {
	return fmt.Sprintf(line, blockkit.Escape(l.Title))
}
