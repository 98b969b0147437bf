//go:build soak && linux

package store

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoakWhateverIsAlteredInTheChainOfChangesIsFoundAndNamed(t *testing.T) {
	tamper(t, 2000, uint64(time.Now().UnixNano()))
}

// cpu is what this process has used of the processor.
func cpu(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A million commands are what a cluster asks for in a campaign. The bound is on
// the walk over chain and feed, the best of three; the whole look is printed
// beside it.
func TestSoakAMillionEntriesAreVerifiedInFifteenSeconds(t *testing.T) {
	s := newStore(t)
	longChain(t, s, 1_000_000)
	best := time.Hour
	for range 3 {
		r := s.Read()
		begun, used := time.Now(), cpu(t)
		v := newVerifier(r, nil)
		require.Nil(t, v.chain(context.Background()))
		require.Equal(t, uint64(1_000_000), v.out.Entries)
		took := time.Since(begun)
		t.Logf("1,000,000 entries, chain and feed: %s, of the processor %s", took.Round(time.Millisecond), (cpu(t) - used).Round(time.Millisecond))
		r.Close()
		best = min(best, took)
	}
	begun, used := time.Now(), cpu(t)
	require.Nil(t, verify(t, s).Fault)
	t.Logf("with outcomes, history and records: %s, of the processor %s", time.Since(begun).Round(time.Millisecond), (cpu(t) - used).Round(time.Millisecond))
	require.LessOrEqual(t, best, 15*time.Second)
}
