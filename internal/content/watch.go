package content

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"allybot/internal/playbook"
)

// Every is how often the folder is looked at.
const Every = 5 * time.Second

// Watch looks at the folder at each tick until ctx ends, and loads what changed.
// Without a folder there is nothing to watch.
func (s *Store) Watch(ctx context.Context, ticks <-chan time.Time) {
	if s.o.Dir == "" {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			s.look()
		}
	}
}

// look reads the folder, and loads it if anything is new. Texts are compared
// rather than dates: those may stay the same when a link is swapped or a file is
// written twice in a moment.
func (s *Store) look() {
	seen, trouble, err := readFolder(s.o.Dir)
	if err != nil {
		// Perhaps it is being replaced. All words stay.
		s.report([]playbook.Problem{{File: s.o.Dir, What: err.Error() + "; mend that, the words stay as they were"}})
		return
	}
	held := map[string]bool{} // those that cannot be read stay as they were
	for _, p := range trouble {
		held[p.File] = true
	}
	missing := map[string]bool{}
	for name, text := range s.files {
		if _, ok := seen[name]; ok {
			continue
		}
		// Editors take a file away for a moment when they save: only what is gone
		// twice is gone.
		if gone := !held[name]; gone {
			if s.missing[name] {
				continue
			}
			missing[name] = true
		}
		seen[name] = text
	}
	s.missing = missing
	if seen.equal(s.files) {
		s.report(trouble)
		return
	}
	s.files, s.trouble = seen, trouble
	s.load()
	s.o.Log.Info("content loaded anew", zap.Int("scripts", len(s.Library().Scripts())), zap.Int("problems", len(s.Problems())))
}

// report tells of trouble with reading, when it is new or over.
func (s *Store) report(trouble []playbook.Problem) {
	if slices.Equal(trouble, s.trouble) {
		return
	}
	now := s.current.Load()
	rest := now.problems[:len(now.problems)-len(s.trouble)]
	s.trouble = trouble
	for _, p := range trouble {
		s.o.Log.Warn("content cannot be read", zap.Stringer("problem", p))
	}
	s.publish(now.library, rest)
}
