package raft

import "io"

// Machine is what agreed entries are applied to. raft calls it from one
// goroutine, except for Applied and for what a Snapshot does.
type Machine interface {
	// Apply applies entries in order, at most Profile.Batch of them, and
	// returns one result for each; the results of a proposal made here go to
	// its Propose. Entries at or below Applied are known and must be skipped
	// (their results are ignored). Afterwards Applied is the last entry.
	//
	// An error is a failure of this node, never an outcome: the node stops
	// applying for good, see Raft.Failed.
	Apply([]Entry) ([]any, error)

	// Snapshot fixes a point in time, quickly: nothing is applied meanwhile.
	Snapshot() (Snapshot, error)

	// Restore replaces everything by what a Snapshot wrote, all or nothing, and
	// returns when that is durable.
	Restore(io.Reader) error

	// Applied is the place and term of the last entry applied; zero: none. It
	// must be kept in the same transaction as the entry's effects.
	Applied() (index, term uint64)
}

// Entry is one agreed entry. Without Data it only moves the position: a change
// of membership, or a barrier.
type Entry struct {
	Index, Term uint64
	Data        []byte
}

// Snapshot is the Machine at one point in time.
type Snapshot interface {
	// WriteTo writes what Restore reads. It returns after the Machine's own
	// data up to that point is on disk, since the log before it may go then.
	WriteTo(io.Writer) (int64, error)
	Close() error
}
