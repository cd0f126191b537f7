package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"allybot/internal/slacksim"
)

// inFlight is how many envelopes wait for their acknowledgement at a time.
const inFlight = 8

// BenchmarkCommand measures `/ally sam keeps getting talked over`, from the
// simulated socket to its acknowledgement with the answer in it.
func BenchmarkCommand(b *testing.B) {
	for _, redis := range []string{"with redis", "redis away"} {
		b.Run(redis, func(b *testing.B) {
			w := newWorkspace(b)
			w.run()
			if redis == "redis away" {
				w.redis.Kill()
			}
			alice := w.As(w.alice)
			measure(b, func(int) *slacksim.Exchange {
				return alice.Command(w.general, "/ally", "sam keeps getting talked over")
			})
		})
	}
}

// BenchmarkEvent measures an event that is stored before it is acknowledged.
func BenchmarkEvent(b *testing.B) {
	w := newWorkspace(b)
	w.run()
	measure(b, func(i int) *slacksim.Exchange {
		return w.SendEvent(json.RawMessage(fmt.Sprintf(`{"type":"user_change","user":{"id":"U%d"},"event_ts":"1.0"}`, i)))
	})
}

// measure sends b.N envelopes, some at a time, and reports how long Slack waited
// for their acknowledgements and how many came in a second.
func measure(b *testing.B, send func(i int) *slacksim.Exchange) {
	took := make([]time.Duration, b.N)
	turn := make(chan int)
	done := make(chan error, inFlight)
	b.ResetTimer()
	for range inFlight {
		go func() {
			var failure error
			for i := range turn {
				began := time.Now()
				if err := send(i).Wait(patience); err != nil {
					failure = err
				}
				took[i] = time.Since(began)
			}
			done <- failure
		}()
	}
	for i := range b.N {
		turn <- i
	}
	close(turn)
	for range inFlight {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.StopTimer()
	slices.Sort(took)
	ms := func(part float64) float64 {
		return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acks/s")
}
