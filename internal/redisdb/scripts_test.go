package redisdb_test

import (
	"testing"

	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

// The client sends a command again when its answer was lost. That is no
// repetition by Slack: the caller must hear that its tasks are new, and they
// must be there once.
func TestAcceptSentTwiceByTheClientIsStillNew(t *testing.T) {
	ctx, db := t.Context(), open(t, redistest.Start(t))
	keys := []string{db.Key("inbox", "mark", "m"), db.Key("inbox", "stream")}
	for _, c := range []struct {
		nonce string
		want  int
	}{{"one", 1}, {"one", 1}, {"another", 0}, {"one", 1}} {
		got, err := db.Client.Eval(ctx, redisdb.InboxAccept, keys, 60, c.nonce, "id", "name", "payload").Int()
		if err != nil || got != c.want {
			t.Errorf("nonce %s: %d (%v), want %d", c.nonce, got, err, c.want)
		}
	}
	if n := db.Client.XLen(ctx, keys[1]).Val(); n != 1 {
		t.Errorf("%d tasks stored", n)
	}
}
