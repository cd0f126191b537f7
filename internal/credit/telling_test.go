package credit

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// When a credit has to be looked at while people are not to be written to.
func TestWhatWaitsForAMorningIsDueThen(t *testing.T) {
	t.Parallel()
	given := time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC)
	morning, noon := given.Add(13*time.Hour), given.Add(17*time.Hour)
	for name, tc := range map[string]struct {
		c    Credit
		want time.Time
	}{
		"a notice": {
			Credit{Receivers: []Receiver{{Standing: Private, NotBefore: morning}}}, morning,
		},
		"a card, and another in another zone": {
			Credit{Receivers: []Receiver{{Standing: Asked, NotBefore: noon}, {Standing: Asked, NotBefore: morning}}}, morning,
		},
		"one named, once it is posted": {
			Credit{Posting: Posted, Receivers: []Receiver{{Standing: Named, NotBefore: morning}}}, morning,
		},
		"one named, not posted yet": {
			Credit{Posting: Sending, Receivers: []Receiver{{Standing: Named, NotBefore: morning}}}, given.Add(retryAfter),
		},
		"one waits, one was never tried": {
			Credit{Receivers: []Receiver{{Standing: Private, NotBefore: morning}, {Standing: Private}}}, given.Add(retryAfter),
		},
		"one waits, one has a card": {
			Credit{Receivers: []Receiver{{Standing: Asked, NotBefore: morning}, {Standing: Asked, Told: true, AskedAt: given}}}, morning,
		},
		"a notice to be replaced": {
			Credit{Receivers: []Receiver{{Standing: Private, Told: true, NotBefore: morning}}}, morning,
		},
		"everybody knows": {
			Credit{Posting: Posted, Receivers: []Receiver{{Standing: Named, Told: true}}}, time.Time{},
		},
		"the giver is to be asked": {
			Credit{Posting: Doubtful, Receivers: []Receiver{{Standing: Named}}, NotBefore: morning}, morning,
		},
		"the giver was asked": {
			Credit{Posting: Doubtful, Receivers: []Receiver{{Standing: Named}}, Since: morning}, morning.Add(giveUpAfter),
		},
		"the giver is to be told who left": {
			Credit{Receivers: []Receiver{{Standing: Left}}, NotBefore: morning}, morning,
		},
		"a giver who was forgotten is asked nothing": {
			Credit{GiverID: "-", Posting: Doubtful, Receivers: []Receiver{{Standing: Named}}, NotBefore: morning}, morning.Add(giveUpAfter),
		},
		"withdrawn in doubt": {
			Credit{Posting: Doubtful, Withdrawn: given, Receivers: []Receiver{{Standing: Named}}, NotBefore: morning}, morning,
		},
		"withdrawn": {
			Credit{Withdrawn: given, Receivers: []Receiver{{Standing: Asked, NotBefore: morning}}}, time.Time{},
		},
	} {
		c := tc.c
		c.Given = given
		switch c.GiverID {
		case "":
			c.GiverID = "U1"
		case "-":
			c.GiverID = ""
		}
		at, due := c.Due()
		if due == tc.want.IsZero() || due && !at.Equal(tc.want) {
			t.Errorf("%s: due %v at %s, want %s", name, due, at, tc.want)
		}
	}
}

func TestWhatWaitsIsStored(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1763767000123).UTC()
	c := Credit{
		ID: "id", GiverID: "U1", Kind: Idea, Reason: "why", Given: at, NotBefore: at.Add(13 * time.Hour),
		Receivers: []Receiver{{UserID: "U2", Standing: Asked, NotBefore: at.Add(time.Hour)}, {UserID: "U3", Standing: Named, Told: true}},
	}
	const stored = "1|U1|i|mi9hbz97|aU2,,,,255s0;NU3|||||||||||rv340\nwhy"
	value, err := encode(&c)
	if err != nil || value != stored {
		t.Errorf("%q, want %q (%v)", value, stored, err)
	}
	if got, err := decode("id", value); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v (%v)", got, err)
	}
}

func TestASharingWaits(t *testing.T) {
	t.Parallel()
	everyRedis(t, func(t *testing.T, l *Ledger, c *ledgerClock) {
		ctx, until := t.Context(), c.now().Add(time.Hour)
		w := sharing{Act: "a1", From: "U1", To: "U2", IDs: []string{"one"}, Note: "for <Monday>"}
		for _, u := range []time.Time{until, until.Add(time.Hour)} { // the same again replaces it
			if err := l.KeepSharing(ctx, w, u); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.KeepSharing(ctx, sharing{Act: "a2", From: "U3", To: "U2"}, until); err != nil {
			t.Fatal(err)
		}
		mine, err := l.sharingsOf(ctx, "U1")
		if err != nil || len(mine) != 1 || !reflect.DeepEqual(mine[0].sharing, sharing{Act: "a1", From: "U1", To: "U2", IDs: []string{"one"}}) || !mine[0].Until.Equal(until.Add(time.Hour)) {
			t.Fatalf("%+v, %v", mine, err)
		}
		if kept := l.db.Client.HGet(ctx, l.key("sharing"), "a1").Val(); strings.Contains(kept, "Monday") {
			t.Errorf("the note is kept: %s", kept)
		}
		if score := l.db.Client.ZScore(ctx, l.Due(), "share:a1").Val(); int64(score) != until.Add(time.Hour).UnixMilli() {
			t.Errorf("due at %f", score)
		}
		for range 2 {
			if err := l.DropSharing(ctx, "a1"); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := l.sharing(ctx, "a1"); err != nil || got.Act != "" {
			t.Errorf("still there: %+v, %v", got, err)
		}
		if n := l.db.Client.ZCard(ctx, l.Due()).Val(); n != 1 {
			t.Errorf("%d are due", n)
		}
	})
}
