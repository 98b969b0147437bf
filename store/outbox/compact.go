package outbox

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"gocua/store/command"
)

// keepChunk is how many items Compact writes again at a time: captures of
// people wait no longer than that takes.
const keepChunk = 100

// Compact makes room. Of the settled items, those for which drop says true (a
// province receipt covers them) may go; undecided ones never go. drop must not
// call the outbox.
//
// Segments are removed from the front, once half of their bytes are of no use;
// what must stay in them is first written again at the end, durably. So an
// item may stay longer than drop allows, never shorter. Segments from the
// first damaged one on are kept as they are. It returns how many items went.
func (o *Outbox) Compact(ctx context.Context, drop func(Item) bool) (int, error) {
	return o.CompactBefore(ctx, math.MaxInt64, drop)
}

// CompactBefore is Compact of what was put here before a time (ms since 1970 UTC,
// of this machine's clock): drop is not asked about the rest, whose envelopes need
// not be read from the disk.
func (o *Outbox) CompactBefore(ctx context.Context, at int64, drop func(Item) bool) (int, error) {
	o.compacting.Lock()
	defer o.compacting.Unlock()
	droppable, err := o.droppable(at, drop)
	if err != nil {
		return 0, err
	}
	upTo := o.worthRemoving(droppable)
	if upTo == 0 {
		return 0, nil
	}
	err = o.inbox.do(ctx, func(*batch) error { return o.journal.beginAfter(upTo) })
	if err != nil {
		return 0, err
	}
	stay, gone := o.divide(upTo, droppable) // only now: nothing is added to those segments any more
	for chunk := range slices.Chunk(stay, keepChunk) {
		if err := o.inbox.do(ctx, func(b *batch) error { return o.keep(b, chunk) }); err != nil {
			return 0, err
		}
	}
	err = o.inbox.do(ctx, func(*batch) error { return o.journal.forget(upTo) })
	if err != nil {
		return 0, err
	}
	return len(gone), o.removeSegments(upTo, gone)
}

// worthRemoving returns the last segment of the longest front that is half
// useless; zero: there is none.
func (o *Outbox) worthRemoving(droppable map[command.ID]bool) (upTo uint64) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	live, dead := map[uint64]int64{}, map[uint64]int{}
	for _, e := range o.entries {
		if droppable[e.id] {
			dead[e.at.segment]++
		} else {
			live[e.at.segment] += e.at.length
		}
	}
	var size, useful int64
	var worth int
	for _, id := range o.segments() {
		if slices.ContainsFunc(o.damage, func(d Damage) bool { return d.Segment != 0 && d.Segment <= id }) {
			break
		}
		size, useful, worth = size+o.sizes[id], useful+live[id], worth+dead[id]
		if worth > 0 && useful <= size/2 {
			upTo = id
		}
	}
	return upTo
}

// divide tells which items of the segments up to upTo stay and which go.
func (o *Outbox) divide(upTo uint64, droppable map[command.ID]bool) (stay []*entry, gone map[command.ID]bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	gone = map[command.ID]bool{}
	for _, e := range o.entries {
		switch {
		case e.at.segment > upTo:
		case droppable[e.id]:
			gone[e.id] = true
		default:
			stay = append(stay, e)
		}
	}
	return stay, gone
}

// droppable asks about each settled item that was put here before a time.
func (o *Outbox) droppable(before int64, drop func(Item) bool) (map[command.ID]bool, error) {
	o.mu.RLock()
	entries := slices.Clone(o.entries)
	o.mu.RUnlock()
	may := map[command.ID]bool{}
	for _, e := range entries {
		o.mu.RLock()
		it, err := Item{}, error(nil)
		if e.outcome != nil && e.putAt < before {
			it, err = o.item(e)
		}
		o.mu.RUnlock()
		if err != nil {
			return nil, err
		}
		if it.State == Settled && drop(it) {
			may[e.id] = true
		}
	}
	return may, nil
}

// segments lists those there are, in order. The caller holds mu.
func (o *Outbox) segments() []uint64 {
	ids := make([]uint64, 0, len(o.sizes))
	for id := range o.sizes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// keep adds items that must stay to the batch once more.
func (o *Outbox) keep(b *batch, entries []*entry) error {
	o.mu.RLock()
	defer o.mu.RUnlock()
	lines := make([]line, 0, len(entries))
	for _, e := range entries {
		it, err := o.item(e)
		if err != nil {
			return err
		}
		lines = append(lines, line{kindKeep, e.seq,
			body{PutAt: it.PutAt, Envelope: it.Envelope.Encode(), Outcome: it.Outcome}, e})
	}
	b.lines = append(b.lines, lines...)
	return nil
}

// removeSegments takes out of the index and off the disk what has gone.
func (o *Outbox) removeSegments(upTo uint64, gone map[command.ID]bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries = slices.DeleteFunc(o.entries, func(e *entry) bool { return gone[e.id] })
	for id := range gone {
		delete(o.byID, id)
	}
	for _, id := range o.segments() {
		if id > upTo {
			break
		}
		if err := os.Remove(segmentPath(o.dir, id)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("outbox: removing a compacted segment: %w", err)
		}
		delete(o.sizes, id)
	}
	return o.journal.disk.syncDir(o.dir)
}

// beginAfter sees to it that writing goes on behind the given segment.
func (j *journal) beginAfter(id uint64) error {
	if j.active != nil && j.active.id <= id {
		if err := j.finish(); err != nil {
			return err
		}
	}
	if j.active == nil {
		return j.begin(newSegment)
	}
	return nil
}

// forget notes, durably, that the segments up to id count no more.
func (j *journal) forget(id uint64) error {
	j.mark.First, j.mark.FirstSeq = id+1, j.firsts[id+1]
	return j.settleDown()
}
