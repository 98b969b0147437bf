package raft

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	hraft "github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"
)

// ErrAmnesia: the log lost entries this node may have promised to keep (an old
// copy of raft.db, another cluster's, or none). Voting now could undo what is
// agreed. The node must be wiped and join again under a new ID.
var ErrAmnesia = errors.New("raft: this node's log has forgotten what was agreed; join again under a new ID")

// ErrGap: entries between the newest snapshot and the log are missing. The node
// must be wiped and join again under a new ID.
var ErrGap = errors.New("raft: entries are missing on this node; join again under a new ID")

// state is what is found on disk before raft starts. Zero means none.
type state struct {
	applied, appliedTerm   uint64 // the Machine's position
	snapshot, snapshotTerm uint64 // the newest snapshot
	first, last            uint64 // the log
	termAtSnapshot         uint64 // of the log's own entry there
	termAtApplied          uint64 // of the log's own entry there
}

// plan is what has to be done about it.
type plan struct {
	drop    uint64 // forget the log up to here; term and vote stay
	restore bool   // replace the Machine's content by the newest snapshot
}

// boot decides how to start from what is on disk. The order of the rules
// matters: what contradicts the snapshot counts as not there.
func boot(s state) (plan, error) {
	var p plan
	switch {
	case s.termAtSnapshot != 0 && s.termAtSnapshot != s.snapshotTerm:
		// A leader that was cut off wrote on while the others agreed on
		// something else (raft#697). Nothing from there on was ever agreed.
		p.drop = s.last
	case s.termAtSnapshot == 0 && s.first != 0 && s.first <= s.snapshot:
		// The snapshot came from a leader. What lies below may be such a tail
		// too; the library would send it to others as if it were agreed.
		p.drop = s.snapshot
	}
	if p.drop >= s.last {
		s.first, s.last = 0, 0
	} else if p.drop >= s.first {
		s.first = p.drop + 1
	}
	if s.applied <= p.drop {
		s.termAtApplied = 0
	}
	if s.applied > max(s.last, s.snapshot) {
		return plan{}, fmt.Errorf("%w (applied %d, log ends at %d, snapshot at %d)", ErrAmnesia, s.applied, s.last, s.snapshot)
	}
	if s.applied > s.snapshot && s.termAtApplied != 0 && s.termAtApplied != s.appliedTerm {
		return plan{}, fmt.Errorf("%w (entry %d has term %d, applied was term %d)", ErrAmnesia, s.applied, s.termAtApplied, s.appliedTerm)
	}
	if s.last > s.snapshot && s.first > s.snapshot+1 {
		return plan{}, fmt.Errorf("%w (log begins at %d, snapshot at %d, applied %d)", ErrGap, s.first, s.snapshot, s.applied)
	}
	p.restore = s.applied < s.snapshot
	return p, nil
}

// disk is what one node keeps of the agreement: log, term and vote in raft.db,
// and the two newest snapshots. Entries and snapshots are sealed (seal.go, vault.go).
type disk struct {
	*raftboltdb.BoltStore
	snapshots hraft.SnapshotStore
	path      string
	seal      Sealer // of entries; nil: they are in the clear
}

func openDisk(dir string, seals *Seals, log *logger) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("raft: making its directory: %w", err)
	}
	snapshots, err := openSnapshots(dir, seals, log)
	if err != nil {
		return nil, err
	}
	d := &disk{snapshots: snapshots, path: filepath.Join(dir, "raft.db")}
	if seals != nil {
		d.seal = seals.Log
	}
	d.BoltStore, err = raftboltdb.New(raftboltdb.Options{Path: d.path, BoltOptions: &bbolt.Options{
		Timeout:        2 * time.Second, // else a second process waits for ever
		NoFreelistSync: true,            // else each commit rewrites the list of free pages
		FreelistType:   bbolt.FreelistMapType,
	}})
	if err != nil {
		return nil, fmt.Errorf("raft: opening its log: %w", err)
	}
	if err := d.checkKey(true); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// inspect reads what boot needs to know.
func (d *disk) inspect(m Machine) (s state, err error) {
	s.applied, s.appliedTerm = m.Applied()
	kept, err := d.snapshots.List()
	if err != nil {
		return s, fmt.Errorf("raft: listing snapshots: %w", err)
	}
	if len(kept) > 0 {
		s.snapshot, s.snapshotTerm = kept[0].Index, kept[0].Term
	}
	if s.first, err = d.FirstIndex(); err != nil {
		return s, fmt.Errorf("raft: reading the log: %w", err)
	}
	if s.last, err = d.LastIndex(); err != nil {
		return s, fmt.Errorf("raft: reading the log: %w", err)
	}
	if s.termAtSnapshot, err = d.termAt(s.snapshot); err != nil {
		return s, err
	}
	s.termAtApplied, err = d.termAt(s.applied)
	return s, err
}

// termAt is the term of an entry in the log, 0 if it is not there.
func (d *disk) termAt(index uint64) (uint64, error) {
	var l hraft.Log
	switch err := d.GetLog(index, &l); {
	case errors.Is(err, hraft.ErrLogNotFound):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("raft: reading entry %d: %w", index, err)
	}
	return l.Term, nil
}

// contradicted reports whether the log has another entry at the newest
// snapshot's place: one that was never agreed.
func (d *disk) contradicted() (bool, error) {
	kept, err := d.snapshots.List()
	if err != nil || len(kept) == 0 {
		return false, err
	}
	term, err := d.termAt(kept[0].Index)
	return term != 0 && term != kept[0].Term, err
}

// IsMonotonic makes the library forget the whole log when a snapshot comes from
// a leader. Otherwise it keeps entries of a time when this node led and was cut
// off, and would send them on as agreed should it lead again.
func (d *disk) IsMonotonic() bool { return true }

// settle looks at the disk, decides, and does what has to be done before raft
// starts. A snapshot that is needed and cannot be read is an error: the older
// one would take back what this node has promised.
func (d *disk) settle(m Machine, log *logger) error {
	s, err := d.inspect(m)
	if err != nil {
		return err
	}
	p, err := boot(s)
	if err != nil {
		return err
	}
	if p.restore {
		log.out.Info("the machine is behind the newest snapshot and is restored", "applied", s.applied, "snapshot", s.snapshot)
		if err := d.restore(m, s.snapshot); err != nil {
			return fmt.Errorf("raft: restoring the snapshot at %d: %w", s.snapshot, err)
		}
	}
	if p.drop > 0 {
		log.out.Warn("entries that the newest snapshot replaces are dropped", "from", s.first, "to", p.drop, "snapshot", s.snapshot)
		if err := d.DeleteRange(s.first, p.drop); err != nil {
			return fmt.Errorf("raft: dropping entries: %w", err)
		}
	}
	return nil
}

func (d *disk) restore(m Machine, index uint64) error {
	kept, err := d.snapshots.List()
	if err != nil {
		return err
	}
	_, from, err := d.snapshots.Open(kept[0].ID) // verifies its checksum
	if err != nil {
		return err
	}
	defer from.Close()
	if err := m.Restore(from); err != nil {
		return err
	}
	if applied, _ := m.Applied(); applied != index {
		return fmt.Errorf("the machine is at %d afterwards", applied)
	}
	return nil
}

// ReadLog hands over the log kept in the directory of a node that is not
// running, oldest entry first; seals are those it was written with. For inspection
// and tests.
func ReadLog(dir string, seals *Seals, each func(Entry) error) error {
	bolt, err := raftboltdb.New(raftboltdb.Options{Path: filepath.Join(dir, "raft.db"),
		BoltOptions: &bbolt.Options{Timeout: 2 * time.Second, ReadOnly: true}})
	if err != nil {
		return fmt.Errorf("raft: opening the log: %w", err)
	}
	defer bolt.Close()
	d := &disk{BoltStore: bolt}
	if seals != nil {
		d.seal = seals.Log
	}
	if err := d.checkKey(false); err != nil {
		return err
	}
	first, err := d.FirstIndex()
	if err != nil {
		return fmt.Errorf("raft: reading the log: %w", err)
	}
	last, err := d.LastIndex()
	if err != nil {
		return fmt.Errorf("raft: reading the log: %w", err)
	}
	for i := first; i != 0 && i <= last; i++ {
		var l hraft.Log
		switch err := d.GetLog(i, &l); {
		case errors.Is(err, hraft.ErrLogNotFound):
			continue // a snapshot was installed over a log that ended before it
		case err != nil:
			return fmt.Errorf("raft: reading entry %d: %w", i, err)
		}
		if err := each(entryOf(&l)); err != nil {
			return err
		}
	}
	return nil
}
