package node

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

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

// lagAsked is how it is asked: at or catchUp.
type lagAsked func(c *lagCounter, r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64)

// lagAtOnce is how many changes whoever asks may be made to wait for: a tenth of a
// second.
const lagAtOnce = 20_000

// at returns how many changes wait and since when, agreed time, ms; 0 if none. Where
// there is much to be counted, as after a start with 300,000 residents, or somebody
// counts, nobody waits for it: then it is what was said last, and before that how many
// changes of any lane it can be at most.
func (c *lagCounter) at(r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64) {
	if c.mu.TryLock() {
		defer c.mu.Unlock()
		if head-min(max(c.head, received), head) <= lagAtOnce {
			return c.counted(r, in, received, head)
		}
	}
	if last := c.said.Load(); last != nil {
		return last.count, last.since
	}
	return head - min(received, head), 0
}

// catchUp is at for whoever has the time.
func (c *lagCounter) catchUp(r *store.Reader, in func(command.Change) bool, received, head uint64) (count uint64, since int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counted(r, in, received, head)
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
	c.said.Store(&lag{c.count, c.since})
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

// How often what the province lacks is counted, so that no page has to.
const lagRest = 2 * time.Second

// countLag counts it until ctx ends, once the names are read: people wait for those.
func (n *Node) countLag(ctx context.Context) {
	for ctx.Err() == nil {
		changed := n.reg.Changed()
		if n.found.Head() > 0 {
			r := n.reg.Read()
			n.lineStatus(r, r.Position(), (*lagCounter).catchUp)
			r.Close()
			select {
			case <-ctx.Done():
			case <-changed:
			}
		}
		rest(ctx, lagRest)
	}
}
