//go:build unix

package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// exchange keeps exe under a second name and puts next in its place in one step.
func exchange(exe, next, previous string) error {
	if err := os.Remove(previous); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("making room for the old program: %w", err)
	}
	if err := os.Link(exe, previous); err != nil {
		return fmt.Errorf("keeping the old program: %w", err)
	}
	return os.Rename(next, exe)
}
