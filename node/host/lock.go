package host

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lockFile holds the number of the process that has the directory, for people.
// What counts is the system's lock on it, which ends with the process however
// that ends.
const lockFile = "lock"

// Lock is a machine's directory held by one process.
type Lock struct{ f *os.File }

// BusyError says that another process holds a directory.
type BusyError struct {
	Dir string
	PID int // 0: unknown
}

func (e *BusyError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another process holds %s", e.Dir)
	}
	return fmt.Sprintf("process %d holds %s", e.PID, e.Dir)
}

// errHeld is what the systems below say of a lock somebody else has.
var errHeld = errors.New("held by another process")

// Hold takes a directory for this process; a *BusyError says who has it. Two
// processes that write to one register destroy it, and a copy of a program that
// was started by hand beside the service is how that happens.
func Hold(dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR|noFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	if err := lock(f); err != nil {
		if errors.Is(err, errHeld) {
			err = &BusyError{Dir: dir, PID: holder(f)}
		} else {
			err = fmt.Errorf("host: holding %s: %w", dir, err)
		}
		return nil, errors.Join(err, f.Close())
	}
	if err = errors.Join(f.Truncate(0), Own(f)); err == nil {
		_, err = f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("host: %w", err), f.Close())
	}
	return &Lock{f}, nil
}

// holder is the process that has the lock, as it wrote there.
func holder(f *os.File) int {
	raw, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0 // it has not written its number yet
	}
	return pid
}

// Release gives the directory back. The file stays: whoever removed it could
// remove the one that the next process has just locked.
func (l *Lock) Release() error { return l.f.Close() }
