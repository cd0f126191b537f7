package socket

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	connected, appConnections prometheus.Gauge
	opens, undecoded          prometheus.Counter
	closed, envelopes         *prometheus.CounterVec
	refused, acks             *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		connected:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "ally_sockets_connected", Help: "Socket Mode connections of this process that Slack greeted."}),
		appConnections: prometheus.NewGauge(prometheus.GaugeOpts{Name: "ally_sockets_of_app", Help: "Connections of the app that Slack counted at the last greeting; it allows 10."}),
		opens:          prometheus.NewCounter(prometheus.CounterOpts{Name: "ally_socket_opens_total", Help: "Connections opened or tried."}),
		undecoded:      prometheus.NewCounter(prometheus.CounterOpts{Name: "ally_socket_undecoded_total", Help: "Frames the Slack library could not decode; they are handled from the raw frame."}),
		closed:         prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_socket_closed_total", Help: "Connections that ended, by reason."}, []string{"reason"}),
		envelopes:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_envelopes_total", Help: "Envelopes received, by type."}, []string{"type"}),
		refused:        prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_envelopes_refused_total", Help: "Envelopes turned away because too many were waiting or the process was stopping, by type."}, []string{"type"}),
		acks:           prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ally_acks_total", Help: "Acknowledgements, by result."}, []string{"result"}),
	}
	if r != nil {
		r.MustRegister(m.connected, m.appConnections, m.opens, m.undecoded, m.closed, m.envelopes, m.refused, m.acks)
	}
	return m
}
