package release

import (
	"errors"
	"io/fs"
	"os"
)

// exchange moves exe aside, which Windows allows while it runs, and next in its
// place. If the power fails between the two, the service does not find its
// program: README says how it is put back. There is no single step for it here.
func exchange(exe, next, previous string) error {
	if err := os.Remove(previous); err != nil && !errors.Is(err, fs.ErrNotExist) {
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
