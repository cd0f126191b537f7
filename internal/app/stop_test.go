package app

import (
	"context"
	"testing"
	"time"

	"allybot/internal/slacksim"
)

// Asked to stop while a call to Slack hangs, the bot ends in order within 10 s;
// what it could not finish, the next one does, once.
func TestStoppingWhileSlackHangs(t *testing.T) {
	w := newWorkspace(t)
	cfg := w.config()
	bot, err := New(cfg, Deps{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- bot.Run(ctx) }()
	w.eventually("the bot has its sockets open", func() bool { return len(w.openSockets()) == int(cfg.Sockets) })

	w.Inject(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.HangUp, Times: -1})
	alice := w.As(w.alice)
	alice.Say(alice.DM(), "sam keeps getting talked over")
	w.eventually("the answer is on its way", func() bool { return len(w.Calls("chat.postMessage")) > 0 })
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it stopped with: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it did not stop within 10 s")
	}

	w.ClearFaults()
	w.run()
	w.eventually("the answer", func() bool { return len(w.answers(w.alice)) == 1 })
}
