package credit

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// wanted says what the indexes hold, spelt out index by index.
func wanted(all map[string]Credit) map[string]map[string]float64 {
	out := map[string]map[string]float64{}
	put := func(key, member string, score int64) {
		if out[key] == nil {
			out[key] = map[string]float64{}
		}
		out[key][member] = float64(score)
	}
	letters := map[Kind]string{Idea: "i", Amplified: "a", Help: "h", UnseenWork: "u", MadeRoom: "r"}
	for id, c := range all {
		when := c.Given.UnixMilli()
		for _, r := range c.Receivers {
			if c.Withdrawn.IsZero() && r.Standing != Declined && r.Standing != Left {
				put("to:"+r.UserID, letters[c.Kind]+id, when)
			} else {
				put("also:"+r.UserID, "r"+id, 0)
			}
		}
		if c.GiverID != "" && c.Withdrawn.IsZero() {
			put("by:"+c.GiverID, letters[c.Kind]+id, when)
		} else if c.GiverID != "" {
			put("also:"+c.GiverID, "g"+id, 0)
		}
		if c.Withdrawn.IsZero() && c.Posting == Posted {
			put("in:"+c.Post.ChannelID, letters[c.Kind]+id, when)
		}
		for _, v := range c.Voices {
			put("also:"+v, "v"+id, 0)
		}
		if ts := c.Source.TS; ts != "" {
			put("ref:"+ts[:6], hashed(c.Source.ChannelID+"/"+ts)+"s"+id, 0)
		}
		if ts := c.Post.TS; ts != "" {
			put("ref:"+ts[:6], hashed(c.Post.ChannelID+"/"+ts)+"p"+id, 0)
		}
		if at, ok := c.Due(); ok {
			put("due", id, at.UnixMilli())
		} else if !c.Withdrawn.IsZero() {
			after := 24 * time.Hour
			if c.Posting == Doubtful {
				after *= 14
			}
			put("due", id, c.Withdrawn.Add(after).UnixMilli())
		}
	}
	return out
}

// hashed is how a message is written in an index.
func hashed(message string) string {
	sum := sha256.Sum256([]byte(message))
	return base64.URLEncoding.EncodeToString(sum[:])[:8]
}

// compare reads everything that is in Redis and compares it with what is wanted.
func compare(t testing.TB, l *Ledger, all map[string]Credit) {
	t.Helper()
	ctx := t.Context()
	keys, err := l.db.Client.Keys(ctx, "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	got, found := map[string]map[string]float64{}, map[string]Credit{}
	for _, k := range keys {
		name, ours := strings.CutPrefix(k, "ally:{credit}:")
		if !ours {
			t.Fatalf("the key %s is in another slot", k)
		}
		kind, id, _ := strings.Cut(name, ":")
		switch kind {
		case "c":
			c, err := l.Find(ctx, id)
			if err != nil {
				t.Fatalf("reading %s: %v", id, err)
			}
			found[id] = c
		case "also":
			got[name] = map[string]float64{}
			text, err := l.db.Client.Get(ctx, k).Result()
			if err != nil || !strings.HasSuffix(text, ",") {
				t.Fatalf("%s is %q (%v)", k, text, err)
			}
			for m := range strings.SplitSeq(strings.TrimSuffix(text, ","), ",") {
				if _, twice := got[name][m]; twice {
					t.Fatalf("%s twice in %s", m, k)
				}
				got[name][m] = 0
			}
		case "to", "by", "in", "ref", "due":
			zs, err := l.db.Client.ZRangeWithScores(ctx, k, 0, -1).Result()
			if err != nil {
				t.Fatal(err)
			}
			got[name] = map[string]float64{}
			for _, z := range zs {
				got[name][z.Member.(string)] = z.Score
			}
		case "day", "naming", "settings", "digests", "sharing", "schema", "w":
		default:
			t.Fatalf("an unknown key: %s", k)
		}
	}
	if want := wanted(all); !reflect.DeepEqual(got, want) {
		t.Fatalf("indexes\n%v\nwant\n%v", got, want)
	}
	if len(found) != len(all) {
		t.Fatalf("%d credits, want %d", len(found), len(all))
	}
	for id, c := range all {
		if !reflect.DeepEqual(found[id], c) {
			t.Fatalf("credit\n%+v\nwant\n%+v", found[id], c)
		}
	}
}

func anyOf[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func anyUser(r *rand.Rand) string { return fmt.Sprint("U", r.IntN(6)) }

func anyPlace(r *rand.Rand, ts bool) Place {
	p := Place{ChannelID: fmt.Sprint("C", r.IntN(3))}
	if ts {
		p.TS = fmt.Sprintf("176376%d%03d.%06d", r.IntN(3), r.IntN(1000), r.IntN(4))
	}
	if r.IntN(2) == 0 {
		p.ThreadTS = fmt.Sprintf("176376%d000.000100", r.IntN(3))
	}
	return p
}

func anyReceiver(r *rand.Rand, user string, at time.Time) Receiver {
	p := Receiver{
		UserID: user, Standing: anyOf(r, Waiting, Named, Asked, Private, Declined, Left), Told: r.IntN(2) == 0,
	}
	if r.IntN(2) == 0 {
		p.CardTS = "1763767000.123456"
		p.AskedAt = at.Add(time.Duration(r.IntN(5000)-100) * time.Millisecond)
	}
	if r.IntN(2) == 0 {
		p.CardChannel = "D0123"
	}
	return p
}

// anyChange does to a credit whatever may come, also what no room does.
func anyChange(r *rand.Rand, c *Credit, at time.Time) {
	for range 1 + r.IntN(3) {
		switch r.IntN(13) {
		case 0, 1:
			i := r.IntN(len(c.Receivers))
			c.Receivers[i] = anyReceiver(r, c.Receivers[i].UserID, at)
		case 2:
			c.Receivers = append(c.Receivers, anyReceiver(r, anyUser(r), at)) // perhaps twice
		case 3:
			c.Voices = append(c.Voices, anyUser(r))
		case 4:
			c.Voices = nil
		case 5:
			c.Source = anyPlace(r, r.IntN(3) > 0)
		case 6:
			c.Dest = anyPlace(r, false)
			if r.IntN(2) == 0 {
				c.Dest = Place{ChannelID: c.Source.ChannelID, ThreadTS: c.Source.TS}
			}
		case 7, 8:
			c.Posting, c.Post = Posted, anyPlace(r, true)
			if c.Dest.ChannelID != "" {
				c.Post.ChannelID, c.Post.ThreadTS = c.Dest.ChannelID, c.Dest.ThreadTS
			}
		case 9:
			c.Posting, c.Post = anyOf(r, Unposted, Sending, Doubtful, Unplaced, Removing), Place{}
		case 10:
			c.Kind, c.Rev, c.Painted = anyOf(r, Kinds()...), c.Rev+1, r.IntN(3)
		case 11:
			c.GiverID = anyOf(r, "", anyUser(r))
		case 12:
			if r.IntN(3) == 0 {
				withdraw(at)(c)
			} else {
				c.Reason = anyOf(r, "", "Ты спросила, а кто ещё", "<b> & \"so\" \\ on\n\u2028", "plain")
			}
		}
	}
}

// Every index is what the credits say, after whatever happened to them.
func TestIndexesFollowTheCredits(t *testing.T) {
	everyRedis(t, func(t *testing.T, l *Ledger, clock *ledgerClock) {
		for seed := range uint64(2) {
			r := rand.New(rand.NewPCG(seed, 4))
			all := map[string]Credit{}
			for step := range 100 {
				clock.advance(time.Duration(1+r.IntN(3)) * time.Hour)
				ids := slices.Sorted(maps.Keys(all))
				switch what := r.IntN(10); {
				case what < 3 || len(ids) == 0:
					c := credited(fmt.Sprint("c", seed, "-", step), anyUser(r), clock.now(), anyUser(r))
					anyChange(r, &c, clock.now())
					c.Withdrawn = time.Time{}
					if c.GiverID == "" {
						c.GiverID = "U1"
					}
					_, opened, err := l.Open(t.Context(), c)
					if len(c.Receivers) > MaxReceivers || err != nil {
						continue // at a limit
					}
					if !opened {
						t.Fatal("not opened")
					}
					all[c.ID] = c
				case what < 9:
					id := anyOf(r, ids...)
					want := all[id]
					want.Receivers, want.Voices = slices.Clone(want.Receivers), slices.Clone(want.Voices)
					changes := r.Uint64()
					anyChange(rand.New(rand.NewPCG(changes, 0)), &want, clock.now())
					got := mustChange(t, l, id, func(c *Credit) { anyChange(rand.New(rand.NewPCG(changes, 0)), c, clock.now()) })
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("changed to\n%+v\nwant\n%+v", got, want)
					}
					all[id] = want
				default:
					id := anyOf(r, ids...)
					if err := l.Drop(t.Context(), id); err != nil {
						t.Fatal(err)
					}
					delete(all, id)
				}
				compare(t, l, all)
			}
			comparePeople(t, l, all)
			for id := range all {
				if err := l.Drop(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, l, nil)
		}
	})
}

// comparePeople compares what is found of each person, and at each message, with a look
// at all credits.
func comparePeople(t *testing.T, l *Ledger, all map[string]Credit) {
	t.Helper()
	for u := range 6 {
		user := fmt.Sprint("U", u)
		var to, by, voice []string
		for id, c := range all {
			if c.Receiver(user) != nil {
				to = append(to, id)
			}
			if c.GiverID == user {
				by = append(by, id)
			}
			if slices.Contains(c.Voices, user) {
				voice = append(voice, id)
			}
		}
		received, gave, voiced, err := l.IDsOf(t.Context(), user)
		if err != nil {
			t.Fatal(err)
		}
		// Somebody credited twice by the same credit may be on two lists.
		slices.Sort(received)
		for what, pair := range map[string][2][]string{
			"received": {slices.Compact(received), to}, "gave": {gave, by}, "voiced": {voiced, voice},
		} {
			slices.Sort(pair[0])
			slices.Sort(pair[1])
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("%s %s %v, want %v", user, what, pair[0], pair[1])
			}
		}
	}
	for id, c := range all {
		if c.Source.TS != "" {
			if s, _, err := l.At(t.Context(), c.Source.ChannelID, c.Source.TS); err != nil || !slices.Contains(s, id) {
				t.Errorf("%s not found at its source: %v, %v", id, s, err)
			}
		}
		if c.Post.TS != "" {
			if _, p, err := l.At(t.Context(), c.Post.ChannelID, c.Post.TS); err != nil || !slices.Contains(p, id) {
				t.Errorf("%s not found at its post: %v, %v", id, p, err)
			}
		}
	}
}
