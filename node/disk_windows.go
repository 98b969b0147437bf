package node

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// freeBytes is what this program's user may still write below dir.
func freeBytes(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, fmt.Errorf("node: asking for room on the disk: %w", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, fmt.Errorf("node: asking for room on the disk: %w", err)
	}
	return int64(min(free, 1<<62)), nil
}
