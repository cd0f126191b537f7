package sender

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	calls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	waits    *prometheus.HistogramVec
	doubtful *prometheus.CounterVec
	found    *prometheus.CounterVec
	retried  *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	if reg == nil {
		reg = prometheus.NewRegistry()
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "ally", Subsystem: "slack", Name: name, Help: help}, labels)
		reg.MustRegister(c)
		return c
	}
	histogram := func(name, help string, buckets []float64) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "ally", Subsystem: "slack", Name: name, Help: help, Buckets: buckets}, []string{"method"})
		reg.MustRegister(h)
		return h
	}
	return &metrics{
		calls:    counter("calls_total", "Calls to Slack by method and outcome: ok, an error code of Slack's, http_5xx, or no_answer.", "method", "outcome"),
		seconds:  histogram("call_seconds", "How long Slack took to answer.", []float64{.05, .1, .25, .5, 1, 2.5, 5, 10}),
		waits:    histogram("wait_seconds", "How long calls waited for a rate limit.", []float64{.01, .1, .5, 1, 2.5, 5, 15, 60}),
		doubtful: counter("doubtful_total", "Messages without a clear answer from Slack.", "method"),
		found:    counter("found_again_total", "Doubtful messages that turned out to be posted.", "method"),
		retried:  counter("retried_total", "Calls made again.", "method"),
	}
}

func (m *metrics) waited(method string, d time.Duration) {
	m.waits.WithLabelValues(method).Observe(d.Seconds())
}

func (m *metrics) called(method string, d time.Duration, err error) {
	m.seconds.WithLabelValues(method).Observe(d.Seconds())
	m.calls.WithLabelValues(method, outcome(err)).Inc()
}

// outcome keeps the label's values few: codes the package does not know are one.
func outcome(err error) string {
	e := asError(err)
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case e == nil:
		return "failed"
	case kinds[e.Code] != nil:
		return e.Code
	case e.Code != "":
		return "other_error"
	case e.Status >= 500:
		return "http_5xx"
	case e.Status >= 300:
		return "http_4xx"
	case e.Status != 0:
		return "unreadable"
	default:
		return "no_answer"
	}
}
