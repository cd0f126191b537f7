package credit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb/redistest"
)

// workspace makes credits as a workspace gives them, over a year of working days.
type workspace struct {
	r                *rand.Rand
	people, channels int
	began, at        time.Time
	clock            atomic.Int64 // at, for the ledger
}

func (w *workspace) now() time.Time { return time.Unix(w.clock.Load(), 0) }

func newWorkspace(people, channels int) *workspace {
	began := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	return &workspace{
		r: rand.New(rand.NewPCG(7, 7)), people: people, channels: channels, began: began, at: began,
	}
}

// person is one of the workspace, some much more often than others.
func (w *workspace) person() string {
	n := int(float64(w.people) * w.r.Float64() * w.r.Float64())
	return fmt.Sprintf("U0%09X", 7919*n+1<<30)
}

func (w *workspace) place(thread string) Place {
	n := int(float64(w.channels) * w.r.Float64() * w.r.Float64())
	return Place{fmt.Sprintf("C0%09X", 104729*n+1<<30), w.ts(0), thread}
}

func (w *workspace) ts(after time.Duration) string {
	t := w.at.Add(after)
	return fmt.Sprintf("%d.%06d", t.Unix(), w.r.IntN(1e6))
}

func (w *workspace) reason(length int) string {
	words := strings.Fields("you asked who was missing before we decided and wrote it down so that the new people could find it, thank you for the migration plan that kept the weekend quiet")
	var b strings.Builder
	for b.Len() < length {
		b.WriteString(words[w.r.IntN(len(words))] + " ")
	}
	return b.String()[:length]
}

// next makes a credit of so many receivers, and what it is once everybody was
// told and somebody saw it too.
func (w *workspace) next(receivers, reason, voices int) (Credit, func(*Credit)) {
	w.at = w.at.Add(time.Duration(w.r.IntN(12*60)) * time.Second) // 80 in a day of eight hours
	if w.at.Hour() >= 17 {
		w.at = w.at.Add(16 * time.Hour)
	}
	w.clock.Store(w.at.Unix())
	c := Credit{
		ID: idOf(fmt.Sprint(w.r.Uint64())), Rev: 1, GiverID: w.person(), Kind: Kinds()[w.r.IntN(5)],
		Reason: w.reason(reason), Given: w.at.Add(time.Duration(w.r.IntN(1000)) * time.Millisecond),
	}
	c.Source = w.place("")
	if w.r.IntN(4) == 0 {
		c.Source.ThreadTS = w.ts(-time.Hour)
	}
	c.Dest = Place{ChannelID: c.Source.ChannelID, ThreadTS: root(c.Source)}
	for len(c.Receivers) < receivers {
		if u := w.person(); c.Receiver(u) == nil {
			c.Receivers = append(c.Receivers, Receiver{UserID: u})
		}
	}
	told := w.ts(2 * time.Second)
	seen := make([]string, voices)
	for i := range seen {
		seen[i] = w.person()
	}
	return c, func(c *Credit) {
		for i := range c.Receivers {
			r := &c.Receivers[i]
			r.Standing, r.Told, r.CardTS = Named, true, told
			r.CardChannel = "D" + r.UserID[1:]
			r.AskedAt = c.Given.Add(1834 * time.Millisecond)
		}
		c.Post = c.Dest
		c.Post.TS = told
		c.Posting, c.Tries, c.Rev, c.Painted = Posted, 1, 2+len(seen), 2+len(seen)
		c.Voices = seen
	}
}

func justSend(_ context.Context, send func() error) error { return send() }

func usedMemory(b *testing.B, l *Ledger) float64 {
	b.Helper()
	text, err := l.db.Client.Info(b.Context(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	_, text, _ = strings.Cut(text, "used_memory:")
	n, err := strconv.ParseFloat(text[:strings.IndexByte(text, '\r')], 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// keyMemory is what Redis says that the keys of the credits take, by the first
// word of the key.
func keyMemory(b *testing.B, l *Ledger) map[string]float64 {
	b.Helper()
	out := map[string]float64{}
	keys := l.db.Client.Scan(b.Context(), 0, l.key("*"), 1000).Iterator()
	for keys.Next(b.Context()) {
		n, err := l.db.Client.MemoryUsage(b.Context(), keys.Val(), 0).Result()
		if err != nil {
			b.Fatal(err)
		}
		family, _, _ := strings.Cut(strings.TrimPrefix(keys.Val(), l.key("")), ":")
		out[family] += float64(n)
	}
	if err := keys.Err(); err != nil {
		b.Fatal(err)
	}
	return out
}

// fill stores n credits, through the API but without the limits of a day.
func fill(b *testing.B, l *Ledger, n int, next func() (Credit, func(*Credit))) {
	b.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				mu.Lock()
				n--
				if n < 0 {
					mu.Unlock()
					return
				}
				c, then := next()
				mu.Unlock()
				for given := c.GiverID; ; {
					_, opened, err := l.Open(b.Context(), c)
					if err == nil && opened {
						break
					}
					if !errors.Is(err, ErrPairFull) && !errors.Is(err, ErrDayFull) {
						b.Error(err)
						return
					}
					l.db.Client.Del(b.Context(), l.key("day", given))
				}
				if _, err := l.Change(b.Context(), c.ID, func(c *Credit) error { then(c); return nil }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// withoutMarks deletes the marks of writes as they are made: they are gone after a
// minute, and thousands at a time would make Redis's table of keys larger than a
// year of credits does.
type withoutMarks struct {
	hook
	l *Ledger
}

func (w withoutMarks) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		for _, c := range cmds {
			for _, a := range c.Args() {
				if key, ok := a.(string); ok && strings.HasPrefix(key, w.l.key("w", "")) {
					w.l.db.Client.Del(ctx, key)
				}
			}
		}
		return err
	}
}

// BenchmarkCreditMemory says how much of Redis's memory one credit takes, with its
// part of all indexes: B/credit of all that Redis uses more than before, which of
// few credits is mostly scripts, connections and empty tables, and own-B/credit of
// the keys, the first part of whose names the other figures are by.
func BenchmarkCreditMemory(b *testing.B) {
	for _, v := range []struct {
		name             string
		credits          int
		people, channels int
		worst            bool
	}{
		{name: "usual", credits: 20_000, people: 500, channels: 80},
		// Every list is long, so none is stored in the compact way.
		{name: "few people", credits: 20_000, people: 40, channels: 4},
		{name: "young", credits: 300, people: 100, channels: 20},
		{name: "worst", credits: 2_000, people: 500, channels: 80, worst: true},
	} {
		b.Run(v.name, func(b *testing.B) {
			for b.Loop() {
				w := newWorkspace(v.people, v.channels)
				l := ledgerOn(b, redistest.Start(b), w.now)
				if err := l.Prepare(b.Context()); err != nil {
					b.Fatal(err)
				}
				l.db.Client.AddHook(withoutMarks{justSend, l})
				before := usedMemory(b, l)
				fill(b, l, v.credits, func() (Credit, func(*Credit)) {
					if v.worst {
						return w.next(MaxReceivers, MaxReason, maxVoices)
					}
					receivers := []int{1, 1, 1, 1, 2, 2, 3}[w.r.IntN(7)]
					return w.next(receivers, 60+w.r.IntN(141), []int{0, 0, 1, 2, 4}[w.r.IntN(5)])
				})
				b.ReportMetric((usedMemory(b, l)-before)/float64(v.credits), "B/credit")
				own := 0.0
				for family, n := range keyMemory(b, l) {
					own += n
					b.ReportMetric(n/float64(v.credits), family+"-B/credit")
				}
				b.ReportMetric(own/float64(v.credits), "own-B/credit")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// BenchmarkCreditPage reads pages of a list of 5,000 credits, the only one of its
// channel. "no match" looks through all of it for a kind that nobody gave.
func BenchmarkCreditPage(b *testing.B) {
	w := newWorkspace(40, 1)
	l := ledgerOn(b, redistest.Start(b), w.now)
	fill(b, l, 5_000, func() (Credit, func(*Credit)) {
		c, then := w.next(1, 120, 1)
		if c.Kind == MadeRoom {
			c.Kind = Idea
		}
		return c, then
	})
	channel := "C0040000000"
	n, err := l.Count(b.Context(), Query{In: channel})
	if err != nil || n != 5_000 {
		b.Fatalf("%d credits in the channel, %v", n, err)
	}
	for _, v := range []struct {
		name string
		q    Query
		want int
	}{
		{"first", Query{In: channel}, usualPage},
		{"kind", Query{In: channel, Kind: Help}, usualPage},
		{"far back", Query{In: channel, Until: w.began.Add(24 * time.Hour)}, usualPage},
		{"no match", Query{In: channel, Kind: MadeRoom}, 0},
		{"export", Query{In: channel, Limit: maxPage}, maxPage},
	} {
		b.Run(v.name, func(b *testing.B) {
			for b.Loop() {
				p, err := l.Page(b.Context(), v.q)
				if err != nil || len(p.Credits) != v.want {
					b.Fatalf("%d credits, %v", len(p.Credits), err)
				}
			}
		})
	}
}

// BenchmarkCreditRecord encodes and decodes one.
func BenchmarkCreditRecord(b *testing.B) {
	c, then := newWorkspace(40, 4).next(2, 130, 2)
	then(&c)
	value, err := encode(&c)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			if _, err := encode(&c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := decode(c.ID, value); err != nil {
				b.Fatal(err)
			}
		}
	})
}
