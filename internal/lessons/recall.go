package lessons

import (
	"slices"

	"allybot/internal/playbook"
	"allybot/internal/when"
)

// A lesson’s question is asked three to five weeks after it, in days. An answer
// counts for a month more.
const (
	recallFrom   = 21
	recallTo     = 35
	recallAnswer = recallTo + 28
)

// Question is the lesson whose question is to be asked today, the oldest first;
// nil for none. Find knows the lessons that there are by their codes.
func (s Subscription) Question(today when.Date, find func(code string) *playbook.Lesson) *playbook.Lesson {
	var oldest *playbook.Lesson
	var from when.Date
	for _, r := range s.Recalls {
		age := today - r.From
		if r.Asked || age < recallFrom || age > recallTo || oldest != nil && r.From >= from {
			continue
		}
		if i := s.shown(r.Code); i >= 0 && s.Shown[i].Marks&Never != 0 {
			continue
		}
		if l := find(r.Code); l != nil {
			oldest, from = l, r.From
		}
	}
	return oldest
}

// Asked notes that a lesson’s question was sent.
func (s *Subscription) Asked(lessonID string, today when.Date) {
	if i := s.recall(CodeOf(lessonID)); i >= 0 {
		s.Recalls[i].Asked = true
	}
	s.dropOldRecalls(today)
}

// Answered notes how a lesson’s question was answered. What was wrong the first
// time is asked once more, weeks later. Nothing changes if it does not wait for an
// answer.
func (s *Subscription) Answered(lessonID string, right bool, today when.Date) {
	i := s.recall(CodeOf(lessonID))
	if i < 0 || !s.Recalls[i].Asked {
		return
	}
	r := s.Recalls[i]
	s.Recalls = slices.Delete(s.Recalls, i, i+1)
	if !right && !r.Again {
		s.Recalls = append(s.Recalls, Recall{Code: r.Code, From: today, Again: true})
	}
}

// recall is where a lesson is in Recalls, or -1.
func (s Subscription) recall(code string) int {
	return slices.IndexFunc(s.Recalls, func(r Recall) bool { return r.Code == code })
}

func (s *Subscription) forgetRecall(code string) {
	s.Recalls = slices.DeleteFunc(s.Recalls, func(r Recall) bool { return r.Code == code })
}

// dropOldRecalls drops what can no longer be asked, or answered.
func (s *Subscription) dropOldRecalls(today when.Date) {
	s.Recalls = slices.DeleteFunc(s.Recalls, func(r Recall) bool {
		age := today - r.From
		return age > recallTo && !r.Asked || age > recallAnswer
	})
}

// trimRecalls drops the oldest that only waits for an answer, else the oldest.
func (s *Subscription) trimRecalls() {
	for len(s.Recalls) > maxRecalls {
		i := max(0, slices.IndexFunc(s.Recalls, func(r Recall) bool { return r.Asked }))
		s.Recalls = slices.Delete(s.Recalls, i, i+1)
	}
}
