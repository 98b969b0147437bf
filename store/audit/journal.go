package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"gocua/store/command"
	"gocua/store/frame"
)

const (
	segmentSize = 1 << 20                // bytes; the last batch may exceed it
	lazy        = 500 * time.Millisecond // how long a look that may wait does
	maxQueue    = 4096                   // looks that may wait while the disk takes none
)

// Config says where a journal is and whose.
type Config struct {
	Dir   string
	Key   []byte // of the machine's storage
	Node  string
	Clock func() time.Time
	Log   *slog.Logger

	segment int64 // where a segment ends, bytes; 0: segmentSize. Tests make it small.
}

// Journal takes down looks. Its methods may be called from any goroutine.
type Journal struct {
	dir  string
	seal frame.Sealer
	log  *slog.Logger
	head head
	full int64 // where a segment ends, bytes

	mu      sync.Mutex
	queue   []request
	closed  bool
	written uint64 // the last look on the disk; also read by others
	chain   frame.Hash

	wake  chan struct{} // somebody waits
	late  chan struct{} // there is something nobody waits for
	ended chan struct{}

	// Of the loop only.
	active     *os.File
	first      uint64 // of the active segment
	size       int64  // of it, durable
	marks      *os.File
	generation uint64
	failing    bool
}

type request struct {
	look command.Look
	done chan error // nil: nobody waits
}

var (
	errClosed = command.Errorf(command.Unavailable, "journal_closed", "this machine is being switched off")
	errFailed = command.Errorf(command.Unavailable, "journal_failed", "who looks cannot be written down on this machine now")
)

// Open opens the journal of a machine, or begins one. What is damaged is logged
// and stays where it is; a torn end, which a power cut leaves, is cut off.
func Open(cfg Config) (*Journal, error) {
	seal, err := layout.NewSealer(cfg.Key, purpose)
	if err != nil {
		return nil, fmt.Errorf("looks: %w", err)
	}
	j := &Journal{dir: cfg.Dir, seal: seal, log: cfg.Log, full: cmp.Or(cfg.segment, segmentSize), wake: make(chan struct{}, 1), late: make(chan struct{}, 1), ended: make(chan struct{})}
	if j.log == nil {
		j.log = slog.New(slog.DiscardHandler)
	}
	if err := j.open(cfg); err != nil {
		return nil, errors.Join(err, j.closeFiles())
	}
	go j.loop()
	return j, nil
}

func (j *Journal) open(cfg Config) error {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	r := &reading{seal: j.seal}
	if err := r.all(j.dir, func(line) {}); err != nil {
		return err
	}
	m, generation, found, err := readMark(j.dir, j.seal)
	if err != nil {
		return err
	}
	j.generation, j.head = generation, head{Node: cfg.Node, Life: m.Life}
	if !found {
		if j.head.Life = r.head.Life; j.head.Life == 0 {
			j.head.Life = cfg.Clock().UnixMilli()
		}
	}
	j.written, j.chain = max(r.next, 1)-1, r.last
	for _, f := range r.faults {
		j.log.Error("looks: the journal is damaged", "look", f.Seq, "what", f.What)
	}
	if r.torn > 0 {
		j.log.Warn("looks: the torn end of the journal was cut off", "bytes", r.torn, "after", j.written)
	}
	if found && m.Acked > j.written {
		j.log.Error("looks: looks that were written down are gone", "after", j.written, "to", m.Acked)
		j.written, j.chain = m.Acked, m.hash() // the next takes no number twice; what is gone shows
	}
	if j.marks, err = os.OpenFile(filepath.Join(j.dir, markFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	if found {
		return j.begin(r)
	}
	if j.written > 0 {
		j.log.Error("looks: the mark that says how long the journal is has gone", "after", j.written)
	}
	j.generation++
	err = writeMark(j.marks, j.seal, j.generation, mark{j.head.Node, j.head.Life, j.written, j.chain[:]})
	return errors.Join(err, j.marks.Sync(), j.begin(r))
}

// begin goes on in the last segment if it ends where the journal does and is not
// full, else in a new one.
func (j *Journal) begin(r *reading) error {
	firsts, err := segments(j.dir)
	if err != nil {
		return err
	}
	if n := len(firsts); n > 0 && r.next == j.written+1 && r.size > 0 && r.size < j.full && len(r.faults) == 0 {
		f, err := os.OpenFile(segmentPath(j.dir, firsts[n-1]), os.O_RDWR, 0o600)
		if err != nil {
			return fmt.Errorf("looks: %w", err)
		}
		j.active, j.first, j.size = f, firsts[n-1], r.size
		return errors.Join(f.Truncate(r.size), f.Sync())
	}
	return j.newSegment()
}

func (j *Journal) newSegment() error {
	first := j.written + 1
	plain, err := json.Marshal(j.head)
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	// A segment without a look may stand here already: it says the same.
	f, err := os.OpenFile(segmentPath(j.dir, first), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	raw := j.seal.Encode(first, kindHead, first, j.chain, plain)
	_, err = f.WriteAt(raw, 0)
	if err = errors.Join(err, f.Sync(), syncDir(j.dir)); err != nil {
		return errors.Join(fmt.Errorf("looks: beginning a segment: %w", err), f.Close())
	}
	if j.active != nil {
		err = j.active.Close()
	}
	j.active, j.first, j.size = f, first, int64(len(raw))
	return err
}

// Looked takes down one look. One that must be durable is on the disk when it
// returns; others are within a second. An error means that it is not written
// down, and then nothing may be shown.
func (j *Journal) Looked(ctx context.Context, l command.Look) error {
	var done chan error
	if l.Act.Durable() {
		done = make(chan error, 1)
	}
	j.mu.Lock()
	switch {
	case j.closed:
		j.mu.Unlock()
		return errClosed
	case len(j.queue) >= maxQueue:
		j.mu.Unlock()
		return errFailed
	}
	j.queue = append(j.queue, request{l, done})
	j.mu.Unlock()
	wake := j.wake
	if done == nil {
		wake = j.late
	}
	select {
	case wake <- struct{}{}:
	default:
	}
	if done == nil {
		return nil
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// loop is the only one who writes.
func (j *Journal) loop() {
	defer close(j.ended)
	var due <-chan time.Time // nil: nothing waits
	for {
		select {
		case <-j.late:
			if due == nil {
				due = time.After(lazy)
			}
			continue
		case <-j.wake:
		case <-due:
		}
		due = nil
		j.mu.Lock()
		batch, closed := j.queue, j.closed
		j.queue = nil
		j.mu.Unlock()
		if len(batch) > 0 && j.commit(batch) > 0 {
			due = time.After(lazy)
		}
		if closed {
			return
		}
	}
}

// commit writes looks together and answers whoever waits. Those nobody waits for
// are tried again: it returns how many wait now.
func (j *Journal) commit(batch []request) (waiting int) {
	err := j.write(batch)
	if err != nil && !j.failing {
		j.log.Error("looks: who looks cannot be written down", "error", err)
	}
	j.failing = err != nil
	var again []request
	for _, r := range batch {
		switch {
		case r.done != nil && err != nil:
			r.done <- fmt.Errorf("%w: %w", errFailed, err)
		case r.done != nil:
			r.done <- nil
		case err != nil:
			again = append(again, r)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.queue = append(again, j.queue...)
	return len(j.queue)
}

func (j *Journal) write(batch []request) error {
	if j.size >= j.full {
		if err := j.newSegment(); err != nil {
			return err
		}
	}
	seq, chain := j.written, j.chain
	var buf []byte
	for _, r := range batch {
		seq++
		buf = append(buf, j.seal.Encode(j.first, kindLook, seq, chain, r.look.Encode())...)
		chain = command.ChainLook(chain, seq, r.look)
	}
	if _, err := j.active.WriteAt(buf, j.size); err != nil {
		return fmt.Errorf("looks: writing: %w", err) // what is behind size is written over
	}
	if err := j.active.Sync(); err != nil {
		return fmt.Errorf("looks: syncing: %w", err)
	}
	j.generation++
	if err := writeMark(j.marks, j.seal, j.generation, mark{j.head.Node, j.head.Life, seq, chain[:]}); err != nil {
		return err
	}
	if err := j.marks.Sync(); err != nil {
		return fmt.Errorf("looks: syncing: %w", err)
	}
	j.size += int64(len(buf))
	j.mu.Lock()
	j.written, j.chain = seq, chain
	j.mu.Unlock()
	return nil
}

// Close writes down what waits and ends.
func (j *Journal) Close() error {
	j.mu.Lock()
	again := j.closed
	j.closed = true
	j.mu.Unlock()
	if again {
		return nil
	}
	select {
	case j.wake <- struct{}{}:
	default:
	}
	<-j.ended
	return j.closeFiles()
}

func (j *Journal) closeFiles() (err error) {
	for _, f := range []*os.File{j.active, j.marks} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// syncDir makes names last. Windows cannot sync a directory and does not need
// to: NTFS journals it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
