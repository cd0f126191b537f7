package slackbot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"allybot/internal/slackbot/socket"
)

type metrics struct {
	ackSeconds *prometheus.HistogramVec
	failures   *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		ackSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ally_ack_seconds", Help: "Time from the arrival of an envelope to its acknowledgement; Slack waits 3 s.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}, []string{"type"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ally_failures_total", Help: "What did not work and was said to a person, by reason: slow, away or error.",
		}, []string{"reason"}),
	}
	if r != nil {
		r.MustRegister(m.ackSeconds, m.failures)
	}
	return m
}

func (m *metrics) acked(e socket.Envelope) {
	kind := e.Type
	switch kind {
	case socket.Events, socket.SlashCommand, socket.Interactive:
	default:
		kind = "other"
	}
	m.ackSeconds.WithLabelValues(kind).Observe(time.Since(e.Received).Seconds())
}
