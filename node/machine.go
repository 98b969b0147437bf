package node

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"gocua/raft"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// machine is where agreement meets the register: bytes on one side, commands
// on the other. Nothing else may apply entries.
type machine struct {
	reg    *store.Store
	table  *command.Table
	marks  *marks
	disk   *disk
	halted *atomic.Pointer[breakdown] // why it must apply nothing; nil: it may
}

// Apply waits while the disk is nearly full: nothing is lost by it, and it ends
// by itself when somebody makes room.
func (m machine) Apply(entries []raft.Entry) ([]any, error) {
	if err := m.disk.await(shortMark); err != nil {
		return nil, err
	}
	if why := m.halted.Load(); why != nil {
		return nil, why
	}
	list := make([]store.Entry, len(entries))
	for i, e := range entries {
		list[i] = store.Entry(e)
	}
	results, err := m.reg.Apply(list)
	if err != nil {
		applied, _ := m.reg.Applied()
		return nil, stuckAt(m.table, list, applied, err)
	}
	if last := results[len(results)-1]; len(last) > 0 && last[0].Outcome.Kind == civic.KindMark && !last[0].Known {
		m.marks.reached(m.reg, last[0].Outcome.Index) // only here the register stands exactly at the mark
	}
	out := make([]any, len(results))
	for i, r := range results {
		out[i] = r
	}
	return out, nil
}

func (m machine) Snapshot() (raft.Snapshot, error) {
	if err := m.disk.check(lowMark); err != nil {
		return nil, err
	}
	snap, err := m.reg.Snapshot()
	if err != nil {
		return nil, err
	}
	return snap, nil
}

// Restore builds the register anew beside the old one.
func (m machine) Restore(r io.Reader) error {
	if err := m.disk.check(lowMark); err != nil {
		return err
	}
	return m.reg.Restore(r)
}

func (m machine) Applied() (index, term uint64) { return m.reg.Applied() }

// agreement is what the batcher proposes to.
type agreement struct{ raft *raft.Raft }

func (a agreement) Propose(ctx context.Context, entry []byte) ([]command.Decided, error) {
	result, _, err := a.raft.Propose(ctx, entry)
	if err != nil {
		return nil, err
	}
	results, ok := result.([]store.Result)
	if !ok {
		return nil, fmt.Errorf("node: the register answered with %T", result)
	}
	decided := make([]command.Decided, len(results))
	for i, r := range results {
		decided[i] = command.Decided{ID: r.ID, Outcome: r.Outcome}
	}
	return decided, nil
}
