package slacksim_test

import (
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"allybot/internal/slacksim"
)

// Close leaves nothing running, whatever was under way.
func TestCloseLeavesNothingBehind(t *testing.T) {
	http.DefaultClient.CloseIdleConnections()
	before := goleak.IgnoreCurrent()
	t.Run("a busy workspace", func(t *testing.T) {
		w := start(t)
		c := w.raw()
		w.raw()
		w.Sockets()[1].Stall()
		w.Sockets()[0].DelayAcks(time.Hour)
		w.As(w.sam).Say(w.general, "hello")
		w.As(w.sam).Command(w.general, "/ally", "x")
		e := read(t, c)
		_ = c.WriteJSON(map[string]any{"envelope_id": e.ID})
		w.Inject(slacksim.Fault{Method: "auth.test", Kind: slacksim.HangUp})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = w.client().AuthTest()
		}()
		w.eventually("a call hangs", func() bool { return len(w.Calls("auth.test")) == 1 })
		w.Close()
		<-done
		http.DefaultClient.CloseIdleConnections()
	})
	goleak.VerifyNone(t, before)
}
