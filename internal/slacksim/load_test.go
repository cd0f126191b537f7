package slacksim_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/slack-go/slack"
)

// Several apps' sockets, many people, everything at once: each envelope goes to
// one socket, and all are answered.
func TestManyAtOnce(t *testing.T) {
	w := start(t)
	for range 3 {
		w.connect(nil)
	}
	var people sync.WaitGroup
	for n := range 6 {
		people.Go(func() {
			me := w.As([]string{w.sam, w.esme, w.guest}[n%3])
			for i := range 20 {
				ts := me.Say(w.general, fmt.Sprintf("message %d of %d", i, n))
				me.React(w.general, ts, "wave")
				if err := me.Command(w.general, "/ally", "x").Wait(patience); err != nil {
					t.Error(err)
				}
				if _, _, err := w.client().PostMessage(w.general, slack.MsgOptionText("x", false)); err != nil {
					t.Error(err)
				}
				me.Messages(w.general)
				w.Sockets()
			}
		})
	}
	people.Wait()
	w.acked("message")
	used := map[string]int{}
	for _, e := range w.Envelopes() {
		used[e.SocketID]++
		if e.Attempts != 1 {
			t.Errorf("envelope sent %d times", e.Attempts)
		}
	}
	if len(used) != 3 {
		t.Errorf("distribution over sockets: %v", used)
	}
	w.noViolations()
}
