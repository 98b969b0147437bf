package cli

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLeanestOfThoseAtWorkCounts(t *testing.T) {
	before := debug.SetGCPercent(spareGC)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	now := func() int {
		percent := debug.SetGCPercent(spareGC)
		debug.SetGCPercent(percent)
		return percent
	}
	var c collector
	names := c.leanly(20)
	require.Equal(t, 20, now())
	pairs := c.leanly(10)
	require.Equal(t, 10, now())
	names()
	require.Equal(t, 10, now(), "the other is not done")
	pairs()
	require.Equal(t, spareGC, now())
}
