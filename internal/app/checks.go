package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Checks says what works and what does not, for /readyz.
func (a *App) Checks(ctx context.Context) []Check {
	return []Check{a.checkSlack(), a.checkRedis(ctx), a.checkContent()}
}

func (a *App) checkSlack() Check {
	open := 0
	if s := a.street.Load(); s != nil {
		open = s.sockets()
	}
	return Check{Name: "slack", OK: open > 0, Why: fmt.Sprintf("%d of %d sockets open", open, a.cfg.Sockets)}
}

func (a *App) checkRedis(ctx context.Context) Check {
	c := Check{Name: "redis"}
	d, err := a.redis.Durability(ctx)
	switch {
	case err != nil:
		c.Why = "Redis does not answer: events wait at Slack, finding words goes on"
	case d.Embedded:
		c.OK, c.Why = true, "inside the process: gone when it ends"
	case !d.AppendOnly:
		c.Why = "a crash would lose what was promised: set appendonly yes"
	case d.Eviction != "noeviction":
		c.Why = "it throws keys away when memory is short: set maxmemory-policy noeviction"
	default:
		c.OK, c.Why = true, fmt.Sprintf("keeps what it is given; replicas: %d", d.Replicas)
	}
	return c
}

// maxProblems is how many mistakes in the content /readyz names.
const maxProblems = 10

func (a *App) checkContent() Check {
	n, problems := len(a.content.Library().Scripts()), a.content.Problems()
	c := Check{Name: "playbooks", OK: n > 0, Warning: len(problems) > 0, Why: fmt.Sprintf("%d scripts", n)}
	if c.Warning {
		c.Why += fmt.Sprintf("; to mend, while the last good words stay: %d", len(problems))
	}
	for _, p := range problems[:min(len(problems), maxProblems)] {
		c.Why += "; " + p.String()
	}
	return c
}

// readyPoll is how often WaitReady looks.
const readyPoll = 5 * time.Millisecond

// WaitReady returns when a socket is open, so that what people type arrives.
func (a *App) WaitReady(ctx context.Context) error {
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		if a.checkSlack().OK {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.New("stopped before Slack greeted a socket")
		case err := <-a.failed:
			return err
		case <-tick.C:
		}
	}
}
