package simtest

import (
	"log/slog"
	"os"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// days lives through some days, each with a seed of its own.
func days(t *testing.T, first, count uint64) {
	if again := os.Getenv("GOCUA_SEED"); again != "" { // repeats one that failed
		seed, err := strconv.ParseUint(again, 10, 64)
		require.NoError(t, err)
		first, count = seed, 1
	}
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("GOCUA_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	for seed := first; seed < first+count; seed++ {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { aDay(t, seed, log) })
		})
	}
}
