package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/dgraph-io/badger/v4"
)

// volume is one Badger database in its own directory. A restore puts another
// one in its place; the old one lives until its last reader has closed.
type volume struct {
	dir    string
	db     *badger.DB
	log    *slog.Logger
	absent *absent

	mu      sync.Mutex
	readers int
	retired bool
	remove  bool          // delete the directory once closed
	closed  chan struct{} // closed when the database is
	err     error         // of closing it; read after closed
}

func openVolume(options badger.Options, log *slog.Logger) (*volume, error) {
	dir := options.Dir
	if err := removeEmptyLogs(dir); err != nil {
		return nil, err
	}
	db, err := badger.Open(options)
	if errors.Is(err, badger.ErrEncryptionKeyMismatch) {
		return nil, fmt.Errorf("opening %s: %w", filepath.Base(dir), ErrWrongKey)
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", filepath.Base(dir), err)
	}
	return &volume{dir: dir, db: db, log: log, absent: newAbsent(), closed: make(chan struct{})}, nil
}

// removeEmptyLogs deletes logs of no length. Badger makes a log empty before it
// deletes it, and creates one empty; killed in between, it will not open what it
// left.
func removeEmptyLogs(dir string) error {
	for _, kind := range []string{"*.mem", "*.vlog"} {
		logs, err := filepath.Glob(filepath.Join(dir, kind))
		if err != nil {
			return fmt.Errorf("listing %s: %w", dir, err)
		}
		for _, name := range logs {
			if info, err := os.Stat(name); err != nil || info.Size() > 0 {
				continue
			}
			if err := os.Remove(name); err != nil {
				return fmt.Errorf("removing an empty log: %w", err)
			}
		}
	}
	return nil
}

func (v *volume) acquire() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.readers++
}

func (v *volume) release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.readers--
	if v.closeIfUnused(); v.remove && v.err != nil { // a replaced volume: there is nobody to tell
		v.log.Error("closing a replaced register", "error", v.err)
	}
}

// retire lets the volume close as soon as nobody reads it any more.
func (v *volume) retire(remove bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.retired, v.remove = true, remove
	v.closeIfUnused()
}

// leaving reports whether the volume only waits for its last reader.
func (v *volume) leaving() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.retired
}

func (v *volume) isClosed() bool {
	select {
	case <-v.closed:
		return true
	default:
		return false
	}
}

func (v *volume) closeIfUnused() {
	if !v.retired || v.readers > 0 {
		return
	}
	v.err = v.db.Close()
	if v.remove {
		v.err = errors.Join(v.err, os.RemoveAll(v.dir))
	}
	close(v.closed)
}

// sync makes everything committed so far survive a power cut. Badger's own
// Sync reaches only the memtable it is writing to; one that is waiting to
// become a table must not be lost behind it, so the files are synced oldest
// first.
func (v *volume) sync() error {
	logs, err := filepath.Glob(filepath.Join(v.dir, "*.mem"))
	if err != nil {
		return fmt.Errorf("listing %s: %w", v.dir, err)
	}
	for _, name := range logs { // Glob sorts, and the names are numbers of one width
		if err := syncFile(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := v.db.Sync(); err != nil {
		return fmt.Errorf("syncing the register: %w", err)
	}
	return syncDir(v.dir)
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// syncDir makes created, renamed and removed names durable. Windows has no
// such call and journals them by itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("syncing directory: %w", err)
	}
	return nil
}
