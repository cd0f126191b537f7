package app

import (
	"context"
	"strings"
	"testing"
	"time"
)

// With Redis away the bot says that it is not ready, and why; words are found
// all the same.
func TestWithoutRedisWordsAreStillFound(t *testing.T) {
	w := newWorkspace(t)
	bot := w.run()
	check := func(name string) Check {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		for _, c := range bot.Checks(ctx) {
			if c.Name == name {
				return c
			}
		}
		t.Fatalf("nothing is said about %s", name)
		return Check{}
	}
	for _, name := range []string{"slack", "redis", "playbooks"} {
		w.eventually(name+" is ready", func() bool { return check(name).OK })
	}

	w.redis.Kill()
	if c := check("redis"); c.OK || !strings.Contains(c.Why, "finding words goes on") {
		t.Errorf("with Redis away: %+v", c)
	}
	if c := check("slack"); !c.OK {
		t.Errorf("Slack is as it was, but: %+v", c)
	}
	answer := w.command(w.alice, w.general, "@sam keeps getting talked over")
	if !strings.Contains(string(answer.Blocks), "Samira") {
		t.Errorf("the answer lacks the name: %s", answer.Blocks)
	}
}
