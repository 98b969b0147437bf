package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// exchange moves exe aside, which Windows allows while it runs, and next in its
// place. If the power fails between the two, the service does not find its
// program: README says how it is put back. There is no single step for it here.
func exchange(exe, next, previous string) error {
	if err := clearAway(previous); err != nil {
		return err
	}
	if err := os.Rename(exe, previous); err != nil {
		return err
	}
	if err := os.Rename(next, exe); err != nil {
		return errors.Join(err, os.Rename(previous, exe))
	}
	return nil
}

// clearAway removes the program of the update before. Whoever started its successor
// may still run it, which Windows lets nobody remove, but move; what was moved is
// removed at a later update.
func clearAway(previous string) error {
	moved, err := filepath.Glob(previous + ".*")
	if err != nil {
		return err
	}
	for _, old := range moved {
		_ = os.Remove(old) // still runs: next time
	}
	if err := os.Remove(previous); err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.Rename(previous, fmt.Sprintf("%s.%d", previous, os.Getpid()))
}
