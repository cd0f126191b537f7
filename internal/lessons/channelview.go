package lessons

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/playbook"
	"allybot/internal/when"
)

// actionEnd stops the lessons of a channel; the channel is the one it is pressed in.
const actionEnd = "lessons.end"

// channelLesson is a lesson as it is posted in a channel; by is the name of who
// asked for it, "" if nobody knows it any more. What is pressed there answers who
// pressed it, privately.
func channelLesson(l *playbook.Lesson, by string) blockkit.Message {
	row := []blockkit.Element{blockkit.Button{Label: oneYourself, ActionID: actionOn}}
	if l.Script != "" {
		row = append(row, blockkit.Button{
			Label: wordsLabel, ActionID: actionWords, Value: subject{Lesson: l.ID, Week: -1}.String(), Aloud: wordsLabel + ": " + l.Title,
		})
	}
	blocks := append(lessonBlocks(l), blockkit.Actions("", append(row, endButton())...))
	return blockkit.Message{Text: lessonText(l), Blocks: append(blocks, blockkit.Context(askedLine(by)+" "+channelStop))}
}

// askedLine says who asked for the lessons of a channel, by name: a mention would
// ping them every week.
func askedLine(by string) string {
	if by == "" {
		return channelAsked
	}
	return fmt.Sprintf(channelAskedBy, blockkit.Isolate(blockkit.Escape(by)))
}

func endButton() blockkit.Element {
	return blockkit.Button{Label: endLabel, ActionID: actionEnd, Confirm: &blockkit.Confirm{
		Title: endTitle, Text: endText, Confirm: endConfirm, Deny: endDeny,
	}}
}

const (
	callbackChannel = "lessons.channel"
	fieldChannel    = "lessons_channel"
)

// channelWindow asks for a channel, a day and a time.
func channelWindow(at Slot, h nudge.Hours, zone string) blockkit.Modal {
	where := utcHint
	if zone != noZone {
		where = fmt.Sprintf(channelZone, strings.ReplaceAll(zone, "_", " "))
	}
	return blockkit.Modal{
		CallbackID: callbackChannel, Title: channelTitle, Submit: channelSubmit, Close: cancelLabel,
		Blocks: append([]slack.Block{
			blockkit.Section(channelIntro),
			blockkit.Input{
				BlockID: fieldChannel, Label: channelField, Hint: channelHint,
				Element: blockkit.ConversationSelect{
					ActionID: fieldChannel, Placeholder: channelPick, ExcludeShared: true,
					Filter: []string{blockkit.PublicChannels, blockkit.PrivateChannels},
				},
			}.Block(),
		}, slotInputs(at, h, where)...),
	}
}

// channelNotice tells a channel that somebody asked for lessons in it, what comes,
// and how to stop it. by is their name, "" if it is not known.
func channelNotice(s Subscription, by string) blockkit.Message {
	zone := "UTC"
	if s.Zone != noZone {
		zone = zoneWords(s.Zone)
	}
	line := askedLine(by) + " " + fmt.Sprintf(channelComes, s.Slot.Day, when.Clock(s.Slot.Minute), zone, longDay(s.Next, 0))
	return blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Section(line),
		blockkit.Context(channelWhat),
		blockkit.Actions("", blockkit.Button{Label: oneYourself, ActionID: actionOn}, endButton()),
	}}
}
