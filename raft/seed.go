package raft

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	hraft "github.com/hashicorp/raft"
)

// Seeding says what a directory begins with that has taken part in nothing yet.
type Seeding struct {
	Dir         string // as Config.Dir
	Seals       *Seals // as Config.Seals
	Index, Term uint64 // of the last entry the snapshot holds
	// Members is the membership from then on: this node alone, to begin a cluster
	// anew; nobody, to be taken in by the leader, which then sends only what came
	// after.
	Members []Member
}

// Seed is a snapshot that a node begins with instead of being sent one.
type Seed struct {
	disk *disk
	sink hraft.SnapshotSink
	term uint64
}

// Plant begins to write a seed into a directory that holds no agreement. The
// caller writes what a Snapshot would have written, then calls Commit or Cancel.
func Plant(s Seeding) (*Seed, error) {
	if s.Index == 0 || s.Term == 0 {
		return nil, errors.New("raft: a seed needs the place of its last entry")
	}
	d, err := openDisk(s.Dir, s.Seals, newLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	fresh, err := d.empty()
	if err == nil && !fresh {
		err = fmt.Errorf("raft: %s has taken part already", s.Dir)
	}
	var sink hraft.SnapshotSink
	if err == nil {
		list, at := hraft.Configuration{}, uint64(0)
		for _, m := range s.Members {
			list.Servers, at = append(list.Servers, m.server()), s.Index
		}
		_, addresses := hraft.NewInmemTransport("") // writes an address as the real one does
		sink, err = d.snapshots.Create(hraft.SnapshotVersionMax, s.Index, s.Term, list, at, addresses)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return &Seed{d, sink, s.Term}, nil
}

// empty reports whether nothing was ever agreed here.
func (d *disk) empty() (bool, error) {
	history, err := hraft.HasExistingState(d, d, d.snapshots)
	if err != nil {
		return false, fmt.Errorf("raft: looking for a history: %w", err)
	}
	return !history, nil
}

// Write writes a part of the snapshot.
func (s *Seed) Write(p []byte) (int, error) { return s.sink.Write(p) }

// Commit makes the seed count; it is on disk when Commit returns. The term comes
// first: a node that began again at term 1 would write entries that look older
// than its own snapshot, and whoever held no more than the snapshot would win
// elections against whoever holds what came after.
func (s *Seed) Commit() error {
	if err := s.disk.SetUint64(keyTerm, s.term); err != nil {
		return errors.Join(fmt.Errorf("raft: writing the term: %w", err), s.Cancel())
	}
	err := s.sink.Close()
	return errors.Join(err, s.disk.Close())
}

// Cancel removes what was written of it.
func (s *Seed) Cancel() error { return errors.Join(s.sink.Cancel(), s.disk.Close()) }

var _ io.Writer = (*Seed)(nil)
