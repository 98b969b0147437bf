//go:build unix

package host

import (
	"fmt"
	"os"
	"syscall"
)

// noFollow has a file opened only if its name is not a link: whoever may write in a
// machine's directory could have an administrator's command empty any file.
const noFollow = syscall.O_NOFOLLOW

// Private makes a machine's directory, or takes one that is there, for its owner
// alone: who may write in it decides which program runs.
func Private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("host: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(dir, info.Mode().Perm()&0o700); err != nil {
		return fmt.Errorf("%s is open to others, and that cannot be changed: %w", dir, err)
	}
	return nil
}
