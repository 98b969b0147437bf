package node

import (
	"sync"

	"gocua/store"
	"gocua/store/command"
)

// lagCounter counts the changes of a lane that the province has not confirmed
// and remembers the oldest of them, reading each change a few times at the most
// instead of all of them each time.
type lagCounter struct {
	mu             sync.Mutex
	received, head uint64
	count          uint64
	first          uint64 // place of the oldest counted; 0: none
	since          int64  // and when it was agreed, ms
}

// at returns how many changes wait and since when, agreed time, ms; 0 if none.
func (c *lagCounter) at(r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if received < c.received || head < c.head { // a restored register, or an older view
		c.received, c.head, c.count, c.first, c.since = received, received, 0, 0, 0
	}
	counted := c.head
	for f := range r.Feed(c.head) {
		if f.Seq > received && in(f.Change) {
			c.count++
			c.begin(f)
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
	if c.first <= received {
		c.next(r, in)
	}
	return c.count, c.since
}

// begin remembers a change that waits if no older one does.
func (c *lagCounter) begin(f store.FeedItem) {
	if c.first == 0 {
		c.first, c.since = f.Seq, f.At
	}
}

// next finds the oldest change that waits, once the one known was received.
func (c *lagCounter) next(r *store.Reader, in func(command.Change) bool) {
	c.first, c.since = 0, 0
	if c.count == 0 {
		return
	}
	for f := range r.Feed(c.received) {
		if in(f.Change) {
			c.begin(f)
			return
		}
	}
}
