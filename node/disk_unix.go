//go:build unix

package node

import (
	"fmt"
	"syscall"
)

// freeBytes is what anybody, not only root, may still write below dir.
func freeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("node: asking for room on the disk: %w", err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
