package outbox

import (
	"context"
	"fmt"
	"time"

	"gocua/store/command"
)

// lazySync is how long outcomes and the mark may stay in the operating
// system's hands before they are synced.
const lazySync = 200 * time.Millisecond

// Put captures one command: seal is given its Origin and returns the finished
// envelope. When Put returns, the item is durable on this disk; captures that
// wait at the same time share one fsync.
//
// A command that is here already, same ID and same hash, is returned as it is,
// with its outcome if it has one. Errors: command.IDReused for a known ID with
// another hash; command.Unavailable "disk_full" or "disk_failed", and nothing
// is kept; the context's error, and then it is open whether it was kept: ask
// again with the same ID.
func (o *Outbox) Put(ctx context.Context, seal Seal) (Item, error) {
	items, err := o.put(ctx, []Seal{seal})
	if err != nil {
		return Item{}, err
	}
	return items[0], nil
}

// PutAll captures commands that belong together, in their order: all of them
// are kept or none, even if the power fails. Those that are here already are
// not kept again. The Field of an error about one of them points to it in the
// list: "/0" is the first.
func (o *Outbox) PutAll(ctx context.Context, seals []Seal) ([]Item, error) {
	if len(seals) == 0 {
		return nil, nil
	}
	return o.put(ctx, seals)
}

func (o *Outbox) put(ctx context.Context, seals []Seal) ([]Item, error) {
	var held []*entry
	err := o.inbox.do(ctx, func(b *batch) (err error) {
		held, err = o.plan(b, seals)
		return err
	})
	if err != nil {
		return nil, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	items := make([]Item, len(held))
	for i, e := range held {
		items[i] = o.show(e)
	}
	return items, nil
}

// batch is what one turn of the loop writes.
type batch struct {
	lines []line
	fresh map[command.ID]*entry // captures among the lines
}

// plan adds those of the commands to the batch that are not here yet, and
// returns the entries of all. On an error it adds nothing.
func (o *Outbox) plan(b *batch, seals []Seal) ([]*entry, error) {
	held := make([]*entry, 0, len(seals))
	fresh := map[command.ID]*entry{}
	var lines []line
	for i, seal := range seals {
		seq := o.journal.mark.Acked + uint64(len(b.fresh)+len(fresh)) + 1
		e, encoded, err := o.capture(seal, seq)
		if err == nil {
			if known := o.known(e.id, b.fresh, fresh); known != nil && known.hash == e.hash {
				held = append(held, known)
				continue
			} else if known != nil {
				err = command.IDReused()
			}
		}
		if err != nil {
			if len(seals) > 1 {
				err.Field = fmt.Sprintf("/%d", i)
			}
			return nil, err
		}
		held, fresh[e.id] = append(held, e), e
		lines = append(lines, line{kindPutMore, seq, body{PutAt: e.putAt, Envelope: encoded}, e})
	}
	if err := o.fits(b.fresh, fresh); err != nil {
		return nil, err
	}
	if len(lines) > 0 {
		lines[len(lines)-1].kind = kindPut
	}
	b.lines = append(b.lines, lines...)
	for id, e := range fresh {
		b.fresh[id] = e
	}
	return held, nil
}

// capture makes the entry of one command and the bytes to keep.
func (o *Outbox) capture(seal Seal, seq uint64) (*entry, []byte, *command.Error) {
	origin := command.Origin{Node: o.journal.mark.Node, Epoch: o.journal.mark.Epoch, Seq: seq}
	encoded := seal(origin).Encode()
	if len(encoded) > command.MaxEntry {
		return nil, nil, command.Errorf(command.Invalid, "too_large", "a command of %d bytes is too large", len(encoded))
	}
	// What is kept is what was written, to the byte: the hash must be the
	// same after a restart.
	env, err := command.DecodeEnvelope(encoded)
	elsewhere := env.Origin != origin // captured by another machine: what a carrier keeps, and nobody else
	if err != nil || env.ID.IsZero() || elsewhere != (o.room != nil) {
		return nil, nil, command.Errorf(command.Internal, "bad_envelope", "this command was not put together properly")
	}
	return &entry{id: env.ID, hash: env.Hash(), seq: seq, putAt: time.Now().UnixMilli(), body: &env}, encoded, nil
}

func (o *Outbox) known(id command.ID, batches ...map[command.ID]*entry) *entry {
	for _, b := range batches {
		if e := b[id]; e != nil {
			return e
		}
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.byID[id]
}

// loop is the only one who writes. It ends when the inbox is closed and empty.
func (o *Outbox) loop() {
	defer close(o.stopped)
	var lazy <-chan time.Time
	for {
		select {
		case <-o.inbox.wake:
			requests, more := o.inbox.take()
			o.commit(requests)
			if !more {
				return
			}
			if lazy == nil {
				lazy = time.After(lazySync)
			}
		case <-lazy:
			lazy = nil
			if err := o.journal.settleDown(); err != nil {
				o.log.Warn("outbox: syncing what could wait", "error", err)
			}
		}
	}
}

// commit writes all requests together and answers them.
func (o *Outbox) commit(requests []*request) {
	b := &batch{fresh: map[command.ID]*entry{}}
	var waiting []*request
	for _, r := range requests {
		if err := r.plan(b); err != nil {
			r.answer(err)
		} else if r.done != nil {
			waiting = append(waiting, r)
		}
	}
	var err error
	if len(b.lines) > 0 {
		err = o.write(b.lines, len(waiting) > 0)
	}
	if err != nil && len(waiting) == 0 {
		o.log.Warn("outbox: outcomes could not be written", "count", len(b.lines), "error", err)
	}
	for _, r := range waiting {
		r.answer(err)
	}
}

// write makes the lines part of the journal and then of the index.
func (o *Outbox) write(lines []line, durable bool) error {
	places, err := o.journal.append(lines, durable)
	if err != nil {
		return err
	}
	if err := o.journal.writeMark(); err != nil {
		o.log.Warn("outbox: the mark lags behind", "error", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.next
	for i, l := range lines {
		o.sizes[places[i].segment] = places[i].at + places[i].length
		if l.entry == nil {
			continue
		}
		l.entry.at = places[i]
		if l.kind != kindKeep {
			o.add(l.entry)
			o.next = l.seq + 1
		}
	}
	if o.next > before {
		o.notify()
	}
	return nil
}
