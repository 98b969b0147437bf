package api

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"gocua/node/lookup"
)

// metrics is the state of this machine in the text form of Prometheus. Labels
// name machines, builds and codes, never people, units of theirs, or addresses.
func (a *api) metrics(q *call) error {
	s := a.Machine.Status(false)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var b strings.Builder
	for _, f := range slices.Concat(ownFamilies(s, len(a.Ready()) == 0), processFamilies(memory), memberFamilies(s)) {
		f.write(&b, s.Node)
	}
	q.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	return q.SendString(b.String())
}

// family is a metric with its samples.
type family struct {
	name, help string
	kind       string // gauge or counter; empty: gauge
	samples    []sample
}

type sample struct {
	labels [][2]string // besides the machine's own name
	value  int64
}

func (f family) write(b *strings.Builder, node string) {
	kind := f.kind
	if kind == "" {
		kind = "gauge"
	}
	fmt.Fprintf(b, "# HELP gocua_%s %s\n# TYPE gocua_%s %s\n", f.name, f.help, f.name, kind)
	for _, x := range f.samples {
		fmt.Fprintf(b, "gocua_%s{node=\"%s\"", f.name, escaped(node))
		for _, l := range x.labels {
			fmt.Fprintf(b, ",%s=\"%s\"", l[0], escaped(l[1]))
		}
		fmt.Fprintf(b, "} %d\n", x.value)
	}
}

// escaped is a label's value as the format wants it.
func escaped(value string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value)
}

func one(name, help string, value int64) family {
	return family{name: name, help: help, samples: []sample{{value: value}}}
}

// coded is 1 for the code that holds and nothing for the others.
func coded(name, help, code string) family {
	f := family{name: name, help: help}
	if code != "" {
		f.samples = []sample{{[][2]string{{"code", code}}, 1}}
	}
	return f
}

func ownFamilies(s lookup.Status, ready bool) []family {
	carried := 0
	for _, c := range s.Carried {
		carried += c.Waiting
	}
	return []family{
		{name: "build_info", help: "1, with what runs here.", samples: []sample{{[][2]string{{"version", s.Version}, {"go", runtime.Version()}, {"os", runtime.GOOS}, {"arch", runtime.GOARCH}, {"tier", s.Tier}}, 1}}},
		one("feature_level", "Level of the rules the cluster has agreed on.", int64(s.Level)),
		one("ready", "1 if the machine may be sent work.", yes(ready)),
		one("leader", "1 if this machine leads its cluster.", yes(s.Role == "leader")),
		one("voter", "1 if this machine has a vote.", yes(s.Role == "leader" || s.Role == "voter")),
		one("removed", "1 if the cluster has this machine no more.", yes(s.Role == "removed")),
		one("leader_known", "1 if some machine is heard to lead.", yes(s.Leader != "")),
		one("failed", "1 if the machine has stopped applying what is agreed.", yes(s.Failed != "")),
		coded("failed_code", "Why, 1 for the code that holds.", s.FailedCode),
		one("members", "Machines of the cluster.", int64(len(s.Members))),
		one("applied_index", "Place in the agreed order this machine has applied.", int64(s.Digest.Index)),
		one("last_contact_milliseconds", "Since a leader was heard; -1: never.", s.LastContact),
		one("clock_skew_milliseconds", "This machine's clock against the cluster's time; positive: ahead.", s.Clock.Skew),
		coded("clock_code", "What is wrong with the clock, 1 for the code that holds.", s.Clock.Code),
		one("disk_free_bytes", "Room on the disk of the machine's directory.", s.Disk.Free),
		one("disk_reserve", "1 if there is room kept for captures on a full disk.", yes(s.Disk.Reserve)),
		coded("disk_code", "What waits for room on the disk, 1 for the code that holds.", s.Disk.Code),
		one("outbox_waiting", "Commands captured here that are not agreed yet.", int64(s.Outbox.Waiting)),
		one("outbox_oldest_milliseconds", "Age of the oldest of them.", s.Outbox.Oldest),
		one("outbox_handed", "Of those that wait, copies that another machine holds.", int64(s.Outbox.Handed)),
		one("outbox_refused", "1 if the leader will not have the oldest decided.", yes(s.Outbox.Refused != "")),
		one("carried_waiting", "Commands of other machines that this one holds copies of.", int64(carried)),
		one("upstream_enrolled", "1 if the cluster has a province.", yes(s.Upstream.Enrolled)),
		one("upstream_cursor", "Place in the feed the province has received.", int64(s.Upstream.Cursor)),
		one("upstream_head", "Last place in the feed.", int64(s.Upstream.Head)),
		one("upstream_lag_records", "Records the province has not received.", int64(s.Upstream.Lag)),
		one("upstream_lag_since_milliseconds", "Time of the oldest of these, since 1970; 0: none.", s.Upstream.LagSince),
		one("upstream_parked", "Records the province refused.", int64(s.Upstream.Parked)),
		one("upstream_reached", "1 if the last try reached the province.", yes(s.Upstream.Reached)),
		one("upstream_stopped", "1 if the province takes nothing from this cluster until a person has looked.", yes(s.Upstream.Stopped != "")),
	}
}

func processFamilies(m runtime.MemStats) []family {
	return []family{
		one("heap_bytes", "Memory in use.", int64(m.HeapAlloc)),
		one("heap_system_bytes", "Memory for the heap taken from the system and not given back.", int64(m.HeapSys-m.HeapReleased)),
		{name: "allocated_bytes_total", help: "Memory ever allocated.", kind: "counter", samples: []sample{{value: int64(m.TotalAlloc)}}},
		{name: "gc_cycles_total", help: "Times memory was collected.", kind: "counter", samples: []sample{{value: int64(m.NumGC)}}},
		{name: "gc_pause_nanoseconds_total", help: "Time everything stood still for it.", kind: "counter", samples: []sample{{value: int64(m.PauseTotalNs)}}},
		one("goroutines", "Goroutines.", int64(runtime.NumGoroutine())),
	}
}

// memberFamilies are the other machines as this one has heard them.
func memberFamilies(s lookup.Status) []family {
	list := []family{
		{name: "member_last_contact_milliseconds", help: "Since this machine heard the member itself; -1: never."},
		{name: "member_index", help: "How far it was then."},
		{name: "member_voter", help: "1 if it has a vote."},
		{name: "member_differs", help: "1 if its register differs from the one here."},
		{name: "member_clock_skew_milliseconds", help: "Its clock against the cluster's time; positive: ahead."},
	}
	for _, m := range s.Members {
		if m.Self {
			continue
		}
		for i, value := range []int64{m.LastContact, int64(m.Index), yes(m.Voter), yes(m.Digest == lookup.DigestDiffers), m.Skew} {
			list[i].samples = append(list[i].samples, sample{[][2]string{{"member", m.Node}}, value})
		}
	}
	return list
}

func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
