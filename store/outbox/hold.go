package outbox

import (
	"cmp"
	"context"
	"slices"

	"gocua/store/command"
)

// Carrier bounds what an outbox keeps for other machines, so that one that is
// broken or hostile cannot fill a neighbour's disk. Copies that are settled do
// not count: Compact drops them.
type Carrier struct {
	Copies int   // undecided ones of one origin
	Bytes  int64 // in them
	Total  int64 // bytes in those of all origins
}

// carrierNode marks the journal of a carrier: neither kind of outbox opens the
// other's directory.
const carrierNode = "carrier "

// perCopy is what a copy takes beside its body, bytes, about.
const perCopy = 512

// Hold keeps copies of what other machines captured, as they are: when it
// returns they are durable on this disk, all of them or, on an error, none.
// Copies that are here already are not kept again. Only a carrier holds.
//
// Errors: command.IDReused, with a Field as PutAll has it; command.Unavailable
// "carrier_full" when a bound would be passed; those of the disk and of the
// context as Put has them.
func (o *Outbox) Hold(ctx context.Context, list []command.Envelope) error {
	if o.room == nil {
		return command.Errorf(command.Internal, "not_a_carrier", "this outbox keeps what was captured here and nothing else")
	}
	seals := make([]Seal, len(list))
	for i, e := range list {
		seals[i] = func(command.Origin) command.Envelope { return e }
	}
	_, err := o.PutAll(ctx, seals)
	return err
}

// fits refuses the captures a carrier has no room for, beside what it holds and
// what others of the same batch bring.
func (o *Outbox) fits(others, asked map[command.ID]*entry) error {
	if o.room == nil {
		return nil
	}
	taken, total := map[string]Carrier{}, int64(0)
	count := func(e *entry) {
		of, size := taken[e.body.Origin.Node], int64(len(e.body.Body)+perCopy)
		taken[e.body.Origin.Node] = Carrier{Copies: of.Copies + 1, Bytes: of.Bytes + size}
		total += size
	}
	o.mu.RLock()
	for _, e := range o.waiting {
		count(e)
	}
	o.mu.RUnlock()
	for _, fresh := range []map[command.ID]*entry{others, asked} {
		for _, e := range fresh {
			count(e)
		}
	}
	for _, e := range asked {
		origin := e.body.Origin.Node
		if of := taken[origin]; of.Copies > o.room.Copies || of.Bytes > o.room.Bytes || total > o.room.Total {
			return command.Errorf(command.Unavailable, "carrier_full", "this machine keeps no more copies for machine %s", origin)
		}
	}
	return nil
}

// Held is how many undecided copies a carrier keeps for one machine.
type Held struct {
	Origin string
	Copies int
	Oldest int64 // when the first of them came here, ms since 1970 UTC
}

// Held lists for whom undecided copies are kept here, by name.
func (o *Outbox) Held() (list []Held) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, e := range o.waiting {
		at, found := slices.BinarySearchFunc(list, e.body.Origin.Node, func(h Held, name string) int { return cmp.Compare(h.Origin, name) })
		if !found {
			list = slices.Insert(list, at, Held{Origin: e.body.Origin.Node, Oldest: e.putAt})
		}
		list[at].Copies++
	}
	return list
}

// UndecidedOf returns the first limit undecided items that a machine captured,
// in the order in which it captured them; all of them if limit is not positive.
func (o *Outbox) UndecidedOf(origin string, limit int) []Item {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var list []*entry
	for _, e := range o.waiting {
		if e.body.Origin.Node == origin {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *entry) int {
		x, y := a.body.Origin, b.body.Origin
		return cmp.Or(cmp.Compare(x.Epoch, y.Epoch), cmp.Compare(x.Seq, y.Seq))
	})
	return o.showFirst(list, limit)
}

// UndecidedAfter is Undecided from behind a place on: an item's Origin.Seq.
func (o *Outbox) UndecidedAfter(seq uint64, limit int) []Item {
	o.mu.RLock()
	defer o.mu.RUnlock()
	from, _ := slices.BinarySearchFunc(o.waiting, seq+1, bySeq)
	return o.showFirst(o.waiting[from:], limit)
}

// WaitingUpTo counts the undecided items up to a place.
func (o *Outbox) WaitingUpTo(seq uint64) int {
	o.mu.RLock()
	defer o.mu.RUnlock()
	n, _ := slices.BinarySearchFunc(o.waiting, seq+1, bySeq)
	return n
}

// showFirst makes the first limit entries items. The caller holds mu.
func (o *Outbox) showFirst(list []*entry, limit int) []Item {
	items := make([]Item, bounded(limit, len(list)))
	for i := range items {
		items[i] = o.show(list[i])
	}
	return items
}

// Outcome returns what became of an item, without reading the disk; known says
// whether the item is here at all, and an outcome of nil that it is undecided.
func (o *Outbox) Outcome(id command.ID) (out *command.Outcome, known bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	e, known := o.byID[id]
	if !known {
		return nil, false
	}
	return e.outcome, true
}
