package outbox

import "slices"

// Since returns, in the order of capture, what was captured from a place in the
// outbox on and may not be in a register that has applied the entry applied: what
// has no outcome, and what was decided in a later entry. next is the place to
// begin at the next time. What was settled is read from the disk.
func (o *Outbox) Since(seq, applied uint64) (items []Item, next uint64) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	first, _ := slices.BinarySearchFunc(o.entries, seq, bySeq)
	for _, e := range o.entries[first:] {
		if e.outcome == nil || e.outcome.Index > applied {
			items = append(items, o.show(e))
		}
	}
	return items, o.next
}

// Next is the place in the outbox that the next capture gets.
func (o *Outbox) Next() uint64 {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.next
}

// UndecidedSince returns what was captured from a place in the outbox on and has
// no outcome, in the order of capture; next is the place to begin at the next
// time, and waiting counts all that have none.
func (o *Outbox) UndecidedSince(seq uint64) (items []Item, next uint64, waiting int) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	first, _ := slices.BinarySearchFunc(o.waiting, seq, bySeq)
	for _, e := range o.waiting[first:] {
		items = append(items, o.show(e))
	}
	return items, o.next, len(o.waiting)
}
