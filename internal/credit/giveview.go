package credit

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

// Behind actionGive: what the giver chose.
const (
	chooseSure    = "sure"
	chooseAgain   = "again" // Ally was invited meanwhile
	choosePrivate = "private"
	chooseTeam    = "team"
)

const (
	deliveredTitle = "Delivered"
	deliveredLine  = "*Delivered.* Your credit for %s:"
	deliveredQuiet = "Whoever is in their quiet hours hears of it afterwards."
	deliveredAlone = "%s Nobody else sees it. " + deliveredQuiet
	deliveredNote  = "%s Everybody you credit decides whether to be named in a post, so it may appear later. " + deliveredQuiet
	editLabel      = "Edit"
	withdrawLabel  = "Withdraw"
	withdrawSure   = "The post goes too, and nobody has this credit any more."

	fixLabel     = "Fix it"
	youTyped     = "You typed:"
	howTo        = "Like this: `/ally credit @sam for spotting the missing index`"
	sureLabel    = "Give it as it is"
	specific     = "Make it specific"
	invitedLabel = "I’ve invited Ally, post it"
	teamLabel    = "Post in the credit channel"
	aloneLabel   = "Tell them privately"
	otherLabel   = "Choose a channel"
	inviteHint   = "To invite me, type `/invite @Ally` there."
	keptSafe     = "Nothing is lost, and nothing was sent yet."
	pickPlace    = "Where should it go?"

	awayLine     = "I can’t reach my memory right now, so nothing was given. Please try again in a minute. To copy:"
	failedLine   = "I could not give your credit for %s: something I need did not answer for a long time. Nothing was posted. Your words:"
	againLabel   = "Try again"
	leftLine     = "I could not reach %s, who may have left. Your credit was not passed on to them."
	leftAll      = "Nothing was posted."
	lateLine     = "For a day I could not post your credit for %s in %s, so I stopped trying. They get it privately instead."
	doubtLine    = "Slack did not say whether your credit for %s reached %s. Please look there."
	doubtThere   = "*If it is there*, open its menu (⋯) and choose *Edit or withdraw*: then I know it again."
	doubtNot     = "*If it isn’t*, post it again or keep it private. I don’t post twice on my own."
	unplacedLine = "I could not post your credit for %s in %s: I am not in there, or may not post there."
	goneLine     = "It is withdrawn, but Slack did not say whether its post had reached %s. If you see it there, press *" + voiceLabel + "* on it: then it goes."
	postAgain    = "Post it again"
)

// problemText says how to mend what could not be read as a credit.
func problemText(d Draft) string {
	switch d.Problem {
	case NoReceiver:
		return "Begin with who it is for. Looking for words about something that happened instead? Leave out the first word."
	case MassMention:
		return "Credit is for the people whose idea or work it was, so @" + d.Mass + " can’t be credited. Name them, up to ten."
	case Group:
		return "A group can’t be credited, because nobody in it could say how they want to be named. Name the people, up to ten."
	case TooMany:
		return tooMany
	case Unclear:
		return "I am not sure who it is for. Put the people first, then what they did."
	case TwoReasons:
		return "That looks like several credits in one. Give each its own, so that each can be found later."
	}
	return noReason
}

// correction says what to mend and keeps what was typed. typed is in Slack's own
// form or plain.
func correction(g giving, typed string, lines []string) blockkit.Message {
	for i := range lines {
		lines[i] = blockkit.Escape(lines[i])
	}
	blocks := []slack.Block{blockkit.Section(strings.Join(lines, "\n"))}
	if typed = blockkit.Decode(typed); typed != "" {
		blocks = append(blocks, blockkit.Context(youTyped), blockkit.Verbatim(quote(typed), nil))
	}
	blocks = append(blocks, blockkit.Context(howTo))
	if value := g.encode(); value != "" {
		blocks = append(blocks, blockkit.Actions("", blockkit.Button{Label: fixLabel, ActionID: actionForm, Value: value, Style: blockkit.Primary}))
	}
	return blockkit.Message{Text: strings.Join(lines, " "), Blocks: blocks}
}

// awayMessage is the answer without Redis.
func awayMessage(typed string) blockkit.Message {
	return blockkit.Message{Text: awayLine, Blocks: []slack.Block{
		blockkit.Section(awayLine), blockkit.Verbatim(quote("/ally "+blockkit.Decode(typed)), nil),
	}}
}

// doubtfulPraise asks once what is worth asking.
func doubtfulPraise(g giving, doubt string) blockkit.Message {
	value := g.encode()
	return blockkit.Message{Text: blockkit.Escape(doubt), Blocks: []slack.Block{
		blockkit.Section(blockkit.Escape(doubt)),
		blockkit.Verbatim(quote(g.Reason), nil),
		blockkit.Actions("",
			blockkit.Button{Label: specific, ActionID: actionForm, Value: value, Style: blockkit.Primary},
			blockkit.Button{Label: sureLabel, ActionID: actionGive + ":" + chooseSure, Value: value},
		),
	}}
}

// whereMessage keeps the words and asks where they should go.
func whereMessage(g giving, j judgement) blockkit.Message {
	return placeQuestion(g, blockkit.Escape(j.NoPlace)+" "+keptSafe, j.Team, j.NoPlace == placeHidden)
}

func placeQuestion(g giving, line, team string, mayInvite bool) blockkit.Message {
	value := g.encode()
	button := func(label, choice string) blockkit.Element {
		return blockkit.Button{Label: label, ActionID: actionGive + ":" + choice, Value: value}
	}
	var buttons []blockkit.Element
	hint := ""
	if mayInvite && g.dest(team).ChannelID != "" && g.dest(team).ChannelID[0] != 'D' {
		buttons, hint = append(buttons, button(invitedLabel, chooseAgain)), inviteHint
	}
	if team != "" && g.Where != creditChannel {
		buttons = append(buttons, button(teamLabel, chooseTeam))
	}
	buttons = append(buttons, button(aloneLabel, choosePrivate), blockkit.Button{Label: otherLabel, ActionID: actionForm, Value: value})
	return blockkit.Message{Text: line + " " + pickPlace, Blocks: []slack.Block{
		blockkit.Section(line),
		blockkit.Verbatim("*"+pickPlace+"* Your credit for "+mentions(g.To)+":\n"+quote(g.Reason), nil),
		blockkit.Context(hint),
		blockkit.Actions("", buttons...),
	}}
}

// delivered says that it is on its way; the giver never learns more than that of
// what those credited decide.
func delivered(g giving) blockkit.Message {
	line := fmt.Sprintf(deliveredLine, mentions(g.To))
	note := deliveredNote
	if g.Where == privately {
		note = deliveredAlone
	}
	return blockkit.Message{Text: line + " " + blockkit.Escape(g.Reason), Blocks: []slack.Block{
		blockkit.Verbatim(line+"\n"+quote(g.Reason), nil),
		blockkit.Context(fmt.Sprintf(note, "Filed under: "+g.Kind.Label()+".")),
		ownButtons(g.ID),
	}}
}

func ownButtons(id string) slack.Block {
	return blockkit.Actions("",
		blockkit.Button{Label: editLabel, ActionID: actionEdit, Value: id},
		blockkit.Button{Label: withdrawLabel, ActionID: actionWithdraw, Value: id, Confirm: &blockkit.Confirm{
			Title: "Withdraw this credit?", Text: withdrawSure, Confirm: withdrawLabel, Deny: "Keep it",
		}},
	)
}

func deliveredWindow(g giving) blockkit.Modal {
	say := delivered(g)
	return blockkit.Modal{Title: deliveredTitle, Close: "Close", Blocks: say.Blocks[:2]}
}

func failedMessage(g giving) blockkit.Message {
	line := fmt.Sprintf(failedLine, mentions(g.To))
	return blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Verbatim(line+"\n"+quote(g.Reason), nil),
		blockkit.Actions("", blockkit.Button{Label: againLabel, ActionID: actionGive + ":" + chooseAgain, Value: g.encode()}),
	}}
}

// leftMessage says whom a credit could not reach.
func leftMessage(c Credit, left []string) blockkit.Message {
	line := fmt.Sprintf(leftLine, mentions(left))
	if len(left) == len(c.Receivers) {
		line += " " + leftAll
	}
	return blockkit.Message{Text: line, Blocks: []slack.Block{blockkit.Verbatim(line+"\n"+quote(c.Reason), nil)}}
}

// everybody mentions all it is for, whatever they chose: that is not the giver's
// to know.
func (c *Credit) everybody() string {
	ids := make([]string, len(c.Receivers))
	for i, r := range c.Receivers {
		ids[i] = r.UserID
	}
	return mentions(ids)
}

// lateMessage says that a post was not possible for a day.
func lateMessage(c Credit) blockkit.Message {
	line := fmt.Sprintf(lateLine, c.everybody(), "<#"+c.Dest.ChannelID+">")
	return blockkit.Message{Text: line, Blocks: []slack.Block{blockkit.Verbatim(line+"\n"+quote(c.Reason), nil)}}
}

// doubtMessage asks whether a post is there.
func doubtMessage(c Credit) blockkit.Message {
	line := fmt.Sprintf(doubtLine, c.everybody(), "<#"+c.Dest.ChannelID+">")
	return blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Verbatim(line+"\n"+quote(c.Reason), nil),
		blockkit.Section(doubtThere + "\n" + doubtNot),
		blockkit.Actions("",
			blockkit.Button{Label: postAgain, ActionID: actionPlace + ":" + chooseAgain, Value: placeValue(c)},
			blockkit.Button{Label: aloneLabel, ActionID: actionPlace + ":" + choosePrivate, Value: placeValue(c)},
		),
	}}
}

// withdrawnInDoubt says that a post may be left of a credit withdrawn.
func withdrawnInDoubt(c Credit) blockkit.Message {
	return say(fmt.Sprintf(goneLine, "<#"+c.Dest.ChannelID+">"))
}

// placeValue names a credit and which of its posts the question is about.
func placeValue(c Credit) string { return fmt.Sprintf("%s:%d", c.ID, c.Tries) }

// unplacedMessage asks where a credit should go that was recorded already.
func unplacedMessage(c Credit, team string) blockkit.Message {
	line := fmt.Sprintf(unplacedLine, c.everybody(), "<#"+c.Dest.ChannelID+">") + " " + pickPlace
	buttons := []blockkit.Element{blockkit.Button{Label: invitedLabel, ActionID: actionPlace + ":" + chooseAgain, Value: placeValue(c)}}
	if team != "" && team != c.Dest.ChannelID {
		buttons = append(buttons, blockkit.Button{Label: teamLabel, ActionID: actionPlace + ":" + chooseTeam, Value: placeValue(c)})
	}
	buttons = append(buttons, blockkit.Button{Label: aloneLabel, ActionID: actionPlace + ":" + choosePrivate, Value: placeValue(c)})
	return blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Verbatim(line+"\n"+quote(c.Reason), nil),
		blockkit.Context(inviteHint),
		blockkit.Actions("", buttons...),
	}}
}

// troubleBlocks are what is to be mended, above a form.
func troubleBlocks(j judgement) []slack.Block {
	var lines []string
	for _, t := range j.Troubles {
		lines = append(lines, blockkit.Escape(t.Text))
	}
	if j.NoPlace != "" {
		lines = append(lines, blockkit.Escape(j.NoPlace))
	}
	return []slack.Block{blockkit.Section(strings.Join(lines, "\n"))}
}
