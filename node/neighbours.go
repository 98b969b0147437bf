package node

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"gocua/node/lookup"
	"gocua/raft"
)

// pathHello is where a machine says how far it has come.
const pathHello = "/v1/hello"

// hello is what machines of a cluster tell each other from time to time: equal
// index, equal chain, or one of them is wrong.
type hello struct {
	Index   uint64        `json:"index"`
	Chain   string        `json:"chain"` // hex, after that entry
	Version string        `json:"version"`
	Level   int           `json:"level,omitempty"`   // the feature level its build knows; 0: 1
	Clock   int64         `json:"clock"`             // what the machine believes the time is, ms since 1970 UTC
	Mark    *mark         `json:"mark,omitempty"`    // the last one it has computed
	Stopped string        `json:"stopped,omitempty"` // why it applies nothing any more
	Promise *raft.Promise `json:"promise,omitempty"` // what others hold it to, should its disk be put back to an earlier day
	Until   int64         `json:"until,omitempty"`   // when its certificate ends, ms since 1970 UTC

	// Others is what the leader has heard of the rest, to a machine that asked.
	Others []hearsay `json:"others,omitempty"`
}

// How often machines greet each other: what a page shows is that old, and on a
// thin line a greeting costs a kilobyte, over a connection that is kept for the next.
const (
	greetLAN = 3 * time.Second
	greetWAN = 2 * time.Minute
)

// neighbours is what this machine has heard from the others itself.
type neighbours struct {
	mu    sync.Mutex
	heard map[string]heard
}

type heard struct {
	at   time.Time
	said hello
}

// learn is note of what came round by others, unless something newer is known.
func (b *neighbours) learn(node string, at time.Time, said hello) {
	if h, ok := b.of(node); !ok || h.at.Before(at) {
		b.note(node, at, said)
	}
}

func (b *neighbours) note(node string, at time.Time, said hello) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heard == nil {
		b.heard = map[string]heard{}
	}
	b.heard[node] = heard{at, said}
}

// silent says that a machine that was just asked did not answer: what it said last
// is no news any more.
func (b *neighbours) silent(node string, since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h, ok := b.heard[node]; ok && h.at.After(since) {
		h.at = since
		b.heard[node] = h
	}
}

func (b *neighbours) of(node string) (heard, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h, ok := b.heard[node]
	return h, ok
}

// greetEvery is how often this machine greets the others.
func (n *Node) greetEvery() time.Duration {
	if n.self.Profile == ProfileWAN {
		return greetWAN
	}
	return greetLAN
}

// greet asks the other machines how far they are, until ctx ends. One that does
// not answer is switched off or cut off: nothing to log, and nothing to wait for.
func (n *Node) greet(ctx context.Context) {
	tick := time.NewTicker(n.greetEvery())
	defer tick.Stop()
	defer n.uptime.save(n.path(uptimeFile), n.log)
	for {
		members, _ := n.raft.Members()
		n.greetAll(ctx, members)
		n.clock.asked()
		n.measure(members)
		n.told.forget(members)
		n.compare(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// greetAll greets every machine, but on a thin line first the leader alone, and then
// only whom the leader has not heard just now either.
func (n *Node) greetAll(ctx context.Context, members []raft.Member) {
	others := slices.DeleteFunc(slices.Clone(members), func(m raft.Member) bool { return m.ID == n.id.Node })
	if i := n.whoTells(others); i >= 0 {
		leader := others[i]
		if told, err := n.greetOne(ctx, leader, pathHello+"?"+askOthers+"=1"); err == nil {
			fresh := n.learn(told)
			others = slices.DeleteFunc(others, func(m raft.Member) bool { return m.ID == leader.ID || fresh[m.ID] })
		}
	}
	var asking sync.WaitGroup
	for _, m := range others {
		asking.Go(func() { _, _ = n.greetOne(ctx, m, pathHello) })
	}
	asking.Wait()
}

// greetOne asks one machine and notes what it says.
func (n *Node) greetOne(ctx context.Context, m raft.Member, path string) (said hello, err error) {
	began := time.Now()
	if said, err = n.askHello(ctx, m, path); err != nil {
		return said, err
	}
	n.clock.note(m.ID, said.Clock, time.Since(began))
	told := said
	told.Others = nil
	n.near.note(m.ID, n.cfg.Clock(), told)
	n.remember(m.ID, told)
	return said, nil
}

// askHello asks over the connection of the last greeting. A kept connection of which
// nothing is left but this end costs one greeting, not more: the next dials anew.
func (n *Node) askHello(ctx context.Context, m raft.Member, path string) (said hello, err error) {
	err = n.askOver(ctx, n.calls.greeter(m.ID), m.ID, m.Addr, path, &said)
	return said, err
}

func (n *Node) sayHello(w http.ResponseWriter, req *http.Request) {
	at := n.reg.Position()
	said := hello{Index: at.Index, Chain: hex.EncodeToString(at.Chain[:]), Version: Version(), Level: n.knows(), Clock: n.cfg.Clock().UnixMilli(), Mark: n.marks.last.Load(), Until: n.identity().Cert.NotAfter.UnixMilli()}
	if why := n.reason(); why != nil {
		said.Stopped = why.Code
	} else if p, err := n.raft.Promise(); err == nil { // else its disk cannot be read, and it stops by itself
		said.Promise = &p
	}
	w.Header().Set("Content-Type", "application/json")
	if req.URL.Query().Has(askOthers) {
		n.sayAll(w, said)
		return
	}
	_ = json.NewEncoder(w).Encode(said) // who asked has gone; it will ask again
}

// certificateUntil is when the certificate of a machine ends, as it last said;
// empty: it has not.
func (n *Node) certificateUntil(node string) string {
	end := n.identity().Cert.NotAfter
	if node != n.id.Node {
		h, ok := n.near.of(node)
		if !ok || h.said.Until == 0 {
			return ""
		}
		end = time.UnixMilli(h.said.Until)
	}
	return end.UTC().Format(time.RFC3339)
}

// beside fills in what was heard from a machine: when, how far it was, and
// whether what it had agreed to by then is what this machine had.
func (n *Node) beside(m *lookup.MemberStatus) {
	m.LastContact = -1
	if m.Self {
		m.LastContact = 0
		return
	}
	h, ok := n.near.of(m.Node)
	if !ok {
		return
	}
	m.LastContact = max(0, n.cfg.Clock().Sub(h.at).Milliseconds())
	n.besideClock(m)
	m.Index, m.Version, m.Stopped = h.said.Index, h.said.Version, h.said.Stopped
	if chain, kept := n.reg.ChainAt(h.said.Index); kept {
		m.Digest = lookup.DigestDiffers
		if hex.EncodeToString(chain[:]) == h.said.Chain {
			m.Digest = lookup.DigestEqual
		}
	}
	if h.said.Mark != nil {
		if content, kept := n.marks.at(h.said.Mark.Index); kept {
			m.Marked = h.said.Mark.Index
			if content != h.said.Mark.Content {
				m.Digest = lookup.DigestDiffers
			}
		}
	}
	if m.Stopped == stopDiffers { // also once its last mark is no longer kept here
		m.Digest = lookup.DigestDiffers
	}
}

// remember keeps what a machine can be held to; an older build does not say.
func (n *Node) remember(node string, said hello) {
	if said.Promise != nil {
		n.raft.Remember(node, *said.Promise)
	}
}
