package lessons

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/when"
)

// Names of the actions around lessons. The value says where the button is.
const (
	actionOn      = "lessons.on"
	actionOff     = "lessons.off"
	actionRead    = "lessons.read"
	actionOpen    = "lessons.open"
	actionSlot    = "lessons.slot"
	actionChannel = "lessons.channel"
	actionSaved   = "lessons.saved" // the id of a lesson, picked
	actionDecline = "lessons.decline"

	// onStanding is how it stands, onWelcome the welcome.
	onStanding = none + "standing"
	onWelcome  = none + "welcome"

	callbackStanding = "lessons.standing"
	callbackLesson   = "lessons.lesson"
)

// standing is how it stands with somebody's lessons.
type standing struct {
	Subscription Subscription
	Today        when.Date // where they live
	Member       bool
	Saved        []*playbook.Lesson // the newest first
	Group        string             // the title of the group that comes first
	Forgets      bool               // `/ally forget` is there
	// Awake is the first day after a snooze that holds back the next lesson, zero
	// if none does.
	Awake when.Date
}

func (s standing) paused() bool { return s.Subscription.On && s.Subscription.Resume > s.Today }

// line says whether and when the next lesson comes.
func (s standing) line() string {
	switch {
	case !s.Member:
		return guestLine
	case !s.Subscription.On:
		return offLine
	case s.Awake != 0 && s.paused():
		return fmt.Sprintf(pausedSnooze, s.Awake.Spoken(s.Today))
	case s.Awake != 0:
		day := s.Subscription.Slot.Day.String() + "s"
		return fmt.Sprintf(snoozeNext, day+s.clock(), s.Awake.Spoken(s.Today))
	case s.paused():
		return fmt.Sprintf(pausedNext, s.when())
	}
	return fmt.Sprintf(nextLine, s.when())
}

// when is the moment of the next lesson in words.
func (s standing) when() string { return longDay(s.Subscription.Next, s.Today) + s.clock() }

// clock is the time of day in words.
func (s standing) clock() string {
	at := " at " + when.Clock(s.Subscription.Slot.Minute)
	if s.Subscription.Zone == noZone {
		return at + " UTC"
	}
	return at + ", where you are (" + zoneWords(s.Subscription.Zone) + ")"
}

// notes is small print, "" if there is none.
func (s standing) notes() string {
	var lines []string
	if s.Subscription.On && s.Subscription.Zone == noZone {
		lines = append(lines, utcNote)
	}
	if s.Awake != 0 {
		lines = append(lines, snoozeNote)
	}
	if s.Subscription.On && s.Group != "" {
		lines = append(lines, fmt.Sprintf(groupNote, blockkit.Escape(s.Group)))
	}
	if !s.Subscription.On && len(s.Subscription.Shown) > 0 {
		lines = append(lines, keptNote)
		if s.Forgets {
			lines = append(lines, forgetNote)
		}
	}
	return strings.Join(lines, " ")
}

func (s standing) buttons() []blockkit.Element {
	read := blockkit.Button{Label: readLabel, ActionID: actionRead, Value: onStanding}
	channel := blockkit.Button{Label: channelLabel, ActionID: actionChannel, Value: onStanding}
	switch {
	case !s.Member:
		return []blockkit.Element{read}
	case !s.Subscription.On:
		return []blockkit.Element{
			blockkit.Button{Label: subscribeLabel, ActionID: actionOn, Value: onStanding, Style: blockkit.Primary}, read, channel,
		}
	}
	pause := blockkit.Button{Label: pauseLabel, ActionID: actionPause, Value: onStanding}
	if s.paused() {
		pause = blockkit.Button{Label: goOnLabel, ActionID: actionGoOn, Value: onStanding}
	}
	return []blockkit.Element{
		read,
		blockkit.Button{Label: slotLabel, ActionID: actionSlot, Value: onStanding},
		pause, channel,
		blockkit.Button{Label: stopLabel, ActionID: actionOff, Value: onStanding},
	}
}

// saved is the list of lessons that somebody saved, nil if there are none.
func (s standing) saved() slack.Block {
	var options []blockkit.Option
	for _, l := range s.Saved {
		if len(options) < blockkit.MaxOptions {
			options = append(options, blockkit.Option{Label: blockkit.Plain(l.Title), Value: l.ID})
		}
	}
	if len(options) == 0 {
		return nil
	}
	return blockkit.SectionWith(savedTitle, blockkit.StaticSelect{ActionID: actionSaved, Placeholder: savedHint, Options: options})
}

// text is how it stands below a line that may be empty. Whoever takes no lessons
// is not invited again after an answer.
func (s standing) text(said string) string {
	switch {
	case said == "":
		return s.line()
	case !s.Subscription.On:
		return said
	}
	return said + "\n" + s.line()
}

func (s standing) blocks(said string) []slack.Block {
	blocks := []slack.Block{blockkit.Section(s.text(said))}
	if n := s.notes(); n != "" {
		blocks = append(blocks, blockkit.Context(n))
	}
	blocks = append(blocks, blockkit.Actions("", s.buttons()...))
	if saved := s.saved(); saved != nil {
		blocks = append(blocks, saved)
	}
	return blocks
}

func (s standing) message(said string) blockkit.Message {
	return blockkit.Message{Text: s.text(said), Blocks: s.blocks(said)}
}

func (s standing) modal(said string) blockkit.Modal {
	return blockkit.Modal{CallbackID: callbackStanding, Title: standingTitle, Close: closeLabel, Blocks: s.blocks(said)}
}

// modal is the card in a window.
func (c card) modal() blockkit.Modal {
	m := c.message()
	return blockkit.Modal{CallbackID: callbackLesson, Title: lessonTitle, Close: closeLabel, Blocks: m.Blocks}
}

// longDay is a date in full, with its year if that is not the one of today.
func longDay(d, today when.Date) string {
	t := d.Day()
	if today != 0 && t.Year() != today.Day().Year() {
		return t.Format("Monday 2 January 2006")
	}
	return t.Format("Monday 2 January")
}

// zoneWords is an IANA zone to be read: an underscore would make italics.
func zoneWords(zone string) string { return blockkit.Escape(strings.ReplaceAll(zone, "_", " ")) }

func say(line string) blockkit.Message {
	return blockkit.Message{Text: line, Blocks: []slack.Block{blockkit.Section(line)}}
}

// note is a window with nothing but a line.
func note(line string) blockkit.Modal {
	return blockkit.Modal{Title: standingTitle, Close: closeLabel, Blocks: []slack.Block{blockkit.Section(line)}}
}
