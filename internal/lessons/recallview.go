package lessons

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// maxAnswerLabel is how long an answer can be to be read on its button: clients
// clip longer ones.
const maxAnswerLabel = 30

// recall asks the question of an earlier lesson below the lesson, or says what
// was answered; nothing if there is none.
func (c card) recall() []slack.Block {
	l := c.Recall
	if l == nil || l.Question == "" || len(l.Answers) == 0 {
		return nil
	}
	lead := []slack.Block{blockkit.Divider()}
	if n := c.Answer; n > 0 && n <= len(l.Answers) {
		return append(lead, blockkit.Section(recallTitle+" "+blockkit.Escape(l.Question)+"\n\n"+explained(l, n-1)))
	}
	lines := []string{recallTitle, blockkit.Escape(l.Question)}
	lettered := tooLong(l.Answers)
	if lettered {
		lines = append(lines, "")
		for i, a := range l.Answers {
			lines = append(lines, "*"+letter(i)+"*  "+blockkit.Escape(a.Text))
		}
	}
	var row []blockkit.Element
	for i, a := range l.Answers {
		s := c.subject()
		s.Answer = i + 1
		b := blockkit.Button{Label: a.Text, ActionID: answerID(i + 1), Value: s.String()}
		if lettered {
			b.Label, b.Aloud = letter(i), letter(i)+": "+a.Text
		}
		row = append(row, b)
	}
	return append(lead, blockkit.Section(strings.Join(lines, "\n")), blockkit.Actions("", row...))
}

// explained says of an answer whether it is right and why, and of a wrong one also
// which is.
func explained(l *playbook.Lesson, i int) string {
	a := l.Answers[i]
	if a.Right {
		return fmt.Sprintf(rightLine, blockkit.Escape(a.Text), blockkit.Escape(a.Why))
	}
	lines := fmt.Sprintf(wrongLine, blockkit.Escape(a.Text), blockkit.Escape(a.Why))
	for _, r := range l.Answers {
		if r.Right {
			lines += "\n\n" + fmt.Sprintf(ratherLine, blockkit.Escape(r.Text), blockkit.Escape(r.Why))
		}
	}
	return lines
}

func tooLong(answers []playbook.RecallAnswer) bool {
	for _, a := range answers {
		if blockkit.Len(a.Text) > maxAnswerLabel {
			return true
		}
	}
	return false
}

// letter stands for an answer; there are four at most.
func letter(i int) string { return "ABCD"[i%4 : i%4+1] }
