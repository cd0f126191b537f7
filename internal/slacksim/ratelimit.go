package slacksim

import (
	"math"
	"time"
)

// The tiers of https://docs.slack.dev/apis/web-api/rate-limits, calls a minute
// in any 60 s. Slack promises at least these; we allow no more.
const (
	tier1   = 1
	tier2   = 20
	tier3   = 50
	tier4   = 100
	special = 300 // "several hundred a minute"
)

// One message a second per channel, short bursts tolerated.
const (
	postInterval = time.Second
	postBurst    = 3
)

// jitter is how much closer together than they were sent calls may arrive.
const jitter = 250 * time.Millisecond

// limits holds the times of calls in the last minute by method.
type limits map[string][]moment

// moment is a time by the machine's clock and by the workspace's, which may have
// been moved: whichever went further counts.
type moment struct{ real, at time.Time }

func (m moment) age(real, at time.Time) time.Duration {
	return max(real.Sub(m.real), at.Sub(m.at))
}

// limit counts a call; if it is one too many, it returns how long to wait.
func (s *Sim) limit(key string, most int, window time.Duration) time.Duration {
	if s.limitsOff {
		return 0
	}
	real, at := time.Now(), s.now()
	var kept []moment
	for _, m := range s.limits[key] {
		if m.age(real, at) < window-jitter {
			kept = append(kept, m)
		}
	}
	if len(kept) >= most {
		s.limits[key] = kept
		return window - kept[len(kept)-most].age(real, at)
	}
	s.limits[key] = append(kept, moment{real, at})
	return 0
}

// bucket holds how many posts a channel takes at once; it refills over time.
type bucket struct {
	tokens float64
	last   moment
}

// limitPost is the limit of chat.postMessage in one channel.
func (s *Sim) limitPost(channelID string) time.Duration {
	if s.limitsOff {
		return 0
	}
	now := moment{time.Now(), s.now()}
	b := s.posts[channelID]
	if b == nil {
		b = &bucket{tokens: postBurst, last: now}
		s.posts[channelID] = b
	}
	b.tokens = min(postBurst, b.tokens+b.last.age(now.real, now.at).Seconds()/postInterval.Seconds())
	b.last = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) * float64(postInterval))
	}
	b.tokens--
	return 0
}

// retryAfter is a wait in the whole seconds of the header, at least one.
func retryAfter(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }
