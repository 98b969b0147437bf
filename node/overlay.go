package node

import (
	"context"
	"slices"
	"time"

	"gocua/store"
	"gocua/store/command"
	"gocua/store/search"
)

// overlay is what was captured on this machine and is not in its register yet,
// decided on what was agreed and on each other. It never changes, so it is read
// without waiting for anybody; only its search index grows with those that go on
// with it.
type overlay struct {
	list  []command.Envelope // in the order of capture
	next  uint64             // place in the outbox: what is there and later is not in here
	sheet store.Sheet
	found *search.Index
}

// overlay returns one that holds everything captured so far. Ask before the
// register is read: what is applied in between is then in both, and gives way;
// the other way round it would be in neither.
func (g *register) overlay() *overlay {
	if o := g.now.Load(); o.next == g.box.Next() {
		return o
	}
	g.extending.Lock()
	defer g.extending.Unlock()
	o := g.extend(g.now.Load())
	g.now.Store(o)
	return o
}

// extend goes on with an overlay by what was captured since. What has been
// settled stays in, and is taken in where nobody looked before, until its entry
// is applied here: between the two it would be seen nowhere.
func (g *register) extend(o *overlay) *overlay {
	applied, _ := g.reg.Applied()
	items, next := g.box.Since(o.next, applied)
	more := &overlay{list: o.list, next: next, sheet: o.sheet, found: o.found}
	if len(items) == 0 {
		return more
	}
	r := g.reg.Read()
	defer r.Close()
	view := g.view(o, r)
	for _, it := range items {
		if _, known := r.Outcome(it.Envelope.ID); !known {
			more.list = append(more.list, it.Envelope)
			g.lay(view, more.found, it.Envelope)
		}
	}
	if r.Err() != nil {
		return o // whoever reads meets the same error
	}
	more.sheet = view.Sheet()
	return more
}

// lay decides one command and puts what it changes on top. What this build
// cannot read is left out, so that it does not stop the work: it waits for a
// newer build.
func (g *register) lay(view hereView, found *search.Index, e command.Envelope) {
	if d, err := view.decide(g.table, e); err == nil {
		_ = found.Add(d.Changes) // what cannot be searched can still be listed
	}
}

const (
	laidAtOnce   = 64                    // commands between two rests
	restShare    = 3                     // rests this many times as long as it worked
	betweenBuild = 50 * time.Millisecond // at least, between two
)

// follow lays everything anew whenever the register has moved, until ctx ends.
// It takes a quarter of one core at most; meanwhile the old overlay is read and
// extended, and where the register knows a command the register is shown.
func (g *register) follow(ctx context.Context) {
	for ctx.Err() == nil {
		moved := g.reg.Changed()
		g.rebuild(ctx)
		rest(ctx, betweenBuild)
		select {
		case <-ctx.Done():
		case <-moved:
		}
	}
}

// rebuild decides what the register does not know yet on the register as it is.
func (g *register) rebuild(ctx context.Context) {
	o := g.overlay()
	r := g.reg.Read()
	defer r.Close()
	if len(o.list) == 0 || o.sheet.Fresh(r) {
		return
	}
	next := &overlay{next: o.next, found: search.New()}
	view := g.view(next, r) // of nothing yet
	for _, e := range o.list {
		if _, known := r.Outcome(e.ID); !known {
			next.list = append(next.list, e)
		}
	}
	for part := range slices.Chunk(next.list, laidAtOnce) {
		began := time.Now()
		for _, e := range part {
			g.lay(view, next.found, e)
		}
		if len(part) == laidAtOnce {
			rest(ctx, restShare*time.Since(began))
		}
		if r.Err() != nil || ctx.Err() != nil {
			return
		}
	}
	next.sheet = view.Sheet()
	g.extending.Lock()
	defer g.extending.Unlock()
	g.now.Store(g.extend(next))
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
