package host

import (
	"os"
	"strconv"
	"strings"
)

// InstalledMemory is the memory of this computer, or of the share of it this
// program was given, bytes; 0: unknown.
func InstalledMemory() int64 {
	raw, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	n := memTotal(string(raw))
	if raw, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64); err == nil && (n == 0 || limit < n) {
			n = limit // in a container
		}
	}
	return n
}

// memTotal reads the first number of /proc/meminfo.
func memTotal(text string) int64 {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "MemTotal:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
