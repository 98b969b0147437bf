package peer

import (
	"maps"
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
// out the oldest: silent connections can never keep a good one out.
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
		out = c.groups[group][0]
	}
	c.mu.Unlock()
	if out != nil {
		out.kill()
		c.leave(out)
	}
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
