package credit

import (
	"maps"
	"strings"
	"testing"
	"time"
)

func TestSettingsAndForgetting(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, clock *ledgerClock) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for u, n := range map[string]Naming{"U1": InPublic, "U2": AskFirst, "U3": InPrivate, "U4": InPublic} {
			must(l.SetNaming(ctx, u, n))
		}
		must(l.SetNaming(ctx, "U4", Undecided))
		naming := func(want map[string]Naming) {
			t.Helper()
			got, err := l.Naming(ctx, "U1", "U2", "U3", "U4", "U5")
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("naming %v (%v), want %v", got, err, want)
			}
		}
		naming(map[string]Naming{"U1": InPublic, "U2": AskFirst, "U3": InPrivate})
		if got, err := l.Naming(ctx); err != nil || len(got) != 0 {
			t.Errorf("of nobody: %v, %v", got, err)
		}

		for _, want := range []string{"", "C1", "C2", ""} {
			must(l.SetChannel(ctx, want))
			if got, err := l.Channel(ctx); err != nil || got != want {
				t.Errorf("channel %q (%v), want %q", got, err, want)
			}
		}

		next := clock.now().Add(time.Hour)
		for channel, by := range map[string]string{"C1": "U1", "C2": "U2"} {
			must(l.SetDigest(ctx, Digest{ChannelID: channel, AskedBy: by, Zone: "Europe/Berlin", Next: next}))
		}
		digest := func(channel string, want Digest, there bool) {
			t.Helper()
			got, ok, err := l.Digest(ctx, channel)
			if err != nil || ok != there || got != want {
				t.Errorf("digest %+v, %v (%v), want %+v", got, ok, err, want)
			}
			score := l.db.Client.ZScore(ctx, l.Due(), "digest:"+channel).Val()
			if there && int64(score) != want.Next.UnixMilli() || !there && score != 0 {
				t.Errorf("due at %v", score)
			}
		}
		digest("C1", Digest{ChannelID: "C1", AskedBy: "U1", Zone: "Europe/Berlin", Next: next}, true)
		digest("C3", Digest{}, false)
		must(l.SetDigest(ctx, Digest{ChannelID: "C1", AskedBy: "U1", Zone: "UTC", Next: next.Add(time.Hour)}))
		digest("C1", Digest{ChannelID: "C1", AskedBy: "U1", Zone: "UTC", Next: next.Add(time.Hour)}, true)

		mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
		must(l.Forget(ctx, "U1"))
		must(l.Forget(ctx, "U1"))
		naming(map[string]Naming{"U2": AskFirst, "U3": InPrivate})
		digest("C1", Digest{ChannelID: "C1", AskedBy: "", Zone: "UTC", Next: next.Add(time.Hour)}, true)
		digest("C2", Digest{ChannelID: "C2", AskedBy: "U2", Zone: "Europe/Berlin", Next: next}, true)
		// The room takes them out of the credits themselves.
		mustChange(t, l, "one", func(c *Credit) { c.GiverID = "" })
		for _, k := range l.db.Client.Keys(ctx, "*").Val() {
			if strings.Contains(k, "U1") {
				t.Errorf("left of the forgotten: %s", k)
			}
		}

		must(l.StopDigest(ctx, "C1"))
		must(l.StopDigest(ctx, "C1"))
		digest("C1", Digest{}, false)
	})
}
