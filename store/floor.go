package store

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
)

// Floor is the engine alone (sàn), to measure a register against: a database with
// a register's options that takes what a register wrote, one transaction after
// the other, and decides nothing.
type Floor struct{ vol *volume }

// OpenFloor begins an empty one in dir.
func OpenFloor(dir string, key []byte) (*Floor, error) {
	log := slog.New(slog.DiscardHandler)
	vol, err := openVolume(badgerOptions(dir, key, log), log)
	if err != nil {
		return nil, fmt.Errorf("opening a floor: %w", err)
	}
	return &Floor{vol}, nil
}

// Commit writes one transaction as Replay told of it.
func (f *Floor) Commit(keys map[string][]byte) error { return commitWrites(f.vol.db, keys) }

// Close closes the database; its files stay.
func (f *Floor) Close() error {
	f.vol.retire(false)
	<-f.vol.closed
	return f.vol.err
}

// Replay applies the entries of a log to an empty register in cfg.Dir, tells of
// each what it wrote (by transaction; a nil value deletes), and returns where the
// register ended.
func Replay(cfg Config, entries iter.Seq2[Entry, error], each func(e Entry, wrote []map[string][]byte) error) (at Position, err error) {
	s, err := Open(cfg)
	if err != nil {
		return at, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var wrote []map[string][]byte
	s.wrote = func(keys writes) { wrote = append(wrote, keys) }
	for e, err := range entries {
		if err != nil {
			return at, err
		}
		wrote = nil
		if _, err := s.Apply([]Entry{e}); err != nil {
			return at, err
		}
		if err := each(e, wrote); err != nil {
			return at, err
		}
	}
	r := s.Read()
	defer r.Close()
	return r.Position(), r.Err()
}
