package lessons

import (
	"sync"

	"allybot/internal/playbook"
)

// shelf is the content of the moment, as deliveries look things up in it.
type shelf struct {
	library *playbook.Library
	year    []*playbook.Lesson
	byCode  map[string]*playbook.Lesson
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
	fresh := shelf{library: l, year: l.Lessons(), byCode: map[string]*playbook.Lesson{}}
	for _, one := range fresh.year {
		fresh.byCode[CodeOf(one.ID)] = one
	}
	s.last = fresh
	return fresh
}
