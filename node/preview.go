package node

import (
	"context"
	"time"

	"gocua/store"
	"gocua/store/command"
	"gocua/store/outbox"
)

// register is the agreed state as capturing sees it.
type register struct {
	reg   *store.Store
	box   *outbox.Outbox
	table *command.Table
	clock func() time.Time
}

// Preview decides commands on what is agreed plus what waits on this machine.
func (g register) Preview(list []command.Envelope) ([]command.Decision, error) {
	r := g.reg.Read()
	defer r.Close()
	view := hereView{store.NewLayer(r, g.table), max(r.Now(), g.clock().UnixMilli())}
	view.lay(g.table, g.box.Undecided(0))
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

func (g register) Outcome(id command.ID) (command.Outcome, bool) {
	r := g.reg.Read()
	defer r.Close()
	return r.Outcome(id)
}

func (g register) Wait(ctx context.Context, index uint64) error { return g.reg.Wait(ctx, index) }

// hereView is the agreed state plus what waits here, at this machine's time: an
// idle cluster's agreed time may be days old.
type hereView struct {
	*store.Layer
	now int64
}

func (v hereView) Now() int64 { return v.now }

// lay puts what waits here on top. What this build cannot read is left out, so
// that it does not stop the work: it waits for a newer build.
func (v hereView) lay(table *command.Table, waiting []outbox.Item) (changes []command.Change) {
	for _, it := range waiting {
		if d, err := v.decide(table, it.Envelope); err == nil {
			changes = append(changes, d.Changes...)
		}
	}
	return changes
}

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
	v.SetOutcome(e.ID, out)
	return d, v.Put(d.Changes)
}
