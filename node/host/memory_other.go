//go:build !linux && !windows

package host

// InstalledMemory is unknown here.
func InstalledMemory() int64 { return 0 }
