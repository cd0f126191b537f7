package lessons

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"allybot/internal/playbook"
	"allybot/internal/when"
)

// How much is kept of one subscription.
const (
	maxShown   = 400
	maxRecalls = 12
)

// codes remembers those of many more lessons than there are.
var codes, _ = lru.New[string, string](4096) // fails only for a size below 1

// CodeOf is a lesson’s id in four characters, to keep little.
func CodeOf(lessonID string) string {
	if code, ok := codes.Get(lessonID); ok {
		return code
	}
	sum := sha256.Sum256([]byte(lessonID))
	code := base64.RawURLEncoding.EncodeToString(sum[:3])
	codes.Add(lessonID, code)
	return code
}

// Pick is the lesson to be shown next, of those in the order of the year: the
// first not seen, or, when all are, the one seen longest ago. It is nil only if
// there is none that they did not refuse.
func (s Subscription) Pick(year []*playbook.Lesson) *playbook.Lesson {
	byCode := make(map[string]*playbook.Lesson, len(year))
	for _, l := range year {
		byCode[CodeOf(l.ID)] = l
	}
	seen := make(map[string]bool, len(s.Shown))
	var oldest *playbook.Lesson
	for _, shown := range s.Shown {
		l := byCode[shown.Code]
		if l == nil {
			continue
		}
		seen[l.ID] = true
		if oldest == nil && shown.Marks&Never == 0 {
			oldest = l
		}
	}
	if l := playbook.Next(year, func(id string) bool { return seen[id] }, s.Group); l != nil {
		return l
	}
	return oldest
}

// Show notes that a lesson is shown; with recall its question is to be asked in a
// few weeks. It does nothing to a lesson that they refused.
func (s *Subscription) Show(l *playbook.Lesson, today when.Date, recall bool) {
	shown := Shown{Code: CodeOf(l.ID)}
	if i := s.shown(shown.Code); i >= 0 {
		shown = s.Shown[i]
		if shown.Marks&Never != 0 {
			return
		}
		s.Shown = slices.Delete(s.Shown, i, i+1)
	}
	s.Shown = append(s.Shown, shown)
	s.trimShown()
	s.dropOldRecalls(today)
	if recall && l.Question != "" {
		s.forgetRecall(shown.Code)
		s.Recalls = append(s.Recalls, Recall{Code: shown.Code, From: today})
		s.trimRecalls()
	}
}

// SetMark notes what they said of a lesson. What they refuse is not asked about
// either.
func (s *Subscription) SetMark(lessonID string, m Mark) {
	code := CodeOf(lessonID)
	i := s.shown(code)
	if i < 0 {
		s.Shown = append(s.Shown, Shown{Code: code, Marks: m})
		s.trimShown()
	} else {
		s.Shown[i].Marks |= m
	}
	if m&Never != 0 {
		s.forgetRecall(code)
	}
}

// HasMark says whether they said that of a lesson.
func (s Subscription) HasMark(lessonID string, m Mark) bool {
	i := s.shown(CodeOf(lessonID))
	return i >= 0 && s.Shown[i].Marks&m == m
}

// shown is where a lesson is in Shown, or -1.
func (s Subscription) shown(code string) int {
	return slices.IndexFunc(s.Shown, func(shown Shown) bool { return shown.Code == code })
}

// trimShown drops the oldest that is neither refused nor saved, as long as there
// is one.
func (s *Subscription) trimShown() {
	for len(s.Shown) > maxShown {
		i := max(0, slices.IndexFunc(s.Shown, func(shown Shown) bool { return shown.Marks&(Never|Saved) == 0 }))
		s.Shown = slices.Delete(s.Shown, i, i+1)
	}
}
