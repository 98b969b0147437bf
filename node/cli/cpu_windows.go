package cli

import (
	"syscall"
	"time"
)

// cpuTime is what this process has computed so far, on all cores together.
func cpuTime() time.Duration {
	var made, ended, system, user syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err != nil || syscall.GetProcessTimes(self, &made, &ended, &system, &user) != nil {
		return 0
	}
	return ticks(system) + ticks(user)
}

// ticks are of 100 ns; Filetime's own Nanoseconds counts from 1970.
func ticks(f syscall.Filetime) time.Duration {
	return time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime)) * 100
}
