package inbox

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	accepted, tasks *prometheus.CounterVec
	waiting         prometheus.Gauge
	took            prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		accepted: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_inbox_accepted_total", Help: "What was to be stored, by result."}, []string{"result"}),
		tasks:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_inbox_tasks_total", Help: "Tasks worked on, by result."}, []string{"result"}),
		waiting:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "ally_inbox_waiting", Help: "Tasks not done yet, over all replicas."}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "ally_inbox_seconds", Help: "Time from storing a task to its being done.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800},
		}),
	}
	if r != nil {
		r.MustRegister(m.accepted, m.tasks, m.waiting, m.took)
	}
	return m
}
