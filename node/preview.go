package node

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"gocua/store"
	"gocua/store/command"
	"gocua/store/outbox"
	"gocua/store/search"
)

// register is the agreed state as capturing and pages see it: with what this
// machine captured and has not applied yet laid over it.
type register struct {
	reg   *store.Store
	box   *outbox.Outbox
	table *command.Table
	clock func() time.Time

	extending sync.Mutex // held by whoever replaces now
	now       atomic.Pointer[overlay]
}

func newRegister(reg *store.Store, box *outbox.Outbox, table *command.Table, clock func() time.Time) *register {
	g := &register{reg: reg, box: box, table: table, clock: clock}
	g.now.Store(&overlay{found: search.New()})
	return g
}

// read opens the register and lays what was captured here over it; nothing is
// there to lay if the overlay's list is empty. The caller closes the reader.
func (g *register) read() (*store.Reader, hereView, *overlay) {
	o := g.overlay()
	r := g.reg.Read()
	return r, g.view(o, r), o
}

// Preview decides commands on what is agreed plus what waits on this machine.
func (g *register) Preview(list []command.Envelope) ([]command.Decision, error) {
	r, view, _ := g.read()
	defer r.Close()
	decisions := make([]command.Decision, len(list))
	for i, e := range list {
		d, err := view.decide(g.table, e)
		if err != nil {
			return nil, err
		}
		decisions[i] = d
	}
	return decisions, r.Err()
}

func (g *register) Outcome(id command.ID) (command.Outcome, bool) {
	r := g.reg.Read()
	defer r.Close()
	return r.Outcome(id)
}

func (g *register) Wait(ctx context.Context, index uint64) error { return g.reg.Wait(ctx, index) }

// hereView is the agreed state plus what waits here, at this machine's time: an
// idle cluster's agreed time may be days old.
type hereView struct {
	*store.Layer
	now int64
}

func (g *register) view(o *overlay, r *store.Reader) hereView {
	layer := store.NewLayer(r, g.table)
	if len(o.list) > 0 {
		layer = o.sheet.Over(r, g.table)
	}
	return hereView{layer, max(r.Now(), g.clock().UnixMilli())}
}

func (v hereView) Now() int64 { return v.now }

// decide previews one command and lets the next one see it.
func (v hereView) decide(table *command.Table, e command.Envelope) (command.Decision, error) {
	d, err := table.Decide(v, e)
	if err != nil {
		return d, err
	}
	out := command.Outcome{Status: d.Status, At: v.now, Kind: e.Kind, By: e.By}
	if d.Err != nil {
		out.Class, out.Code, out.Field, out.Message = d.Err.Class, d.Err.Code, d.Err.Field, d.Err.Message
	}
	return d, v.Take(e.ID, out, d.Changes)
}
