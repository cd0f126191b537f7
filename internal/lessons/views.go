package lessons

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
	"allybot/internal/when"
)

// Names of the actions on a lesson. Their value is a subject.
const (
	// actionMark marks the lesson; behind it is how.
	actionMark    = "lessons.mark"
	actionWords   = "lessons.words"
	actionAnother = "lessons.another"
	actionPause   = "lessons.pause"
	actionGoOn    = "lessons.go_on"
	// actionAnswer answers the question; behind it is the number of the answer.
	actionAnswer = "lessons.answer"
)

// The ways to mark a lesson: each says what shall hold, so that a press that
// arrives twice changes nothing.
const (
	markTried   = "tried"
	markUntried = "untried"
	markNever   = "never"
	markBack    = "back"
	markSave    = "save"
	markUnsave  = "unsave"
)

// subject is what a message with a lesson is about; it travels in its buttons.
type subject struct {
	Lesson string
	Recall string // the lesson whose question is below; "" for none
	Answer int    // that was given, from 1; 0 for none yet
	// Week counts on from the lesson of the week, for people of whom nothing is
	// kept; -1 for all others.
	Week int
}

// none stands for a part that is empty: the ids of lessons have no dots.
const none = "."

// String gives the subject as buttons carry it.
func (s subject) String() string {
	recall := s.Recall
	if recall == "" {
		recall = none
	}
	return strings.Join([]string{s.Lesson, recall, strconv.Itoa(s.Answer), strconv.Itoa(s.Week)}, " ")
}

// readSubject reads what String wrote, or the bare id of a lesson. What cannot be
// read, or begins with a dot, is no lesson.
func readSubject(value string) subject {
	s := subject{Week: -1}
	f := strings.Fields(value)
	if len(f) > 0 && !strings.HasPrefix(f[0], none) {
		s.Lesson = f[0]
	}
	if len(f) > 1 && f[1] != none {
		s.Recall = f[1]
	}
	if len(f) > 2 {
		if n, err := strconv.Atoi(f[2]); err == nil && n > 0 {
			s.Answer = n
		}
	}
	if len(f) > 3 {
		if n, err := strconv.Atoi(f[3]); err == nil && n >= 0 {
			s.Week = n
		}
	}
	return s
}

// card is a lesson as one person sees it.
type card struct {
	Subscription Subscription
	Lesson       *playbook.Lesson // nil: it is gone from the content
	Recall       *playbook.Lesson // nil: there is no question
	Answer       int              // that was given, from 1; 0 for none yet
	Week         int              // see subject
	Guest        bool             // who cannot take lessons
	// Today is where the person lives, zero if nobody knows.
	Today when.Date
}

// lessonMessage is a lesson as it is sent, to a person or to a channel; recall may
// be nil.
func lessonMessage(s Subscription, l, recall *playbook.Lesson) blockkit.Message {
	if s.Channel() {
		return channelLesson(l, "")
	}
	s.Resume = 0 // it is sent, so nothing is paused
	return card{Subscription: s, Lesson: l, Recall: recall, Week: -1}.message()
}

func (c card) subject() subject {
	s := subject{Week: c.Week, Answer: c.Answer}
	if c.Lesson != nil {
		s.Lesson = c.Lesson.ID
	}
	if c.Recall != nil {
		s.Recall = c.Recall.ID
	}
	return s
}

// message is the card in a conversation.
func (c card) message() blockkit.Message {
	if c.Lesson != nil && c.Subscription.HasMark(c.Lesson.ID, Never) {
		return blockkit.Message{Text: c.neverLine(), Blocks: append(c.never(), c.recall()...)}
	}
	blocks := append(lessonBlocks(c.Lesson), c.small(), c.buttons())
	return blockkit.Message{Text: lessonText(c.Lesson), Blocks: append(blocks, c.recall()...)}
}

// lessonText is the lesson in short, for notifications.
func lessonText(l *playbook.Lesson) string {
	return blockkit.Escape(l.Title) + ". " + blockkit.Escape(l.Plan)
}

// lessonBlocks are the lesson to read.
func lessonBlocks(l *playbook.Lesson) []slack.Block {
	blocks := []slack.Block{
		blockkit.Header(blockkit.Plain(l.Title)),
		blockkit.Verbatim(blockkit.Escape(l.Situation), nil),
		blockkit.Verbatim(blockkit.Escape(l.Idea), nil),
		blockkit.Verbatim(planTitle+"\n"+quote(l.Plan), nil),
	}
	if l.Alike != "" {
		blocks = append(blocks, blockkit.Verbatim(alikeTitle+"\n"+blockkit.Escape(l.Alike), nil))
	}
	if l.Source != "" {
		blocks = append(blocks, blockkit.Context(blockkit.Escape(l.Source)))
	}
	return blocks
}

// small says what the person did with the lesson, and that lessons are paused.
func (c card) small() slack.Block {
	var lines []string
	if c.Week < 0 {
		if c.Subscription.HasMark(c.Lesson.ID, Tried) {
			lines = append(lines, triedLine)
		}
		if c.Subscription.HasMark(c.Lesson.ID, Saved) {
			lines = append(lines, savedLine)
		}
		if c.paused() {
			lines = append(lines, fmt.Sprintf(pausedTill, longDay(c.Subscription.Resume, c.Today)))
		}
	}
	return blockkit.Context(strings.Join(lines, " "))
}

// paused says whether lessons are, for somebody who takes them.
func (c card) paused() bool {
	s := c.Subscription
	return s.On && s.Resume != 0 && s.Resume > c.Today
}

func (c card) buttons() slack.Block {
	value := c.subject().String()
	button := func(label, action string) blockkit.Element {
		return blockkit.Button{Label: label, ActionID: action, Value: value, Aloud: label + ": " + c.Lesson.Title}
	}
	toggle := func(m Mark, on, off string, do, undo string) blockkit.Element {
		if c.Subscription.HasMark(c.Lesson.ID, m) {
			return button(off, actionMark+":"+undo)
		}
		return button(on, actionMark+":"+do)
	}
	row := make([]blockkit.Element, 0, 6)
	if c.Week >= 0 { // nothing is kept of them, so there is nothing to mark
		row = append(row, c.words(button), button(anotherLabel, actionAnother))
		if !c.Guest {
			row = append(row, blockkit.Button{Label: subscribeLabel, ActionID: actionOn, Value: value})
		}
		return blockkit.Actions("", row...)
	}
	row = append(row,
		toggle(Tried, triedLabel, untriedLabel, markTried, markUntried),
		c.words(button),
		button(anotherLabel, actionAnother),
		button(neverLabel, actionMark+":"+markNever),
		toggle(Saved, saveLabel, unsaveLabel, markSave, markUnsave),
	)
	switch {
	case c.paused():
		row = append(row, button(goOnLabel, actionGoOn))
	case c.Subscription.On:
		row = append(row, button(pauseLabel, actionPause))
	}
	return blockkit.Actions("", row...)
}

// words is the button to the script, nil if there is none.
func (c card) words(button func(label, action string) blockkit.Element) blockkit.Element {
	if c.Lesson.Script == "" {
		return nil
	}
	return button(wordsLabel, actionWords)
}

func (c card) neverLine() string { return sayTitle(neverLine, c.Lesson) }

// never is what is left of a lesson that somebody does not want to see again.
func (c card) never() []slack.Block {
	value := c.subject().String()
	return []slack.Block{
		blockkit.Section(c.neverLine()),
		blockkit.Actions("",
			blockkit.Button{Label: undoLabel, ActionID: actionMark + ":" + markBack, Value: value, Aloud: undoLabel + ": " + neverLabel},
			blockkit.Button{Label: anotherLabel, ActionID: actionAnother, Value: value},
		),
	}
}

func quote(text string) string {
	return ">" + strings.ReplaceAll(blockkit.Escape(text), "\n", "\n>")
}
