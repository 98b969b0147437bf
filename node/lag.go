package node

import (
	"context"
	"sync"
	"sync/atomic"

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

	said atomic.Pointer[lag] // the last answer; nil: there was none yet
}

// lag is what a lane lacks.
type lag struct {
	count uint64
	since int64
}

// at returns how many changes wait and since when, agreed time, ms; 0 if none. While
// somebody else is counting, nobody waits for it: after a start 300,000 residents take
// seconds. Then it is what was said last, and before that how many changes of any lane
// it can be at most.
func (c *lagCounter) at(r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64) {
	if c.mu.TryLock() {
		defer c.mu.Unlock()
		count, since = c.counted(r, in, received, head)
		c.said.Store(&lag{count, since})
		return count, since
	}
	if last := c.said.Load(); last != nil {
		return last.count, last.since
	}
	return head - min(received, head), 0
}

// counted is at for whoever holds the lock.
func (c *lagCounter) counted(r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64) {
	// A restored register or an older view; or all that was counted has been received, as
	// after a start: what lies before that need not be read.
	if received < c.received || head < c.head || c.head < received {
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

// countLag counts once after a start what the province lacks, so that no page has to.
func (n *Node) countLag(context.Context) {
	r := n.reg.Read()
	defer r.Close()
	n.lineStatus(r, r.Position())
}
