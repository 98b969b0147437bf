package host

import "math"

// The bounds of what a machine gives itself by its own reckoning, bytes.
const (
	leastMemory = 384 << 20 // a register of 300,000 with its names, and room to work
	mostMemory  = 4 << 30
)

// MemoryLimit is how much memory a machine may take on a computer that has so
// much (bytes; 0: unknown), and so much of it was asked for (MiB; 0: nothing).
// Half of an office PC is for the browser and the officer's own programs. The
// limit makes the program collect sooner; it never refuses work.
func MemoryLimit(installed int64, askedMiB int64) int64 {
	switch {
	case askedMiB > 0:
		return min(askedMiB, math.MaxInt64>>20) << 20
	case installed <= 0:
		return math.MaxInt64
	}
	return min(max(installed/2, leastMemory), mostMemory)
}
