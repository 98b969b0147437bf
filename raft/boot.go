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
	dropLog bool // keep only term and vote
	restore bool // replace the Machine's content by the newest snapshot
}

// boot decides how to start from what is on disk. The order of the rules
// matters: a log that contradicts the snapshot counts as no log.
func boot(s state) (plan, error) {
	var p plan
	if s.termAtSnapshot != 0 && s.termAtSnapshot != s.snapshotTerm {
		// A leader that was cut off wrote on while the others agreed on
		// something else (raft#697). Nothing from there on was ever agreed.
		p.dropLog = true
		s.first, s.last, s.termAtApplied = 0, 0, 0
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
// and the two newest snapshots.
type disk struct {
	*raftboltdb.BoltStore
	snapshots *hraft.FileSnapshotStore
	path      string
}

func openDisk(dir string, log *logger) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("raft: making its directory: %w", err)
	}
	snapshots, err := hraft.NewFileSnapshotStoreWithLogger(dir, 2, log)
	if err != nil {
		return nil, fmt.Errorf("raft: opening snapshots: %w", err)
	}
	path := filepath.Join(dir, "raft.db")
	bolt, err := raftboltdb.New(raftboltdb.Options{Path: path, BoltOptions: &bbolt.Options{
		Timeout:        2 * time.Second, // else a second process waits for ever
		NoFreelistSync: true,            // else each commit rewrites the list of free pages
		FreelistType:   bbolt.FreelistMapType,
	}})
	if err != nil {
		return nil, fmt.Errorf("raft: opening its log: %w", err)
	}
	return &disk{bolt, snapshots, path}, nil
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

// settle looks at the disk, decides and does what has to be done before raft
// starts. It reports whether raft must restore the newest snapshot.
func (d *disk) settle(m Machine, log *logger) (restore bool, err error) {
	s, err := d.inspect(m)
	if err != nil {
		return false, err
	}
	p, err := boot(s)
	if err != nil {
		return false, err
	}
	if p.dropLog {
		log.out.Warn("the log contradicts the newest snapshot and is dropped",
			"snapshot", s.snapshot, "first", s.first, "last", s.last)
		if err := d.DeleteRange(s.first, s.last); err != nil {
			return false, fmt.Errorf("raft: dropping the log: %w", err)
		}
	}
	return p.restore, nil
}

// ReadLog hands over the log kept in the directory of a node that is not
// running, oldest entry first. For inspection and tests.
func ReadLog(dir string, each func(Entry) error) error {
	bolt, err := raftboltdb.New(raftboltdb.Options{Path: filepath.Join(dir, "raft.db"),
		BoltOptions: &bbolt.Options{Timeout: 2 * time.Second, ReadOnly: true}})
	if err != nil {
		return fmt.Errorf("raft: opening the log: %w", err)
	}
	defer bolt.Close()
	first, err := bolt.FirstIndex()
	if err != nil {
		return fmt.Errorf("raft: reading the log: %w", err)
	}
	last, err := bolt.LastIndex()
	if err != nil {
		return fmt.Errorf("raft: reading the log: %w", err)
	}
	for i := first; i != 0 && i <= last; i++ {
		var l hraft.Log
		switch err := bolt.GetLog(i, &l); {
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
