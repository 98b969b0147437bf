package node

import (
	"context"
	"slices"
	"sync"
	"time"

	"gocua/store"
	"gocua/store/command"
	"gocua/store/outbox"
)

// register is the agreed state as capturing and pages see it: with what this
// machine captured and has not applied yet laid over it.
type register struct {
	reg   *store.Store
	box   *outbox.Outbox
	table *command.Table
	clock func() time.Time

	mu    sync.Mutex
	ahead []ahead
}

// ahead is a command that the cluster has decided in an entry this machine has
// not applied yet. Between the two it would be seen nowhere.
type ahead struct {
	envelope command.Envelope
	index    uint64
}

// settling remembers a decided command until its entry has been applied here.
func (g *register) settling(e command.Envelope, out command.Outcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	applied, _ := g.reg.Applied()
	g.ahead = slices.DeleteFunc(g.ahead, func(a ahead) bool { return a.index <= applied })
	if out.Index > applied {
		g.ahead = append(g.ahead, ahead{e, out.Index})
	}
}

// captured lists, in order, what was captured here and may not be in the
// register yet. Ask before the register is read: what is applied in between is
// then in both, and lay leaves it out; the other way round it would be in neither.
func (g *register) captured() (list []command.Envelope) {
	undecided := g.box.Undecided(0) // before ahead, for the same reason
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := map[command.ID]bool{}
	for _, a := range g.ahead {
		list, seen[a.envelope.ID] = append(list, a.envelope), true
	}
	for _, it := range undecided {
		if !seen[it.Envelope.ID] {
			list = append(list, it.Envelope)
		}
	}
	return list
}

// read opens the register and lays what was captured here over it; changes are
// its records, none if there is nothing to lay. The caller closes the reader.
func (g *register) read() (r *store.Reader, view hereView, changes []command.Change) {
	waiting := g.captured()
	r = g.reg.Read()
	view = hereView{store.NewLayer(r, g.table), max(r.Now(), g.clock().UnixMilli())}
	return r, view, view.lay(g.table, waiting)
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

func (v hereView) Now() int64 { return v.now }

// lay puts what waits here on top. What this build cannot read is left out, so
// that it does not stop the work: it waits for a newer build.
func (v hereView) lay(table *command.Table, waiting []command.Envelope) (changes []command.Change) {
	for _, e := range waiting {
		if _, applied := v.Outcome(e.ID); applied {
			continue
		}
		if d, err := v.decide(table, e); err == nil {
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
