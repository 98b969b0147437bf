//go:build unix

package host

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Own gives a file that root has made to whoever owns its folder: the machine
// runs as somebody else than the administrator who types commands, and has to
// read what they leave.
func Own(f *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(filepath.Dir(f.Name()))
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if has, err := f.Stat(); err == nil {
		if now, ok := has.Sys().(*syscall.Stat_t); ok && now.Uid == owner.Uid && now.Gid == owner.Gid {
			return nil // on a stick nobody owns files, and none can be given away
		}
	}
	if err := f.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
		return fmt.Errorf("host: %w", err)
	}
	return nil
}
