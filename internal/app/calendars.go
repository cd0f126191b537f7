package app

import (
	"context"
	"sync"
	"time"

	"allybot/internal/jobs"
	"allybot/internal/slackbot"
)

const (
	// lookEvery is how often replicas look what is due.
	lookEvery = 5 * time.Second
	// feedEvery is how often they do where thousands can be due in a minute.
	feedEvery = time.Second
)

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
	for _, entry := range r.Queues() {
		tick := time.NewTicker(min(every, feedEvery))
		q := jobs.NewQueue(jobs.QueueOptions{
			DB: a.redis, Name: entry.Name, Calendar: jobs.Calendar{DB: a.redis, Key: entry.Key}, Do: entry.Do,
			Workers: a.workers(), Pace: float64(a.cfg.PostsPerSecond),
			Hold: a.deps.Tempo.QueueHold, Now: a.deps.Now, Log: a.log.Named("jobs"),
		})
		working.Go(func() {
			defer tick.Stop()
			q.Run(ctx, tick.C)
		})
	}
	return func() { cancel(); working.Wait() }
}

// workers is how many batches a replica does at a time. Each waits for its turn to
// post, and whoever asks the bot something waits behind them: at the usual pace
// that is two messages.
func (a *App) workers() int {
	if a.deps.Tempo.Workers != 0 {
		return a.deps.Tempo.Workers
	}
	return int(max(2, min(a.cfg.PostsPerSecond, 32)))
}
