package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"gocua/store/command"
)

var (
	// ErrClosed is met by whoever uses a store or reader that was closed.
	ErrClosed = errors.New("the register is closed")
	// ErrWrongKey means the register was encrypted with another key.
	ErrWrongKey = errors.New("the register is encrypted with another key")
	// ErrDamaged means the disk does not hold what was written. The register
	// must be moved away and filled again from a snapshot and the log.
	ErrDamaged = errors.New("the register is damaged")
)

// Config says where the register is and what it is made of.
type Config struct {
	Dir   string         // created if absent; nothing else may be kept in it
	Key   []byte         // 32 bytes; the register is encrypted from its first day
	Table *command.Table // kinds, records and rules
	Log   *slog.Logger   // nil: silent

	// Still leaves the files on the disk untidied. Only a simulation wants that:
	// tidying looks twenty times a second, which a simulated day cannot afford.
	Still bool

	// Level reads the feature level from the replicated records; nil means
	// level 1 for ever. Decisions depend on it, so it must be pure.
	Level func(command.View) int

	// small keeps little in memory for a register that holds little. Only tests set
	// it, which open thousands: what is kept for each has to be cleared first.
	small bool
}

// Store is the register (sổ cái) of one node. Its methods may be called from
// any goroutine.
type Store struct {
	dir   string
	key   []byte
	table *command.Table
	level func(command.View) int
	still bool
	small bool
	log   *slog.Logger
	wrote func(writes)            // told of each transaction of Apply; only Replay sets it
	step  func(name string) error // asked after each step of a restore; only tests set it, nil otherwise

	writing sync.Mutex // held by Apply, Restore and Close
	lately  lately     // under writing

	mu      sync.Mutex
	vol     *volume
	old     []*volume // replaced by a restore, perhaps still being read
	place   place
	changed chan struct{}
	closed  bool
}

// Open opens the register in cfg.Dir, or begins an empty one. Indexes and
// tallies are made again when their declaration has changed, which takes as
// long as reading every record.
func Open(cfg Config) (*Store, error) {
	if len(cfg.Key) != 32 {
		return nil, fmt.Errorf("opening the register: the key has %d bytes, not 32", len(cfg.Key))
	}
	s := &Store{dir: cfg.Dir, key: cfg.Key, table: cfg.Table, level: cfg.Level, still: cfg.Still, small: cfg.small, log: cfg.Log, changed: make(chan struct{})}
	if s.level == nil {
		s.level = func(command.View) int { return 1 }
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("opening the register: %w", err)
	}
	return s, nil
}

func (s *Store) open() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	name, err := readCurrent(s.dir)
	if err != nil {
		return err
	}
	if name == "" {
		name = newVolumeName(0)
		if err := errors.Join(writeCurrent(s.dir, name), syncDir(s.dir)); err != nil {
			return err
		}
	}
	vol, err := openVolume(s.options(filepath.Join(s.dir, name)), s.log)
	if err != nil {
		return err
	}
	// Only now: the volume is locked, so nobody else is at work in here.
	err = removeOthers(s.dir, name)
	if err == nil {
		s.place, err = prepare(vol, s.table)
	}
	if err != nil {
		vol.retire(false)
		return errors.Join(err, vol.err)
	}
	s.vol = vol
	return nil
}

// Close waits until every reader and snapshot is closed, then closes the
// register. What was applied is durable after it.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.changed)
	s.mu.Unlock()

	s.vol.retire(false)
	for _, v := range append(s.old, s.vol) { // nobody changes them any more
		<-v.closed
	}
	if s.vol.err != nil {
		return fmt.Errorf("closing the register: %w", s.vol.err)
	}
	return nil
}

// Applied returns the last entry applied as a whole.
func (s *Store) Applied() (index, term uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place.Index, s.place.Term
}

// Position is where the register stands, without a reader: for who needs nothing else.
func (s *Store) Position() Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place.position()
}

// Changed returns a channel that is closed when the register next moves, by
// entries or a restore, or is closed. Take it before reading, then nothing is missed.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Wait returns once the entry is applied, or with the context's error, or
// ErrClosed.
func (s *Store) Wait(ctx context.Context, index uint64) error {
	for {
		s.mu.Lock()
		there, closed, changed := s.place.Index >= index, s.closed, s.changed
		s.mu.Unlock()
		if there {
			return nil
		}
		if closed {
			return ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Sync makes everything applied so far survive a power cut.
func (s *Store) Sync() error {
	vol, err := s.holdCurrent()
	if err != nil {
		return err
	}
	defer vol.release()
	return vol.sync()
}

// ChainAt returns the chain digest after an entry, if the entry is among the
// last 1,024.
func (s *Store) ChainAt(index uint64) (chain [32]byte, ok bool) {
	r := s.Read()
	defer r.Close()
	b := r.get(chainKey(index))
	if len(b) != 40 || binary.BigEndian.Uint64(b) != index {
		return chain, false
	}
	return [32]byte(b[8:]), true
}

// Verify reads every block on the disk and checks it. Badger takes a block it
// cannot read for one that holds nothing, so damage shows only here and where
// digests are compared: run it at start and every night.
func (s *Store) Verify() (err error) {
	vol, err := s.holdCurrent()
	if err != nil {
		return err
	}
	defer vol.release()
	defer func() {
		if p := recover(); p != nil { // Badger 4.9.6 stumbles over the block it reports
			err = fmt.Errorf("%w: a block cannot be read (%v)", ErrDamaged, p)
		}
	}()
	if err := vol.db.VerifyChecksum(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

func (s *Store) holdCurrent() (*volume, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.vol.acquire()
	return s.vol, nil
}

// publish tells everybody how far the register has got.
func (s *Store) publish(p place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place = p
	s.announce()
}

func (s *Store) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}
