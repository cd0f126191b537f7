package app

import (
	"context"
	"sync"
	"time"

	"allybot/internal/jobs"
	"allybot/internal/slackbot"
)

// lookEvery is how often replicas look what is due.
const lookEvery = 5 * time.Second

// workCalendars has what the rooms put into their calendars done when it is due,
// until what it returns is called.
func (a *App) workCalendars(ctx context.Context, r *slackbot.Router, g *slackbot.Gateway) (stop func()) {
	every := a.deps.Tempo.CalendarEvery
	if every == 0 {
		every = lookEvery
	}
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	for _, entry := range r.Calendars() {
		tick := time.NewTicker(every)
		working.Go(func() {
			defer tick.Stop()
			jobs.Work(ctx, tick.C, a.deps.Now, jobs.Calendar{DB: a.redis, Key: entry.Key}, func(ctx context.Context, e jobs.Entry) error {
				t, err := slackbot.NewTask(entry.Task, slackbot.Due{Member: e.Member, At: e.At})
				if err != nil {
					return err
				}
				return g.Do(ctx, "due:"+entry.Key+":"+e.Member+"@"+e.At.UTC().Format(time.RFC3339Nano), *t)
			}, a.log.Named("jobs"))
		})
	}
	return func() { cancel(); working.Wait() }
}
