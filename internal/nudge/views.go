package nudge

import (
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/when"
)

const (
	usageLine   = "`/ally snooze [3d | until DATE]`"
	summaryLine = "hold back lessons and the like for a while"

	snoozedLine = "I hold back your lessons, and whatever else you asked to get regularly, until *%s*."
	stillComes  = "What you ask me is answered as ever. When a colleague credits you, you still hear of it, in daytime."
	awakeLine   = "You are not snoozing."
	wokenLine   = "The snooze is over. What you asked to get regularly comes as before."
	whatItDoes  = "A snooze holds back your lessons, and whatever else you asked to get regularly. " + stillComes
	otherDays   = "Or type another time: `/ally snooze 3d`, `/ally snooze until 12 January`"

	wholeDays = "A snooze ends with a day, so hours and minutes don’t fit."
	howLong   = "For how long?"
	nothing   = "Nothing was changed. Examples: `/ally snooze 3d`, `/ally snooze 2 weeks`, `/ally snooze until 12 January`, `/ally snooze off`"
	youTyped  = "You typed:"
	awayLine  = "I can’t reach my memory right now, so I can’t tell how it stands with your snooze. Please try again in a minute."

	dayLabel    = "A day"
	weekLabel   = "A week"
	mondayLabel = "Until Monday"
	wakeLabel   = "Wake up"

	homeHeading = "*Snooze*"
	homeAwake   = "Away, or too busy? I can hold back your lessons and whatever else you asked to get regularly."
	homeAway    = "How it stands can’t be shown right now. Please look again in a minute."
)

// standing is how it stands with the snooze of one person.
type standing struct {
	// Until is the first day that is not snoozed any more, zero without a snooze.
	Until, Today when.Date
	// Changed says that it stands so since just now.
	Changed bool
}

func (s standing) snoozed() string {
	return strings.Replace(snoozedLine, "%s", s.Until.Spoken(s.Today), 1)
}

// message answers the command, or a button.
func (s standing) message() blockkit.Message {
	switch {
	case s.Until != 0:
		return blockkit.Message{
			Text:   s.snoozed(),
			Blocks: []slack.Block{blockkit.Section(s.snoozed()), blockkit.Context(stillComes), s.buttons()},
		}
	case s.Changed:
		return blockkit.Message{Text: wokenLine}
	}
	return blockkit.Message{
		Text:   awakeLine + " " + whatItDoes,
		Blocks: []slack.Block{blockkit.Section(awakeLine + "\n" + whatItDoes), s.buttons(), blockkit.Context(otherDays)},
	}
}

// home is the part of App Home.
func (s standing) home() []slack.Block {
	line := homeAwake
	if s.Until != 0 {
		line = s.snoozed()
	}
	return []slack.Block{blockkit.Section(homeHeading + "\n" + line), s.buttons()}
}

func (s standing) buttons() slack.Block {
	if s.Until != 0 {
		return blockkit.Actions("", blockkit.Button{Label: wakeLabel, ActionID: actionSnooze, Value: chooseOff})
	}
	return choicesBlock()
}

func choicesBlock() slack.Block {
	return blockkit.Actions(
		"",
		blockkit.Button{Label: dayLabel, ActionID: actionSnooze + ":day", Value: chooseDay},
		blockkit.Button{Label: weekLabel, ActionID: actionSnooze + ":week", Value: chooseWeek},
		blockkit.Button{Label: mondayLabel, ActionID: actionSnooze + ":monday", Value: chooseMonday},
	)
}

// correction says what is wrong, gives examples and keeps what was typed.
func correction(wrong, typed string) blockkit.Message {
	wrong = blockkit.Escape(wrong)
	return blockkit.Message{Text: wrong + " " + nothing, Blocks: []slack.Block{
		blockkit.Section(wrong + " " + nothing),
		blockkit.Context(youTyped),
		blockkit.Verbatim("> "+blockkit.Escape(blockkit.Line("/ally snooze "+blockkit.Decode(typed))), nil),
		choicesBlock(),
	}}
}

// awayMessage is the answer without Redis.
func awayMessage() blockkit.Message { return blockkit.Message{Text: awayLine} }
