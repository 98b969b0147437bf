package raft

import (
	"fmt"
	"log/slog"

	hraft "github.com/hashicorp/raft"
)

// Floor is a node's log alone, to measure agreement against: entries are on the
// disk as a member keeps them, and nobody has to agree.
type Floor struct{ disk *disk }

// OpenFloor begins an empty log in dir, sealed as a member's is unless seals is nil.
func OpenFloor(dir string, seals *Seals) (*Floor, error) {
	d, err := openDisk(dir, seals, newLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	return &Floor{d}, nil
}

// Append returns once the entry would survive a power cut.
func (f *Floor) Append(e Entry) error {
	if err := f.disk.StoreLog(&hraft.Log{Index: e.Index, Term: e.Term, Type: hraft.LogCommand, Data: e.Data}); err != nil {
		return fmt.Errorf("raft: appending entry %d: %w", e.Index, err)
	}
	return nil
}

// Close closes the log; its file stays.
func (f *Floor) Close() error { return f.disk.Close() }
