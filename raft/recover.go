package raft

import (
	"errors"
	"fmt"

	hraft "github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// ErrNoHistory: there is nothing to recover: this node was never a member.
var ErrNoHistory = errors.New("raft: this node has no history to go on from")

// leap is how far the term jumps when a cluster is begun anew: far beyond what
// machines that were given up may have reached among themselves, so that no entry
// of theirs has the place and the term of one of ours.
const leap = 1 << 20

// Recovered says from where a node goes on as the only voter.
type Recovered struct {
	Applied uint64 // what its Machine had applied: certainly agreed before
	Last    uint64 // its last entry: whether those after Applied were agreed, nobody can say
	Term    uint64 // of the entry that makes it the only voter
}

// Recover makes a node that does not run the only voter of its cluster, when most
// of the voters are lost for good. What stands in its log is kept and will count
// as agreed, also what never was; what only the lost ones had is gone.
//
// It is not the library's RecoverCluster, which would restore the Machine and
// apply the whole log to it: here the log gets one more entry, the membership of
// one, and the next start does the rest by the boot table. Doing it twice is
// harmless. The others must never be let back with their logs: the caller refuses
// them by the cluster's generation.
//
// Errors: ErrAmnesia, ErrGap, ErrNoHistory, those of the disk.
func Recover(cfg Config) (rec Recovered, err error) {
	log := newLogger(cfg.Logger)
	d, err := openDisk(cfg.Dir, cfg.Seals, log)
	if err != nil {
		return rec, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.settle(cfg.Machine, log); err != nil {
		return rec, err
	}
	s, err := d.inspect(cfg.Machine)
	if err != nil {
		return rec, err
	}
	rec.Applied, rec.Last = s.applied, max(s.last, s.snapshot)
	if rec.Last == 0 {
		return rec, ErrNoHistory
	}
	if err := forgetPromises(cfg.Dir); err != nil {
		return rec, err
	}
	now, err := d.GetUint64(keyTerm)
	if err != nil && !errors.Is(err, raftboltdb.ErrKeyNotFound) {
		return rec, fmt.Errorf("raft: reading the term: %w", err)
	}
	rec.Term = now + leap
	if err := d.SetUint64(keyTerm, rec.Term); err != nil { // first: a log ahead of the term would be no log of this node
		return rec, fmt.Errorf("raft: raising the term: %w", err)
	}
	alone := hraft.Configuration{Servers: []hraft.Server{Member{ID: cfg.ID, Addr: cfg.Streams.Addr().String(), Voter: true}.server()}}
	entry := &hraft.Log{Index: rec.Last + 1, Term: rec.Term, Type: hraft.LogConfiguration, Data: hraft.EncodeConfiguration(alone)}
	if err := d.StoreLog(entry); err != nil {
		return rec, fmt.Errorf("raft: writing the membership of one: %w", err)
	}
	return rec, nil
}

// keyTerm is where the library keeps the term it is in.
var keyTerm = []byte("CurrentTerm")
