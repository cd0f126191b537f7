package lessons

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// taskRead notes a lesson that came in an answer: a lessonRead.
const taskRead = "lessons.read_now"

type lessonRead struct {
	UserID string `json:"user"`
	Lesson string `json:"lesson"`
}

// parse says whether what follows the word is for the lessons.
func (m *room) parse(rest string) slackbot.Parsed {
	_, err := ParseOrder(rest, m.today(noZone))
	switch {
	case err == nil:
		return slackbot.Parses
	case errors.Is(err, ErrNoOrder):
		return slackbot.NotACommand
	}
	return slackbot.Malformed
}

// answer answers /ally lessons.
func (m *room) answer(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	asking, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	w, unknown := m.who(asking, q.UserID)
	order, err := ParseOrder(q.Rest, m.today(w.Zone))
	if err != nil {
		return reply(m.correction(sentence(err), q.Rest))
	}
	if order.Kind == OrderNow { // works with hardly anything else
		return m.readNow(ctx, q.UserID)
	}
	if unknown != nil {
		return slackbot.Reply{}, unknown
	}
	if order.Kind == OrderSlot && order.Slot.HasDay && !m.Hours.Working[order.Slot.Day] {
		return reply(m.correction(fmt.Sprintf(noWorkingDay, workingDays(m.Hours), order.Slot.Day), q.Rest))
	}
	s, err := m.Book.Find(ctx, q.UserID)
	if err != nil {
		return slackbot.Reply{}, err
	}
	if order.Kind == OrderPause && order.Until == 0 && s.On {
		return m.askPause(ctx, q)
	}
	st, said, err := m.carryOut(ctx, order, m.standing(ctx, s, w), w)
	if err != nil {
		return slackbot.Reply{}, err
	}
	if order.Kind == OrderNext && st.Subscription.On {
		return reply(m.nextMessage(st))
	}
	return reply(st.message(said))
}

func reply(answer blockkit.Message) (slackbot.Reply, error) {
	return slackbot.Reply{Message: answer.Fitted()}, nil
}

// carryOut does what somebody asked for in words, and says how it stands then.
func (m *room) carryOut(ctx context.Context, o Order, before standing, w who) (after standing, said string, err error) {
	s, id := before.Subscription, before.Subscription.ID
	switch o.Kind {
	case OrderOn, OrderSlot:
		if !w.Member {
			return before, "", nil
		}
		slot := m.usualSlot(s).With(o.Slot)
		s, err = m.start(ctx, id, w, &slot, func(s *Subscription) {
			if o.Kind == OrderOn && s.Resume != 0 {
				s.GoOn(m.Now()) // on means that they come
			}
		})
	case OrderOff:
		said = stoppedLine
		s, err = m.stop(ctx, id)
	case OrderPause:
		if !s.On {
			return before, nothingToPause, nil
		}
		s, err = m.pause(ctx, id, o.Until)
	case OrderResume:
		if !s.On {
			return before, nothingToPause, nil
		}
		s, err = m.resume(ctx, id)
	default:
		return before, "", nil
	}
	if err != nil {
		return before, "", err
	}
	m.freshHome(ctx, id)
	return m.standing(ctx, s, w), said, nil
}

// readNow is a lesson in an answer. It works without Redis too: then it is the
// lesson of the week. It is noted once the answer was sent: an answer that has to
// be tried again holds the same lesson, and one that never arrives is not noted.
func (m *room) readNow(ctx context.Context, userID string) (slackbot.Reply, error) {
	c, l, err := m.now(ctx, userID)
	if err != nil {
		c, l = m.visitor(ctx, Subscription{ID: userID}, 0), nil
	}
	if c.Lesson == nil {
		return reply(say(noLessons))
	}
	answer := slackbot.Reply{Message: c.message().Fitted()}
	if l != nil {
		answer.After, err = slackbot.NewTask(taskRead, lessonRead{UserID: userID, Lesson: l.ID})
		return answer, err
	}
	return answer, nil
}

// noteRead notes a lesson that came in an answer.
func (m *room) noteRead(ctx context.Context, _ slackbot.Task, r lessonRead) error {
	l := m.Library().Lesson(r.Lesson)
	if l == nil {
		return nil
	}
	_, err := m.Book.Change(ctx, r.UserID, func(s *Subscription) error {
		if s.Zone == "" && !s.On {
			return errUnchanged // they had all of it removed since
		}
		s.Show(l, m.today(s.Zone), s.On)
		return nil
	})
	return err
}

// nextMessage says which lesson comes next, and when.
func (m *room) nextMessage(s standing) blockkit.Message {
	l := s.Subscription.Pick(m.shelves.of(m.Library()).year)
	if l == nil {
		return s.message("")
	}
	line := s.line() + " " + sayTitle(nextTitle, l)
	return blockkit.Message{Text: line, Blocks: []slack.Block{
		blockkit.Section(line),
		blockkit.Actions("", blockkit.Button{Label: readItLabel, ActionID: actionRead, Value: onStanding}),
	}}
}

// askPause asks for how long, in a window where one can be opened.
func (m *room) askPause(ctx context.Context, q slackbot.Request) (slackbot.Reply, error) {
	if q.TriggerID != "" {
		err := m.Send.OpenModal(ctx, q.TriggerID, pauseWindow(place{}))
		if err == nil || errors.Is(err, slackbot.ErrTriggerUsed) {
			return slackbot.Reply{}, nil
		}
	}
	return reply(blockkit.Message{Text: longLabel, Blocks: []slack.Block{
		blockkit.Section(longLabel),
		blockkit.Actions("", blockkit.Button{Label: pauseLabel, ActionID: actionPause, Value: onStanding}),
	}})
}

// correction says what was wrong, keeps what was typed, and shows how it is done.
func (m *room) correction(line, typed string) blockkit.Message {
	line = blockkit.Escape(line)
	blocks := []slack.Block{blockkit.Section(line)}
	if typed = blockkit.Decode(typed); typed != "" {
		blocks = append(blocks, blockkit.Context(youTyped), blockkit.Verbatim(quote("/ally lessons "+typed), nil))
	}
	return blockkit.Message{Text: line, Blocks: append(blocks, blockkit.Context(m.examples()))}
}

// examples are three ways to say it, on days that are working days here.
func (m *room) examples() string {
	one, other := time.Tuesday, time.Friday
	var working []time.Weekday
	for _, d := range week {
		if m.Hours.Working[d] {
			working = append(working, d)
		}
	}
	if len(working) > 0 {
		if !m.Hours.Working[one] {
			one = working[0]
		}
		if !m.Hours.Working[other] {
			other = working[len(working)-1]
		}
	}
	until := (m.today(noZone) + 21).Day().Format("2 January")
	return fmt.Sprintf(exampleLine, strings.ToLower(one.String()[:3]), other, until)
}

// sentence makes one of what is wrong.
func sentence(err error) string {
	line := fmt.Sprintf(wrongOrder, err)
	if strings.HasSuffix(line, "?") || strings.HasSuffix(line, ".") {
		return line
	}
	return line + "."
}
