package node

import (
	"sync"

	"gocua/node/lookup"
	"gocua/store/outbox"
)

// waiting is the list of what has no outcome yet, for nearly every page counts
// it: kept from one page to the next and gone on with by what was captured since.
type waiting struct {
	box *outbox.Outbox

	mu    sync.Mutex
	items []lookup.WaitingCommand
	next  uint64 // place in the outbox
}

// list returns what waits, oldest first. It is shared: read it only.
func (w *waiting) list() []lookup.WaitingCommand {
	w.mu.Lock()
	defer w.mu.Unlock()
	items, next, all := w.box.UndecidedSince(w.next)
	if len(w.items)+len(items) != all { // some of them have been decided
		w.items = nil
		items, next, _ = w.box.UndecidedSince(0)
	}
	for _, it := range items {
		w.items = append(w.items, lookup.WaitingCommand{Envelope: it.Envelope, PutAt: it.PutAt})
	}
	w.next = next
	return w.items[:len(w.items):len(w.items)]
}
