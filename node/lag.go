package node

import (
	"sync"

	"gocua/store"
	"gocua/store/command"
)

// lagCounter counts the changes of a lane that the province has not confirmed,
// looking at each change twice at the most instead of at all of them each time.
type lagCounter struct {
	mu             sync.Mutex
	received, head uint64
	count          uint64
}

func (c *lagCounter) at(r *store.Reader, in func(command.Change) bool, received, head uint64) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if received < c.received || head < c.head { // a restored register, or an older view
		c.received, c.head, c.count = received, received, 0
	}
	counted := c.head
	for f := range r.Feed(c.head) {
		if f.Seq > received && in(f.Change) {
			c.count++
		}
		c.head = f.Seq
	}
	for f := range r.Feed(c.received) {
		if f.Seq > min(received, counted) {
			break
		}
		if in(f.Change) {
			c.count--
		}
	}
	c.received = received
	return c.count
}
