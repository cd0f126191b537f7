package app

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is one thing the bot needs to be of full use.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Warning marks what somebody has to mend while the bot works: with OK, it is
	// ready all the same.
	Warning bool `json:"warning,omitempty"`
	// Why says what is there, or what is missing and what still works.
	Why string `json:"why"`
}

// checkTimeout keeps /readyz quicker than the timeouts of those who ask.
const checkTimeout = 2 * time.Second

// handler serves health and metrics: /healthz says that the process lives,
// /readyz whether it can do all of its work (503 with reasons if not), /metrics
// is for Prometheus.
func handler(checks func(context.Context) []Check, metrics *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
		defer cancel()
		body := struct {
			Ready  bool    `json:"ready"`
			Checks []Check `json:"checks"`
		}{Ready: true, Checks: checks(ctx)}
		for _, c := range body.Checks {
			body.Ready = body.Ready && c.OK
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !body.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(body) // whoever asked may have gone
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{Registry: metrics}))
	return mux
}
