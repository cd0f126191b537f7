// Package doctor examines an installation: the tokens, what they may do, Redis,
// the clock and the content. Each finding is one line that says "ok", "note",
// or "fix" and what to do.
package doctor

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"os"
	"time"

	"allybot/internal/config"
	"allybot/internal/manifest"
)

// Level is how a finding is to be taken.
type Level string

// The levels. Only Fix keeps Ally from working as it should.
const (
	OK   Level = "ok"
	Note Level = "note"
	Fix  Level = "fix"
)

// Finding is one thing examined.
type Finding struct {
	Level Level
	Text  string
}

// String is the finding as one line.
func (f Finding) String() string { return fmt.Sprintf("%-4s  %s", f.Level, f.Text) }

// Options says how to examine.
type Options struct {
	// With are the features that should work beside the basics.
	With []manifest.Feature
	// Timeout is for each answer of Slack and Redis; default 10 s.
	Timeout time.Duration
	// Now is this machine's clock; default time.Now.
	Now func() time.Time
	// HTTP reaches Slack; default a client of its own.
	HTTP *http.Client
	// Environ is the environment, to find mistyped settings; default os.Environ().
	Environ []string
}

// Examine looks at one thing after the other and yields what it finds.
func Examine(ctx context.Context, cfg config.Config, o Options) iter.Seq[Finding] {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{}
	}
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	return func(yield func(Finding) bool) {
		for _, examine := range []func(context.Context, config.Config, Options) []Finding{
			slackSide, appToken, redisSide, contentSide, hours, settings,
		} {
			step, cancel := context.WithTimeout(ctx, o.Timeout)
			findings := examine(step, cfg, o)
			cancel()
			for _, f := range findings {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// hours tells when people are left alone, for whoever looks after Ally to see
// whether it fits the organisation.
func hours(_ context.Context, cfg config.Config, _ Options) []Finding {
	quiet := fmt.Sprintf("nobody is written to unasked in %s, by the clock where they live", cfg.QuietHours)
	if cfg.QuietHours.From == cfg.QuietHours.To {
		quiet = "there are no quiet hours"
	}
	return []Finding{
		ok("ALLY_QUIET_HOURS: %s", quiet),
		ok("ALLY_WORKING_DAYS: what people subscribed to comes on working days: %s", cfg.WorkingDays),
	}
}

// settings tells of variables that nothing reads.
func settings(_ context.Context, _ config.Config, o Options) []Finding {
	var out []Finding
	for _, name := range config.Unknown(o.Environ) {
		out = append(out, note("%s is set, but Ally has no such setting; a typing mistake?", name))
	}
	return out
}

func ok(format string, args ...any) Finding   { return Finding{OK, fmt.Sprintf(format, args...)} }
func note(format string, args ...any) Finding { return Finding{Note, fmt.Sprintf(format, args...)} }
func fix(format string, args ...any) Finding  { return Finding{Fix, fmt.Sprintf(format, args...)} }
