package raft

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// errStopping ends reading or writing a snapshot when the node is stopped.
var errStopping = errors.New("raft is stopping")

// fsm is the Machine as the library wants to see it. The library has no notion
// of a state machine that fails: it would apply the next entry. So after the
// first failure fsm touches the Machine no more.
type fsm struct {
	machine Machine
	disk    *disk
	*verdict

	seen       uint64        // last entry the library handed over
	membership atomic.Uint64 // place of the newest agreed membership

	lib      atomic.Pointer[hraft.Raft] // nil until started
	circle   circle
	circling chan struct{} // gets one when the library must be started anew
	quit     chan struct{} // closed when this run of the library ends
}

// failure is the result of an entry that could not be applied here.
type failure struct{ err error }

func newFSM(machine Machine, disk *disk, v *verdict) *fsm {
	f := &fsm{machine: machine, disk: disk, verdict: v, circling: make(chan struct{}, 1), quit: make(chan struct{})}
	f.noteSnapshots()
	return f
}

// Apply is never called by the library as long as there is ApplyBatch.
func (f *fsm) Apply(l *hraft.Log) any { return f.ApplyBatch([]*hraft.Log{l})[0] }

func (f *fsm) ApplyBatch(logs []*hraft.Log) []any {
	if err := f.Err(); err != nil {
		return refused(len(logs), err)
	}
	entries := make([]Entry, len(logs))
	for i, l := range logs {
		entries[i] = entryOf(l)
		if l.Type == hraft.LogConfiguration {
			f.noteMembership(l.Index)
		}
	}
	results, err := f.apply(entries)
	if err != nil {
		f.fail(err)
		return refused(len(logs), err)
	}
	f.seen = entries[len(entries)-1].Index
	return results
}

func (f *fsm) apply(entries []Entry) (results []any, err error) {
	first, last := entries[0].Index, entries[len(entries)-1].Index
	err = f.guarded(func() (err error) {
		results, err = f.machine.Apply(entries)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("applying entries %d to %d: %w", first, last, err)
	}
	if len(results) != len(entries) {
		return nil, fmt.Errorf("applying entries %d to %d: %d results", first, last, len(results))
	}
	if applied, _ := f.machine.Applied(); applied < last {
		return nil, fmt.Errorf("applying entries %d to %d: the machine stayed at %d", first, last, applied)
	}
	return results, nil
}

// entryOf hides what only raft cares about: of a membership, a barrier or a
// leader's first entry only the position is left.
func entryOf(l *hraft.Log) Entry {
	e := Entry{Index: l.Index, Term: l.Term}
	if l.Type == hraft.LogCommand && len(l.Data) > 0 {
		e.Data = l.Data
	}
	return e
}

func refused(n int, err error) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = failure{err}
	}
	return out
}

// Snapshot is refused while the library still replays entries the Machine
// knew before the start: the snapshot would carry an older label than its
// content, and a node restored from it would look as if it had lost its log.
func (f *fsm) Snapshot() (hraft.FSMSnapshot, error) {
	if err := f.Err(); err != nil {
		return nil, err
	}
	if applied, _ := f.machine.Applied(); applied != f.seen {
		return nil, fmt.Errorf("still replaying: at entry %d of %d", f.seen, applied)
	}
	var s Snapshot
	err := f.guarded(func() (err error) {
		s, err = f.machine.Snapshot()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("fixing a snapshot: %w", err)
	}
	return &persister{s, f}, nil
}

// Restore leaves the Machine as it was when it fails, so failing is no
// failure: the leader will send again, and the boot table holds after a crash.
func (f *fsm) Restore(from io.ReadCloser) error {
	if err := f.Err(); err != nil {
		return err
	}
	err := f.guarded(func() error { return f.machine.Restore(&stoppable{from, nil, f.quit}) })
	if err != nil {
		return fmt.Errorf("restoring a snapshot: %w", err)
	}
	f.seen, _ = f.machine.Applied()
	f.noteSnapshots()
	f.noteInstalled()
	return nil
}

// noteInstalled asks for a new start when the log here contradicts the snapshot
// just installed. The library waits meanwhile: its log is as it was before.
func (f *fsm) noteInstalled() {
	contradicts, err := f.disk.contradicted()
	if err != nil {
		f.log.Warn("raft: comparing the log with a snapshot", "error", err)
	}
	if f.circle.installed(time.Now(), f.seen, f.lib.Load(), contradicts) {
		select {
		case f.circling <- struct{}{}:
		default: // asked for already
		}
	}
}

// guarded turns a panic of the Machine into an error, since the process has
// to live on: it still captures.
func (f *fsm) guarded(do func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("panic: %w\n%s", p, debug.Stack())
		default: // its text could hold somebody's data
			err = fmt.Errorf("panic of type %T\n%s", p, debug.Stack())
		}
	}()
	return do()
}

func (f *fsm) noteMembership(index uint64) {
	for {
		old := f.membership.Load()
		if index <= old || f.membership.CompareAndSwap(old, index) {
			return
		}
	}
}

// noteSnapshots notes the membership a snapshot brought along: the entry that
// made it may never pass by here.
func (f *fsm) noteSnapshots() {
	kept, err := f.disk.snapshots.List()
	if err != nil {
		return // the library meets the same error, and reports it
	}
	for _, meta := range kept {
		f.noteMembership(meta.ConfigurationIndex)
	}
}

// persister writes a Snapshot where the library keeps them.
type persister struct {
	Snapshot
	fsm *fsm
}

func (p *persister) Persist(sink hraft.SnapshotSink) error {
	err := p.fsm.guarded(func() error {
		_, err := p.WriteTo(&stoppable{nil, sink, p.fsm.quit})
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("writing a snapshot: %w", err), sink.Cancel())
	}
	return sink.Close()
}

func (p *persister) Release() {
	if err := p.Close(); err != nil {
		p.fsm.log.Warn("closing a snapshot", "err", err)
	}
}

// stoppable lets a long copy end when the node is stopped.
type stoppable struct {
	r    io.Reader
	w    io.Writer
	quit <-chan struct{}
}

func (s *stoppable) Read(p []byte) (int, error) {
	if s.stopped() {
		return 0, errStopping
	}
	return s.r.Read(p)
}

func (s *stoppable) Write(p []byte) (int, error) {
	if s.stopped() {
		return 0, errStopping
	}
	return s.w.Write(p)
}

func (s *stoppable) stopped() bool {
	select {
	case <-s.quit:
		return true
	default:
		return false
	}
}
