package host

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMachineLeavesHalfOfTheMemoryToTheOffice(t *testing.T) {
	const gib = int64(1) << 30
	for _, c := range []struct {
		name             string
		installed, asked int64
		want             int64
	}{
		{"a PC with 2 GB", 2 * gib, 0, gib},
		{"one with 512 MB still holds a register", gib / 2, 0, 384 << 20},
		{"a server of a province", 64 * gib, 0, 4 * gib},
		{"what somebody asked for counts", 2 * gib, 300, 300 << 20},
		{"unknown: none", 0, 0, math.MaxInt64},
		{"nonsense does not overflow", 2 * gib, math.MaxInt64, (math.MaxInt64 >> 20) << 20},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, MemoryLimit(c.installed, c.asked)) })
	}
}

func TestTheMemoryOfThisComputerIsKnown(t *testing.T) {
	require.Greater(t, InstalledMemory(), int64(64<<20))
}
