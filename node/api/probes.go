package api

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"gocua/node/lookup"
)

type liveAnswer struct {
	Alive bool `json:"alive"`
}

func (a *api) live(q *call) error { return q.reply(http.StatusOK, liveAnswer{true}) }

type readyAnswer struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons" nullable:"false" doc:"why not"`
}

func (a *api) ready(q *call) error {
	reasons := append([]string{}, a.Ready()...)
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	return q.reply(status, readyAnswer{status == http.StatusOK, reasons})
}

// metrics are a dozen gauges in the text form of Prometheus. None names a person.
func (a *api) metrics(q *call) error {
	s := a.Machine.Status(false)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var b strings.Builder
	for _, g := range gauges(s, len(a.Ready()) == 0, memory) {
		fmt.Fprintf(&b, "# HELP gocua_%s %s\n# TYPE gocua_%s gauge\ngocua_%s{node=%q} %d\n", g.name, g.help, g.name, g.name, s.Node, g.value)
	}
	q.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	return q.SendString(b.String())
}

type gauge struct {
	name, help string
	value      int64
}

func gauges(s lookup.Status, ready bool, memory runtime.MemStats) []gauge {
	return []gauge{
		{"ready", "1 if the machine may be sent work.", yes(ready)},
		{"leader", "1 if this machine leads its cluster.", yes(s.Role == "leader")},
		{"voter", "1 if this machine has a vote.", yes(s.Role == "leader" || s.Role == "voter")},
		{"failed", "1 if the machine has stopped applying what is agreed.", yes(s.Failed != "")},
		{"members", "Machines of the cluster.", int64(len(s.Members))},
		{"applied_index", "Place in the agreed order this machine has applied.", int64(s.Digest.Index)},
		{"last_contact_milliseconds", "Since a leader was heard; -1: never.", s.LastContact},
		{"outbox_waiting", "Commands captured here that are not agreed yet.", int64(s.Outbox.Waiting)},
		{"outbox_oldest_milliseconds", "Age of the oldest of them.", s.Outbox.Oldest},
		{"upstream_cursor", "Place in the feed the province has received.", int64(s.Upstream.Cursor)},
		{"upstream_head", "Last place in the feed.", int64(s.Upstream.Head)},
		{"upstream_lag_records", "Records the province has not received.", int64(s.Upstream.Lag)},
		{"upstream_parked", "Records the province refused.", int64(s.Upstream.Parked)},
		{"upstream_reached", "1 if the last try reached the province.", yes(s.Upstream.Reached)},
		{"heap_bytes", "Memory in use.", int64(memory.HeapAlloc)},
		{"goroutines", "Goroutines.", int64(runtime.NumGoroutine())},
	}
}

func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (a *api) openAPI(q *call) error {
	q.Set("Content-Type", "application/json")
	return q.Send(a.document)
}
