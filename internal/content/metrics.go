package content

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	problems, scripts, lastSuccess prometheus.Gauge
	reloads                        *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		problems: prometheus.NewGauge(prometheus.GaugeOpts{Name: "ally_playbooks_problems", Help: "Mistakes to mend in the content."}),
		scripts:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "ally_playbooks_scripts", Help: "Scripts that are offered."}),
		lastSuccess: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ally_playbooks_last_success_timestamp_seconds", Help: "When content was last loaded without a mistake, in Unix time; 0 for never.",
		}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ally_playbooks_loads_total", Help: "How often content was loaded, the start included, by result: clean, or with problems.",
		}, []string{"result"}),
	}
	if r != nil {
		r.MustRegister(m.problems, m.scripts, m.lastSuccess, m.reloads)
	}
	return m
}

func (m *metrics) loaded(scripts, problems int, at time.Time) {
	m.scripts.Set(float64(scripts))
	if problems > 0 {
		m.reloads.WithLabelValues("problems").Inc()
		return
	}
	m.reloads.WithLabelValues("clean").Inc()
	m.lastSuccess.Set(float64(at.Unix()))
}
