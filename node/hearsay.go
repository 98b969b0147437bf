package node

import (
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"gocua/raft"
)

// askOthers is how a greeting asks the leader for what it has heard of the rest.
// Greeting everybody costs a machine of a cluster of six 40 MB a day, of one of
// twenty-five two hundred; the leader hears all of them anyway.
const askOthers = "others"

// hearsay is what the leader heard of a machine, and how long ago.
type hearsay struct {
	Node string `json:"node"`
	Age  int64  `json:"age"` // ms
	Said hello  `json:"said"`
}

// whoTells is the place of the machine that this one need greet alone: the leader,
// on a thin line; -1: there is none, or this machine leads and greets everybody.
func (n *Node) whoTells(others []raft.Member) int {
	leader, _, self := n.Leader()
	if n.self.Profile != ProfileWAN || self || leader == "" {
		return -1
	}
	return slices.IndexFunc(others, func(m raft.Member) bool { return m.ID == leader })
}

// sayAll answers with what was heard of the others too, pressed: machines that agree
// say the same. One that does not lead, or of an older build, says only how it is itself.
func (n *Node) sayAll(w http.ResponseWriter, said hello) {
	if _, _, self := n.Leader(); self {
		now := n.cfg.Clock()
		for node, h := range n.near.all() {
			said.Others = append(said.Others, hearsay{node, max(0, now.Sub(h.at).Milliseconds()), h.said})
		}
		slices.SortFunc(said.Others, func(a, b hearsay) int { return int(a.Age - b.Age) })
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_ = json.NewEncoder(z).Encode(said) // who asked has gone; it will ask again
	_ = z.Close()
}

// learn takes what the leader has heard of others for what this machine would have
// heard itself, and returns of whom that is new enough. A machine the leader has
// not heard is greeted: the line to it may be another.
func (n *Node) learn(told hello) (fresh map[string]bool) {
	fresh = map[string]bool{}
	now := n.cfg.Clock()
	for _, o := range told.Others {
		if o.Node == n.id.Node || o.Age < 0 {
			continue
		}
		age := time.Duration(o.Age) * time.Millisecond
		fresh[o.Node] = age < n.newsFor()
		n.near.learn(o.Node, now.Add(-age), o.Said)
		n.remember(o.Node, o.Said)
		if fresh[o.Node] && o.Said.Clock != 0 {
			n.clock.note(o.Node, o.Said.Clock+o.Age, 0)
		}
	}
	return fresh
}

// newsFor is how old what another machine said may be and still count as an answer
// to this round of greetings: the leader's own round may have been just before.
func (n *Node) newsFor() time.Duration {
	if _, _, leads := n.Leader(); n.self.Profile == ProfileWAN && !leads {
		return 2 * n.greetEvery()
	}
	return n.greetEvery()
}

// all is a copy of what was heard.
func (b *neighbours) all() map[string]heard {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.heard)
}
