//go:build !windows

package cli

import (
	"syscall"
	"time"
)

// cpuTime is what this process has computed so far, on all cores together.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
