package raft

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	hraft "github.com/hashicorp/raft"
)

// Role is what this node is to the cluster.
type Role string

const (
	Leading   Role = "leader"
	Following Role = "follower"  // a voter
	Standby   Role = "standby"   // has everything, decides nothing
	Candidate Role = "candidate" // a voter that misses a leader
	Outside   Role = "outside"   // not, or no longer, a member
	Stopped   Role = "stopped"   // failed or closed
)

// Stats is the state of this node's part, for a person or a gauge. The numbers
// are read one after another and need not fit each other.
type Stats struct {
	Role      Role
	Term      uint64
	Committed uint64 // place up to which this node knows what is agreed
	Applied   uint64 // place the Machine has reached
	Last      uint64 // place of the last entry on disk, agreed or not
	Snapshot  uint64 // place of the newest snapshot; 0 none
	LogBytes  int64  // size of raft.db; it never shrinks
}

// Stats looks at the state of this node's part. It never blocks on the cluster.
func (r *Raft) Stats() Stats {
	s := Stats{Role: r.role(), Term: r.lib().CurrentTerm(), Committed: r.lib().CommitIndex(), Last: r.lib().LastIndex()}
	s.Applied, _ = r.cfg.Machine.Applied()
	if kept, err := r.disk.snapshots.List(); err == nil && len(kept) > 0 {
		s.Snapshot = kept[0].Index
	}
	if info, err := os.Stat(r.disk.path); err == nil {
		s.LogBytes = info.Size()
	}
	return s
}

func (r *Raft) role() Role {
	if r.stopping.Load() {
		return Stopped
	}
	self, ok := r.member(r.cfg.ID)
	switch state := r.lib().State(); {
	case state == hraft.Leader:
		return Leading
	case !ok:
		return Outside
	case self.Suffrage != hraft.Voter:
		return Standby
	case state == hraft.Candidate:
		return Candidate
	}
	return Following
}

// Snapshot takes a snapshot now and shortens the log behind it. It returns when
// the snapshot is on disk. Raft takes snapshots by itself when one is due.
func (r *Raft) Snapshot(ctx context.Context) error {
	f, err := await(ctx, r, func(time.Duration) snapshotFuture {
		return snapshotFuture{r.lib().Snapshot()}
	})
	if err == nil {
		err = f.SnapshotFuture.Error()
	}
	if err == nil || errors.Is(err, hraft.ErrNothingNewToSnapshot) {
		return nil
	}
	return fmt.Errorf("raft: taking a snapshot: %w", err)
}

// snapshotFuture keeps await from filing a snapshot's error under what may or
// may not be agreed.
type snapshotFuture struct{ hraft.SnapshotFuture }

func (f snapshotFuture) Error() error {
	f.SnapshotFuture.Error()
	return nil
}
