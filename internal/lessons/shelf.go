package lessons

import (
	"sync"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// shelf is the content of the moment, as deliveries look things up in it.
type shelf struct {
	library *playbook.Library
	year    []*playbook.Lesson
	byCode  map[string]*playbook.Lesson
	letters *letters
}

// find returns the lesson with a code, or nil.
func (s shelf) find(code string) *playbook.Lesson { return s.byCode[code] }

// shelves keeps the shelf of the last library asked for.
type shelves struct {
	mu   sync.Mutex
	last shelf
}

func (s *shelves) of(l *playbook.Library) shelf {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.library == l {
		return s.last
	}
	fresh := shelf{library: l, year: l.Lessons(), byCode: map[string]*playbook.Lesson{}, letters: &letters{ready: map[envelope]blockkit.Message{}}}
	for _, one := range fresh.year {
		fresh.byCode[CodeOf(one.ID)] = one
	}
	s.last = fresh
	return fresh
}

// letters are lessons ready to be sent: thousands of people get the same ones.
type letters struct {
	mu    sync.Mutex
	ready map[envelope]blockkit.Message
}

type envelope struct{ lesson, recall string }

// maxLetters bounds the memory: some megabytes.
const maxLetters = 512

// message is that of a lesson that somebody never saw.
func (s shelf) message(to Subscription, l, recall *playbook.Lesson) blockkit.Message {
	if to.Channel() || to.shown(CodeOf(l.ID)) >= 0 { // it says what they said of it
		return lessonMessage(to, l, recall)
	}
	name := envelope{lesson: l.ID}
	if recall != nil {
		name.recall = recall.ID
	}
	s.letters.mu.Lock()
	defer s.letters.mu.Unlock()
	if m, ok := s.letters.ready[name]; ok {
		return m
	}
	m, err := lessonMessage(Subscription{On: true}, l, recall).Prepared()
	if err != nil {
		return lessonMessage(to, l, recall) // the sender says why
	}
	if len(s.letters.ready) >= maxLetters {
		clear(s.letters.ready)
	}
	s.letters.ready[name] = m
	return m
}
