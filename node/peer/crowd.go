package peer

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
)

const (
	// maxArriving bounds connections that have not said yet who they are.
	maxArriving = 128
	// maxPerPeer bounds what one peer may hold open per protocol. Raft uses
	// up to eight; the rest are leftovers of links that broke in silence.
	maxPerPeer = 32
)

// crowd holds all wires in groups of bounded size. One more than fits pushes
// out the oldest of those that come from where most do: silent connections can
// never keep a good one out, and neither can one address that opens them faster
// than a slow line says who it is.
type crowd struct {
	mu     sync.Mutex
	closed bool
	groups map[string][]*wire
	of     map[*wire]string
	who    map[*wire]Peer // of those who have said it
}

func newCrowd() *crowd {
	return &crowd{groups: map[string][]*wire{}, of: map[*wire]string{}, who: map[*wire]Peer{}}
}

// enter puts w into a group, out of the one it was in; limit 0 is none.
func (c *crowd) enter(w *wire, group string, limit int) {
	c.mu.Lock()
	c.remove(w)
	c.groups[group] = append(c.groups[group], w)
	c.of[w] = group
	var out *wire
	if c.closed {
		out = w
	} else if limit > 0 && len(c.groups[group]) > limit {
		out = oldestOfMost(c.groups[group])
	}
	c.mu.Unlock()
	if out != nil {
		out.kill()
		c.leave(out)
	}
}

// oldestOfMost is the oldest wire from the place that most of them come from; of two
// such places, from the one that came first.
func oldestOfMost(group []*wire) *wire {
	from, most := map[string]int{}, 0
	for _, w := range group {
		from[w.from]++
		most = max(most, from[w.from])
	}
	return group[slices.IndexFunc(group, func(w *wire) bool { return from[w.from] == most })]
}

// placeOf is what one computer can call from at will: its address, or the /64 of an
// IPv6 one. What is no address (in a simulation) stands for itself.
func placeOf(addr string) string {
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		return addr
	}
	bits := 32
	if ip := at.Addr().Unmap(); ip.Is6() {
		bits = 64
	}
	place, err := at.Addr().Unmap().WithZone("").Prefix(bits)
	if err != nil {
		return addr
	}
	return place.String()
}

func (c *crowd) leave(w *wire) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(w)
	delete(c.who, w)
}

// name notes who is at the other end of a wire.
func (c *crowd) name(w *wire, p Peer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, in := c.of[w]; in {
		c.who[w] = p
	}
}

// known is everybody whose name was noted, strangers left out.
func (c *crowd) known() map[*wire]Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := maps.Clone(c.who)
	maps.DeleteFunc(known, func(_ *wire, p Peer) bool { return p.Proto == Join })
	return known
}

func (c *crowd) remove(w *wire) {
	group, in := c.of[w]
	if !in {
		return
	}
	delete(c.of, w)
	rest := slices.DeleteFunc(c.groups[group], func(o *wire) bool { return o == w })
	if c.groups[group] = rest; len(rest) == 0 {
		delete(c.groups, group)
	}
}

// close kills everyone, now and later.
func (c *crowd) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for w := range c.of {
		w.kill()
	}
}
