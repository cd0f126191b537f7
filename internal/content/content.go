// Package content holds the words while the bot runs: those that come with Ally
// and, over them, those of an organisation's own folder. It notices when files of
// that folder change and loads them anew, without a restart and off the way of
// whoever asks for words. A file with a mistake keeps its last good version.
//
// What is to mend it tells /readyz, the metrics, and admins on their App Home.
// What the words are and how they are read is the business of package playbook.
package content

import (
	"fmt"
	"io/fs"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"allybot/internal/playbook"
)

// Options of a store. BuiltIn is required.
type Options struct {
	BuiltIn fs.FS
	// Dir is the organisation's own folder; empty for none.
	Dir string
	// Lazy leaves the finder to learn the words at the first question. It is for
	// the command line, which may ask none.
	Lazy bool
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Log defaults to none, Metrics to none.
	Log     *zap.Logger
	Metrics prometheus.Registerer
}

// Store is the content of the moment. It is safe for use by several goroutines.
type Store struct {
	o       Options
	metrics *metrics
	current atomic.Pointer[edition]
	builtIn []playbook.Problem // those of what comes with Ally: none, in a release

	// What follows belongs to whoever looks: Open, then Watch.
	files   files              // the folder as it was seen last
	good    files              // by name, the last version without a mistake
	missing map[string]bool    // not there when looked last
	trouble []playbook.Problem // with reading the folder
}

// edition is what was loaded at one time. It never changes.
type edition struct {
	library  *playbook.Library
	problems []playbook.Problem
}

// Open loads everything. Mistakes in files are no error, see Problems; a folder
// that cannot be read is: whoever starts the bot can mend it.
func Open(o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	s := &Store{o: o, metrics: newMetrics(o.Metrics), builtIn: playbook.Lint(o.BuiltIn), good: files{}, missing: map[string]bool{}}
	if o.Dir != "" {
		seen, trouble, err := readFolder(o.Dir)
		if err != nil {
			return nil, fmt.Errorf("ALLY_PLAYBOOKS_DIR: %w", err)
		}
		s.files, s.trouble = seen, trouble
	}
	s.load()
	return s, nil
}

// Library is the content of this moment. Ask anew for each request.
func (s *Store) Library() *playbook.Library { return s.current.Load().library }

// Problems lists what is to mend: those of the built-in content first.
func (s *Store) Problems() []playbook.Problem { return s.current.Load().problems }

// load makes a new edition of the files. It takes up to a second: the finder
// learns all the words.
func (s *Store) load() {
	var own []playbook.Problem
	if len(s.files) > 0 {
		own = playbook.Lint(s.o.BuiltIn, s.files.fs())
	}
	broken := map[string]bool{}
	for _, p := range own {
		broken[p.File] = true
	}
	for name := range s.good {
		if _, ok := s.files[name]; !ok {
			delete(s.good, name) // deleted: the built-in one is back
		}
	}
	effective := files{}
	for name, text := range s.files {
		if !broken[name] {
			s.good[name] = text
		} else if last, ok := s.good[name]; ok {
			text = last
		}
		effective[name] = text
	}
	library, rest := playbook.Load(s.o.BuiltIn, effective.fs())
	if !s.o.Lazy {
		library.Find("someone was interrupted") // the finder learns before anybody waits for it
	}

	problems := slices.Concat(s.builtIn, own)
	for _, p := range rest { // such as a suggestion of a file's last good version
		if !slices.Contains(problems, p) {
			problems = append(problems, p)
		}
	}
	s.publish(library, problems)
	s.metrics.loaded(len(library.Scripts()), len(problems), s.o.Now())
	for _, p := range problems[:min(len(problems), maxShown)] {
		s.o.Log.Warn("content to mend: ally playbooks lint says more", zap.Stringer("problem", p))
	}
}

// publish shows an edition to everybody who asks from now on.
func (s *Store) publish(library *playbook.Library, problems []playbook.Problem) {
	s.current.Store(&edition{library: library, problems: slices.Concat(problems, s.trouble)})
	s.metrics.problems.Set(float64(len(problems) + len(s.trouble)))
}
